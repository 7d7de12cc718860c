/*
 * Standard error: errors, notes, a progress bar; and what a terminal can show. Results go to
 * standard output, and the commands print them. Text that others wrote is printed by text_cells.h.
 */
#ifndef CONSOLE_TERMINAL_H
#define CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "colors.h"
#include "text_cells.h"

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

/* Why text that was gathered could not be kept and is not printed (an errno); 0: all is printed. */
int lost_output(void);

/* Prints a line on standard output, on a terminal wrapped between words. */
void print_wrapped(const char *format, ...) __attribute__((format(printf, 1, 2)));

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

/* Notes a command line behind a title, as shell_line.h prints it. */
void note_command(const char *title, const char *command);

/* A note that is printed only with --verbose. */
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether lines are drawn at all: standard error is a terminal whose foreground this process is in,
 * without --quiet. Nothing is drawn otherwise. */
bool progress_is_drawn(void);

/* Draws "done/total bar text" over the current line of standard error, at most ten times a second
 * unless done equals total. */
void progress_draw(size_t done, size_t total, const char *text);

/* Draws how much of a file of `total` bytes is read, in the same way: "5.5/25.1 MB bar 142,770
 * records/s, ETA 2s". So many records were read in so many seconds. */
void progress_records(size_t done, size_t total, size_t records, double seconds);

/* Draws the text, which fits into a line, in the same way; `is_last`: in any case. */
void progress_line(const char *text, bool is_last);

/* Removes the drawn line. */
void progress_clear(void);

/* Removes the drawn line before a result is printed, where both go to a terminal. */
void progress_yield(void);

#endif
