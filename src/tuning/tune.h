/*
 * The search of tune: trial after trial until their number, the time or a signal ends it, and the
 * report of the best. How trials are drawn is in search_space.h, how one is measured in trials.h.
 */
#ifndef TUNING_TUNE_H
#define TUNING_TUNE_H

#include "tuner.h"

/* Searches and writes the best command to `path`. The caller has filled in all that comes before
 * `trials`, and frees these. Returns EXIT_DONE, SEQNET_INTERRUPTED with the best so far kept, or
 * prints what is wrong and returns an exit code. */
int search(tuner *t, const char *path);

#endif
