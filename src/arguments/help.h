/* The help of a command, made from its option table, so that it cannot contradict the parser. */
#ifndef ARGUMENTS_HELP_H
#define ARGUMENTS_HELP_H

#include "option_table.h"

/* Prints the help on standard output. It shows the values that the targets hold as defaults. */
void print_help(const command_spec *command, const option_spec *const *specs, size_t count);

#endif
