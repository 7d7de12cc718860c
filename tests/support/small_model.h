/* A small model of builtin:demo, trained for a moment, and its data. Include it after <cmocka.h>.
 */
#ifndef SMALL_MODEL_H
#define SMALL_MODEL_H

#include <seqnet/seqnet.h>

static seqnet_dataset *dataset;
static seqnet_model *model;

/* Loads `demo` and trains on it. Returns 0 on success, as a setup function does. */
static inline int train_small_model(const char *demo, int64_t epochs)
{
    seqnet_train_result result;
    const seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = epochs;
    options.units[0] = 5;
    options.maxlen = 11;
    if (seqnet_dataset_load(&dataset, demo, &data, NULL) != SEQNET_OK)
        return -1;
    return (int)seqnet_model_train(&model, dataset, &options, &result, NULL);
}

/* A teardown function. */
static inline int free_small_model(void **state)
{
    (void)state;
    seqnet_dataset_free(dataset);
    seqnet_model_free(model);
    return 0;
}

#endif
