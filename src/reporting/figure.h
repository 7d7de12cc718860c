/* A chart with its caption, as a figure of the page. */
#ifndef REPORTING_FIGURE_H
#define REPORTING_FIGURE_H

#include <stdio.h>

#include "svg_figure.h"

/* An axis from 0 to 1 in percent, and one that ends where the points do. */
chart_axis whole_axis(const char *title);
chart_axis share_axis(const char *title);

/* Prints a panel with a caption and, in a softer color, what it adds. `name` is what the figure is
 * for those who cannot see it. */
void print_figure(FILE *out, const chart *c, size_t panel, const char *caption, const char *more,
                  const char *name);

#endif
