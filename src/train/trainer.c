/* Runs the epochs of a training, one event at a time: see trainer.h. */
#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "clock.h"
#include "comm.h"
#include "memory.h"
#include "pieces.h"
#include "shares.h"
#include "vec.h"

#include "banned.h"

static size_t slab_size(const seqnet_trainer *t)
{
    return t->plan.outline->network.table.floats;
}

/* Adds the time since the last call to the epoch's seconds, and returns them. */
static double count_seconds(seqnet_trainer *t)
{
    const double now = sn_clock();
    t->state.seconds += now - t->scratch.clock;
    t->scratch.clock = now;
    return t->state.seconds;
}

static seqnet_status diverged(seqnet_trainer *t, seqnet_error *err)
{
    t->outcome = SN_DIVERGED;
    if (t->state.kept_epoch == 0)
        return sn_fail(err, SEQNET_ERR_DIVERGED,
                       "the loss became NaN or infinite in the first epoch, so nothing is saved; "
                       "lower the learning rate with .learning_rate");
    return sn_fail(err, SEQNET_ERR_DIVERGED,
                   "the loss became NaN or infinite in epoch %zu; lower the learning rate with "
                   ".learning_rate",
                   (size_t)t->state.epochs_run + 1);
}

static bool is_better(const seqnet_trainer *t, const sn_epoch_record *record)
{
    const sn_train_state *const best = &t->state;
    if (t->plan.validation.count == 0 || best->kept_epoch == 0)
        return true;
    if (t->options.monitor == SEQNET_VAL_LOSS)
        return record->val_loss < best->val_loss;
    return record->val_accuracy > best->val_accuracy ||
           (record->val_accuracy == best->val_accuracy && record->val_loss < best->val_loss);
}

/* Writes the best epoch's model, so that it survives if the process is killed. A file may already
 * be there from an older training: only an epoch better than options.best_above replaces it. A
 * failure does not end the training. */
static void write_best(seqnet_trainer *t)
{
    const seqnet_train_options *const o = &t->options;
    const bool is_no_better = t->plan.validation.count && !t->state.best_written &&
                              !(t->state.val_accuracy > o->best_above);
    if (!o->best_path || is_no_better)
        return;
    t->best_error = (seqnet_error){0};
    if (sn_trainer_save_soon(t, o->best_path, &t->best_error) == SEQNET_OK)
        t->state.best_written = true;
}

/* The weights that are validated, and kept if they are the best. */
static const float *epoch_weights(seqnet_trainer *t)
{
    if (t->options.ema == 0.0)
        return t->state.current;
    sn_average_settle(&t->state.average, t->state.current);
    return t->state.average.weights;
}

/* Finds the temperature of the epoch's scores and divides them by it. */
static double find_temperature(seqnet_trainer *t)
{
    seqnet_scores *const scores = t->scratch.scores;
    const sn_scored_parts parts = {.logits = {[SN_PART_NETWORK] = scores->logits},
                                   .count = scores->count,
                                   .outputs = scores->outputs,
                                   .labels = scores->labels};
    const double temperature = sn_temperature_find(&parts);
    sn_vec_scale(scores->logits, (float)(1.0 / temperature), scores->count * scores->outputs);
    return temperature;
}

/* Fits what becomes of logits to the epoch's validation rows: the threshold of rows with any number
 * of labels; of others, except as in Keras, the temperature. Then measures what the model makes of
 * these rows. */
static seqnet_status calibrate(seqnet_trainer *t, seqnet_error *err)
{
    sn_train_plan *const plan = &t->plan;
    sn_model_config *const config = &plan->config;
    if (plan->validation.count == 0)
        return SEQNET_OK;
    if (config->multi_label)
        config->threshold = t->scratch.threshold;
    else if (t->options.preset != SEQNET_PRESET_KERAS)
        config->temperature = find_temperature(t);
    SN_TRY(sn_validated_measure(&t->validated, t->scratch.scores, &plan->validation, &t->options,
                                config->temperature, config, err));
    SN_TRY(sn_model_set_held_out(plan->outline, t->validated.profile, "the training", err));
    return sn_model_calibrate(plan->outline, config, err);
}

static seqnet_status keep_if_best(seqnet_trainer *t, const sn_epoch_record *record,
                                  seqnet_error *err)
{
    t->best_error.status = SEQNET_OK;
    if (!is_better(t, record))
        return SEQNET_OK;
    SN_TRY(calibrate(t, err));
    memcpy(t->state.kept, epoch_weights(t), slab_size(t) * sizeof *t->state.kept);
    t->state.kept_epoch = t->state.epoch;
    t->state.val_accuracy = record->val_accuracy;
    t->state.val_loss = record->val_loss;
    write_best(t);
    return SEQNET_OK;
}

/* Micro F1, from what sn_loss_sums counts. */
static double micro_f1(size_t correct, size_t marks)
{
    return marks ? 2.0 * (double)correct / (double)marks : 0.0;
}

sn_scorer sn_trainer_scorer(const seqnet_trainer *t, const float *weights)
{
    sn_engine_use(t->scratch.engine, weights);
    return (sn_scorer){.engine = t->scratch.engine,
                       .block = t->scratch.validated,
                       .comm = t->options.comm,
                       .outputs = t->plan.outline->network.outputs,
                       .scale = 1.0F};
}

/* Scores the validation rows, and keeps their scores. */
static seqnet_status score_validation(seqnet_trainer *t, const sn_scorer *scorer, seqnet_error *err)
{
    const sn_rows *const rows = &t->plan.validation;
    t->scratch.scores->count = 0;
    return sn_score_rows(scorer, rows, rows->count, t->scratch.scores, err);
}

/* Measures the validation rows, which have any number of labels. */
static seqnet_status validate_labels(seqnet_trainer *t, const sn_scorer *scorer,
                                     seqnet_train_event *event, seqnet_error *err)
{
    const seqnet_scores *const scores = t->scratch.scores;
    SN_TRY(score_validation(t, scorer, err));
    event->val_loss = sn_scores_sums(scores).loss / (double)scores->count;
    /* At the threshold that would be kept: rare labels are seldom more probable than 0.5. */
    return seqnet_scores_best_threshold(scores, &t->scratch.threshold, &event->val_accuracy, err);
}

/* Measures the validation rows, which have one label each. */
static seqnet_status validate_classes(seqnet_trainer *t, const sn_scorer *scorer,
                                      seqnet_train_event *event, seqnet_error *err)
{
    seqnet_evaluation *const validation = &t->scratch.validation;
    seqnet_evaluation_clear(validation);
    SN_TRY(score_validation(t, scorer, err));
    seqnet_scores_evaluate(t->scratch.scores, validation);
    event->val_accuracy = validation->accuracy;
    event->val_loss = validation->loss;
    return SEQNET_OK;
}

seqnet_status sn_trainer_restore_kept(seqnet_trainer *t, seqnet_error *err)
{
    double f1;
    const seqnet_scores *const scores = t->scratch.scores;
    t->state.best_written = 0;
    if (t->state.kept_epoch == 0)
        return SEQNET_OK;
    if (t->plan.validation.count) {
        const sn_scorer scorer = sn_trainer_scorer(t, t->state.kept);
        SN_TRY(score_validation(t, &scorer, err));
        if (t->plan.config.multi_label)
            SN_TRY(seqnet_scores_best_threshold(scores, &t->scratch.threshold, &f1, err));
        SN_TRY(calibrate(t, err));
    }
    write_best(t);
    return SEQNET_OK;
}

static seqnet_status validate(seqnet_trainer *t, seqnet_train_event *event, seqnet_error *err)
{
    const sn_train_plan *const plan = &t->plan;
    if (plan->validation.count == 0)
        return SEQNET_OK;
    const float *const weights = epoch_weights(t);
    const sn_scorer scorer = sn_trainer_scorer(t, weights);
    SN_TRY((plan->config.multi_label ? validate_labels : validate_classes)(t, &scorer, event, err));
    event->val_loss += sn_train_penalty(plan, weights);
    return SEQNET_OK;
}

/* Fills what the ends of a batch and of an epoch both report. */
static void report_sums(seqnet_trainer *t, seqnet_train_event *event)
{
    const size_t batch_size = (size_t)t->options.batch_size, done = (size_t)t->state.done;
    event->batch = sn_pieces(done, batch_size);
    event->batches = sn_pieces(t->plan.train.count, batch_size);
    event->accuracy = t->plan.config.multi_label
                          ? micro_f1((size_t)t->state.correct, (size_t)t->state.marks)
                          : (double)t->state.correct / (double)done;
    event->loss = t->state.loss / (double)done;
    event->val_accuracy = (double)NAN;
    event->val_loss = (double)NAN;
}

static void begin_epoch(seqnet_trainer *t, seqnet_train_event *event)
{
    sn_train_state *const state = &t->state;
    t->scratch.clock = sn_clock();
    state->epoch++;
    state->done = 0;
    state->correct = state->marks = 0;
    state->loss = state->seconds = 0.0;
    event->kind = SEQNET_TRAIN_EPOCH_BEGIN;
    event->epoch = (size_t)state->epoch;
}

static seqnet_status do_batch(seqnet_trainer *t, seqnet_train_event *event, seqnet_error *err)
{
    sn_train_state *const state = &t->state;
    const size_t done = (size_t)state->done, left = t->plan.train.count - done;
    const size_t count = sn_smaller(left, (size_t)t->options.batch_size);
    sn_loss_sums sums = {
        .loss = state->loss, .correct = (size_t)state->correct, .marks = (size_t)state->marks};
    if (done == 0) {
        sn_rng_shuffle(&state->shuffle, state->order, t->plan.train.count);
        sn_trainer_expect_order(t, true);
    }
    sn_trainer_take_batch(t, done, count, &sums);
    state->steps++;
    state->done += count;
    state->loss = sums.loss;
    state->correct = sums.correct;
    state->marks = sums.marks;
    if (!isfinite(sums.loss))
        return diverged(t, err);
    report_sums(t, event);
    event->kind = SEQNET_TRAIN_BATCH_END;
    event->seconds = count_seconds(t);
    return SEQNET_OK;
}

static seqnet_status end_epoch(seqnet_trainer *t, seqnet_train_event *event, seqnet_error *err)
{
    report_sums(t, event);
    sn_trainer_expect_order(t, false);
    SN_TRY(validate(t, event, err));
    if (!sn_vec_all_finite(t->state.current, slab_size(t)) ||
        (t->plan.validation.count && !isfinite(event->val_loss)))
        return diverged(t, err);
    event->kind = SEQNET_TRAIN_EPOCH_END;
    event->seconds = count_seconds(t);
    const sn_epoch_record record = {event->accuracy, event->loss, event->val_accuracy,
                                    event->val_loss, event->seconds};
    t->state.history[t->state.epochs_run++] = record;
    SN_TRY(keep_if_best(t, &record, err));
    event->is_best = t->state.kept_epoch == t->state.epoch;
    event->problem = t->best_error.status == SEQNET_OK ? NULL : t->best_error.message;
    return SEQNET_OK;
}

static bool is_over(const seqnet_trainer *t)
{
    const sn_train_state *const state = &t->state;
    if (t->outcome != SN_RUNNING)
        return true;
    if (state->epoch != state->epochs_run)
        return false;
    const size_t patience = (size_t)t->options.patience;
    const bool may_stop_early = patience && t->plan.validation.count;
    return state->epochs_run == (uint64_t)t->options.epochs ||
           (may_stop_early && state->epochs_run - state->kept_epoch >= patience);
}

static void begin(seqnet_trainer *t, seqnet_train_event *event)
{
    t->has_begun = true;
    t->scratch.clock = sn_clock();
    event->kind = SEQNET_TRAIN_BEGIN;
    event->vectors = t->options.vectors ? &t->state.vectors : NULL;
    event->is_past = t->is_restored;
    event->batch = sn_pieces((size_t)t->state.done, (size_t)t->options.batch_size);
    event->batches = sn_pieces(t->plan.train.count, (size_t)t->options.batch_size);
}

/* Tells of an epoch that was finished before the training went on. */
static void tell_past(seqnet_trainer *t, seqnet_train_event *event)
{
    const sn_epoch_record *const record = &t->state.history[t->told++];
    event->kind = SEQNET_TRAIN_EPOCH_END;
    event->is_past = true;
    event->is_best = t->told == t->state.kept_epoch;
    event->batch = event->batches = sn_pieces(t->plan.train.count, (size_t)t->options.batch_size);
    event->accuracy = record->accuracy;
    event->loss = record->loss;
    event->val_accuracy = record->val_accuracy;
    event->val_loss = record->val_loss;
    event->seconds = record->seconds;
    event->epoch = (size_t)t->told;
}

/* Whether something is still to be told of what was done before the training went on. */
static bool has_past(const seqnet_trainer *t)
{
    return t->told < t->past || t->tells_epoch;
}

static void tell_restored(seqnet_trainer *t, seqnet_train_event *event)
{
    if (t->told < t->past) {
        tell_past(t, event);
        return;
    }
    t->tells_epoch = false;
    event->kind = SEQNET_TRAIN_EPOCH_BEGIN;
    event->epoch = (size_t)t->state.epoch;
}

/* Takes the next step of the sequence: the beginning; then for each epoch its beginning, its
 * batches and its end. */
static seqnet_status go_on(seqnet_trainer *t, seqnet_train_event *event, seqnet_error *err)
{
    event->epoch = (size_t)t->state.epoch;
    if (!t->has_begun)
        begin(t, event);
    else if (has_past(t))
        tell_restored(t, event);
    else if (t->state.epoch == t->state.epochs_run)
        begin_epoch(t, event);
    else if (t->state.done < t->plan.train.count)
        SN_TRY(do_batch(t, event, err));
    else
        SN_TRY(end_epoch(t, event, err));
    return SEQNET_OK;
}

static seqnet_status take_step(seqnet_trainer *t, seqnet_train_event *event, bool *more,
                               seqnet_error *err)
{
    *event = (seqnet_train_event){.model = t->plan.outline,
                                  .refit = t->plan.is_refit,
                                  .self_labelled = t->plan.dataset->self_labelled,
                                  .multi_label = t->plan.config.multi_label,
                                  .train_rows = t->plan.train.count,
                                  .validation_rows = t->plan.validation.count,
                                  .epochs = (size_t)t->options.epochs};
    *more = false;
    if (t->has_begun && !has_past(t)) {
        if (t->outcome == SN_DIVERGED)
            return diverged(t, err);
        if (is_over(t)) {
            t->outcome = SN_FINISHED;
            return SEQNET_OK;
        }
    }
    SN_TRY(go_on(t, event, err));
    *more = true;
    return SEQNET_OK;
}

seqnet_status seqnet_trainer_step(seqnet_trainer *t, seqnet_train_event *event, bool *more,
                                  seqnet_error *err)
{
    const sn_arithmetic before = sn_train_arithmetic(&t->options);
    const seqnet_status status = take_step(t, event, more, err);
    (void)sn_arithmetic_use(before);
    return status;
}

/* Tells the callback of an event, and writes a checkpoint where one is due or the training ends.
 * Returns whether it ends: when the callback asks for it, and of processes that train together when
 * that of any does. These ask each other after a batch, and hear the answer after the next one, so
 * that none waits for it. */
static bool is_stopped(seqnet_trainer *t, const seqnet_train_event *event)
{
    const sn_checkpoint *const checkpoint = t->part.checkpoint;
    const bool is_epoch = event->kind == SEQNET_TRAIN_EPOCH_END && !event->is_past;
    const bool is_alone = seqnet_comm_size(t->options.comm) == 1;
    if (t->options.callback && !t->options.callback(t->options.user, event))
        t->wants_end = true;
    bool ends = is_alone ? t->wants_end
                         : event->kind == SEQNET_TRAIN_BATCH_END &&
                               sn_comm_vote(t->options.comm, t->wants_end);
    if (sn_train_writes_checkpoints(checkpoint, t->options.comm) && t->outcome == SN_RUNNING &&
        (ends || is_epoch || sn_checkpoint_is_due(checkpoint)) && !sn_trainer_write_checkpoint(t)) {
        t->wants_end = true;
        ends |= is_alone;
    }
    return ends;
}

seqnet_status sn_trainer_run(seqnet_trainer *t, seqnet_error *err)
{
    seqnet_train_event event;
    bool more;
    for (;;) {
        const seqnet_status status = seqnet_trainer_step(t, &event, &more, err);
        if (status == SEQNET_ERR_DIVERGED || (status == SEQNET_OK && !more))
            sn_trainer_keep_results(t);
        if (status != SEQNET_OK || !more)
            return status;
        if (is_stopped(t, &event)) {
            t->outcome = SN_STOPPED;
            return SEQNET_OK;
        }
    }
}

seqnet_train_result seqnet_trainer_result(const seqnet_trainer *t)
{
    static const sn_epoch_record none = {.accuracy = (double)NAN, .loss = (double)NAN};
    const sn_train_state *const state = &t->state;
    const sn_epoch_record *const kept =
        state->kept_epoch ? &state->history[state->kept_epoch - 1] : &none;
    return (seqnet_train_result){.epochs_run = (size_t)state->epochs_run,
                                 .best_written = state->best_written,
                                 .kept_epoch = (size_t)state->kept_epoch,
                                 .accuracy = kept->accuracy,
                                 .loss = kept->loss,
                                 .val_accuracy = state->val_accuracy,
                                 .val_loss = state->val_loss,
                                 .multi_label = t->plan.config.multi_label,
                                 .threshold = t->plan.config.threshold,
                                 .stopped_early = t->outcome == SN_FINISHED &&
                                                  state->epochs_run < (uint64_t)t->options.epochs,
                                 .is_refitted = sn_trainer_is_refitted(t),
                                 .refit_epochs = t->refit_epochs,
                                 .refit_diverged = t->refit_diverged,
                                 .vector_words = (size_t)state->vectors.words,
                                 .vector_coverage = state->vectors.coverage,
                                 .calibrated = t->validated.calibrated,
                                 .precise = t->validated.precise};
}

static seqnet_status prepare(seqnet_trainer *t, seqnet_error *err)
{
    SN_TRY(sn_train_plan_make(&t->plan, err));
    if (t->plan.outline->network.count == 0) /* n-grams alone need no steps */
        return SEQNET_OK;
    const bool is_stored =
        t->part.checkpoint && sn_checkpoint_has(t->part.checkpoint, t->part.name);
    SN_TRY(sn_train_state_make(&t->state, &t->plan, is_stored, err));
    SN_TRY(sn_train_scratch_make(&t->scratch, &t->plan, err));
    t->threads = sn_pool_threads(t->scratch.pool);
    return is_stored ? sn_trainer_restore(t, err) : SEQNET_OK;
}

seqnet_status sn_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset,
                                bool is_refit, const seqnet_train_options *options,
                                sn_run_part part, seqnet_error *err)
{
    seqnet_trainer *t;
    *trainer = NULL;
    SN_TRY(sn_alloc(&t, 1, sizeof *t, err));
    t->options = *options;
    t->part = part;
    t->resumed = part.checkpoint ? part.checkpoint->resumed : 0;
    t->plan = (sn_train_plan){.dataset = dataset, .options = &t->options, .is_refit = is_refit};
    const sn_arithmetic before = sn_train_arithmetic(options);
    const seqnet_status status = prepare(t, err);
    (void)sn_arithmetic_use(before);
    if (status == SEQNET_OK)
        *trainer = t;
    else
        seqnet_trainer_free(t);
    return status;
}

seqnet_status seqnet_trainer_create(seqnet_trainer **trainer, const seqnet_dataset *dataset,
                                    const seqnet_train_options *options, seqnet_error *err)
{
    const char *const reason = seqnet_train_options_check(options);
    *trainer = NULL;
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    seqnet_train_options own = *options;
    own.ngrams = SEQNET_NGRAMS_OFF;
    return sn_trainer_memory(
        sn_trainer_create(trainer, dataset, false, &own, (sn_run_part){0}, err), dataset, err);
}

seqnet_status sn_trainer_memory(seqnet_status status, const seqnet_dataset *dataset,
                                seqnet_error *err)
{
    return sn_memory_place(status, dataset->source,
                           "choose a smaller .batch_size, .maxlen or .units, or fewer threads "
                           "with .threads",
                           err);
}

void sn_trainer_swap_kept(seqnet_trainer *a, seqnet_trainer *b)
{
    float *const kept = a->state.kept;
    a->state.kept = b->state.kept;
    b->state.kept = kept;
}

void sn_trainer_conclude(seqnet_trainer *t)
{
    /* Before the rest: it needs the current weights. */
    sn_trainer_ensure_kept(t);
    sn_train_scratch_free(&t->scratch);
    sn_train_state_conclude(&t->state);
    sn_train_plan_free(&t->plan);
}

void seqnet_trainer_free(seqnet_trainer *t)
{
    if (!t)
        return;
    sn_train_scratch_free(&t->scratch);
    sn_train_state_free(&t->state);
    sn_train_plan_free(&t->plan);
    sn_validated_free(&t->validated);
    free(t);
}
