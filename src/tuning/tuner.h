/* A search: its trials and what they are measured with. */
#ifndef TUNING_TUNER_H
#define TUNING_TUNER_H

#include <seqnet/seqnet.h>

#include "model_target.h"
#include "search_space.h"

enum { MOST_FOLDS = 20 };

typedef enum trial_state {
    TRIAL_MEASURED,
    /* It was so much worse than the best trial on its first folds that the others were left out. */
    TRIAL_DROPPED,
    /* Its loss became NaN or infinite. */
    TRIAL_DIVERGED
} trial_state;

typedef struct trial {
    trial_state state;
    /* An index of the space's presets. */
    size_t preset;
    seqnet_train_options options;
    /* The folds that were measured, what each came to, and the seconds of all of them. */
    size_t folds;
    double accuracy[MOST_FOLDS], loss[MOST_FOLDS];
    double seconds;
} trial;

/* A fold of a trial with these settings, and what it came to. */
typedef struct measured_fold {
    seqnet_train_options options;
    size_t fold;
    model_measure measure;
    seqnet_error err;
} measured_fold;

typedef struct tuner {
    /* What was typed; borrowed, as all that the pointers here point to. */
    const parsed_line *line;
    const seqnet_train_options *typed;
    /* How texts are split into folds. */
    seqnet_dataset_options data;
    /* Texts: all rows, with no validation part. Else rows with a validation part. */
    const seqnet_dataset *dataset;
    /* The trials are measured on folds of texts; else on the validation part, with as many seeds.
     */
    bool has_folds;
    size_t folds;
    /* What the best trial is best in. */
    seqnet_monitor monitor;
    /* Trials at most, and minutes; 0: any. */
    size_t trial_limit;
    double minutes;
    bool json;
    /* DATA, and the typed options that train has, too, as they stand in a command line. */
    const char *source, *common;
    search_space space;
    /* [count]: the trials that have ended. trials[0] is the default recipe. */
    trial *trials;
    size_t count, capacity;
    /* The index of the best trial; no trial is when it is `count`. */
    size_t best;
    /* The moment when the first trial began (seconds_now). */
    double began;
    /* The fold of the trial under way, from 1. */
    size_t fold;
    /* [measured_count] of [measured_capacity]: folds that were measured ahead (ahead.h). */
    measured_fold *measured;
    size_t measured_count, measured_capacity;
} tuner;

/* The means of the first folds of a trial. */
static inline double mean_of(const double *folds, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += folds[i];
    return sum / (double)count;
}

#endif
