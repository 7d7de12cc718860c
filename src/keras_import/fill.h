/*
 * The weights of a network from the arrays of a file: which arrays a layer gets, and how, is in its
 * fill (translate.h). The forms that arrays have in files are here: kernels of Keras 1, of CuDNN,
 * of Theano, of causal, dilated, grouped and separable convolutions, missing biases.
 */
#ifndef SN_KERAS_FILL_H
#define SN_KERAS_FILL_H

#include "translate.h"

/* Writes a slab of the network, which was made of the translation's layers. `backend` is what
 * trained the model, or NULL. SEQNET_ERR_MODEL with a sentence that names the layer and both shapes
 * where an array does not fit. */
seqnet_status sn_keras_fill(const sn_translation *t, const sn_network *network, const char *backend,
                            float *weights, seqnet_error *err);

/* Compares the array of the first Dense layer with what it must be: below 0 when its input has too
 * few features, above 0 when too many, 0 when all fit. What is flattened has more features the more
 * timesteps there are. */
int sn_keras_compare(const sn_translation *t);

/* ---- Between fill.c and fill_cells.c ---- */

typedef struct sn_filling {
    const sn_translation *t;
    const sn_layer *layer;
    const sn_graph_node *node;
    const char *backend;
    /* The slab. */
    float *weights;
    seqnet_error *err;
} sn_filling;

/* A tensor of the layer. */
static inline float *sn_filling_tensor(const sn_filling *f, size_t number)
{
    return f->weights + f->layer->offsets[number];
}

/* Array number `number` of the node, which must have this shape, rank 1 or 2. */
seqnet_status sn_filling_array(const sn_filling *f, size_t number, const char *what, size_t rank,
                               const size_t *shape, const sn_weights_array **array);

/* Refuses the number of arrays. */
seqnet_status sn_filling_refuse_count(const sn_filling *f);

/* Fills the cells of a recurrent layer; `only_second`: the first one with zeros. */
seqnet_status sn_fill_cells(const sn_filling *f, bool only_second);

#endif
