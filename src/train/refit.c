/*
 * The second training, on all rows. With few of them, those that were set aside to find the best
 * epoch are worth more in training than what they told.
 */
#include "trainer.h"

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

static seqnet_status merge(merged_rows *merged, const sn_trainer *t, seqnet_error *err)
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
static size_t choose_epochs(const sn_trainer *t)
{
    const size_t run = t->result.epochs_run;
    const size_t least = t->validation_rows < FEW_ROWS ? run : (run + 1) / 2;
    return t->result.kept_epoch > least ? t->result.kept_epoch : least;
}

static seqnet_status train_again(sn_trainer *t, const sn_sequences *rows, const float *row_weights,
                                 seqnet_error *err)
{
    seqnet_train_options options = *t->options;
    options.maxlen = (int64_t)t->model->config.maxlen;
    options.epochs = (int64_t)choose_epochs(t);
    options.validation_split = 0.0;
    options.best_path = NULL;
    sn_trainer again = {.dataset = t->dataset,
                        .options = &options,
                        .rows = rows,
                        .row_weights = row_weights,
                        .refit = true};
    SN_TRY(sn_alloc(&again.model, 1, sizeof *again.model, err));
    const seqnet_status status = sn_trainer_prepare(&again, err);
    if (status == SEQNET_OK)
        sn_trainer_run(&again);
    if (status == SEQNET_OK && again.outcome == SN_FINISHED) {
        t->result.refit_epochs = again.result.epochs_run;
        float *const before = t->kept;
        t->kept = again.kept;
        again.kept = before;
    } else if (again.outcome == SN_STOPPED) {
        t->outcome = SN_STOPPED;
    }
    t->result.refit_diverged = again.outcome == SN_DIVERGED;
    sn_trainer_release(&again);
    seqnet_model_free(again.model);
    return status;
}

seqnet_status sn_trainer_refit(sn_trainer *t, seqnet_error *err)
{
    merged_rows merged = {0};
    if (t->validation_source == t->rows) /* Keras's split: they are together as it is */
        return train_again(t, t->rows, t->row_weights, err);
    seqnet_status status = merge(&merged, t, err);
    if (status == SEQNET_OK)
        status = train_again(t, &merged.rows, merged.weights, err);
    sn_sequences_free(&merged.rows);
    free(merged.weights);
    return status;
}
