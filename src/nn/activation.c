/* Activation: f of each number of a vector or a sequence. The tape: see sn_activated_forward. */
#include "activations.h"
#include "layer.h"

#include <string.h>

#include "banned.h"

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    (void)err;
    layer->output = layer->input;
    return SEQNET_OK;
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return sn_activated_size(layer->spec.activation.activation, sn_shape_size(layer->input, batch));
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t count = sn_shape_size(layer->input, pass->batch);
    memcpy(output->x, input->x, count * sizeof *output->x);
    sn_activated_forward(layer->spec.activation.activation, output->x, tape, count);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)input;
    const size_t count = sn_shape_size(layer->input, pass->batch);
    memcpy(d_input, sn_activated_backward(layer->spec.activation.activation, d_output, tape, count),
           count * sizeof *d_input);
}

static const sn_spec_field FIELDS[] = {{.key = "activation",
                                        .type = SN_FIELD_CHOICE,
                                        .offset = offsetof(sn_layer_spec, activation.activation),
                                        .words = sn_activation_words,
                                        .word_count = SN_ACTIVATIONS,
                                        .is_left_out = true},
                                       {.key = NULL}};

const sn_layer_ops sn_activation_ops = {.type = "activation",
                                        .title = "Activation",
                                        .fields = FIELDS,
                                        .declare = declare,
                                        .tape_size = tape_size,
                                        .forward = forward,
                                        .backward = backward};
