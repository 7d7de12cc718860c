/*
 * A layer: what it computes for one shard of a batch, forward and backward, and how it is
 * specified. Networks of layers and the engines that run them are in the engine room.
 *
 * Values between layers are time-major, [time, batch, features]; a layer that ends the time axis
 * gives [batch, features], written as time 0. B is the rows of the shard, T the timesteps, E and H
 * features. Layers own no memory: weights and gradients lie in slabs (tensors.h), activations and
 * the tape (what forward leaves for backward) in the engine's workspace. Kernels neither allocate
 * nor fail.
 *
 * To add a layer: write its file, add its row to SN_LAYER_LIST and its part to sn_layer_spec.
 */
#ifndef SN_LAYER_H
#define SN_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maxima.h"
#include "rng.h"
#include "tensors.h"

enum { SN_LAYER_TENSORS = 8, SN_LAYER_INPUTS = 8, SN_LAYER_NAME = 32 };

/* Each layer that there is: X(NAME, name) stands for the kind SN_NAME and for sn_name_ops. */
#define SN_LAYER_LIST(X)                                                                           \
    X(EMBEDDING, embedding)                                                                        \
    X(LSTM, lstm)                                                                                  \
    X(GRU, gru)                                                                                    \
    X(SIMPLE_RNN, simple_rnn)                                                                      \
    X(LSTM_CARRY, lstm_carry)                                                                      \
    X(DENSE, dense)                                                                                \
    X(POOLING, pooling)                                                                            \
    X(DROPOUT, dropout)                                                                            \
    X(CONV1D, conv1d)                                                                              \
    X(MAX_POOLING1D, max_pooling1d)                                                                \
    X(FLATTEN, flatten)                                                                            \
    X(SPATIAL_DROPOUT1D, spatial_dropout1d)                                                        \
    X(BATCH_NORMALIZATION, batch_normalization)                                                    \
    X(ACTIVATION, activation)                                                                      \
    X(CONCATENATE, concatenate)

#define SN_LAYER_KIND(NAME, name) SN_##NAME,
typedef enum sn_layer_kind { SN_LAYER_LIST(SN_LAYER_KIND) SN_LAYER_KINDS } sn_layer_kind;
#undef SN_LAYER_KIND

typedef struct sn_embedding_spec {
    /* rows of the table */
    size_t id_count;
    /* dimension */
    size_t units;
    /* The layers after it skip id 0. */
    bool mask_zero;
} sn_embedding_spec;

/* Of every layer with a cell. */
typedef struct sn_recurrent_spec {
    size_t units;
    /* The output is the state after every timestep, not only after the last. */
    bool return_sequences;
    /* Share of the state that the recurrent product does not see in training, the same for all
     * timesteps of a row. */
    double recurrent_dropout;
    /* A second cell of the same kind reads the timesteps from the last to the first; the outputs of
     * both stand side by side. */
    bool bidirectional;
    /* of a GRU: the reset gate is applied to the state before the recurrent product, which is
     * Keras's reset_after = False */
    bool reset_before;
    /* sn_activation: of the candidate and of the state; and of the gates */
    int activation, recurrent_activation;
} sn_recurrent_spec;

typedef struct sn_conv1d_spec {
    /* filters */
    size_t units;
    /* timesteps that one output sees */
    size_t kernel_size;
    /* an sn_conv_padding */
    int padding;
    /* an sn_activation */
    int activation;
} sn_conv1d_spec;

/* Valid: the outputs that see no step beyond the sequence. Same: as many outputs as inputs, zeros
 * standing before and behind the sequence. */
typedef enum sn_conv_padding { SN_CONV_VALID, SN_CONV_SAME, SN_CONV_PADDINGS } sn_conv_padding;

/* The maximum of each feature over stretches of `pool_size` timesteps; what is left at the end is
 * dropped. */
typedef struct sn_max_pooling1d_spec {
    size_t pool_size;
} sn_max_pooling1d_spec;

typedef struct sn_dense_spec {
    size_t units;
    /* an sn_activation; that of the last layer belongs to the loss, and this is linear */
    int activation;
} sn_dense_spec;

typedef struct sn_activation_spec {
    /* an sn_activation */
    int activation;
} sn_activation_spec;

/* Keras's usual epsilon. */
#define SN_BATCH_NORMALIZATION_EPSILON 1e-3

typedef struct sn_batch_normalization_spec {
    /* above 0 */
    double epsilon;
} sn_batch_normalization_spec;

/* What a pooling layer makes of a sequence: of each feature the maximum over the timesteps, the
 * mean, or both one after the other. */
typedef enum sn_pooling {
    SN_POOL_MAX,
    SN_POOL_MEAN,
    SN_POOL_MAX_MEAN,
    /* the maximum over all timesteps, masked or not, as Keras takes it */
    SN_POOL_MAX_ALL,
    SN_POOLINGS
} sn_pooling;

typedef struct sn_pooling_spec {
    /* an sn_pooling */
    int mode;
} sn_pooling_spec;

/* Of dropout, and of spatial dropout, which hides whole features of a sequence. */
typedef struct sn_dropout_spec {
    /* Share of the input's numbers that training hides. */
    double rate;
} sn_dropout_spec;

/* What a user chooses about a layer. `recurrent` is the part of each layer with a cell. */
typedef struct sn_layer_spec {
    sn_layer_kind kind;
    /* The numbers of the layers whose outputs it takes, each below its own. None: that of the layer
     * before it. Only a Concatenate takes several. */
    size_t input_count;
    size_t inputs[SN_LAYER_INPUTS];
    union {
        sn_embedding_spec embedding;
        sn_recurrent_spec recurrent;
        sn_conv1d_spec conv1d;
        sn_dense_spec dense;
        sn_activation_spec activation;
        sn_pooling_spec pooling;
        sn_max_pooling1d_spec max_pooling1d;
        sn_dropout_spec dropout;
        sn_batch_normalization_spec batch_normalization;
    };
} sn_layer_spec;

/* The type of a field: size_t; bool; a double from 0 to below 1; a double above 0 up to 1; an int,
 * one of some words. */
typedef enum sn_field_type {
    SN_FIELD_SIZE,
    SN_FIELD_BOOL,
    SN_FIELD_RATE,
    SN_FIELD_POSITIVE,
    SN_FIELD_CHOICE
} sn_field_type;

/* A field of a specification as configurations name it. */
typedef struct sn_spec_field {
    /* NULL ends a list of fields. */
    const char *key;
    sn_field_type type;
    /* in sn_layer_spec */
    size_t offset;
    /* of a size: the range from 1 */
    size_t most;
    /* of a choice: its words and their number; a value whose word is NULL has none */
    const char *const *words;
    size_t word_count;
    /* of a positive number: the value that is not written, and that it has where it is absent */
    double usual;
    /* A rate of 0, a false, and the first of several choices are not written, and one that is
     * absent has this value; an absent rate is read as 0, this or not. */
    bool is_left_out;
} sn_spec_field;

/* time 0: one vector per row. */
typedef struct sn_shape {
    size_t time, features;
} sn_shape;

/* A value between layers, with the mask that belongs to its timesteps. */
typedef struct sn_value {
    float *x;
    /* [time, batch], 0 for a masked step; NULL: no step is masked */
    const uint8_t *mask;
} sn_value;

/* One shard on its way through the layers. */
typedef struct sn_pass {
    size_t batch;
    /* [time, batch], padded */
    const int32_t *ids;
    /* [time, batch]: which ids are not 0; NULL for a network that masks nothing */
    const uint8_t *id_mask;
    /* slab */
    const float *weights;
    /* slab that backward adds to, from the float number `gradients_from` on; NULL when only scoring
     */
    float *gradients;
    size_t gradients_from;
    /* see dropout.h */
    uint64_t dropout_key;
    /* [batch]: the rows' numbers in the batch, for dropout; NULL: nothing is dropped */
    const size_t *row_numbers;
    /* A recurrent layer and [time]: its backward adds, for each timestep, the Euclidean norms of
     * the rows' gradients by the state after it, carry included (of a bidirectional layer, by its
     * first cell's). NULL: nobody asks. */
    const struct sn_layer *observed;
    double *state_norms;
} sn_pass;

typedef struct sn_layer sn_layer;
typedef struct sn_cell sn_cell;

typedef struct sn_layer_ops {
    /* as in configurations: "lstm" */
    const char *type;
    /* of sn_layer_title; title_of for a layer whose title depends on its specification, else NULL
     */
    const char *title;
    const char *(*title_of)(const sn_layer *layer);
    /* in the order in which they are written */
    const sn_spec_field *fields;
    /* of a recurrent layer (recurrent.h), else NULL */
    const sn_cell *cell;
    /* The layer takes no notice of masks and gives none on, even where it keeps the time axis. */
    bool drops_mask;
    /* Its gradients do not serve a training, since it would have to learn in another way, too. */
    bool only_scores;

    /* Adds the layer's tensors to the table and derives output from input. */
    seqnet_status (*declare)(sn_layer *layer, sn_tensor_table *table, seqnet_error *err);

    /* Fills the layer's weights with Keras's initial values; NULL for a layer without any.
     * `scratch` holds as many doubles as the layer has parameters. */
    void (*initialise)(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng);

    /* Floats of tape for a shard of `batch` rows; NULL for a layer without a tape. */
    size_t (*tape_size)(const sn_layer *layer, size_t batch);

    /* Fills output->x. `input` is one value; for a Concatenate, an array of layer->input_count of
     * them. output->mask is the first input's where the layer keeps the time axis and does not drop
     * masks, else NULL; a layer may set another. */
    void (*forward)(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape);

    /* From the loss's gradient by output to that by input, adding that by weights to the pass's
     * gradients. d_input is overwritten; it is NULL for the first layer, whose input is ids. For a
     * Concatenate it holds the gradients by its inputs, one array after the other. The tape may be
     * overwritten. */
    void (*backward)(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape);
} sn_layer_ops;

struct sn_layer {
    const sn_layer_ops *ops;
    sn_layer_spec spec;
    char name[SN_LAYER_NAME];
    /* input: of a Concatenate, what its inputs make together */
    sn_shape input, output;
    /* The layers whose outputs it takes; the first layer has none. */
    size_t input_count;
    const sn_layer *inputs[SN_LAYER_INPUTS];
    /* of its tensors in a slab, in the order of declaration */
    size_t offsets[SN_LAYER_TENSORS];
    /* floats in all of them */
    size_t parameters;
};

#define SN_LAYER_OPS(NAME, name) extern const sn_layer_ops sn_##name##_ops;
SN_LAYER_LIST(SN_LAYER_OPS)
#undef SN_LAYER_OPS

const sn_layer_ops *sn_layer_ops_of(sn_layer_kind kind);

/* Sets *kind to the kind called `type`; false when there is none. */
bool sn_layer_kind_of(const char *type, sn_layer_kind *kind);

/* What names of layers begin with: "lstm"; as in Keras, one around a cell has its own. */
const char *sn_layer_base_name(const sn_layer_spec *spec);

/* What summaries call it: "LSTM". */
const char *sn_layer_title(const sn_layer *layer);

static inline bool sn_pools_max(int pooling)
{
    return pooling != SN_POOL_MEAN;
}

static inline bool sn_pools_mean(int pooling)
{
    return pooling == SN_POOL_MEAN || pooling == SN_POOL_MAX_MEAN;
}

/* Makes a layer over the given input and declares its tensors. `name` is copied. */
seqnet_status sn_layer_init(sn_layer *layer, const sn_layer_spec *spec, const char *name,
                            sn_shape input, sn_tensor_table *table, seqnet_error *err);

/* Whether the output has the input's mask. */
bool sn_layer_keeps_mask(const sn_layer *layer);

/* Whether what the layer computes depends on a mask of its input. */
bool sn_layer_looks_at_mask(const sn_layer *layer);

/* Runs the layer: its ops' forward, with the mask passed on where the time axis is kept. */
void sn_layer_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                      sn_value *output, float *tape);

/* SEQNET_ERR_USAGE, with a sentence, for a layer over vectors. */
seqnet_status sn_layer_check_sequence(const sn_layer *layer, seqnet_error *err);

/* What layers share that have an activation. Their tape begins with a copy of the activated values,
 * sn_activated_size floats; a linear layer needs none.
 *
 * sn_activated_forward turns a layer's sums into its output, in place. sn_activated_backward
 * returns the gradient by the sums, which is either d_output or lies on the tape. */
size_t sn_activated_size(int activation, size_t count);
void sn_activated_forward(int activation, float *sums, float *tape, size_t count);
const float *sn_activated_backward(int activation, const float *d_output, float *tape,
                                   size_t count);

static inline size_t sn_layer_tape_size(const sn_layer *layer, size_t batch)
{
    return layer->ops->tape_size ? layer->ops->tape_size(layer, batch) : 0;
}

/* The layer's tensor number k in the pass's weights and in its gradients. */
static inline const float *sn_layer_weights(const sn_layer *layer, const sn_pass *pass, size_t k)
{
    return pass->weights + layer->offsets[k];
}

static inline float *sn_layer_gradients(const sn_layer *layer, const sn_pass *pass, size_t k)
{
    return pass->gradients + (layer->offsets[k] - pass->gradients_from);
}

/* Vectors of a row in a value of this shape. */
static inline size_t sn_shape_steps(sn_shape shape)
{
    return shape.time ? shape.time : 1;
}

/* Floats of a value of this shape for `batch` rows. */
static inline size_t sn_shape_size(sn_shape shape, size_t batch)
{
    return sn_shape_steps(shape) * batch * shape.features;
}

#endif
