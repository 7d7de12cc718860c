/* What the commands say on standard error, and how: errors, notes, a progress bar; colors. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct terminal_settings {
    bool quiet, verbose;
    size_t color; /* 0 auto, 1 always, 2 never */
} terminal_settings;

/* Set by the common options of every command. */
extern terminal_settings terminal;

/* One line "seqnet: ..." on standard error; control characters are written as \x1b, here and in
 * notes. */
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

/* "328,353" into a buffer. */
enum { GROUPED_NUMBER = 32 };
const char *grouped(size_t number, char buffer[GROUPED_NUMBER]);

#endif
