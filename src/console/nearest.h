/* Which of several words a mistyped one was meant to be. */
#ifndef CONSOLE_NEAREST_H
#define CONSOLE_NEAREST_H

#include <stddef.h>

/* The nearest of `count` words to a mistyped one, or NULL when none is near; word i is
 * get(context, i). */
const char *nearest_word(const char *typed, const char *(*get)(const void *context, size_t i),
                         const void *context, size_t count);

#endif
