/*
 * BatchNormalization (Ioffe, Szegedy 2015) as it scores, over vectors and over each timestep of a
 * sequence:
 *
 *     output = gamma (input - moving_mean) / sqrt(moving_variance + epsilon) + beta
 *
 * Training would normalise by the mean and the variance of the batch and move these two towards
 * them; a layer sees one shard at a time, so that it cannot. The gradients by input, gamma and beta
 * are those of this formula. Tensors: gamma, beta, moving_mean, moving_variance [features] each.
 * The tape holds 1 / sqrt(moving_variance + epsilon).
 */
#include "layer.h"

#include <math.h>
#include <string.h>

#include "banned.h"

enum { GAMMA, BETA, MEAN, VARIANCE, TENSORS };

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    static const char *const names[TENSORS] = {
        [GAMMA] = "gamma", [BETA] = "beta", [MEAN] = "moving_mean", [VARIANCE] = "moving_variance"};
    layer->output = layer->input;
    for (size_t i = 0; i < TENSORS; i++)
        SN_TRY(sn_tensor_table_add(table, layer->name, names[i], 1, &layer->input.features,
                                   &layer->offsets[i], err));
    return SEQNET_OK;
}

static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    (void)scratch;
    (void)rng;
    for (size_t i = 0; i < TENSORS; i++)
        for (size_t k = 0; k < layer->input.features; k++)
            weights[layer->offsets[i] + k] = i == GAMMA || i == VARIANCE ? 1.0F : 0.0F;
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    (void)batch;
    return layer->input.features;
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t features = layer->input.features;
    const size_t count = sn_shape_size(layer->input, pass->batch);
    const float *const gamma = sn_layer_weights(layer, pass, GAMMA),
                       *const beta = sn_layer_weights(layer, pass, BETA),
                       *const mean = sn_layer_weights(layer, pass, MEAN),
                       *const variance = sn_layer_weights(layer, pass, VARIANCE);
    const float epsilon = (float)layer->spec.batch_normalization.epsilon;
    for (size_t k = 0; k < features; k++)
        tape[k] = 1.0F / sqrtf(variance[k] + epsilon);
    for (size_t i = 0; i < count; i += features)
        for (size_t k = 0; k < features; k++)
            output->x[i + k] = gamma[k] * tape[k] * (input->x[i + k] - mean[k]) + beta[k];
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    const size_t features = layer->input.features;
    const size_t count = sn_shape_size(layer->input, pass->batch);
    const float *const gamma = sn_layer_weights(layer, pass, GAMMA), *const mean = sn_layer_weights(
                                                                         layer, pass, MEAN);
    float *const d_gamma = sn_layer_gradients(layer, pass, GAMMA), *const d_beta =
                                                                       sn_layer_gradients(
                                                                           layer, pass, BETA);
    for (size_t i = 0; i < count; i += features)
        for (size_t k = 0; k < features; k++) {
            const float d = d_output[i + k];
            d_gamma[k] += d * tape[k] * (input->x[i + k] - mean[k]);
            d_beta[k] += d;
            d_input[i + k] = d * gamma[k] * tape[k];
        }
}

static const sn_spec_field FIELDS[] = {
    {.key = "epsilon",
     .type = SN_FIELD_POSITIVE,
     .offset = offsetof(sn_layer_spec, batch_normalization.epsilon),
     .usual = SN_BATCH_NORMALIZATION_EPSILON},
    {.key = NULL}};

const sn_layer_ops sn_batch_normalization_ops = {.type = "batch_normalization",
                                                 .title = "BatchNormalization",
                                                 .fields = FIELDS,
                                                 .only_scores = true,
                                                 .declare = declare,
                                                 .initialise = initialise,
                                                 .tape_size = tape_size,
                                                 .forward = forward,
                                                 .backward = backward};
