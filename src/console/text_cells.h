/*
 * Text that others wrote: printed so that it cannot control a terminal, measured in the cells that
 * it fills there, cut, and wrapped between words.
 */
#ifndef CONSOLE_TEXT_CELLS_H
#define CONSOLE_TEXT_CELLS_H

#include <stddef.h>
#include <stdio.h>

/* Prints text that comes from data, a model or an argument. Characters that control a terminal or
 * end a line are spelt out: control characters as \t, \n, \r, \x1b or \u0085, line ends and
 * controls of the writing direction as \u2028 and \u202e, bytes that are not UTF-8 as \xe9. */
void put_text(FILE *out, const char *text);
void put_bytes(FILE *out, const char *bytes, size_t length);

/* A character of a text, or a byte that is part of no character. */
typedef struct glyph {
    /* Bytes in the text, and cells on a terminal's line. */
    size_t size, width;
    /* The text that is printed instead; empty for a character that is printed itself. */
    char spelt[8];
} glyph;

/* The first glyph of bytes[0 .. size), size >= 1. */
glyph first_glyph(const char *bytes, size_t size);

/* The number of cells of a terminal's line that put_text, or put_bytes, fills. */
size_t display_width(const char *text);
size_t bytes_width(const char *bytes, size_t length);

/* The length in bytes of the beginning of the text that fills at most so many cells. */
size_t fitting_bytes(const char *text, size_t cells);

/* The length in bytes of the beginning of the text that goes on a line of so many cells: up to the
 * last blank that lets it fit, or in the second half of the line the last two blanks, which stand
 * between columns; of a word that is longer than the line all of it. */
size_t wrapped_bytes(const char *text, size_t cells);

/* Prints a text like put_text behind `first` cells of a line, on as many lines of `width` cells as
 * it needs, broken between words. Further lines are indented. */
void put_wrapped(FILE *out, const char *text, size_t first, size_t width);

#endif
