/*
 * The manual: pages for man(1), written from the tables of commands, options, environment variables
 * and exit codes. `seqnet --generate` prints them, and the scripts that make shells complete.
 */
#ifndef MANUAL_MANUAL_H
#define MANUAL_MANUAL_H

#include <stdio.h>

#include "command_table.h"
#include "option_table.h"

/* argv[0] is "--generate", argv[1] says what: "man", with a command behind it or without one,
 * "complete-bash", "complete-zsh", "complete-fish", or "commands", their names for build scripts.
 * Returns an exit code. */
int generate(const command_table *commands, int argc, char **argv);

/* Writes the first lines of a page, up to the name; `command` is NULL for seqnet itself. The page
 * has the date of $SOURCE_DATE_EPOCH, else none. */
void put_page_head(FILE *out, const char *command, const char *summary);

/* Writes seqnet(1). */
void put_main_page(FILE *out, const command_table *commands);

/* Writes the page of a command. `summary` is the one of the table of commands. */
void put_command_page(FILE *out, const char *summary, const command_spec *command,
                      const option_spec *const *specs, size_t count);

/* Writes lines of examples as a section. */
void put_example_section(FILE *out, const char *lines);

#endif
