/* Layers over several inputs. */
#include <string.h>

#include "translate.h"

#include "banned.h"

static seqnet_status find_layers(const sn_translation *t, const sn_graph_node *node,
                                 size_t layers[SN_LAYER_INPUTS])
{
    for (size_t i = 0; i < node->input_count; i++) {
        layers[i] = t->layers[node->inputs[i]];
        if (layers[i] == SN_LAYER_OF_IDS)
            return sn_translate_refuse(t, node, "it takes the ids of words themselves");
    }
    return SEQNET_OK;
}

static seqnet_status concatenate(sn_translation *t, const sn_graph_node *node, const size_t *layers,
                                 size_t *joined)
{
    const sn_fill fill = {.kind = SN_FILL_ARRAYS, .node = node};
    *joined = layers[0];
    if (node->input_count == 1)
        return SEQNET_OK;
    return sn_translate_add(t, node, (sn_layer_spec){.kind = SN_CONCATENATE}, &fill, layers,
                            node->input_count, joined);
}

/* ---- Side by side ---- */

/* Whether all that takes the node's output makes one vector of it, perhaps behind layers that treat
 * each number alone. */
static bool is_flattened(const sn_graph *graph, size_t number)
{
    static const char *const alone[] = {"Dropout", "Activation", "ReLU", "GaussianNoise"};
    bool is_taken = false;
    for (size_t i = number + 1; i < graph->count; i++) {
        const sn_graph_node *const node = &graph->nodes[i];
        for (size_t k = 0; k < node->input_count; k++) {
            if (!node->is_used || node->inputs[k] != number)
                continue;
            bool passes = strcmp(node->class_name, "Flatten") == 0;
            for (size_t a = 0; a < sizeof alone / sizeof *alone; a++)
                passes |= strcmp(node->class_name, alone[a]) == 0 && is_flattened(graph, i);
            if (!passes)
                return false;
            is_taken = true;
        }
    }
    return is_taken;
}

/* Timesteps one after the other that are flattened are the same numbers as the flattened parts side
 * by side. */
static seqnet_status flatten_each(sn_translation *t, const sn_graph_node *node, size_t *layers)
{
    const sn_fill fill = {.kind = SN_FILL_ARRAYS, .node = node};
    for (size_t i = 0; i < node->input_count; i++)
        if (t->shapes[layers[i]].time)
            SN_TRY(sn_translate_add(t, node, (sn_layer_spec){.kind = SN_FLATTEN}, &fill, &layers[i],
                                    1, &layers[i]));
    t->is_flat[node - t->graph->nodes] = true;
    return SEQNET_OK;
}

seqnet_status sn_translate_concatenate(sn_translation *t, const sn_graph_node *node)
{
    const cJSON *const key = sn_json_member(node->config, "axis");
    const double axis = cJSON_IsNumber(key) ? key->valuedouble : -1.0;
    size_t layers[SN_LAYER_INPUTS], joined;
    if (node->input_count == 0)
        return sn_translate_refuse(t, node, "it takes no input");
    SN_TRY(find_layers(t, node, layers));
    const bool is_image = t->images[node->inputs[0]] != SN_IMAGE_NONE;
    const size_t rank = is_image                                                   ? 4
                        : t->shapes[layers[0]].time || t->is_flat[node->inputs[0]] ? 3
                                                                                   : 2;
    if (axis != -1.0 && axis != (double)rank - 1.0) {
        if (rank == 2 || (axis != 1.0 && axis != 1.0 - (double)rank) ||
            !is_flattened(t->graph, (size_t)(node - t->graph->nodes)))
            return sn_translate_refuse(t, node, "axis %g is supported only where a Flatten follows",
                                       axis);
        SN_TRY(flatten_each(t, node, layers));
    }
    SN_TRY(concatenate(t, node, layers, &joined));
    sn_translate_set(t, node, joined);
    if (is_image && t->shapes[joined].time)
        t->images[node - t->graph->nodes] = SN_IMAGE_COLUMN;
    return SEQNET_OK;
}

/* ---- Sums ---- */

static float factor_of(const sn_graph_node *node, size_t input)
{
    if (strcmp(node->class_name, "Average") == 0)
        return 1.0F / (float)node->input_count;
    return strcmp(node->class_name, "Subtract") == 0 && input > 0 ? -1.0F : 1.0F;
}

seqnet_status sn_translate_sum(sn_translation *t, const sn_graph_node *node)
{
    sn_fill fill = {.kind = SN_FILL_SUM, .node = node};
    size_t layers[SN_LAYER_INPUTS], joined, added;
    if (node->input_count < 2) /* an operation of Keras 3's has the name, too: x + 1 is an Add */
        return sn_translate_refuse(t, node,
                                   "it takes fewer than two outputs of layers; a number beside one "
                                   "is not supported");
    SN_TRY(find_layers(t, node, layers));
    const sn_shape shape = t->shapes[layers[0]];
    for (size_t i = 0; i < node->input_count; i++) {
        fill.factors[i] = factor_of(node, i);
        if (t->shapes[layers[i]].features != shape.features ||
            t->shapes[layers[i]].time != shape.time)
            return sn_translate_refuse(t, node, "inputs of different shapes are not supported");
    }
    SN_TRY(concatenate(t, node, layers, &joined));
    const sn_layer_spec spec = {.kind = SN_DENSE, .dense = {.units = shape.features}};
    SN_TRY(sn_translate_add(t, node, spec, &fill, &joined, 1, &added));
    sn_translate_set(t, node, added);
    return SEQNET_OK;
}

/* Of Keras 1. */
seqnet_status sn_translate_merge(sn_translation *t, const sn_graph_node *node)
{
    const char *const mode = sn_json_text(node->config, "mode");
    const cJSON *const axis = sn_json_member(node->config, "concat_axis");
    if (mode && strcmp(mode, "sum") == 0)
        return sn_translate_sum(t, node);
    if (!mode || strcmp(mode, "concat") != 0)
        return sn_translate_refuse(t, node, "mode '%.40s' is not supported", mode ? mode : "?");
    if (cJSON_IsNumber(axis) && axis->valuedouble > 0.0 && node->input_count &&
        t->layers[node->inputs[0]] < SN_LAYER_OF_IDS) {
        const sn_shape shape = t->shapes[t->layers[node->inputs[0]]];
        if (axis->valuedouble != (shape.time ? 2.0 : 1.0))
            return sn_translate_refuse(t, node, "concat_axis %g is not supported",
                                       axis->valuedouble);
    }
    return sn_translate_concatenate(t, node);
}
