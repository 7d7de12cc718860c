/*
 * The kernels, in terms of simd.h. Included by one file for each instruction set, which defines
 * SN_VECTOR_BYTES, SN_KERNELS (the name of its table) and SN_KERNELS_NAME first.
 *
 * The matrix products of a step are tiles of a few rows held in registers: for each k, one load of
 * the weights' row serves all rows of the tile, and each product goes into an accumulator of its
 * own, whose order of additions does not depend on the tile's height. The gates are activated while
 * they are still in registers.
 *
 * e^x = 2^n e^r with n = round(x / ln 2) and |r| <= ln(2) / 2. Rounding adds and subtracts
 * 1.5 * 2^23, which leaves n in the low bits, from where it moves into the exponent. e^r - 1 is a
 * polynomial of degree 6 without its constant (its relative error by e^r is at most 3.1e-9, fitted
 * by weighted least squares on Chebyshev nodes), so that tanh keeps its digits near 0:
 * tanh |x| = -m / (2 + m) with m = e^(-2|x|) - 1.
 */
#include "kernels.h"

#include "simd.h"

#define SN_INLINE static inline __attribute__((always_inline))
/* A loop over a few registers, unrolled: arrays of vectors must not end up in memory. For that n
 * must be a constant where the loop stands; SN_FIRST(i, count, n) runs to `count`, which may become
 * one only where the function is inlined, but at most to n. */
#if defined(__clang__)
#define SN_FOR(i, n) _Pragma("unroll") for (int i = 0; i < (n); i++)
#else
#define SN_FOR(i, n) _Pragma("GCC unroll 16") for (int i = 0; i < (n); i++)
#endif
#define SN_FIRST(i, count, n)                                                                      \
    SN_FOR (i, n)                                                                                  \
        if (i < (count))

enum {
    PARTS = SN_LANES / VFLOATS,
    BLOCK = SN_LSTM_GATES * SN_LANES,
    ROWS = VFLOATS == 16 ? 4 : 2, /* of a tile: what the registers hold */
    BACKWARD_ROWS = VFLOATS == 16 ? 4 : 8 / PARTS,
    BACKWARD_GATES = 8 / PARTS / BACKWARD_ROWS /* at the same time, so that eight sums grow */
};

/* e^x = scale (1 + rest) */
typedef struct exp_parts {
    vfloat scale, rest;
} exp_parts;

/* x from -87.33654 to 88.37626, where the scale is a normal number; it is infinite up to 88.72283.
 * A NaN stays one. */
SN_INLINE exp_parts v_exp_parts(vfloat x)
{
    const vfloat magic = v_all(12582912.0F); /* 1.5 * 2^23 */
    const vfloat shifted = v_fma(x, v_all(1.44269504088896341F), magic);
    const vfloat n = shifted - magic;
    vfloat r = v_fnma(n, v_all(0.693359375F), x); /* ln 2 in two parts; the first has few bits */
    r = v_fnma(n, v_all(-2.12194440e-4F), r);
    vfloat p = v_all(1.3814599e-3F);
    p = v_fma(p, r, v_all(8.368717e-3F));
    p = v_fma(p, r, v_all(4.166839e-2F));
    p = v_fma(p, r, v_all(1.6666521e-1F));
    p = v_fma(p, r, v_all(4.9999994e-1F));
    const vint bits = ((vint)shifted << 23) + (vint)v_all(1.0F);
    return (exp_parts){(vfloat)bits, v_fma(p, r * r, r)};
}

SN_INLINE vfloat v_clamp(vfloat x, float low, float high)
{
    return v_min(v_all(high), v_max(v_all(low), x)); /* keeps a NaN */
}

/* Above 0 the scale is halved and the result doubled, for those whose scale would be infinite. */
SN_INLINE vfloat v_exp(vfloat x)
{
    const float low = -87.33654F, high = 88.72283F;
    const exp_parts e = v_exp_parts(v_clamp(x, low, high));
    const vfloat halved = (vfloat)((vint)e.scale - (1U << 23));
    const vfloat scale = v_if_less(x, v_all(0.0F), e.scale, halved);
    const vfloat factor = v_if_less(x, v_all(0.0F), v_all(1.0F), v_all(2.0F));
    const vfloat inside = v_fma(scale, e.rest, scale) * factor;
    const vfloat above = v_if_less(v_all(high), x, v_all(__builtin_inff()), inside);
    return v_if_less(x, v_all(low), v_all(0.0F), above);
}

SN_INLINE vfloat v_sigmoid(vfloat x)
{
    const exp_parts e = v_exp_parts(v_clamp(-x, -87.33654F, 88.37626F));
    return v_all(1.0F) / (v_all(1.0F) + v_fma(e.scale, e.rest, e.scale));
}

SN_INLINE vfloat v_tanh(vfloat x)
{
    const vfloat doubled = v_copysign(x + x, v_all(-1.0F));
    const exp_parts e = v_exp_parts(v_max(v_all(-40.0F), doubled));
    const vfloat m = v_fma(e.scale, e.rest, e.scale - v_all(1.0F));
    return v_copysign(m / (v_all(2.0F) + m), x);
}

/* y = f(x) for any count: the rest that fills no vector goes through a padded copy. */
#define SN_DEFINE_MAP(NAME, FUNCTION)                                                              \
    static void NAME(const float *x, float *y, size_t count)                                       \
    {                                                                                              \
        size_t i = 0;                                                                              \
        for (; i + VFLOATS <= count; i += VFLOATS)                                                 \
            v_store(y + i, FUNCTION(v_load(x + i)));                                               \
        float rest[VFLOATS] = {0};                                                                 \
        memcpy(rest, x + i, (count - i) * sizeof *x);                                              \
        v_store(rest, FUNCTION(v_load(rest)));                                                     \
        memcpy(y + i, rest, (count - i) * sizeof *y);                                              \
    }

SN_DEFINE_MAP(map_exp, v_exp)
SN_DEFINE_MAP(map_sigmoid, v_sigmoid)
SN_DEFINE_MAP(map_tanh, v_tanh)

static void add(float *y, const float *x, size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        v_store(y + i, v_load(y + i) + v_load(x + i));
    for (; i < count; i++)
        y[i] += x[i];
}

static void maximum(float *most, float *at, const float *x, float step, size_t count)
{
    for (size_t i = 0; i < count; i += VFLOATS) {
        const vfloat before = v_load(most + i), now = v_load(x + i);
        v_store(most + i, v_if_less(before, now, now, before));
        if (at)
            v_store(at + i, v_if_less(before, now, v_all(step), v_load(at + i)));
    }
}

static void maximum_backward(float *dx, const float *d_most, const float *at, float step,
                             size_t count)
{
    for (size_t i = 0; i < count; i += VFLOATS) {
        const vfloat distance = v_load(at + i) - v_all(step); /* of whole numbers */
        const vfloat share =
            v_if_less(distance * distance, v_all(0.25F), v_load(d_most + i), v_all(0.0F));
        v_store(dx + i, v_load(dx + i) + share);
    }
}

/* VFLOATS units of the four gates. */
typedef vfloat gate_sums[SN_LSTM_GATES];

SN_INLINE void load_gates(vfloat *to, const float *from)
{
    SN_FOR (g, SN_LSTM_GATES)
        to[g] = v_load(from + g * SN_LANES);
}

SN_INLINE void store_gates(float *to, const vfloat *from)
{
    SN_FOR (g, SN_LSTM_GATES)
        v_store(to + g * SN_LANES, from[g]);
}

/* Where unit number `unit` of the first gate stands in a packed row; the other gates are SN_LANES
 * floats apart. */
SN_INLINE size_t packed_at(size_t unit)
{
    return unit / SN_LANES * BLOCK + unit % SN_LANES;
}

/* sums[r][g] += x[r][k] w[k][g] for all k < depth; w is one packed block. */
SN_INLINE void accumulate(gate_sums *sums, const int rows, const float *const *x, size_t depth,
                          const float *w)
{
    for (size_t k = 0; k < depth; k++, w += BLOCK) {
        vfloat factor[ROWS];
        SN_FIRST (r, rows, ROWS)
            factor[r] = v_all(x[r][k]);
        SN_FOR (g, SN_LSTM_GATES) {
            const vfloat column = v_load(w + g * SN_LANES);
            SN_FIRST (r, rows, ROWS)
                sums[r][g] = v_fma(factor[r], column, sums[r][g]);
        }
    }
}

/* Projections of ids[first .. first + rows). */
SN_INLINE void project_tile(const sn_projection *p, size_t first, const int rows)
{
    const size_t width = p->units * SN_LSTM_GATES;
    const float *inputs[ROWS];
    SN_FIRST (r, rows, ROWS)
        inputs[r] = p->table + (size_t)p->ids[first + (size_t)r] * p->features;
    for (size_t unit = 0; unit < p->units; unit += VFLOATS) {
        const size_t at = packed_at(unit), block = unit / SN_LANES * BLOCK;
        gate_sums z[ROWS];
        SN_FIRST (r, rows, ROWS)
            load_gates(z[r], p->bias + at);
        accumulate(z, rows, inputs, p->features, p->kernel + block * p->features + at - block);
        SN_FIRST (r, rows, ROWS)
            store_gates(p->out + (first + (size_t)r) * width + at, z[r]);
    }
}

static void project(const sn_projection *p)
{
    size_t i = 0;
    for (; i + ROWS <= p->count; i += ROWS)
        project_tile(p, i, ROWS);
    for (; i < p->count; i++)
        project_tile(p, i, 1);
}

/* From z to the next state, for VFLOATS units of a row. */
SN_INLINE void cell_forward(const sn_lstm_forward *s, size_t row, size_t unit, const vfloat *z)
{
    const size_t at = row * s->units + unit;
    const vfloat i = v_sigmoid(z[0]), f = v_sigmoid(z[1]), g = v_tanh(z[2]), o = v_sigmoid(z[3]);
    const vfloat c = v_fma(f, v_load(s->cell + at), i * g);
    const vfloat tanh_c = v_tanh(c);
    v_store(s->cell_next + at, c);
    vfloat hidden = o * tanh_c;
    if (s->hidden_scale)
        hidden = hidden * v_load(s->hidden_scale + at);
    v_store(s->hidden_next + at, hidden);
    if (!s->gates)
        return;
    const gate_sums gates = {i, f, g, o};
    store_gates(s->gates + row * s->units * SN_LSTM_GATES + packed_at(unit), gates);
    v_store(s->tanh_cell + at, tanh_c);
}

/* Rows row .. row + rows of a step. */
SN_INLINE void forward_tile(const sn_lstm_forward *s, size_t row, const int rows)
{
    const size_t width = s->units * SN_LSTM_GATES;
    const float *hidden[ROWS], *projection[ROWS];
    SN_FIRST (r, rows, ROWS) {
        hidden[r] = s->hidden + (row + (size_t)r) * s->units;
        projection[r] = s->projections + (size_t)s->tokens[row + (size_t)r] * width;
    }
    for (size_t unit = 0; unit < s->units; unit += VFLOATS) {
        const size_t at = packed_at(unit), block = unit / SN_LANES * BLOCK;
        gate_sums z[ROWS];
        SN_FIRST (r, rows, ROWS)
            load_gates(z[r], projection[r] + at);
        accumulate(z, rows, hidden, s->units, s->recurrent + block * s->units + at - block);
        SN_FIRST (r, rows, ROWS)
            cell_forward(s, row + (size_t)r, unit, z[r]);
    }
}

static void lstm_forward(const sn_lstm_forward *s)
{
    size_t row = 0;
    for (; row + ROWS <= s->rows; row += ROWS)
        forward_tile(s, row, ROWS);
    for (; row < s->rows; row++)
        forward_tile(s, row, 1);
}

/* From gates to dz, and d_cell from after the step to before it, for VFLOATS units of a row. */
SN_INLINE void cell_backward(const sn_lstm_backward *s, size_t row, size_t unit)
{
    const size_t at = row * s->units + unit, width = s->units * SN_LSTM_GATES;
    float *const gates = s->gates + row * width + packed_at(unit);
    float *const sum = s->d_projections + (size_t)s->tokens[row] * width + packed_at(unit);
    const vfloat one = v_all(1.0F);
    gate_sums a, sums;
    load_gates(a, gates);
    load_gates(sums, sum);
    const vfloat i = a[0], f = a[1], g = a[2], o = a[3];
    const vfloat dh = v_load(s->d_hidden + at), tanh_c = v_load(s->tanh_cell + at);
    const vfloat dc = v_fma(dh * o, v_fnma(tanh_c, tanh_c, one), v_load(s->d_cell + at));
    const gate_sums dz = {dc * g * (i * (one - i)), dc * v_load(s->cell + at) * (f * (one - f)),
                          dc * i * v_fnma(g, g, one), dh * tanh_c * (o * (one - o))};
    v_store(s->d_cell + at, dc * f);
    store_gates(gates, dz);
    SN_FOR (k, SN_LSTM_GATES)
        sums[k] = sums[k] + dz[k];
    store_gates(sum, sums);
}

/* A tile of d_hidden: some rows, the SN_LANES units of a block. */
typedef vfloat state_sums[BACKWARD_ROWS][PARTS];

/* sums[g] = the part of gate first + g, for `gates` of them. */
SN_INLINE void sum_gates(const float *const *dz, const float *w, size_t units, const int rows,
                         const int first, const int gates, state_sums *sums)
{
    SN_FIRST (g, gates, SN_LSTM_GATES)
        SN_FIRST (r, rows, BACKWARD_ROWS)
            SN_FOR (p, PARTS)
                sums[g][r][p] = v_all(0.0F);
    for (size_t at = (size_t)first * SN_LANES; at < units * SN_LSTM_GATES; at += BLOCK - SN_LANES)
        for (const size_t end = at + SN_LANES; at < end; at++)
            SN_FIRST (g, gates, SN_LSTM_GATES)
                SN_FOR (p, PARTS) {
                    const size_t k = at + (size_t)g * SN_LANES;
                    const vfloat column = v_load(w + k * SN_LANES + p * VFLOATS);
                    SN_FIRST (r, rows, BACKWARD_ROWS)
                        sums[g][r][p] = v_fma(v_all(dz[r][k]), column, sums[g][r][p]);
                }
}

/* d_hidden = dz recurrent^T for `rows` rows and the units of one block. Each gate's part is summed
 * on its own, in the order of units, and the four are added in the order of gates, whether one, two
 * or all of them (`gates`) are under way at the same time. */
SN_INLINE void d_hidden_tile(const sn_lstm_backward *s, size_t row, size_t block, const int rows,
                             const int gates)
{
    const size_t width = s->units * SN_LSTM_GATES;
    const float *dz[BACKWARD_ROWS];
    state_sums total, sums[SN_LSTM_GATES];
    SN_FIRST (r, rows, BACKWARD_ROWS)
        dz[r] = s->gates + (row + (size_t)r) * width;
    SN_FIRST (r, rows, BACKWARD_ROWS)
        SN_FOR (p, PARTS)
            total[r][p] = v_all(0.0F);
    for (int first = 0; first < SN_LSTM_GATES; first += gates) {
        sum_gates(dz, s->recurrent_transposed + block * width * SN_LANES, s->units, rows, first,
                  gates, sums);
        SN_FIRST (g, gates, SN_LSTM_GATES)
            SN_FIRST (r, rows, BACKWARD_ROWS)
                SN_FOR (p, PARTS)
                    total[r][p] = total[r][p] + sums[g][r][p];
    }
    SN_FIRST (r, rows, BACKWARD_ROWS)
        SN_FOR (p, PARTS) {
            const size_t at = (row + (size_t)r) * s->units + block * SN_LANES + (size_t)p * VFLOATS;
            if (s->d_hidden_scale)
                total[r][p] = total[r][p] * v_load(s->d_hidden_scale + at);
            v_store(s->d_hidden + at, total[r][p]);
        }
}

static void lstm_backward(const sn_lstm_backward *s)
{
    for (size_t row = 0; row < s->rows; row++)
        for (size_t unit = 0; unit < s->units; unit += VFLOATS)
            cell_backward(s, row, unit);
    for (size_t block = 0; block < s->units / SN_LANES; block++) {
        size_t row = 0;
        for (; row + BACKWARD_ROWS <= s->rows; row += BACKWARD_ROWS)
            d_hidden_tile(s, row, block, BACKWARD_ROWS, BACKWARD_GATES);
        for (; row + BACKWARD_ROWS / 2 <= s->rows; row += BACKWARD_ROWS / 2)
            d_hidden_tile(s, row, block, BACKWARD_ROWS / 2, 2 * BACKWARD_GATES);
        for (; row < s->rows; row++)
            d_hidden_tile(s, row, block, 1, SN_LSTM_GATES);
    }
}

SN_INLINE void rmsprop_at(float *weights, const float *gradients, float *velocity, vfloat rate)
{
    const vfloat g = v_load(gradients);
    const vfloat v = v_fma(v_all(0.1F) * g, g, v_all(0.9F) * v_load(velocity));
    v_store(velocity, v);
    v_store(weights, v_load(weights) - rate * g / v_sqrt(v + v_all(SN_OPTIMIZER_EPSILON)));
}

static void rmsprop(float *weights, const float *gradients, float *velocity, float rate,
                    size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        rmsprop_at(weights + i, gradients + i, velocity + i, v_all(rate));
    if (i == count)
        return;
    float w[VFLOATS] = {0}, g[VFLOATS] = {0}, v[VFLOATS] = {0};
    const size_t bytes = (count - i) * sizeof *w;
    memcpy(w, weights + i, bytes);
    memcpy(g, gradients + i, bytes);
    memcpy(v, velocity + i, bytes);
    rmsprop_at(w, g, v, v_all(rate));
    memcpy(weights + i, w, bytes);
    memcpy(velocity + i, v, bytes);
}

/* Two vectors at a time, since each waits for its last product. */
SN_INLINE void decay_at(float *velocity, size_t times)
{
    vfloat a = v_load(velocity), b = v_load(velocity + VFLOATS);
    for (size_t i = 0; i < times; i++) {
        a = v_all(0.9F) * a;
        b = v_all(0.9F) * b;
    }
    v_store(velocity, a);
    v_store(velocity + VFLOATS, b);
}

static void rmsprop_decay(float *velocity, size_t times, size_t count)
{
    enum { MOST = 2000 }; /* after which not even the largest float changes any more */
    const size_t n = times < MOST ? times : MOST;
    size_t i = 0;
    for (; i + 2 * VFLOATS <= count; i += 2 * VFLOATS)
        decay_at(velocity + i, n);
    float rest[2 * VFLOATS] = {0};
    if (i == count || n == 0)
        return;
    memcpy(rest, velocity + i, (count - i) * sizeof *rest);
    decay_at(rest, n);
    memcpy(velocity + i, rest, (count - i) * sizeof *rest);
}

SN_INLINE void adam_at(float *weights, const float *gradients, float *momentum, float *velocity,
                       vfloat rate)
{
    const vfloat g = v_load(gradients);
    const vfloat m = v_fma(v_all(0.1F), g, v_all(0.9F) * v_load(momentum));
    const vfloat v = v_fma(v_all(0.001F) * g, g, v_all(0.999F) * v_load(velocity));
    v_store(momentum, m);
    v_store(velocity, v);
    v_store(weights, v_load(weights) - rate * m / (v_sqrt(v) + v_all(SN_OPTIMIZER_EPSILON)));
}

static void adam(float *weights, const float *gradients, float *momentum, float *velocity,
                 float rate, size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        adam_at(weights + i, gradients + i, momentum + i, velocity + i, v_all(rate));
    if (i == count)
        return;
    float w[VFLOATS] = {0}, g[VFLOATS] = {0}, m[VFLOATS] = {0}, v[VFLOATS] = {0};
    const size_t bytes = (count - i) * sizeof *w;
    memcpy(w, weights + i, bytes);
    memcpy(g, gradients + i, bytes);
    memcpy(m, momentum + i, bytes);
    memcpy(v, velocity + i, bytes);
    adam_at(w, g, m, v, v_all(rate));
    memcpy(weights + i, w, bytes);
    memcpy(momentum + i, m, bytes);
    memcpy(velocity + i, v, bytes);
}

SN_INLINE void average_at(float *average, const float *weights, vfloat share)
{
    const vfloat a = v_load(average);
    v_store(average, v_fma(share, v_load(weights) - a, a));
}

static void average(float *average, const float *weights, float share, size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        average_at(average + i, weights + i, v_all(share));
    if (i == count)
        return;
    float a[VFLOATS] = {0}, w[VFLOATS] = {0};
    const size_t bytes = (count - i) * sizeof *a;
    memcpy(a, average + i, bytes);
    memcpy(w, weights + i, bytes);
    average_at(a, w, v_all(share));
    memcpy(average + i, a, bytes);
}

const sn_kernels SN_KERNELS = {.name = SN_KERNELS_NAME,
                               .exp = map_exp,
                               .sigmoid = map_sigmoid,
                               .tanh = map_tanh,
                               .add = add,
                               .maximum = maximum,
                               .maximum_backward = maximum_backward,
                               .rmsprop = rmsprop,
                               .rmsprop_decay = rmsprop_decay,
                               .adam = adam,
                               .average = average,
                               .project = project,
                               .lstm_forward = lstm_forward,
                               .lstm_backward = lstm_backward};
