/* The configuration of a model as JSON, in the forms of Keras 2 and 3. */
#include <stdlib.h>

#include <seqnet/json.h>

#include "keras_graph.h"

#include "banned.h"

static bool is_new(const sn_keras_graph *g)
{
    return g->form == SN_KERAS_FORM_3;
}

static void add_shape(seqnet_json *json, cJSON *parent, const char *key, const sn_keras_graph *g)
{
    cJSON *const shape = seqnet_json_list(json, parent, key);
    seqnet_json_null(json, shape, NULL);
    seqnet_json_number(json, shape, NULL, (double)g->model->config.maxlen);
}

static void add_input(seqnet_json *json, cJSON *entry, const sn_keras_graph *g,
                      const sn_keras_node *node)
{
    cJSON *const config = seqnet_json_object(json, entry, "config");
    add_shape(json, config, is_new(g) ? "batch_shape" : "batch_input_shape", g);
    seqnet_json_string(json, config, "dtype", "float32");
    seqnet_json_bool(json, config, "sparse", false);
    seqnet_json_string(json, config, "name", node->name);
}

/* Of a node that stands for no layer of seqnet's. */
static void add_own_config(seqnet_json *json, cJSON *entry, const sn_keras_graph *g,
                           const sn_keras_node *node)
{
    cJSON *const config = seqnet_json_object(json, entry, "config");
    seqnet_json_string(json, config, "name", node->name);
    if (node->role == SN_KERAS_PENALTY) {
        seqnet_json_number(json, config, "input_dim", (double)g->model->config.encoding.id_count);
        seqnet_json_number(json, config, "output_dim", 1.0);
    } else if (node->role == SN_KERAS_HAS_WORDS) {
        seqnet_json_number(json, config, "units", 1.0);
        seqnet_json_string(json, config, "activation", "relu");
    }
}

static void add_config(seqnet_json *json, cJSON *entry, const sn_keras_graph *g,
                       const sn_keras_node *node)
{
    if (!node->input_count) {
        add_input(json, entry, g, node);
    } else if (!node->config) {
        add_own_config(json, entry, g, node);
    } else {
        char *const text = cJSON_PrintUnformatted(node->config);
        json->failed |= !text;
        if (text)
            seqnet_json_raw(json, entry, "config", text);
        free(text);
    }
}

/* [node, 0, 0], and in Keras 2 the arguments of the call. */
static void add_tensor(seqnet_json *json, cJSON *list, const sn_keras_node *node,
                       bool has_arguments)
{
    cJSON *const tensor = seqnet_json_list(json, list, NULL);
    seqnet_json_string(json, tensor, NULL, node->name);
    seqnet_json_number(json, tensor, NULL, 0.0);
    seqnet_json_number(json, tensor, NULL, 0.0);
    if (has_arguments)
        (void)seqnet_json_object(json, tensor, NULL);
}

static void add_inbound(seqnet_json *json, cJSON *entry, const sn_keras_graph *g,
                        const sn_keras_node *node)
{
    cJSON *const calls = seqnet_json_list(json, entry, "inbound_nodes");
    cJSON *const call = node->input_count ? seqnet_json_list(json, calls, NULL) : NULL;
    for (size_t i = 0; i < node->input_count; i++)
        add_tensor(json, call, &g->nodes[node->inputs[i]], true);
}

static void add_node(seqnet_json *json, cJSON *layers, const sn_keras_graph *g,
                     const sn_keras_node *node)
{
    cJSON *const entry = seqnet_json_object(json, layers, NULL);
    if (is_new(g))
        seqnet_json_string(json, entry, "module", "keras.layers");
    seqnet_json_string(json, entry, "class_name", node->class_name);
    add_config(json, entry, g, node);
    if (is_new(g))
        seqnet_json_null(json, entry, "registered_name");
    if (g->is_chain)
        return;
    seqnet_json_string(json, entry, "name", node->name);
    add_inbound(json, entry, g, node);
}

static void add_layers(seqnet_json *json, cJSON *config, const sn_keras_graph *g)
{
    cJSON *const layers = seqnet_json_list(json, config, "layers");
    for (size_t i = 0; i < g->count; i++)
        add_node(json, layers, g, &g->nodes[g->keeps_order ? i : g->order[i]]);
    if (g->is_chain)
        return;
    add_tensor(json, seqnet_json_list(json, config, "input_layers"), &g->nodes[0], false);
    add_tensor(json, seqnet_json_list(json, config, "output_layers"), &g->nodes[g->count - 1],
               false);
}

seqnet_status sn_keras_graph_write(const sn_keras_graph *graph, char **json, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    if (is_new(graph))
        seqnet_json_string(&made, made.root, "module", "keras");
    seqnet_json_string(&made, made.root, "class_name",
                       graph->is_chain ? "Sequential" : "Functional");
    cJSON *const config = seqnet_json_object(&made, made.root, "config");
    seqnet_json_string(&made, config, "name", graph->is_chain ? "sequential" : "functional");
    seqnet_json_bool(&made, config, "trainable", true);
    add_layers(&made, config, graph);
    if (is_new(graph))
        seqnet_json_null(&made, made.root, "registered_name");
    return seqnet_json_end(&made, json, err);
}
