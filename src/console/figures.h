/* Numbers as people read them, and the clock for durations that are printed. */
#ifndef CONSOLE_FIGURES_H
#define CONSOLE_FIGURES_H

#include <stddef.h>

/* The form of a word that goes with a number: "row" or "rows". */
const char *plural(size_t number, const char *one, const char *many);

/* Writes a number with commas, "328,353", to the buffer. Returns the buffer. */
enum { GROUPED_NUMBER = 32 };
const char *grouped(size_t number, char buffer[GROUPED_NUMBER]);

/* `part` as a percentage of `whole`; 0 when `whole` is 0. */
double percent(size_t part, size_t whole);

/* Writes the shortest decimal number that reads back as the same double, and nothing for NaN, as an
 * empty field of a table. Returns the buffer. */
enum { EXACT_NUMBER = 32 };
const char *exact_number(double number, char buffer[EXACT_NUMBER]);

/* Writes a duration as "9s", "1m05s" or "2h03m". Returns the buffer. */
enum { DURATION_TEXT = 32 };
const char *duration(double seconds, char text[DURATION_TEXT]);

/* Seconds since an arbitrary moment, from a clock that never goes back. */
double seconds_now(void);

#endif
