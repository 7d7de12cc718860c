/* The dataset builtin:demo, of which the last training rows validate. Include it after <cmocka.h>.
 */
#ifndef DEMO_ROWS_H
#define DEMO_ROWS_H

#include <seqnet/dataset.h>

/* Loads the dataset. Returns 0 on success, as a setup function does. */
static inline int load_demo(seqnet_dataset **dataset, const char *name, double validation_split)
{
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = validation_split;
    options.splits.tail = true;
    return seqnet_dataset_load(dataset, name, &options, NULL) != SEQNET_OK;
}

#endif
