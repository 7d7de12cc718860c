/* Says which of two trials is the better one, and chooses the settings of the next. */
#ifndef TUNING_CHOICE_H
#define TUNING_CHOICE_H

#include "tuner.h"

/* Whether one trial, measured on all folds, is better than another one. */
bool is_better(const tuner *t, const trial *a, const trial *b);

/* Chooses the settings of the next trial, the recipe's for the first one of a preset. Returns false
 * when no new ones are found. */
bool choose_settings(const tuner *t, trial *new);

#endif
