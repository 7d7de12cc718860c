/* Measures trials on all folds. */
#ifndef TUNING_TRIALS_H
#define TUNING_TRIALS_H

#include "tuner.h"

/* Measures a trial, whose options and preset are set, on the folds. A trial that has diverged is
 * measured, too. SEQNET_INTERRUPTED when a signal or the end of the time came first, or the status
 * of an error. */
seqnet_status measure_trial(tuner *t, trial *new, seqnet_error *err);

#endif
