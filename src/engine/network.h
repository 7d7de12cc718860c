/*
 * A network: a list of layers over one table of tensors. It is the shape of a model, without
 * weights; engine.h runs it. Each layer takes the output of the one before it unless its
 * specification names others, so that a network may branch; what branches meets again in a
 * Concatenate. Layers point at each other, so that a network stays where it was initialised.
 */
#ifndef SN_NETWORK_H
#define SN_NETWORK_H

#include <stdbool.h>

#include "arithmetic.h"
#include "layer.h"
#include "tensors.h"

enum { SN_MAX_LAYERS = 64 };

typedef struct sn_network {
    sn_layer layers[SN_MAX_LAYERS];
    size_t count;
    sn_tensor_table table;
    /* timesteps of the padded input */
    size_t time;
    /* logits of a row: see loss.h */
    size_t outputs;
    /* What engines compute with. sn_network_init leaves SN_FAST. */
    sn_arithmetic arithmetic;
    /* Id 0 is masked for a layer that looks at masks: the embedding asks for it, and the mask
     * reaches a recurrent layer or one that pools over all timesteps. */
    bool mask_zero;
    /* The gradient by the layer's output is a sum of parts: several layers take the output, or one
     * that takes others, too. */
    bool is_summed[SN_MAX_LAYERS];
} sn_network;

/* Builds the layers for sequences of `time` ids. The first must be an embedding, the last a linear
 * Dense layer over one vector per row, whose units are the logits; the output of each other layer
 * must have a use. SEQNET_ERR_USAGE for a list that does not fit together. */
seqnet_status sn_network_init(sn_network *network, const sn_layer_spec *specs, size_t count,
                              size_t time, seqnet_error *err);

/* The same of layers before which a model does not end: `outputs` are what the last of them, which
 * gives one vector per row, has. They are the first ones of a model's, and their weights are the
 * beginning of its slab. */
seqnet_status sn_network_init_trunk(sn_network *network, const sn_layer_spec *specs, size_t count,
                                    size_t time, seqnet_error *err);

void sn_network_free(sn_network *network);

/* SEQNET_ERR_USAGE when the network has a layer that can only score. */
seqnet_status sn_network_check_trainable(const sn_network *network, seqnet_error *err);

/* The number of layer->inputs[k] in its network. */
static inline size_t sn_network_input(const sn_network *network, const sn_layer *layer, size_t k)
{
    return (size_t)(layer->inputs[k] - network->layers);
}

/* Fills a slab with initial weights drawn from the seed. */
seqnet_status sn_network_initialise(const sn_network *network, float *weights, uint64_t seed,
                                    seqnet_error *err);

#endif
