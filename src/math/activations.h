/*
 * exp, sigmoid and tanh over arrays, as branch-free loops that compilers vectorise. Error against
 * the exact function in units in the last place of the result, for |x| <= 87: exp at most 1.0,
 * sigmoid 2.5, tanh 1.5 (test_activations.c measures it). Beyond: exp gives 0 below -87.33 and
 * infinity above 88.37; sigmoid goes down to 4e-39 instead of 0 and up to 1; tanh gives -1 and 1.
 * NaN gives NaN.
 */
#ifndef SN_ACTIVATIONS_H
#define SN_ACTIVATIONS_H

#include <stddef.h>

/* y[i] = f(x[i]); x and y may be the same array but must not overlap otherwise. */
void sn_exp(const float *x, float *y, size_t count);
void sn_sigmoid(const float *x, float *y, size_t count);
void sn_tanh(const float *x, float *y, size_t count);

#endif
