/* The options of a command and those of all commands as one list: what the parser of command lines
 * (options.h), the values (option_values.h) and the configuration (configuration.h) work on. */
#ifndef ARGUMENTS_OPTION_LIST_H
#define ARGUMENTS_OPTION_LIST_H

#include "parsed_line.h"

typedef struct option_list {
    const command_spec *command;
    /* The command's rows come first. */
    const option_spec *specs[MAX_OPTIONS];
    size_t count;
    /* What complaints begin with: where the options stand that are taken, "config:3: "; empty for
     * those that are typed. */
    const char *place;
} option_list;

/* The targets of options that all commands have, beside those in terminal.h. */
typedef struct common_settings {
    /* Files of options; NULL behind them. */
    const char *option_files[MAX_OPTION_FILES + 1];
    bool no_config;
} common_settings;

extern common_settings common;

option_list join_options(const command_spec *command, const option_spec *options, size_t count);

/* The index of the option whose name is the first `length` characters, or that has the letter;
 * list->count: there is none. */
size_t find_long(const option_list *list, const char *name, size_t length);
size_t find_letter(const option_list *list, char letter);

/* Whether an option needs a value, which may be the next word. */
bool needs_value(const option_spec *spec);

bool is_help(const option_spec *spec);

/* Whether an option is for the line that is typed: --help, --options, --no-config. */
bool is_only_typed(const option_spec *spec);

#endif
