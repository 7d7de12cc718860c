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

/* 150 reviews of which 120 train: with their last fifth to validate with, and without. */
static seqnet_dataset *corpus, *whole_corpus;

static inline int load_corpora(void **state)
{
    (void)state;
    return load_demo(&corpus, "builtin:demo:150", 0.2) ||
           load_demo(&whole_corpus, "builtin:demo:150", 0.0);
}

static inline int free_corpora(void **state)
{
    (void)state;
    seqnet_dataset_free(corpus);
    seqnet_dataset_free(whole_corpus);
    return 0;
}

#endif
