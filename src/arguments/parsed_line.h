/* What a command line says, beside the values in the targets of its options. */
#ifndef ARGUMENTS_PARSED_LINE_H
#define ARGUMENTS_PARSED_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "option_table.h"

/* Options of a command together with those that all commands have. */
enum { MAX_OPTIONS = 160 };

/* Files of options that a line may name. */
enum { MAX_OPTION_FILES = 8 };

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

#endif
