/* Numbers as people read them, and the clock that times what is told. */
#ifndef CONSOLE_FIGURES_H
#define CONSOLE_FIGURES_H

#include <stddef.h>

/* The form of a word that goes with a number: "row" or "rows". */
const char *plural(size_t number, const char *one, const char *many);

/* "328,353" into a buffer, which it returns. */
enum { GROUPED_NUMBER = 32 };
const char *grouped(size_t number, char buffer[GROUPED_NUMBER]);

/* The share of `whole` that `part` is, in percent; 0 of nothing. */
double percent(size_t part, size_t whole);

/* Seconds from some moment on; never goes back. */
double seconds_now(void);

#endif
