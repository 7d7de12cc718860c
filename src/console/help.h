/* The help of a command, which comes from its option table. */
#ifndef CONSOLE_HELP_H
#define CONSOLE_HELP_H

#include "options.h"

/* Prints it on standard output. What the targets hold is shown as the default. */
void print_help(const command_spec *command, const option_spec *const *specs, size_t count);

#endif
