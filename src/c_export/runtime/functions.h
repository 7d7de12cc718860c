/*
 * Elementary functions of floats and the activations of layers. They need no library and give the
 * same digits everywhere.
 */
#ifndef SN_C_FUNCTIONS_H
#define SN_C_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x (the polynomial of Cephes, Moshier 1989), with an error of 2 units in the last place; 0 below
 * -87.3, and the largest that is finite above 88.3. What is not a number stays so. */
static float exponential(float x)
{
    if (!(x >= -87.3F))
        return x < -87.3F ? 0.0F : x;
    if (x > 88.3F)
        x = 88.3F;
    const float shifted = x * 1.44269504F + (x < 0.0F ? -0.5F : 0.5F);
    const int32_t n = (int32_t)shifted;
    const float k = (float)n, r = x - k * 0.693359375F + k * 2.12194440e-4F;
    float y = 1.9875691500e-4F;
    y = y * r + 1.3981999507e-3F;
    y = y * r + 8.3334519073e-3F;
    y = y * r + 4.1665795894e-2F;
    y = y * r + 1.6666665459e-1F;
    y = y * r + 5.0000001201e-1F;
    y = y * r * r + r + 1.0F;
    return y * float_of((uint32_t)(n + 127) << 23);
}

static float logistic(float x)
{
    const float decay = exponential(x < 0.0F ? x : -x);
    return x < 0.0F ? decay / (1.0F + decay) : 1.0F / (1.0F + decay);
}

static float tangent(float x)
{
    const float size = x < 0.0F ? -x : x;
    if (size > 9.0F)
        return x < 0.0F ? -1.0F : 1.0F;
    if (size > 0.625F) {
        const float y = 1.0F - 2.0F / (exponential(2.0F * size) + 1.0F);
        return x < 0.0F ? -y : y;
    }
    const float z = x * x;
    float y = -5.70498872745e-3F;
    y = y * z + 2.06390887954e-2F;
    y = y * z - 5.37397155531e-2F;
    y = y * z + 1.33314422036e-1F;
    y = y * z - 3.33332819422e-1F;
    return y * z * x + x;
}

/* Replaces each number by what the activation makes of it. */
typedef void rt_activation(float *x, size_t count);

static void activate_relu(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = x[i] < 0.0F ? 0.0F : x[i];
}

static void activate_tanh(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = tangent(x[i]);
}

static void activate_sigmoid(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = logistic(x[i]);
}

static void bend(float *x, size_t count, float slope)
{
    for (size_t i = 0; i < count; i++) {
        const float line = x[i] * slope + 0.5F;
        x[i] = line < 0.0F ? 0.0F : line > 1.0F ? 1.0F : line;
    }
}

static void activate_hard_sigmoid(float *x, size_t count)
{
    bend(x, count, 1.0F / 6.0F);
}

static void activate_hard_sigmoid_02(float *x, size_t count)
{
    bend(x, count, 0.2F);
}

static void activate_elu(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = x[i] > 0.0F ? x[i] : exponential(x[i]) - 1.0F;
}

/* Klambauer et al. 2017 */
static void activate_selu(float *x, size_t count)
{
    const float scale = 1.05070098F, alpha = 1.67326324F;
    activate_elu(x, count);
    for (size_t i = 0; i < count; i++)
        x[i] *= x[i] > 0.0F ? scale : scale * alpha;
}

static void activate_softsign(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] /= 1.0F + (x[i] < 0.0F ? -x[i] : x[i]);
}

static void activate_leaky_relu(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= x[i] < 0.0F ? 0.2F : 1.0F;
}

/* Leaves the numbers as they are. */
static void activate_linear(float *x, size_t count)
{
    (void)x;
    (void)count;
}

/* The square root of a number that is not negative, by Newton's steps from a guess that halves the
 * exponent. */
static double square_root(double x)
{
    uint64_t bits;
    double root;
    if (!(x > 0.0))
        return 0.0;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits >> 1) + UINT64_C(0x1ff8000000000000);
    memcpy(&root, &bits, sizeof root);
    for (int i = 0; i < 5; i++)
        root = 0.5 * (root + x / root);
    return root;
}

/* The probability of each label from `outputs` logits: one logit tells two labels apart, several
 * are one for each. Returns the predicted label. */
static int find_label(const float *logits, size_t outputs, float *probabilities)
{
    size_t best = 0;
    float sum = 0.0F;
    if (outputs == 1) {
        probabilities[1] = logistic(logits[0]);
        probabilities[0] = logistic(-logits[0]);
        return logits[0] > 0.0F;
    }
    for (size_t k = 1; k < outputs; k++)
        best = logits[k] > logits[best] ? k : best;
    for (size_t k = 0; k < outputs; k++)
        sum += probabilities[k] = exponential(logits[k] - logits[best]);
    for (size_t k = 0; k < outputs; k++)
        probabilities[k] /= sum;
    return (int)best;
}

/* The same where a text may have any number of labels; returns the likeliest. */
static int find_each_label(const float *logits, size_t outputs, float *probabilities)
{
    size_t best = 0;
    for (size_t k = 0; k < outputs; k++) {
        probabilities[k] = logistic(logits[k]);
        best = logits[k] > logits[best] ? k : best;
    }
    return (int)best;
}

#endif
