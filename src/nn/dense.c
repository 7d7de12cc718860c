/*
 * Dense: logits = x kernel + bias, for one vector per row. The activation belongs to the loss
 * (loss.h), which needs the logits.
 * Tensors: kernel [features, units], bias [units].
 */
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
    if (layer->input.time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a dense layer takes one vector per row, not a sequence");
    const size_t kernel[2] = {layer->input.features, units};
    layer->output = (sn_shape){.time = 0, .features = units};
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

/* Loops instead of a product: a BLAS may sum a row differently among others than alone, but a row's
 * score must not depend on its neighbours. */
static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    (void)tape;
    const size_t units = layer->spec.dense.units, features = layer->input.features;
    const float *const kernel = sn_layer_weights(layer, pass, KERNEL);
    for (size_t row = 0; row < pass->batch; row++) {
        float *const out = output->x + row * units;
        memcpy(out, sn_layer_weights(layer, pass, BIAS), units * sizeof *out);
        for (size_t k = 0; k < features; k++)
            for (size_t unit = 0; unit < units; unit++)
                out[unit] += input->x[row * features + k] * kernel[k * units + unit];
    }
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)tape;
    const size_t units = layer->spec.dense.units, features = layer->input.features;
    for (size_t row = 0; row < pass->batch; row++)
        sn_vec_add(sn_layer_gradients(layer, pass, BIAS), d_output + row * units, units);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, units, pass->batch, input->x, d_output, 1.0F,
            sn_layer_gradients(layer, pass, KERNEL));
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, pass->batch, features, units, d_output,
            sn_layer_weights(layer, pass, KERNEL), 0.0F, d_input);
}

static const sn_spec_field FIELDS[] = {{.key = "units",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, dense.units),
                                        .most = SN_MAX_FILE_UNITS},
                                       {.key = NULL}};

const sn_layer_ops sn_dense_ops = {.type = "dense",
                                   .title = "Dense",
                                   .fields = FIELDS,
                                   .declare = declare,
                                   .initialise = initialise,
                                   .forward = forward,
                                   .backward = backward};
