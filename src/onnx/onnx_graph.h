/*
 * An ONNX graph that grows: its values, constants and nodes as messages of protobuf-c. What they
 * mean is up to the files that add them.
 *
 * Everything belongs to the graph and is freed at once. After a failure all functions do nothing
 * and return NULL, which they take as a value, too, so that callers look at `status` once, at the
 * end.
 */
#ifndef SN_ONNX_GRAPH_H
#define SN_ONNX_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <onnx.pb-c.h>

#include "status.h"

/* The name of a value; the graph's. "": an input that is left out. */
typedef const char *sn_onnx_value;

typedef struct sn_onnx_graph {
    Onnx__GraphProto *proto;
    /* What names of new values begin with: the name of a layer. */
    const char *scope;
    /* Values that have been named. */
    size_t named;
    /* The node that was added last, which attributes are given to. */
    Onnx__NodeProto *node;
    /* Everything that is allocated. */
    void **blocks;
    size_t block_count, block_capacity;
    /* The graph that this one is a part of, which owns everything; NULL: it owns itself. */
    struct sn_onnx_graph *outer;
    seqnet_status status;
    seqnet_error *err;
} sn_onnx_graph;

/* Begins a graph. The caller ends it with sn_onnx_graph_free. */
void sn_onnx_graph_begin(sn_onnx_graph *graph, const char *name, seqnet_error *err);

/* Begins the body of a node of another graph, which must outlive it and frees it. The body's status
 * is copied to the other graph by sn_onnx_set_graph. */
void sn_onnx_graph_begin_body(sn_onnx_graph *body, sn_onnx_graph *outer, const char *name);

void sn_onnx_graph_free(sn_onnx_graph *graph);

/* `count` zeroed elements of `size` bytes; NULL after a failure. */
void *sn_onnx_alloc(sn_onnx_graph *graph, size_t count, size_t size);

/* A copy of a string; NULL of NULL. */
char *sn_onnx_text(sn_onnx_graph *graph, const char *text);

/* Appends a pointer to a list of a message. `list` is the address of the array of pointers. */
void sn_onnx_append(sn_onnx_graph *graph, void *list, size_t *count, void *item);

/* Constants: floats, which must live as long as the graph; whole numbers, which are copied, and one
 * of them as a scalar. A name must be new. */
sn_onnx_value sn_onnx_floats(sn_onnx_graph *graph, const char *name, size_t rank,
                             const size_t *dims, const float *numbers);
sn_onnx_value sn_onnx_ints(sn_onnx_graph *graph, const int64_t *numbers, size_t count);
sn_onnx_value sn_onnx_int(sn_onnx_graph *graph, int64_t number);
sn_onnx_value sn_onnx_float(sn_onnx_graph *graph, float number);

/* Adds a node of one output, whose name it returns. */
sn_onnx_value sn_onnx_node(sn_onnx_graph *graph, const char *op, const sn_onnx_value *inputs,
                           size_t count);
#define SN_ONNX_NODE(graph, op, ...)                                                               \
    sn_onnx_node((graph), (op), (const sn_onnx_value[]){__VA_ARGS__},                              \
                 sizeof((const sn_onnx_value[]){__VA_ARGS__}) / sizeof(sn_onnx_value))

/* Gives the output of the last node a name that no value has. */
sn_onnx_value sn_onnx_rename(sn_onnx_graph *graph, const char *name);

/* Gives the last node another output. */
sn_onnx_value sn_onnx_output(sn_onnx_graph *graph);

/* Give the last node an attribute. */
void sn_onnx_set_int(sn_onnx_graph *graph, const char *name, int64_t number);
void sn_onnx_set_ints(sn_onnx_graph *graph, const char *name, const int64_t *numbers, size_t count);
void sn_onnx_set_float(sn_onnx_graph *graph, const char *name, float number);
void sn_onnx_set_floats(sn_onnx_graph *graph, const char *name, const float *numbers, size_t count);
void sn_onnx_set_text(sn_onnx_graph *graph, const char *name, const char *text);
void sn_onnx_set_texts(sn_onnx_graph *graph, const char *name, const char *const *texts,
                       size_t count);
void sn_onnx_set_graph(sn_onnx_graph *graph, const char *name, sn_onnx_graph *body);

/* A size of an input or output that is not known before the graph runs, or that has this value. */
typedef struct sn_onnx_size {
    const char *name;
    size_t size;
} sn_onnx_size;

/* Describes an input or an output of the graph. */
void sn_onnx_add_input(sn_onnx_graph *graph, const char *name, int32_t type,
                       const sn_onnx_size *sizes, size_t rank);
void sn_onnx_add_output(sn_onnx_graph *graph, const char *name, int32_t type,
                        const sn_onnx_size *sizes, size_t rank);

#endif
