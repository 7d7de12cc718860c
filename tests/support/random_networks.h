/*
 * Networks that are drawn at random: all kinds of layers with all their options, over any number of
 * timesteps. The draws depend on the number of a network alone. Include it after <cmocka.h>.
 */
#ifndef RANDOM_NETWORKS_H
#define RANDOM_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine.h"
#include "kernels.h"
#include "layer.h"
#include "pad.h"
#include "pieces.h"
#include "rng.h"

enum { MOST_LAYERS = 24 };

typedef struct plan {
    sn_rng rng;
    sn_layer_spec layers[MOST_LAYERS];
    size_t count;
    size_t time;
    sn_padding padding;
    /* of the output of the last layer */
    sn_shape shape;
    /* Some gradient is not continuous: one more or less of rounding may move it. */
    bool has_kinks;
} plan;

static inline size_t below(plan *p, size_t count)
{
    return sn_rng_below(&p->rng, count);
}

static inline size_t one_of(plan *p, const size_t *choices, size_t count)
{
    return choices[below(p, count)];
}

#define ONE_OF(p, ...)                                                                             \
    one_of(p, (const size_t[]){__VA_ARGS__}, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

static inline bool with_chance(plan *p, double chance)
{
    return sn_rng_uniform(&p->rng) < chance;
}

static inline void append(plan *p, sn_layer_spec spec, size_t time, size_t features)
{
    p->shape = (sn_shape){time, features};
    p->layers[p->count++] = spec;
}

static inline double draw_rate(plan *p)
{
    return with_chance(p, 0.5) ? 0.0 : 0.3;
}

static inline int draw_activation(plan *p)
{
    const int activation = (int)below(p, SN_ACTIVATIONS);
    p->has_kinks |=
        activation == SN_RELU || activation == SN_HARD_SIGMOID ||
        activation == SN_HARD_SIGMOID_02 || activation == SN_SELU || activation == SN_LEAKY_RELU;
    return activation;
}

static inline size_t draw_units(plan *p)
{
    return ONE_OF(p, 1, 2, 5, 8, 15, 16, 17);
}

static inline void append_cell(plan *p, bool return_sequences)
{
    static const sn_layer_kind kinds[] = {SN_LSTM, SN_GRU, SN_SIMPLE_RNN, SN_LSTM_CARRY};
    const sn_layer_kind kind = kinds[below(p, 4)];
    const sn_recurrent_spec spec = {.units = draw_units(p),
                                    .return_sequences = return_sequences,
                                    .recurrent_dropout = with_chance(p, 0.3) ? 0.3 : 0.0,
                                    .bidirectional = with_chance(p, 0.3),
                                    .reset_before = kind == SN_GRU && with_chance(p, 0.5),
                                    .activation = with_chance(p, 0.8) ? 0 : draw_activation(p),
                                    .recurrent_activation =
                                        with_chance(p, 0.8) ? 0 : draw_activation(p)};
    append(p, (sn_layer_spec){.kind = kind, .recurrent = spec},
           return_sequences ? p->shape.time : 0, spec.units * (spec.bidirectional ? 2 : 1));
}

static inline void append_conv(plan *p)
{
    const sn_conv1d_spec spec = {.units = draw_units(p),
                                 .kernel_size = 1 + below(p, sn_smaller(p->shape.time, 7)),
                                 .padding = with_chance(p, 0.2) ? SN_CONV_SAME : SN_CONV_VALID,
                                 .activation = draw_activation(p)};
    const size_t time =
        spec.padding == SN_CONV_SAME ? p->shape.time : p->shape.time - spec.kernel_size + 1;
    append(p, (sn_layer_spec){.kind = SN_CONV1D, .conv1d = spec}, time, spec.units);
}

static inline void append_stretches(plan *p)
{
    const size_t size = 1 + below(p, sn_smaller(p->shape.time, 5));
    p->has_kinks = true;
    append(p, (sn_layer_spec){.kind = SN_MAX_POOLING1D, .max_pooling1d = {.pool_size = size}},
           p->shape.time / size, p->shape.features);
}

static inline void append_dense(plan *p)
{
    const sn_dense_spec spec = {.units = draw_units(p), .activation = draw_activation(p)};
    append(p, (sn_layer_spec){.kind = SN_DENSE, .dense = spec}, p->shape.time, spec.units);
}

/* A layer that takes vectors, sequences or both and gives what it took, in another way. */
static inline void append_pointwise(plan *p)
{
    const size_t time = p->shape.time, features = p->shape.features;
    switch (below(p, time ? 5 : 4)) {
    case 0:
        append_dense(p);
        break;
    case 1:
        append(p,
               (sn_layer_spec){.kind = SN_ACTIVATION,
                               .activation = {.activation = draw_activation(p)}},
               time, features);
        break;
    case 2:
        append(p,
               (sn_layer_spec){.kind = SN_BATCH_NORMALIZATION,
                               .batch_normalization = {.epsilon = 1e-3}},
               time, features);
        break;
    case 3:
        append(p, (sn_layer_spec){.kind = SN_DROPOUT, .dropout = {.rate = draw_rate(p)}}, time,
               features);
        break;
    default:
        append(p, (sn_layer_spec){.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = draw_rate(p)}},
               time, features);
    }
}

static inline void append_pooling(plan *p)
{
    const int mode = (int)below(p, SN_POOLINGS);
    p->has_kinks |= sn_pools_max(mode);
    append(p, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = mode}}, 0,
           p->shape.features * (mode == SN_POOL_MAX_MEAN ? 2 : 1));
}

/* Layers over the same sequence that keep its timesteps, side by side, and it beside them. */
static inline void append_sequences(plan *p)
{
    const size_t from = p->count - 1;
    const sn_shape shape = p->shape;
    sn_layer_spec join = {.kind = SN_CONCATENATE, .input_count = 1, .inputs = {from}};
    size_t features = shape.features;
    for (size_t i = 1 + below(p, 2); i > 0; i--) {
        const size_t first = p->count;
        p->shape = shape;
        if (with_chance(p, 0.6))
            append_cell(p, true);
        else
            append_pointwise(p);
        p->layers[first].input_count = 1;
        p->layers[first].inputs[0] = from;
        join.inputs[join.input_count++] = first;
        features += p->shape.features;
    }
    append(p, join, shape.time, features);
}

/* From a sequence to a vector, over some layers. */
static inline void append_chain(plan *p)
{
    for (size_t i = below(p, 4); i > 0; i--) {
        const size_t choice = below(p, 10);
        if (choice < 4)
            append_cell(p, true);
        else if (choice < 6)
            append_conv(p);
        else if (choice < 8)
            append_stretches(p);
        else
            append_pointwise(p);
    }
    const size_t choice = below(p, 10);
    if (choice < 5)
        append_cell(p, false);
    else if (choice < 9)
        append_pooling(p);
    else
        append(p, (sn_layer_spec){.kind = SN_FLATTEN}, 0, p->shape.time * p->shape.features);
}

/* Several chains over the same sequence, side by side. */
static inline void append_branches(plan *p)
{
    const size_t from = p->count - 1;
    const sn_shape shape = p->shape;
    sn_layer_spec join = {.kind = SN_CONCATENATE};
    size_t features = 0;
    for (size_t i = 2 + below(p, 2); i > 0; i--) {
        const size_t first = p->count;
        p->shape = shape;
        append_chain(p);
        p->layers[first].input_count = 1;
        p->layers[first].inputs[0] = from;
        join.inputs[join.input_count++] = p->count - 1;
        features += p->shape.features;
    }
    if (with_chance(p, 0.2)) { /* the same once more */
        join.inputs[join.input_count++] = p->count - 1;
        features += p->shape.features;
    }
    append(p, join, 0, features);
}

static inline void draw_plan(plan *p, size_t number, size_t id_count)
{
    *p = (plan){0};
    sn_rng_seed(&p->rng, number, SN_RNG_SHUFFLE);
    p->time = ONE_OF(p, 1, 2, 3, 5, 8, 13, 24, 30);
    const size_t sides = below(p, 4);
    p->padding = (sn_padding){(seqnet_side)(sides / 2), (seqnet_side)(sides % 2)};
    const sn_embedding_spec embedding = {
        .id_count = id_count, .units = draw_units(p), .mask_zero = with_chance(p, 0.3)};
    append(p, (sn_layer_spec){.kind = SN_EMBEDDING, .embedding = embedding}, p->time,
           embedding.units);
    if (with_chance(p, 0.2))
        append_sequences(p);
    if (with_chance(p, 0.3)) {
        if (with_chance(p, 0.5))
            append_pointwise(p);
        append_branches(p);
    } else {
        append_chain(p);
    }
    for (size_t i = below(p, 3); i > 0; i--)
        append_pointwise(p);
    append(p, (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = ONE_OF(p, 1, 1, 3)}}, 0, 1);
}

#endif
