/* Layers over vectors and over the timesteps of sequences: dense ones, convolutions, poolings, and
 * those that only move numbers. */
#include <string.h>

#include "keras.h"
#include "translate.h"

#include "banned.h"

seqnet_status sn_translate_activated(sn_translation *t, const sn_graph_node *node,
                                     sn_layer_spec *spec, int *activation)
{
    const cJSON *const value = sn_json_member(node->config, "activation");
    bool is_own;
    SN_TRY(sn_translate_own_activation(t, node, value, activation, &is_own));
    SN_TRY(sn_translate_layer(t, node, *spec));
    return is_own ? SEQNET_OK : sn_translate_activate(t, node, value, t->config->layer_count - 1);
}

static const char *const ACTIVATION_KEY[] = {"activation", NULL};

seqnet_status sn_translate_dense(sn_translation *t, const sn_graph_node *node)
{
    sn_layer_spec spec = {0};
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named("Dense"), ACTIVATION_KEY, &spec));
    return sn_translate_activated(t, node, &spec, &spec.dense.activation);
}

/* It does nothing when scoring, but a training that goes on with the model may want it. */
seqnet_status sn_translate_dropout(sn_translation *t, const sn_graph_node *node)
{
    const double rate = cJSON_GetNumberValue(sn_json_member(node->config, "rate"));
    const bool is_spatial = strcmp(node->class_name, "SpatialDropout1D") == 0;
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    const bool is_sequence = t->shapes[from].time > 0;
    if (!(rate > 0.0 && rate < 1.0) || t->is_flat[node->inputs[0]] || (is_spatial && !is_sequence))
        return sn_translate_nothing(t, node);
    return sn_translate_layer(
        t, node,
        (sn_layer_spec){.kind = is_spatial ? SN_SPATIAL_DROPOUT1D : SN_DROPOUT,
                        .dropout = {.rate = rate}});
}

/* Whether an axis, alone or in a list, is the last one of the input. */
static bool is_last_axis(const cJSON *axis, sn_shape input)
{
    const double number = cJSON_GetNumberValue(
        cJSON_IsArray(axis) && cJSON_GetArraySize(axis) == 1 ? axis->child : axis);
    return !axis || number == -1.0 || number == (input.time ? 2.0 : 1.0);
}

seqnet_status sn_translate_normalization(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"axis", "center", "scale", "mode", NULL};
    sn_layer_spec spec = {0};
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named("BatchNormalization"), others, &spec));
    if (!is_last_axis(sn_json_member(node->config, "axis"), t->shapes[from]))
        return sn_translate_refuse(t, node,
                                   "an axis other than that of the features is not "
                                   "supported");
    const cJSON *const mode = sn_json_member(node->config, "mode");
    if (cJSON_IsNumber(mode) && mode->valuedouble != 0.0) /* of each text, or of each batch */
        return sn_translate_refuse(t, node, "mode %g is not supported", mode->valuedouble);
    return sn_translate_layer(t, node, spec);
}

/* ---- Convolutions ---- */

/* Timesteps between the first and the last that an output sees, and one. */
static seqnet_status find_span(const sn_translation *t, const sn_graph_node *node, size_t kernel,
                               size_t *span)
{
    size_t dilation, strides, number;
    SN_TRY(sn_translate_size(t, node, "groups", 1, &number));
    SN_TRY(sn_translate_size(t, node, "depth_multiplier", 1, &number));
    SN_TRY(sn_translate_size(t, node, "dilation_rate", 1, &dilation));
    SN_TRY(sn_translate_size(t, node, "strides", 1, &strides));
    if (strides != 1)
        return sn_translate_refuse(t, node, "strides %zu is not supported", strides);
    if (kernel > SN_MAX_FILE_TIME / dilation)
        return sn_translate_refuse(t, node, "dilation_rate %zu is too large", dilation);
    *span = kernel ? (kernel - 1) * dilation + 1 : 0;
    return SEQNET_OK;
}

static bool is_causal(const sn_graph_node *node)
{
    const char *const padding = sn_json_text(node->config, "padding");
    return padding && strcmp(padding, "causal") == 0;
}

/* The taps of a dilated kernel have zeros between them; a causal one is the first half of one that
 * looks to both sides. */
static seqnet_status read_conv(const sn_translation *t, const sn_graph_node *node,
                               sn_layer_spec *spec)
{
    static const char *const others[] = {"padding",          "activation", "strides",
                                         "dilation_rate",    "groups",     "kernel_size",
                                         "depth_multiplier", NULL};
    const char *const padding = sn_json_text(node->config, "padding");
    const char *const format = sn_json_text(node->config, "data_format");
    size_t kernel, span;
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named("Conv1D"), others, spec));
    SN_TRY(sn_translate_size(t, node, "kernel_size", 0, &kernel));
    SN_TRY(find_span(t, node, kernel, &span));
    if (span == 0)
        return sn_translate_refuse(t, node, "its config has no kernel_size");
    if (format && strcmp(format, "channels_first") == 0)
        return sn_translate_refuse(t, node, "data_format 'channels_first' is not supported");
    if (!padding || strcmp(padding, "valid") == 0)
        spec->conv1d.padding = SN_CONV_VALID;
    else if (is_causal(node) || strcmp(padding, "same") == 0)
        spec->conv1d.padding = SN_CONV_SAME;
    else
        return sn_translate_refuse(t, node, "padding '%.40s' is not supported", padding);
    spec->conv1d.kernel_size = is_causal(node) ? 2 * span - 1 : span;
    return SEQNET_OK;
}

static seqnet_status check_kernel(const sn_translation *t, const sn_graph_node *node,
                                  const sn_layer_spec *spec, size_t from)
{
    const size_t time = t->shapes[from].time;
    if (!time)
        return sn_translate_refuse(t, node, "it takes one vector a row, not a sequence");
    if (spec->conv1d.padding == SN_CONV_VALID && spec->conv1d.kernel_size > time)
        return sn_translate_refuse(t, node,
                                   "its kernel spans %zu timesteps, and its input has only %zu; a "
                                   "larger .maxlen may fit",
                                   spec->conv1d.kernel_size, time);
    return SEQNET_OK;
}

seqnet_status sn_translate_conv1d(sn_translation *t, const sn_graph_node *node)
{
    sn_layer_spec spec = {0};
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(read_conv(t, node, &spec));
    SN_TRY(check_kernel(t, node, &spec, from));
    return sn_translate_activated(t, node, &spec, &spec.conv1d.activation);
}

/* A convolution of each feature and a mixing of these are one convolution. */
seqnet_status sn_translate_separable_conv1d(sn_translation *t, const sn_graph_node *node)
{
    return sn_translate_conv1d(t, node);
}

/* ---- Poolings ---- */

static seqnet_status check_format(const sn_translation *t, const sn_graph_node *node)
{
    const char *const format = sn_json_text(node->config, "data_format");
    if (format && strcmp(format, "channels_first") == 0)
        return sn_translate_refuse(t, node, "data_format 'channels_first' is not supported");
    return SEQNET_OK;
}

seqnet_status sn_translate_global_pooling(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"keepdims", NULL};
    sn_layer_spec spec = {0};
    SN_TRY(check_format(t, node));
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named(node->class_name), others, &spec));
    t->is_flat[node - t->graph->nodes] = sn_json_is_true(node->config, "keepdims");
    return sn_translate_layer(t, node, spec);
}

/* Reads pool_size and whether the stretches are those that seqnet has: side by side, the rest at
 * the end dropped. */
static seqnet_status read_stretches(const sn_translation *t, const sn_graph_node *node,
                                    size_t *pool_size)
{
    const char *const padding = sn_json_text(node->config, "padding");
    size_t strides, from;
    SN_TRY(check_format(t, node));
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_size(t, node, "pool_size", 2, pool_size));
    SN_TRY(sn_translate_size(t, node, "strides", *pool_size, &strides));
    const size_t time = t->shapes[from].time, pool = *pool_size;
    if (!time || time < pool)
        return sn_translate_refuse(t, node,
                                   "pool_size %zu is more than the %zu timesteps of its input; a "
                                   "larger .maxlen may fit",
                                   pool, time);
    if (padding && strcmp(padding, "valid") != 0 && (time % pool != 0 || strides != pool))
        return sn_translate_refuse(t, node, "padding '%.40s' is not supported", padding);
    if (strides != pool && !(time / pool == 1 && (time - pool) / strides == 0))
        return sn_translate_refuse(t, node, "strides %zu with pool_size %zu is not supported",
                                   strides, pool);
    return SEQNET_OK;
}

static const char *const STRETCH_KEYS[] = {"pool_size", "strides", "padding", NULL};

seqnet_status sn_translate_max_pooling(sn_translation *t, const sn_graph_node *node)
{
    sn_layer_spec spec = {.kind = SN_MAX_POOLING1D};
    size_t pool_size;
    SN_TRY(read_stretches(t, node, &pool_size));
    SN_TRY(sn_translate_read(t, node, NULL, STRETCH_KEYS, NULL));
    spec.max_pooling1d.pool_size = pool_size;
    return sn_translate_layer(t, node, spec);
}

/* The mean of all timesteps, where no step is masked. */
seqnet_status sn_translate_average_pooling(sn_translation *t, const sn_graph_node *node)
{
    size_t pool_size, from;
    SN_TRY(read_stretches(t, node, &pool_size));
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_read(t, node, NULL, STRETCH_KEYS, NULL));
    if (pool_size != t->shapes[from].time || sn_keras_masks(t->config))
        return sn_translate_refuse(t, node,
                                   "pool_size %zu is supported for an input of as many timesteps "
                                   "only, not of %zu",
                                   pool_size, t->shapes[from].time);
    t->is_flat[node - t->graph->nodes] = true;
    return sn_translate_layer(
        t, node, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MEAN}});
}

/* ---- What only moves numbers ---- */

static seqnet_status flatten(sn_translation *t, const sn_graph_node *node, sn_shape input)
{
    return input.time ? sn_translate_layer(t, node, (sn_layer_spec){.kind = SN_FLATTEN})
                      : sn_translate_nothing(t, node);
}

seqnet_status sn_translate_flatten(sn_translation *t, const sn_graph_node *node)
{
    size_t from;
    SN_TRY(check_format(t, node));
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(flatten(t, node, t->shapes[from]));
    t->is_flat[node - t->graph->nodes] = false;
    return SEQNET_OK;
}

/* Reshape to what the input is already, to one vector, or to one channel more. */
seqnet_status sn_translate_reshape(sn_translation *t, const sn_graph_node *node)
{
    const cJSON *const target = sn_json_member(node->config, "target_shape");
    const int rank = cJSON_GetArraySize(target);
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    const sn_shape input = t->shapes[from];
    const double features = cJSON_GetNumberValue(cJSON_GetArrayItem(target, rank - 1));
    const double time = cJSON_GetNumberValue(cJSON_GetArrayItem(target, 0));
    if (rank == 3 && input.time && features == 1.0 &&
        cJSON_GetNumberValue(cJSON_GetArrayItem(target, 1)) == (double)input.features) {
        t->images[node - t->graph->nodes] = SN_IMAGE_WIDE;
        return sn_translate_nothing(t, node);
    }
    if (rank == 1 && (features == -1.0 || features == (double)sn_shape_size(input, 1)))
        return flatten(t, node, input);
    if (rank == 2 && input.time && features == (double)input.features &&
        (time == -1.0 || time == (double)input.time)) {
        if (sn_keras_masks(t->config)) /* Reshape has no mask, its input may have one */
            return sn_translate_refuse(t, node, "behind mask_zero it is not supported");
        return sn_translate_nothing(t, node);
    }
    return sn_translate_refuse(t, node, "a target_shape of %d axes is not supported for %zu x %zu",
                               rank, sn_shape_steps(input), input.features);
}
