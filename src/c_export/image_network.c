/*
 * A network as layers of the runtime. Layers that do nothing when a model scores are left out. A
 * value that a later layer asks for once is computed then and not stored; so is one that costs
 * little.
 */
#include "image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "activations.h"
#include "memory.h"
#include "recurrent.h"

#include "banned.h"

/* A layer of the model on its way into the image. */
typedef struct source {
    const seqnet_model *model;
    const sn_layer *layer;
    /* Its number in the image. */
    size_t number;
} source;

static const float *weights_of(const source *s, size_t k)
{
    return s->model->weights + s->layer->offsets[k];
}

/* A matrix, which may be a part of a wider one. */
typedef struct block {
    const float *from;
    size_t rows, columns, stride;
} block;

static const float *row_of(const block *b, size_t row)
{
    return b->from + row * b->stride;
}

static float largest_size(const float *x, size_t count)
{
    float most = 0.0F;
    for (size_t k = 0; k < count; k++)
        most = fmaxf(most, fabsf(x[k]));
    return most;
}

/* The half-precision number nearest to x, the even one of two, for |x| below 65520. */
static uint16_t half_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000U, size = bits & 0x7fffffffU;
    if (size < 0x38800000U) { /* below 2^-14: a multiple of 2^-24 */
        const float scaled = fabsf(x) * 16777216.0F;
        return (uint16_t)(sign | (uint32_t)nearbyintf(scaled));
    }
    const uint32_t odd = size >> 13 & 1U;
    return (uint16_t)(sign | ((size + 0xfffU + odd - 0x38000000U) >> 13));
}

static seqnet_status store_floats(sn_c_image *image, rt_matrix *m, const block *b, const char *name,
                                  size_t number, seqnet_error *err)
{
    float *numbers;
    SN_TRY(sn_c_image_add(image, &numbers, SN_C_BITS, b->rows * b->columns, err, "layer%zu_%s",
                          number, name));
    for (size_t row = 0; row < b->rows; row++)
        memcpy(numbers + row * b->columns, row_of(b, row), b->columns * sizeof *numbers);
    *m = (rt_matrix){.add = add_float32, .columns = b->columns, .numbers = numbers};
    return SEQNET_OK;
}

static seqnet_status store_halves(sn_c_image *image, rt_matrix *m, const block *b, const char *name,
                                  size_t number, seqnet_error *err)
{
    uint16_t *numbers;
    SN_TRY(sn_c_image_add(image, &numbers, SN_C_U16, b->rows * b->columns, err, "layer%zu_%s",
                          number, name));
    for (size_t row = 0; row < b->rows; row++)
        for (size_t k = 0; k < b->columns; k++)
            numbers[row * b->columns + k] = half_of(row_of(b, row)[k]);
    *m = (rt_matrix){.add = add_float16, .columns = b->columns, .numbers = numbers};
    return SEQNET_OK;
}

/* Each row is stored as multiples of 1 / 127 of its largest number. */
static seqnet_status store_bytes(sn_c_image *image, rt_matrix *m, const block *b, const char *name,
                                 size_t number, seqnet_error *err)
{
    int8_t *numbers;
    float *scales;
    SN_TRY(sn_c_image_add(image, &numbers, SN_C_I8, b->rows * b->columns, err, "layer%zu_%s",
                          number, name));
    SN_TRY(sn_c_image_add(image, &scales, SN_C_FLOAT, b->rows, err, "layer%zu_%s_scales", number,
                          name));
    for (size_t row = 0; row < b->rows; row++) {
        scales[row] = largest_size(row_of(b, row), b->columns) / 127.0F;
        for (size_t k = 0; scales[row] > 0.0F && k < b->columns; k++)
            numbers[row * b->columns + k] =
                (int8_t)fmaxf(-127.0F, fminf(127.0F, roundf(row_of(b, row)[k] / scales[row])));
    }
    *m = (rt_matrix){.add = add_int8, .columns = b->columns, .numbers = numbers, .scales = scales};
    return SEQNET_OK;
}

static bool fits_halves(const block *b)
{
    for (size_t row = 0; row < b->rows; row++)
        if (largest_size(row_of(b, row), b->columns) >= 65520.0F)
            return false;
    return true;
}

static seqnet_status store(sn_c_image *image, rt_matrix *m, block b, const char *name,
                           size_t number, seqnet_error *err)
{
    if (image->quantize == SEQNET_QUANTIZE_INT8)
        return store_bytes(image, m, &b, name, number, err);
    if (image->quantize == SEQNET_QUANTIZE_FLOAT16 && fits_halves(&b))
        return store_halves(image, m, &b, name, number, err);
    return store_floats(image, m, &b, name, number, err);
}

static block whole(const float *from, size_t rows, size_t columns)
{
    return (block){.from = from, .rows = rows, .columns = columns, .stride = columns};
}

static seqnet_status store_bias(sn_c_image *image, const float **bias, const float *from,
                                size_t count, const char *name, size_t number, seqnet_error *err)
{
    float *copy;
    SN_TRY(sn_c_image_add(image, &copy, SN_C_FLOAT, count, err, "layer%zu_%s", number, name));
    memcpy(copy, from, count * sizeof *copy);
    *bias = copy;
    return SEQNET_OK;
}

/* Each activation and its function in the runtime. */
#define ACTIVATIONS(X)                                                                             \
    X(SN_ACTIVATION_OWN, activate_linear)                                                          \
    X(SN_LINEAR, activate_linear)                                                                  \
    X(SN_RELU, activate_relu)                                                                      \
    X(SN_TANH, activate_tanh)                                                                      \
    X(SN_SIGMOID, activate_sigmoid)                                                                \
    X(SN_HARD_SIGMOID, activate_hard_sigmoid)                                                      \
    X(SN_HARD_SIGMOID_02, activate_hard_sigmoid_02)                                                \
    X(SN_ELU, activate_elu)                                                                        \
    X(SN_SELU, activate_selu)                                                                      \
    X(SN_SOFTSIGN, activate_softsign)                                                              \
    X(SN_LEAKY_RELU, activate_leaky_relu)

#define ONE(NUMBER, FUNCTION) +1
_Static_assert(0 ACTIVATIONS(ONE) == SN_ACTIVATIONS, "a function for each activation");

static rt_activation *activation_of(int number)
{
#define ROW(NUMBER, FUNCTION) [NUMBER] = FUNCTION,
    static rt_activation *const functions[SN_ACTIVATIONS] = {ACTIVATIONS(ROW)};
    return functions[number];
}

static seqnet_status make_embedding(sn_c_image *image, rt_layer *l, const source *s,
                                    seqnet_error *err)
{
    const sn_embedding_spec *const spec = &s->layer->spec.embedding;
    l->step = embed;
    return store(image, &l->kernel, whole(weights_of(s, 0), spec->id_count, spec->units),
                 "embeddings", s->number, err);
}

static seqnet_status make_dense(sn_c_image *image, rt_layer *l, const source *s, seqnet_error *err)
{
    const sn_dense_spec *const spec = &s->layer->spec.dense;
    l->step = apply_dense;
    l->activate = activation_of(spec->activation);
    SN_TRY(store(image, &l->kernel, whole(weights_of(s, 0), l->input_features, spec->units),
                 "kernel", s->number, err));
    return store_bias(image, &l->bias, weights_of(s, 1), spec->units, "bias", s->number, err);
}

static seqnet_status make_conv1d(sn_c_image *image, rt_layer *l, const source *s, seqnet_error *err)
{
    const sn_conv1d_spec *const spec = &s->layer->spec.conv1d;
    const size_t rows = spec->kernel_size * l->input_features;
    l->step = convolve;
    l->activate = activation_of(spec->activation);
    l->size = spec->kernel_size;
    l->before = spec->padding == SN_CONV_SAME ? (spec->kernel_size - 1) / 2 : 0;
    SN_TRY(store(image, &l->kernel, whole(weights_of(s, 0), rows, spec->units), "kernel", s->number,
                 err));
    return store_bias(image, &l->bias, weights_of(s, 1), spec->units, "bias", s->number, err);
}

/* gamma (x - mean) / sqrt(variance + epsilon) + beta as one factor and one term. */
static seqnet_status make_normalisation(sn_c_image *image, rt_layer *l, const source *s,
                                        seqnet_error *err)
{
    enum { GAMMA, BETA, MEAN, VARIANCE };
    const size_t features = l->features;
    const float epsilon = (float)s->layer->spec.batch_normalization.epsilon;
    float *bias;
    l->step = normalise;
    SN_TRY(
        sn_c_image_add(image, &bias, SN_C_FLOAT, 2 * features, err, "layer%zu_factors", s->number));
    for (size_t k = 0; k < features; k++) {
        bias[k] = weights_of(s, GAMMA)[k] / sqrtf(weights_of(s, VARIANCE)[k] + epsilon);
        bias[features + k] = weights_of(s, BETA)[k] - weights_of(s, MEAN)[k] * bias[k];
    }
    l->bias = bias;
    return SEQNET_OK;
}

/* Cells and the names of their arrays. */
static seqnet_status make_cell(sn_c_image *image, const rt_layer *l, const source *s, size_t number,
                               seqnet_error *err)
{
    static const char *const names[2][6] = {
        {"kernel", "recurrent", "second", "bias", "product_bias", "pads"},
        {"kernel_2", "recurrent_2", "second_2", "bias_2", "product_bias_2", "pads_2"}};
    const sn_cell *const from = sn_layer_cell(s->layer);
    const char *const *const name = names[number];
    const float *tensors[SN_CELL_TENSORS];
    rt_cell *const c = &image->cells[image->cell_count++];
    const size_t units = l->units, gates = l->gates;
    for (size_t k = 0; k < SN_CELL_TENSORS; k++)
        tensors[k] = weights_of(s, number * SN_CELL_TENSORS + k);
    const bool resets_before = from->second == SN_SECOND_MEMO;
    const size_t first = resets_before ? from->second_gate * units : gates;
    SN_TRY(store(image, &c->kernel, whole(tensors[SN_KERNEL], l->input_features, gates), name[0],
                 s->number, err));
    SN_TRY(store(image, &c->recurrent_kernel,
                 (block){tensors[SN_RECURRENT_KERNEL], units, first, gates}, name[1], s->number,
                 err));
    if (resets_before)
        SN_TRY(store(image, &c->second_kernel,
                     (block){tensors[SN_RECURRENT_KERNEL] + first, units, units, gates}, name[2],
                     s->number, err));
    if (from->second == SN_SECOND_CARRY)
        SN_TRY(store(image, &c->second_kernel, whole(tensors[SN_CARRY_KERNEL], units, units),
                     name[2], s->number, err));
    SN_TRY(store_bias(image, &c->bias, tensors[SN_BIAS], gates, name[3], s->number, err));
    if (sn_cell_keeps_products(from))
        SN_TRY(store_bias(image, &c->product_bias, tensors[SN_BIAS] + gates, gates, name[4],
                          s->number, err));
    return SEQNET_OK;
}

static cell_step *step_of_cell(const sn_layer *from)
{
    static cell_step *const steps[SN_CELLS] = {[SN_CELL_LSTM] = step_lstm,
                                               [SN_CELL_GRU] = step_gru,
                                               [SN_CELL_GRU_RESET_BEFORE] = step_gru_reset_before,
                                               [SN_CELL_SIMPLE_RNN] = step_simple_rnn,
                                               [SN_CELL_LSTM_CARRY] = step_lstm_carry};
    return steps[sn_layer_cell(from)->kind];
}

static seqnet_status make_recurrent(sn_c_image *image, rt_layer *l, const source *s,
                                    seqnet_error *err)
{
    const sn_recurrent_spec *const spec = &s->layer->spec.recurrent;
    l->all = run_cells;
    l->cell = step_of_cell(s->layer);
    l->activate = activation_of(sn_recurrent_activation(s->layer));
    l->activate_gates = activation_of(sn_recurrent_gate_activation(s->layer));
    l->gives_sequences = spec->return_sequences;
    l->units = spec->units;
    l->gates = sn_recurrent_columns(s->layer);
    l->cell_count = sn_recurrent_cells(s->layer);
    l->cells = &image->cells[image->cell_count];
    for (size_t number = 0; number < l->cell_count; number++)
        SN_TRY(make_cell(image, l, s, number, err));
    return SEQNET_OK;
}

static seqnet_status make_activation(sn_c_image *image, rt_layer *l, const source *s,
                                     seqnet_error *err)
{
    (void)image;
    (void)err;
    l->step = apply_activation;
    l->activate = activation_of(s->layer->spec.activation.activation);
    return SEQNET_OK;
}

static seqnet_status make_concatenation(sn_c_image *image, rt_layer *l, const source *s,
                                        seqnet_error *err)
{
    (void)image;
    (void)s;
    (void)err;
    l->step = concatenate;
    return SEQNET_OK;
}

static seqnet_status make_stretches(sn_c_image *image, rt_layer *l, const source *s,
                                    seqnet_error *err)
{
    (void)image;
    (void)err;
    l->step = pool_stretch;
    l->size = s->layer->spec.max_pooling1d.pool_size;
    return SEQNET_OK;
}

static seqnet_status make_flatten(sn_c_image *image, rt_layer *l, const source *s,
                                  seqnet_error *err)
{
    (void)image;
    (void)s;
    (void)err;
    l->all = flatten;
    return SEQNET_OK;
}

static seqnet_status make_pooling(sn_c_image *image, rt_layer *l, const source *s,
                                  seqnet_error *err)
{
    (void)image;
    (void)err;
    const int mode = s->layer->spec.pooling.mode;
    l->all = pool_all;
    l->pools_max = sn_pools_max(mode);
    l->pools_mean = sn_pools_mean(mode);
    l->is_masked = l->is_masked && mode != SN_POOL_MAX_ALL;
    return SEQNET_OK;
}

typedef seqnet_status make_layer(sn_c_image *image, rt_layer *l, const source *s,
                                 seqnet_error *err);

_Static_assert(SN_LAYER_KINDS == SN_CONCATENATE + 1, "a row of MAKERS for each kind of layer");

/* NULL: the layer does nothing when a model scores, and is left out. */
static make_layer *const MAKERS[SN_LAYER_KINDS] = {[SN_EMBEDDING] = make_embedding,
                                                   [SN_LSTM] = make_recurrent,
                                                   [SN_GRU] = make_recurrent,
                                                   [SN_SIMPLE_RNN] = make_recurrent,
                                                   [SN_LSTM_CARRY] = make_recurrent,
                                                   [SN_DENSE] = make_dense,
                                                   [SN_POOLING] = make_pooling,
                                                   [SN_DROPOUT] = NULL,
                                                   [SN_CONV1D] = make_conv1d,
                                                   [SN_MAX_POOLING1D] = make_stretches,
                                                   [SN_FLATTEN] = make_flatten,
                                                   [SN_SPATIAL_DROPOUT1D] = NULL,
                                                   [SN_BATCH_NORMALIZATION] = make_normalisation,
                                                   [SN_ACTIVATION] = make_activation,
                                                   [SN_CONCATENATE] = make_concatenation};

/* Which layers of the model give a mask on; all masks are that of the ids. */
static void find_masks(const sn_network *net, bool gives[SN_MAX_LAYERS])
{
    for (size_t i = 0; i < net->count; i++) {
        const sn_layer *const from = &net->layers[i];
        gives[i] = from->input_count ? sn_layer_keeps_mask(from) : from->spec.embedding.mask_zero;
        for (size_t k = 0; k < from->input_count; k++)
            gives[i] = gives[i] && gives[sn_network_input(net, from, k)];
    }
}

/* What a layer takes depends on the id of the timestep alone. */
static bool is_by_id(const sn_c_image *image, const rt_layer *l)
{
    for (size_t k = 0; k < l->input_count; k++) {
        const rt_layer *const input = &image->layers[l->inputs[k]];
        const bool is_pointwise = input->step == embed || input->step == apply_dense ||
                                  input->step == apply_activation || input->step == normalise ||
                                  input->step == concatenate;
        if (!is_pointwise || !input->is_by_id)
            return false;
    }
    return true;
}

static seqnet_status make_layers(sn_c_image *image, seqnet_error *err)
{
    const sn_network *const net = &image->model->network;
    size_t numbers[SN_MAX_LAYERS];
    bool masks[SN_MAX_LAYERS];
    find_masks(net, masks);
    for (size_t i = 0; i < net->count; i++) {
        const sn_layer *const from = &net->layers[i];
        const size_t input = from->input_count ? sn_network_input(net, from, 0) : 0;
        const source s = {image->model, from, image->net.count};
        rt_layer *const l = &image->layers[image->net.count];
        make_layer *const make = MAKERS[from->spec.kind];
        numbers[i] = make ? image->net.count++ : numbers[input];
        if (!make)
            continue;
        l->input_count = from->input_count;
        for (size_t k = 0; k < from->input_count; k++)
            l->inputs[k] = numbers[sn_network_input(net, from, k)];
        l->time = sn_shape_steps(from->output);
        l->features = from->output.features;
        l->input_time = sn_shape_steps(from->input);
        l->input_features = from->input.features;
        l->is_masked = from->input_count && from->input.time && masks[input];
        l->is_by_id = is_by_id(image, l);
        SN_TRY(make(image, l, &s, err));
    }
    return SEQNET_OK;
}

/* How often a layer asks for each timestep of what it takes. */
static size_t times_asked(const rt_layer *l)
{
    return l->step == convolve ? l->size : l->cell_count ? l->cell_count : 1;
}

/* Stores the values that cost much and are asked for several times. The states of a single cell are
 * asked for in the order of timesteps, unless a second cell asks, too. */
static void choose_stored(sn_c_image *image)
{
    size_t asked[SN_MAX_LAYERS] = {0};
    for (size_t i = image->net.count; i-- > 0;) {
        rt_layer *const l = &image->layers[i];
        const bool costs = l->step == apply_dense || l->step == convolve ||
                           l->step == apply_activation || l->step == pool_stretch ||
                           l->step == concatenate;
        if (l->gives_sequences && l->cell_count == 1 && asked[i] == 1) {
            l->step = step_cell;
            l->all = NULL;
        } else if (!l->all && costs && asked[i] > 1) {
            l->all = step_by_step;
        }
        for (size_t k = 0; k < l->input_count; k++)
            asked[l->inputs[k]] += times_asked(l) * (l->all || asked[i] == 0 ? 1 : asked[i]);
    }
}

static size_t scratch_of(const rt_layer *l)
{
    const size_t rows = l->cell_count && l->cells->product_bias ? 3 : 2;
    return l->cell_count ? rows * l->gates + 3 * l->units : 0;
}

static void place_values(sn_c_image *image)
{
    for (size_t i = 0; i < image->net.count; i++) {
        rt_layer *const l = &image->layers[i];
        l->place = image->memory;
        l->scratch = l->place + (l->all ? l->time : 1) * l->features;
        image->memory = l->scratch + scratch_of(l);
    }
}

/* Runs a cell over pads alone and keeps its states now and then. */
static void find_pads(const network_run *r, const rt_layer *l, const rt_cell *c, float *pads)
{
    cell_state s = state_of(r, l, c);
    memset(s.hidden, 0, 2 * l->units * sizeof *s.hidden);
    for (size_t i = 1; i <= c->pad_states * l->pad_interval; i++) {
        advance(r, l, c, 0, i > 1 ? 0 : -1, &s);
        if (i % l->pad_interval)
            continue;
        memcpy(pads, s.hidden, 2 * l->units * sizeof *pads);
        pads += 2 * l->units;
    }
}

/* Stores the states after pads for the cell of a layer that reads them first, where nothing else of
 * the layer's way through them is wanted. */
static seqnet_status add_pads(sn_c_image *image, const network_run *r, size_t number,
                              seqnet_error *err)
{
    enum { INTERVAL = 32, STATES = 64 };
    rt_layer *const l = &image->layers[number];
    const bool pads_before = image->model->config.padding.padding == SEQNET_PRE;
    const size_t needed = (l->input_time + STATES - 1) / STATES;
    l->pad_interval = needed > INTERVAL ? needed : INTERVAL;
    if (!l->cell_count || l->gives_sequences || l->is_masked || !l->is_by_id ||
        l->input_time < l->pad_interval || (!pads_before && l->cell_count == 1))
        return SEQNET_OK;
    const size_t states = l->input_time / l->pad_interval;
    float *pads;
    SN_TRY(sn_c_image_add(image, &pads, SN_C_FLOAT, states * 2 * l->units, err, "layer%zu_pads",
                          number));
    rt_cell *const c = &image->cells[l->cells - image->cells + (pads_before ? 0 : 1)];
    c->pad_states = states;
    find_pads(r, l, c, pads);
    c->pads = pads;
    return SEQNET_OK;
}

static seqnet_status add_all_pads(sn_c_image *image, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    float *memory = NULL;
    int32_t *ids = NULL;
    SN_GOTO(sn_alloc(&memory, image->memory, sizeof *memory, err));
    SN_GOTO(sn_alloc(&ids, image->net.time, sizeof *ids, err));
    const network_run r = {.net = &image->net, .memory = memory, .ids = ids};
    for (size_t i = 0; i < image->net.count; i++) {
        const rt_layer *const l = &image->layers[i];
        if (l->all == step_by_step && l->is_by_id)
            l->all(&r, l, memory + l->place);
        SN_GOTO(add_pads(image, &r, i, err));
    }
out:
    free(memory);
    free(ids);
    return status;
}

seqnet_status sn_c_make_network(sn_c_image *image, seqnet_error *err)
{
    image->net.layers = image->layers;
    image->net.time = image->model->network.time;
    image->network_scale = image->model->ngrams ? (float)image->model->config.ngrams.network_share
                                                : sn_model_logit_scale(image->model);
    SN_TRY(make_layers(image, err));
    choose_stored(image);
    place_values(image);
    return add_all_pads(image, err);
}

#define NAME_OF(FUNCTION)                                                                          \
    if (function == (FUNCTION))                                                                    \
        return #FUNCTION;

const char *sn_c_step_name(compute_step *function)
{
    NAME_OF(embed)
    NAME_OF(apply_dense)
    NAME_OF(apply_activation)
    NAME_OF(normalise)
    NAME_OF(concatenate)
    NAME_OF(convolve)
    NAME_OF(pool_stretch)
    NAME_OF(step_cell)
    return "NULL";
}

const char *sn_c_all_name(compute_all *function)
{
    NAME_OF(run_cells)
    NAME_OF(pool_all)
    NAME_OF(flatten)
    NAME_OF(step_by_step)
    return "NULL";
}

const char *sn_c_cell_name(cell_step *function)
{
    NAME_OF(step_lstm)
    NAME_OF(step_gru)
    NAME_OF(step_gru_reset_before)
    NAME_OF(step_simple_rnn)
    NAME_OF(step_lstm_carry)
    return "NULL";
}

const char *sn_c_activation_name(rt_activation *function)
{
#define NAME_OF_ROW(NUMBER, FUNCTION) NAME_OF(FUNCTION)
    ACTIVATIONS(NAME_OF_ROW)
    return "NULL";
}

const char *sn_c_row_name(add_row *function)
{
    NAME_OF(add_float32)
    NAME_OF(add_float16)
    NAME_OF(add_int8)
    return "NULL";
}
