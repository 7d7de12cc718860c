/*
 * The inside of a seqnet_trainer, which has three parts:
 *
 *   plan     what is fixed before the first step: the rows, the options, the configuration and
 *            what follows from them. trainer_setup.c makes it.
 *   state    what the steps change: together with the plan, all that the next step depends on. It
 *            is a list of named arrays. A trainer of the same plan that gets stored arrays back
 * goes on with the same bits. trainer_state.c makes and lists it. scratch  the threads, the engine
 * and buffers, which keep nothing from one step to the next. trainer_scratch.c makes them.
 *
 * trainer_step.c takes one optimiser step, trainer.c runs the epochs, trainer_checkpoint.c stores
 * the state and goes on from it, trainer_model.c makes models from the kept weights.
 * train_options.c has the defaults of the options and their check.
 *
 * Each part owns its arrays, and its _free function frees them whatever the result of its _make
 * function was.
 */
#ifndef SN_TRAINER_H
#define SN_TRAINER_H

#include <seqnet/train.h>

#include "average.h"
#include "checkpoint.h"
#include "dataset.h"
#include "engine.h"
#include "evaluate.h"
#include "id_set.h"
#include "maxima.h"
#include "model.h"
#include "named_arrays.h"
#include "optimizer.h"
#include "rng.h"
#include "schedule.h"
#include "scores.h"
#include "training_record.h"
#include "validated.h"

typedef enum sn_outcome {
    SN_RUNNING,
    SN_FINISHED,
    /* The callback stopped the training. */
    SN_STOPPED,
    SN_DIVERGED
} sn_outcome;

/* A range of the slab, in floats. */
typedef struct sn_slab_part {
    size_t first, count;
} sn_slab_part;

typedef struct sn_train_plan {
    const seqnet_dataset *dataset;
    const seqnet_train_options *options;
    /* Views of the dataset's rows. */
    sn_rows train, validation;
    /* This is the second training: it trains on all rows, and none validate. */
    bool is_refit;
    /* Rows of the largest minibatch. */
    size_t batch_rows;
    sn_model_config config;
    /* The model without weights; its network is trained. */
    seqnet_model *outline;
    /* [classes, or sets of them], in the loss. NULL when neither classes nor rows have weights. */
    float *class_weights;
    sn_optimizer_spec optimizer;
    /* Of the optimiser's learning rate. */
    sn_schedule schedule;
    /* The tables of which a step clears and updates only the rows that have a gradient. */
    sn_row_table tables[SN_MAX_ROW_TABLES];
    size_t table_count;
    /* The slab's other parts, which a step updates as a whole. */
    sn_slab_part dense[SN_MAX_ROW_TABLES + 1];
    size_t dense_count;
} sn_train_plan;

typedef struct sn_train_state {
    /* Slabs: the weights that the steps change, and those of the best finished epoch. */
    float *current, *kept;
    sn_optimizer optimizer;
    /* With options.ema: the moving average of `current`, which is validated and kept in its place.
     */
    sn_average average;
    /* Row order, dropout and word dropout draw from generators of their own, so that one option
     * does not change what another one draws. */
    sn_rng shuffle, dropout, word_dropout;
    /* [train.count]: row numbers in the order of this epoch. The next epoch shuffles them again. */
    uint32_t *order;
    /* Optimiser steps taken. */
    uint64_t steps;
    /* The current epoch, from 1, or the last one when it is finished; 0 before the first. */
    uint64_t epoch;
    /* Rows of the epoch that steps have used, their loss and seconds, and the correct ones. */
    uint64_t done;
    double loss, seconds;
    uint64_t correct;
    /* Of rows with any number of labels: sn_loss_sums.marks. */
    uint64_t marks;
    /* [options.epochs], of which epochs_run are filled. */
    sn_epoch_record *history;
    uint64_t epochs_run;
    /* The epoch whose weights are kept; 0: none yet. Its measures are NaN without validation. */
    uint64_t kept_epoch;
    double val_accuracy, val_loss;
    /* 1 once options.best_path was written. */
    uint8_t best_written;
    /* Of options.vectors. */
    seqnet_vectors_report vectors;
} sn_train_state;

typedef struct sn_train_scratch {
    sn_pool *pool;
    sn_engine *engine;
    /* [batch_rows] each: the minibatch of the current step. */
    const int32_t **row_ids;
    size_t *lengths;
    int32_t *labels;
    /* [batch_rows], in the loss; NULL: all are 1. */
    float *weights;
    /* [batch_rows, maxlen]: the ids after word dropout, or widened; NULL where the rows serve as
     * they lie. */
    int32_t *own_ids;
    /* A slab. */
    float *gradients;
    /* With options.clip_norm, for each task of a step the sum of the squares of its gradients. */
    double *squares;
    /* What the step multiplies its gradients by. */
    float scale;
    /* For each table, the rows that have a gradient. */
    sn_id_set touched[SN_MAX_ROW_TABLES];
    seqnet_evaluation validation;
    /* The scores of the validation rows. */
    seqnet_scores *scores;
    /* Of rows with any number of labels: the threshold at which these have the highest micro F1. */
    double threshold;
    /* The block of validation rows that is being scored. */
    sn_scored_block *validated;
    /* The moment up to which state.seconds counts, in seconds of sn_clock. */
    double clock;
} sn_train_scratch;

/* The part of a run that a trainer is: where its checkpoints go, NULL: nowhere; and its name there,
 * "network", "student" or "refit". */
typedef struct sn_run_part {
    sn_checkpoint *checkpoint;
    const char *name;
} sn_run_part;

struct seqnet_trainer {
    seqnet_train_options options;
    sn_train_plan plan;
    sn_train_state state;
    sn_train_scratch scratch;
    sn_outcome outcome;
    sn_run_part part;
    /* seqnet_trainer_step has given SEQNET_TRAIN_BEGIN. */
    bool has_begun;
    /* The state is that of a checkpoint. seqnet_trainer_step tells of its `past` finished epochs,
     * of which it has told so many, and then that an epoch under way has begun. */
    bool is_restored, tells_epoch;
    uint64_t past, told;
    /* How often the run has gone on. */
    uint64_t resumed;
    /* The callback has asked for the end. */
    bool wants_end;
    /* Threads of the pool, for the training record, which may be written after the pool is freed.
     */
    size_t threads;
    /* Hash of the dataset; empty until a record needs it. */
    char data_hash[SN_HASH_TEXT];
    /* The last failure to write options.best_path. */
    seqnet_error best_error;
    /* Of the kept weights. */
    sn_validated validated;
    /* Of a model that has n-grams, once its parts are trained; else NULL. */
    const seqnet_parts_report *parts;
    /* The epochs of a finished second training, else 0; and whether it diverged. */
    size_t refit_epochs;
    bool refit_diverged;
};

/* Whether what a finished training has kept was trained on the validation rows, too: the network or
 * the n-grams. */
static inline bool sn_trainer_is_refitted(const seqnet_trainer *trainer)
{
    return trainer->refit_epochs > 0 ||
           (trainer->parts && trainer->parts->rows > trainer->plan.train.count);
}

/* Whether a training that ended so has weights that a model can be made of. */
static inline bool sn_trainer_is_usable(const seqnet_trainer *trainer, seqnet_status status)
{
    return status == SEQNET_OK || (status == SEQNET_ERR_DIVERGED && trainer->state.kept_epoch > 0);
}

/* Whether this process writes checkpoints: of several that train together the first does, since all
 * of them have the same state. */
static inline bool sn_train_writes_checkpoints(const sn_checkpoint *checkpoint,
                                               const seqnet_comm *comm)
{
    return checkpoint && checkpoint->options.path && seqnet_comm_rank(comm) == 0;
}

/* Has this thread compute as the options ask for. Returns what sn_arithmetic_use takes to end it.
 */
static inline sn_arithmetic sn_train_arithmetic(const seqnet_train_options *options)
{
    return sn_arithmetic_use(options->reproducible ? SN_REPRODUCIBLE : SN_FAST);
}

/* seqnet_trainer_create for checked options. With is_refit it trains on the validation rows, too.
 * It goes on where the part's checkpoint has arrays of it: SEQNET_ERR_MODEL where these do not fit.
 */
seqnet_status sn_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset,
                                bool is_refit, const seqnet_train_options *options,
                                sn_run_part part, seqnet_error *err);

/* Takes steps to the end, or until the options' callback stops the training. The callback gets
 * every event. Writes checkpoints when they are due and when it is stopped, and leaves its results
 * in the checkpoint. SEQNET_ERR_DIVERGED. */
seqnet_status sn_trainer_run(seqnet_trainer *trainer, seqnet_error *err);

/* Writes a checkpoint of the run, with this training under way, and tells the options' callback.
 * Without memory for the list none is written. Returns whether the training is to go on. */
bool sn_trainer_write_checkpoint(seqnet_trainer *trainer);

/* Leaves the results of a training that is over in the run's checkpoint, if there is one. Without
 * memory for them a run that goes on has to train this part again. */
void sn_trainer_keep_results(seqnet_trainer *trainer);

/* Lets a new trainer go on where its part's checkpoint is. SEQNET_ERR_MODEL, SEQNET_ERR_USAGE. */
seqnet_status sn_trainer_restore(seqnet_trainer *trainer, seqnet_error *err);

/* Finds again what follows from the kept weights of a restored state, and writes their model to
 * options.best_path: that file names the process that trains. SEQNET_ERR_MEMORY. */
seqnet_status sn_trainer_restore_kept(seqnet_trainer *trainer, seqnet_error *err);

/* Writes a checkpoint of a run with these arrays as those of the part under way (NULL: there is
 * none), and tells the options' callback. Returns what that returns. */
bool sn_train_write_checkpoint(const sn_run_part *part, const sn_named_arrays *arrays,
                               const char *place, const seqnet_train_options *options);

/* Makes a scorer of these weights, a slab, which uses the trainer's engine and block. */
sn_scorer sn_trainer_scorer(const seqnet_trainer *trainer, const float *weights);

/* Keeps the current weights if no epoch is finished yet, so that a stopped training has a model. */
void sn_trainer_ensure_kept(seqnet_trainer *trainer);

/* seqnet_trainer_save without waiting for the disk. Some epoch's weights must be kept. */
seqnet_status sn_trainer_save_soon(seqnet_trainer *trainer, const char *path, seqnet_error *err);

/* Ensures that weights are kept (sn_trainer_ensure_kept) and frees what only further steps need.
 * seqnet_trainer_model may follow, but no step. */
void sn_trainer_conclude(seqnet_trainer *trainer);

/* Exchanges the kept weights of two trainers of equal networks. */
void sn_trainer_swap_kept(seqnet_trainer *a, seqnet_trainer *b);

/* Adds the dataset's name and a remedy to an error of SEQNET_ERR_MEMORY. Returns the status. */
seqnet_status sn_trainer_memory(seqnet_status status, const seqnet_dataset *dataset,
                                seqnet_error *err);

/* Makes the plan. The caller has set its fields dataset, options and is_refit. SEQNET_ERR_DATA for
 * rows that nothing can be learnt from, SEQNET_ERR_USAGE for options that do not fit the data,
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_train_plan_make(sn_train_plan *plan, seqnet_error *err);
void sn_train_plan_free(sn_train_plan *plan);

/* Makes a model without weights from the plan's configuration, labels and vocabulary. The caller
 * frees it. *outline is NULL after an error. */
seqnet_status sn_train_plan_outline(const sn_train_plan *plan, seqnet_model **outline,
                                    seqnet_error *err);

/* The threads that the options ask for. */
size_t sn_train_threads(const seqnet_train_options *options);

/* Makes the state before the first step: initial weights, in the embedding the options' vectors,
 * and the generators seeded. One that is going to be restored needs no vectors. */
seqnet_status sn_train_state_make(sn_train_state *state, const sn_train_plan *plan,
                                  bool is_restored, seqnet_error *err);
void sn_train_state_free(sn_train_state *state);

/* Frees what only further steps need: everything but the kept weights and the history. */
void sn_train_state_conclude(sn_train_state *state);

/* Appends all arrays of the state to the list. They must stay where they are while it is used. */
seqnet_status sn_train_state_list(sn_train_state *state, const sn_train_plan *plan,
                                  sn_named_arrays *arrays, seqnet_error *err);

/* Does the same for a checkpoint, which needs the history of finished epochs only; of a training
 * that is_over it needs the results alone. */
seqnet_status sn_train_state_list_stored(sn_train_state *state, const sn_train_plan *plan,
                                         bool is_over, sn_named_arrays *arrays, seqnet_error *err);

/* Gives the state what is stored of it. SEQNET_ERR_MODEL when arrays are missing, of other lengths,
 * or hold what no training of the plan can come to. */
seqnet_status sn_train_state_restore(sn_train_state *state, const sn_train_plan *plan, bool is_over,
                                     const sn_run_part *part, seqnet_error *err);

/* Writes the weights that a model would get now to a slab: the average with options.ema, else the
 * current ones. The state does not change. */
void sn_train_state_weights(const sn_train_state *state, const sn_train_plan *plan, float *weights);

/* Makes the threads, the engine and the buffers. SEQNET_ERR_MEMORY. */
seqnet_status sn_train_scratch_make(sn_train_scratch *scratch, const sn_train_plan *plan,
                                    seqnet_error *err);
void sn_train_scratch_free(sn_train_scratch *scratch);

/* The most tasks into which a step divides its update. */
size_t sn_train_plan_most_tasks(const sn_train_plan *plan);

/* What options.l2 adds to the loss with these weights. */
double sn_train_penalty(const sn_train_plan *plan, const float *weights);

/* Adds the gradient of it to the slab `gradients`. */
void sn_train_penalty_gradients(const sn_train_plan *plan, const float *weights, float *gradients);

/* Tells whether the training rows, where they lie in a file, are used at random places from here
 * on, as the steps of an epoch do, or one after the other. */
void sn_trainer_expect_order(const seqnet_trainer *trainer, bool at_random);

/* Takes one optimiser step on the rows order[first .. first + count) and adds their losses to
 * *sums. It allocates nothing. */
void sn_trainer_take_batch(seqnet_trainer *trainer, size_t first, size_t count, sn_loss_sums *sums);

#endif
