/* The help of a command, made from its option table, so that it cannot contradict the parser. It
 * shows the values that the targets hold as defaults. */
#ifndef ARGUMENTS_HELP_H
#define ARGUMENTS_HELP_H

#include "help_page.h"
#include "option_table.h"

/* All that there is to say. */
void put_help(const help_page *page, const command_spec *command, const option_spec *const *specs,
              size_t count);

/* What goes on one screen: the options of command->brief, two examples. */
void put_brief_help(const help_page *page, const command_spec *command,
                    const option_spec *const *specs, size_t count);

#endif
