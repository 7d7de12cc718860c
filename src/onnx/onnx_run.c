#include "onnx_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "protobuf.h"

#include "banned.h"

static const sn_onnx_op *const LISTS[] = {sn_onnx_elementwise_ops, sn_onnx_moving_ops,
                                          sn_onnx_sum_ops, sn_onnx_cell_ops};

static const sn_onnx_op *find_op(const char *name)
{
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        for (const sn_onnx_op *op = LISTS[i]; op->name; op++)
            if (strcmp(op->name, name) == 0)
                return op;
    return NULL;
}

/* malloc and free, which note in *is_out_of_memory that there was no memory. */
static void *allocate(void *is_out_of_memory, size_t size)
{
    void *const block = malloc(size);
    if (!block)
        *(bool *)is_out_of_memory = true;
    return block;
}

static void release(void *is_out_of_memory, void *block)
{
    (void)is_out_of_memory;
    free(block);
}

static bool is_whole(const Onnx__GraphProto *graph, size_t depth);

/* Whether an attribute has its name, and the text or graph that it must have. */
static bool is_whole_attribute(const Onnx__AttributeProto *attribute, size_t depth)
{
    switch ((int)attribute->type) {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING:
        return attribute->name && attribute->s.data;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS:
        for (size_t i = 0; i < attribute->n_strings; i++)
            if (!attribute->strings[i].data)
                return false;
        return attribute->name;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
        return attribute->name && is_whole(attribute->g, depth + 1);
    default:
        return attribute->name;
    }
}

static bool is_whole_node(const Onnx__NodeProto *node, size_t depth)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (!is_whole_attribute(node->attribute[i], depth))
            return false;
    return node->op_type && node->name;
}

static bool are_named(Onnx__ValueInfoProto *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!values[i]->name)
            return false;
    return true;
}

/* Whether everything has its name. What a message lacks is NULL. */
static bool is_whole(const Onnx__GraphProto *graph, size_t depth)
{
    enum { MOST_DEPTH = 2 };
    if (!graph || depth > MOST_DEPTH)
        return false;
    for (size_t i = 0; i < graph->n_node; i++)
        if (!is_whole_node(graph->node[i], depth))
            return false;
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (!graph->initializer[i]->name)
            return false;
    return are_named(graph->input, graph->n_input) && are_named(graph->output, graph->n_output);
}

seqnet_status sn_onnx_read(Onnx__ModelProto **model, const void *bytes, size_t size,
                           seqnet_error *err)
{
    SN_TRY(sn_protobuf_open(err));
    bool is_out_of_memory = false;
    ProtobufCAllocator allocator = {allocate, release, &is_out_of_memory};
    *model = onnx__model_proto__unpack(&allocator, size, bytes);
    if (is_out_of_memory)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for an ONNX file of %zu bytes", size);
    if (*model && is_whole((*model)->graph, 0))
        return SEQNET_OK;
    onnx__model_proto__free_unpacked(*model, NULL);
    *model = NULL;
    return sn_fail(err, SEQNET_ERR_MODEL, "the ONNX file is damaged");
}

void sn_onnx_scope_free(sn_onnx_scope *scope)
{
    for (size_t i = 0; i < scope->count; i++)
        sn_onnx_array_free(&scope->values[i].array);
    free(scope->values);
    *scope = (sn_onnx_scope){0};
}

seqnet_status sn_onnx_scope_add(sn_onnx_scope *scope, const char *name, sn_onnx_array *array,
                                seqnet_error *err)
{
    const seqnet_status status =
        sn_grow(&scope->values, &scope->capacity, scope->count + 1, sizeof *scope->values, err);
    if (status != SEQNET_OK)
        sn_onnx_array_free(array);
    else
        scope->values[scope->count++] = (struct sn_onnx_named){name, *array};
    return status;
}

const sn_onnx_array *sn_onnx_scope_find(const sn_onnx_scope *scope, const char *name)
{
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->count; i++)
            if (strcmp(scope->values[i].name, name) == 0)
                return &scope->values[i].array;
    return NULL;
}

seqnet_status sn_onnx_unfit(const sn_onnx_call *call)
{
    return sn_fail(call->err, SEQNET_ERR_MODEL, "the ONNX operator %.40s cannot take its inputs",
                   call->node->op_type);
}

const Onnx__AttributeProto *sn_onnx_attribute(const sn_onnx_call *call, const char *name,
                                              Onnx__AttributeProto__AttributeType type)
{
    for (size_t i = 0; i < call->node->n_attribute; i++) {
        const Onnx__AttributeProto *const attribute = call->node->attribute[i];
        if (strcmp(attribute->name, name) == 0 && attribute->type == type)
            return attribute;
    }
    return NULL;
}

int64_t sn_onnx_int_attribute(const sn_onnx_call *call, const char *name, int64_t usual)
{
    const Onnx__AttributeProto *const found =
        sn_onnx_attribute(call, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    return found ? found->i : usual;
}

float sn_onnx_float_attribute(const sn_onnx_call *call, const char *name, float usual)
{
    const Onnx__AttributeProto *const found =
        sn_onnx_attribute(call, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    return found ? found->f : usual;
}

bool sn_onnx_ints_attribute(const sn_onnx_call *call, const char *name, size_t count,
                            const int64_t **numbers)
{
    const Onnx__AttributeProto *const found =
        sn_onnx_attribute(call, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    if (!found || found->n_ints != count)
        return false;
    *numbers = found->ints;
    return true;
}

seqnet_status sn_onnx_make(sn_onnx_call *call, size_t k, bool is_ints, size_t rank,
                           const size_t *dims)
{
    return sn_onnx_array_make(&call->outputs[k], is_ints, rank, dims, call->err);
}

/* A constant of a graph, as an array that borrows its numbers. */
static seqnet_status borrow_constant(const Onnx__TensorProto *tensor, sn_onnx_array *array,
                                     seqnet_error *err)
{
    const bool is_ints = tensor->data_type == ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
    const bool is_known = is_ints || tensor->data_type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    const size_t there = is_ints ? tensor->n_int64_data : tensor->n_float_data;
    size_t count = 1;
    *array = (sn_onnx_array){.rank = tensor->n_dims, .is_borrowed = true};
    bool fits = is_known && tensor->n_dims <= SN_ONNX_RANK;
    for (size_t i = 0; fits && i < tensor->n_dims; i++) {
        const uint64_t size = (uint64_t)tensor->dims[i];
        fits = tensor->dims[i] >= 0 && (size == 0 || count <= there / size);
        array->dims[i] = (size_t)size;
        count *= fits ? (size_t)size : 1;
    }
    if (!fits || count != there || count == 0)
        return sn_fail(err, SEQNET_ERR_MODEL, "the constant '%.40s' of the ONNX file is damaged",
                       tensor->name);
    array->count = count;
    array->floats = is_ints ? NULL : tensor->float_data;
    array->ints = is_ints ? tensor->int64_data : NULL;
    return SEQNET_OK;
}

static seqnet_status add_constants(const Onnx__GraphProto *graph, sn_onnx_scope *scope,
                                   seqnet_error *err)
{
    for (size_t i = 0; i < graph->n_initializer; i++) {
        sn_onnx_array array;
        SN_TRY(borrow_constant(graph->initializer[i], &array, err));
        SN_TRY(sn_onnx_scope_add(scope, graph->initializer[i]->name, &array, err));
    }
    return SEQNET_OK;
}

static bool is_of_type(const sn_onnx_array *array, char type)
{
    return type == '*' || (type == 'f' ? array->floats : (void *)array->ints) != NULL;
}

/* The letter of input number i; 0 when there is no such input. */
static char input_type(const char *types, size_t i)
{
    const size_t length = strlen(types);
    const bool repeats = types[length - 1] == '+';
    return i < length - repeats ? types[i] : repeats ? types[length - 2] : '\0';
}

static bool takes_count(const char *types, size_t count)
{
    const size_t length = strlen(types);
    return types[length - 1] == '+' ? count >= length - 1 : count == length;
}

static seqnet_status find_inputs(sn_onnx_call *call, const char *types)
{
    const size_t count = call->node->n_input;
    bool fits = count <= SN_ONNX_INPUTS && takes_count(types, count) && call->node->n_output > 0 &&
                call->node->n_output <= SN_ONNX_OUTPUTS;
    for (size_t i = 0; fits && i < count; i++) {
        call->inputs[i] = sn_onnx_scope_find(call->scope, call->node->input[i]);
        fits = call->inputs[i] && is_of_type(call->inputs[i], input_type(types, i));
    }
    call->input_count = count;
    return fits ? SEQNET_OK : sn_onnx_unfit(call);
}

/* Moves the outputs that have names into the scope. */
static seqnet_status keep_outputs(sn_onnx_call *call, sn_onnx_scope *scope)
{
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < SN_ONNX_OUTPUTS; i++) {
        const bool is_made = call->outputs[i].floats || call->outputs[i].ints;
        const bool is_named = i < call->node->n_output && *call->node->output[i];
        if (status == SEQNET_OK && is_named && !is_made)
            status = sn_onnx_unfit(call);
        if (status == SEQNET_OK && is_named)
            status = sn_onnx_scope_add(scope, call->node->output[i], &call->outputs[i], call->err);
        else
            sn_onnx_array_free(&call->outputs[i]);
    }
    return status;
}

static bool is_among(const char *name, char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Whether a value is used behind node number `at`. */
static bool is_used_behind(const Onnx__GraphProto *graph, size_t at, const char *name)
{
    for (size_t i = at + 1; i < graph->n_node; i++)
        if (is_among(name, graph->node[i]->input, graph->node[i]->n_input))
            return true;
    for (size_t i = 0; i < graph->n_output; i++)
        if (strcmp(graph->output[i]->name, name) == 0)
            return true;
    return false;
}

/* Whether the outputs of node number `at` are used. ONNX Runtime 1.16 confuses the memory of an
 * output that is not with that of others, so that files have none. */
static bool are_outputs_used(const Onnx__GraphProto *graph, size_t at)
{
    const Onnx__NodeProto *const node = graph->node[at];
    for (size_t i = 0; i < node->n_output; i++)
        if (*node->output[i] && !is_used_behind(graph, at, node->output[i]))
            return false;
    return true;
}

static seqnet_status run_node(const Onnx__NodeProto *node, sn_onnx_scope *scope, seqnet_error *err)
{
    sn_onnx_call call = {.node = node, .scope = scope, .err = err};
    const sn_onnx_op *const op = find_op(node->op_type);
    if (!op)
        return sn_fail(err, SEQNET_ERR_MODEL, "the ONNX operator %.40s is not one that seqnet uses",
                       node->op_type);
    SN_TRY(find_inputs(&call, op->inputs));
    const seqnet_status status = op->run(&call);
    const seqnet_status kept = keep_outputs(&call, scope);
    return status == SEQNET_OK ? kept : status;
}

/* Frees the inputs of node number `at` that no node behind it takes. Bodies take constants only. */
static void free_used(const Onnx__GraphProto *graph, size_t at, sn_onnx_scope *scope)
{
    const Onnx__NodeProto *const node = graph->node[at];
    for (size_t i = 0; i < scope->count; i++) {
        struct sn_onnx_named *const value = &scope->values[i];
        if (value->array.is_borrowed || !is_among(value->name, node->input, node->n_input) ||
            is_used_behind(graph, at, value->name))
            continue;
        sn_onnx_array_free(&value->array);
        value->name = "";
    }
}

seqnet_status sn_onnx_run_graph(const Onnx__GraphProto *graph, sn_onnx_scope *scope,
                                seqnet_error *err)
{
    SN_TRY(add_constants(graph, scope, err));
    for (size_t i = 0; i < graph->n_node; i++) {
        if (!are_outputs_used(graph, i))
            return sn_fail(err, SEQNET_ERR_MODEL, "nothing takes what %.60s of the ONNX file gives",
                           graph->node[i]->name);
        SN_TRY(run_node(graph->node[i], scope, err));
        free_used(graph, i, scope);
    }
    return SEQNET_OK;
}

seqnet_status sn_onnx_run(const Onnx__ModelProto *model, sn_onnx_array *ids, sn_onnx_array *output,
                          seqnet_error *err)
{
    sn_onnx_scope scope = {0};
    sn_onnx_array input = *ids;
    input.is_borrowed = true;
    *output = (sn_onnx_array){0};
    seqnet_status status = sn_onnx_scope_add(&scope, SN_ONNX_IDS, &input, err);
    if (status == SEQNET_OK)
        status = sn_onnx_run_graph(model->graph, &scope, err);
    for (size_t i = 0; status == SEQNET_OK && i < scope.count; i++)
        if (strcmp(scope.values[i].name, SN_ONNX_PROBABILITIES) == 0) {
            *output = scope.values[i].array;
            scope.values[i].array = (sn_onnx_array){0};
        }
    sn_onnx_scope_free(&scope);
    if (status == SEQNET_OK && (!output->floats || output->is_borrowed))
        status = sn_fail(err, SEQNET_ERR_MODEL, "the ONNX file gives no probabilities");
    return status;
}
