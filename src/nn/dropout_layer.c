/*
 * Dropout (Srivastava et al. 2014), inverted: in training each number of the input is hidden on its
 * own, when scoring all pass. It takes vectors and sequences. The tape holds what the input is
 * multiplied by, [batch, time, features].
 */
#include "dropout.h"
#include "layer.h"

#include <string.h>

#include "banned.h"

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return sn_shape_size(layer->input, batch);
}

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    (void)err;
    layer->output = layer->input;
    return SEQNET_OK;
}

static bool drops(const sn_layer *layer, const sn_pass *pass)
{
    return layer->spec.dropout.rate > 0.0 && pass->row_numbers;
}

/* to = from * scale; the values are time-major, the scale row-major. */
static void apply(const sn_layer *layer, const sn_pass *pass, const float *from, const float *scale,
                  float *to)
{
    const size_t features = layer->input.features,
                 steps = sn_shape_size(layer->input, 1) / features;
    for (size_t row = 0; row < pass->batch; row++)
        for (size_t t = 0; t < steps; t++) {
            const size_t at = (t * pass->batch + row) * features;
            const float *const factors = scale + (row * steps + t) * features;
            for (size_t k = 0; k < features; k++)
                to[at + k] = from[at + k] * factors[k];
        }
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t row_size = sn_shape_size(layer->input, 1);
    if (!drops(layer, pass)) {
        memcpy(output->x, input->x, pass->batch * row_size * sizeof *output->x);
        return;
    }
    const uint64_t source = sn_dropout_source(layer->name, SN_DROP_INPUT);
    for (size_t row = 0; row < pass->batch; row++)
        sn_dropout_fill(tape + row * row_size, row_size, layer->spec.dropout.rate,
                        pass->dropout_key, source, pass->row_numbers[row]);
    apply(layer, pass, input->x, tape, output->x);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)input;
    if (drops(layer, pass))
        apply(layer, pass, d_output, tape, d_input);
    else
        memcpy(d_input, d_output, sn_shape_size(layer->input, pass->batch) * sizeof *d_input);
}

static const sn_spec_field FIELDS[] = {
    {.key = "rate", .type = SN_FIELD_RATE, .offset = offsetof(sn_layer_spec, dropout.rate)},
    {.key = NULL}};

const sn_layer_ops sn_dropout_ops = {.type = "dropout",
                                     .title = "Dropout",
                                     .fields = FIELDS,
                                     .declare = declare,
                                     .tape_size = tape_size,
                                     .forward = forward,
                                     .backward = backward};
