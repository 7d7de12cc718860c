/* builtin:demo with its last training rows to validate with. Include it after <cmocka.h>. */
#ifndef DEMO_ROWS_H
#define DEMO_ROWS_H

#include <seqnet/dataset.h>

/* 0 when it is loaded, as a setup function returns. */
static inline int load_demo(seqnet_dataset **dataset, const char *name, double validation_split)
{
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = validation_split;
    options.splits.tail = true;
    return seqnet_dataset_load(dataset, name, &options, NULL) != SEQNET_OK;
}

#endif
