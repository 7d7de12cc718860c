#include "node_arrays.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static const char *const WITH_ARRAYS[] = {
    "Embedding",       "Dense",           "LSTM",      "GRU",    "SimpleRNN",
    "CuDNNLSTM",       "CuDNNGRU",        "LSTMCarry", "Conv1D", "Bidirectional",
    "SeparableConv1D", "DepthwiseConv1D", "PReLU",     "Conv2D", "BatchNormalization"};

static bool has_arrays(const sn_graph_node *node)
{
    return sn_class_has_arrays(node->class_name);
}

bool sn_class_has_arrays(const char *class_name)
{
    for (size_t i = 0; i < sizeof WITH_ARRAYS / sizeof *WITH_ARRAYS; i++)
        if (strcmp(WITH_ARRAYS[i], class_name) == 0)
            return true;
    return false;
}

const char *sn_show_shape(const sn_weights_array *array, char text[SN_SHAPE_TEXT])
{
    size_t used = 0;
    if (array->rank == 0)
        (void)snprintf(text, SN_SHAPE_TEXT, "one number");
    for (size_t i = 0; i < array->rank && used < SN_SHAPE_TEXT; i++)
        used += (size_t)snprintf(text + used, SN_SHAPE_TEXT - used, "%s%zu", i ? " x " : "",
                                 array->shape[i]);
    return text;
}

void sn_node_arrays_describe(const sn_weights_file *file, char *text, size_t size)
{
    char shape[SN_SHAPE_TEXT];
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < file->array_count && used < size; i++) {
        const sn_weights_array *const array = &file->arrays[i];
        used += (size_t)snprintf(text + used, size - used, "%s%.60s %s", i ? ", " : "", array->name,
                                 sn_show_shape(array, shape));
    }
}

/* Random states lie beside weights. */
static bool is_weight(const sn_weights_array *array)
{
    return !strstr(array->name, "seed_generator");
}

static bool add(sn_graph_node *node, const sn_weights_array *array)
{
    if (!is_weight(array))
        return true;
    if (node->array_count == SN_NODE_ARRAYS)
        return false;
    node->arrays[node->array_count++] = array;
    return true;
}

static void forget(sn_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        graph->nodes[i].array_count = 0;
}

/* ---- By the layer's name ---- */

/* The outermost model in which a node is, SN_TOP_HOME for a layer of the model itself. */
static size_t outermost(const sn_graph *graph, size_t home)
{
    while (home != SN_TOP_HOME && graph->homes[home].home != SN_TOP_HOME)
        home = graph->homes[home].home;
    return home;
}

/* Whether a weight's name, "model/dense_1/kernel:0" or "dense_1_W", begins or goes on with that of
 * a layer. */
static bool names_layer(const char *weight, const char *layer)
{
    const size_t length = strlen(layer);
    for (const char *at = weight; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, layer, length) == 0 && (at[length] == '/' || at[length] == '_'))
            return true;
    }
    return false;
}

/* Of names of which one begins as the other, "dense" and "dense_1", the longer one is meant. */
static bool has_better_name(const sn_graph *graph, const sn_graph_node *node, const char *weight)
{
    for (size_t i = 0; i < graph->count; i++) {
        const sn_graph_node *const other = &graph->nodes[i];
        if (other->home == node->home && strlen(other->name) > strlen(node->name) &&
            names_layer(weight, other->name))
            return true;
    }
    return false;
}

static bool is_of(const sn_graph *graph, const sn_graph_node *node, const sn_weights_array *array)
{
    if (node->home == SN_TOP_HOME)
        return strcmp(array->layer, node->name) == 0;
    const char *const model = graph->homes[outermost(graph, node->home)].name;
    return strcmp(array->layer, model) == 0 && names_layer(array->name, node->name) &&
           !has_better_name(graph, node, array->name);
}

static bool has_namesake(const sn_graph *graph, size_t number)
{
    const sn_graph_node *const node = &graph->nodes[number];
    for (size_t i = 0; i < number; i++)
        if (graph->nodes[i].home == node->home && has_arrays(&graph->nodes[i]) &&
            strcmp(graph->nodes[i].name, node->name) == 0)
            return true;
    return false;
}

/* Whether each layer that must have arrays has a name of its own, and gets some by it. */
static bool find_by_name(sn_graph *graph, const sn_weights_file *file)
{
    for (size_t i = 0; i < graph->count; i++) {
        sn_graph_node *const node = &graph->nodes[i];
        for (size_t k = 0; has_arrays(node) && k < file->array_count; k++)
            if (is_of(graph, node, &file->arrays[k]) && !add(node, &file->arrays[k]))
                return false;
        if (has_arrays(node) && (node->array_count == 0 || has_namesake(graph, i)))
            return false;
    }
    return true;
}

/* The layers with arrays in their order, and those of the file in theirs: what load_weights does.
 */
static bool find_by_order(sn_graph *graph, const sn_weights_file *file)
{
    size_t k = 0;
    forget(graph);
    for (size_t i = 0; i < graph->count; i++) {
        sn_graph_node *const node = &graph->nodes[i];
        if (!has_arrays(node))
            continue;
        while (k < file->array_count && !is_weight(&file->arrays[k]))
            k++;
        if (k == file->array_count || node->home != SN_TOP_HOME)
            return false;
        const char *const layer = file->arrays[k].layer;
        for (; k < file->array_count && strcmp(file->arrays[k].layer, layer) == 0; k++)
            if (!add(node, &file->arrays[k]))
                return false;
    }
    return k == file->array_count;
}

static seqnet_status refuse_missing(const sn_graph *graph, const sn_weights_file *file,
                                    seqnet_error *err)
{
    char arrays[400];
    sn_node_arrays_describe(file, arrays, sizeof arrays);
    for (size_t i = 0; i < graph->count; i++) {
        const sn_graph_node *const node = &graph->nodes[i];
        if (has_arrays(node) && node->array_count == 0)
            return sn_graph_refuse(graph, node, err, "the file has no arrays of it; it has %s",
                                   *arrays ? arrays : "none at all");
    }
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: its arrays are not those of the layers of its configuration: %s",
                   graph->place, arrays);
}

static seqnet_status find_by_layer(sn_graph *graph, const sn_weights_file *file, seqnet_error *err)
{
    if (find_by_name(graph, file) || find_by_order(graph, file))
        return SEQNET_OK;
    forget(graph);
    (void)find_by_name(graph, file);
    return refuse_missing(graph, file, err);
}

/* ---- By the path ---- */

/* A layer or a model in a model: what has a folder of its own. */
typedef struct child {
    /* The node; NULL: a model, homes[home]. */
    sn_graph_node *node;
    size_t home;
} child;

typedef struct folder {
    /* Not NUL-terminated: "conv1d_2". */
    const char *name;
    size_t length;
    /* 2; 0 for the first one, "conv1d". */
    size_t number;
} folder;

enum { MAX_PATH_TEXT = 512 };

static const char *class_of(const sn_graph *graph, const child *one)
{
    if (!one->node)
        return graph->homes[one->home].class_name;
    return one->node->stored_class ? one->node->stored_class : one->node->class_name;
}

static const char *name_of(const sn_graph *graph, const child *one)
{
    return one->node ? one->node->name : graph->homes[one->home].name;
}

/* Whether a folder is one of a class: "simple_rnn_1" of SimpleRNN. Keras writes the class with
 * underscores before its words, and a number from the second one on. */
static bool is_folder_of(folder *found, const char *class_name)
{
    size_t length = found->length, i = 0, k = 0;
    found->number = 0;
    const char *digits = found->name + length;
    while (digits > found->name && isdigit((unsigned char)digits[-1]))
        digits--;
    if (digits > found->name && digits[-1] == '_' && digits < found->name + length) {
        found->number = (size_t)strtoul(digits, NULL, 10);
        length = (size_t)(digits - 1 - found->name);
    }
    for (; i < length; i++) {
        if (found->name[i] == '_')
            continue;
        if (!class_name[k] || found->name[i] != (char)tolower((unsigned char)class_name[k]))
            return false;
        k++;
    }
    return class_name[k] == '\0';
}

/* The folder below `base`, "layers/", in an array's path; false: the array is elsewhere. */
static bool folder_in(const sn_weights_array *array, const char *base, folder *found)
{
    const size_t length = strlen(base);
    if (!array->name || strncmp(array->name, base, length) != 0 || !is_weight(array))
        return false;
    found->name = array->name + length;
    const char *const end = strchr(found->name, '/');
    found->length = end ? (size_t)(end - found->name) : 0;
    return found->length > 0;
}

static bool is_same_folder(const folder *a, const folder *b)
{
    return a->length == b->length && strncmp(a->name, b->name, a->length) == 0;
}

/* Collects the different folders of a class, ordered by their numbers. */
static size_t collect_folders(const sn_weights_file *file, const char *base, const char *class_name,
                              folder folders[SN_GRAPH_NODES])
{
    size_t count = 0;
    for (size_t k = 0; k < file->array_count; k++) {
        folder found;
        size_t at = count;
        if (!folder_in(&file->arrays[k], base, &found) || !is_folder_of(&found, class_name))
            continue;
        for (size_t i = 0; i < count; i++)
            if (is_same_folder(&folders[i], &found))
                at = SN_GRAPH_NODES;
        if (at == SN_GRAPH_NODES || count == SN_GRAPH_NODES)
            continue;
        for (; at > 0 && folders[at - 1].number > found.number; at--)
            folders[at] = folders[at - 1];
        folders[at] = found;
        count++;
    }
    return count;
}

/* The layers and models of a model that have arrays, in their order. */
static size_t collect_children(sn_graph *graph, size_t home, child children[SN_GRAPH_NODES])
{
    size_t count = 0, next = home + 1;
    for (size_t i = 0; i <= graph->count; i++) {
        for (; next < graph->home_count && graph->homes[next].first <= i; next++)
            if (graph->homes[next].home == home && count < SN_GRAPH_NODES)
                children[count++] = (child){.home = next};
        if (i < graph->count && graph->nodes[i].home == home && has_arrays(&graph->nodes[i]) &&
            count < SN_GRAPH_NODES)
            children[count++] = (child){.node = &graph->nodes[i]};
    }
    return count;
}

/* The arrays of the second of two directions stand before those of the first in the alphabet. */
static bool add_folder(sn_graph_node *node, const sn_weights_file *file, const char *path)
{
    const size_t length = strlen(path);
    for (size_t second = 0; second < 2; second++)
        for (size_t k = 0; k < file->array_count; k++) {
            const sn_weights_array *const array = &file->arrays[k];
            if (strncmp(array->name, path, length) == 0 &&
                (strstr(array->name + length, "backward_layer/") != NULL) == (second == 1) &&
                !add(node, array))
                return false;
        }
    return true;
}

static seqnet_status find_in(sn_graph *graph, const sn_weights_file *file, size_t home,
                             const char *base, seqnet_error *err);

static seqnet_status give_folder(sn_graph *graph, const sn_weights_file *file, child *one,
                                 const char *base, const folder *found, seqnet_error *err)
{
    char path[MAX_PATH_TEXT];
    const int length = snprintf(path, sizeof path, "%s%.*s/%s", base, (int)found->length,
                                found->name, one->node ? "" : "layers/");
    if (length < 0 || (size_t)length >= sizeof path)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: the paths of its arrays are too long",
                       graph->place);
    if (!one->node)
        return find_in(graph, file, one->home, path, err);
    if (!add_folder(one->node, file, path))
        return sn_graph_refuse(graph, one->node, err, "it has more than %d arrays", SN_NODE_ARRAYS);
    return SEQNET_OK;
}

/* The name that the layer of a folder had, where the file says it. */
static const char *label_of(const sn_weights_file *file, const char *base, const folder *found)
{
    const size_t length = strlen(base);
    for (size_t i = 0; i < file->layer_count; i++) {
        const char *const path = file->layers[i].name;
        if (strncmp(path, base, length) == 0 && strlen(path) == length + found->length &&
            strncmp(path + length, found->name, found->length) == 0)
            return file->layers[i].label;
    }
    return NULL;
}

/* The folder of child number `which` of its class: by the name that the layer had where the file
 * says it, else by the order of the numbers. */
static const folder *choose_folder(const sn_weights_file *file, const char *base, const char *name,
                                   const folder *folders, size_t count, size_t which)
{
    for (size_t i = 0; i < count; i++) {
        const char *const label = label_of(file, base, &folders[i]);
        if (label && strcmp(label, name) == 0)
            return &folders[i];
    }
    return which < count ? &folders[which] : NULL;
}

/* Folders may bear the names of the layers. */
static const folder *find_named(const sn_weights_file *file, const char *base, const char *name,
                                folder *found)
{
    for (size_t k = 0; k < file->array_count; k++)
        if (folder_in(&file->arrays[k], base, found) && found->length == strlen(name) &&
            strncmp(found->name, name, found->length) == 0)
            return found;
    return NULL;
}

static seqnet_status find_child(sn_graph *graph, const sn_weights_file *file, child *children,
                                size_t number, folder *folders, const char *base, seqnet_error *err)
{
    child *const one = &children[number];
    const char *const class_name = class_of(graph, one);
    folder named;
    size_t which = 0;
    for (size_t i = 0; i < number; i++)
        which += strcmp(class_of(graph, &children[i]), class_name) == 0;
    const size_t count = collect_folders(file, base, class_name, folders);
    const folder *found = choose_folder(file, base, name_of(graph, one), folders, count, which);
    if (!found)
        found = find_named(file, base, name_of(graph, one), &named);
    return found ? give_folder(graph, file, one, base, found, err) : SEQNET_OK;
}

static seqnet_status find_in(sn_graph *graph, const sn_weights_file *file, size_t home,
                             const char *base, seqnet_error *err)
{
    child *children;
    folder *folders;
    SN_TRY(sn_alloc(&children, SN_GRAPH_NODES, sizeof *children, err));
    seqnet_status status = sn_alloc(&folders, SN_GRAPH_NODES, sizeof *folders, err);
    const size_t count = status == SEQNET_OK ? collect_children(graph, home, children) : 0;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = find_child(graph, file, children, i, folders, base, err);
    free(folders);
    free(children);
    return status;
}

static seqnet_status find_by_path(sn_graph *graph, const sn_weights_file *file, seqnet_error *err)
{
    SN_TRY(find_in(graph, file, SN_TOP_HOME, "layers/", err));
    for (size_t i = 0; i < graph->count; i++)
        if (has_arrays(&graph->nodes[i]) && graph->nodes[i].array_count == 0)
            return refuse_missing(graph, file, err);
    return SEQNET_OK;
}

/* ---- In order ---- */

/* Cells of Keras 2 and later, whose layers have as many arrays each time. */
static size_t arrays_of(const char *class_name, const cJSON *config)
{
    const cJSON *const inner = sn_json_member(config, "layer");
    const size_t bias = cJSON_IsFalse(sn_json_member(config, "use_bias")) ? 0 : 1;
    if (inner)
        return (strcmp(class_name, "Bidirectional") == 0 ? 2U : 1U) *
               arrays_of(sn_json_text(inner, "class_name") ? sn_json_text(inner, "class_name") : "",
                         sn_json_member(inner, "config"));
    if (strcmp(class_name, "Embedding") == 0 || strcmp(class_name, "PReLU") == 0)
        return 1;
    if (strcmp(class_name, "Dense") == 0 || strstr(class_name, "Conv"))
        return (strstr(class_name, "Separable") ? 2 : 1) + bias;
    if (strcmp(class_name, "LSTMCarry") == 0)
        return 4;
    if (strcmp(class_name, "BatchNormalization") == 0)
        return 2 + (size_t)!cJSON_IsFalse(sn_json_member(config, "center")) +
               (size_t)!cJSON_IsFalse(sn_json_member(config, "scale"));
    return 2 + bias;
}

static seqnet_status find_in_order(sn_graph *graph, const sn_weights_file *file, seqnet_error *err)
{
    size_t k = 0;
    for (size_t i = 0; i < graph->count; i++) {
        sn_graph_node *const node = &graph->nodes[i];
        const size_t count = has_arrays(node) ? arrays_of(node->class_name, node->config) : 0;
        for (size_t a = 0; a < count && a < SN_NODE_ARRAYS; a++, k++) {
            if (k == file->array_count)
                return sn_graph_refuse(graph, node, err,
                                       "the file ends before its arrays: it has %zu, of which the "
                                       "layers before it take %zu",
                                       file->array_count, k - a);
            (void)add(node, &file->arrays[k]);
        }
    }
    if (k < file->array_count)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: has %zu arrays; its layers have %zu",
                       graph->place, file->array_count, k);
    return SEQNET_OK;
}

seqnet_status sn_node_arrays_find(sn_graph *graph, const sn_weights_file *file, seqnet_error *err)
{
    forget(graph);
    if (file->layout == SN_WEIGHTS_BY_LAYER)
        return find_by_layer(graph, file, err);
    if (file->layout == SN_WEIGHTS_BY_PATH)
        return find_by_path(graph, file, err);
    return find_in_order(graph, file, err);
}
