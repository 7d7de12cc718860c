#include "tune.h"

#include <stdio.h>
#include <stdlib.h>

#include "ahead.h"
#include "choice.h"
#include "errors.h"
#include "figures.h"
#include "ranks.h"
#include "signals.h"
#include "terminal.h"
#include "trial_fold.h"
#include "trials.h"
#include "tune_report.h"

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

/* Whether another trial may begin: all processes do as the first one. */
static bool goes_on(const tuner *t)
{
    bool goes = !is_interrupted() && !is_late(t) && !ferror(stdout) &&
                (t->trial_limit == 0 || t->count < t->trial_limit);
    seqnet_comm_broadcast(all_ranks(), &goes, sizeof goes, 0);
    return goes;
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
    forget_measured(t);
    if (!is_first_rank())
        return code;
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
