/*
 * Charts as SVG: one file without scripts or fonts of its own, in colors for a light and a dark
 * page that color-blind readers tell apart. Each line has a pattern of dashes, too, so that a print
 * without colors can be read.
 */
#ifndef CHARTS_SVG_CHART_H
#define CHARTS_SVG_CHART_H

#include <stdio.h>

#include "chart.h"

/* Prints the file. It begins with CURVES_SVG (recognise.h). */
void print_svg_chart(FILE *out, const chart *c);

#endif
