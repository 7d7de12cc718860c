#include "keras_graph.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "keras.h"
#include "memory.h"

#include "banned.h"

enum { MAX_VALUES = 1 << 16, INPUT = 0 };

static seqnet_status refuse(const char *name, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "the layer '%s' %s; export it as ONNX (.output_format "
                   "onnx), or train a model without it",
                   name, what);
}

/* ---- What Keras cannot compute */

static seqnet_status check_class(const char *class_name, const char *name, seqnet_error *err)
{
    if (strcmp(class_name, "LSTMCarry") == 0)
        return refuse(name, "is of seqnet's own cell, which Keras does not have", err);
    return SEQNET_OK;
}

/* Gives an activation Keras's name; false without memory. */
static bool name_activation(sn_keras_graph *g, cJSON *config, const char *key, bool *fits)
{
    cJSON *const value = cJSON_GetObjectItemCaseSensitive(config, key);
    if (!cJSON_IsString(value))
        return true;
    const bool is_old = strcmp(value->valuestring, "hard_sigmoid_02") == 0;
    const bool is_new = strcmp(value->valuestring, "hard_sigmoid") == 0;
    g->needs_3 |= is_new;
    *fits &= !is_old || g->form == SN_KERAS_FORM_2;
    return !is_old || cJSON_SetValuestring(value, "hard_sigmoid");
}

static seqnet_status name_activations(sn_keras_graph *g, cJSON *config, const char *name,
                                      seqnet_error *err)
{
    cJSON *const inner = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(config, "layer"), "config");
    bool fits = true;
    const bool done = name_activation(g, config, "activation", &fits) &&
                      name_activation(g, config, "recurrent_activation", &fits) &&
                      name_activation(g, inner, "activation", &fits) &&
                      name_activation(g, inner, "recurrent_activation", &fits);
    if (!done)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a configuration");
    if (fits)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "the layer '%s' has Keras 2's hard_sigmoid, which Keras 3 does not have; write "
                   "an HDF5 file (.output_format h5)",
                   name);
}

/* Of the inner layer of a wrapper: its name, and in Keras 3 where it comes from. */
static bool complete_inner(const sn_keras_graph *g, cJSON *config)
{
    cJSON *const inner = cJSON_GetObjectItemCaseSensitive(config, "layer");
    cJSON *const own = cJSON_GetObjectItemCaseSensitive(inner, "config");
    char text[SN_KERAS_CLASS];
    if (!inner)
        return true;
    const char *const class_name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(inner, "class_name"));
    if (!cJSON_AddStringToObject(own, "name", sn_keras_snake(class_name, text)))
        return false;
    return g->form == SN_KERAS_FORM_2 ||
           (cJSON_AddStringToObject(inner, "module", "keras.layers") &&
            cJSON_AddNullToObject(inner, "registered_name"));
}

/* ---- Nodes */

static sn_keras_node *add_node(sn_keras_graph *g, const char *class_name, const char *name,
                               const char *ending, const size_t *inputs, size_t count)
{
    sn_keras_node *const node = &g->nodes[g->count++];
    *node = (sn_keras_node){.class_name = class_name, .input_count = count};
    (void)snprintf(node->name, sizeof node->name, "%s%s", name, ending);
    if (count)
        memcpy(node->inputs, inputs, count * sizeof *inputs);
    return node;
}

static size_t add_over(sn_keras_graph *g, const char *class_name, const char *name,
                       const char *ending, size_t input)
{
    (void)add_node(g, class_name, name, ending, &input, 1);
    return g->count - 1;
}

/* Adds what all maxima without the padding share, once. */
static void add_penalty(sn_keras_graph *g)
{
    if (g->penalty)
        return;
    g->penalty = add_over(g, "Embedding", "padding_penalty", "", INPUT);
    g->nodes[g->penalty].role = SN_KERAS_PENALTY;
    const size_t most = add_over(g, "GlobalMaxPooling1D", "padding_penalty", "_max", g->penalty);
    g->has_words = add_over(g, "Dense", "has_words", "", most);
    g->nodes[g->has_words].role = SN_KERAS_HAS_WORDS;
}

static void add_maximum(sn_keras_graph *g, const char *name, const char *ending, size_t input,
                        bool is_masked)
{
    if (!is_masked) {
        (void)add_over(g, "GlobalMaxPooling1D", name, ending, input);
        return;
    }
    add_penalty(g);
    const size_t parts[] = {input, g->penalty};
    (void)add_node(g, "Add", name, "_words", parts, 2);
    const size_t most = add_over(g, "GlobalMaxPooling1D", name, "_most", g->count - 1);
    const size_t factors[] = {most, g->has_words};
    (void)add_node(g, "Multiply", name, ending, factors, 2);
}

/* A maximum beside a mean. */
static void add_joined(sn_keras_graph *g, const char *name, size_t input, bool is_masked)
{
    add_maximum(g, name, "_max", input, is_masked);
    const size_t most = g->count - 1;
    const size_t parts[] = {most, add_over(g, "GlobalAveragePooling1D", name, "_mean", input)};
    (void)add_node(g, "Concatenate", name, "", parts, 2);
}

/* Whether a layer's output has a mask. */
static bool is_masked(const sn_layer *layer)
{
    if (layer->spec.kind == SN_EMBEDDING)
        return layer->spec.embedding.mask_zero;
    return sn_layer_keeps_mask(layer) && is_masked(layer->inputs[0]);
}

static void add_pooling(sn_keras_graph *g, const sn_layer *layer, size_t input)
{
    const bool masked = is_masked(layer->inputs[0]);
    switch (layer->spec.pooling.mode) {
    case SN_POOL_MAX:
    case SN_POOL_MAX_ALL:
        add_maximum(g, layer->name, "", input, masked && layer->spec.pooling.mode == SN_POOL_MAX);
        break;
    case SN_POOL_MAX_MEAN:
        add_joined(g, layer->name, input, masked);
        break;
    default:
        (void)add_over(g, "GlobalAveragePooling1D", layer->name, "", input);
    }
}

/* Adds the node of a layer. nodes[number] of an earlier layer is the node of its output. */
static seqnet_status add_layer(sn_keras_graph *g, size_t number, size_t *nodes, cJSON *entry,
                               seqnet_error *err)
{
    const sn_network *const network = &g->model->network;
    const sn_layer *const layer = &network->layers[number];
    const char *const class_name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "class_name"));
    cJSON *const config = cJSON_GetObjectItemCaseSensitive(entry, "config");
    size_t inputs[SN_LAYER_INPUTS] = {INPUT};
    for (size_t i = 0; i < layer->input_count; i++)
        inputs[i] = nodes[sn_network_input(network, layer, i)];
    SN_TRY(check_class(class_name, layer->name, err));
    SN_TRY(name_activations(g, config, layer->name, err));
    if (!complete_inner(g, config))
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a configuration");
    if (layer->spec.kind == SN_POOLING) {
        add_pooling(g, layer, inputs[0]);
    } else {
        sn_keras_node *const node = add_node(g, class_name, layer->name, "", inputs,
                                             layer->input_count ? layer->input_count : 1);
        node->config = config;
        node->layer = layer->parameters ? layer : NULL;
    }
    nodes[number] = g->count - 1;
    return SEQNET_OK;
}

static seqnet_status add_layers(sn_keras_graph *g, seqnet_error *err)
{
    size_t nodes[SN_MAX_LAYERS], number = 0;
    cJSON *entry = g->list->child; /* the input */
    (void)add_node(g, "InputLayer", "input_layer", "", NULL, 0);
    for (entry = entry->next; entry; entry = entry->next)
        SN_TRY(add_layer(g, number++, nodes, entry, err));
    g->is_chain = true;
    for (size_t i = 1; i < g->count; i++)
        g->is_chain &= g->nodes[i].input_count == 1 && g->nodes[i].inputs[0] == i - 1;
    return SEQNET_OK;
}

/* ---- Keras's order: the farther from the output the earlier; those equally far as they are found
 * on the way from the output to the input, the inputs of each layer in their order. */

typedef struct ordered {
    size_t number, distance, found;
} ordered;

static void find(const sn_keras_graph *g, size_t number, ordered *nodes, size_t *found)
{
    if (nodes[number].found)
        return;
    nodes[number].found = ++*found;
    for (size_t i = 0; i < g->nodes[number].input_count; i++)
        find(g, g->nodes[number].inputs[i], nodes, found);
}

static int compare(const void *a, const void *b)
{
    const ordered *const one = a, *const other = b;
    if (one->distance != other->distance)
        return one->distance > other->distance ? -1 : 1;
    return one->found < other->found ? -1 : 1;
}

static bool has_arrays(const sn_keras_node *node)
{
    return node->layer || node->role != SN_KERAS_LAYER;
}

/* Whether each two nodes whose order tells something have the same one in both. */
static bool keeps_order(const sn_keras_graph *g)
{
    for (size_t i = 0; i < g->count; i++)
        for (size_t k = i + 1; k < g->count; k++) {
            const sn_keras_node *const one = &g->nodes[g->order[i]];
            const sn_keras_node *const other = &g->nodes[g->order[k]];
            if (one > other && (strcmp(one->class_name, other->class_name) == 0 ||
                                (has_arrays(one) && has_arrays(other))))
                return false;
        }
    return true;
}

static void bring_into_order(sn_keras_graph *g)
{
    ordered nodes[SN_KERAS_NODES];
    size_t found = 0;
    for (size_t i = 0; i < g->count; i++)
        nodes[i] = (ordered){.number = i};
    find(g, g->count - 1, nodes, &found);
    for (size_t i = g->count; i-- > 0;) /* inputs have smaller numbers */
        for (size_t k = 0; k < g->nodes[i].input_count; k++) {
            ordered *const input = &nodes[g->nodes[i].inputs[k]];
            if (input->distance < nodes[i].distance + 1)
                input->distance = nodes[i].distance + 1;
        }
    qsort(nodes, g->count, sizeof *nodes, compare);
    for (size_t i = 0; i < g->count; i++)
        g->order[i] = nodes[i].number;
    g->keeps_order = keeps_order(g);
}

seqnet_status sn_keras_graph_make(sn_keras_graph *graph, const seqnet_model *model,
                                  sn_keras_form form, seqnet_error *err)
{
    static const sn_json_limits limits = {.values = MAX_VALUES};
    const sn_ngram_config *const ngrams = &model->config.ngrams;
    size_t repaired;
    char *json;
    *graph = (sn_keras_graph){.model = model, .form = form};
    if (ngrams->words || ngrams->characters || model->network.count == 0)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the model has n-grams, which Keras has no layer for; train one without "
                       "them (.ngrams off)");
    SN_TRY(sn_keras_write(&model->config, &model->network, &json, err));
    seqnet_status status = sn_json_parse(&graph->list, json, strlen(json), &limits, &repaired, err);
    free(json);
    if (status == SEQNET_OK)
        status = add_layers(graph, err);
    if (status == SEQNET_OK)
        bring_into_order(graph);
    return status;
}

const char *sn_keras_snake(const char *class_name, char text[SN_KERAS_CLASS])
{
    size_t length = 0;
    for (size_t i = 0; class_name[i] && length + 2 < SN_KERAS_CLASS; i++) {
        const bool is_upper = isupper((unsigned char)class_name[i]) != 0;
        /* A word begins at a capital before a small letter, or after one: Simple-RNN, Max-Pooling1D
         */
        if (is_upper && i > 0 &&
            (islower((unsigned char)class_name[i + 1]) ||
             islower((unsigned char)class_name[i - 1])))
            text[length++] = '_';
        text[length++] = (char)tolower((unsigned char)class_name[i]);
    }
    text[length] = '\0';
    return text;
}

void sn_keras_graph_free(sn_keras_graph *graph)
{
    cJSON_Delete(graph->list);
    graph->list = NULL;
}
