/*
 * A panel of a chart as elements of SVG: axes, lines, dots and marks within a rectangle. Colors are
 * left to the styles of what is around it, by classes: "line lN" and "pN" for line number N modulo
 * SVG_STYLES, and "grid", "axis", "paper", "ring", "area", "guide". svg_chart.h makes a file of
 * panels, svg_figure.h a figure of an HTML page.
 */
#ifndef CHARTS_SVG_PANEL_H
#define CHARTS_SVG_PANEL_H

#include <stdio.h>

#include "chart.h"

enum {
    SVG_STYLES = 7,
    /* A cell of a terminal is about as wide as a character of a chart, in pixels. */
    SVG_CELL = 7,
    SVG_NAME_CELLS = 48,
    /* Room for the labels of ticks and the title of the x axis, left of a plot and below it. */
    SVG_BESIDE = 50,
    SVG_BELOW = 52
};

typedef struct rectangle {
    double left, top, width, height;
} rectangle;

/* Prints a text of at most so many cells, the rest of which is cut off; style is a class or "",
 * anchor is "start", "middle" or "end". */
void print_svg_text(FILE *out, const char *style, const char *anchor, double x, double y,
                    const char *text, size_t cells);

/* The beginning of a text that fits into so many cells, without an element around it. */
void put_fitting(FILE *out, const char *text, size_t cells);

/* Begins a path of a line, up to its data. */
void open_svg_line(FILE *out, size_t line);

typedef struct svg_panel_style {
    /* At most so many ticks on each axis. */
    size_t x_ticks, y_ticks;
    /* The names of the lines, with which each dot says what it stands for; NULL: dots say nothing.
     */
    const char *const *names;
} svg_panel_style;

/* Prints the panel with its plot in the area; ticks and the title of the x axis are beside it and
 * below. */
void print_svg_panel(FILE *out, const chart_panel *panel, rectangle area,
                     const svg_panel_style *style);

#endif
