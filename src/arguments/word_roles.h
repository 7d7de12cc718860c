/* What each word of a command line is, before parsing moves the arguments behind the options. */
#ifndef ARGUMENTS_WORD_ROLES_H
#define ARGUMENTS_WORD_ROLES_H

#include "option_list.h"

typedef enum word_role {
    WORD_COMMAND,
    WORD_OPTION,
    /* Of the option before it. */
    WORD_VALUE,
    WORD_ARGUMENT,
    /* "@FILE" where arguments are files: a file of options. */
    WORD_OPTION_FILE,
    /* "--", and the arguments behind it. */
    WORD_END,
    WORD_BEHIND_END
} word_role;

typedef struct line_word {
    char *text;
    word_role role;
    /* The option, also of its value; NULL for other words and where it is unknown. */
    const option_spec *spec;
} line_word;

/* Fills words[0 .. argc). */
void read_word_roles(const option_list *list, int argc, char **argv, line_word *words);

#endif
