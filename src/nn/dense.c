/*
 * Dense: f(x kernel + bias) of each vector: of a row's one, or of those of its timesteps, which is
 * Keras's TimeDistributed(Dense). The last layer of a network is linear, because the loss (loss.h)
 * needs the logits. Tensors: kernel [features, units], bias [units].
 */
#include "activations.h"
#include "gemm.h"
#include "initializers.h"
#include "layer.h"
#include "vec.h"

#include <string.h>

#include "banned.h"

enum { KERNEL, BIAS };

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const size_t units = layer->spec.dense.units;
    const size_t kernel[2] = {layer->input.features, units};
    layer->output = (sn_shape){.time = layer->input.time, .features = units};
    SN_TRY(
        sn_tensor_table_add(table, layer->name, "kernel", 2, kernel, &layer->offsets[KERNEL], err));
    return sn_tensor_table_add(table, layer->name, "bias", 1, &units, &layer->offsets[BIAS], err);
}

static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    (void)scratch;
    sn_init_glorot_uniform(weights + layer->offsets[KERNEL], layer->input.features,
                           layer->spec.dense.units, rng);
    memset(weights + layer->offsets[BIAS], 0, layer->spec.dense.units * sizeof *weights);
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return sn_activated_size(layer->spec.dense.activation, sn_shape_size(layer->output, batch));
}

/* Loops instead of a product: a BLAS may sum a row differently among others than alone, but a row's
 * score must not depend on its neighbours. */
static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t units = layer->spec.dense.units, features = layer->input.features;
    const size_t rows = sn_shape_steps(layer->input) * pass->batch;
    const float *const kernel = sn_layer_weights(layer, pass, KERNEL);
    for (size_t row = 0; row < rows; row++) {
        float *const out = output->x + row * units;
        memcpy(out, sn_layer_weights(layer, pass, BIAS), units * sizeof *out);
        for (size_t k = 0; k < features; k++)
            for (size_t unit = 0; unit < units; unit++)
                out[unit] += input->x[row * features + k] * kernel[k * units + unit];
    }
    sn_activated_forward(layer->spec.dense.activation, output->x, tape, rows * units);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    const size_t units = layer->spec.dense.units, features = layer->input.features;
    const size_t rows = sn_shape_steps(layer->input) * pass->batch;
    const float *const d_sums =
        sn_activated_backward(layer->spec.dense.activation, d_output, tape, rows * units);
    for (size_t row = 0; row < rows; row++)
        sn_vec_add(sn_layer_gradients(layer, pass, BIAS), d_sums + row * units, units);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, units, rows, input->x, d_sums, 1.0F,
            sn_layer_gradients(layer, pass, KERNEL));
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, rows, features, units, d_sums,
            sn_layer_weights(layer, pass, KERNEL), 0.0F, d_input);
}

static const sn_spec_field FIELDS[] = {{.key = "units",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, dense.units),
                                        .most = SN_MAX_FILE_UNITS},
                                       {.key = "activation",
                                        .type = SN_FIELD_CHOICE,
                                        .offset = offsetof(sn_layer_spec, dense.activation),
                                        .words = sn_activation_words,
                                        .word_count = SN_ACTIVATIONS,
                                        .is_left_out = true},
                                       {.key = NULL}};

const sn_layer_ops sn_dense_ops = {.type = "dense",
                                   .title = "Dense",
                                   .fields = FIELDS,
                                   .declare = declare,
                                   .initialise = initialise,
                                   .tape_size = tape_size,
                                   .forward = forward,
                                   .backward = backward};
