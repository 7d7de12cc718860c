#include "activations.h"

#include <math.h>
#include <string.h>

#include "banned.h"

const char *const sn_activation_words[SN_ACTIVATIONS] = {
    [SN_LINEAR] = "linear",
    [SN_RELU] = "relu",
    [SN_TANH] = "tanh",
    [SN_SIGMOID] = "sigmoid",
    [SN_HARD_SIGMOID] = "hard_sigmoid",
    [SN_HARD_SIGMOID_02] = "hard_sigmoid_02",
    [SN_ELU] = "elu",
    [SN_SELU] = "selu",
    [SN_SOFTSIGN] = "softsign",
    [SN_LEAKY_RELU] = "leaky_relu",
};

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

/* The comparisons let NaN pass, so that a training that diverges is seen to. */
static void relu(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0.0F ? 0.0F : x[i];
}

static void hard_sigmoid(const float *x, float *y, float slope, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float line = x[i] * slope + 0.5F;
        y[i] = line < 0.0F ? 0.0F : line > 1.0F ? 1.0F : line;
    }
}

static void selu(const float *x, float *y, size_t count)
{
    sn_kernels_best()->elu(x, y, count);
    for (size_t i = 0; i < count; i++)
        y[i] *= y[i] > 0.0F ? SN_SELU_SCALE : SN_SELU_SCALE * SN_SELU_ALPHA;
}

static void softsign(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] / (1.0F + fabsf(x[i]));
}

static void leaky_relu(const float *x, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0.0F ? x[i] * SN_LEAKY_SLOPE : x[i];
}

static void copy(const float *from, float *to, size_t count)
{
    if (to != from)
        memcpy(to, from, count * sizeof *to);
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
        hard_sigmoid(x, y, sn_hard_sigmoid_slope(activation), count);
        break;
    case SN_ELU:
        sn_kernels_best()->elu(x, y, count);
        break;
    case SN_SELU:
        selu(x, y, count);
        break;
    case SN_SOFTSIGN:
        softsign(x, y, count);
        break;
    case SN_LEAKY_RELU:
        leaky_relu(x, y, count);
        break;
    default:
        copy(x, y, count);
    }
}

void sn_activate_backward(int activation, const float *y, const float *d_y, float *d_x,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        d_x[i] = sn_activation_gradient(activation, y[i], d_y[i]);
}
