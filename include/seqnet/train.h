/*
 * Training a model on a dataset: options and their defaults, a training in one call, and the same
 * training step by step. What a model is and how it is stored is in model.h.
 *
 * Ownership: the model that a training gives belongs to the caller, who releases it with
 * seqnet_model_free. A trainer belongs to the caller, who releases it with seqnet_trainer_free.
 * Strings in the options are borrowed during the call, or until the trainer is released.
 */
#ifndef SEQNET_TRAIN_H
#define SEQNET_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/comm.h>
#include <seqnet/dataset.h>
#include <seqnet/held_out.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum seqnet_optimizer {
    SEQNET_RMSPROP = 0,
    SEQNET_ADAM = 1,
    /* Adam that updates only those embedding rows which have a gradient in the step. */
    SEQNET_LAZY_ADAM = 2,
    /* Adam with decoupled weight decay. */
    SEQNET_ADAMW = 3,
    /* Stochastic gradient descent, plain, with momentum or with Nesterov's momentum. */
    SEQNET_SGD = 4
} seqnet_optimizer;

/* How the learning rate falls after the warm-up, over all steps that the options allow. */
typedef enum seqnet_schedule {
    SEQNET_SCHEDULE_CONSTANT = 0,
    /* In a straight line to 0. */
    SEQNET_SCHEDULE_LINEAR = 1,
    /* By half a period of the cosine to 0. */
    SEQNET_SCHEDULE_COSINE = 2
} seqnet_schedule;

/* What reads the sequence: recurrent layers with a cell as Keras computes it, or convolutions. */
typedef enum seqnet_cell {
    SEQNET_CELL_LSTM = 0,
    /* with reset_after, Keras's default, unless options.reset_before is set */
    SEQNET_CELL_GRU = 1,
    /* Keras's SimpleRNN */
    SEQNET_CELL_RNN = 2,
    /* The cell that a tutorial describes as a layer with a carry track: the candidate and the gates
     * of an LSTM without forget bias, and an output that also sees the carry before the step. */
    SEQNET_CELL_LSTM_CARRY = 3,
    /* No cell: blocks of Conv1D with MaxPooling1D between them. */
    SEQNET_CELL_CONV1D = 4
} seqnet_cell;

/* What a layer makes of its sums. */
typedef enum seqnet_activation {
    /* The layer's own: tanh for a cell's candidate and state, relu for convolutions and hidden
     * Dense layers. */
    SEQNET_ACTIVATION_DEFAULT = 0,
    SEQNET_ACTIVATION_TANH = 1,
    SEQNET_ACTIVATION_RELU = 2
} seqnet_activation;

/* What a cell makes of the sums of its gates. */
typedef enum seqnet_recurrent_activation {
    SEQNET_RECURRENT_SIGMOID = 0,
    /* x / 6 + 1/2 between 0 and 1, Keras 3's */
    SEQNET_RECURRENT_HARD_SIGMOID = 1,
    /* x / 5 + 1/2 between 0 and 1, that of earlier versions of Keras */
    SEQNET_RECURRENT_HARD_SIGMOID_02 = 2
} seqnet_recurrent_activation;

/* How the last recurrent layer's hidden states [batch, time, units], or the last convolution's
 * outputs, become the features of a row. */
typedef enum seqnet_pooling {
    /* The last state: [batch, units]. Not for convolutions. */
    SEQNET_POOLING_LAST = 0,
    /* The maximum of each unit over time: [batch, units]. */
    SEQNET_POOLING_MAX = 1,
    /* The mean of each unit over time: [batch, units]. */
    SEQNET_POOLING_MEAN = 2,
    /* Both of them side by side: [batch, 2 units]. */
    SEQNET_POOLING_MAX_MEAN = 3
} seqnet_pooling;

/* The measure that decides which epoch is the best. */
typedef enum seqnet_monitor {
    /* The highest validation accuracy (of rows with any number of labels micro F1); of equal ones,
       the lowest validation loss. */
    SEQNET_VAL_ACCURACY = 0,
    /* The lowest validation loss. */
    SEQNET_VAL_LOSS = 1
} seqnet_monitor;

/* Whether a model has a part that reads n-grams of words and characters, beside its network or in
 * its place. N-grams are of texts, so that the dataset must have been loaded with keep_texts. */
typedef enum seqnet_ngrams {
    /* The model is a network. */
    SEQNET_NGRAMS_OFF = 0,
    /* Both parts, unless the validation rows show that the network adds nothing. Of datasets
     * without texts the network alone. */
    SEQNET_NGRAMS_AUTO = 1,
    /* Both parts. */
    SEQNET_NGRAMS_BOTH = 2,
    /* The model has no network. */
    SEQNET_NGRAMS_ONLY = 3
} seqnet_ngrams;

/* How well one part of a model, or all of it, does on the validation rows: the accuracy, of rows
 * with any number of labels micro F1 at its best threshold; and the mean loss. */
typedef struct seqnet_part_measure {
    double accuracy, loss;
} seqnet_part_measure;

/* What became of the parts of a model that has n-grams. */
typedef struct seqnet_parts_report {
    /* The lengths of the longest n-grams of words and of characters, 0: none of characters; how
     * many n-grams the part knows; and the rows that it was trained on. */
    size_t words, characters, ngrams, rows;
    /* The cost C of its support vector machines. */
    double cost;
    /* The seconds that this took. */
    double seconds;
    /* Rows that neither part was trained on, by which the shares were found; 0: there were none,
     * and the measures are NaN. */
    size_t validation_rows;
    /* Of the n-gram part, of the network (NaN without one), and of both. */
    seqnet_part_measure ngram_part, network, together;
    /* What a unit of each part's logits adds to those of the model. */
    double svm_share, nb_share, network_share;
    /* The network was left out because it added nothing (SEQNET_NGRAMS_AUTO). */
    bool network_dropped;
    /* Rows without labels that the model labelled itself, for a second network to learn from; 0:
     * there was none. Then what the model reached with the first network and with the second one,
     * and whether the first one was kept. */
    size_t self_labelled;
    seqnet_part_measure taught, self_trained;
    bool self_training_dropped;
} seqnet_parts_report;

typedef enum seqnet_train_event_kind {
    /* The model exists, and nothing is trained yet. */
    SEQNET_TRAIN_BEGIN,
    SEQNET_TRAIN_EPOCH_BEGIN,
    /* An optimiser step was done. */
    SEQNET_TRAIN_BATCH_END,
    /* The epoch is over, its validation included. */
    SEQNET_TRAIN_EPOCH_END,
    /* The n-gram part is going to be trained, and is. Only the fields `parts`, `refit`,
     * `multi_label` and `train_rows` of these events and of the next one mean something. */
    SEQNET_TRAIN_NGRAMS_BEGIN,
    /* Once for each cost that is tried. */
    SEQNET_TRAIN_NGRAMS_END,
    /* It is known what the parts are worth. */
    SEQNET_TRAIN_BLEND,
    /* options.checkpoint was written, or could not be: then `problem` says why. Only `checkpoint`
     * means something else. */
    SEQNET_TRAIN_CHECKPOINT
} seqnet_train_event_kind;

/* What a file of word vectors has for a training, or how many were counted. */
typedef struct seqnet_vectors_report {
    /* How many words of the vocabulary it has, and their share of the tokens in the training rows.
     */
    uint64_t words;
    double coverage;
    /* The vectors that it holds, and how many its first line announces; 0: it announces none. */
    uint64_t vectors, announced;
    /* Lines for a word of the vocabulary that an earlier line is for, too: the first one counts. */
    uint64_t repeated;
    /* Vectors whose words are not UTF-8, and the line of the first one. */
    uint64_t invalid, invalid_line;
} seqnet_vectors_report;

/* What became of a checkpoint. */
typedef struct seqnet_checkpoint_report {
    /* The size of its arrays, and the seconds that writing took. */
    size_t bytes;
    double seconds;
} seqnet_checkpoint_report;

typedef struct seqnet_train_event {
    seqnet_train_event_kind kind;
    /* The model's layers; valid during the call. */
    const seqnet_model *model;
    /* The second training, which options.refit asks for, is running. */
    bool refit;
    /* A network is trained that also learns from so many rows without labels, which the model has
     * labelled; 0: one that does not. */
    size_t self_labelled;
    /* Rows have any number of labels: what is called accuracy here is micro F1: of training rows
     * that of the labels with a probability above 0.5, of validation rows the highest of any
     * threshold. */
    bool multi_label;
    size_t train_rows, validation_rows;
    /* The number of this epoch, from 1 (0 at SEQNET_TRAIN_BEGIN), and the most epochs there can
     * be. */
    size_t epoch, epochs;
    /* The minibatches of this epoch that are done, and how many it has. */
    size_t batch, batches;
    /* The means over the rows of this epoch that are done. */
    double accuracy, loss;
    /* At SEQNET_TRAIN_EPOCH_END; NaN without validation rows. */
    double val_accuracy, val_loss;
    /* At SEQNET_TRAIN_EPOCH_END: the epoch is the best one so far, by options.monitor; without
     * validation rows each one is. */
    bool is_best;
    /* The seconds since the epoch began. */
    double seconds;
    /* The training goes on from a checkpoint: SEQNET_TRAIN_BEGIN names the epoch in which it does,
     * and SEQNET_TRAIN_EPOCH_END of an epoch that was finished before comes again, at once, so that
     * whoever lists epochs has all of them. */
    bool is_past;
    /* At SEQNET_TRAIN_EPOCH_END: why options.best_path could not be written, or NULL. At
     * SEQNET_TRAIN_CHECKPOINT: why options.checkpoint could not be. */
    const char *problem;
    /* At SEQNET_TRAIN_CHECKPOINT; else NULL. */
    const seqnet_checkpoint_report *checkpoint;
    /* At SEQNET_TRAIN_BEGIN with options.vectors; else NULL. */
    const seqnet_vectors_report *vectors;
    /* What is known of the parts so far; NULL for the events of the network. */
    const seqnet_parts_report *parts;
} seqnet_train_event;

/* Called on the training thread. When it returns false, the training stops after the current
 * minibatch. */
typedef bool seqnet_train_callback(void *user, const seqnet_train_event *event);

/* Where the defaults of the options come from. */
typedef enum seqnet_preset {
    /* SEQNET_PRESET_IDS for archives of ids, SEQNET_PRESET_TEXT for texts, SEQNET_PRESET_KERAS for
     * generated corpora. */
    SEQNET_PRESET_AUTO = 0,
    /* seqnet_train_options_default. */
    SEQNET_PRESET_KERAS = 1,
    /* A recipe for texts that depends on their number and length: n-grams and a network together,
     * which is an LSTM, or convolutions where there are many long texts. */
    SEQNET_PRESET_TEXT = 2,
    /* A recipe for ids: the layers of SEQNET_PRESET_KERAS, trained another way. Words are hidden in
     * training only where the data has an out-of-vocabulary id. */
    SEQNET_PRESET_IDS = 3,
    /* For texts an LSTM alone. */
    SEQNET_PRESET_LSTM = 4,
    /* For texts n-grams alone. */
    SEQNET_PRESET_FAST = 5,
    /* For texts the most accurate model that minutes give. */
    SEQNET_PRESET_ACCURATE = 6
} seqnet_preset;

/* How well the probabilities of the validation rows are calibrated: the expected calibration error
 * (metrics.h) and the mean cross-entropy before, with logits as they are, and after these were
 * divided by the temperature. The temperature was found on the same rows, so that other rows have
 * somewhat more of both.
 *
 * The parts of a model that has n-grams have shares, which are both their weights and a
 * temperature. What is before calibration are the same shares divided by the largest of them, which
 * changes no answer; the temperature is 1 / the largest share. */
typedef struct seqnet_calibrated {
    /* 0: nothing was calibrated, and the rest is 0. */
    double temperature;
    double ece_before, ece_after, loss_before, loss_after;
} seqnet_calibrated;

/* What became of options.precision. */
typedef struct seqnet_precise {
    /* The option; 0: none, and the rest is 0. */
    double precision;
    /* Whether some threshold reaches it on the held-out rows, of which there are `rows`; and that
     * threshold, else the one that comes closest. Without held-out rows all of it is 0. */
    bool is_reached;
    size_t rows;
    seqnet_abstain_point point;
} seqnet_precise;

/* The most numbers in an option that is a list of them, and the 0 that ends it. */
enum { SEQNET_WIDTHS = 9 };

/* Defaults are those of seqnet_train_options_default, and 0, false and NULL where a comment names
 * none. */
typedef struct seqnet_train_options {
    /* Where the defaults came from; it is only stored in the training record. SEQNET_PRESET_AUTO
     * stores nothing. */
    seqnet_preset preset;
    /* Default SEQNET_NGRAMS_OFF. */
    seqnet_ngrams ngrams;
    /* The longest n-grams of words, from 1 to 8; 0: as suits the texts. */
    int64_t word_ngrams;
    /* The longest n-grams of characters, up to 8; 0: none; -1, the default: as suits the texts. */
    int64_t character_ngrams;
    /* The most n-grams that the model knows, up to 16000000; 0: 100000. */
    int64_t ngram_limit;
    /* The cost C of the support vector machines over n-grams. 0: as suits the texts, of many long
     * ones 1; of others 0.3, or 1 or 3 where that lowers the loss of the validation rows. */
    double ngram_cost;
    /* Timesteps, at most 100000. 0: seqnet_dataset_default_maxlen. */
    int64_t maxlen;
    /* On which side rows are padded and cut. Default SEQNET_PRE for both. */
    seqnet_side padding, truncating;
    /* From 1 to 4096. Default 32. */
    int64_t embedding_dim;
    /* The units of each recurrent layer, from 1 to 4096 each, then 0. Default 32 for one layer. */
    int64_t units[SEQNET_WIDTHS];
    /* Default SEQNET_CELL_LSTM. seqnet_train_options_set_cell gives the others' defaults. */
    seqnet_cell cell;
    /* Recurrent layers, or blocks of a convolution, from 1 to 8; those behind the end of `units` or
     * `filters` have the last number there. 0: as many as there are numbers; of a convolution with
     * one number of filters and one kernel size, 2. */
    int64_t layers;
    /* A second cell reads each sequence from its end; the features of both stand side by side. */
    bool bidirectional;
    /* Of the cell or the convolution. */
    seqnet_activation activation;
    /* Of the gates; not for SEQNET_CELL_RNN, which has none. */
    seqnet_recurrent_activation recurrent_activation;
    /* A GRU applies its reset gate before the recurrent product, which is Keras's reset_after =
     * False. */
    bool reset_before;
    /* The recurrent layers skip padding; false: padding goes through them like any other id. */
    bool mask_zero;
    /* The share of the layers' state that training hides from the recurrent product, at least 0 and
     * below 1. */
    double recurrent_dropout;
    /* Of a convolution: the filters of each block, from 1 to 4096 each, then 0. Default 32. */
    int64_t filters[SEQNET_WIDTHS];
    /* Of a convolution: the timesteps that each output sees, from 1 to 1000; default 7. Several: as
     * many convolutions of one block stand side by side, and their pooled features are joined. */
    int64_t kernel_size[SEQNET_WIDTHS];
    /* Of a convolution: the timesteps of which the pooling between two blocks leaves the maximum,
     * from 1 to 1000. 0: 5. */
    int64_t pool_size;
    /* The units of hidden Dense layers before the output layer, from 1 to 4096 each, then 0. None
     * by default. */
    int64_t dense[SEQNET_WIDTHS];
    /* Of the hidden Dense layers. */
    seqnet_activation dense_activation;
    /* The share of the embedding's features that training hides, the same for all words of a row,
     * at least 0 and below 1. */
    double spatial_dropout;
    /* JSON text: the layers as Keras's configurations name them, in place of embedding_dim and all
     * that describes the layers behind it (src/guide/networks.md has the list). NULL: none. */
    const char *layer_list;
    /* A model whose network is trained further, borrowed: the layers, the side of padding and,
     * where maxlen is 0, the timesteps are its own, and the training begins with its weights; new
     * ids and labels begin as usual. The dataset must be of seqnet_model_load_further. NULL: none.
     */
    const seqnet_model *initial;
    /* What error sentences about layer_list begin with, the name of a file. */
    const char *layer_list_name;
    /* Default SEQNET_POOLING_LAST. */
    seqnet_pooling pooling;
    /* The share of the features that training hides from the output layer, at least 0 and below
     * 1. */
    double dropout;
    /* The share of the words that training replaces by oov_char, at least 0 and below 1. */
    double word_dropout;
    /* The decay, at least 0 and below 1, of a running mean of the weights, which validates and
     * which the model gets. 0: the weights themselves. */
    double ema;
    /* The training ends after this many epochs in a row without improvement. 0: it does not end
     * early. */
    int64_t patience;
    /* Default SEQNET_VAL_ACCURACY. */
    seqnet_monitor monitor;
    /* When the best epoch is known, train from the start again, for about as many epochs, on the
     * training and the validation rows together. */
    bool refit;
    /* The same for the n-gram part alone, which takes little time. */
    bool ngram_refit;
    /* The model is to give no answer that is less probable than the threshold from which on this
     * share of the answers is right on the validation rows (seqnet_held_out_precise), at least 0
     * and below 1. It gives all answers where none is. Not for rows with any number of labels. 0:
     * it gives all. */
    double precision;
    /* The weights of the classes in the loss: "balanced" (each class has the same sum of weights)
     * or a list "a=2,b=1" of weights from 0 to 1000000. NULL: each is 1. */
    const char *class_weight;
    /* The path of a file of word vectors, with which the embeddings begin; or "auto" (the file of
     * this name is ./auto): vectors of embedding_dim numbers, at most 1024, that are counted on the
     * training rows, from the words that stand near each word. NULL: random numbers. */
    const char *vectors;
    /* The encoding of that file if it is not UTF-8; NULL: see seqnet_reader_options.encoding. */
    const char *vectors_encoding;
    /* Default SEQNET_RMSPROP. seqnet_train_options_use_optimizer also sets what belongs to it. */
    seqnet_optimizer optimizer;
    /* Above 0. Default 0.001. */
    double learning_rate;
    /* With SEQNET_ADAMW: what each step takes from all weights, as a share of the learning rate,
     * from 0 to 1. */
    double weight_decay;
    /* With SEQNET_SGD: the share of the last step that the next one repeats, at least 0 and below
     * 1; and whether the gradient counts as if that were done already, which needs a momentum. */
    double momentum;
    bool nesterov;
    /* Default SEQNET_SCHEDULE_CONSTANT. All steps are those of options.epochs: a training that
     * options.patience ends early has not come to the end of its schedule. The second training of
     * options.refit has a schedule of its own length. */
    seqnet_schedule schedule;
    /* In so many steps at the beginning the learning rate rises from 0 in a straight line: a whole
     * number, or, below 1, a share of all steps. */
    double warmup;
    /* The largest norm of all gradients of a step together (Keras's global_clipnorm); those of a
     * longer one are scaled down to it. 0: none. */
    double clip_norm;
    /* What the loss takes of the sum of the squares of the kernels: kernel and recurrent_kernel of
     * each layer that has them, not biases and not the embedding. The losses of the training and of
     * its validation include it, as in Keras; those that the model is evaluated with later do not.
     */
    double l2;
    /* The rows of a minibatch, from 1 to 1000000, default 128; and the most epochs, from 1 to
     * 100000, default 10. */
    int64_t batch_size, epochs;
    /* The seed of initialisation, row order and dropout. Equal seeds give equal models, with any
     * number of threads. Default 1. */
    uint64_t seed;
    /* From 1 to 1024; 0: all usable cores. */
    int64_t threads;
    /* The processes that train together: each calls with the same dataset and options, takes a
     * share of the work and gets the same model, which has the same bits as that of one process.
     * The callbacks of all may ask for the end, which then comes one step later. NULL: this process
     * alone. */
    seqnet_comm *comm;
    /* Equal trainings give equal models on every machine: with any processor, instruction set and
     * BLAS. The model's probabilities are then the same everywhere, too. It takes more time. */
    bool reproducible;
    /* The command that the training record stores, or NULL. */
    const char *command_line;
    /* Where the model of the best epoch is written each time that there is a better one, so that it
     * outlives the process. The caller removes the file when it has the model. NULL: nowhere. */
    const char *best_path;
    /* With validation rows, best_path is first written when the best epoch's validation accuracy is
     * above this. */
    double best_above;
    /* Where a checkpoint (checkpoint.h) goes at the end of each epoch; within an epoch, between two
     * steps, when so many minutes have passed since the last one, 0: 10; and when the callback
     * stops the training. A failure does not end the training. The caller removes the file when it
     * has the model. NULL: nowhere. */
    const char *checkpoint;
    double checkpoint_minutes;
    /* A text that checkpoints hold for the caller (seqnet_checkpoint_note), or NULL. */
    const char *checkpoint_note;
    /* The checkpoint from which the training goes on. NULL: it begins. */
    const char *resume;
    /* May be NULL. */
    seqnet_train_callback *callback;
    /* Passed to the callback. */
    void *user;
} seqnet_train_options;

/* The options of Keras's tutorial: Embedding(32) -> LSTM(32) -> Dense(1), RMSprop with learning
 * rate 0.001, minibatches of 128 rows, 10 epochs, seed 1, all usable cores. */
seqnet_train_options seqnet_train_options_default(void);

/* The options that a preset has for a dataset; those for a network with this cell, which else is
 * the preset's choice. */
seqnet_train_options seqnet_train_options_for(const seqnet_dataset *dataset, seqnet_preset preset);
seqnet_train_options seqnet_train_options_for_cell(const seqnet_dataset *dataset,
                                                   seqnet_preset preset, seqnet_cell cell);

/* Whether options.vectors are counted, not read from a file. */
bool seqnet_train_counts_vectors(const seqnet_train_options *options);

/* Chooses the optimiser, with what Keras gives it: for SEQNET_SGD a learning rate of 0.01, for
 * SEQNET_ADAMW a weight decay of 0.004. With the others both stay as they are. */
void seqnet_train_options_use_optimizer(seqnet_train_options *options, seqnet_optimizer optimizer);

/* Sets options->cell, and the options that have other defaults with this cell: pooling, mask_zero
 * and units with and without SEQNET_CELL_CONV1D. */
void seqnet_train_options_set_cell(seqnet_train_options *options, seqnet_cell cell);

/* Reads a file of layers for options.layer_list; the caller frees *text with free(). It is checked
 * when the training begins. SEQNET_ERR_DATA, SEQNET_ERR_MEMORY; *text is NULL then. */
seqnet_status seqnet_layer_list_read(char **text, const char *path, seqnet_error *err);

/* Returns the reason why the options cannot be used, or NULL when they can. */
const char *seqnet_train_options_check(const seqnet_train_options *options);

/* Reads the number of features in a file of word vectors, which options.embedding_dim must equal.
 * SEQNET_ERR_DATA. */
seqnet_status seqnet_vectors_dimension(const char *path, size_t *dimension, seqnet_error *err);

typedef struct seqnet_train_result {
    /* How many epochs were finished. */
    size_t epochs_run;
    /* options.best_path was written. */
    bool best_written;
    /* The epoch whose weights the model has: the best one by options.monitor, without validation
     * rows the last one. 0: the model has the weights of a first epoch that was not finished. */
    size_t kept_epoch;
    /* Those of the training rows in kept_epoch, means over the epoch's steps; NaN when it is 0. */
    double accuracy, loss;
    /* Those of kept_epoch; NaN without validation rows. */
    double val_accuracy, val_loss;
    /* Rows have any number of labels: val_accuracy is micro F1 as in seqnet_train_event, and the
     * model's threshold is the one of the highest micro F1 on the validation rows of kept_epoch,
     * 0.5 without them. */
    bool multi_label;
    double threshold;
    /* The training ended because options.patience was exhausted. */
    bool stopped_early;
    /* The model was trained on the validation rows, too: its network, or its n-grams. */
    bool is_refitted;
    /* The epochs of the second training, whose weights the model has. 0: there was none, or it did
     * not end, and the model has the weights of kept_epoch. */
    size_t refit_epochs;
    /* The second training did not end because its loss became NaN or infinite. */
    bool refit_diverged;
    /* How many words of the vocabulary are in options.vectors, and their share of the tokens in the
     * training rows. */
    size_t vector_words;
    double vector_coverage;
    /* With options.ngrams: val_accuracy and val_loss are those of all parts together. parts.words
     * is 0 without. */
    seqnet_parts_report parts;
    seqnet_calibrated calibrated;
    seqnet_precise precise;
} seqnet_train_result;

/* Trains a new model on the training part. *model depends on the status:
 *
 *     SEQNET_OK            the trained model
 *     SEQNET_INTERRUPTED   the callback returned false: the model of the best epoch; in the first
 *                          epoch the one with the current weights; before the first step NULL
 *     SEQNET_ERR_DIVERGED  the model of the best epoch; in the first epoch NULL
 *     any other            NULL: SEQNET_ERR_USAGE for options that cannot be used,
 *                          SEQNET_ERR_DATA for rows that cannot be trained on, SEQNET_ERR_MODEL for
 *                          an options.resume that cannot be read, SEQNET_ERR_MEMORY */
seqnet_status seqnet_model_train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options, seqnet_train_result *result,
                                 seqnet_error *err);

/* The same training of a network, driven by the caller. It does not use options.callback, user,
 * refit, ngrams, checkpoint and resume. The dataset and the options' strings must live until
 * seqnet_trainer_free. */
typedef struct seqnet_trainer seqnet_trainer;

/* Prepares a training on the training part. SEQNET_ERR_USAGE, SEQNET_ERR_DATA,
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset,
                                    const seqnet_train_options *options, seqnet_error *err);

/* Goes on to the next event and describes it: SEQNET_TRAIN_BEGIN, then for each epoch EPOCH_BEGIN,
 * a BATCH_END after each optimiser step, and EPOCH_END after validation. What the event points to
 * is valid until the next call. *more = false: the training is over, and *event describes nothing.
 * SEQNET_ERR_DIVERGED, then and for each later call. */
seqnet_status seqnet_trainer_step(seqnet_trainer *trainer, seqnet_train_event *event, bool *more,
                                  seqnet_error *err);

/* The result of the training so far. */
seqnet_train_result seqnet_trainer_result(const seqnet_trainer *trainer);

/* Makes a model of the best epoch so far, or, before an epoch is finished, of the current weights.
 * It is a copy that belongs to the caller; the training may go on. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_trainer_model(seqnet_trainer *trainer, seqnet_model **model,
                                   seqnet_error *err);

/* Writes this model as seqnet_model_save does, without a copy of it. SEQNET_ERR_WRITE. */
seqnet_status seqnet_trainer_save(seqnet_trainer *trainer, const char *path, bool *replaced,
                                  seqnet_error *err);

/* NULL is fine. */
void seqnet_trainer_free(seqnet_trainer *trainer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
