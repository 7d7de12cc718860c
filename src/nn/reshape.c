/*
 * The layers that only move numbers: Flatten, a row's timesteps side by side in one vector,
 * [time, batch, features] to [batch, time features]; and Concatenate, the features of several
 * values of equal time side by side.
 */
#include "layer.h"

#include <string.h>

#include "banned.h"

/* Copies blocks of `size` floats whose first are `from_stride` and `to_stride` floats apart. */
static void copy_blocks(const float *from, size_t from_stride, float *to, size_t to_stride,
                        size_t size, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memcpy(to + i * to_stride, from + i * from_stride, size * sizeof *to);
}

static seqnet_status flatten_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    (void)err;
    layer->output.features = sn_shape_size(layer->input, 1);
    return SEQNET_OK;
}

static void flatten_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                            sn_value *output, float *tape)
{
    (void)tape;
    const size_t features = layer->input.features, width = layer->output.features;
    for (size_t t = 0; t < sn_shape_steps(layer->input); t++)
        copy_blocks(input->x + t * pass->batch * features, features, output->x + t * features,
                    width, features, pass->batch);
}

static void flatten_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                             const float *d_output, float *d_input, float *tape)
{
    (void)input;
    (void)tape;
    const size_t features = layer->input.features, width = layer->output.features;
    for (size_t t = 0; t < sn_shape_steps(layer->input); t++)
        copy_blocks(d_output + t * features, width, d_input + t * pass->batch * features, features,
                    features, pass->batch);
}

static seqnet_status concatenate_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    (void)err;
    layer->output = layer->input;
    return SEQNET_OK;
}

/* As in Keras, a step is masked that is masked in all inputs. All masks of a network are one, that
 * of its ids. */
static void concatenate_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                                sn_value *output, float *tape)
{
    (void)tape;
    const size_t vectors = sn_shape_steps(layer->input) * pass->batch;
    float *to = output->x;
    for (size_t i = 0; i < layer->input_count; i++) {
        const size_t features = layer->inputs[i]->output.features;
        copy_blocks(input[i].x, features, to, layer->output.features, features, vectors);
        to += features;
        if (!input[i].mask)
            output->mask = NULL;
    }
}

static void concatenate_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                                 const float *d_output, float *d_input, float *tape)
{
    (void)input;
    (void)tape;
    const size_t vectors = sn_shape_steps(layer->input) * pass->batch;
    for (size_t i = 0; i < layer->input_count; i++) {
        const size_t features = layer->inputs[i]->output.features;
        copy_blocks(d_output, layer->output.features, d_input, features, features, vectors);
        d_output += features;
        d_input += features * vectors;
    }
}

static const sn_spec_field NO_FIELDS[] = {{.key = NULL}};

const sn_layer_ops sn_flatten_ops = {.type = "flatten",
                                     .title = "Flatten",
                                     .fields = NO_FIELDS,
                                     .declare = flatten_declare,
                                     .forward = flatten_forward,
                                     .backward = flatten_backward};

const sn_layer_ops sn_concatenate_ops = {.type = "concatenate",
                                         .title = "Concatenate",
                                         .fields = NO_FIELDS,
                                         .declare = concatenate_declare,
                                         .forward = concatenate_forward,
                                         .backward = concatenate_backward};
