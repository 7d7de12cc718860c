/*
 * Models: training, files, evaluation, prediction.
 *
 * Ownership: a seqnet_model and a seqnet_predictor belong to the caller and are released with their
 * _free functions (NULL is fine); pointers that accessors return live as long as the handle. A
 * predictor borrows its model, which must outlive it. A model is immutable once it exists, so
 * several threads may use it, each with a predictor of its own.
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

typedef struct seqnet_model seqnet_model;

typedef enum seqnet_optimizer {
    SEQNET_RMSPROP = 0,
    SEQNET_ADAM = 1,
    SEQNET_LAZY_ADAM = 2 /* Adam that leaves embeddings alone which a step has no gradient for */
} seqnet_optimizer;

/* What becomes of the LSTM's states. */
typedef enum seqnet_pooling {
    SEQNET_POOLING_LAST = 0, /* the last one is taken */
    SEQNET_POOLING_MAX = 1,  /* the largest value of each unit over all words */
    SEQNET_POOLING_MEAN = 2, /* the mean of each unit */
    SEQNET_POOLING_MAX_MEAN = 3
} seqnet_pooling;

/* What the best epoch is best in. */
typedef enum seqnet_monitor {
    SEQNET_VAL_ACCURACY = 0, /* ties by loss */
    SEQNET_VAL_LOSS = 1
} seqnet_monitor;

/* ---- Training ----------------------------------------------------------------------------------
 */

typedef enum seqnet_train_event_kind {
    SEQNET_TRAIN_BEGIN, /* the model exists, nothing is trained yet */
    SEQNET_TRAIN_EPOCH_BEGIN,
    SEQNET_TRAIN_BATCH_END,
    SEQNET_TRAIN_EPOCH_END /* validation included */
} seqnet_train_event_kind;

typedef struct seqnet_train_event {
    seqnet_train_event_kind kind;
    const seqnet_model *model; /* valid during the call */
    bool refit;                /* options.refit's second training is under way */
    size_t train_rows, validation_rows;
    size_t epoch, epochs;          /* from 1 */
    size_t batch, batches;         /* finished batches of the epoch, and how many it has */
    double accuracy, loss;         /* running means over the epoch's rows so far */
    double val_accuracy, val_loss; /* at EPOCH_END; NaN without validation */
    double seconds;                /* since the epoch began */
    const char *problem;           /* at EPOCH_END: why options.best_path could not be written, or
                                      NULL */
} seqnet_train_event;

/* Called on the training thread. Returning false stops the training after the current batch. */
typedef bool seqnet_train_callback(void *user, const seqnet_train_event *event);

/* Where defaults come from. */
typedef enum seqnet_preset {
    SEQNET_PRESET_AUTO = 0,  /* Keras's for ids and builtin:demo, else that for texts */
    SEQNET_PRESET_KERAS = 1, /* seqnet_train_options_default */
    SEQNET_PRESET_TEXT = 2   /* a recipe that follows the number of rows */
} seqnet_preset;

typedef struct seqnet_train_options {
    seqnet_preset preset; /* where the defaults came from, for the training record; AUTO: nowhere */
    int64_t maxlen; /* timesteps; 0: the longest training row, but at most 500 for ragged rows */
    seqnet_side padding, truncating;
    int64_t embedding_dim, units;
    bool mask_zero;           /* skip padding instead of feeding it through the LSTM */
    double recurrent_dropout; /* share of the LSTM's state hidden from its recurrent product in
                                 training, from 0 (none) to below 1 */
    seqnet_pooling pooling;
    double dropout;      /* share of the features hidden from the output layer in training */
    double word_dropout; /* share of the words that training takes for unknown ones */
    double ema;          /* the model gets a running mean of the weights with this decay; 0: the
                            weights themselves */
    int64_t patience; /* training ends after so many epochs without improvement; 0: it does not */
    seqnet_monitor monitor;
    bool refit; /* once the best epoch is known, train about as many again from the start on the
                   training and the validation rows together */
    const char *class_weight; /* "balanced" (the same sum for each class) or "a=2,b=1"; NULL: all 1.
                                 Borrowed during the call, as are the next ones */
    const char *vectors;      /* file of word vectors that embeddings start from, or NULL */
    seqnet_optimizer optimizer;
    double learning_rate;
    int64_t batch_size, epochs;
    double validation_split;  /* share of the training rows, taken from their end, when the dataset
                                 has no validation part; 0: none */
    uint64_t seed;            /* of initialisation and of the row order of each epoch */
    int64_t threads;          /* 0: the cores this process may use */
    const char *command_line; /* for the training record, or NULL; borrowed during the call */
    /* Where the best epoch's model is written as it occurs, so that it outlives the process; the
     * caller removes the file when it has the model. NULL: nowhere. Borrowed during the call. */
    const char *best_path;
    double best_above; /* not before an epoch has a validation accuracy above this */
    seqnet_train_callback *callback; /* or NULL */
    void *user;
} seqnet_train_options;

/* Keras's tutorial: Embedding(32) -> LSTM(32) -> Dense(1), RMSprop 1e-3, batch 128, 10 epochs, the
 * last fifth of the training rows for validation; seed 1, all cores. */
seqnet_train_options seqnet_train_options_default(void);

/* The number of features in a file of word vectors (options.vectors), for embedding_dim.
 * SEQNET_ERR_DATA. */
seqnet_status seqnet_vectors_dimension(const char *path, size_t *dimension, seqnet_error *err);

/* The defaults for a dataset. */
seqnet_train_options seqnet_train_options_for(const seqnet_dataset *dataset, seqnet_preset preset);

/* The reason why the options cannot be used, or NULL when they can. */
const char *seqnet_train_options_check(const seqnet_train_options *options);

typedef struct seqnet_train_result {
    size_t epochs_run; /* epochs that were finished */
    bool best_written; /* options.best_path was */
    size_t
        kept_epoch; /* whose weights the model holds: best validation accuracy, ties by loss;
                       without validation the last; 0: the weights of an unfinished first epoch */
    double val_accuracy, val_loss; /* of that epoch; NaN without validation */
    bool stopped_early;            /* patience ran out */
    size_t refit_epochs;           /* of the second training; 0: there was none to its end, and the
                                      weights are the kept epoch's */
    bool refit_diverged;           /* that is why */
    size_t vector_words;           /* words of the vocabulary that options.vectors has */
    double vector_coverage;        /* their share of the training tokens */
} seqnet_train_result;

/* Trains a new model on the training part. SEQNET_OK gives a model. SEQNET_INTERRUPTED (the
 * callback said so) gives one, too: that of the best epoch, or in the first epoch the current
 * weights; but *model = NULL before the first step. SEQNET_ERR_DIVERGED gives that of the best
 * epoch, or *model = NULL when there is none. Others give *model = NULL. */
seqnet_status seqnet_model_train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options, seqnet_train_result *result,
                                 seqnet_error *err);

/* ---- Files -------------------------------------------------------------------------------------
 */

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

/* ---- What a model is ---------------------------------------------------------------------------
 */

typedef struct seqnet_layer_info {
    const char *name, *type; /* "lstm", "LSTM" */
    size_t time, features;   /* output shape [batch, time, features]; time 0: [batch, features] */
    size_t parameters;
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

/* ---- Evaluation --------------------------------------------------------------------------------
 */

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

/* What a model makes of labelled rows. It owns its confusion matrix. */
typedef struct seqnet_evaluation {
    size_t n, correct; /* rows, and those of them whose label is predicted */
    double accuracy, loss;
    size_t classes;
    size_t *confusion; /* [classes, classes]: rows by true class, columns by predicted one; NULL:
                          it is not counted */
} seqnet_evaluation;

/* An evaluation of no rows for a model with so many labels, without a confusion matrix. It needs no
 * memory, and no seqnet_evaluation_free. */
seqnet_evaluation seqnet_evaluation_totals(size_t classes);

/* Makes one with a confusion matrix. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_evaluation_init(seqnet_evaluation *evaluation, size_t classes,
                                     seqnet_error *err);

/* Forgets all rows. */
void seqnet_evaluation_clear(seqnet_evaluation *evaluation);

/* One of zeros is fine. */
void seqnet_evaluation_free(seqnet_evaluation *evaluation);

/* Scores the first `limit` rows of a part (0: all) and adds them to *evaluation, which was made for
 * the model's labels; accuracy and loss are those of all rows added so far. threads 0: all usable
 * cores. SEQNET_ERR_DATA when the dataset may hold ids or classes that the model does not have,
 * which one from seqnet_model_load_dataset does not. */
seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err);

/* ---- Prediction --------------------------------------------------------------------------------
 */

typedef struct seqnet_predictor seqnet_predictor;

/* What is done with texts that are longer than the model's maxlen. */
typedef enum seqnet_long_texts {
    SEQNET_LONG_TRUNCATE = 0,  /* cut, as in training */
    SEQNET_LONG_HEAD_TAIL = 1, /* the beginning and the end are kept, half of maxlen each */
    SEQNET_LONG_WINDOW = 2     /* windows of maxlen that overlap by half are scored; the text's
                                  probabilities are the means over them */
} seqnet_long_texts;

typedef struct seqnet_predictor_options {
    size_t threads;         /* 0: all usable cores */
    const char *word_index; /* for a model without a vocabulary; NULL: none. Borrowed */
    seqnet_long_texts long_texts;
} seqnet_predictor_options;

typedef struct seqnet_prediction {
    size_t label;                /* the predicted class */
    double probability;          /* of that class */
    const double *probabilities; /* of each class, as many as the model has labels; the batch's */
    size_t tokens;               /* words of the text, or ids given */
    size_t oov;                  /* of them unknown to the model */
    bool truncated;              /* did not fit into maxlen */
} seqnet_prediction;

/* A predictor serves one thread at a time; it may use several itself. */
seqnet_status seqnet_predictor_create(seqnet_predictor **predictor, const seqnet_model *model,
                                      const seqnet_predictor_options *options, seqnet_error *err);
void seqnet_predictor_free(seqnet_predictor *predictor);

/* Texts, or rows of ids, and what was predicted for them. Belongs to a predictor, which must
 * outlive it. */
typedef struct seqnet_batch seqnet_batch;

seqnet_status seqnet_batch_create(seqnet_batch **batch, const seqnet_predictor *predictor,
                                  seqnet_error *err);
void seqnet_batch_free(seqnet_batch *batch);

/* Adds a text; it is copied. Any bytes will do. SEQNET_ERR_MODEL when the model has no vocabulary.
 */
seqnet_status seqnet_batch_add_text(seqnet_batch *batch, const char *text, size_t length,
                                    seqnet_error *err);

/* Adds a row of final ids, start id included. SEQNET_ERR_DATA for an id the model does not have. */
seqnet_status seqnet_batch_add_ids(seqnet_batch *batch, const int32_t *ids, size_t length,
                                   seqnet_error *err);

/* Removes the row added last, with its note. There must be one. */
void seqnet_batch_drop_last(seqnet_batch *batch);

/* Attaches bytes to the row added last; they are copied. */
seqnet_status seqnet_batch_set_note(seqnet_batch *batch, const void *note, size_t length,
                                    seqnet_error *err);

/* What was attached to a row; length 0: nothing. */
const void *seqnet_batch_note(const seqnet_batch *batch, size_t row, size_t *length);

size_t seqnet_batch_count(const seqnet_batch *batch);

/* Bytes of the texts, ids and notes it holds. */
size_t seqnet_batch_bytes(const seqnet_batch *batch);

/* Removes all rows. */
void seqnet_batch_clear(seqnet_batch *batch);

/* One prediction per row, in the order of adding; valid after scoring, until the batch changes. */
const seqnet_prediction *seqnet_batch_predictions(const seqnet_batch *batch);

/* Scores the batch's rows on the calling thread. A row's prediction does not depend on the other
 * rows, nor on the predictor's threads: the same bits alone or among others. */
seqnet_status seqnet_predictor_score(seqnet_predictor *predictor, seqnet_batch *batch,
                                     seqnet_error *err);

/* A stream of batches; the functions are called on the predictor's threads, each by one at a time,
 * but read perhaps while write runs. */
typedef struct seqnet_stream {
    /* Adds the next rows to an empty batch; leaving it empty ends the stream. When it fails, the
     * rows added before are still scored and written. */
    seqnet_status (*read)(void *user, seqnet_batch *batch, seqnet_error *err);
    /* Takes a scored batch, in the order of reading. */
    seqnet_status (*write)(void *user, const seqnet_batch *batch, seqnet_error *err);
    void *user;
} seqnet_stream;

/* Reads, scores and writes until the input ends or a function fails; reading, tokenising, scoring
 * and writing overlap, and a few batches are in memory at a time. Returns the first failure, once
 * the functions that are running have returned. */
seqnet_status seqnet_predictor_stream(seqnet_predictor *predictor, const seqnet_stream *stream,
                                      seqnet_error *err);

#ifdef __cplusplus
}
#endif
#endif
