/*
 * Standard error: errors, notes, a progress bar, colors. Also prints text that others wrote, on any
 * stream, so that it cannot control the terminal, and knows what a terminal can show. Results go to
 * standard output, and the commands print them.
 */
#ifndef CONSOLE_TERMINAL_H
#define CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_mode;

typedef struct terminal_settings {
    bool quiet, verbose;
    /* A launcher of several processes takes what is printed: it looks like a terminal, but where it
     * goes from there is not known. */
    bool is_relayed;
    color_mode color;
} terminal_settings;

/* Set by the common options of every command, and by join_ranks. */
extern terminal_settings terminal;

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

/* The number of cells of a terminal's line that put_text fills. */
size_t display_width(const char *text);

/* The length in bytes of the beginning of the text that fills at most so many cells. */
size_t fitting_bytes(const char *text, size_t cells);

/* The length in bytes of the beginning of the text that goes on a line of so many cells: up to the
 * last blank that lets it fit; of a word that is longer than the line all of it. */
size_t wrapped_bytes(const char *text, size_t cells);

/* Prints a text like put_text behind `first` cells of a line, on as many lines of `width` cells as
 * it needs, broken between words. Further lines are indented. */
void put_wrapped(FILE *out, const char *text, size_t first, size_t width);

/* The cells of a line there; where it is no terminal, SIZE_MAX: lines are not wrapped. */
size_t line_cells(int descriptor);

/* Text that is gathered to be wrapped between words where `out` is a terminal. */
typedef struct wrapped_text {
    FILE *out, *memory;
    char *text;
    size_t size, width;
} wrapped_text;

/* Returns the stream to print whole lines to: memory where `out` is a terminal, else `out` itself,
 * so that lines are not held back there. end_wrapped prints what was gathered. */
FILE *begin_wrapped(FILE *out, wrapped_text *text);
void end_wrapped(wrapped_text *text);

/* Whether the descriptor is a terminal that obeys escape sequences. */
bool is_terminal(int descriptor);

/* Whether what is printed there is colored: as --color says, else on a terminal without NO_COLOR.
 */
bool has_colors(int descriptor);

/* The columns of the terminal; 80 when they are not known. */
size_t terminal_width(int descriptor);

/* Whether the locale's encoding, as the environment names it, is UTF-8. */
bool is_utf8_locale(void);

/* Prints one line "seqnet: ..." on standard error. The message is printed as put_text prints text;
 * so are notes. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What was complained of last; empty: nothing. */
const char *last_complaint(void);

/* Prints a line on standard error, unless --quiet was typed. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A note that is printed only with --verbose. */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Draws "done/total bar text" over the current line of standard error, at most ten times a second
 * unless done equals total. Does nothing if standard error is not a terminal, or with --quiet. */
void progress_draw(size_t done, size_t total, const char *text);

/* Draws the text, which fits into a line, in the same way; `is_last`: in any case. */
void progress_line(const char *text, bool is_last);

/* Removes the drawn line. */
void progress_clear(void);

#endif
