/* Command lines as text that a shell reads back: words with the quotes that they need, and options
 * with the values that their targets hold. */
#ifndef TABLES_SPELLED_H
#define TABLES_SPELLED_H

#include <stdbool.h>
#include <stddef.h>

#include "option_table.h"

typedef struct spelled_line {
    /* NULL as long as it has no words; the owner frees it. */
    char *text;
    size_t length, capacity;
    /* There was no memory for a word: the line is not whole. */
    bool has_failed;
} spelled_line;

/* Appends words that are spelt already, after a blank if the line has words. */
void spell_raw(spelled_line *line, const char *words);

/* Appends a word, in quotes where a shell would read it as anything else. */
void spell_word(spelled_line *line, const char *word);

/* Appends an option with the value of its target: nothing for a flag that is not set. */
void spell_option(spelled_line *line, const option_spec *spec);

#endif
