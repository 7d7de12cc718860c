/*
 * A model's weights as Keras names them, from a file or for one. Everything in a sn_weights_file is
 * the file's and is freed with it. Reading is in weights_file.h.
 */
#ifndef SN_WEIGHTS_H
#define SN_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { SN_WEIGHTS_MAX_RANK = 8 };

typedef enum sn_weights_layout {
    /* An `.h5` as Keras 1 and 2 write it, and Keras 3 too: layers by their names, in the model's
     * order, each with its arrays in the order of layer.weights. */
    SN_WEIGHTS_BY_LAYER,
    /* `.weights.h5` and `.keras` of Keras 3, and of 2.12 to 2.15: arrays by their paths, which say
     * the class of a layer and its number among those of the class. */
    SN_WEIGHTS_BY_PATH,
    /* `.npz`: arrays without layers, in the order of model.get_weights(). */
    SN_WEIGHTS_IN_ORDER
} sn_weights_layout;

/* One array: float32, whatever the file stores, in row-major order. */
typedef struct sn_weights_array {
    /* BY_LAYER: its weight name, "lstm/lstm_cell/kernel:0" (Keras 1: "lstm_1_W_i").
     * BY_PATH: its path with slashes, "layers/lstm/cell/vars/0"; what some versions write for the
     * first folder ("_layer_checkpoint_dependencies") is "layers" here.
     * IN_ORDER: its member without ".npy", "arr_0". */
    char *name;
    /* BY_LAYER: the layer's name, one of sn_weights_file.layers. BY_PATH: the path before "/vars",
     * "layers/lstm/cell". IN_ORDER: NULL. */
    char *layer;
    size_t rank;
    size_t shape[SN_WEIGHTS_MAX_RANK];
    /* The elements; their number is the product of the shape, 1 for rank 0. */
    float *values;
    size_t count;
} sn_weights_array;

/* A layer, or a place where a layer keeps variables. */
typedef struct sn_weights_layer {
    /* BY_LAYER: its name. BY_PATH: its path, "layers/lstm" and "layers/lstm/cell". */
    char *name;
    /* BY_PATH: the name that it had in Python ("lstm_3"), where the file says it; else NULL. */
    char *label;
} sn_weights_layer;

/* Another member of an archive: "assets/layers/text_vectorization/vocabulary.txt"; or what seqnet
 * has written beside the weights, "labels.txt" (SN_WEIGHTS_EXTRAS), also into an `.h5`. */
typedef struct sn_weights_asset {
    char *name;
    /* `size` bytes and a NUL. */
    char *bytes;
    size_t size;
} sn_weights_asset;

typedef struct sn_weights_file {
    sn_weights_layout layout;
    /* The model's configuration, the JSON text of {"class_name": ..., "config": ...}; NULL where
     * the file has weights alone. */
    char *config;
    /* What an `.h5` was compiled with: {"loss": ..., "metrics": ...}; NULL where it does not say.
     * The configuration of a `.keras` has it as "compile_config". */
    char *training_config;
    /* "2.15.0" and "tensorflow"; NULL where the file does not say. */
    char *keras_version, *backend;
    /* BY_LAYER: all layers in the model's order. BY_PATH: all places, sorted like the arrays. Those
     * without arrays are among them. */
    sn_weights_layer *layers;
    size_t layer_count;
    /* In Keras's order; BY_PATH: sorted by path, numbers by their value. */
    sn_weights_array *arrays;
    size_t array_count;
    sn_weights_asset *assets;
    size_t asset_count;
} sn_weights_file;

/* Adds a layer; `label` may be NULL. Both are copied. */
seqnet_status sn_weights_add_layer(sn_weights_file *file, const char *name, const char *label,
                                   seqnet_error *err);

/* Adds an array whose values are moved from *values, which becomes NULL. The names are copied;
 * `layer` may be NULL. */
seqnet_status sn_weights_add_array(sn_weights_file *file, const char *layer, const char *name,
                                   const uint64_t *shape, size_t rank, size_t count, float **values,
                                   seqnet_error *err);

/* Adds an asset, whose bytes are moved, whatever the result; a NUL follows them. */
seqnet_status sn_weights_add_asset(sn_weights_file *file, const char *name, char *bytes,
                                   size_t size, seqnet_error *err);

/* The asset with this name, or NULL. */
const sn_weights_asset *sn_weights_file_asset(const sn_weights_file *file, const char *name);

/* What exports of seqnet have beside the weights: what Keras cannot say of the model, as JSON; its
 * words, one a line by rank; for people the names of the labels, one a line, and words as Keras's
 * Tokenizer.to_json() has them, or ids by word as JSON. */
#define SN_WEIGHTS_SEQNET     "seqnet.json"
#define SN_WEIGHTS_WORDS      "words.txt"
#define SN_WEIGHTS_LABELS     "labels.txt"
#define SN_WEIGHTS_TOKENIZER  "tokenizer.json"
#define SN_WEIGHTS_WORD_INDEX "word_index.json"

/* The names of these; the list ends with NULL. */
extern const char *const SN_WEIGHTS_EXTRAS[];

/* The array with this layer and name (layer NULL: with this name), or NULL. */
const sn_weights_array *sn_weights_file_find(const sn_weights_file *file, const char *layer,
                                             const char *name);

/* Empties *file; a zeroed one is fine. */
void sn_weights_file_free(sn_weights_file *file);

/* Compares names so that numbers in them count by their value: "dense_2" before "dense_10". */
int sn_weights_compare_names(const char *a, const char *b);

/* A name from a file, cut and without what a terminal might obey. */
enum { SN_WEIGHTS_SHOWN = 120 };
const char *sn_weights_shown(const char *name, char text[SN_WEIGHTS_SHOWN]);

#endif
