#include "keras_arrays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "buffer.h"
#include "memory.h"

#include "banned.h"

/* Of the files that are written: the last version of Keras 2, and the first of Keras 3, so that
 * later ones read them. */
#define VERSION_2 "2.15.0"
#define VERSION_3 "3.0.0"

enum { NAME = 256 };

typedef struct filler {
    sn_weights_file *file;
    const sn_keras_graph *graph;
    seqnet_error *err;
    /* How many arrays the place has that is being filled. */
    size_t numbers;
} filler;

/* ---- Names */

/* The cell of a recurrent layer: "forward" and "lstm" of a bidirectional LSTM. */
typedef struct cell_name {
    const char *direction;
    char base[SN_KERAS_CLASS];
} cell_name;

static bool has_cell(const sn_keras_node *node)
{
    return node->layer && node->layer->ops->cell;
}

static bool is_wrapped(const sn_keras_node *node)
{
    return strcmp(node->class_name, "Bidirectional") == 0;
}

/* What a tensor of a layer is called without the layer, "kernel"; and its cell. */
static const char *name_tensor(const sn_keras_node *node, const sn_tensor *tensor, cell_name *cell)
{
    const char *const name = strrchr(tensor->name, '.') + 1;
    const char *const whole = tensor->name + strlen(node->name) + 1;
    const cJSON *const inner = cJSON_GetObjectItemCaseSensitive(node->config, "layer");
    const char *const inner_class =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(inner, "class_name"));
    (void)sn_keras_snake(inner_class ? inner_class : node->class_name, cell->base);
    cell->direction = NULL;
    if (is_wrapped(node))
        cell->direction =
            strncmp(whole, "forward.", strlen("forward.")) == 0 ? "forward" : "backward";
    return name;
}

/* "lstm/lstm_cell/kernel:0", "bidirectional/forward_lstm/lstm_cell/kernel:0". */
static void write_weight_name(char *text, const sn_keras_node *node, const sn_tensor *tensor)
{
    cell_name cell;
    const char *const name = name_tensor(node, tensor, &cell);
    if (cell.direction)
        (void)snprintf(text, NAME, "%s/%s_%s/%s_cell/%s:0", node->name, cell.direction, cell.base,
                       cell.base, name);
    else if (has_cell(node))
        (void)snprintf(text, NAME, "%s/%s_cell/%s:0", node->name, cell.base, name);
    else
        (void)snprintf(text, NAME, "%s/%s:0", node->name, name);
}

/* "layers/lstm/cell", "layers/bidirectional/forward_layer/cell". */
static void write_place(char *text, const char *path, const sn_keras_node *node,
                        const sn_tensor *tensor)
{
    cell_name cell;
    (void)name_tensor(node, tensor, &cell);
    if (cell.direction)
        (void)snprintf(text, NAME, "%.200s/%s_layer/cell", path, cell.direction);
    else
        (void)snprintf(text, NAME, "%.200s%s", path, has_cell(node) ? "/cell" : "");
}

/* The path of a node: its class and its number among those of the class. */
static void write_path(char *text, const sn_keras_graph *g, size_t place)
{
    char class_name[SN_KERAS_CLASS];
    size_t earlier = 0;
    const char *const own = g->nodes[g->order[place]].class_name;
    for (size_t i = 0; i < place; i++)
        earlier += strcmp(g->nodes[g->order[i]].class_name, own) == 0;
    const int length = snprintf(text, NAME, "layers/%s", sn_keras_snake(own, class_name));
    if (earlier)
        (void)snprintf(text + length, NAME - (size_t)length, "_%zu", earlier);
}

/* ---- Arrays */

/* Multiplies the last layer by what its logits are multiplied by. */
static void scale(const filler *f, const sn_layer *layer, float *values, size_t count)
{
    const sn_network *const network = &f->graph->model->network;
    const float factor = sn_model_logit_scale(f->graph->model);
    for (size_t i = 0; i < count && layer == &network->layers[network->count - 1]; i++)
        values[i] *= factor;
}

static seqnet_status add_array(filler *f, const sn_keras_node *node, const sn_tensor *tensor,
                               const char *layer, const char *name)
{
    uint64_t shape[SN_MAX_RANK];
    float *values;
    SN_TRY(sn_alloc_floats(&values, tensor->count, f->err));
    if (node->layer) {
        memcpy(values, f->graph->model->weights + tensor->offset, tensor->count * sizeof *values);
        scale(f, node->layer, values, tensor->count);
    } else {
        memset(values, 0, tensor->count * sizeof *values);
        values[0] = node->role == SN_KERAS_PENALTY ? SN_KERAS_PENALTY_VALUE : 1.0F;
    }
    for (size_t i = 0; i < tensor->rank; i++)
        shape[i] = tensor->shape[i];
    const seqnet_status status = sn_weights_add_array(f->file, layer, name, shape, tensor->rank,
                                                      tensor->count, &values, f->err);
    free(values);
    return status;
}

/* Adds a tensor as the layout names it. */
static seqnet_status add_tensor(filler *f, const sn_keras_node *node, const sn_tensor *tensor,
                                const char *path)
{
    char name[NAME], place[NAME];
    const sn_weights_file *const file = f->file;
    switch (file->layout) {
    case SN_WEIGHTS_BY_LAYER:
        write_weight_name(name, node, tensor);
        return add_array(f, node, tensor, node->name, name);
    case SN_WEIGHTS_IN_ORDER:
        (void)snprintf(name, sizeof name, "arr_%zu", file->array_count);
        return add_array(f, node, tensor, NULL, name);
    case SN_WEIGHTS_BY_PATH:
        break;
    }
    write_place(place, path, node, tensor);
    if (file->array_count == 0 || strcmp(file->arrays[file->array_count - 1].layer, place) != 0)
        f->numbers = 0;
    (void)snprintf(name, sizeof name, "%.200s/vars/%zu", place, f->numbers++);
    return add_array(f, node, tensor, place, name);
}

static seqnet_status add_tensors(filler *f, const sn_keras_node *node, const char *path)
{
    const sn_tensor_table *const table = &f->graph->model->network.table;
    const size_t first = node->layer->offsets[0], end = first + node->layer->parameters;
    for (size_t i = 0; i < table->count; i++)
        if (table->tensors[i].offset >= first && table->tensors[i].offset < end)
            SN_TRY(add_tensor(f, node, &table->tensors[i], path));
    return SEQNET_OK;
}

/* Adds the arrays of a node that stands for no layer of seqnet's. */
static seqnet_status add_own_tensors(filler *f, const sn_keras_node *node, const char *path)
{
    const size_t ids = (size_t)f->graph->model->config.encoding.id_count;
    sn_tensor table = {.rank = 2, .shape = {ids, 1}, .count = ids};
    sn_tensor kernel = {.rank = 2, .shape = {1, 1}, .count = 1};
    sn_tensor bias = {.rank = 1, .shape = {1}, .count = 1};
    (void)snprintf(table.name, sizeof table.name, "%s.embeddings", node->name);
    (void)snprintf(kernel.name, sizeof kernel.name, "%s.kernel", node->name);
    (void)snprintf(bias.name, sizeof bias.name, "%s.bias", node->name);
    if (node->role == SN_KERAS_PENALTY)
        return add_tensor(f, node, &table, path);
    if (node->role != SN_KERAS_HAS_WORDS)
        return SEQNET_OK;
    SN_TRY(add_tensor(f, node, &kernel, path));
    return add_tensor(f, node, &bias, path);
}

/* ---- Layers and places */

static seqnet_status add_place(filler *f, const char *path, const char *ending, const char *label)
{
    char place[NAME];
    (void)snprintf(place, sizeof place, "%.200s%s", path, ending);
    return sn_weights_add_layer(f->file, place, label, f->err);
}

/* The places of a node for variables, those without any too. */
static seqnet_status add_places(filler *f, const sn_keras_node *node, const char *path)
{
    SN_TRY(add_place(f, path, "", node->name));
    if (!has_cell(node))
        return SEQNET_OK;
    if (!is_wrapped(node))
        return add_place(f, path, "/cell", NULL);
    SN_TRY(add_place(f, path, "/forward_layer", NULL));
    SN_TRY(add_place(f, path, "/forward_layer/cell", NULL));
    SN_TRY(add_place(f, path, "/backward_layer", NULL));
    return add_place(f, path, "/backward_layer/cell", NULL);
}

static seqnet_status add_node(filler *f, size_t place)
{
    const sn_keras_graph *const g = f->graph;
    const sn_keras_node *const node = &g->nodes[g->order[place]];
    char path[NAME];
    write_path(path, g, place);
    /* A Sequential model does not list its input. */
    if (f->file->layout == SN_WEIGHTS_BY_PATH && node->input_count)
        SN_TRY(add_places(f, node, path));
    if (f->file->layout == SN_WEIGHTS_BY_LAYER && (node->input_count || !g->is_chain))
        SN_TRY(sn_weights_add_layer(f->file, node->name, NULL, f->err));
    return node->layer ? add_tensors(f, node, path) : add_own_tensors(f, node, path);
}

static seqnet_status fill(sn_weights_file *file, const sn_keras_graph *graph, seqnet_error *err)
{
    filler f = {.file = file, .graph = graph, .err = err};
    const bool is_new = graph->form == SN_KERAS_FORM_3 || graph->needs_3;
    const char *const version = is_new ? VERSION_3 : VERSION_2;
    SN_TRY(sn_keras_graph_write(graph, &file->config, err));
    SN_TRY(sn_copy_string(&file->keras_version, version, strlen(version), err));
    if (file->layout == SN_WEIGHTS_BY_LAYER)
        SN_TRY(sn_copy_string(&file->backend, "tensorflow", strlen("tensorflow"), err));
    if (file->layout == SN_WEIGHTS_BY_PATH)
        SN_TRY(sn_weights_add_layer(file, "", graph->is_chain ? "sequential" : "functional", err));
    for (size_t i = 0; i < graph->count; i++)
        SN_TRY(add_node(&f, i));
    return SEQNET_OK;
}

seqnet_status sn_keras_arrays_make(sn_weights_file *file, const seqnet_model *model,
                                   sn_weights_layout layout, seqnet_error *err)
{
    const sn_keras_form form = layout == SN_WEIGHTS_BY_PATH ? SN_KERAS_FORM_3 : SN_KERAS_FORM_2;
    sn_keras_graph *graph;
    file->layout = layout;
    SN_TRY(sn_alloc(&graph, 1, sizeof *graph, err));
    seqnet_status status = sn_keras_graph_make(graph, model, form, err);
    if (status == SEQNET_OK)
        status = fill(file, graph, err);
    sn_keras_graph_free(graph);
    free(graph);
    return status;
}
