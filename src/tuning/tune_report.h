/* What tune prints and writes: the table of trials and the best command line on standard output, or
 * one JSON object for each, and a file that holds the command. */
#ifndef TUNING_TUNE_REPORT_H
#define TUNING_TUNE_REPORT_H

#include "tuner.h"

/* The functions return EXIT_DONE, or print what is wrong and return an exit code. */

/* Prints the trial that ended last; before the first one the head of the table. */
int print_trial(const tuner *t);

/* Prints the command line of the best trial, and writes it to `path` as a script for the shell,
 * whose arguments go to train. */
int report_best(const tuner *t, const char *path, bool is_interrupted);

#endif
