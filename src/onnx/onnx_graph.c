#include "onnx_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { NAME = 160 };

/* The graph that owns what is allocated. */
static sn_onnx_graph *owner_of(sn_onnx_graph *graph)
{
    return graph->outer ? graph->outer : graph;
}

void *sn_onnx_alloc(sn_onnx_graph *graph, size_t count, size_t size)
{
    sn_onnx_graph *const owner = owner_of(graph);
    void *block = NULL;
    if (graph->status == SEQNET_OK)
        graph->status = sn_grow(&owner->blocks, &owner->block_capacity, owner->block_count + 1,
                                sizeof *owner->blocks, graph->err);
    if (graph->status == SEQNET_OK)
        graph->status = sn_alloc(&block, count, size, graph->err);
    if (graph->status == SEQNET_OK)
        owner->blocks[owner->block_count++] = block;
    return block;
}

/* A copy of `count` elements of `size` bytes. */
static void *copy_of(sn_onnx_graph *graph, const void *from, size_t count, size_t size)
{
    void *const copy = sn_onnx_alloc(graph, count, size);
    if (copy && count)
        memcpy(copy, from, count * size);
    return copy;
}

char *sn_onnx_text(sn_onnx_graph *graph, const char *text)
{
    return text ? copy_of(graph, text, strlen(text) + 1, 1) : NULL;
}

/* The room for pointers is always a power of 2, so that it is full when their number is one. */
void sn_onnx_append(sn_onnx_graph *graph, void *list, size_t *count, void *item)
{
    void **items;
    memcpy(&items, list, sizeof items);
    if (graph->status != SEQNET_OK || !item)
        return;
    if ((*count & (*count - 1)) == 0) {
        void **const grown = sn_onnx_alloc(graph, *count ? 2 * *count : 1, sizeof *grown);
        if (!grown)
            return;
        if (*count)
            memcpy(grown, items, *count * sizeof *grown);
        items = grown;
        memcpy(list, &grown, sizeof grown);
    }
    items[(*count)++] = item;
}

/* New messages, as protobuf-c wants them to begin. */
#define NEW_MESSAGE(Type, name)                                                                    \
    static Type *new_##name(sn_onnx_graph *graph)                                                  \
    {                                                                                              \
        Type *const made = sn_onnx_alloc(graph, 1, sizeof *made);                                  \
        if (made)                                                                                  \
            onnx__##name##__init(made);                                                            \
        return made;                                                                               \
    }
NEW_MESSAGE(Onnx__GraphProto, graph_proto)
NEW_MESSAGE(Onnx__NodeProto, node_proto)
NEW_MESSAGE(Onnx__TensorProto, tensor_proto)
NEW_MESSAGE(Onnx__AttributeProto, attribute_proto)
NEW_MESSAGE(Onnx__ValueInfoProto, value_info_proto)
NEW_MESSAGE(Onnx__TypeProto, type_proto)
NEW_MESSAGE(Onnx__TypeProto__Tensor, type_proto__tensor)
NEW_MESSAGE(Onnx__TensorShapeProto, tensor_shape_proto)
NEW_MESSAGE(Onnx__TensorShapeProto__Dimension, tensor_shape_proto__dimension)

void sn_onnx_graph_begin(sn_onnx_graph *graph, const char *name, seqnet_error *err)
{
    *graph = (sn_onnx_graph){.scope = name, .err = err};
    graph->proto = new_graph_proto(graph);
    char *const copy = sn_onnx_text(graph, name);
    if (graph->status == SEQNET_OK)
        graph->proto->name = copy;
}

void sn_onnx_graph_begin_body(sn_onnx_graph *body, sn_onnx_graph *outer, const char *name)
{
    *body = (sn_onnx_graph){
        .scope = outer->scope, .outer = outer, .status = outer->status, .err = outer->err};
    body->proto = new_graph_proto(body);
    char *const copy = sn_onnx_text(body, name);
    if (body->status == SEQNET_OK)
        body->proto->name = copy;
}

void sn_onnx_graph_free(sn_onnx_graph *graph)
{
    for (size_t i = 0; i < graph->block_count; i++)
        free(graph->blocks[i]);
    free(graph->blocks);
    *graph = (sn_onnx_graph){0};
}

/* A name that no value has. */
static char *new_name(sn_onnx_graph *graph, const char *op)
{
    char name[NAME];
    (void)snprintf(name, sizeof name, "%s/%s_%zu", graph->scope, op, ++owner_of(graph)->named);
    return sn_onnx_text(graph, name);
}

/* Adds a constant without numbers. */
static Onnx__TensorProto *add_constant(sn_onnx_graph *graph, char *name, int32_t type, size_t rank,
                                       const size_t *dims)
{
    Onnx__TensorProto *const tensor = new_tensor_proto(graph);
    int64_t *const sizes = sn_onnx_alloc(graph, rank, sizeof *sizes);
    if (graph->status != SEQNET_OK)
        return NULL;
    for (size_t i = 0; i < rank; i++)
        sizes[i] = (int64_t)dims[i];
    tensor->name = name;
    tensor->has_data_type = 1;
    tensor->data_type = type;
    tensor->n_dims = rank;
    tensor->dims = sizes;
    sn_onnx_append(graph, &graph->proto->initializer, &graph->proto->n_initializer, tensor);
    return tensor;
}

/* A message does not say so, but packing only reads the numbers. */
static float *as_part_of_message(const float *numbers)
{
    float *pointer;
    memcpy(&pointer, &numbers, sizeof pointer);
    return pointer;
}

sn_onnx_value sn_onnx_floats(sn_onnx_graph *graph, const char *name, size_t rank,
                             const size_t *dims, const float *numbers)
{
    Onnx__TensorProto *const tensor = add_constant(
        graph, sn_onnx_text(graph, name), ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, rank, dims);
    if (!tensor)
        return NULL;
    tensor->n_float_data = 1;
    for (size_t i = 0; i < rank; i++)
        tensor->n_float_data *= dims[i];
    tensor->float_data = as_part_of_message(numbers);
    return tensor->name;
}

sn_onnx_value sn_onnx_float(sn_onnx_graph *graph, float number)
{
    return sn_onnx_floats(graph, new_name(graph, "number"), 0, NULL,
                          copy_of(graph, &number, 1, sizeof number));
}

static sn_onnx_value add_ints(sn_onnx_graph *graph, const int64_t *numbers, size_t count,
                              size_t rank)
{
    Onnx__TensorProto *const tensor = add_constant(
        graph, new_name(graph, "number"), ONNX__TENSOR_PROTO__DATA_TYPE__INT64, rank, &count);
    int64_t *const copy = copy_of(graph, numbers, count, sizeof *numbers);
    if (!copy)
        return NULL;
    tensor->n_int64_data = count;
    tensor->int64_data = copy;
    return tensor->name;
}

sn_onnx_value sn_onnx_ints(sn_onnx_graph *graph, const int64_t *numbers, size_t count)
{
    return add_ints(graph, numbers, count, 1);
}

sn_onnx_value sn_onnx_int(sn_onnx_graph *graph, int64_t number)
{
    return add_ints(graph, &number, 1, 0);
}

sn_onnx_value sn_onnx_node(sn_onnx_graph *graph, const char *op, const sn_onnx_value *inputs,
                           size_t count)
{
    Onnx__NodeProto *const node = new_node_proto(graph);
    char *const type = sn_onnx_text(graph, op), *const name = new_name(graph, op);
    if (graph->status != SEQNET_OK)
        return NULL;
    node->op_type = type;
    node->name = name;
    for (size_t i = 0; i < count; i++)
        sn_onnx_append(graph, &node->input, &node->n_input, sn_onnx_text(graph, inputs[i]));
    sn_onnx_append(graph, &node->output, &node->n_output, name);
    sn_onnx_append(graph, &graph->proto->node, &graph->proto->n_node, node);
    graph->node = node;
    return name;
}

sn_onnx_value sn_onnx_rename(sn_onnx_graph *graph, const char *name)
{
    char *const copy = sn_onnx_text(graph, name);
    if (copy)
        graph->node->output[0] = copy;
    return copy;
}

sn_onnx_value sn_onnx_output(sn_onnx_graph *graph)
{
    char *const name = graph->status == SEQNET_OK ? new_name(graph, graph->node->op_type) : NULL;
    if (name)
        sn_onnx_append(graph, &graph->node->output, &graph->node->n_output, name);
    return name;
}

/* Adds an attribute without a value; NULL after a failure. */
static Onnx__AttributeProto *add_attribute(sn_onnx_graph *graph, const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *const attribute = new_attribute_proto(graph);
    char *const copy = sn_onnx_text(graph, name);
    if (graph->status != SEQNET_OK)
        return NULL;
    attribute->name = copy;
    attribute->has_type = 1;
    attribute->type = type;
    sn_onnx_append(graph, &graph->node->attribute, &graph->node->n_attribute, attribute);
    return graph->status == SEQNET_OK ? attribute : NULL;
}

void sn_onnx_set_int(sn_onnx_graph *graph, const char *name, int64_t number)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    if (!attribute)
        return;
    attribute->has_i = 1;
    attribute->i = number;
}

void sn_onnx_set_ints(sn_onnx_graph *graph, const char *name, const int64_t *numbers, size_t count)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    int64_t *const copy = copy_of(graph, numbers, count, sizeof *numbers);
    if (!copy)
        return;
    attribute->n_ints = count;
    attribute->ints = copy;
}

void sn_onnx_set_float(sn_onnx_graph *graph, const char *name, float number)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    if (!attribute)
        return;
    attribute->has_f = 1;
    attribute->f = number;
}

void sn_onnx_set_floats(sn_onnx_graph *graph, const char *name, const float *numbers, size_t count)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS);
    float *const copy = copy_of(graph, numbers, count, sizeof *numbers);
    if (!copy)
        return;
    attribute->n_floats = count;
    attribute->floats = copy;
}

static ProtobufCBinaryData as_bytes(char *text)
{
    return (ProtobufCBinaryData){.len = strlen(text), .data = (uint8_t *)text};
}

void sn_onnx_set_text(sn_onnx_graph *graph, const char *name, const char *text)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    char *const copy = sn_onnx_text(graph, text);
    if (!copy)
        return;
    attribute->has_s = 1;
    attribute->s = as_bytes(copy);
}

void sn_onnx_set_texts(sn_onnx_graph *graph, const char *name, const char *const *texts,
                       size_t count)
{
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS);
    ProtobufCBinaryData *const copies = sn_onnx_alloc(graph, count, sizeof *copies);
    for (size_t i = 0; i < count; i++) {
        char *const copy = sn_onnx_text(graph, texts[i]);
        if (!copy)
            return;
        copies[i] = as_bytes(copy);
    }
    if (!copies)
        return;
    attribute->n_strings = count;
    attribute->strings = copies;
}

void sn_onnx_set_graph(sn_onnx_graph *graph, const char *name, sn_onnx_graph *body)
{
    if (graph->status == SEQNET_OK)
        graph->status = body->status;
    Onnx__AttributeProto *const attribute =
        add_attribute(graph, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH);
    if (attribute)
        attribute->g = body->proto;
}

static Onnx__TensorShapeProto__Dimension *new_dimension(sn_onnx_graph *graph, sn_onnx_size size)
{
    Onnx__TensorShapeProto__Dimension *const dimension = new_tensor_shape_proto__dimension(graph);
    char *const name = sn_onnx_text(graph, size.name);
    if (graph->status != SEQNET_OK)
        return NULL;
    dimension->value_case = name ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
                                 : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
    if (name)
        dimension->dim_param = name;
    else
        dimension->dim_value = (int64_t)size.size;
    return dimension;
}

static Onnx__TypeProto *new_type(sn_onnx_graph *graph, int32_t type, const sn_onnx_size *sizes,
                                 size_t rank)
{
    Onnx__TypeProto *const made = new_type_proto(graph);
    Onnx__TypeProto__Tensor *const tensor = new_type_proto__tensor(graph);
    Onnx__TensorShapeProto *const shape = new_tensor_shape_proto(graph);
    if (graph->status != SEQNET_OK)
        return NULL;
    made->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    made->tensor_type = tensor;
    tensor->has_elem_type = 1;
    tensor->elem_type = type;
    tensor->shape = shape;
    for (size_t i = 0; i < rank; i++)
        sn_onnx_append(graph, &shape->dim, &shape->n_dim, new_dimension(graph, sizes[i]));
    return made;
}

static Onnx__ValueInfoProto *new_value_info(sn_onnx_graph *graph, const char *name, int32_t type,
                                            const sn_onnx_size *sizes, size_t rank)
{
    Onnx__ValueInfoProto *const info = new_value_info_proto(graph);
    char *const copy = sn_onnx_text(graph, name);
    Onnx__TypeProto *const typed = new_type(graph, type, sizes, rank);
    if (graph->status != SEQNET_OK)
        return NULL;
    info->name = copy;
    info->type = typed;
    return info;
}

void sn_onnx_add_input(sn_onnx_graph *graph, const char *name, int32_t type,
                       const sn_onnx_size *sizes, size_t rank)
{
    Onnx__ValueInfoProto *const info = new_value_info(graph, name, type, sizes, rank);
    if (info)
        sn_onnx_append(graph, &graph->proto->input, &graph->proto->n_input, info);
}

void sn_onnx_add_output(sn_onnx_graph *graph, const char *name, int32_t type,
                        const sn_onnx_size *sizes, size_t rank)
{
    Onnx__ValueInfoProto *const info = new_value_info(graph, name, type, sizes, rank);
    if (info)
        sn_onnx_append(graph, &graph->proto->output, &graph->proto->n_output, info);
}
