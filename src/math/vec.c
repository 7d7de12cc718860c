#include "vec.h"

#include <stdint.h>
#include <string.h>

#include "kernels.h"

#include "banned.h"

void sn_vec_add(float *y, const float *x, size_t count)
{
    sn_kernels_best()->add(y, x, count);
}

void sn_vec_add_scaled(float *y, const float *x, float factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] += factor * x[i];
}

void sn_vec_scale(float *x, float factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= factor;
}

/* Several sums at a time, since each addition waits for the last one. */
double sn_vec_sum_squares(const float *x, size_t count)
{
    enum { SUMS = 8 };
    double sums[SUMS] = {0};
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS)
        for (size_t k = 0; k < SUMS; k++)
            sums[k] += (double)x[i + k] * (double)x[i + k];
    double total = 0.0;
    for (; i < count; i++)
        total += (double)x[i] * (double)x[i];
    for (size_t k = 0; k < SUMS; k++)
        total += sums[k];
    return total;
}

bool sn_vec_all_zero(const float *x, size_t count)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        any |= bits << 1;
    }
    return any == 0;
}

bool sn_vec_all_finite(const float *x, size_t count)
{
    /* A float is finite unless its exponent field is all ones; the OR of tests has no branch. */
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (bits & 0x7f800000U) == 0x7f800000U;
    }
    return bad == 0;
}
