/*
 * The second training, on all rows. With few of them, those that were set aside to find the best
 * epoch are worth more in training than what they told.
 */
#include "refit.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

enum { FEW_ROWS = 200 };

/* The rows of both parts, and their weights where they have some. */
typedef struct merged_rows {
    sn_sequences rows;
    float *weights;
} merged_rows;

static seqnet_status add_rows(merged_rows *merged, const sn_sequences *rows, const float *weights,
                              seqnet_error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (weights)
            merged->weights[merged->rows.count] = weights[i];
        SN_TRY(sn_sequences_add(&merged->rows, sn_sequences_row(rows, i),
                                sn_sequences_length(rows, i), rows->labels[i], err));
    }
    return SEQNET_OK;
}

static seqnet_status merge(merged_rows *merged, const sn_train_plan *t, seqnet_error *err)
{
    const sn_sequences *const validation = t->validation_source;
    if (t->row_weights)
        SN_TRY(sn_alloc(&merged->weights, t->rows->count + validation->count,
                        sizeof *merged->weights, err));
    SN_TRY(add_rows(merged, t->rows, t->row_weights, err));
    return add_rows(merged, validation, t->dataset->weights[SEQNET_VALIDATION], err);
}

/* As many as the best epoch took. Of few validation rows chance picks it, perhaps an early one,
 * which costs more than some epochs too many do: then as many as were run, else at least half. */
static size_t choose_epochs(const seqnet_trainer *first)
{
    const size_t run = (size_t)first->state.epochs_run, kept = (size_t)first->state.kept_epoch;
    const size_t least = first->plan.validation_rows < FEW_ROWS ? run : (run + 1) / 2;
    return kept > least ? kept : least;
}

/* Gives the first training what the second has come to: its weights, if it was finished. */
static void take_over(seqnet_trainer *first, seqnet_trainer *again)
{
    if (again->outcome == SN_FINISHED) {
        float *const before = first->state.kept;
        first->state.kept = again->state.kept;
        again->state.kept = before;
        first->refit_epochs = (size_t)again->state.epochs_run;
    } else if (again->outcome == SN_STOPPED) {
        first->outcome = SN_STOPPED;
    }
    first->refit_diverged = again->outcome == SN_DIVERGED;
}

static seqnet_status train_again(seqnet_trainer *first, const sn_sequences *rows,
                                 const float *weights, seqnet_error *err)
{
    const sn_train_rows all = {.rows = rows, .weights = weights, .refit = true};
    seqnet_train_options options = first->options;
    seqnet_trainer *again;
    options.maxlen = (int64_t)first->plan.config.maxlen;
    options.epochs = (int64_t)choose_epochs(first);
    options.validation_split = 0.0;
    options.best_path = NULL;
    SN_TRY(sn_trainer_create(&again, first->plan.dataset, &all, &options, err));
    (void)sn_trainer_run(again, NULL); /* may diverge: the first weights stay then */
    take_over(first, again);
    seqnet_trainer_free(again);
    return SEQNET_OK;
}

seqnet_status sn_train_refit(seqnet_trainer *first, seqnet_error *err)
{
    const sn_train_plan *const plan = &first->plan;
    merged_rows merged = {0};
    if (plan->validation_source == plan->rows) /* Keras's split: they are together as it is */
        return train_again(first, plan->rows, plan->row_weights, err);
    seqnet_status status = merge(&merged, plan, err);
    if (status == SEQNET_OK)
        status = train_again(first, &merged.rows, merged.weights, err);
    sn_sequences_free(&merged.rows);
    free(merged.weights);
    return status;
}
