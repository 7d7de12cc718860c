/*
 * Standard error: errors, notes, a progress bar, colors. Also prints text that others wrote, on any
 * stream, so that it cannot control the terminal. Results go to standard output, and the commands
 * print them.
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

/* Prints text that comes from data, a model or an argument. Characters that control a terminal or
 * end a line are spelt out: control characters as \t, \n, \r, \x1b or \u0085, line ends and
 * controls of the writing direction as \u2028 and \u202e, bytes that are not UTF-8 as \xe9. */
void put_text(FILE *out, const char *text);
void put_bytes(FILE *out, const char *bytes, size_t length);

/* The number of cells of a terminal's line that put_text fills. */
size_t display_width(const char *text);

/* Prints one line "seqnet: ..." on standard error. The message is printed as put_text prints text;
 * so are notes. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line on standard error, unless --quiet was typed. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A note that is printed only with --verbose. */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Draws "done/total bar text" over the current line of standard error, at most ten times a second
 * unless done equals total. Does nothing if standard error is not a terminal, or with --quiet. */
void progress_draw(size_t done, size_t total, const char *text);

/* Removes the drawn line. */
void progress_clear(void);

#endif
