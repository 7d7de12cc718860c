/* Finds the word that a mistyped one probably stands for, for "did you mean" in error sentences. */
#ifndef CONSOLE_NEAREST_H
#define CONSOLE_NEAREST_H

#include <stddef.h>

/* Returns the nearest of `count` words, or NULL when none is near; word i is get(context, i). */
const char *nearest_word(const char *typed, const char *(*get)(const void *context, size_t i),
                         const void *context, size_t count);

#endif
