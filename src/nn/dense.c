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
    const size_t units = layer->spec.units;
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
                           layer->spec.units, rng);
    memset(weights + layer->offsets[BIAS], 0, layer->spec.units * sizeof *weights);
}

/* Loops instead of a product: a BLAS may sum a row differently among others than alone, but a row's
 * score must not depend on its neighbours. */
static void forward(const sn_layer *layer, const sn_pass *pass, const float *input, float *output,
                    float *tape)
{
    (void)tape;
    const size_t units = layer->spec.units, features = layer->input.features;
    const float *const kernel = pass->weights + layer->offsets[KERNEL];
    for (size_t row = 0; row < pass->batch; row++) {
        float *const out = output + row * units;
        memcpy(out, pass->weights + layer->offsets[BIAS], units * sizeof *out);
        for (size_t k = 0; k < features; k++)
            for (size_t unit = 0; unit < units; unit++)
                out[unit] += input[row * features + k] * kernel[k * units + unit];
    }
}

static void backward(const sn_layer *layer, const sn_pass *pass, const float *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)tape;
    const size_t units = layer->spec.units, features = layer->input.features;
    for (size_t row = 0; row < pass->batch; row++)
        sn_vec_add(pass->gradients + layer->offsets[BIAS], d_output + row * units, units);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, units, pass->batch, input, d_output, 1.0F,
            pass->gradients + layer->offsets[KERNEL]);
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, pass->batch, features, units, d_output,
            pass->weights + layer->offsets[KERNEL], 0.0F, d_input);
}

const sn_layer_ops sn_dense_ops = {.type = "dense",
                                   .title = "Dense",
                                   .declare = declare,
                                   .initialise = initialise,
                                   .forward = forward,
                                   .backward = backward};
