/*
 * A network for one text. The value of a layer is one vector for each timestep, or one vector; it
 * is either stored for all timesteps or computed anew whenever a later layer asks for a timestep.
 * Equations and gate orders are Keras's.
 */
#ifndef SN_C_NETWORK_H
#define SN_C_NETWORK_H

#include <stdbool.h>

#include "functions.h"

typedef struct rt_matrix rt_matrix;

/* Adds a row of the matrix, times a factor, to `to`. */
typedef void add_row(const rt_matrix *m, size_t row, float factor, float *to);

struct rt_matrix {
    add_row *add;
    size_t columns;
    /* [rows, columns] */
    const void *numbers;
    /* [rows]: of int8 numbers, what a row's are multiplied by; else NULL */
    const float *scales;
};

/* The weights of a cell. */
typedef struct rt_cell {
    rt_matrix kernel, recurrent_kernel;
    /* of a GRU that resets before the product: the columns of the candidate; of a carry track: the
     * carry's */
    rt_matrix second_kernel;
    const float *bias;
    /* of a GRU's products, else NULL */
    const float *product_bias;
    /* [pad_states, states]: the states after pad_interval pads, after twice as many ...; NULL: none
     * are known */
    const float *pads;
    size_t pad_states;
} rt_cell;

/* A cell on its way over the timesteps, H numbers each unless said otherwise. */
typedef struct cell_state {
    /* [G H]: the projection; it and the products, then activated gates; the products of a GRU */
    float *projection, *gates, *products;
    /* Side by side, as `pads` has them. */
    float *hidden, *carry;
    float *memo;
} cell_state;

typedef struct rt_layer rt_layer;
typedef struct rt_network rt_network;

typedef void cell_step(const rt_layer *l, const rt_cell *c, cell_state *s);

/* A network at work. */
typedef struct network_run {
    const rt_network *net;
    float *memory;
    /* [time]: padded */
    const int32_t *ids;
} network_run;

/* Computes a layer's vector at a timestep. */
typedef void compute_step(const network_run *r, const rt_layer *l, size_t t, float *to);

/* Computes a layer's vectors at all timesteps. */
typedef void compute_all(const network_run *r, const rt_layer *l, float *to);

enum { INPUTS_MAX = 8 };

struct rt_layer {
    compute_step *step;
    /* NULL: its vectors are computed when they are asked for */
    compute_all *all;
    /* [input_count]: the numbers of the layers that it takes */
    size_t input_count;
    size_t inputs[INPUTS_MAX];
    /* Timesteps of its value and numbers in each; and those of what it takes. */
    size_t time, features, input_time, input_features;
    /* Where its value begins in the memory, and its scratch. */
    size_t place, scratch;
    rt_matrix kernel;
    const float *bias;
    rt_activation *activate, *activate_gates;
    /* of a convolution: timesteps that it sees, and how many of them come before; of pooling: the
     * size of a stretch */
    size_t size, before;
    /* The timesteps of its input are masked where the id is 0. */
    bool is_masked;
    /* What it takes at a timestep depends on the id there alone. */
    bool is_by_id;
    bool gives_sequences, pools_max, pools_mean;
    /* of a recurrent layer: one cell, or two of which the second reads backward */
    const rt_cell *cells;
    size_t cell_count, units, gates, pad_interval;
    cell_step *cell;
};

struct rt_network {
    const rt_layer *layers;
    size_t count, time;
};

/* The vector of a layer at a timestep, valid until the layer's next one is asked for. */
static const float *value_at(const network_run *r, size_t number, size_t t)
{
    const rt_layer *const l = &r->net->layers[number];
    float *const to = r->memory + l->place;
    if (l->all)
        return to + t * l->features;
    l->step(r, l, t, to);
    return to;
}

static const float *input_at(const network_run *r, const rt_layer *l, size_t t)
{
    return value_at(r, l->inputs[0], t);
}

static void add_float32(const rt_matrix *m, size_t row, float factor, float *to)
{
    const unsigned char *const from =
        (const unsigned char *)m->numbers + row * m->columns * sizeof(float);
    for (size_t k = 0; k < m->columns; k++) {
        float weight;
        memcpy(&weight, from + k * sizeof weight, sizeof weight);
        to[k] += factor * weight;
    }
}

/* A half-precision number; its exponent is shifted by a product, which takes care of subnormal
 * ones, too. */
static float float_of_half(uint16_t bits)
{
    const float size = float_of((uint32_t)(bits & 0x7fffU) << 13) * 5.192296858534828e33F;
    return bits & 0x8000U ? -size : size;
}

static void add_float16(const rt_matrix *m, size_t row, float factor, float *to)
{
    const uint16_t *const from = (const uint16_t *)m->numbers + row * m->columns;
    for (size_t k = 0; k < m->columns; k++)
        to[k] += factor * float_of_half(from[k]);
}

static void add_int8(const rt_matrix *m, size_t row, float factor, float *to)
{
    const int8_t *const from = (const int8_t *)m->numbers + row * m->columns;
    const float scale = factor * m->scales[row];
    for (size_t k = 0; k < m->columns; k++)
        to[k] += scale * (float)from[k];
}

/* to += x matrix[first ..] */
static void add_product(const rt_matrix *m, size_t first, const float *x, size_t rows, float *to)
{
    for (size_t k = 0; k < rows; k++)
        m->add(m, first + k, x[k], to);
}

static void embed(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    memset(to, 0, l->features * sizeof *to);
    l->kernel.add(&l->kernel, (size_t)r->ids[t], 1.0F, to);
}

static void apply_dense(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    const float *const x = input_at(r, l, t);
    memcpy(to, l->bias, l->features * sizeof *to);
    add_product(&l->kernel, 0, x, l->input_features, to);
    l->activate(to, l->features);
}

static void apply_activation(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    memcpy(to, input_at(r, l, t), l->features * sizeof *to);
    l->activate(to, l->features);
}

/* The bias is [2, features]: what the input is multiplied by, and what is added. */
static void normalise(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    const float *const x = input_at(r, l, t);
    for (size_t k = 0; k < l->features; k++)
        to[k] = x[k] * l->bias[k] + l->bias[l->features + k];
}

static void concatenate(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    for (size_t i = 0; i < l->input_count; i++) {
        const size_t features = r->net->layers[l->inputs[i]].features;
        memcpy(to, value_at(r, l->inputs[i], t), features * sizeof *to);
        to += features;
    }
}

/* Whether a convolution sees nothing but pads, as it did one timestep before. */
static bool sees_pads_again(const network_run *r, const rt_layer *l, size_t t)
{
    if (!l->is_by_id || t <= l->before || t - l->before + l->size > l->input_time)
        return false;
    for (size_t i = t - l->before - 1; i < t - l->before + l->size; i++)
        if (r->ids[i] != 0)
            return false;
    return true;
}

/* Timesteps are asked for in order, so that what is not stored is the one before it. */
static void convolve(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    if (sees_pads_again(r, l, t)) {
        if (l->all)
            memcpy(to, to - l->features, l->features * sizeof *to);
        return;
    }
    memcpy(to, l->bias, l->features * sizeof *to);
    for (size_t j = 0; j < l->size; j++)
        if (t + j >= l->before && t + j - l->before < l->input_time)
            add_product(&l->kernel, j * l->input_features, input_at(r, l, t + j - l->before),
                        l->input_features, to);
    l->activate(to, l->features);
}

static void take_maximum(const float *x, size_t count, bool is_first, float *most)
{
    for (size_t k = 0; k < count; k++)
        if (is_first || x[k] > most[k])
            most[k] = x[k];
}

static void pool_stretch(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    for (size_t j = 0; j < l->size; j++)
        take_maximum(input_at(r, l, t * l->size + j), l->features, j == 0, to);
}

/* Maxima come before means. */
static void pool_all(const network_run *r, const rt_layer *l, float *to)
{
    float *const sum = to + (l->pools_max ? l->input_features : 0);
    size_t count = 0;
    memset(to, 0, l->features * sizeof *to);
    for (size_t t = 0; t < l->input_time; t++) {
        if (l->is_masked && r->ids[t] == 0)
            continue;
        const float *const x = input_at(r, l, t);
        if (l->pools_max)
            take_maximum(x, l->input_features, count == 0, to);
        for (size_t k = 0; l->pools_mean && k < l->input_features; k++)
            sum[k] += x[k];
        count++;
    }
    for (size_t k = 0; l->pools_mean && count && k < l->input_features; k++)
        sum[k] /= (float)count;
}

static void flatten(const network_run *r, const rt_layer *l, float *to)
{
    for (size_t t = 0; t < l->input_time; t++)
        memcpy(to + t * l->input_features, input_at(r, l, t), l->input_features * sizeof *to);
}

static void step_by_step(const network_run *r, const rt_layer *l, float *to)
{
    for (size_t t = 0; t < l->time; t++)
        l->step(r, l, t, to + t * l->features);
}

/*
 *     z = x kernel + h recurrent_kernel + bias = [ zi | zf | zg | zo ]
 *     i = sigmoid(zi)   f = sigmoid(zf)   g = tanh(zg)   o = sigmoid(zo)
 *     c' = f c + i g                                     h' = o tanh(c')
 */
static void step_lstm(const rt_layer *l, const rt_cell *c, cell_state *s)
{
    const size_t units = l->units;
    float *const i = s->gates, *const f = i + units, *const g = f + units, *const o = g + units;
    add_product(&c->recurrent_kernel, 0, s->hidden, units, s->gates);
    l->activate_gates(i, 2 * units);
    l->activate(g, units);
    l->activate_gates(o, units);
    for (size_t k = 0; k < units; k++)
        s->memo[k] = s->carry[k] = f[k] * s->carry[k] + i[k] * g[k];
    l->activate(s->memo, units);
    for (size_t k = 0; k < units; k++)
        s->hidden[k] = o[k] * s->memo[k];
}

/* h' = z h + (1 - z) g */
static void mix(size_t units, cell_state *s)
{
    const float *const z = s->gates, *const g = z + 2 * units;
    for (size_t k = 0; k < units; k++)
        s->hidden[k] = g[k] + z[k] * (s->hidden[k] - g[k]);
}

/* z = sigmoid(xz + hz)   r = sigmoid(xr + hr)   g = tanh(xg + r hg) */
static void step_gru(const rt_layer *l, const rt_cell *c, cell_state *s)
{
    const size_t units = l->units;
    float *const z = s->gates, *const r = z + units, *const g = r + units;
    memcpy(s->products, c->product_bias, 3 * units * sizeof *s->products);
    add_product(&c->recurrent_kernel, 0, s->hidden, units, s->products);
    for (size_t k = 0; k < 2 * units; k++)
        z[k] += s->products[k];
    l->activate_gates(z, 2 * units);
    for (size_t k = 0; k < units; k++)
        g[k] += r[k] * s->products[2 * units + k];
    l->activate(g, units);
    mix(units, s);
}

/* g = tanh(xg + (r h) second_kernel) */
static void step_gru_reset_before(const rt_layer *l, const rt_cell *c, cell_state *s)
{
    const size_t units = l->units;
    float *const z = s->gates, *const r = z + units, *const g = r + units;
    add_product(&c->recurrent_kernel, 0, s->hidden, units, z);
    l->activate_gates(z, 2 * units);
    for (size_t k = 0; k < units; k++)
        s->memo[k] = r[k] * s->hidden[k];
    add_product(&c->second_kernel, 0, s->memo, units, g);
    l->activate(g, units);
    mix(units, s);
}

/* h' = tanh(x kernel + h recurrent_kernel + bias) */
static void step_simple_rnn(const rt_layer *l, const rt_cell *c, cell_state *s)
{
    add_product(&c->recurrent_kernel, 0, s->hidden, l->units, s->gates);
    l->activate(s->gates, l->units);
    memcpy(s->hidden, s->gates, l->units * sizeof *s->hidden);
}

/* i = sigmoid(zi)   f = sigmoid(zf)   k = tanh(zk)   h' = tanh(zo + c second_kernel)
 * c' = i k + c f */
static void step_lstm_carry(const rt_layer *l, const rt_cell *c, cell_state *s)
{
    const size_t units = l->units;
    float *const i = s->gates, *const f = i + units, *const g = f + units, *const o = g + units;
    add_product(&c->recurrent_kernel, 0, s->hidden, units, s->gates);
    add_product(&c->second_kernel, 0, s->carry, units, o);
    l->activate_gates(i, 2 * units);
    l->activate(g, 2 * units);
    for (size_t k = 0; k < units; k++)
        s->carry[k] = i[k] * g[k] + s->carry[k] * f[k];
    memcpy(s->hidden, o, units * sizeof *o);
}

/* A cell's state in the memory: projection, gates and, of a cell with a bias for them, products [G
 * H] each; hidden, carry and memo [H] each. */
static cell_state state_of(const network_run *r, const rt_layer *l, const rt_cell *c)
{
    cell_state s;
    s.projection = r->memory + l->scratch;
    s.gates = s.projection + l->gates;
    s.products = s.gates + l->gates;
    s.hidden = s.products + (c->product_bias ? l->gates : 0);
    s.carry = s.hidden + l->units;
    s.memo = s.carry + l->units;
    return s;
}

/* Runs a cell over a timestep. `last` is the id of the one whose projection is there, or -1. */
static void advance(const network_run *r, const rt_layer *l, const rt_cell *c, size_t t,
                    int32_t last, cell_state *s)
{
    if (!l->is_by_id || r->ids[t] != last) {
        memcpy(s->projection, c->bias, l->gates * sizeof *s->projection);
        add_product(&c->kernel, 0, input_at(r, l, t), l->input_features, s->projection);
    }
    memcpy(s->gates, s->projection, l->gates * sizeof *s->gates);
    l->cell(l, c, s);
}

/* Begins with zeros or, where the first timesteps are pads, with the state after as many of them as
 * is known. Returns how many timesteps that are. */
static size_t begin_cell(const network_run *r, const rt_layer *l, const rt_cell *c,
                         bool is_backward)
{
    float *const states = state_of(r, l, c).hidden;
    size_t pads = 0, known;
    memset(states, 0, 2 * l->units * sizeof *states);
    if (!c->pads)
        return 0;
    while (pads < l->input_time && r->ids[is_backward ? l->input_time - 1 - pads : pads] == 0)
        pads++;
    known = pads / l->pad_interval;
    known = known < c->pad_states ? known : c->pad_states;
    if (known)
        memcpy(states, c->pads + (known - 1) * 2 * l->units, 2 * l->units * sizeof *states);
    return known * l->pad_interval;
}

/* Runs cell number `number` over all timesteps. */
static void run_cell(const network_run *r, const rt_layer *l, size_t number, float *to)
{
    const rt_cell *const c = &l->cells[number];
    const size_t units = l->units, size = units * sizeof(float);
    cell_state s = state_of(r, l, c);
    int32_t last = -1;
    for (size_t i = begin_cell(r, l, c, number > 0); i < l->input_time; i++) {
        const size_t t = number ? l->input_time - 1 - i : i;
        const bool is_masked = l->is_masked && r->ids[t] == 0;
        if (!is_masked) {
            advance(r, l, c, t, last, &s);
            last = r->ids[t];
        }
        if (!l->gives_sequences)
            continue;
        float *const out = to + t * l->features + number * units;
        if (is_masked && l->cell_count > 1) /* as in Keras */
            memset(out, 0, size);
        else
            memcpy(out, s.hidden, size);
    }
    if (!l->gives_sequences)
        memcpy(to + number * units, s.hidden, size);
}

static void run_cells(const network_run *r, const rt_layer *l, float *to)
{
    for (size_t number = 0; number < l->cell_count; number++)
        run_cell(r, l, number, to);
}

/* One cell, whose states are asked for one after the other; none of a masked timestep needs to be,
 * since that leaves the state as it is. */
static void step_cell(const network_run *r, const rt_layer *l, size_t t, float *to)
{
    cell_state s = state_of(r, l, l->cells);
    if (!l->is_masked || r->ids[t] != 0)
        advance(r, l, l->cells, t, t ? r->ids[t - 1] : -1, &s);
    memcpy(to, s.hidden, l->units * sizeof *to);
}

/* Runs the network over `time` padded ids; returns the logits, which lie in the memory. */
static const float *run_network(const rt_network *n, float *memory, const int32_t *ids)
{
    network_run r;
    r.net = n;
    r.memory = memory;
    r.ids = ids;
    for (size_t i = 0; i < n->count; i++) {
        const rt_layer *const l = &n->layers[i];
        if (l->all)
            l->all(&r, l, memory + l->place);
        else if (l->cells)
            (void)begin_cell(&r, l, l->cells, false);
    }
    return value_at(&r, n->count - 1, 0);
}

#endif
