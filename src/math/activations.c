/*
 * e^x = 2^n * e^r with n = round(x / ln 2) and |r| <= ln(2) / 2; e^r by a polynomial of degree 6,
 * the coefficients of Cephes' expf. Rounding adds and subtracts 1.5 * 2^23, which needs no SSE4.1
 * and leaves n in the low bits, from where it moves into the exponent field.
 *
 * tanh(x) = (1 - e^(-2|x|)) / (1 + e^(-2|x|)) loses all digits near 0, so |x| < 0.625 takes the odd
 * polynomial of Cephes' tanhf. Both are computed and one is selected: no branch, so no scalar code.
 */
#include "activations.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "banned.h"

static const float LOG2_E = 1.44269504088896341F;
static const float LN2_HIGH = 0.693359375F; /* exact with few bits: n * LN2_HIGH does not round */
static const float LN2_LOW = -2.12194440e-4F;
static const float ROUND_MAGIC = 12582912.0F; /* 1.5 * 2^23 */
static const float EXP_MIN = -87.33654F;      /* below: subnormal */
static const float EXP_MAX = 88.37626F;       /* up to here 2^n is finite; the rest is infinity */

static inline float bits_to_float(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t float_to_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* e^x for x in [EXP_MIN, EXP_MAX]; a NaN comes out as NaN. */
static inline float exp_in_range(float x)
{
    const float shifted = x * LOG2_E + ROUND_MAGIC;
    const float n = shifted - ROUND_MAGIC;
    const float r = (x - n * LN2_HIGH) - n * LN2_LOW;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    return p * bits_to_float((float_to_bits(shifted) << 23) + 0x3f800000U);
}

/* Comparisons are written so that a NaN fails them and is kept. */
static inline float clamp(float x, float low, float high)
{
    x = x < low ? low : x;
    return x > high ? high : x;
}

void sn_exp(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float value = x[i];
        const float inside = exp_in_range(clamp(value, EXP_MIN, EXP_MAX));
        const float low = value < EXP_MIN ? 0.0F : inside;
        y[i] = value > EXP_MAX ? INFINITY : low;
    }
}

void sn_sigmoid(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = 1.0F / (1.0F + exp_in_range(clamp(-x[i], EXP_MIN, EXP_MAX)));
}

static inline float tanh_near_zero(float x)
{
    const float square = x * x;
    float p = -5.70498872745e-3F;
    p = p * square + 2.06390887954e-2F;
    p = p * square - 5.37397155531e-2F;
    p = p * square + 1.33314422036e-1F;
    p = p * square - 3.33332819422e-1F;
    return p * square * x + x;
}

static inline float tanh_far(float x)
{
    const float decay = exp_in_range(clamp(-2.0F * fabsf(x), EXP_MIN, 0.0F));
    return copysignf((1.0F - decay) / (1.0F + decay), x);
}

void sn_tanh(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float value = x[i];
        const float near = tanh_near_zero(value);
        const float far = tanh_far(value);
        y[i] = fabsf(value) < 0.625F ? near : far;
    }
}
