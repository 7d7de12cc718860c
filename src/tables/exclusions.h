/* Options that exclude each other: one that comes from the configuration gives way to one that is
 * typed. What is typed together is refused by the command. */
#ifndef TABLES_EXCLUSIONS_H
#define TABLES_EXCLUSIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct exclusion {
    /* "": all commands. */
    const char *command;
    const char *option;
    /* With blanks between them. */
    const char *others;
} exclusion;

/* The table, for whoever checks it. */
const exclusion *all_exclusions(size_t *count);

/* Whether options of a command, by their long names, exclude each other. */
bool exclude_each_other(const char *command, const char *a, const char *b);

#endif
