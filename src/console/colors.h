/*
 * What the colors of a terminal stand for. They are of the sixteen that every terminal has and that
 * its owner has chosen. Of text only red is used, which can be read on white and on black, and
 * bold. The words that explain shades have backgrounds, and so letters, of their own
 * (explained_text.c).
 */
#ifndef CONSOLE_COLORS_H
#define CONSOLE_COLORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum color_role {
    /* The program's name before an error; what needs attention. */
    ROLE_PROBLEM,
    /* An answer: the label that is predicted. */
    ROLE_ANSWER,
    /* What is right, or better than the rest: the diagonal of a matrix, the best of several. */
    ROLE_BEST,
    /* What is done of a progress bar. */
    ROLE_BAR,
    /* Headings of a page, and names on it. */
    ROLE_HEADING
} color_role;

/* Print what begins and ends a color, and nothing without colors. */
void begin_color(FILE *out, bool has_colors, color_role role);
void end_color(FILE *out, bool has_colors);

/* Prints one of several lines of a chart: lines have different colors, and letters beside. */
void put_line_colored(FILE *out, size_t line, bool has_colors, const char *text);

#endif
