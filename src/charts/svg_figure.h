/*
 * Charts within an HTML page, whose styles color them (svg_panel.h): a panel as an SVG element that
 * is as wide as what is around it, a legend as HTML, a bar with an interval. The text is for people
 * who see the figure; its name, for those who hear it, is the caller's.
 */
#ifndef CHARTS_SVG_FIGURE_H
#define CHARTS_SVG_FIGURE_H

#include <stdio.h>

#include "chart.h"

/* Prints panel number `panel` of the chart as an element with the role of an image. Its name is
 * what the page calls it, for those who cannot see it; so in the following functions. */
void print_svg_figure(FILE *out, const chart *c, size_t panel, const char *name);

/* Prints the chart's legend: a list with a sample of each line beside its name, and what a mark
 * means. */
void print_html_legend(FILE *out, const chart *c);

/* Prints a bar from 0 to `value` of 1, all between 0 and 1, with a whisker from `low` to `high`
 * unless they are equal. It is for eyes only: the number belongs beside it. */
void print_svg_bar(FILE *out, double value, double low, double high);

#endif
