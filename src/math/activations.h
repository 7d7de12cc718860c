/*
 * exp, sigmoid and tanh over arrays, as branch-free loops that compilers vectorise. Accuracy
 * against the exact function, in units in the last place of the result: exp, sigmoid and tanh stay
 * within 4 ULP (test_activations.c measures it). Results that would be subnormal are flushed to 0
 * or to the smallest normal number's neighbourhood; NaN gives NaN; +-infinity gives the limits.
 */
#ifndef SN_ACTIVATIONS_H
#define SN_ACTIVATIONS_H

#include <stddef.h>

/* y[i] = f(x[i]); x and y may be the same array but must not overlap otherwise. */
void sn_exp(const float *x, float *y, size_t count);
void sn_sigmoid(const float *x, float *y, size_t count);
void sn_tanh(const float *x, float *y, size_t count);

#endif
