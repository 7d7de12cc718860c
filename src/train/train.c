/*
 * The training loop, as Keras's fit runs it: each epoch visits the training rows in a new order,
 * and its running accuracy and loss are means over its batches with the weights moving underneath.
 * After it the validation rows are scored, and the best epoch's weights are kept.
 */
#include <seqnet/train.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "memory.h"
#include "trainer.h"
#include "vec.h"

#include "banned.h"

static bool tell(sn_trainer *t, seqnet_train_event event)
{
    event.model = t->model;
    event.refit = t->refit;
    event.train_rows = t->train_rows;
    event.validation_rows = t->validation_rows;
    event.epochs = (size_t)t->options->epochs;
    if (!t->options->callback || t->options->callback(t->options->user, &event))
        return true;
    t->outcome = SN_STOPPED;
    return false;
}

/* All batches of an epoch; false when the training is to end. */
static bool run_batches(sn_trainer *t, size_t epoch, double start, seqnet_train_event *event)
{
    const size_t batch_size = (size_t)t->options->batch_size;
    sn_loss_sums sums = {0};
    for (size_t done = 0; done < t->train_rows;) {
        const size_t left = t->train_rows - done;
        const size_t count = left < batch_size ? left : batch_size;
        sn_trainer_step(t, done, count, &sums);
        t->steps++;
        done += count;
        *event = (seqnet_train_event){.kind = SEQNET_TRAIN_BATCH_END,
                                      .epoch = epoch,
                                      .batch = (done + batch_size - 1) / batch_size,
                                      .batches = (t->train_rows + batch_size - 1) / batch_size,
                                      .accuracy = (double)sums.correct / (double)done,
                                      .loss = sums.loss / (double)done,
                                      .val_accuracy = (double)NAN,
                                      .val_loss = (double)NAN,
                                      .seconds = sn_clock() - start};
        if (!isfinite(sums.loss)) {
            t->outcome = SN_DIVERGED;
            return false;
        }
        if (!tell(t, *event))
            return false;
    }
    return true;
}

static bool is_better(const sn_trainer *t, const sn_epoch_record *record)
{
    const seqnet_train_result *const best = &t->result;
    if (t->validation_rows == 0 || best->kept_epoch == 0)
        return true;
    if (t->options->monitor == SEQNET_VAL_LOSS)
        return record->val_loss < best->val_loss;
    return record->val_accuracy > best->val_accuracy ||
           (record->val_accuracy == best->val_accuracy && record->val_loss < best->val_loss);
}

static const char *how_it_ended(sn_outcome outcome)
{
    static const char *const words[] = {[SN_RUNNING] = "unfinished",
                                        [SN_FINISHED] = "finished",
                                        [SN_STOPPED] = "interrupted",
                                        [SN_DIVERGED] = "diverged"};
    return words[outcome];
}

static seqnet_status record_training(sn_trainer *t, seqnet_error *err)
{
    if (!t->data_hash[0])
        SN_TRY(seqnet_dataset_hash(t->dataset, t->data_hash, err));
    const sn_training_record record = {.data = t->dataset->source,
                                       .data_hash = t->data_hash,
                                       .word_index = t->dataset->word_index_path,
                                       .train_rows = t->train_rows,
                                       .validation_rows = t->validation_rows,
                                       .validation_split = t->dataset->validation_split,
                                       .threads = sn_pool_threads(t->pool),
                                       .kept_epoch = t->result.kept_epoch,
                                       .refit_epochs = t->result.refit_epochs,
                                       .stopped = how_it_ended(t->outcome),
                                       .process = t->outcome == SN_RUNNING ? (long)getpid() : 0,
                                       .history = t->history,
                                       .epochs_run = t->result.epochs_run};
    return sn_training_record_to_json(&t->model->training_json, &record, t->options, err);
}

/* Makes the model one of the weights that are kept, with its record and its fingerprint. */
static seqnet_status complete_model(sn_trainer *t, seqnet_error *err)
{
    t->model->weights = t->kept;
    SN_TRY(record_training(t, err));
    return sn_model_compute_fingerprint(t->model, t->model->fingerprint, err);
}

/* The training goes on, and the weights that are kept will be others. */
static void take_completion_back(seqnet_model *model)
{
    free(model->training_json);
    model->training_json = NULL;
    model->weights = NULL;
    model->fingerprint[0] = '\0';
}

/* Writes the best epoch's model, so that it is there if the process is killed. A failure does not
 * end the training. */
static void write_best(sn_trainer *t)
{
    const seqnet_train_options *const o = t->options;
    const bool waits =
        t->validation_rows && !t->result.best_written && !(t->result.val_accuracy > o->best_above);
    if (!o->best_path || waits)
        return;
    t->best_error = (seqnet_error){0};
    seqnet_status status = complete_model(t, &t->best_error);
    if (status == SEQNET_OK)
        status = sn_model_save_soon(t->model, o->best_path, &t->best_error);
    t->result.best_written = t->result.best_written || status == SEQNET_OK;
    take_completion_back(t->model);
}

static void keep_if_best(sn_trainer *t, size_t epoch, const sn_epoch_record *record)
{
    t->best_error.status = SEQNET_OK;
    if (!is_better(t, record))
        return;
    memcpy(t->kept, sn_trainer_weights(t), t->model->network.table.floats * sizeof *t->kept);
    t->result.kept_epoch = epoch;
    t->result.val_accuracy = record->val_accuracy;
    t->result.val_loss = record->val_loss;
    write_best(t);
}

static bool lost_patience(const sn_trainer *t, size_t epoch)
{
    const size_t patience = (size_t)t->options->patience;
    return patience && t->validation_rows && epoch - t->result.kept_epoch >= patience;
}

static void validate(sn_trainer *t, seqnet_train_event *event)
{
    if (t->validation_rows == 0)
        return;
    seqnet_evaluation_clear(&t->validation);
    sn_engine_use(t->engine, sn_trainer_weights(t));
    sn_evaluate_rows(t->engine, &t->validation_view, 0, t->validation_rows, t->validated,
                     &t->validation);
    event->val_accuracy = t->validation.accuracy;
    event->val_loss = t->validation.loss;
}

static bool run_epoch(sn_trainer *t, size_t epoch)
{
    const double start = sn_clock();
    seqnet_train_event event = {.kind = SEQNET_TRAIN_EPOCH_BEGIN, .epoch = epoch};
    if (!tell(t, event))
        return false;
    sn_rng_shuffle(&t->shuffle, t->order, t->train_rows);
    if (!run_batches(t, epoch, start, &event))
        return false;
    validate(t, &event);
    if (!sn_vec_all_finite(t->current, t->model->network.table.floats) ||
        (t->validation_rows && !isfinite(event.val_loss))) {
        t->outcome = SN_DIVERGED;
        return false;
    }
    event.kind = SEQNET_TRAIN_EPOCH_END;
    event.seconds = sn_clock() - start;
    const sn_epoch_record record = {event.accuracy, event.loss, event.val_accuracy, event.val_loss,
                                    event.seconds};
    t->history[t->result.epochs_run++] = record;
    keep_if_best(t, epoch, &record);
    event.problem = t->best_error.status == SEQNET_OK ? NULL : t->best_error.message;
    return tell(t, event);
}

void sn_trainer_run(sn_trainer *t)
{
    const seqnet_train_event begin = {.kind = SEQNET_TRAIN_BEGIN};
    bool goes_on = tell(t, begin);
    for (size_t epoch = 1; goes_on && epoch <= (size_t)t->options->epochs; epoch++) {
        goes_on = run_epoch(t, epoch);
        t->result.stopped_early =
            goes_on && epoch < (size_t)t->options->epochs && lost_patience(t, epoch);
        goes_on = goes_on && !t->result.stopped_early;
    }
    if (t->outcome == SN_RUNNING)
        t->outcome = SN_FINISHED;
}

/* Gives the model its weights, its record and its fingerprint. */
static seqnet_status finish(sn_trainer *t, seqnet_error *err)
{
    if (t->result.kept_epoch == 0)
        memcpy(t->kept, sn_trainer_weights(t), t->model->network.table.floats * sizeof *t->kept);
    SN_TRY(complete_model(t, err));
    t->model->owned_weights = t->kept;
    t->kept = NULL;
    return SEQNET_OK;
}

static seqnet_status train(sn_trainer *t, seqnet_error *err)
{
    SN_TRY(sn_trainer_prepare(t, err));
    sn_trainer_run(t);
    if (t->outcome == SN_DIVERGED && t->result.kept_epoch == 0)
        return sn_fail(err, SEQNET_ERR_DIVERGED,
                       "the loss became NaN or infinite in the first epoch, so nothing is saved; "
                       "lower the learning rate with --lr");
    if (t->steps == 0) /* the weights are those that the training was to begin with */
        return SEQNET_INTERRUPTED;
    if (t->options->refit && t->outcome == SN_FINISHED && t->validation_rows)
        SN_TRY(sn_trainer_refit(t, err));
    SN_TRY(finish(t, err));
    if (t->outcome == SN_DIVERGED)
        return sn_fail(err, SEQNET_ERR_DIVERGED,
                       "the loss became NaN or infinite in epoch %zu; lower the learning rate with "
                       "--lr",
                       t->result.epochs_run + 1);
    return t->outcome == SN_STOPPED ? SEQNET_INTERRUPTED : SEQNET_OK;
}

seqnet_status seqnet_model_train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options, seqnet_train_result *result,
                                 seqnet_error *err)
{
    *model = NULL;
    const char *const reason = seqnet_train_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    sn_trainer t = {.dataset = dataset,
                    .options = options,
                    .rows = dataset->parts[SEQNET_TRAIN],
                    .validation_view = dataset->parts[SEQNET_VALIDATION],
                    .result = {.val_accuracy = (double)NAN, .val_loss = (double)NAN}};
    SN_TRY(sn_alloc(&t.model, 1, sizeof *t.model, err));
    const seqnet_status status = train(&t, err);
    sn_trainer_release(&t);
    *result = t.result;
    if (t.model->training_json && t.model->fingerprint[0])
        *model = t.model;
    else
        seqnet_model_free(t.model);
    return sn_memory_place(status, dataset->source,
                           "choose a smaller --batch-size, --maxlen or --units, or fewer threads "
                           "with -j",
                           err);
}
