#include "onnx_layers.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "activations.h"
#include "blend.h"

#include "banned.h"

enum { KERNEL, BIAS };

/* Steps and features change places. */
static const int64_t FEATURES_FIRST[3] = {0, 2, 1};

sn_onnx_activation sn_onnx_activation_of(int activation)
{
    switch (activation) {
    case SN_RELU:
        return (sn_onnx_activation){.op = "Relu"};
    case SN_TANH:
        return (sn_onnx_activation){.op = "Tanh"};
    case SN_SIGMOID:
        return (sn_onnx_activation){.op = "Sigmoid"};
    case SN_HARD_SIGMOID:
    case SN_HARD_SIGMOID_02:
        return (sn_onnx_activation){.op = "HardSigmoid",
                                    .has_alpha = true,
                                    .has_beta = true,
                                    .alpha = sn_hard_sigmoid_slope(activation),
                                    .beta = 0.5F};
    case SN_ELU:
        return (sn_onnx_activation){.op = "Elu", .has_alpha = true, .alpha = 1.0F};
    case SN_SELU: /* whose usual numbers are Keras's */
        return (sn_onnx_activation){.op = "Selu"};
    case SN_SOFTSIGN:
        return (sn_onnx_activation){.op = "Softsign"};
    case SN_LEAKY_RELU:
        return (sn_onnx_activation){.op = "LeakyRelu", .has_alpha = true, .alpha = SN_LEAKY_SLOPE};
    default:
        return (sn_onnx_activation){
            .op = "Affine", .has_alpha = true, .has_beta = true, .alpha = 1.0F};
    }
}

sn_onnx_value sn_onnx_activate(sn_onnx_graph *graph, sn_onnx_value x, int activation)
{
    if (sn_is_linear(activation))
        return x;
    const sn_onnx_activation f = sn_onnx_activation_of(activation);
    const sn_onnx_value y = SN_ONNX_NODE(graph, f.op, x);
    if (f.has_alpha)
        sn_onnx_set_float(graph, "alpha", f.alpha);
    if (f.has_beta)
        sn_onnx_set_float(graph, "beta", f.beta);
    return y;
}

sn_onnx_value sn_onnx_constant(sn_onnx_writer *writer, const sn_layer *layer, const char *name,
                               size_t rank, const size_t *dims, const float *numbers)
{
    char full[SN_TENSOR_NAME];
    (void)snprintf(full, sizeof full, "%s.%s", layer->name, name);
    return sn_onnx_floats(writer->graph, full, rank, dims, numbers);
}

sn_onnx_value sn_onnx_weights(sn_onnx_writer *writer, const sn_layer *layer, size_t k,
                              const char *name, size_t rank, const size_t *dims)
{
    return sn_onnx_constant(writer, layer, name, rank, dims,
                            writer->model->weights + layer->offsets[k]);
}

sn_onnx_value sn_onnx_transpose(sn_onnx_graph *graph, sn_onnx_value x, const int64_t *axes)
{
    const sn_onnx_value y = SN_ONNX_NODE(graph, "Transpose", x);
    sn_onnx_set_ints(graph, "perm", axes, 3);
    return y;
}

static sn_onnx_value add_embedding(sn_onnx_writer *writer, const sn_layer *layer)
{
    const size_t dims[2] = {layer->spec.embedding.id_count, layer->spec.embedding.units};
    return SN_ONNX_NODE(writer->graph, "Gather",
                        sn_onnx_weights(writer, layer, 0, "embeddings", 2, dims), writer->rows.ids);
}

/* The model's logits are divided by its temperature, so the last layer's numbers are. */
static const float *scaled(sn_onnx_writer *writer, const sn_layer *layer, size_t k, size_t count)
{
    const sn_network *const network = &writer->model->network;
    const float scale = sn_model_logit_scale(writer->model);
    const float *const weights = writer->model->weights + layer->offsets[k];
    if (layer != &network->layers[network->count - 1] || scale == 1.0F)
        return weights;
    float *const made = sn_onnx_alloc(writer->graph, count, sizeof *made);
    for (size_t i = 0; made && i < count; i++)
        made[i] = scale * weights[i];
    return made;
}

static sn_onnx_value add_dense(sn_onnx_writer *writer, const sn_layer *layer, sn_onnx_value x)
{
    const size_t dims[2] = {layer->input.features, layer->spec.dense.units};
    const sn_onnx_value kernel = sn_onnx_constant(writer, layer, "kernel", 2, dims,
                                                  scaled(writer, layer, KERNEL, dims[0] * dims[1]));
    const sn_onnx_value bias =
        sn_onnx_constant(writer, layer, "bias", 1, &dims[1], scaled(writer, layer, BIAS, dims[1]));
    const sn_onnx_value product = SN_ONNX_NODE(writer->graph, "MatMul", x, kernel);
    const sn_onnx_value sums = SN_ONNX_NODE(writer->graph, "Add", product, bias);
    return sn_onnx_activate(writer->graph, sums, layer->spec.dense.activation);
}

/* [kernel_size, features, filters] as ONNX has it, [filters, features, kernel_size]. */
static sn_onnx_value convolution_kernel(sn_onnx_writer *writer, const sn_layer *layer)
{
    const size_t size = layer->spec.conv1d.kernel_size, features = layer->input.features;
    const size_t filters = layer->spec.conv1d.units, dims[3] = {filters, features, size};
    const float *const from = writer->model->weights + layer->offsets[KERNEL];
    float *const to = sn_onnx_alloc(writer->graph, filters * features * size, sizeof *to);
    for (size_t i = 0; to && i < filters * features * size; i++) {
        const size_t j = i / filters / features, k = i / filters % features, f = i % filters;
        to[(f * features + k) * size + j] = from[i];
    }
    return sn_onnx_constant(writer, layer, "kernel", 3, dims, to);
}

static sn_onnx_value add_conv1d(sn_onnx_writer *writer, const sn_layer *layer, sn_onnx_value x)
{
    const sn_conv1d_spec *const spec = &layer->spec.conv1d;
    const size_t around = spec->padding == SN_CONV_SAME ? spec->kernel_size - 1 : 0;
    const int64_t pads[2] = {(int64_t)(around / 2), (int64_t)(around - around / 2)};
    const sn_onnx_value turned = sn_onnx_transpose(writer->graph, x, FEATURES_FIRST);
    const sn_onnx_value sums =
        SN_ONNX_NODE(writer->graph, "Conv", turned, convolution_kernel(writer, layer),
                     sn_onnx_weights(writer, layer, BIAS, "bias", 1, &spec->units));
    sn_onnx_set_ints(writer->graph, "pads", pads, 2);
    return sn_onnx_activate(writer->graph, sn_onnx_transpose(writer->graph, sums, FEATURES_FIRST),
                            spec->activation);
}

static sn_onnx_value add_max_pooling1d(sn_onnx_writer *writer, const sn_layer *layer,
                                       sn_onnx_value x)
{
    const int64_t size = (int64_t)layer->spec.max_pooling1d.pool_size;
    const sn_onnx_value turned = sn_onnx_transpose(writer->graph, x, FEATURES_FIRST);
    const sn_onnx_value pooled = SN_ONNX_NODE(writer->graph, "MaxPool", turned);
    sn_onnx_set_ints(writer->graph, "kernel_shape", &size, 1);
    sn_onnx_set_ints(writer->graph, "strides", &size, 1);
    return sn_onnx_transpose(writer->graph, pooled, FEATURES_FIRST);
}

/* The maximum or the mean over axis 1, which ends. */
static sn_onnx_value reduce(sn_onnx_graph *graph, const char *op, sn_onnx_value x)
{
    const int64_t axis = 1;
    const sn_onnx_value y = SN_ONNX_NODE(graph, op, x);
    sn_onnx_set_ints(graph, "axes", &axis, 1);
    sn_onnx_set_int(graph, "keepdims", 0);
    return y;
}

static sn_onnx_value cast(sn_onnx_graph *graph, sn_onnx_value x, int64_t type)
{
    const sn_onnx_value y = SN_ONNX_NODE(graph, "Cast", x);
    sn_onnx_set_int(graph, "to", type);
    return y;
}

/* Over the steps that are not masked; 0 of a row without any. */
static sn_onnx_value masked_max(sn_onnx_writer *writer, sn_onnx_value x)
{
    sn_onnx_graph *const graph = writer->graph;
    const int64_t type = ONNX__TENSOR_PROTO__DATA_TYPE__BOOL;
    const sn_onnx_value counts =
        cast(graph, sn_onnx_unsqueeze(graph, sn_onnx_mask(&writer->rows, graph), 2), type);
    const sn_onnx_value seen =
        SN_ONNX_NODE(graph, "Where", counts, x, sn_onnx_float(graph, -FLT_MAX));
    const sn_onnx_value most = reduce(graph, "ReduceMax", seen);
    return SN_ONNX_NODE(graph, "Where", cast(graph, sn_onnx_count(&writer->rows, graph), type),
                        most, sn_onnx_float(graph, 0.0F));
}

static sn_onnx_value masked_mean(sn_onnx_writer *writer, sn_onnx_value x)
{
    sn_onnx_graph *const graph = writer->graph;
    const int64_t type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, axis = 1;
    const sn_onnx_value counts =
        cast(graph, sn_onnx_unsqueeze(graph, sn_onnx_mask(&writer->rows, graph), 2), type);
    const sn_onnx_value sum = SN_ONNX_NODE(
        graph, "ReduceSum", SN_ONNX_NODE(graph, "Mul", x, counts), sn_onnx_ints(graph, &axis, 1));
    sn_onnx_set_int(graph, "keepdims", 0);
    const sn_onnx_value steps =
        SN_ONNX_NODE(graph, "Max", cast(graph, sn_onnx_count(&writer->rows, graph), type),
                     sn_onnx_float(graph, 1.0F));
    return SN_ONNX_NODE(graph, "Div", sum, steps);
}

/* Features of two values side by side. */
static sn_onnx_value concatenate(sn_onnx_graph *graph, const sn_onnx_value *values, size_t count,
                                 size_t time)
{
    const sn_onnx_value joined = sn_onnx_node(graph, "Concat", values, count);
    sn_onnx_set_int(graph, "axis", time ? 2 : 1);
    return joined;
}

static sn_onnx_value add_pooling(sn_onnx_writer *writer, const sn_layer *layer, sn_onnx_value x,
                                 bool is_masked)
{
    const int mode = layer->spec.pooling.mode;
    sn_onnx_value parts[2];
    size_t count = 0;
    if (sn_pools_max(mode))
        parts[count++] = is_masked && mode != SN_POOL_MAX_ALL
                             ? masked_max(writer, x)
                             : reduce(writer->graph, "ReduceMax", x);
    if (sn_pools_mean(mode))
        parts[count++] =
            is_masked ? masked_mean(writer, x) : reduce(writer->graph, "ReduceMean", x);
    return count == 1 ? parts[0] : concatenate(writer->graph, parts, count, 0);
}

/* gamma (x - mean) / sqrt(variance + epsilon) + beta as a product and a sum. */
static sn_onnx_value add_batch_normalization(sn_onnx_writer *writer, const sn_layer *layer,
                                             sn_onnx_value x)
{
    const size_t features = layer->input.features;
    const float *const gamma = writer->model->weights + layer->offsets[0];
    const float *const beta = writer->model->weights + layer->offsets[1];
    const float *const mean = writer->model->weights + layer->offsets[2];
    const float *const variance = writer->model->weights + layer->offsets[3];
    float *const factor = sn_onnx_alloc(writer->graph, features, sizeof *factor);
    float *const shift = sn_onnx_alloc(writer->graph, features, sizeof *shift);
    for (size_t k = 0; shift && k < features; k++) {
        const double scale =
            (double)gamma[k] / sqrt((double)variance[k] + layer->spec.batch_normalization.epsilon);
        factor[k] = (float)scale;
        shift[k] = (float)((double)beta[k] - scale * (double)mean[k]);
    }
    const sn_onnx_value product = SN_ONNX_NODE(
        writer->graph, "Mul", x, sn_onnx_constant(writer, layer, "factor", 1, &features, factor));
    return SN_ONNX_NODE(writer->graph, "Add", product,
                        sn_onnx_constant(writer, layer, "shift", 1, &features, shift));
}

static sn_onnx_value add_flatten(sn_onnx_writer *writer, sn_onnx_value x)
{
    const sn_onnx_value flat = SN_ONNX_NODE(writer->graph, "Flatten", x);
    sn_onnx_set_int(writer->graph, "axis", 1);
    return flat;
}

static sn_onnx_value add_layer(sn_onnx_writer *writer, const sn_layer *layer,
                               const sn_onnx_value *inputs, bool is_masked)
{
    switch (layer->spec.kind) {
    case SN_EMBEDDING:
        return add_embedding(writer, layer);
    case SN_LSTM:
    case SN_GRU:
    case SN_SIMPLE_RNN:
    case SN_LSTM_CARRY:
        return sn_onnx_add_recurrent(writer, layer, inputs[0], is_masked);
    case SN_DENSE:
        return add_dense(writer, layer, inputs[0]);
    case SN_POOLING:
        return add_pooling(writer, layer, inputs[0], is_masked);
    case SN_CONV1D:
        return add_conv1d(writer, layer, inputs[0]);
    case SN_MAX_POOLING1D:
        return add_max_pooling1d(writer, layer, inputs[0]);
    case SN_FLATTEN:
        return add_flatten(writer, inputs[0]);
    case SN_BATCH_NORMALIZATION:
        return add_batch_normalization(writer, layer, inputs[0]);
    case SN_ACTIVATION:
        return sn_onnx_activate(writer->graph, inputs[0], layer->spec.activation.activation);
    case SN_CONCATENATE:
        return concatenate(writer->graph, inputs, layer->input_count, layer->output.time);
    case SN_DROPOUT:
    case SN_SPATIAL_DROPOUT1D:
    case SN_LAYER_KINDS:
        break;
    }
    return inputs[0]; /* dropout is for training */
}

sn_onnx_value sn_onnx_add_layers(sn_onnx_writer *writer)
{
    const sn_network *const network = &writer->model->network;
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        sn_onnx_value inputs[SN_LAYER_INPUTS] = {0};
        bool is_masked = network->mask_zero;
        for (size_t k = 0; k < layer->input_count; k++) {
            const size_t input = sn_network_input(network, layer, k);
            inputs[k] = writer->values[input];
            is_masked &= writer->is_masked[input];
        }
        writer->graph->scope = layer->name;
        writer->values[i] = add_layer(writer, layer, inputs, is_masked);
        writer->is_masked[i] = is_masked && sn_layer_keeps_mask(layer);
    }
    return writer->values[network->count - 1];
}
