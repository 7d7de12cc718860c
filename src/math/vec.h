/* Element-wise loops over raw float arrays. */
#ifndef SN_VEC_H
#define SN_VEC_H

#include <stdbool.h>
#include <stddef.h>

/* y += x */
void sn_vec_add(float *y, const float *x, size_t count);

/* Whether every element is 0 or -0. */
bool sn_vec_all_zero(const float *x, size_t count);

/* Whether every element is finite. */
bool sn_vec_all_finite(const float *x, size_t count);

#endif
