#include "ahead.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "errors.h"
#include "ranks.h"
#include "trial_fold.h"

/* A fold that one of the processes measures. */
typedef struct ordered_fold {
    trial trial;
    size_t fold;
} ordered_fold;

static seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the folds of trials");
}

static measured_fold *find_measured(const tuner *t, const trial *new, size_t fold)
{
    for (size_t i = 0; i < t->measured_count; i++) {
        measured_fold *const one = &t->measured[i];
        if (one->fold == fold && are_same_settings(&one->options, &new->options))
            return one;
    }
    return NULL;
}

/* Orders the folds of a trial from one on that are not measured yet. */
static void order_folds(const tuner *t, const trial *new, size_t fold, ordered_fold *folds,
                        size_t *count)
{
    for (; fold < t->folds && *count < rank_count(); fold++)
        if (!find_measured(t, new, fold))
            folds[(*count)++] = (ordered_fold){*new, fold};
}

/* Orders folds of the trials that follow when `new` does not become the best of its preset. `after`
 * is a copy of the search with room for as many more trials as there are processes. */
static void order_next_trials(const tuner *t, tuner *after, const trial *new, ordered_fold *folds,
                              size_t *count)
{
    after->trials[after->count++] = *new;
    after->trials[after->count - 1].state = TRIAL_DROPPED;
    for (size_t i = 1; i < rank_count() && *count < rank_count(); i++) {
        trial next;
        if ((t->trial_limit && after->count >= t->trial_limit) || !choose_settings(after, &next))
            return;
        order_folds(t, &next, 0, folds, count);
        next.state = TRIAL_DROPPED;
        after->trials[after->count++] = next;
    }
}

/* Decides what the processes measure now, one each; the same in all of them. */
static seqnet_status order(const tuner *t, const trial *new, size_t fold, ordered_fold *folds,
                           size_t *count, seqnet_error *err)
{
    tuner after = *t;
    order_folds(t, new, fold, folds, count);
    if (*count == rank_count())
        return SEQNET_OK;
    after.trials = malloc((t->count + rank_count()) * sizeof *after.trials);
    if (!after.trials)
        return no_memory(err);
    if (t->count)
        memcpy(after.trials, t->trials, t->count * sizeof *after.trials);
    order_next_trials(t, &after, new, folds, count);
    free(after.trials);
    return SEQNET_OK;
}

static bool has_room(tuner *t)
{
    if (t->measured_count + rank_count() <= t->measured_capacity)
        return true;
    const size_t capacity = 2 * (t->measured_count + rank_count());
    measured_fold *const grown = realloc(t->measured, capacity * sizeof *grown);
    if (!grown)
        return false;
    t->measured = grown;
    t->measured_capacity = capacity;
    return true;
}

/* Measures the folds, each in the process of its number, and keeps the results. */
static seqnet_status measure_all(tuner *t, const ordered_fold *folds, size_t count,
                                 seqnet_error *err)
{
    measured_fold own = {.fold = SIZE_MAX};
    if (!has_room(t))
        return no_memory(err);
    if (own_rank() < count) {
        const ordered_fold *const one = &folds[own_rank()];
        own.fold = one->fold;
        own.options = one->trial.options;
        own.err.status = measure_one(t, &one->trial, one->fold, &own.measure, &own.err);
    }
    measured_fold *const results = t->measured + t->measured_count;
    seqnet_comm_gather(all_ranks(), &own, sizeof own, results);
    for (size_t i = 0; i < count; i++) /* pointers of another process mean nothing here */
        results[i].options = folds[i].trial.options;
    t->measured_count += count;
    return SEQNET_OK;
}

seqnet_status measure_ahead(tuner *t, const trial *new, size_t fold, model_measure *m,
                            seqnet_error *err)
{
    measured_fold *found = find_measured(t, new, fold);
    if (!found) {
        size_t count = 0;
        ordered_fold *const folds = malloc(rank_count() * sizeof *folds);
        if (!folds)
            return no_memory(err);
        seqnet_status status = order(t, new, fold, folds, &count, err);
        if (status == SEQNET_OK)
            status = measure_all(t, folds, count, err);
        free(folds);
        if (status != SEQNET_OK)
            return status;
        found = find_measured(t, new, fold);
    }
    *m = found->measure;
    *err = found->err;
    if (err->status == SEQNET_INTERRUPTED) /* it is not measured */
        *found = t->measured[--t->measured_count];
    return err->status;
}

void forget_measured(tuner *t)
{
    free(t->measured);
    t->measured = NULL;
    t->measured_count = t->measured_capacity = 0;
}
