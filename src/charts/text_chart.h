/*
 * Charts on a terminal: each panel is drawn with dots of braille patterns, or with letters where
 * the encoding is not UTF-8. A letter behind its last point names each line, so that a reader needs
 * no colors.
 */
#ifndef CHARTS_TEXT_CHART_H
#define CHARTS_TEXT_CHART_H

#include <stdio.h>

#include "chart.h"

enum { MIN_CHART_WIDTH = 40, MAX_CHART_WIDTH = 200 };

typedef struct text_style {
    /* Columns, from MIN_CHART_WIDTH to MAX_CHART_WIDTH; a chart fills the width. */
    size_t width;
    bool is_utf8, is_colored;
} text_style;

/* Prints the title, the legend and the panels, each of 16 lines. */
void print_text_chart(FILE *out, const chart *c, const text_style *style);

#endif
