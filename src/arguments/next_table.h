/* How others than the parser get at the option table of a command: through the command itself. */
#ifndef ARGUMENTS_NEXT_TABLE_H
#define ARGUMENTS_NEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "option_table.h"

/* Takes a command's table, with the options of all commands, and a row for each group. */
typedef void table_reader(void *context, const command_spec *command,
                          const option_spec *const *specs, size_t count);

/* The next parse_options hands its table to the reader instead of parsing, and returns EXIT_DONE.
 * The targets hold the defaults. */
void read_next_table(table_reader *reader, void *context);

/* Hands the table over, if somebody waits for one. */
bool hand_table(const command_spec *command, const option_spec *const *specs, size_t count);

#endif
