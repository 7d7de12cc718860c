/*
 * A model of given layers with random weights. Include it after <cmocka.h>.
 */
#ifndef NETWORK_MODEL_H
#define NETWORK_MODEL_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "memory.h"
#include "rng.h"

/* From -scale to scale; variances are above 0. */
static inline float *random_weights(const sn_network *network, double scale)
{
    float *weights;
    sn_rng rng;
    sn_rng_seed(&rng, 7, SN_RNG_INIT);
    if (sn_alloc_floats(&weights, network->table.floats, NULL) != SEQNET_OK)
        abort();
    for (size_t k = 0; k < network->table.count; k++) {
        const sn_tensor *const tensor = &network->table.tensors[k];
        const bool is_variance = strstr(tensor->name, "variance") != NULL;
        for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++) {
            const float drawn = (float)(scale * (2.0 * sn_rng_uniform(&rng) - 1.0));
            weights[i] = is_variance ? 0.5F + fabsf(drawn) : drawn;
        }
    }
    return weights;
}

/* A model of this configuration, whose labels are called a, b, c and so on; no vocabulary. Aborts
 * when it cannot be. The caller frees it. */
static inline seqnet_model *network_model(const sn_model_config *config, double scale)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    seqnet_model *model;
    seqnet_error err;
    char *record;
    if (sn_model_outline(&model, config, &err) != SEQNET_OK)
        goto fail;
    const size_t outputs = model->network.outputs;
    const size_t labels = outputs == 1 && !config->multi_label ? 2 : outputs;
    model->owned_weights = random_weights(&model->network, scale);
    if (sn_model_set_labels(model, names, labels, &err) != SEQNET_OK ||
        sn_copy_string(&record, "{}", 2, &err) != SEQNET_OK ||
        sn_model_complete(model, model->owned_weights, record, &err) != SEQNET_OK)
        goto fail;
    return model;
fail:
    (void)fprintf(stderr, "%s\n", err.message);
    abort();
}

/* The configuration of these layers over rows of ids. */
static inline sn_model_config network_config(const sn_layer_spec *layers, size_t count,
                                             size_t maxlen, sn_padding padding)
{
    sn_model_config config = {.layer_count = count,
                              .maxlen = maxlen,
                              .padding = padding,
                              .row_kind = SN_ROWS_IDS,
                              .encoding = {.id_count = (int32_t)layers[0].embedding.id_count,
                                           .start_char = -1,
                                           .oov_char = -1}};
    memcpy(config.layers, layers, count * sizeof *layers);
    return config;
}

#endif
