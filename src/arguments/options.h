/*
 * The parser of command lines, which follows an option table (option_table.h). getopt_long does the
 * parsing underneath.
 */
#ifndef ARGUMENTS_OPTIONS_H
#define ARGUMENTS_OPTIONS_H

#include <stddef.h>

#include "next_table.h"
#include "parsed_line.h"

/* Parses argv[1 ..], with options and arguments in any order; argv[0] is the command's name.
 * Options that are not typed are taken from the configuration (configuration.h). Returns PARSED,
 * with the arguments moved to the end of argv. Otherwise it prints the help, if the line asks for
 * it, or what is wrong with the line, and returns an exit code. It handles the options that every
 * command has
 * (--help, --quiet, --verbose, --color, --options, --no-config), and registers the files that the
 * run reads as inputs (outputs.h). */
int parse_options(const command_spec *command, const option_spec *options, size_t count, int argc,
                  char **argv, parsed_line *line);

/* The same with options of these names alone from the configuration, with blanks
 * between them. */
int parse_options_with(const command_spec *command, const option_spec *options, size_t count,
                       int argc, char **argv, parsed_line *line, const char *configurable);

/* The name of the typed option that has this target; NULL when none was typed. */
const char *given_name(const parsed_line *line, const void *target);

/* Copies the typed values of a struct with targets, `size` bytes at `from`, to the same fields of
 * another one. `to` may hold defaults that are known only after the line is parsed. */
void copy_given(const parsed_line *line, const void *from, void *to, size_t size);

#endif
