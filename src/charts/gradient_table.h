/* The norms of gradients as tables and as JSON, on standard output, with their exact numbers. The
 * beginnings are those of recognise.h. */
#ifndef CHARTS_GRADIENT_TABLE_H
#define CHARTS_GRADIENT_TABLE_H

#include "gradient_curves.h"

/* Prints a header and a row for each timestep of each model, the last timestep first. Failures of
 * printing stay in the state of the stream. */
void print_gradient_table(const gradient_curves *curves, size_t count, char delimiter);

/* Prints one object on a line; the gradients in it begin with that of the last timestep. Returns an
 * exit code. */
int print_gradient_json(const gradient_curves *curves, size_t count);

#endif
