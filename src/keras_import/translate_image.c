/*
 * Sequences as images of one channel, for convolutions that span all features: Conv2D over kernels
 * [size, features] is Conv1D, and what it gives, [time, 1, filters], a sequence. The sentence CNN
 * of Kim (2014) is often written so.
 */
#include <string.h>

#include "keras.h"
#include "translate.h"

#include "banned.h"

static size_t number_of(const sn_graph_node *node)
{
    return node->inputs[0];
}

/* The numbers of a pair in a config; a single number stands for both. `usual` where it is not there
 * or null. */
static void read_pair(const sn_graph_node *node, const char *key, double usual, double pair[2])
{
    const cJSON *const item = sn_json_member(node->config, key);
    pair[0] = pair[1] = usual;
    if (cJSON_IsNumber(item))
        pair[0] = pair[1] = item->valuedouble;
    if (cJSON_GetArraySize(item) == 2)
        for (int i = 0; i < 2; i++)
            pair[i] = cJSON_GetNumberValue(cJSON_GetArrayItem(item, i));
}

static bool has_text(const sn_graph_node *node, const char *key, const char *usual)
{
    const char *const text = sn_json_text(node->config, key);
    return !text || strcmp(text, usual) == 0;
}

static bool is_size(double number, double most)
{
    return number >= 1.0 && number <= most && number == (double)(size_t)number;
}

static seqnet_status check_kernel(const sn_translation *t, const sn_graph_node *node, size_t from,
                                  size_t *size)
{
    const sn_shape input = t->shapes[from];
    double kernel[2], strides[2], dilation[2];
    read_pair(node, "kernel_size", 0.0, kernel);
    read_pair(node, "strides", 1.0, strides);
    read_pair(node, "dilation_rate", 1.0, dilation);
    if (t->images[number_of(node)] != SN_IMAGE_WIDE || !input.time)
        return sn_translate_refuse(t, node,
                                   "it is supported over an embedding only, reshaped to "
                                   "one channel");
    if (kernel[1] != (double)input.features || !is_size(kernel[0], (double)input.time) ||
        strides[0] != 1.0 || dilation[0] != 1.0 || !has_text(node, "padding", "valid") ||
        !has_text(node, "data_format", "channels_last"))
        return sn_translate_refuse(t, node,
                                   "kernel_size %g x %g over %zu x %zu is not supported: a kernel "
                                   "must span all %zu features, with strides 1, without padding",
                                   kernel[0], kernel[1], input.time, input.features,
                                   input.features);
    *size = (size_t)kernel[0];
    const cJSON *const groups = sn_json_member(node->config, "groups");
    if (groups && cJSON_GetNumberValue(groups) != 1.0)
        return sn_translate_refuse(t, node, "groups is supported as 1 only");
    return SEQNET_OK;
}

seqnet_status sn_translate_conv2d(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {
        "kernel_size", "strides", "dilation_rate", "padding", "activation", "groups", NULL};
    sn_layer_spec spec = {0};
    size_t from, size;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(check_kernel(t, node, from, &size));
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named("Conv1D"), others, &spec));
    spec.conv1d.kernel_size = size;
    spec.conv1d.padding = SN_CONV_VALID;
    SN_TRY(sn_translate_activated(t, node, &spec, &spec.conv1d.activation));
    t->images[node - t->graph->nodes] = SN_IMAGE_COLUMN;
    return SEQNET_OK;
}

/* Over a column of features; stretches stand side by side, or there is one only. */
seqnet_status sn_translate_max_pooling2d(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"pool_size", "strides", "padding", NULL};
    double pool[2], strides[2];
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_read(t, node, NULL, others, NULL));
    const double time = (double)t->shapes[from].time;
    read_pair(node, "pool_size", 2.0, pool);
    read_pair(node, "strides", 0.0, strides);
    if (strides[0] == 0.0)
        strides[0] = pool[0];
    if (t->images[number_of(node)] != SN_IMAGE_COLUMN || pool[1] != 1.0 ||
        !is_size(pool[0], time) || !(strides[0] >= 1.0) ||
        (strides[0] != pool[0] && (time >= 2.0 * pool[0] || time - pool[0] >= strides[0])) ||
        !has_text(node, "padding", "valid"))
        return sn_translate_refuse(t, node, "pool_size %g x %g with strides %g is not supported",
                                   pool[0], pool[1], strides[0]);
    SN_TRY(sn_translate_layer(t, node,
                              (sn_layer_spec){.kind = SN_MAX_POOLING1D,
                                              .max_pooling1d = {.pool_size = (size_t)pool[0]}}));
    t->images[node - t->graph->nodes] = SN_IMAGE_COLUMN;
    return SEQNET_OK;
}

seqnet_status sn_translate_global_pooling2d(sn_translation *t, const sn_graph_node *node)
{
    const bool is_max = strcmp(node->class_name, "GlobalMaxPooling2D") == 0;
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    if (t->images[number_of(node)] != SN_IMAGE_COLUMN || sn_json_is_true(node->config, "keepdims"))
        return sn_translate_refuse(t, node,
                                   "it is supported behind a Conv2D that spans all "
                                   "features only");
    const sn_pooling_spec pooling = {.mode = is_max ? SN_POOL_MAX_ALL : SN_POOL_MEAN};
    return sn_translate_layer(t, node, (sn_layer_spec){.kind = SN_POOLING, .pooling = pooling});
}

seqnet_status sn_translate_expand(sn_translation *t, const sn_graph_node *node)
{
    const cJSON *const axis = sn_json_member(node->config, "axis");
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    if (!t->shapes[from].time || !cJSON_IsNumber(axis) ||
        (axis->valuedouble != -1.0 && axis->valuedouble != 3.0))
        return sn_translate_refuse(t, node, "an axis is supported behind the features only");
    SN_TRY(sn_translate_nothing(t, node));
    t->images[node - t->graph->nodes] = SN_IMAGE_WIDE;
    return SEQNET_OK;
}
