#include "trials.h"

#include <math.h>

#include "ahead.h"
#include "figures.h"
#include "terminal.h"

/* A trial is dropped when on its first folds it has so much less accuracy than the best one on the
 * same folds, or so many times its loss. */
static const double MARGIN = 0.02, LOSS_MARGIN = 1.05;

/* Whether the folds so far show that the trial will not be the best one. */
static bool is_hopeless(const tuner *t, const trial *new)
{
    if (t->best == t->count || new->folds == t->folds)
        return false;
    const trial *const best = &t->trials[t->best];
    if (t->monitor == SEQNET_VAL_LOSS)
        return mean_of(new->loss, new->folds) > LOSS_MARGIN * mean_of(best->loss, new->folds);
    return mean_of(new->accuracy, new->folds) < mean_of(best->accuracy, new->folds) - MARGIN;
}

/* Whether all folds are measured, or the others are left out. */
static bool is_over(const tuner *t, const trial *new)
{
    return new->folds == t->folds || new->state != TRIAL_MEASURED;
}

seqnet_status measure_trial(tuner *t, trial *new, seqnet_error *err)
{
    const double began = seconds_now();
    seqnet_status status = SEQNET_OK;
    new->state = TRIAL_MEASURED;
    while (status == SEQNET_OK && !is_over(t, new)) {
        model_measure m = {0};
        status = measure_ahead(t, new, new->folds, &m, err);
        if (status == SEQNET_ERR_DIVERGED ||
            (status == SEQNET_OK && !(isfinite(m.loss) && isfinite(m.accuracy)))) {
            new->state = TRIAL_DIVERGED;
            status = SEQNET_OK;
        } else if (status == SEQNET_OK) {
            new->accuracy[new->folds] = m.accuracy;
            new->loss[new->folds++] = m.loss;
            new->state = is_hopeless(t, new) ? TRIAL_DROPPED : TRIAL_MEASURED;
        }
    }
    progress_clear();
    new->seconds = seconds_now() - began;
    return status;
}
