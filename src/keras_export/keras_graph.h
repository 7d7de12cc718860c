/*
 * A model's layers as Keras has them: nodes with their classes and configurations, in the order in
 * which Keras lists them itself, since it finds the arrays of a file by that order.
 */
#ifndef SN_KERAS_GRAPH_H
#define SN_KERAS_GRAPH_H

#include <cjson/cJSON.h>

#include "model.h"

/* Each layer is one node, but a maximum beside a mean is three; and there is the input. */
enum { SN_KERAS_NODES = 3 * SN_MAX_LAYERS + 1, SN_KERAS_CLASS = 40 };

/* Which Keras is to load the file. */
typedef enum sn_keras_form { SN_KERAS_FORM_2, SN_KERAS_FORM_3 } sn_keras_form;

typedef struct sn_keras_node {
    /* "Bidirectional" of a wrapped layer. */
    const char *class_name;
    char name[SN_LAYER_NAME + 8];
    /* NULL: it has a name alone. */
    cJSON *config;
    /* The numbers of the nodes that it takes. */
    size_t inputs[SN_LAYER_INPUTS], input_count;
    /* Whose arrays it has; NULL: none. */
    const sn_layer *layer;
} sn_keras_node;

typedef struct sn_keras_graph {
    const seqnet_model *model;
    sn_keras_form form;
    /* Keras 3's hard_sigmoid is meant, which Keras 2 does not have. */
    bool needs_3;
    /* The list of keras.h, which has the nodes' configurations. */
    cJSON *list;
    sn_keras_node nodes[SN_KERAS_NODES];
    size_t count;
    /* The nodes follow each other: the model is Sequential. */
    bool is_chain;
    /* [count]: their numbers in Keras's order, the input first. */
    size_t order[SN_KERAS_NODES];
} sn_keras_graph;

/* Makes the graph; the caller frees it with sn_keras_graph_free, whatever the result.
 * SEQNET_ERR_USAGE with a sentence for what Keras cannot compute; SEQNET_ERR_MEMORY. */
seqnet_status sn_keras_graph_make(sn_keras_graph *graph, const seqnet_model *model,
                                  sn_keras_form form, seqnet_error *err);

/* Writes the configuration of the whole model, as model.to_json() does. SEQNET_ERR_MEMORY. */
seqnet_status sn_keras_graph_write(const sn_keras_graph *graph, char **json, seqnet_error *err);

/* The class of a layer in small letters, as paths have it: "global_max_pooling1d". */
const char *sn_keras_snake(const char *class_name, char text[SN_KERAS_CLASS]);

void sn_keras_graph_free(sn_keras_graph *graph);

#endif
