/* Options that exclude each other: one that comes from the configuration gives way to one that is
 * typed. What is typed together is refused by the command. */
#ifndef ARGUMENTS_EXCLUSIONS_H
#define ARGUMENTS_EXCLUSIONS_H

#include <stdbool.h>

/* Whether options of a command, by their long names, exclude each other. */
bool exclude_each_other(const char *command, const char *a, const char *b);

#endif
