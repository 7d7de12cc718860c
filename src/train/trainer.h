/*
 * The inside of a seqnet_trainer, which has three parts:
 *
 *   plan     what is fixed before the first step: the rows, the options, the configuration and
 *            what follows from them. trainer_setup.c makes it.
 *   state    what the steps change, and all that the next one depends on beside the plan. It is a
 *            list of named arrays: who stores them and puts them back into a trainer of the same
 *            plan goes on with the same bits. trainer_state.c makes and lists it.
 *   scratch  the machine and its buffers, which hold nothing from one step to the next.
 *            trainer_scratch.c makes them.
 *
 * trainer_step.c takes one optimiser step, trainer.c goes through the epochs, trainer_model.c makes
 * models of the weights that are kept.
 */
#ifndef SN_TRAINER_H
#define SN_TRAINER_H

#include <seqnet/train.h>

#include "average.h"
#include "dataset.h"
#include "engine.h"
#include "evaluate.h"
#include "id_set.h"
#include "maxima.h"
#include "model.h"
#include "named_arrays.h"
#include "optimizer.h"
#include "rng.h"
#include "training_record.h"

typedef enum sn_outcome {
    SN_RUNNING,
    SN_FINISHED,
    SN_STOPPED, /* by the callback */
    SN_DIVERGED
} sn_outcome;

/* A range of floats of the slab. */
typedef struct sn_slab_part {
    size_t first, count;
} sn_slab_part;

typedef struct sn_train_plan {
    const seqnet_dataset *dataset;
    const seqnet_train_options *options;
    /* Views of the dataset's rows. */
    sn_rows train, validation;
    /* All rows are trained on, none validate. */
    bool refit;
    /* The rows of the largest batch. */
    size_t batch_rows;
    sn_model_config config;
    /* The model without weights: its network is the one that is trained. */
    seqnet_model *outline;
    /* Of each class in the loss; NULL: neither classes nor rows have weights. */
    float *class_weights;
    /* The tables that are cleared and updated only where a row has a gradient, and the slab's other
     * parts, which are updated as a whole. */
    sn_row_table tables[SN_MAX_ROW_TABLES];
    size_t table_count;
    sn_slab_part dense[SN_MAX_ROW_TABLES + 1];
    size_t dense_count;
} sn_train_plan;

typedef struct sn_train_state {
    /* Slabs: the weights that move, and those of the best finished epoch. */
    float *current, *kept;
    sn_optimizer optimizer;
    /* The running mean of `current`, which validates and is kept in its place; options.ema. */
    sn_average average;
    sn_rng shuffle, dropout, word_dropout;
    /* [the training rows]: row numbers in this epoch's order, which the next one shuffles further.
     */
    uint32_t *order;
    /* Steps taken; the epoch under way, or when as many are finished the last one, from 1; the rows
     * of it that are done. */
    uint64_t steps, epoch, done;
    /* Of the epoch's rows so far. */
    double loss, seconds;
    uint64_t correct;
    /* [options.epochs], of which epochs_run are filled. */
    sn_epoch_record *history;
    uint64_t epochs_run;
    /* Whose weights are kept; 0: none yet. NaN without validation. */
    uint64_t kept_epoch;
    double val_accuracy, val_loss;
    /* options.best_path was written. */
    uint8_t best_written;
    /* Of options.vectors: words of the vocabulary, and their share of the training tokens. */
    uint64_t vector_words;
    double vector_coverage;
} sn_train_state;

typedef struct sn_train_scratch {
    sn_pool *pool;
    sn_engine *engine;
    /* The batch under way: [batch_rows] each. */
    const int32_t **row_ids;
    size_t *lengths;
    int32_t *labels;
    /* Of its rows in the loss; NULL: all 1. */
    float *weights;
    /* Its ids after word dropout, maxlen for each row; NULL: there is none. */
    int32_t *masked_ids;
    float *gradients;
    /* The rows of each table that have a gradient. */
    sn_id_set touched[SN_MAX_ROW_TABLES];
    seqnet_evaluation validation;
    /* The block of validation rows under way. */
    sn_scored_block *validated;
    /* Up to when state.seconds is counted. */
    double clock;
} sn_train_scratch;

struct seqnet_trainer {
    seqnet_train_options options;
    sn_train_plan plan;
    sn_train_state state;
    sn_train_scratch scratch;
    sn_outcome outcome;
    /* SEQNET_TRAIN_BEGIN was told. */
    bool begun;
    /* Of the pool, for the record. */
    size_t threads;
    /* Empty until it is needed. */
    char data_hash[SN_HASH_TEXT];
    /* Of writing options.best_path. */
    seqnet_error best_error;
    /* What became of the second training. */
    size_t refit_epochs;
    bool refit_diverged;
};

/* seqnet_trainer_create for options that are checked. refit: the validation rows are trained on,
 * too.
 */
seqnet_status sn_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset, bool refit,
                                const seqnet_train_options *options, seqnet_error *err);

/* Takes steps to the end, or until the options' callback stops the training; tells it all events.
 * SEQNET_ERR_DIVERGED. */
seqnet_status sn_trainer_run(seqnet_trainer *trainer, seqnet_error *err);

/* Before an epoch is finished the current weights are the best there are: keeps them then. */
void sn_trainer_ensure_kept(seqnet_trainer *trainer);

/* seqnet_trainer_save of the weights that are kept, without waiting for the disk. */
seqnet_status sn_trainer_save_soon(seqnet_trainer *trainer, const char *path, seqnet_error *err);

/* Frees what only further steps need: the weights that are kept stay, and where there are none, the
 * current ones become them. Then seqnet_trainer_model may follow, but no step. */
void sn_trainer_conclude(seqnet_trainer *trainer);

/* Names the dataset and what helps in an error of memory. */
seqnet_status sn_trainer_memory(seqnet_status status, const seqnet_dataset *dataset,
                                seqnet_error *err);

/* dataset, options and refit of the plan are set. What it owns is freed by
 * sn_train_plan_free whatever the result, and so it is with the other two parts. */
seqnet_status sn_train_plan_make(sn_train_plan *plan, seqnet_error *err);
void sn_train_plan_free(sn_train_plan *plan);

/* The plan's configuration, labels and vocabulary as a new model without weights. */
seqnet_status sn_train_plan_outline(const sn_train_plan *plan, seqnet_model **outline,
                                    seqnet_error *err);

/* Makes the state before the first step. */
seqnet_status sn_train_state_make(sn_train_state *state, const sn_train_plan *plan,
                                  seqnet_error *err);
void sn_train_state_free(sn_train_state *state);

/* Frees what only further steps need: all but what is kept and the history. */
void sn_train_state_conclude(sn_train_state *state);

/* Lists all arrays of the state. */
seqnet_status sn_train_state_list(sn_train_state *state, const sn_train_plan *plan,
                                  sn_named_arrays *arrays, seqnet_error *err);

/* Writes the weights that the model would have now to a slab; the state stays as it is. */
void sn_train_state_weights(const sn_train_state *state, const sn_train_plan *plan, float *weights);

seqnet_status sn_train_scratch_make(sn_train_scratch *scratch, const sn_train_plan *plan,
                                    seqnet_error *err);
void sn_train_scratch_free(sn_train_scratch *scratch);

/* One optimiser step on the rows order[first .. first + count); adds to *sums. */
void sn_trainer_take_batch(seqnet_trainer *trainer, size_t first, size_t count, sn_loss_sums *sums);

#endif
