#include "trial_fold.h"

#include <stdio.h>

#include "figures.h"
#include "folds.h"
#include "signals.h"
#include "terminal.h"

bool is_late(const tuner *t)
{
    return t->minutes > 0.0 && t->count > 0 && seconds_now() - t->began >= 60.0 * t->minutes;
}

static void draw_progress(const tuner *t, const seqnet_train_event *event)
{
    char text[160];
    size_t done = t->count, total = t->trial_limit;
    if (t->minutes > 0.0) {
        done = (size_t)(seconds_now() - t->began);
        total = (size_t)(60.0 * t->minutes) + 1;
    }
    int used = snprintf(text, sizeof text, "trial %zu, fold %zu/%zu, epoch %zu/%zu", t->count + 1,
                        t->fold, t->folds, event->epoch, event->epochs);
    if (t->best < t->count)
        (void)snprintf(text + used, sizeof text - (size_t)used, " - best: %.4f (trial %zu)",
                       mean_of(t->trials[t->best].accuracy, t->folds), t->best + 1);
    progress_draw(done < total ? done : total - 1, total, text);
}

static bool on_event(void *user, const seqnet_train_event *event)
{
    const tuner *const t = user;
    enter_phase(PHASE_TRAINING);
    if (event->kind == SEQNET_TRAIN_BATCH_END)
        draw_progress(t, event);
    return !is_interrupted() && !is_late(t) && !ferror(stdout);
}

/* Trains with another seed for each fold and takes the validation rows of the best epoch. */
static seqnet_status measure_seed(const tuner *t, seqnet_train_options *options, size_t fold,
                                  model_measure *m, seqnet_error *err)
{
    seqnet_model *model = NULL;
    seqnet_train_result result;
    options->seed += fold;
    options->refit = options->ngram_refit = false;
    const seqnet_status status = seqnet_model_train(&model, t->dataset, options, &result, err);
    if (status == SEQNET_OK)
        *m = (model_measure){.accuracy = result.val_accuracy, .loss = result.val_loss};
    seqnet_model_free(model);
    return status;
}

seqnet_status measure_one(tuner *t, const trial *new, size_t fold, model_measure *m,
                          seqnet_error *err)
{
    seqnet_train_options options = new->options;
    options.callback = on_event;
    options.user = t;
    options.threads = t->typed->threads;
    t->fold = fold + 1;
    if (!t->has_folds)
        return measure_seed(t, &options, fold, m, err);
    t->data.splits.folds = t->folds;
    t->data.splits.fold = fold;
    return measure_fold(t->dataset, &t->data, &options, m, err);
}
