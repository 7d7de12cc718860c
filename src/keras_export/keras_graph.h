/*
 * A model's layers as Keras has them: nodes with their classes and configurations, in the order in
 * which Keras lists them itself, since it finds the arrays of a file by that order.
 */
#ifndef SN_KERAS_GRAPH_H
#define SN_KERAS_GRAPH_H

#include <cjson/cJSON.h>

#include "model.h"

/* Each layer is one node, but a maximum beside a mean, without the padding, is five; and there are
 * the input and what all maxima without the padding share. */
enum { SN_KERAS_NODES = 5 * SN_MAX_LAYERS + 4, SN_KERAS_CLASS = 40 };

/* Which Keras is to load the file. */
typedef enum sn_keras_form { SN_KERAS_FORM_2, SN_KERAS_FORM_3 } sn_keras_form;

/* Keras takes a maximum over the padding, too, whatever is masked. One over the words alone is made
 * of layers that it has: an embedding adds a large negative number, the penalty, where an id is 0;
 * then the maximum is taken; and it is multiplied by 0 in rows without words, by 1 in all others:
 *
 *     Multiply(GlobalMaxPooling1D(Add(x, penalty)), Dense(GlobalMaxPooling1D(penalty)))
 *
 * with a Dense of one unit, relu(penalty + 1). */
typedef enum sn_keras_role {
    SN_KERAS_LAYER,
    /* the embedding of the penalty; the Dense */
    SN_KERAS_PENALTY,
    SN_KERAS_HAS_WORDS
} sn_keras_role;

/* A power of two that no value of a layer comes near. */
#define SN_KERAS_PENALTY_VALUE (-1048576.0F)

typedef struct sn_keras_node {
    sn_keras_role role;
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
    /* The nodes of the penalty and of the Dense; 0: there are none. */
    size_t penalty, has_words;
    /* The nodes follow each other: the model is Sequential. */
    bool is_chain;
    /* [count]: their numbers in Keras's order, the input first. */
    size_t order[SN_KERAS_NODES];
    /* They are listed as the model has them: Keras's order is the same among layers of one class,
     * and among those with arrays. */
    bool keeps_order;
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
