/*
 * Folds of trials that several processes measure at the same time, one each. The search asks for
 * one fold after the other, and what it asks for next depends on what the last ones came to. So a
 * fold that is not measured yet is measured together with those that the search will most likely
 * ask for: the trial's other folds, and those of the next trials as they are when this one is not
 * the best. Each search asks for the same folds, whatever the number of processes; what was
 * measured in vain is never looked at.
 */
#ifndef TUNING_AHEAD_H
#define TUNING_AHEAD_H

#include "tuner.h"

/* measure_one, in all processes together: every one gets the result. */
seqnet_status measure_ahead(tuner *t, const trial *new, size_t fold, model_measure *m,
                            seqnet_error *err);

/* Frees what was measured. */
void forget_measured(tuner *t);

#endif
