/*
 * exp, sigmoid and tanh over arrays, in the best instruction set of the machine (kernels.h); and
 * the activations of layers, forward and backward. What a layer does with them is in the nn room.
 *
 * The error, in units in the last place of the exact result, is at most SN_EXP_ULP, SN_SIGMOID_ULP
 * or SN_TANH_ULP for every x in [-90, 90] whose exact result is a normal number (`seqnet bench
 * activations` tries all of them, test_bench.c every 1009th). Beyond: exp gives 0 below -87.33654
 * and infinity above 88.72283; sigmoid falls to 4e-39, not to 0, and rises to 1; tanh gives -1 and
 * 1, and keeps the sign of 0. NaN gives NaN.
 */
#ifndef SN_ACTIVATIONS_H
#define SN_ACTIVATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels.h"

#define SN_EXP_ULP     1.02
#define SN_SIGMOID_ULP 2.5
#define SN_TANH_ULP    2.5

/* y[i] = f(x[i]); x and y may be the same array but must not overlap otherwise. */
void sn_exp(const float *x, float *y, size_t count);
void sn_sigmoid(const float *x, float *y, size_t count);
void sn_tanh(const float *x, float *y, size_t count);

/* What configurations call an sn_activation, as Keras does: "relu". SN_ACTIVATION_OWN has no word;
 * its entry is NULL. */
extern const char *const sn_activation_words[SN_ACTIVATIONS];

/* Whether a layer that has its sums as they are when nothing is chosen leaves them so. */
static inline bool sn_is_linear(int activation)
{
    return activation == SN_ACTIVATION_OWN || activation == SN_LINEAR;
}

/* `activation`, or `own` for SN_ACTIVATION_OWN. */
static inline int sn_activation_or(int activation, int own)
{
    return activation == SN_ACTIVATION_OWN ? own : activation;
}

/* The slope of a hard sigmoid between 0 and 1. */
static inline float sn_hard_sigmoid_slope(int activation)
{
    return activation == SN_HARD_SIGMOID ? 1.0F / 6.0F : 0.2F;
}

/* selu is SN_SELU_SCALE times elu with SN_SELU_ALPHA. */
#define SN_SELU_SCALE  1.05070098F
#define SN_SELU_ALPHA  1.67326324F
#define SN_LEAKY_SLOPE 0.2F

/* The gradient by x, where y = f(x) has the gradient dy. Cells, which have no array of dy, call it
 * with a constant. */
static inline float sn_activation_gradient(int activation, float y, float dy)
{
    switch (activation) {
    case SN_RELU:
        return y > 0.0F ? dy : 0.0F;
    case SN_TANH:
        return dy * (1.0F - y * y);
    case SN_SIGMOID:
        return dy * y * (1.0F - y);
    case SN_HARD_SIGMOID:
    case SN_HARD_SIGMOID_02:
        return y > 0.0F && y < 1.0F ? dy * sn_hard_sigmoid_slope(activation) : 0.0F;
    case SN_ELU:
        return y > 0.0F ? dy : dy * (y + 1.0F);
    case SN_SELU:
        return y > 0.0F ? dy * SN_SELU_SCALE : dy * (y + SN_SELU_SCALE * SN_SELU_ALPHA);
    case SN_LEAKY_RELU:
        return y > 0.0F ? dy : dy * SN_LEAKY_SLOPE;
    case SN_SOFTSIGN: {
        const float rest = 1.0F - (y < 0.0F ? -y : y);
        return dy * rest * rest;
    }
    default:
        return dy;
    }
}

/* y[i] = f(x[i]) for an sn_activation; that of SN_ACTIVATION_OWN is linear here. x and y may be the
 * same array. NaN gives NaN. */
void sn_activate(int activation, const float *x, float *y, size_t count);

/* d_x[i] = d_y[i] f'(x[i]), where the derivative follows from y[i] = f(x[i]). d_x may be y or d_y.
 * Where f has no derivative, at a corner, it is 0. */
void sn_activate_backward(int activation, const float *y, const float *d_y, float *d_x,
                          size_t count);

#endif
