/* Learning curves as tables and as JSON, on standard output, with the numbers as they are stored.
 * The beginnings are those of recognise.h. */
#ifndef CHARTS_CURVES_TABLE_H
#define CHARTS_CURVES_TABLE_H

#include "learning_curves.h"

/* Prints a header and a row for each epoch of each model. A number that the record lacks is an
 * empty field. Failures of printing stay in the state of the stream. */
void print_curves_table(const learning_curves *curves, size_t count, char delimiter);

/* Prints the name of a model as a field of a table, control characters spelt out. */
void print_model_field(const char *model, char delimiter);

/* Prints one object on a line; a number that the record lacks is null. Returns an exit code. */
int print_curves_json(const learning_curves *curves, size_t count);

#endif
