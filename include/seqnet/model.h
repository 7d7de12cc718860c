/*
 * What a model is, and its file.
 *
 * Ownership: a seqnet_model belongs to the caller and is released with seqnet_model_free (NULL is
 * fine); pointers that accessors return live as long as it does. A model is immutable once it
 * exists, so several threads may use it at the same time.
 */
#ifndef SEQNET_MODEL_H
#define SEQNET_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_model seqnet_model;

/* Writes the model as a safetensors file, atomically. *replaced (may be NULL) tells whether an
 * older file was there. SEQNET_ERR_WRITE. */
seqnet_status seqnet_model_save(const seqnet_model *model, const char *path, bool *replaced,
                                seqnet_error *err);

/* Whether there is a file that says that it is a model of seqnet's. It may be damaged. */
bool seqnet_model_recognise(const char *path);

/* Reads a model file and checks all of it: lengths, shapes, finite weights, fingerprint, labels,
 * the training record. SEQNET_ERR_MODEL; SEQNET_ERR_MEMORY. */
seqnet_status seqnet_model_load(seqnet_model **model, const char *path, seqnet_error *err);

void seqnet_model_free(seqnet_model *model);

typedef struct seqnet_layer_info {
    const char *name, *type; /* "lstm", "LSTM" */
    size_t time, features;   /* output shape [batch, time, features]; time 0: [batch, features] */
    size_t parameters;
    size_t gates; /* of a recurrent layer's cell: 4 for an LSTM; 0 for other layers */
} seqnet_layer_info;

size_t seqnet_model_layer_count(const seqnet_model *model);
seqnet_layer_info seqnet_model_layer(const seqnet_model *model, size_t index);

/* Numbers in all layers together. */
size_t seqnet_model_parameters(const seqnet_model *model);

/* 32 hexadecimal digits over weights, configuration, vocabulary, labels and text rule. */
const char *seqnet_model_fingerprint(const seqnet_model *model);

/* How the model is run, for people: "ragged, leading pads shared by all rows". */
const char *seqnet_model_engine(const seqnet_model *model);

/* JSON texts: the configuration (layers, padding, encoding) and the training record (command, seed,
 * data hash, options, history). */
const char *seqnet_model_config_json(const seqnet_model *model);
const char *seqnet_model_training_json(const seqnet_model *model);

const char *seqnet_model_label_name(const seqnet_model *model, size_t label);
size_t seqnet_model_label_count(const seqnet_model *model);

/* Words the model knows; 0: it was trained without a word index and takes ids only. */
size_t seqnet_model_vocabulary_size(const seqnet_model *model);

/* Ids of a row that the model takes in: those that fit into its timesteps and are not 0, which is
 * padding. */
size_t seqnet_model_row_tokens(const seqnet_model *model, const int32_t *ids, size_t length);

/* The word of an id, not NUL-terminated; NULL for an id without one. */
const char *seqnet_model_word(const seqnet_model *model, int32_t id, size_t *length);

/* A word of a text, or what stands for one, as a model sees it. */
typedef struct seqnet_token {
    enum { SEQNET_TOKEN_START, SEQNET_TOKEN_WORD, SEQNET_TOKEN_UNKNOWN } kind;
    const char *text; /* not NUL-terminated; of the start id: empty */
    size_t length;
    int32_t id; /* -1: it is dropped */
} seqnet_token;

/* Calls back for each token of a text. SEQNET_ERR_MODEL when the model has no vocabulary. */
typedef void seqnet_token_callback(void *user, const seqnet_token *token);
seqnet_status seqnet_model_tokens(const seqnet_model *model, const char *text, size_t length,
                                  seqnet_token_callback *callback, void *user, seqnet_error *err);

/* The rows of a dataset of texts, loaded with keep_texts, as this model needs them: its vocabulary,
 * rule and labels. SEQNET_ERR_DATA for a label that the model does not have, SEQNET_ERR_MODEL when
 * it has no vocabulary, SEQNET_ERR_USAGE for rows without texts. */
seqnet_status seqnet_model_recode_dataset(const seqnet_model *model, seqnet_dataset **recoded,
                                          const seqnet_dataset *dataset, seqnet_error *err);

/* Loads DATA as this model needs it: its num_words, its special ids and, for text, its vocabulary,
 * rule and labels. Of the options (NULL: the defaults) those count that say how files are read. */
seqnet_status seqnet_model_load_dataset(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *options,
                                        seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
