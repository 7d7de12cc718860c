/* The input, what turns texts into ids, and the embedding. */
#include <math.h>
#include <string.h>

#include "keras.h"
#include "maxima.h"
#include "translate.h"

#include "banned.h"

static void set_ids(sn_translation *t, const sn_graph_node *node)
{
    sn_translate_set(t, node, SN_LAYER_OF_IDS);
}

static bool takes_ids(const sn_translation *t, const sn_graph_node *node)
{
    return node->input_count == 0 || t->layers[node->inputs[0]] == SN_LAYER_OF_IDS;
}

seqnet_status sn_translate_input(sn_translation *t, const sn_graph_node *node)
{
    static const char *const shapes[] = {"batch_shape", "batch_input_shape"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int axes = cJSON_GetArraySize(sn_json_member(node->config, shapes[i]));
        if (axes > 2)
            return sn_translate_refuse(
                t, node,
                "its input has %d axes, where ids of words have 2, batch and "
                "time; a model over word vectors or images is not supported",
                axes);
    }
    set_ids(t, node);
    return SEQNET_OK;
}

seqnet_status sn_translate_vectorization(sn_translation *t, const sn_graph_node *node)
{
    if (!takes_ids(t, node))
        return sn_translate_refuse(t, node, "it does not take the model's input");
    set_ids(t, node);
    return SEQNET_OK;
}

seqnet_status sn_translate_embedding(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"input_dim", NULL};
    const sn_fill fill = {.kind = SN_FILL_ARRAYS, .node = node};
    sn_layer_spec spec = {.kind = SN_EMBEDDING};
    size_t added;
    if (!takes_ids(t, node))
        return sn_translate_refuse(t, node, "it takes the output of a layer, not ids of words");
    if (t->config->layer_count)
        return sn_translate_refuse(t, node, "it is a second Embedding; one is supported");
    SN_TRY(sn_translate_read(t, node, sn_keras_class_named("Embedding"), others, &spec));
    const double named = cJSON_GetNumberValue(sn_json_member(node->config, "input_dim"));
    size_t rows = named >= 1.0 && named <= INT32_MAX && named == floor(named) ? (size_t)named : 0;
    if (node->array_count && node->arrays[0]->rank == 2)
        rows = rows ? rows : node->arrays[0]->shape[0];
    if (rows == 0)
        return sn_translate_refuse(t, node, "its config has no input_dim");
    spec.embedding.id_count = rows;
    SN_TRY(sn_translate_add(t, node, spec, &fill, NULL, 0, &added));
    sn_translate_set(t, node, added);
    return SEQNET_OK;
}

/* ---- Masking ---- */

static bool is_masked_row(const float *row, size_t units, double value)
{
    for (size_t i = 0; i < units; i++)
        if ((double)row[i] != value)
            return false;
    return true;
}

/* Whether another layer takes the same input: mask_zero would mask it for that one, too. */
static bool shares_input(const sn_graph *graph, const sn_graph_node *node)
{
    for (size_t i = 0; i < graph->count; i++)
        for (size_t k = 0; k < graph->nodes[i].input_count; k++)
            if (graph->nodes[i].is_used && &graph->nodes[i] != node &&
                graph->nodes[i].inputs[k] == node->inputs[0])
                return true;
    return false;
}

/* Behind an embedding, Masking masks the ids whose vectors are its value throughout: it is
 * mask_zero where these are id 0 alone. */
seqnet_status sn_translate_masking(sn_translation *t, const sn_graph_node *node)
{
    const cJSON *const item = sn_json_member(node->config, "mask_value");
    const double value = cJSON_IsNumber(item) ? item->valuedouble : 0.0;
    if (takes_ids(t, node)) {
        sn_notes_add(t->notes,
                     "the Masking layer '%.60s' before the embedding masks nothing, and "
                     "is left out",
                     node->name);
        return sn_translate_nothing(t, node);
    }
    const sn_graph_node *const embedding = t->fills[0].node;
    const sn_weights_array *const table = embedding->array_count ? embedding->arrays[0] : NULL;
    if (t->layers[node->inputs[0]] != 0 || !table || table->rank != 2)
        return sn_translate_refuse(t, node, "it is supported behind an Embedding only");
    size_t masked = 0;
    bool first = false;
    for (size_t row = 0; row < table->shape[0]; row++)
        if (is_masked_row(table->values + row * table->shape[1], table->shape[1], value)) {
            masked++;
            first |= row == 0;
        }
    if (masked > first || (first && value != 0.0))
        return sn_translate_refuse(
            t, node, "mask_value %g masks other ids than 0, which is not supported", value);
    if (first && shares_input(t->graph, node))
        return sn_translate_refuse(t, node,
                                   "another layer takes what it masks, which is not supported");
    t->config->layers[0].embedding.mask_zero = first;
    sn_notes_add(t->notes, "the Masking layer '%.60s' masks %s", node->name,
                 first ? "id 0, as mask_zero does" : "nothing, and is left out");
    return sn_translate_nothing(t, node);
}

/* ---- Timesteps ---- */

static size_t time_of(const sn_graph_node *node, const char *key)
{
    const cJSON *value = sn_json_member(node->config, key);
    const bool has_batch = strncmp(key, "batch_", 6) == 0;
    if (cJSON_IsArray(value))
        value = has_batch && value->child ? value->child->next : value->child;
    const double number = cJSON_IsNumber(value) ? value->valuedouble : 0.0;
    return number >= 1.0 && number <= (double)SN_MAX_FILE_TIME && number == floor(number)
               ? (size_t)number
               : 0;
}

static bool is_of(const sn_graph_node *node, const char *class_name)
{
    return strcmp(node->class_name, class_name) == 0;
}

/* Whether a node's output are texts or nothing that has timesteps: the input of a
 * TextVectorization has one text a row. */
static bool gives_texts(const sn_graph *graph, size_t number)
{
    for (size_t i = 0; i < graph->count; i++)
        for (size_t k = 0; k < graph->nodes[i].input_count; k++)
            if (graph->nodes[i].inputs[k] == number && is_of(&graph->nodes[i], "TextVectorization"))
                return true;
    return false;
}

static size_t node_time(const sn_graph *graph, size_t number)
{
    static const char *const keys[] = {"batch_shape", "batch_input_shape",
                                       "input_shape", "input_length",
                                       "shape",       "output_sequence_length"};
    const sn_graph_node *const node = &graph->nodes[number];
    const bool vectorizes = is_of(node, "TextVectorization");
    size_t time = 0;
    if (gives_texts(graph, number))
        return 0;
    if (!vectorizes && !is_of(node, "Embedding") && !is_of(node, "InputLayer"))
        return 0;
    for (size_t i = vectorizes ? 5 : 0; time == 0 && i < sizeof keys / sizeof *keys; i++)
        time = time_of(node, keys[i]);
    return time || !is_of(node, "Embedding") ? time : node->built_time;
}

seqnet_status sn_graph_time(const sn_graph *graph, size_t *time, seqnet_error *err)
{
    *time = 0;
    for (size_t i = 0; i < graph->count; i++) {
        const size_t own = graph->nodes[i].is_used ? node_time(graph, i) : 0;
        if (own && *time && own != *time && !is_of(&graph->nodes[i], "Embedding"))
            return sn_graph_refuse(graph, &graph->nodes[i], err,
                                   "it says %zu timesteps, and before it there were %zu", own,
                                   *time);
        *time = *time ? *time : own;
    }
    return SEQNET_OK;
}
