#include "activations.h"

#include <string.h>

#include "banned.h"

const char *const sn_activation_words[SN_ACTIVATIONS] = {
    "", "linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "hard_sigmoid_02"};

void sn_exp(const float *x, float *y, size_t count)
{
    sn_kernels_best()->exp(x, y, count);
}

void sn_sigmoid(const float *x, float *y, size_t count)
{
    sn_kernels_best()->sigmoid(x, y, count);
}

void sn_tanh(const float *x, float *y, size_t count)
{
    sn_kernels_best()->tanh(x, y, count);
}

/* Comparisons that keep a NaN. */
static void relu(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0.0F ? 0.0F : x[i];
}

static void hard_sigmoid(float slope, const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float line = x[i] * slope + 0.5F;
        const float below = line > 1.0F ? 1.0F : line;
        y[i] = below < 0.0F ? 0.0F : below;
    }
}

void sn_activate(int activation, const float *x, float *y, size_t count)
{
    switch (activation) {
    case SN_RELU:
        relu(x, y, count);
        break;
    case SN_TANH:
        sn_tanh(x, y, count);
        break;
    case SN_SIGMOID:
        sn_sigmoid(x, y, count);
        break;
    case SN_HARD_SIGMOID:
    case SN_HARD_SIGMOID_02:
        hard_sigmoid(sn_hard_sigmoid_slope(activation), x, y, count);
        break;
    default:
        memmove(y, x, count * sizeof *y);
        break;
    }
}

void sn_activation_backward(int activation, const float *y, const float *dy, float *dx,
                            size_t count)
{
    for (size_t i = 0; i < count; i++)
        dx[i] = sn_activation_gradient(activation, y[i], dy[i]);
}
