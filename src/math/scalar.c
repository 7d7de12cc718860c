#include "scalar.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "banned.h"

/* ln 2 in two parts; the first has so few bits that its products with small whole numbers are
 * exact. */
static const double LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10;

enum { MANTISSA_BITS = 52, EXPONENT_BIAS = 1023 };

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k for a normal result. */
static double power_of_two(int64_t k)
{
    return double_of((uint64_t)(k + EXPONENT_BIAS) << MANTISSA_BITS);
}

/* The whole number next to x, which is below 2^31. */
static double nearest(double x)
{
    const double magic = 0x1.8p52;
    return x + magic - magic;
}

/* e^r - 1 = r + r c / (2 - c) for |r| <= ln(2) / 2; returns c. */
static double exp_correction(double r)
{
    const double t = r * r;
    return r - t * (1.66666666666666019037e-01 +
                    t * (-2.77777777770155933842e-03 +
                         t * (6.61375632143793436117e-05 +
                              t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
}

double sn_scalar_exp(double x)
{
    const double lowest = -745.2, highest = 709.782712893384;
    if (!(x >= lowest && x <= highest))
        return x < lowest ? 0.0 : x > highest ? (double)INFINITY : x;
    const double k = nearest(x * 1.44269504088896338700);
    const double high = x - k * LN2_HIGH, low = k * LN2_LOW;
    const double r = high - low, c = exp_correction(r);
    const double y = 1.0 - ((low - r * c / (2.0 - c)) - high);
    const int64_t half = (int64_t)k / 2;
    return y * power_of_two(half) * power_of_two((int64_t)k - half);
}

double sn_scalar_expm1(double x)
{
    if (!(x > -0.34))
        return sn_scalar_exp(x) - 1.0;
    const double c = exp_correction(x);
    return x + x * c / (2.0 - c);
}

/* log(u) + c with u = 2^k (1 + f), where 1 + f lies between sqrt(1/2) and sqrt(2). */
static double log_and(double u, double c)
{
    const uint64_t root = 0x3fe6a09e667f3bcdU, one = 0x3ff0000000000000U, bits = bits_of(u);
    const uint64_t raised = bits + (one - root);
    const int64_t k = (int64_t)(raised >> MANTISSA_BITS) - EXPONENT_BIAS;
    const double f = double_of(bits - ((uint64_t)k << MANTISSA_BITS)) - 1.0, dk = (double)k;
    const double half_square = 0.5 * f * f, s = f / (2.0 + f), z = s * s, w = z * z;
    const double even = w * (3.999999999940941908e-01 +
                             w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double odd = z * (6.666666666666735130e-01 +
                            w * (2.857142874366239149e-01 +
                                 w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    return s * (half_square + (odd + even)) + (dk * LN2_LOW + c) - half_square + f + dk * LN2_HIGH;
}

/* For a u that log_and does not take: 0, infinite or not a number. */
static double extreme_log(double u)
{
    return u == 0.0 ? -(double)INFINITY : u;
}

static bool is_usual(double u)
{
    return u > 0.0 && u < (double)INFINITY;
}

double sn_scalar_log(double x)
{
    return is_usual(x) ? log_and(x, 0.0) : extreme_log(x);
}

/* What 1 + x loses when it is rounded comes back as the logarithm's first term. */
double sn_scalar_log1p(double x)
{
    const double u = 1.0 + x, lost = u > 2.0 ? 1.0 - (u - x) : x - (u - 1.0);
    return is_usual(u) ? log_and(u, lost / u) : extreme_log(u);
}

/* Both for |x| <= pi / 4. */
static double small_cos(double x)
{
    const double z = x * x, half = 0.5 * z, w = 1.0 - half;
    const double r =
        z * (4.16666666666666019037e-02 +
             z * (-1.38888888888741095749e-03 +
                  z * (2.48015872894767294178e-05 +
                       z * (-2.75573143513906633035e-07 +
                            z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
    return w + (((1.0 - w) - half) + z * r);
}

static double small_sin(double x)
{
    const double z = x * x;
    const double r = 8.33333333332248946124e-03 +
                     z * (-1.98412698298579493134e-04 +
                          z * (2.75573137070700676789e-06 +
                               z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
    return x + z * x * (-1.66666666666666324348e-01 + z * r);
}

double sn_scalar_cos(double x)
{
    const double quarter_high = 1.57079632673412561417, quarter_low = 6.07710050650619224932e-11;
    const double n = nearest(x * 0.636619772367581382433);
    const double r = x - n * quarter_high - n * quarter_low;
    switch ((int)n & 3) {
    case 0:
        return small_cos(r);
    case 1:
        return -small_sin(r);
    case 2:
        return -small_cos(r);
    default:
        return small_sin(r);
    }
}

/* A number as a sum of two, the second of which is what the first lacks. */
typedef struct pair {
    double high, low;
} pair;

/* x y (Dekker 1971: halves whose products are exact). */
static pair multiply(pair x, pair y)
{
    const double split = 134217729.0; /* 2^27 + 1 */
    const double x_high = x.high * split - (x.high * split - x.high), x_low = x.high - x_high;
    const double y_high = y.high * split - (y.high * split - y.high), y_low = y.high - y_high;
    const double product = x.high * y.high;
    const double lost =
        ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low;
    const double low = lost + (x.high * y.low + x.low * y.high);
    const double sum = product + low;
    return (pair){sum, low - (sum - product)};
}

double sn_scalar_power(double base, uint64_t exponent)
{
    pair result = {1.0, 0.0}, square = {base, 0.0};
    for (; exponent && result.high > 0.0; exponent >>= 1) {
        if (exponent & 1)
            result = multiply(result, square);
        square = multiply(square, square);
    }
    return result.high;
}

double sn_scalar_normal(sn_rng *rng)
{
    const double two_pi = 6.283185307179586;
    const double radius = sqrt(-2.0 * sn_scalar_log(1.0 - sn_rng_uniform(rng)));
    return radius * sn_scalar_cos(two_pi * sn_rng_uniform(rng));
}
