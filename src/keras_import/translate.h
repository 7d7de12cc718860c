/*
 * From the layers of Keras (graph.h) to those of seqnet. A Keras layer becomes one layer, none
 * (Dropout of other kinds, InputLayer), or a few that together compute the same; the arrays that a
 * layer gets, and how, are its fill (fill.h writes them). translate.c goes through the graph; one
 * function for each class is in translate_recurrent.c, translate_steps.c, translate_image.c,
 * translate_joins.c and translate_input.c; translate_output.c ends the model.
 */
#ifndef SN_TRANSLATE_H
#define SN_TRANSLATE_H

#include "config.h"
#include "graph.h"
#include "import_notes.h"

/* What a layer's weights come from. */
typedef enum sn_fill_kind {
    /* the arrays of a node, as its class has them */
    SN_FILL_ARRAYS,
    /* those, of a bidirectional layer's second cell; the first one is zeros */
    SN_FILL_SECOND_CELL,
    /* A Dense: the blocks of its input, each of as many features as the layer, times factors, added
     * up. With `scaled`, the last block is also multiplied by the node's array, feature by feature.
     */
    SN_FILL_SUM,
    /* A Dense: its input as many times as factors say, one after the other, each times its factor
     * and plus its offset */
    SN_FILL_COPIES
} sn_fill_kind;

typedef struct sn_fill {
    sn_fill_kind kind;
    const sn_graph_node *node;
    bool scaled;
    float factors[SN_LAYER_INPUTS], offsets[SN_LAYER_INPUTS];
} sn_fill;

/* A sequence that Keras has with one more axis: [time, features, 1] or [time, 1, features]. */
typedef enum sn_image { SN_IMAGE_NONE, SN_IMAGE_WIDE, SN_IMAGE_COLUMN } sn_image;

typedef struct sn_translation {
    const sn_graph *graph;
    sn_notes *notes;
    seqnet_error *err;
    /* Its layers, layer_count of them. */
    sn_model_config *config;
    sn_shape shapes[SN_MAX_LAYERS];
    sn_fill fills[SN_MAX_LAYERS];
    /* [graph->count]: the layer that gives a node's output. */
    size_t layers[SN_GRAPH_NODES];
    /* Nodes whose output is a vector here and a sequence in Keras, of which it has all numbers in
     * their order. */
    bool is_flat[SN_GRAPH_NODES];
    sn_image images[SN_GRAPH_NODES];
    /* The timesteps of the input. */
    size_t time;
} sn_translation;

/* The layer of nodes that give ids. */
enum { SN_LAYER_OF_IDS = SN_MAX_LAYERS };

/* Makes the layers in config of the used nodes of a graph whose nodes have their arrays, for
 * inputs of `time` timesteps. Sets config->multi_label and its threshold, too. SEQNET_ERR_MODEL
 * with a sentence that names layer, option and value of what cannot be represented. */
seqnet_status sn_translate(sn_translation *t, const sn_graph *graph, size_t time,
                           sn_model_config *config, sn_notes *notes, seqnet_error *err);

/* Refuses used layers of classes that are not known, before their arrays are looked for. */
seqnet_status sn_translate_check(const sn_graph *graph, seqnet_error *err);

/* The timesteps that a used node of the graph names: those of the input, an embedding or a
 * TextVectorization; 0: none does. SEQNET_ERR_MODEL when two differ. */
seqnet_status sn_graph_time(const sn_graph *graph, size_t *time, seqnet_error *err);

/* ---- Between the files of the translation ---- */

typedef seqnet_status sn_translator(sn_translation *t, const sn_graph_node *node);

sn_translator sn_translate_input, sn_translate_vectorization, sn_translate_embedding,
    sn_translate_masking, sn_translate_recurrent, sn_translate_bidirectional, sn_translate_dense,
    sn_translate_dropout, sn_translate_nothing, sn_translate_activation, sn_translate_relu,
    sn_translate_leaky_relu, sn_translate_elu, sn_translate_prelu, sn_translate_softmax,
    sn_translate_normalization, sn_translate_conv1d, sn_translate_separable_conv1d,
    sn_translate_global_pooling, sn_translate_max_pooling, sn_translate_average_pooling,
    sn_translate_flatten, sn_translate_reshape, sn_translate_concatenate, sn_translate_sum,
    sn_translate_merge, sn_translate_conv2d, sn_translate_max_pooling2d,
    sn_translate_global_pooling2d, sn_translate_expand;

/* Makes the last layers those of a model: a linear Dense, whose activation the loss has. */
seqnet_status sn_translate_output(sn_translation *t);

#define sn_translate_refuse(t, node, ...) sn_graph_refuse((t)->graph, (node), (t)->err, __VA_ARGS__)

/* The layer whose output a node takes first, and its shape; refuses ids. */
seqnet_status sn_translate_from(const sn_translation *t, const sn_graph_node *node, size_t *layer);

/* Adds a layer over others. *added (may be NULL) becomes its number. */
seqnet_status sn_translate_add(sn_translation *t, const sn_graph_node *node, sn_layer_spec spec,
                               const sn_fill *fill, const size_t *inputs, size_t count,
                               size_t *added);

/* Adds a layer with the node's arrays over its first input, and makes it the node's. */
seqnet_status sn_translate_layer(sn_translation *t, const sn_graph_node *node, sn_layer_spec spec);

/* Adds a layer whose specification has an activation, which `activation` points to and the node's
 * config names, and behind it the layers of one that it cannot have itself. */
seqnet_status sn_translate_activated(sn_translation *t, const sn_graph_node *node,
                                     sn_layer_spec *spec, int *activation);

/* Makes a layer the one that gives the node's output. */
void sn_translate_set(sn_translation *t, const sn_graph_node *node, size_t layer);

/* Reads the keys of a class, as keras.h lists them, from a node's config into a specification, and
 * refuses other keys that change the mathematics; `others` are those that the caller reads, ended
 * by NULL. */
struct sn_keras_class;
seqnet_status sn_translate_read(const sn_translation *t, const sn_graph_node *node,
                                const struct sn_keras_class *class, const char *const *others,
                                sn_layer_spec *spec);

/* Adds the activation that a node's config has under `key`, or that its class is, over a layer. */
seqnet_status sn_translate_activate(sn_translation *t, const sn_graph_node *node,
                                    const cJSON *activation, size_t layer);

/* Reads an activation that a layer can have itself. Where it is another one, *is_own is false and
 * *activation linear. */
seqnet_status sn_translate_own_activation(const sn_translation *t, const sn_graph_node *node,
                                          const cJSON *value, int *activation, bool *is_own);

/* A whole number of a config, alone or in a list of one; `usual` where it is not there or null. */
seqnet_status sn_translate_size(const sn_translation *t, const sn_graph_node *node, const char *key,
                                size_t usual, size_t *size);

#endif
