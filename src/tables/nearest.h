/* Finds the word that a mistyped one probably stands for, for "did you mean" in error sentences. */
#ifndef TABLES_NEAREST_H
#define TABLES_NEAREST_H

#include <stddef.h>

#include <seqnet/model.h>

/* Returns the nearest of `count` words, or NULL when none is near; word i is get(context, i), NULL:
 * no word. */
const char *nearest_word(const char *typed, const char *(*get)(const void *context, size_t i),
                         const void *context, size_t count);

/* Finds the label of a model that an option names. Returns EXIT_DONE, or prints that there is no
 * such label, with the one that was most likely meant, and returns an exit code. */
int find_named_label(const seqnet_model *model, const char *option, const char *name,
                     size_t *label);

#endif
