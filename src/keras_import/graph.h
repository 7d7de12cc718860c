/*
 * The layers of a Keras model as a graph: what its configuration says, of any version, with nested
 * models expanded. graph.c goes through the configuration, modernise.c gives it today's names.
 * What the layers compute is in translate.h, their arrays are in node_arrays.h.
 */
#ifndef SN_GRAPH_H
#define SN_GRAPH_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "layer.h"
#include "weights_file.h"

enum { SN_GRAPH_NODES = 256, SN_GRAPH_HOMES = 16, SN_NODE_ARRAYS = 24 };

/* The node that stands for a missing one, and the home of the model itself. */
enum { SN_NO_NODE = SN_GRAPH_NODES, SN_TOP_HOME = 0 };

/* A layer. */
typedef struct sn_graph_node {
    /* As Keras names them today: "Conv1D"; its name in the file, "?" where there is none. */
    const char *class_name, *name;
    /* An object. */
    const cJSON *config;
    /* What it is in the list, if this is not its class: an LSTM may have been an "RNN". */
    const char *stored_class;
    /* The nodes that it takes the outputs of. The input has none. */
    size_t inputs[SN_LAYER_INPUTS], input_count;
    /* The model whose layer it is. */
    size_t home;
    /* Its timesteps as the configuration has them, 0: it does not say. */
    size_t built_time;
    /* The output follows from it; it is called more than once; its call names a mask, or a state to
     * begin with. */
    bool is_used, is_shared, takes_mask, takes_state;
    /* Of a maximum without the padding (masked_maxima.h): the nodes of the penalty and of the Dense
     * that were folded into it; 0: it is none. */
    size_t penalty, has_words;
    /* Set by sn_node_arrays_find. */
    const sn_weights_array *arrays[SN_NODE_ARRAYS];
    size_t array_count;
} sn_graph_node;

/* A model that is a layer of another one, or the whole. */
typedef struct sn_graph_home {
    const char *class_name, *name;
    size_t home;
    /* How many nodes stand before its own. */
    size_t first;
} sn_graph_home;

typedef struct sn_graph {
    /* Error sentences begin with it. */
    const char *place;
    cJSON *root, *training;
    sn_graph_node nodes[SN_GRAPH_NODES];
    size_t count;
    /* The first is the whole model. */
    sn_graph_home homes[SN_GRAPH_HOMES];
    size_t home_count;
    /* The node whose output is the model's. */
    size_t output;
    /* Of the version that wrote the configuration, or of the one whose names it has. */
    unsigned version, minor;
    /* What the model was compiled with, where the configuration says it; else NULL. */
    const cJSON *compiled;
} sn_graph;

/* Gives the graph what an `.h5` was compiled with, which is not in its configuration; NULL:
 * nothing. A text that is no JSON is left out. */
void sn_graph_compile(sn_graph *graph, const char *training_config);

/* Reads a configuration: a model, {"class_name", "config"}, as model.to_json() writes it; what
 * get_config() of a Sequential or functional model gives; or a list of layers. keras_version may be
 * NULL. SEQNET_ERR_MODEL with a sentence that names the layer; the caller frees *graph, whatever
 * the result. */
seqnet_status sn_graph_read(sn_graph *graph, const char *json, const char *place,
                            const char *keras_version, seqnet_error *err);
void sn_graph_free(sn_graph *graph);

/* Finds again which nodes are used, after inputs have changed. */
void sn_graph_mark_used(sn_graph *graph);

/* Refuses a layer: "PLACE: layer 'dense_1' (Dense): SENTENCE". */
#define sn_graph_refuse(graph, node, err, ...)                                                     \
    (sn_graph_report((graph), (node), (err), __VA_ARGS__), SEQNET_ERR_MODEL)
__attribute__((format(printf, 4, 5))) void sn_graph_report(const sn_graph *graph,
                                                           const sn_graph_node *node,
                                                           seqnet_error *err, const char *format,
                                                           ...);

/* A member of an object, which may be NULL; NULL: it is not there. */
const cJSON *sn_json_member(const cJSON *object, const char *key);
/* The same of a string, of its text. */
const char *sn_json_text(const cJSON *object, const char *key);
bool sn_json_is_true(const cJSON *object, const char *key);

/* Gives a layer's entry, {"class_name", "config"}, the names that Keras has today: Keras 1's
 * classes and keys, and functions by their names. What its class was called stands under
 * SN_STORED_CLASS. SEQNET_ERR_MEMORY. */
#define SN_STORED_CLASS "stored_class"
seqnet_status sn_keras_modernise(cJSON *entry, seqnet_error *err);

#endif
