/*
 * A trained model: its file, its description, and data in the form that it needs. Training is in
 * train.h, prediction in predict.h.
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

/* Writes the model as a safetensors file, atomically (see output.h). *replaced (may be NULL) says
 * whether there was an older file. SEQNET_ERR_WRITE. */
seqnet_status seqnet_model_save(const seqnet_model *model, const char *path, bool *replaced,
                                seqnet_error *err);

/* Whether the header of a file says that it is a model of seqnet's. The file may be damaged. */
bool seqnet_model_recognise(const char *path);

/* The path that names the model in the box: English reviews of films, negative or positive. */
#define SEQNET_BUILTIN_REVIEWS "builtin:reviews"

/* Reads a model file, or SEQNET_BUILTIN_REVIEWS, and checks all of it: lengths, shapes, finite
 * weights, fingerprint, labels, the training record. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_model_load(seqnet_model **model, const char *path, seqnet_error *err);

void seqnet_model_free(seqnet_model *model);

typedef struct seqnet_layer_info {
    /* "lstm" and "LSTM"; the model's. */
    const char *name, *type;
    /* The shape of the output: [batch, time, features]; with time 0 [batch, features]. */
    size_t time, features;
    /* The number of weights. */
    size_t parameters;
    /* Gates of a recurrent layer's cell: 4 for an LSTM, 3 for a GRU; 0 for other layers. */
    size_t gates;
    /* How many layers it takes outputs of, 0 for the first. Input number i of a layer is the layer
     * with the number seqnet_model_layer_input(model, index, i). */
    size_t input_count;
} seqnet_layer_info;

/* The layers, from the input to the output. index < count. */
size_t seqnet_model_layer_count(const seqnet_model *model);
seqnet_layer_info seqnet_model_layer(const seqnet_model *model, size_t index);
size_t seqnet_model_layer_input(const seqnet_model *model, size_t index, size_t i);

/* The number of weights in all layers. */
size_t seqnet_model_parameters(const seqnet_model *model);

/* The n-gram part of a model: the lengths of its longest n-grams of words and of characters (0: it
 * has none of them), how many n-grams it knows, and what a unit of each part's logits adds to the
 * model's. words is 0 for a model without such a part; a model without layers has only this one. */
typedef struct seqnet_ngram_info {
    size_t words, characters, count;
    double svm_share, nb_share, network_share;
} seqnet_ngram_info;

seqnet_ngram_info seqnet_model_ngrams(const seqnet_model *model);

/* 32 hexadecimal digits: a hash of weights, configuration, vocabulary, labels and text rule. Equal
 * models have equal fingerprints, wherever and whenever they were trained. */
const char *seqnet_model_fingerprint(const seqnet_model *model);

enum { SEQNET_ENGINE_TEXT = 512 };

/* Writes how the model is computed, for people to read: "ragged, leading pads shared by all rows",
 * and which layers need the rows padded. */
void seqnet_model_engine(const seqnet_model *model, char text[SEQNET_ENGINE_TEXT]);

/* JSON objects as text: the configuration (layers, padding, encoding) and the training record
 * (command, seed, data hash, options, history). */
const char *seqnet_model_config_json(const seqnet_model *model);
const char *seqnet_model_training_json(const seqnet_model *model);

/* Adds a member to the training record, or one more of the same name: a key of letters and a value
 * that is JSON. The fingerprint does not change. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_model_record(seqnet_model *model, const char *key, const char *value,
                                  seqnet_error *err);

/* The layers as Keras's configurations name them, a JSON list that options.layer_list of train.h
 * takes. The caller frees *json with free(). SEQNET_ERR_MEMORY; *json is NULL then. */
seqnet_status seqnet_model_layers_json(const seqnet_model *model, char **json, seqnet_error *err);

/* The name of a label, label < count, and the number of labels. */
const char *seqnet_model_label_name(const seqnet_model *model, size_t label);
size_t seqnet_model_label_count(const seqnet_model *model);

/* Whether the model gives a row any number of labels: one probability for each label, of which
 * those of at least the threshold are predicted. Otherwise the threshold means nothing and is 0. */
bool seqnet_model_is_multi_label(const seqnet_model *model);
double seqnet_model_threshold(const seqnet_model *model);

/* What the logits of a model without n-grams are divided by before they become probabilities, found
 * on the validation rows (temperature scaling); 0: they are not divided. */
double seqnet_model_temperature(const seqnet_model *model);

/* Whether the model was trained with options.reproducible of train.h. */
bool seqnet_model_is_reproducible(const seqnet_model *model);

/* What separates several labels in one field: what did in the training rows, else ";". */
const char *seqnet_model_label_separator(const seqnet_model *model);

/* The number of words that the model knows. 0: it was trained without a word index and takes ids
 * only. */
size_t seqnet_model_vocabulary_size(const seqnet_model *model);

/* How many ids of a row the model uses: those that fit into its timesteps and are not 0, the id of
 * padding. */
size_t seqnet_model_row_tokens(const seqnet_model *model, const int32_t *ids, size_t length);

/* The word of an id, not NUL-terminated; NULL for an id without one. */
const char *seqnet_model_word(const seqnet_model *model, int32_t id, size_t *length);

/* How texts become words: "unicode-2", or for an imported model "keras-tokenizer-1" and its settings
 * as JSON. The caller frees *rule with free(). SEQNET_ERR_MEMORY; *rule is NULL then. */
seqnet_status seqnet_model_text_rule(const seqnet_model *model, char **rule, seqnet_error *err);

/* A word of a text, or the start id before the words, as a model sees it. */
typedef struct seqnet_token {
    enum { SEQNET_TOKEN_START, SEQNET_TOKEN_WORD, SEQNET_TOKEN_UNKNOWN } kind;
    /* Not NUL-terminated; empty for the start id. Valid during the call. */
    const char *text;
    size_t length;
    /* SEQNET_ID_NONE: the word is dropped. */
    int32_t id;
} seqnet_token;

/* Calls `callback` for each token of a text, which may be any bytes, in order. SEQNET_ERR_MODEL
 * when the model has no vocabulary. */
typedef void seqnet_token_callback(void *user, const seqnet_token *token);
seqnet_status seqnet_model_tokens(const seqnet_model *model, const char *text, size_t length,
                                  seqnet_token_callback *callback, void *user, seqnet_error *err);

/* Whether a model was trained with rows of a part: with the same data, unless the part is the test
 * part, or the validation part that only chose the epoch, and the training set the same rows aside.
 * The dataset was loaded for this model or for another one. */
bool seqnet_model_has_seen(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part);

/* Makes a dataset of the texts of another one, which was loaded with keep_texts, with the model's
 * vocabulary, text rule and labels. SEQNET_ERR_DATA for a label that the model does not have,
 * SEQNET_ERR_MODEL when it has no vocabulary, SEQNET_ERR_USAGE for rows without texts. */
seqnet_status seqnet_model_recode_dataset(const seqnet_model *model, seqnet_dataset **recoded,
                                          const seqnet_dataset *dataset, seqnet_error *err);

/* The text of a row of a dataset that was loaded for the model: the dataset's where it was kept,
 * else the words that the row's ids stand for, ? for those without one. The caller frees *text with
 * free(); it ends with a NUL that *length does not count. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_model_row_text(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t row, char **text, size_t *length,
                                    seqnet_error *err);

/* Puts what the model remembers of how its training data was read into options: fields, separator,
 * prefix, delimiter, header, encoding and the map of labels, marked as remembered. Nothing changes
 * for a model that does not remember any. The strings are the model's. */
void seqnet_model_recall(const seqnet_model *model, seqnet_dataset_options *options);

/* Loads DATA with the model's num_words, special ids and, for texts, its vocabulary, text rule and
 * labels. It uses only those options that say how files are read. options NULL: the defaults. Data
 * that the model was trained on is divided as in the training. Statuses as in seqnet_dataset_load,
 * and SEQNET_ERR_MODEL for texts when the model has no vocabulary. */
seqnet_status seqnet_model_load_dataset(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *options,
                                        seqnet_error *err);

/* Loads DATA for a training that begins with the model's weights (seqnet_train_options.initial):
 * with its special ids and, for texts, its text rule and its words, behind which the new words of
 * the training rows follow; labels and parts are the data's. The options say how files are read and
 * divided. The model must outlive the dataset. Statuses as in seqnet_dataset_load, SEQNET_ERR_MODEL
 * for texts when the model has no vocabulary, and SEQNET_ERR_DATA for ids that are not those of the
 * model. */
seqnet_status seqnet_model_load_further(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *options,
                                        seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
