/*
 * exp, sigmoid and tanh over arrays, in the best instruction set of the machine (kernels.h).
 *
 * The error, in units in the last place of the exact result, is at most SN_EXP_ULP, SN_SIGMOID_ULP
 * or SN_TANH_ULP for every x in [-90, 90] whose exact result is a normal number (`seqnet bench
 * activations` tries all of them, test_bench.c every 1009th). Beyond: exp gives 0 below -87.33654
 * and infinity above 88.72283; sigmoid falls to 4e-39, not to 0, and rises to 1; tanh gives -1 and
 * 1, and keeps the sign of 0. NaN gives NaN.
 */
#ifndef SN_ACTIVATIONS_H
#define SN_ACTIVATIONS_H

#include <stddef.h>

#define SN_EXP_ULP     1.02
#define SN_SIGMOID_ULP 2.5
#define SN_TANH_ULP    2.5

/* y[i] = f(x[i]); x and y may be the same array but must not overlap otherwise. */
void sn_exp(const float *x, float *y, size_t count);
void sn_sigmoid(const float *x, float *y, size_t count);
void sn_tanh(const float *x, float *y, size_t count);

#endif
