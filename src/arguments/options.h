/*
 * The parser of command lines, which follows an option table (option_table.h). getopt_long does the
 * parsing underneath.
 */
#ifndef ARGUMENTS_OPTIONS_H
#define ARGUMENTS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "option_table.h"

/* Options of a command together with those that all commands have. */
enum { MAX_OPTIONS = 160 };

/* Files of options that a line may name. */
enum { MAX_OPTION_FILES = 8 };

/* What a command line says beside the values in the targets. */
typedef struct parsed_line {
    /* Index in argv of the first argument; the options stand before it. */
    int first;
    /* The command's table, borrowed. */
    const option_spec *options;
    size_t count;
    /* [count]: the option of this row was typed, or comes from the configuration. */
    bool is_typed[MAX_OPTIONS];
    /* [count]: where it comes from; 0: it was typed. */
    unsigned char source[MAX_OPTIONS];
} parsed_line;

/* Parses argv[1 ..], with options and arguments in any order; argv[0] is the command's name.
 * Options that are not typed are taken from the configuration (configuration.h). Returns PARSED,
 * with the arguments moved to the end of argv. Otherwise it prints the help, if the line asks for
 * it, or what is wrong with the line, and returns an exit code. It handles the options that every
 * command has
 * (--help, --quiet, --verbose, --color, --options, --no-config), and registers the files that the
 * run reads as inputs (outputs.h). */
int parse_options(const command_spec *command, const option_spec *options, size_t count, int argc,
                  char **argv, parsed_line *line);

/* The same with options of these names alone from the configuration; NULL ends the names. */
int parse_options_with(const command_spec *command, const option_spec *options, size_t count,
                       int argc, char **argv, parsed_line *line, const char *const *configurable);

/* Takes a command's table, with the options of all commands, and a row for each group. */
typedef void table_reader(void *context, const command_spec *command,
                          const option_spec *const *specs, size_t count);

/* The next parse_options hands its table to the reader instead of parsing, and returns EXIT_DONE.
 * The targets hold the defaults. */
void read_next_table(table_reader *reader, void *context);

/* The name of the typed option that has this target; NULL when none was typed. */
const char *given_name(const parsed_line *line, const void *target);

/* Copies the typed values of a struct with targets, `size` bytes at `from`, to the same fields of
 * another one. `to` may hold defaults that are known only after the line is parsed. */
void copy_given(const parsed_line *line, const void *from, void *to, size_t size);

#endif
