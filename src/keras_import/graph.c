#include "graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "memory.h"

#include "banned.h"

enum {
    /* JSON values: some configurations hold a vocabulary. */
    MAX_VALUES = 1000000,
    /* Models in models. */
    MAX_DEPTH = 6,
    MAX_INPUTS = 16
};

void sn_graph_report(const sn_graph *graph, const sn_graph_node *node, seqnet_error *err,
                     const char *format, ...)
{
    char sentence[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    sn_report(err, SEQNET_ERR_MODEL, "%s: layer '%.60s' (%.60s): %s", graph->place, node->name,
              node->class_name, sentence);
}

/* A configuration that is being read. */
typedef struct walk {
    sn_graph *graph;
    seqnet_error *err;
    size_t depth;
} walk;

/* The layers of one functional model by their names, and the nodes that give their outputs. */
typedef struct scope {
    const char *names[SN_GRAPH_NODES];
    size_t nodes[SN_GRAPH_NODES];
    size_t count;
} scope;

static seqnet_status expand_model(walk *w, const cJSON *entry, size_t home, size_t input,
                                  size_t *output);

static bool is_model_class(const char *class_name)
{
    return strcmp(class_name, "Sequential") == 0 || strcmp(class_name, "Functional") == 0;
}

static const char *name_of(const cJSON *entry)
{
    const char *const own = sn_json_text(entry, "name");
    const char *const name = own ? own : sn_json_text(sn_json_member(entry, "config"), "name");
    return name ? name : "?";
}

/* The number of timesteps in a shape of [batch, time, ...], 0: it says none. */
static size_t time_in(const cJSON *shape)
{
    const cJSON *const time = cJSON_IsArray(shape) && shape->child ? shape->child->next : NULL;
    const double number = cJSON_IsNumber(time) ? time->valuedouble : 0.0;
    return number >= 1.0 && number <= (double)SN_MAX_FILE_TIME ? (size_t)number : 0;
}

static seqnet_status add_node(walk *w, const cJSON *entry, size_t home, const size_t *inputs,
                              size_t count, size_t *number)
{
    static const cJSON none = {.type = cJSON_Object};
    sn_graph *const graph = w->graph;
    const cJSON *const config = sn_json_member(entry, "config");
    if (graph->count == SN_GRAPH_NODES)
        return sn_fail(w->err, SEQNET_ERR_MODEL, "%s: has more than %d layers", graph->place,
                       SN_GRAPH_NODES);
    sn_graph_node *const node = &graph->nodes[graph->count];
    *node = (sn_graph_node){.class_name = sn_json_text(entry, "class_name"),
                            .name = name_of(entry),
                            .stored_class = sn_json_text(entry, SN_STORED_CLASS),
                            .config = cJSON_IsObject(config) ? config : &none,
                            .input_count = count,
                            .home = home};
    node->built_time =
        time_in(sn_json_member(sn_json_member(entry, "build_config"), "input_shape"));
    memcpy(node->inputs, inputs, count * sizeof *inputs);
    *number = graph->count++;
    return SEQNET_OK;
}

/* Adds what an entry of a list of layers stands for, a layer or a model, over its inputs. */
static seqnet_status add_entry(walk *w, cJSON *entry, size_t home, const size_t *inputs,
                               size_t count, size_t *output)
{
    const sn_graph *const graph = w->graph;
    SN_TRY(sn_keras_modernise(entry, w->err));
    const char *const class_name = sn_json_text(entry, "class_name");
    if (!class_name)
        return sn_fail(w->err, SEQNET_ERR_MODEL,
                       "%s: an entry of its list of layers has no class_name", graph->place);
    if (!is_model_class(class_name))
        return add_node(w, entry, home, inputs, count, output);
    if (count > 1)
        return sn_fail(w->err, SEQNET_ERR_MODEL,
                       "%s: the model '%.60s' in it has %zu inputs; one is supported", graph->place,
                       name_of(entry), count);
    return expand_model(w, entry, home, count ? inputs[0] : (size_t)SN_NO_NODE, output);
}

/* ---- Sequential ---- */

static seqnet_status add_sequence(walk *w, const cJSON *list, size_t home, size_t input,
                                  size_t *output)
{
    cJSON *entry;
    size_t last = input;
    cJSON_ArrayForEach(entry, list)
    {
        const char *const class_name = sn_json_text(entry, "class_name");
        if (last != SN_NO_NODE && class_name && strcmp(class_name, "InputLayer") == 0)
            continue;
        SN_TRY(add_entry(w, entry, home, &last, last == SN_NO_NODE ? 0 : 1, &last));
    }
    *output = last;
    return SEQNET_OK;
}

/* ---- Functional ---- */

typedef struct references {
    const char *names[MAX_INPUTS];
    size_t count;
    /* An output of a layer is not its first one; there is a mask, or a state to begin with. */
    bool has_other_output, has_mask, has_state;
} references;

static bool is_given(const cJSON *arguments, const char *key)
{
    const cJSON *const item = sn_json_member(arguments, key);
    return item && !cJSON_IsNull(item);
}

static void look_at_arguments(references *found, const cJSON *arguments)
{
    found->has_mask |= is_given(arguments, "mask");
    found->has_state |= is_given(arguments, "initial_state");
}

static void add_reference(references *found, const cJSON *list)
{
    const cJSON *const name = list->child;
    const cJSON *const output = name->next && name->next->next ? name->next->next : NULL;
    if (found->count < MAX_INPUTS)
        found->names[found->count] = name->valuestring;
    found->count++;
    if (cJSON_IsNumber(output) && output->valuedouble != 0.0)
        found->has_other_output = true;
    look_at_arguments(found, output ? output->next : NULL);
}

/* Collects the layers that a call, or a list of inputs or outputs, names: ["name", 0, 0, {}] in
 * Keras 1 and 2, {"keras_history": ["name", 0, 0]} in a tensor's config in Keras 3, and lists of
 * either. */
static void find_references(references *found, const cJSON *value)
{
    const cJSON *item;
    if (cJSON_IsObject(value)) {
        const cJSON *const config = sn_json_member(value, "config");
        const cJSON *const history = sn_json_member(config, "keras_history");
        if (cJSON_IsArray(history) && cJSON_IsString(history->child))
            add_reference(found, history);
        return;
    }
    if (!cJSON_IsArray(value))
        return;
    if (cJSON_IsString(value->child)) {
        add_reference(found, value);
        return;
    }
    cJSON_ArrayForEach(item, value)
    {
        find_references(found, item);
    }
}

/* What a node of a layer, one call of it, takes. Keras 3 names arguments apart from tensors such as
 * masks. */
static void find_call(references *found, const cJSON *call)
{
    const cJSON *const args = sn_json_member(call, "args");
    const cJSON *item;
    if (!args) {
        find_references(found, call);
        return;
    }
    cJSON_ArrayForEach(item, args)
    {
        find_references(found, item);
    }
    find_references(found, sn_json_member(sn_json_member(call, "kwargs"), "inputs"));
    look_at_arguments(found, sn_json_member(call, "kwargs"));
}

static size_t find_name(const scope *known, const char *name)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(known->names[i], name) == 0)
            return known->nodes[i];
    return SN_NO_NODE;
}

/* Finds the nodes of the references, in their order. *is_ready: all of them are there. */
static seqnet_status resolve(walk *w, const references *found, const scope *known,
                             const cJSON *entry, size_t inputs[MAX_INPUTS], bool *is_ready)
{
    const char *const class_name = sn_json_text(entry, "class_name");
    const sn_graph_node node = {.name = name_of(entry),
                                .class_name = class_name ? class_name : "?"};
    *is_ready = true;
    if (found->count > SN_LAYER_INPUTS)
        return sn_graph_refuse(w->graph, &node, w->err,
                               "it takes %zu inputs; at most %d are "
                               "supported",
                               found->count, SN_LAYER_INPUTS);
    if (found->has_other_output)
        return sn_graph_refuse(w->graph, &node, w->err,
                               "it takes an output of another layer that is not the first one, a "
                               "state perhaps; that is not supported");
    for (size_t i = 0; i < found->count; i++) {
        inputs[i] = find_name(known, found->names[i]);
        *is_ready &= inputs[i] != SN_NO_NODE;
    }
    return SEQNET_OK;
}

static bool is_input_layer(const cJSON *entry)
{
    const char *const class_name = sn_json_text(entry, "class_name");
    return class_name && strcmp(class_name, "InputLayer") == 0;
}

/* Adds one layer of a functional model, if the layers that it takes are there. */
static seqnet_status add_called(walk *w, cJSON *entry, size_t home, size_t input, scope *known,
                                bool *is_added)
{
    const cJSON *const calls = sn_json_member(entry, "inbound_nodes");
    references found = {.count = 0};
    size_t inputs[MAX_INPUTS], node;
    if (cJSON_IsArray(calls) && calls->child)
        find_call(&found, calls->child);
    SN_TRY(resolve(w, &found, known, entry, inputs, is_added));
    if (!*is_added)
        return SEQNET_OK;
    if (is_input_layer(entry) && input != SN_NO_NODE)
        node = input;
    else
        SN_TRY(add_entry(w, entry, home, inputs, found.count, &node));
    if (node < SN_GRAPH_NODES) {
        w->graph->nodes[node].is_shared |= cJSON_GetArraySize(calls) > 1;
        w->graph->nodes[node].takes_mask |= found.has_mask;
        w->graph->nodes[node].takes_state |= found.has_state;
    }
    known->names[known->count] = name_of(entry);
    known->nodes[known->count++] = node;
    return SEQNET_OK;
}

/* Adds the layers in rounds, since a list need not have each one behind those that it takes. */
static seqnet_status add_all(walk *w, const cJSON *list, size_t home, size_t input, scope *known)
{
    const size_t all = (size_t)cJSON_GetArraySize(list);
    cJSON *entry;
    if (all > SN_GRAPH_NODES)
        return sn_fail(w->err, SEQNET_ERR_MODEL, "%s: has more than %d layers", w->graph->place,
                       SN_GRAPH_NODES);
    for (size_t before = SN_GRAPH_NODES + 1; known->count < all && known->count != before;) {
        before = known->count;
        cJSON_ArrayForEach(entry, list)
        {
            bool is_added;
            if (find_name(known, name_of(entry)) == SN_NO_NODE)
                SN_TRY(add_called(w, entry, home, input, known, &is_added));
        }
    }
    return SEQNET_OK;
}

static seqnet_status find_output(const walk *w, const cJSON *config, const scope *known,
                                 size_t *output)
{
    references found = {.count = 0};
    find_references(&found, sn_json_member(config, "output_layers"));
    if (found.count != 1)
        return sn_fail(w->err, SEQNET_ERR_MODEL,
                       found.count ? "%s: has %zu outputs (%.60s, %.60s ...); a model with one is "
                                     "supported"
                                   : "%s: its configuration names no output",
                       w->graph->place, found.count, found.count ? found.names[0] : "",
                       found.count > 1 ? found.names[1] : "");
    *output = find_name(known, found.names[0]);
    if (*output == SN_NO_NODE)
        return sn_fail(
            w->err, SEQNET_ERR_MODEL,
            "%s: the layer '%.60s', which gives its output, is not in its list, or takes "
            "layers that are not",
            w->graph->place, found.names[0]);
    return SEQNET_OK;
}

static seqnet_status check_inputs(const walk *w, const cJSON *config)
{
    references found = {.count = 0};
    find_references(&found, sn_json_member(config, "input_layers"));
    if (found.count > 1)
        return sn_fail(w->err, SEQNET_ERR_MODEL,
                       "%s: has %zu inputs ('%.60s', '%.60s' ...); a model with one is supported",
                       w->graph->place, found.count, found.names[0], found.names[1]);
    return SEQNET_OK;
}

static seqnet_status add_functional(walk *w, const cJSON *config, size_t home, size_t input,
                                    size_t *output)
{
    scope *known;
    seqnet_status status;
    SN_TRY(check_inputs(w, config));
    SN_TRY(sn_alloc(&known, 1, sizeof *known, w->err));
    status = add_all(w, sn_json_member(config, "layers"), home, input, known);
    if (status == SEQNET_OK)
        status = find_output(w, config, known, output);
    free(known);
    return status;
}

/* ---- Models ---- */

static bool has_calls(const cJSON *list)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, list)
    {
        if (sn_json_member(entry, "inbound_nodes"))
            return true;
    }
    return false;
}

/* Adds the layers of a model; `input` is the node of its input in another model, or SN_NO_NODE. */
static seqnet_status expand_model(walk *w, const cJSON *entry, size_t home, size_t input,
                                  size_t *output)
{
    sn_graph *const graph = w->graph;
    const cJSON *const config = sn_json_member(entry, "config");
    const cJSON *const list = cJSON_IsArray(config) ? config : sn_json_member(config, "layers");
    if (!cJSON_IsArray(list) || !list->child)
        return sn_fail(w->err, SEQNET_ERR_MODEL, "%s: the model '%.60s' has no list of layers",
                       graph->place, name_of(entry));
    if (graph->home_count == SN_GRAPH_HOMES || w->depth == MAX_DEPTH)
        return sn_fail(w->err, SEQNET_ERR_MODEL, "%s: has too many models in models", graph->place);
    const size_t own = graph->home_count++;
    graph->homes[own] = (sn_graph_home){.class_name = sn_json_text(entry, "class_name"),
                                        .name = name_of(entry),
                                        .home = home,
                                        .first = graph->count};
    w->depth++;
    const bool is_functional = cJSON_IsObject(config) && sn_json_member(config, "output_layers");
    SN_TRY((is_functional && has_calls(list) ? add_functional(w, config, own, input, output)
                                             : add_sequence(w, list, own, input, output)));
    w->depth--;
    return SEQNET_OK;
}

static void mark_used(sn_graph *graph, size_t number)
{
    sn_graph_node *const node = &graph->nodes[number];
    if (node->is_used)
        return;
    node->is_used = true;
    for (size_t i = 0; i < node->input_count; i++)
        mark_used(graph, node->inputs[i]);
}

void sn_graph_mark_used(sn_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        graph->nodes[i].is_used = false;
    mark_used(graph, graph->output);
}

/* ---- The version ---- */

/* What stands in a text of Keras 3 and of no other version. */
static bool looks_new(const char *json)
{
    return strstr(json, "\"batch_shape\"") || strstr(json, "\"DTypePolicy\"") ||
           strstr(json, "\"zero_output_for_mask\"") || !strstr(json, "\"batch_input_shape\"");
}

static void read_version(sn_graph *graph, const char *given, const char *json)
{
    const char *const own = sn_json_text(graph->root, "keras_version");
    const char *const version = own ? own : given;
    char *end;
    graph->version = version ? (unsigned)strtoul(version, &end, 10) : 0;
    if (graph->version > 0 && *end == '.')
        graph->minor = (unsigned)strtoul(end + 1, &end, 10);
    else
        graph->version = strstr(json, "\"inner_activation\"") ? 1 : looks_new(json) ? 3 : 2;
}

/* ---- The whole ---- */

/* Makes a bare list, or a config alone, the configuration of a model. */
static seqnet_status wrap_root(sn_graph *graph, seqnet_error *err)
{
    const bool is_functional = sn_json_member(graph->root, "output_layers");
    cJSON *const whole = cJSON_CreateObject();
    if (!whole ||
        !cJSON_AddStringToObject(whole, "class_name",
                                 is_functional ? "Functional" : "Sequential") ||
        !cJSON_AddItemToObject(whole, "config", graph->root)) {
        cJSON_Delete(whole);
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a configuration");
    }
    graph->root = whole;
    return SEQNET_OK;
}

/* Whether the configuration is that of a model. One of a class of its own may be built like one of
 * Keras's. */
static bool is_model(const cJSON *root)
{
    const char *const class_name = sn_json_text(root, "class_name");
    const cJSON *const config = sn_json_member(root, "config");
    return class_name && ((is_model_class(class_name) && config) ||
                          (sn_json_member(config, "layers") && sn_json_member(config, "name")));
}

static seqnet_status read_graph(sn_graph *graph, const char *json, const char *version,
                                seqnet_error *err)
{
    walk w = {.graph = graph, .err = err};
    SN_TRY(sn_keras_modernise(graph->root, err));
    const char *const class_name = sn_json_text(graph->root, "class_name");
    if (class_name && !is_model(graph->root))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is of the class '%.60s', whose code is not in the file; Sequential and "
                       "functional models are supported",
                       graph->place, class_name);
    if (!class_name)
        SN_TRY(wrap_root(graph, err));
    read_version(graph, version, json);
    graph->compiled = sn_json_member(graph->root, "compile_config");
    SN_TRY(expand_model(&w, graph->root, SN_TOP_HOME, SN_NO_NODE, &graph->output));
    mark_used(graph, graph->output);
    return SEQNET_OK;
}

seqnet_status sn_graph_read(sn_graph *graph, const char *json, const char *place,
                            const char *keras_version, seqnet_error *err)
{
    const sn_json_limits limits = {.values = MAX_VALUES, .repairs = true};
    seqnet_error inner = {0};
    *graph = (sn_graph){.place = place};
    const seqnet_status status =
        sn_json_parse(&graph->root, json, strlen(json), &limits, NULL, &inner);
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner.message);
    if (status != SEQNET_OK)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: its configuration: %s", place, inner.message);
    return read_graph(graph, json, keras_version, err);
}

void sn_graph_compile(sn_graph *graph, const char *training_config)
{
    const sn_json_limits limits = {.values = MAX_VALUES, .repairs = true};
    if (training_config && !graph->compiled &&
        sn_json_parse(&graph->training, training_config, strlen(training_config), &limits, NULL,
                      NULL) == SEQNET_OK)
        graph->compiled = graph->training;
}

void sn_graph_free(sn_graph *graph)
{
    cJSON_Delete(graph->training);
    cJSON_Delete(graph->root);
    *graph = (sn_graph){0};
}
