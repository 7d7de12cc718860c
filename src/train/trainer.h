/*
 * The inside of a training run. train.c runs the epochs; trainer_setup.c makes everything that is
 * needed before the first one; trainer_step.c takes one optimiser step.
 *
 * Three slabs of weights: `current` moves, `average.weights` follows it as a running mean (when
 * options.ema asks for one), and `kept` holds those of the best finished epoch, which become the
 * model's.
 */
#ifndef SN_TRAINER_H
#define SN_TRAINER_H

#include <seqnet/train.h>

#include "average.h"
#include "dataset.h"
#include "engine.h"
#include "evaluate.h"
#include "id_set.h"
#include "model.h"
#include "optimizer.h"
#include "rng.h"
#include "training_record.h"

enum { SN_MAX_TIME = 100000 };

typedef enum sn_outcome {
    SN_RUNNING,
    SN_FINISHED,
    SN_STOPPED, /* by the callback */
    SN_DIVERGED
} sn_outcome;

typedef struct sn_trainer {
    const seqnet_dataset *dataset;
    const seqnet_train_options *options;
    seqnet_model *model;
    sn_rows rows;            /* those that are trained on */
    sn_rows validation_view; /* those that validate: none in a refit */
    bool refit;              /* all rows are trained on */
    size_t train_rows, validation_rows;
    sn_pool *pool;
    sn_engine *engine;
    sn_optimizer optimizer;
    sn_average average;
    sn_rng shuffle, dropout, word_dropout;
    uint32_t *order;         /* row numbers in this epoch's order */
    const int32_t **row_ids; /* the batch under way */
    size_t *lengths;
    int32_t *labels;
    float *weights;      /* of its rows in the loss; NULL: all 1 */
    int32_t *masked_ids; /* its ids after word dropout, maxlen for each row; NULL: there is none */
    float *class_weights;
    float *current, *kept, *gradients;
    bool by_row;       /* the embedding is cleared and updated where it has a gradient */
    sn_id_set touched; /* then the rows of it that have one */
    seqnet_evaluation validation;
    sn_scored_block *validated; /* of its rows, the block under way */
    sn_epoch_record *history;
    char data_hash[SN_HASH_TEXT]; /* empty until it is needed */
    size_t steps;                 /* taken so far */
    seqnet_error best_error;      /* of writing options.best_path */
    seqnet_train_result result;
    sn_outcome outcome;
} sn_trainer;

/* Makes the model, its starting weights and all memory that training needs. dataset, options, model
 * and rows are set. */
seqnet_status sn_trainer_prepare(sn_trainer *t, seqnet_error *err);

/* Frees all but the model. */
void sn_trainer_release(sn_trainer *t);

/* One optimiser step on the rows order[first .. first + count); adds to *sums. */
void sn_trainer_step(sn_trainer *t, size_t first, size_t count, sn_loss_sums *sums);

/* Trains again from the start on the training and the validation rows together, as long as the best
 * epoch took, and replaces the kept weights. When that is stopped or diverges they stay. */
seqnet_status sn_trainer_refit(sn_trainer *t, seqnet_error *err);

/* Runs the epochs of a trainer that is prepared. */
void sn_trainer_run(sn_trainer *t);

/* The weights that the model would have now. */
const float *sn_trainer_weights(sn_trainer *t);

#endif
