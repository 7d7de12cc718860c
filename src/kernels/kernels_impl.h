/*
 * The kernels, in terms of simd.h. Included by one file for each instruction set, which defines
 * SN_VECTOR_BYTES, SN_KERNELS (its table) and SN_KERNELS_NAME first. Each of these files is
 * compiled twice, the second time with SN_REPRODUCIBLE_KERNELS, for the kernels of that arithmetic
 * (arithmetic.h).
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
#include "activations.h"
#include "kernels.h"

#include "simd.h"

#ifdef SN_REPRODUCIBLE_KERNELS
#define SN_TABLE(isa) sn_kernels_##isa##_reproducible
#else
#define SN_TABLE(isa) sn_kernels_##isa
#endif

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
    ROWS = 4, /* of a tile at most */
    /* of a tile whose rows have four vectors: what the registers hold */
    WIDE_ROWS = VFLOATS == 16 ? 4 : 2
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

SN_INLINE vfloat v_elu(vfloat x)
{
    const vfloat zero = v_all(0.0F);
    const exp_parts e = v_exp_parts(v_clamp(x, -87.33654F, 0.0F));
    return v_if_less(zero, x, x, v_fma(e.scale, e.rest, e.scale - v_all(1.0F)));
}

/* selu of a number whose elu is y; and leaky_relu. */
SN_INLINE vfloat v_selu_of_elu(vfloat y)
{
    const vfloat zero = v_all(0.0F);
    return y * v_if_less(zero, y, v_all(SN_SELU_SCALE), v_all(SN_SELU_SCALE * SN_SELU_ALPHA));
}

SN_INLINE vfloat v_leaky_relu(vfloat x)
{
    return x * v_if_less(v_all(0.0F), x, v_all(1.0F), v_all(SN_LEAKY_SLOPE));
}

SN_INLINE vfloat v_abs(vfloat x)
{
    return v_copysign(x, v_all(1.0F));
}

/* Any sn_activation. Cells call it where theirs are not the usual ones. */
static vfloat v_activate(int activation, vfloat x)
{
    const vfloat zero = v_all(0.0F);
    switch (activation) {
    case SN_RELU:
        return v_max(zero, x);
    case SN_TANH:
        return v_tanh(x);
    case SN_SIGMOID:
        return v_sigmoid(x);
    case SN_HARD_SIGMOID:
    case SN_HARD_SIGMOID_02:
        return v_clamp(v_fma(x, v_all(sn_hard_sigmoid_slope(activation)), v_all(0.5F)), 0.0F, 1.0F);
    case SN_ELU:
        return v_elu(x);
    case SN_SELU:
        return v_selu_of_elu(v_elu(x));
    case SN_SOFTSIGN:
        return x / (v_all(1.0F) + v_abs(x));
    case SN_LEAKY_RELU:
        return v_leaky_relu(x);
    default:
        return x;
    }
}

/* The derivative of an activation whose value is y. */
static vfloat v_slope(int activation, vfloat y)
{
    const vfloat zero = v_all(0.0F), one = v_all(1.0F);
    const vfloat slope = v_all(sn_hard_sigmoid_slope(activation));
    switch (activation) {
    case SN_RELU:
        return v_if_less(zero, y, one, zero);
    case SN_TANH:
        return v_fnma(y, y, one);
    case SN_SIGMOID:
        return y * (one - y);
    case SN_HARD_SIGMOID:
    case SN_HARD_SIGMOID_02:
        return v_if_less(zero, y, v_if_less(y, one, slope, zero), zero);
    case SN_ELU:
        return v_if_less(zero, y, one, y + one);
    case SN_SELU:
        return v_if_less(zero, y, v_all(SN_SELU_SCALE), y + v_all(SN_SELU_SCALE * SN_SELU_ALPHA));
    case SN_SOFTSIGN:
        return (one - v_abs(y)) * (one - v_abs(y));
    case SN_LEAKY_RELU:
        return v_if_less(zero, y, one, v_all(SN_LEAKY_SLOPE));
    default:
        return one;
    }
}

/* The activations of a cell: usual is tanh for candidate and state and sigmoid for gates. */
SN_INLINE vfloat v_state(int activation, vfloat x, const bool usual)
{
    return usual ? v_tanh(x) : v_activate(activation, x);
}

SN_INLINE vfloat v_gate(int activation, vfloat x, const bool usual)
{
    return usual ? v_sigmoid(x) : v_activate(activation, x);
}

SN_INLINE vfloat v_state_slope(int activation, vfloat y, const bool usual)
{
    return usual ? v_fnma(y, y, v_all(1.0F)) : v_slope(activation, y);
}

SN_INLINE vfloat v_gate_slope(int activation, vfloat y, const bool usual)
{
    if (usual)
        return y * (v_all(1.0F) - y);
    return v_slope(activation, y);
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
SN_DEFINE_MAP(map_elu, v_elu)

static void add(float *y, const float *x, size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        v_store(y + i, v_load(y + i) + v_load(x + i));
    for (; i < count; i++)
        y[i] += x[i];
}

static void multiply_add(float *y, const float *x, float factor, size_t count)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        v_store(y + i, v_fma(v_all(factor), v_load(x + i), v_load(y + i)));
    for (; i < count; i++)
        y[i] += factor * x[i];
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

/* The fast arithmetic has it where no BLAS does that work. */
#if defined(SN_REPRODUCIBLE_KERNELS) || !defined(SEQNET_HAVE_OPENBLAS)
#define HAS_PRODUCT
#include "product.h"
#endif

#include "windows.h"

#include "cell_step.h"

#include "cell_gru.h"
#include "cell_gru_reset_before.h"
#include "cell_lstm.h"
#include "cell_lstm_carry.h"
#include "cell_simple_rnn.h"

#include "optimizer_kernels.h"

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

#define SN_CELL_ROW(NAME, name) [SN_CELL_##NAME] = {name##_forward, name##_backward},
const sn_kernels SN_KERNELS = {.name = SN_KERNELS_NAME,
                               .exp = map_exp,
                               .sigmoid = map_sigmoid,
                               .tanh = map_tanh,
                               .elu = map_elu,
                               .add = add,
                               .multiply_add = multiply_add,
#ifdef HAS_PRODUCT
                               .product = product,
#endif
                               .sum_windows = sum_windows,
                               .add_windows = add_windows,
                               .maximum = maximum,
                               .maximum_backward = maximum_backward,
                               .rmsprop = rmsprop,
                               .rmsprop_decay = rmsprop_decay,
                               .adam = adam,
                               .adamw = adamw,
                               .sgd = sgd,
                               .sgd_momentum = sgd_momentum,
                               .sgd_nesterov = sgd_nesterov,
                               .average = average,
                               .project = project,
                               .cells = {SN_CELL_LIST(SN_CELL_ROW)}};
