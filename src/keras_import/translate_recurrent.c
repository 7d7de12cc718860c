/* Layers with a cell. */
#include <string.h>

#include "keras.h"
#include "translate.h"

#include "banned.h"

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *cell_class(const sn_graph_node *node)
{
    return starts(node->class_name, "CuDNN") ? node->class_name + strlen("CuDNN")
                                             : node->class_name;
}

/* Whether the reset gate of a GRU comes before the product. The bias says so, since earlier
 * versions of Keras have no key for it. */
static bool resets_before(const sn_translation *t, const sn_graph_node *node, size_t bias)
{
    const cJSON *const key = sn_json_member(node->config, "reset_after");
    if (starts(node->class_name, "CuDNN"))
        return false;
    if (bias < node->array_count && node->array_count < 9 &&
        !cJSON_IsFalse(sn_json_member(node->config, "use_bias")))
        return node->arrays[bias]->rank < 2 &&
               node->arrays[bias]->shape[0] == node->arrays[1]->shape[1]; /* not CuDNN's */
    return key ? !cJSON_IsTrue(key) : t->graph->version < 2 || node->array_count >= 9;
}

static seqnet_status read_cell(sn_translation *t, const sn_graph_node *node, sn_layer_spec *spec)
{
    static const char *const others[] = {"go_backwards", "reset_after", "zero_output_for_mask",
                                         NULL};
    const sn_keras_class *const class = sn_keras_class_named(cell_class(node));
    if (!class || !sn_layer_ops_of(class->start.kind)->cell)
        return sn_translate_refuse(t, node, "%.60s is not supported in it", node->class_name);
    SN_TRY(sn_translate_read(t, node, class, others, spec));
    spec->recurrent.recurrent_dropout = 0.0; /* of a training */
    if (spec->kind == SN_GRU)
        spec->recurrent.reset_before = resets_before(t, node, 2);
    if (sn_json_is_true(node->config, "stateful"))
        sn_notes_add(t->notes,
                     "the layer '%.60s' is stateful in Keras; here each text begins with a state "
                     "of zeros",
                     node->name);
    return SEQNET_OK;
}

/* Masked steps of a sequence would be zeros instead of copies of the state before them. */
static seqnet_status check_zeros(sn_translation *t, const sn_graph_node *node,
                                 const sn_layer_spec *spec)
{
    if (sn_json_is_true(node->config, "zero_output_for_mask") && spec->recurrent.return_sequences &&
        sn_keras_masks(t->config))
        return sn_translate_refuse(t, node, "zero_output_for_mask true is not supported");
    return SEQNET_OK;
}

/* Adds a Dense that adds up the two halves of the layer before it, times factors. */
static seqnet_status add_halves(sn_translation *t, const sn_graph_node *node, size_t units,
                                float first, float second)
{
    const sn_layer_spec spec = {.kind = SN_DENSE, .dense = {.units = units}};
    const sn_fill fill = {.kind = SN_FILL_SUM, .node = node, .factors = {first, second}};
    size_t added, halves = t->config->layer_count - 1;
    SN_TRY(sn_translate_add(t, node, spec, &fill, &halves, 1, &added));
    sn_translate_set(t, node, added);
    return SEQNET_OK;
}

/* A layer that reads backward is the second cell of a bidirectional one. */
static seqnet_status add_backward(sn_translation *t, const sn_graph_node *node, sn_layer_spec *spec)
{
    const sn_fill fill = {.kind = SN_FILL_SECOND_CELL, .node = node};
    size_t from;
    if (spec->recurrent.return_sequences)
        return sn_translate_refuse(t, node,
                                   "go_backwards true with return_sequences is not supported");
    spec->recurrent.bidirectional = true;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_add(t, node, *spec, &fill, &from, 1, NULL));
    return add_halves(t, node, spec->recurrent.units, 0.0F, 1.0F);
}

seqnet_status sn_translate_recurrent(sn_translation *t, const sn_graph_node *node)
{
    sn_layer_spec spec = {0};
    SN_TRY(read_cell(t, node, &spec));
    SN_TRY(check_zeros(t, node, &spec));
    if (sn_json_is_true(node->config, "go_backwards"))
        return add_backward(t, node, &spec);
    return sn_translate_layer(t, node, spec);
}

/* ---- Bidirectional ---- */

/* The layer in a wrapper as a node, with the wrapper's name. */
static seqnet_status inner_node(const sn_translation *t, const sn_graph_node *node, const char *key,
                                sn_graph_node *inner)
{
    const cJSON *const entry = sn_json_member(node->config, key);
    const char *const class_name = sn_json_text(entry, "class_name");
    const cJSON *const config = sn_json_member(entry, "config");
    if (!class_name || !cJSON_IsObject(config))
        return sn_translate_refuse(t, node, "its config has no %s", key);
    *inner = *node;
    inner->class_name = class_name;
    inner->config = config;
    return SEQNET_OK;
}

/* Both layers must be alike but for their direction. */
static seqnet_status check_backward(sn_translation *t, const sn_graph_node *node,
                                    const sn_layer_spec *forward)
{
    sn_graph_node inner;
    sn_layer_spec backward = {0};
    if (!cJSON_IsObject(sn_json_member(node->config, "backward_layer")))
        return SEQNET_OK;
    SN_TRY(inner_node(t, node, "backward_layer", &inner));
    SN_TRY(read_cell(t, &inner, &backward));
    const sn_recurrent_spec *const a = &forward->recurrent, *const b = &backward.recurrent;
    if (backward.kind != forward->kind || a->units != b->units || a->activation != b->activation ||
        a->recurrent_activation != b->recurrent_activation ||
        a->return_sequences != b->return_sequences || a->reset_before != b->reset_before)
        return sn_translate_refuse(t, node, "its backward_layer is another one than its layer");
    return SEQNET_OK;
}

static seqnet_status merge_halves(sn_translation *t, const sn_graph_node *node, size_t units)
{
    const cJSON *const key = sn_json_member(node->config, "merge_mode");
    const char *const mode = key ? cJSON_GetStringValue(key) : "concat";
    if (mode && strcmp(mode, "sum") == 0)
        return add_halves(t, node, units, 1.0F, 1.0F);
    if (mode && strcmp(mode, "ave") == 0)
        return add_halves(t, node, units, 0.5F, 0.5F);
    if (!mode || strcmp(mode, "concat") != 0)
        return sn_translate_refuse(t, node, "merge_mode %.40s is not supported",
                                   mode ? mode : "null");
    return SEQNET_OK;
}

seqnet_status sn_translate_bidirectional(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"layer", "backward_layer", "merge_mode",
                                         "zero_output_for_mask", NULL};
    sn_layer_spec spec = {0};
    sn_graph_node inner;
    SN_TRY(sn_translate_read(t, node, NULL, others, NULL));
    SN_TRY(inner_node(t, node, "layer", &inner));
    SN_TRY(read_cell(t, &inner, &spec));
    SN_TRY(check_backward(t, node, &spec));
    if (sn_json_is_true(inner.config, "go_backwards"))
        return sn_translate_refuse(t, node, "go_backwards true is not supported in it");
    spec.recurrent.bidirectional = true;
    SN_TRY(sn_translate_layer(t, node, spec));
    return merge_halves(t, node, spec.recurrent.units);
}
