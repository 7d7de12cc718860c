/*
 * A network: a list of layers over one table of tensors. It is the shape of a model, without
 * weights; engine.h runs it.
 */
#ifndef SN_NETWORK_H
#define SN_NETWORK_H

#include <stdbool.h>

#include "layer.h"
#include "tensors.h"

enum { SN_MAX_LAYERS = 16 };

typedef struct sn_network {
    sn_layer layers[SN_MAX_LAYERS];
    size_t count;
    sn_tensor_table table;
    /* timesteps of the padded input */
    size_t time;
    /* logits of a row: see loss.h */
    size_t outputs;
    /* Id 0 is masked. */
    bool mask_zero;
} sn_network;

/* Builds the layers for sequences of `time` ids. The first must be an embedding, the last a Dense
 * layer, whose units are the logits. SEQNET_ERR_USAGE for a list that does not fit together. */
seqnet_status sn_network_init(sn_network *network, const sn_layer_spec *specs, size_t count,
                              size_t time, seqnet_error *err);
void sn_network_free(sn_network *network);

/* Fills a slab with initial weights drawn from the seed. */
seqnet_status sn_network_initialise(const sn_network *network, float *weights, uint64_t seed,
                                    seqnet_error *err);

#endif
