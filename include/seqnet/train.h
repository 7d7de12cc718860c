/*
 * Training a model on a dataset.
 *
 * Ownership: the model that a training gives belongs to the caller, who releases it with
 * seqnet_model_free; strings in the options are borrowed during the call.
 */
#ifndef SEQNET_TRAIN_H
#define SEQNET_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum seqnet_optimizer {
    SEQNET_RMSPROP = 0,
    SEQNET_ADAM = 1,
    SEQNET_LAZY_ADAM = 2 /* Adam that leaves embeddings alone which a step has no gradient for */
} seqnet_optimizer;

/* The cell of the recurrent layer, as Keras computes it. */
typedef enum seqnet_cell {
    SEQNET_CELL_LSTM = 0,
    /* with reset_after, Keras's default */
    SEQNET_CELL_GRU = 1
} seqnet_cell;

/* What becomes of the recurrent layer's states. */
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
    seqnet_cell cell;
    bool mask_zero;           /* skip padding instead of feeding it through the recurrent layer */
    double recurrent_dropout; /* share of the layer's state hidden from its recurrent product in
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
    uint64_t seed;            /* of initialisation and of the row order of each epoch */
    int64_t threads;          /* 0: the cores this process may use */
    const char *command_line; /* for the training record, or NULL; borrowed during the call */
    /* Where the best epoch's model is written as it occurs, so that it outlives the process; the
     * caller removes the file when it has the model. NULL: nowhere. Borrowed during the call. */
    const char *best_path;
    double best_above;               /* not before an epoch has a validation accuracy above this */
    seqnet_train_callback *callback; /* or NULL */
    void *user;
} seqnet_train_options;

/* Keras's tutorial: Embedding(32) -> LSTM(32) -> Dense(1), RMSprop 1e-3, batch 128, 10 epochs; seed
 * 1, all cores. */
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

/* The same training in the caller's hands, step by step. options.callback, user and refit are not
 * used. The dataset and the options' strings are borrowed until seqnet_trainer_free. */
typedef struct seqnet_trainer seqnet_trainer;

/* Prepares a training on the training part. SEQNET_ERR_USAGE; SEQNET_ERR_DATA;
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset,
                                    const seqnet_train_options *options, seqnet_error *err);

/* Goes on to the next event and describes it: BEGIN, then for each epoch EPOCH_BEGIN, a BATCH_END
 * after each optimiser step, and EPOCH_END, when the validation rows were scored. What the event
 * points to is valid until the next call. *more = false: the training is over, and there is no
 * event. SEQNET_ERR_DIVERGED. */
seqnet_status seqnet_trainer_step(seqnet_trainer *trainer, seqnet_train_event *event, bool *more,
                                  seqnet_error *err);

/* What the training has come to. */
seqnet_train_result seqnet_trainer_result(const seqnet_trainer *trainer);

/* The best finished epoch's model as it stands, a copy that belongs to the caller; before an epoch
 * is finished, that of the current weights. The training may go on. */
seqnet_status seqnet_trainer_model(seqnet_trainer *trainer, seqnet_model **model,
                                   seqnet_error *err);

/* Writes this model as seqnet_model_save does, without a copy of it. */
seqnet_status seqnet_trainer_save(seqnet_trainer *trainer, const char *path, bool *replaced,
                                  seqnet_error *err);

/* NULL is fine. */
void seqnet_trainer_free(seqnet_trainer *trainer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
