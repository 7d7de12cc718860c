/*
 * A canvas of characters: straight lines of dots, eight to a cell as braille patterns, or one
 * letter to a cell where the terminal's encoding is not UTF-8. What the lines mean is up to
 * text_chart.c.
 */
#ifndef CHARTS_CANVAS_H
#define CHARTS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CANVAS_ROWS = 12, CANVAS_COLUMNS = 200 };

typedef struct canvas_cell {
    /* The bits of the braille pattern. */
    uint8_t dots;
    /* The character that stands in place of the dots, or 0. CANVAS_MARK is a filled circle. */
    char letter;
    /* The line that was drawn last through the cell. */
    size_t line;
} canvas_cell;

enum { CANVAS_MARK = '@' };

typedef struct canvas {
    /* The columns in use. The lines are drawn in the first `plot` of them, and letters may stand
     * behind. */
    size_t columns, plot;
    bool is_braille;
    canvas_cell cells[CANVAS_ROWS][CANVAS_COLUMNS];
} canvas;

/* A place on the canvas, in dots from the upper left corner. */
typedef struct canvas_dot {
    long x, y;
} canvas_dot;

/* The dot for a place from 0 to 1 on each axis; (0, 0) is the lower left corner. */
canvas_dot canvas_find(const canvas *c, double x, double y);

/* The row, or the column, of a dot. */
size_t canvas_row(const canvas *c, canvas_dot dot);
size_t canvas_column(const canvas *c, canvas_dot dot);

/* The letter of a line: a, b, ... */
char line_letter(size_t line);

/* Draws a straight line between two dots, both included. */
void canvas_draw(canvas *c, size_t line, canvas_dot from, canvas_dot to);

/* Puts a mark on a dot's cell. */
void canvas_mark(canvas *c, size_t line, canvas_dot dot);

/* Puts the line's letter into the first cell behind the dot without one; into none if all have
 * one. */
void canvas_label(canvas *c, size_t line, canvas_dot dot);

/* Prints a row up to its last character, without a line end. */
void print_canvas_row(FILE *out, const canvas *c, size_t row, bool is_colored);

#endif
