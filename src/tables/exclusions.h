/* Options that exclude each other: one that comes from the configuration gives way to one that is
 * typed. What is typed together is refused by the command. */
#ifndef TABLES_EXCLUSIONS_H
#define TABLES_EXCLUSIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct exclusion {
    /* With blanks between them; "": all commands. */
    const char *commands;
    const char *option;
    /* With blanks between them. */
    const char *others;
} exclusion;

/* Options of train that go with some values of a choice only. */
typedef struct value_need {
    /* With blanks between them, as the values. */
    const char *options;
    const char *choice;
    const char *values;
} value_need;

/* The tables, for whoever checks them. */
const exclusion *all_exclusions(size_t *count);
const value_need *all_value_needs(size_t *count);

/* Whether options of a command, by their long names, exclude each other. */
bool exclude_each_other(const char *command, const char *a, const char *b);

/* Whether an option does not go with this value of a choice. */
bool needs_another(const char *command, const char *option, const char *choice, const char *value);

#endif
