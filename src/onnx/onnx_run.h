/*
 * A small evaluator of ONNX files: the operators that sn_onnx_write uses, and no others, as plain
 * loops. It is for comparing a file with the model; where an operator's definition leaves a choice,
 * as in masks or in what is left out, only what the files need is there.
 *
 * A file is not trusted: each operator checks the number, the types and the sizes of its inputs.
 */
#ifndef SN_ONNX_RUN_H
#define SN_ONNX_RUN_H

#include <onnx.pb-c.h>

#include "onnx_array.h"

#define SN_ONNX_IDS           "ids"
#define SN_ONNX_PROBABILITIES "probabilities"
enum { SN_ONNX_IR_VERSION = 7, SN_ONNX_OPSET = 13 };

/* Reads a file. The caller frees *model with
 * onnx__model_proto__free_unpacked. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY; *model is NULL then. */
seqnet_status sn_onnx_read(Onnx__ModelProto **model, const void *bytes, size_t size,
                           seqnet_error *err);

/* Runs its graph over ids [batch, time], and makes *output what it calls "probabilities". The
 * caller frees it, whatever the result. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_onnx_run(const Onnx__ModelProto *model, sn_onnx_array *ids, sn_onnx_array *output,
                          seqnet_error *err);

/* The values of a graph that runs, by name. */
typedef struct sn_onnx_scope {
    struct sn_onnx_named {
        const char *name;
        sn_onnx_array array;
    } * values;
    size_t count, capacity;
    /* Of the graph that this one is a part of; NULL: none. */
    const struct sn_onnx_scope *outer;
} sn_onnx_scope;

enum { SN_ONNX_INPUTS = 8, SN_ONNX_OUTPUTS = 4 };

/* A node that is computed. */
typedef struct sn_onnx_call {
    const Onnx__NodeProto *node;
    const sn_onnx_scope *scope;
    size_t input_count;
    const sn_onnx_array *inputs[SN_ONNX_INPUTS];
    /* Empty arrays, which the operator makes. */
    sn_onnx_array outputs[SN_ONNX_OUTPUTS];
    seqnet_error *err;
} sn_onnx_call;

typedef seqnet_status sn_onnx_function(sn_onnx_call *call);

typedef struct sn_onnx_op {
    const char *name;
    /* A letter for each input: f floats, i whole numbers, * any. Before a + at the end the letter
     * is that of one input or more. */
    const char *inputs;
    sn_onnx_function *run;
} sn_onnx_op;

/* The operators, by file. NULL names end the lists. */
extern const sn_onnx_op sn_onnx_elementwise_ops[];
extern const sn_onnx_op sn_onnx_moving_ops[];
extern const sn_onnx_op sn_onnx_sum_ops[];
extern const sn_onnx_op sn_onnx_cell_ops[];

/* SEQNET_ERR_MODEL: what the operator was given does not fit it. */
seqnet_status sn_onnx_unfit(const sn_onnx_call *call);

/* An attribute of the node; NULL when it has none of this name and type. */
const Onnx__AttributeProto *sn_onnx_attribute(const sn_onnx_call *call, const char *name,
                                              Onnx__AttributeProto__AttributeType type);

/* A whole number, or `usual` where it is absent. */
int64_t sn_onnx_int_attribute(const sn_onnx_call *call, const char *name, int64_t usual);
float sn_onnx_float_attribute(const sn_onnx_call *call, const char *name, float usual);

/* Whether the attribute is a list of `count` whole numbers, which *numbers becomes. */
bool sn_onnx_ints_attribute(const sn_onnx_call *call, const char *name, size_t count,
                            const int64_t **numbers);

/* Makes output number k. */
seqnet_status sn_onnx_make(sn_onnx_call *call, size_t k, bool is_ints, size_t rank,
                           const size_t *dims);

/* Runs the nodes of a graph over the values of a scope, to which theirs are added. */
seqnet_status sn_onnx_run_graph(const Onnx__GraphProto *graph, sn_onnx_scope *scope,
                                seqnet_error *err);

/* Moves an array into the scope. It is freed where that fails. */
seqnet_status sn_onnx_scope_add(sn_onnx_scope *scope, const char *name, sn_onnx_array *array,
                                seqnet_error *err);

/* The array of a name, NULL when there is none. */
const sn_onnx_array *sn_onnx_scope_find(const sn_onnx_scope *scope, const char *name);

void sn_onnx_scope_free(sn_onnx_scope *scope);

/* f(x) of an operator that activates: Relu, Elu, HardSigmoid and others; false for another name. */
typedef struct sn_onnx_unary {
    float (*run)(float x, float alpha, float beta);
    float alpha, beta;
    /* It takes alpha, and beta. */
    bool has_alpha, has_beta;
} sn_onnx_unary;
bool sn_onnx_unary_of(const char *name, size_t length, sn_onnx_unary *unary);

#endif
