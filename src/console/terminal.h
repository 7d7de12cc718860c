/*
 * Standard error: errors, notes, a progress bar, colors. And the printing of text that others
 * wrote, on any stream, so that it commands no terminal. Results are printed by those who have
 * them.
 */
#ifndef CONSOLE_TERMINAL_H
#define CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_mode;

typedef struct terminal_settings {
    bool quiet, verbose;
    color_mode color;
} terminal_settings;

/* Set by the common options of every command. */
extern terminal_settings terminal;

/* Prints text that comes from data, a model or an argument. What a terminal or a reader of lines
 * would obey is spelt out: control characters as \t, \n, \r, \x1b or \u0085, ends of lines and
 * controls of the writing direction as \u2028 and \u202e, bytes that are not UTF-8 as \xe9. */
void put_text(FILE *out, const char *text);
void put_bytes(FILE *out, const char *bytes, size_t length);

/* The cells of a terminal's line that put_text fills. */
size_t display_width(const char *text);

/* One line "seqnet: ..." on standard error, printed as put_text does; so are notes. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line on standard error, unless --quiet. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A note only with --verbose. */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Draws "done/total bar text" over the current line of standard error, if that is a terminal and
 * --quiet was not given; at most ten times a second unless done equals total. */
void progress_draw(size_t done, size_t total, const char *text);

/* Removes the drawn line. */
void progress_clear(void);

#endif
