/*
 * A confusion matrix of many labels as SVG for an HTML page: a square of a unit for each pair of
 * labels that occurs, darker the larger its share of the label's rows is. The page's styles color
 * the classes "hit qN" (on the diagonal) and "miss qN", N from 1 to HEAT_LEVELS.
 */
#ifndef REPORTING_HEAT_MAP_H
#define REPORTING_HEAT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { HEAT_LEVELS = 8 };

/* The level of a share from 0 to 1; 0 for nothing at all. */
size_t heat_level(double share);

/* Prints the counts[classes, classes]; rows[classes] are what shares are taken of. Squares of one
 * count and one level are one path, with the attribute data-n for the count: the page stays small
 * for hundreds of labels. `name` is what the image is for those who cannot see it. Returns false,
 * with nothing printed, without memory. */
bool print_heat_map(FILE *out, const size_t *counts, const size_t *rows, size_t classes,
                    const char *name);

#endif
