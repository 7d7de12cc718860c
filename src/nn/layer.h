/*
 * A layer: what it computes for one shard of a batch, forward and backward.
 *
 * Values between layers are time-major, [time, batch, features]; a layer that ends the time axis
 * gives [batch, features], written as time 0. B is the rows of the shard, T the timesteps, E and H
 * features. Layers own no memory: weights and gradients lie in slabs (tensors.h), activations and
 * the tape (what forward leaves for backward) in the engine's workspace. Kernels neither allocate
 * nor fail.
 */
#ifndef SN_LAYER_H
#define SN_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"
#include "tensors.h"

enum { SN_LAYER_TENSORS = 4, SN_LAYER_NAME = 32 };

typedef enum sn_layer_kind {
    SN_EMBEDDING,
    SN_LSTM,
    SN_DENSE,
    SN_POOLING,
    SN_DROPOUT
} sn_layer_kind;

/* What a pooling layer makes of a sequence: of each feature the maximum over the timesteps, the
 * mean, or both one after the other. */
typedef enum sn_pooling { SN_POOL_MAX, SN_POOL_MEAN, SN_POOL_MAX_MEAN, SN_POOLINGS } sn_pooling;

/* The tensors of an LSTM, in the order of declaration. */
enum { SN_LSTM_KERNEL, SN_LSTM_RECURRENT_KERNEL, SN_LSTM_BIAS };

/* What a user chooses about a layer. */
typedef struct sn_layer_spec {
    sn_layer_kind kind;
    size_t units;             /* embedding dimension, LSTM units, Dense outputs */
    size_t id_count;          /* embedding: rows of the table */
    bool mask_zero;           /* embedding: id 0 is skipped by the layers after it */
    bool return_sequences;    /* LSTM: output every timestep's state, not only the last */
    double recurrent_dropout; /* LSTM: share of the state that the recurrent product does not see
                                 in training, the same for all timesteps of a row */
    sn_pooling pooling;       /* pooling */
    double dropout;           /* dropout: share of the input's numbers that training hides */
} sn_layer_spec;

/* time 0: one vector per row. */
typedef struct sn_shape {
    size_t time, features;
} sn_shape;

/* One shard on its way through the layers. */
typedef struct sn_pass {
    size_t batch;
    const int32_t *ids;   /* [time, batch], padded */
    const uint8_t *mask;  /* [time, batch], 0 for a masked step; NULL: nothing is masked */
    const float *weights; /* slab */
    float *gradients;     /* slab that backward adds to; NULL when only scoring */
    uint64_t dropout_key; /* see dropout.h */
    const size_t
        *row_numbers; /* [batch] of the rows in the batch, for dropout; NULL: none is wanted */
} sn_pass;

typedef struct sn_layer sn_layer;

typedef struct sn_layer_ops {
    const char *type;  /* as in configurations: "lstm" */
    const char *title; /* see sn_layer_title */

    /* Adds the layer's tensors to the table and derives output from input. */
    seqnet_status (*declare)(sn_layer *layer, sn_tensor_table *table, seqnet_error *err);

    /* Fills the layer's weights with Keras's initial values; NULL for a layer without any.
     * `scratch` holds as many doubles as the layer has parameters. */
    void (*initialise)(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng);

    /* Floats of tape for a shard of `batch` rows; NULL for a layer without a tape. */
    size_t (*tape_size)(const sn_layer *layer, size_t batch);

    void (*forward)(const sn_layer *layer, const sn_pass *pass, const float *input, float *output,
                    float *tape);

    /* From the loss's gradient by output to that by input, adding that by weights to the pass's
     * gradients. d_input is overwritten; it is NULL for the first layer, whose input is ids. The
     * tape may be overwritten. */
    void (*backward)(const sn_layer *layer, const sn_pass *pass, const float *input,
                     const float *d_output, float *d_input, float *tape);
} sn_layer_ops;

struct sn_layer {
    const sn_layer_ops *ops;
    sn_layer_spec spec;
    char name[SN_LAYER_NAME];
    size_t number; /* in its network, from 0 */
    sn_shape input, output;
    size_t offsets[SN_LAYER_TENSORS]; /* of its tensors in a slab, in the order of declaration */
    size_t parameters;                /* floats in all of them */
};

extern const sn_layer_ops sn_embedding_ops, sn_lstm_ops, sn_dense_ops, sn_pooling_ops,
    sn_dropout_ops;

const sn_layer_ops *sn_layer_ops_of(sn_layer_kind kind);

/* Sets *kind to the kind called `type`; false when there is none. */
bool sn_layer_kind_of(const char *type, sn_layer_kind *kind);

/* What summaries call it: "LSTM". */
const char *sn_layer_title(const sn_layer *layer);

static inline bool sn_pools_max(sn_pooling pooling)
{
    return pooling != SN_POOL_MEAN;
}

static inline bool sn_pools_mean(sn_pooling pooling)
{
    return pooling != SN_POOL_MAX;
}

/* Makes a layer over the given input and declares its tensors. `name` is copied. */
seqnet_status sn_layer_init(sn_layer *layer, const sn_layer_spec *spec, const char *name,
                            sn_shape input, sn_tensor_table *table, seqnet_error *err);

static inline size_t sn_layer_tape_size(const sn_layer *layer, size_t batch)
{
    return layer->ops->tape_size ? layer->ops->tape_size(layer, batch) : 0;
}

/* Floats of a value of this shape for `batch` rows. */
static inline size_t sn_shape_size(sn_shape shape, size_t batch)
{
    return (shape.time ? shape.time : 1) * batch * shape.features;
}

#endif
