#include "tune.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "figures.h"
#include "signals.h"
#include "terminal.h"
#include "trials.h"
#include "tune_report.h"

/* The best trial of a preset that was measured on all folds; NULL: there is none. */
static const trial *best_of_preset(const tuner *t, size_t preset)
{
    const trial *best = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const trial *const one = &t->trials[i];
        if (one->preset == preset && one->state == TRIAL_MEASURED &&
            (!best || is_better(t, one, best)))
            best = one;
    }
    return best;
}

static bool was_tried(const tuner *t, const seqnet_train_options *options)
{
    for (size_t i = 0; i < t->count; i++)
        if (are_same_settings(&t->trials[i].options, options))
            return true;
    return false;
}

/* Chooses the settings of the next trial, the recipe's for the first one of a preset. Returns false
 * when no new ones are found. */
static bool choose_settings(const tuner *t, trial *new)
{
    enum { ATTEMPTS = 100 };
    const size_t number = t->count + 1, preset = preset_of_trial(&t->space, number);
    const trial *const best = best_of_preset(t, preset);
    *new = (trial){.preset = preset, .options = t->space.recipes[preset]};
    for (size_t i = 0; i < ATTEMPTS && was_tried(t, &new->options); i++)
        draw_settings(&t->space, preset, best ? &best->options : NULL, t->line, t->typed, number, i,
                      &new->options);
    return !was_tried(t, &new->options) && !seqnet_train_options_check(&new->options);
}

/* Adds a trial that has ended. Returns an exit code. */
static int add_trial(tuner *t, const trial *new)
{
    if (t->count == t->capacity) {
        const size_t capacity = 2 * t->capacity + 16;
        trial *const grown = realloc(t->trials, capacity * sizeof *grown);
        if (!grown) {
            complain("out of memory for the trials");
            return SEQNET_ERR_DATA;
        }
        t->trials = grown;
        t->capacity = capacity;
    }
    const bool is_best = new->state == TRIAL_MEASURED &&
                         (t->best == t->count || is_better(t, new, &t->trials[t->best]));
    t->trials[t->count] = *new;
    t->best = is_best || t->best == t->count ? t->count + !is_best : t->best;
    t->count++;
    return print_trial(t);
}

/* Whether another trial may begin. */
static bool goes_on(const tuner *t)
{
    return !is_interrupted() && !is_late(t) && !ferror(stdout) &&
           (t->trial_limit == 0 || t->count < t->trial_limit);
}

/* Measures trials until the search ends. */
static int run_trials(tuner *t)
{
    trial new;
    seqnet_error err = {0};
    int code = EXIT_DONE;
    while (code == EXIT_DONE && goes_on(t)) {
        if (!choose_settings(t, &new)) {
            note("there are no more settings to try");
            break;
        }
        const seqnet_status status = measure_trial(t, &new, &err);
        if (status == SEQNET_OK)
            code = add_trial(t, &new);
        else if (status != SEQNET_INTERRUPTED)
            code = fail(&err);
    }
    return code;
}

int search(tuner *t, const char *path)
{
    t->began = seconds_now();
    int code = run_trials(t);
    enter_phase(PHASE_SAVING);
    const bool was_stopped = is_interrupted();
    if (was_stopped)
        note("interrupted in trial %zu%s", t->count + 1,
             t->best < t->count ? "" : "; nothing is saved");
    if (t->best < t->count) {
        const int reported = report_best(t, path, was_stopped);
        code = code == EXIT_DONE ? reported : code;
    } else if (code == EXIT_DONE && !was_stopped && !ferror(stdout)) {
        complain("%s: no trial came to an end with a finite loss; lower the learning rate of the "
                 "trials with --lr",
                 t->source);
        code = SEQNET_ERR_DIVERGED;
    }
    enter_phase(PHASE_SAVED);
    return code == EXIT_DONE && was_stopped ? (int)SEQNET_INTERRUPTED : code;
}
