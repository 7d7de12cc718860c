/* Measures a trial on one fold. */
#ifndef TUNING_TRIAL_FOLD_H
#define TUNING_TRIAL_FOLD_H

#include "model_target.h"
#include "tuner.h"

/* Measures a trial on a fold, counted from 0. SEQNET_INTERRUPTED when a signal or the end of the
 * time came first, SEQNET_ERR_DIVERGED, or another error of seqnet_model_train. */
seqnet_status measure_one(tuner *t, const trial *new, size_t fold, model_measure *m,
                          seqnet_error *err);

/* Whether the minutes are over. The first trial has as many as it needs. */
bool is_late(const tuner *t);

#endif
