/* A line that is being typed for a command, read with the command's option table: what its words
 * are, and what is meant where the cursor is. Unlike the parser it takes any line. */
#ifndef COMPLETION_TYPED_LINE_H
#define COMPLETION_TYPED_LINE_H

#include "option_list.h"
#include "typed_words.h"

typedef enum place {
    /* The current word begins an option. */
    AT_OPTION,
    /* It is the value of `option`, from `before` on. */
    AT_VALUE,
    /* It is argument number `argument`, from 0. */
    AT_ARGUMENT
} place;

typedef struct typed_line {
    const typed_words *typed;
    option_list options;
    place place;
    const option_spec *option;
    size_t before, argument;
    /* "--" does not stand before the current word. */
    bool takes_options;
    /* [count]: the option is in another word; its last value, NULL without one. */
    bool is_typed[MAX_OPTIONS];
    const char *values[MAX_OPTIONS];
    /* [typed->count]: the word is an argument, and not the current word. */
    bool *is_argument;
} typed_line;

/* Returns false without memory. free_line frees what the line holds. */
bool read_line(typed_line *line, const typed_words *typed, const command_spec *command,
               const option_spec *const *specs, size_t count);
void free_line(typed_line *line);

/* The value that another word gives an option of this name; NULL: none does. */
const char *typed_value(const typed_line *line, const char *name);

/* Whether another word is an option of this name. */
bool has_option(const typed_line *line, const char *name);

#endif
