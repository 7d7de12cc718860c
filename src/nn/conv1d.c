/*
 * Conv1D with stride 1, [time, batch, features] to [time', batch, filters]:
 *
 *     output[t] = f(bias + sum over j < kernel_size of input[t + j - before] kernel[j])
 *
 * With valid padding `before` is 0 and time' = time - kernel_size + 1, with same padding it is
 * (kernel_size - 1) / 2 and time' = time, steps beyond the sequence being zeros. Masks are not
 * looked at, as in Keras. Tensors: kernel [kernel_size, features, filters], bias [filters].
 *
 * Values are time-major, so that for each j the steps of the input that it meets are one block of
 * rows, and so are those of the output: one matrix product does them all.
 */
#include "activations.h"
#include "gemm.h"
#include "initializers.h"
#include "layer.h"
#include "pieces.h"
#include "vec.h"

#include <string.h>

#include "banned.h"

enum { KERNEL, BIAS };

/* The steps that number j of the kernel joins: `count` of them, of the input from `in` and of the
 * output from `out` on. */
typedef struct stretch {
    size_t in, out, count;
} stretch;

static size_t steps_before(const sn_layer *layer)
{
    const sn_conv1d_spec *const spec = &layer->spec.conv1d;
    return spec->padding == SN_CONV_SAME ? (spec->kernel_size - 1) / 2 : 0;
}

static stretch stretch_of(const sn_layer *layer, size_t j)
{
    const size_t before = steps_before(layer), time = layer->input.time;
    const size_t in = j > before ? j - before : 0, out = j < before ? before - j : 0;
    if (in >= time || out >= layer->output.time)
        return (stretch){0};
    return (stretch){in, out, sn_smaller(time - in, layer->output.time - out)};
}

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const sn_conv1d_spec *const spec = &layer->spec.conv1d;
    const size_t kernel[3] = {spec->kernel_size, layer->input.features, spec->units};
    const size_t time = layer->input.time;
    const bool is_valid = spec->padding == SN_CONV_VALID;
    SN_TRY(sn_layer_check_sequence(layer, err));
    SN_TRY(
        sn_tensor_table_add(table, layer->name, "kernel", 3, kernel, &layer->offsets[KERNEL], err));
    if (is_valid && spec->kernel_size > time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the kernel of the layer '%s' spans %zu timesteps, but its input has only "
                       "%zu",
                       layer->name, spec->kernel_size, time);
    layer->output.time = is_valid ? time - spec->kernel_size + 1 : time;
    layer->output.features = spec->units;
    return sn_tensor_table_add(table, layer->name, "bias", 1, &spec->units, &layer->offsets[BIAS],
                               err);
}

/* Keras's fans of a convolution: each output sees kernel_size steps of all features. */
static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    (void)scratch;
    const sn_conv1d_spec *const spec = &layer->spec.conv1d;
    const size_t fan_in = spec->kernel_size * layer->input.features;
    sn_init_uniform(weights + layer->offsets[KERNEL], fan_in * spec->units,
                    sn_glorot_limit(fan_in, spec->kernel_size * spec->units), rng);
    memset(weights + layer->offsets[BIAS], 0, spec->units * sizeof *weights);
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return sn_activated_size(layer->spec.conv1d.activation, sn_shape_size(layer->output, batch));
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t filters = layer->output.features, features = layer->input.features;
    const size_t batch = pass->batch, rows = layer->output.time * batch;
    const float *const kernel = sn_layer_weights(layer, pass, KERNEL);
    for (size_t row = 0; row < rows; row++)
        memcpy(output->x + row * filters, sn_layer_weights(layer, pass, BIAS),
               filters * sizeof *output->x);
    for (size_t j = 0; j < layer->spec.conv1d.kernel_size; j++) {
        const stretch s = stretch_of(layer, j);
        sn_gemm(SN_AS_IS, SN_AS_IS, s.count * batch, filters, features,
                input->x + s.in * batch * features, kernel + j * features * filters, 1.0F,
                output->x + s.out * batch * filters);
    }
    sn_activated_forward(layer->spec.conv1d.activation, output->x, tape, rows * filters);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    const size_t filters = layer->output.features, features = layer->input.features;
    const size_t batch = pass->batch, rows = layer->output.time * batch;
    const float *const kernel = sn_layer_weights(layer, pass, KERNEL);
    float *const d_kernel = sn_layer_gradients(layer, pass, KERNEL);
    const float *const d_sums =
        sn_activated_backward(layer->spec.conv1d.activation, d_output, tape, rows * filters);
    for (size_t row = 0; row < rows; row++)
        sn_vec_add(sn_layer_gradients(layer, pass, BIAS), d_sums + row * filters, filters);
    memset(d_input, 0, sn_shape_size(layer->input, batch) * sizeof *d_input);
    for (size_t j = 0; j < layer->spec.conv1d.kernel_size; j++) {
        const stretch s = stretch_of(layer, j);
        const size_t in = s.in * batch * features, out = s.out * batch * filters;
        const size_t at = j * features * filters;
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, filters, s.count * batch, input->x + in,
                d_sums + out, 1.0F, d_kernel + at);
        sn_gemm(SN_AS_IS, SN_TRANSPOSED, s.count * batch, features, filters, d_sums + out,
                kernel + at, 1.0F, d_input + in);
    }
}

static const char *const PADDINGS[] = {[SN_CONV_VALID] = "valid", [SN_CONV_SAME] = "same"};
_Static_assert(sizeof PADDINGS / sizeof *PADDINGS == SN_CONV_PADDINGS, "a word for each padding");

static const sn_spec_field FIELDS[] = {{.key = "filters",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, conv1d.units),
                                        .most = SN_MAX_FILE_UNITS},
                                       {.key = "kernel_size",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, conv1d.kernel_size),
                                        .most = SN_MAX_FILE_TIME},
                                       {.key = "padding",
                                        .type = SN_FIELD_CHOICE,
                                        .offset = offsetof(sn_layer_spec, conv1d.padding),
                                        .words = PADDINGS,
                                        .word_count = SN_CONV_PADDINGS,
                                        .is_left_out = true},
                                       {.key = "activation",
                                        .type = SN_FIELD_CHOICE,
                                        .offset = offsetof(sn_layer_spec, conv1d.activation),
                                        .words = sn_activation_words,
                                        .word_count = SN_ACTIVATIONS,
                                        .is_left_out = true},
                                       {.key = NULL}};

const sn_layer_ops sn_conv1d_ops = {.type = "conv1d",
                                    .title = "Conv1D",
                                    .fields = FIELDS,
                                    .drops_mask = true,
                                    .declare = declare,
                                    .initialise = initialise,
                                    .tape_size = tape_size,
                                    .forward = forward,
                                    .backward = backward};
