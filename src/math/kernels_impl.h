/*
 * The kernels, in terms of simd.h. Included by one file for each instruction set, which defines
 * SN_KERNELS (the name of its table) and SN_KERNELS_NAME first.
 *
 * The matrix products of a step are tiles of a few rows held in registers: for each k, one load of
 * the weights' row serves all rows of the tile, and each product goes into an accumulator of its
 * own, in the order of k whatever the tile's height. The gates are activated while they are still
 * in registers.
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
#if defined(__clang__)
#define SN_UNROLL _Pragma("unroll")
#else
#define SN_UNROLL _Pragma("GCC unroll 16")
#endif

enum {
    PARTS = SN_LANES / VFLOATS,
    BLOCK = SN_LSTM_GATES * SN_LANES,
    ROWS = VFLOATS == 16 ? 4 : 2, /* of a tile: what the registers hold */
    BACKWARD_ROWS = 8 / PARTS
};

/* e^x = scale (1 + rest) */
typedef struct exp_parts {
    vfloat scale, rest;
} exp_parts;

/* x from -87.33654 to 88.37626, where the scale is a normal number. A NaN stays one. */
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

SN_INLINE vfloat v_exp(vfloat x)
{
    const float low = -87.33654F, high = 88.37626F;
    const exp_parts e = v_exp_parts(v_clamp(x, low, high));
    const vfloat inside = v_fma(e.scale, e.rest, e.scale);
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

/* VFLOATS units of the four gates. */
typedef vfloat gate_sums[SN_LSTM_GATES];

/* sums[r][g] += x[r][k] w[k][g] for all k < depth; w is one packed block. */
SN_INLINE void accumulate(gate_sums *sums, const int rows, const float *const *x, size_t depth,
                          const float *w)
{
    for (size_t k = 0; k < depth; k++, w += BLOCK) {
        vfloat factor[ROWS];
        SN_UNROLL for (int r = 0; r < rows; r++) factor[r] = v_all(x[r][k]);
        SN_UNROLL for (int g = 0; g < SN_LSTM_GATES; g++)
        {
            const vfloat column = v_load(w + g * SN_LANES);
            SN_UNROLL for (int r = 0; r < rows; r++) sums[r][g] =
                v_fma(factor[r], column, sums[r][g]);
        }
    }
}

/* From z to the next state: `at` counts floats from the start of a row's states. */
SN_INLINE void activate(const sn_lstm_forward *s, size_t row, size_t at, size_t gates_at,
                        const vfloat *z)
{
    const vfloat i = v_sigmoid(z[0]), f = v_sigmoid(z[1]), g = v_tanh(z[2]), o = v_sigmoid(z[3]);
    const vfloat c = v_fma(f, v_load(s->cell + row * s->units + at), i * g);
    const vfloat tanh_c = v_tanh(c);
    v_store(s->cell_next + row * s->units + at, c);
    v_store(s->hidden_next + row * s->units + at, o * tanh_c);
    if (!s->gates)
        return;
    float *const gates = s->gates + row * s->units * SN_LSTM_GATES + gates_at;
    v_store(gates, i);
    v_store(gates + SN_LANES, f);
    v_store(gates + 2 * SN_LANES, g);
    v_store(gates + 3 * SN_LANES, o);
    v_store(s->tanh_cell + row * s->units + at, tanh_c);
}

/* Rows row .. row + rows of a step. */
SN_INLINE void forward_tile(const sn_lstm_forward *s, size_t row, const int rows)
{
    const size_t width = s->units * SN_LSTM_GATES;
    const float *hidden[ROWS];
    for (int r = 0; r < rows; r++)
        hidden[r] = s->hidden + (row + (size_t)r) * s->units;
    for (size_t unit = 0; unit < s->units; unit += VFLOATS) {
        const size_t block = unit / SN_LANES, part = unit % SN_LANES;
        const size_t gates_at = block * BLOCK + part;
        gate_sums z[ROWS];
        SN_UNROLL for (int r = 0; r < rows; r++)
        {
            const float *const from =
                s->projections + (size_t)s->tokens[row + (size_t)r] * width + gates_at;
            SN_UNROLL for (int g = 0; g < SN_LSTM_GATES; g++) z[r][g] = v_load(from + g * SN_LANES);
        }
        accumulate(z, rows, hidden, s->units, s->recurrent + block * BLOCK * s->units + part);
        SN_UNROLL for (int r = 0; r < rows; r++) activate(s, row + (size_t)r, unit, gates_at, z[r]);
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

/* Adds to the gradient by one token's projection. */
SN_INLINE void scatter(float *to, const vfloat *dz)
{
    SN_UNROLL for (int g = 0; g < SN_LSTM_GATES; g++)
        v_store(to + g * SN_LANES, v_load(to + g * SN_LANES) + dz[g]);
}

/* From gates to dz, and d_cell from after the step to before it, for VFLOATS units of a row. */
SN_INLINE void cell_backward(const sn_lstm_backward *s, size_t row, size_t unit)
{
    const size_t at = row * s->units + unit, width = s->units * SN_LSTM_GATES;
    const size_t gates_at = unit / SN_LANES * BLOCK + unit % SN_LANES;
    float *const gates = s->gates + row * width + gates_at;
    const vfloat one = v_all(1.0F);
    const vfloat i = v_load(gates), f = v_load(gates + SN_LANES), g = v_load(gates + 2 * SN_LANES),
                 o = v_load(gates + 3 * SN_LANES);
    const vfloat dh = v_load(s->d_hidden + at), tanh_c = v_load(s->tanh_cell + at);
    const vfloat dc = v_fma(dh * o, v_fnma(tanh_c, tanh_c, one), v_load(s->d_cell + at));
    const gate_sums dz = {dc * g * (i * (one - i)), dc * v_load(s->cell + at) * (f * (one - f)),
                          dc * i * v_fnma(g, g, one), dh * tanh_c * (o * (one - o))};
    v_store(s->d_cell + at, dc * f);
    SN_UNROLL for (int k = 0; k < SN_LSTM_GATES; k++) v_store(gates + k * SN_LANES, dz[k]);
    scatter(s->d_projections + (size_t)s->tokens[row] * width + gates_at, dz);
}

/* d_hidden = dz recurrent^T for `rows` rows and the SN_LANES units of one block. Each gate's part
 * is summed on its own, in the order of units, and the four are added in the order of gates.
 * `gates` of them are under way at the same time. */
SN_INLINE void d_hidden_tile(const sn_lstm_backward *s, size_t row, size_t block, const int rows,
                             const int gates)
{
    const size_t width = s->units * SN_LSTM_GATES;
    const float *const w = s->recurrent_transposed + block * width * SN_LANES;
    const float *const dz = s->gates + row * width;
    vfloat total[BACKWARD_ROWS][PARTS];
    SN_UNROLL for (int r = 0; r < rows; r++) SN_UNROLL for (int p = 0; p < PARTS; p++) total[r][p] =
        v_all(0.0F);
    SN_UNROLL for (int first = 0; first < SN_LSTM_GATES; first += gates)
    {
        vfloat sums[SN_LSTM_GATES][BACKWARD_ROWS][PARTS];
        SN_UNROLL for (int g = 0; g < gates; g++) SN_UNROLL for (int r = 0; r < rows; r++)
            SN_UNROLL for (int p = 0; p < PARTS; p++) sums[g][r][p] = v_all(0.0F);
        for (size_t k = 0; k < s->units; k++) {
            const size_t column = k / SN_LANES * BLOCK + k % SN_LANES + (size_t)first * SN_LANES;
            SN_UNROLL for (int g = 0; g < gates; g++)
            {
                const size_t at = column + (size_t)g * SN_LANES;
                SN_UNROLL for (int r = 0; r < rows; r++)
                {
                    const vfloat factor = v_all(dz[(size_t)r * width + at]);
                    SN_UNROLL for (int p = 0; p < PARTS; p++) sums[g][r][p] =
                        v_fma(factor, v_load(w + at * SN_LANES + p * VFLOATS), sums[g][r][p]);
                }
            }
        }
        SN_UNROLL for (int g = 0; g < gates; g++) SN_UNROLL for (int r = 0; r < rows; r++)
            SN_UNROLL for (int p = 0; p < PARTS; p++) total[r][p] = total[r][p] + sums[g][r][p];
    }
    SN_UNROLL for (int r = 0; r < rows; r++) SN_UNROLL for (int p = 0; p < PARTS; p++) v_store(
        s->d_hidden + (row + (size_t)r) * s->units + block * SN_LANES + p * VFLOATS, total[r][p]);
}

static void lstm_backward(const sn_lstm_backward *s)
{
    for (size_t row = 0; row < s->rows; row++)
        for (size_t unit = 0; unit < s->units; unit += VFLOATS)
            cell_backward(s, row, unit);
    for (size_t block = 0; block < s->units / SN_LANES; block++) {
        size_t row = 0;
        for (; row + BACKWARD_ROWS <= s->rows; row += BACKWARD_ROWS)
            d_hidden_tile(s, row, block, BACKWARD_ROWS, 1);
        for (; row < s->rows; row++)
            d_hidden_tile(s, row, block, 1, SN_LSTM_GATES);
    }
}

/* Projections of ids[0 .. rows). */
SN_INLINE void project_tile(const sn_projection *p, size_t first, const int rows)
{
    const size_t width = p->units * SN_LSTM_GATES;
    const float *inputs[ROWS];
    for (int r = 0; r < rows; r++)
        inputs[r] = p->table + (size_t)p->ids[first + (size_t)r] * p->features;
    for (size_t unit = 0; unit < p->units; unit += VFLOATS) {
        const size_t block = unit / SN_LANES, part = unit % SN_LANES;
        const size_t at = block * BLOCK + part;
        gate_sums z[ROWS];
        SN_UNROLL for (int r = 0; r < rows; r++) SN_UNROLL for (int g = 0; g < SN_LSTM_GATES; g++)
            z[r][g] = v_load(p->bias + at + g * SN_LANES);
        accumulate(z, rows, inputs, p->features, p->kernel + block * BLOCK * p->features + part);
        SN_UNROLL for (int r = 0; r < rows; r++) SN_UNROLL for (int g = 0; g < SN_LSTM_GATES; g++)
            v_store(p->out + (first + (size_t)r) * width + at + g * SN_LANES, z[r][g]);
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
    float w[VFLOATS] = {0}, g[VFLOATS] = {0}, v[VFLOATS] = {0};
    const size_t bytes = (count - i) * sizeof *w;
    memcpy(w, weights + i, bytes);
    memcpy(g, gradients + i, bytes);
    memcpy(v, velocity + i, bytes);
    rmsprop_at(w, g, v, v_all(rate));
    memcpy(weights + i, w, bytes);
    memcpy(velocity + i, v, bytes);
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

const sn_kernels SN_KERNELS = {.name = SN_KERNELS_NAME,
                               .exp = map_exp,
                               .sigmoid = map_sigmoid,
                               .tanh = map_tanh,
                               .add = add,
                               .rmsprop = rmsprop,
                               .adam = adam,
                               .project = project,
                               .lstm_forward = lstm_forward,
                               .lstm_backward = lstm_backward};
