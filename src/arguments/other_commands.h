/* What other commands than the one that runs know: their option tables. */
#ifndef ARGUMENTS_OTHER_COMMANDS_H
#define ARGUMENTS_OTHER_COMMANDS_H

#include "command_table.h"
#include "option_table.h"

/* Tells the commands that there are, borrowed; before, there are none. */
void set_commands(const command_table *table);

const command_table *known_commands(void);

/* The first command but `own` that has the option of this name, or with NULL of this letter; NULL:
 * there is none. *spec (may be NULL) becomes a copy of its row. */
const char *other_command_with(const char *own, const char *name, char letter, option_spec *spec);

#endif
