/* Element-wise loops over raw float arrays. What must be fast is in kernels.h. */
#ifndef SN_VEC_H
#define SN_VEC_H

#include <stdbool.h>
#include <stddef.h>

/* y += x */
void sn_vec_add(float *y, const float *x, size_t count);

/* y += factor x */
void sn_vec_add_scaled(float *y, const float *x, float factor, size_t count);

/* x *= factor */
void sn_vec_scale(float *x, float factor, size_t count);

/* The sum of the squares, in double precision and in an order that follows from the count. */
double sn_vec_sum_squares(const float *x, size_t count);

/* Starts to load x into the caches. It pays for a row of a table that is larger than the caches,
 * some time before the row is used. */
static inline void sn_vec_prefetch(const float *x, size_t count)
{
    enum { LINE = 16 };
    for (size_t i = 0; i < count; i += LINE)
        __builtin_prefetch(x + i);
}

/* Whether every element is 0 or -0. */
bool sn_vec_all_zero(const float *x, size_t count);

/* Whether every element is finite. */
bool sn_vec_all_finite(const float *x, size_t count);

#endif
