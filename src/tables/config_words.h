/*
 * The words of a file of options, or of SEQNET_OPTIONS, as a shell reads them: blanks and ends of
 * lines separate words; quotes and backslashes take characters as they stand; a backslash at the
 * end of a line goes on with the next line. Nothing is expanded. A file may also have comments,
 * from a # that begins a word to the end of the line, and headings, "[train evaluate]" on a line of
 * their own.
 */
#ifndef TABLES_CONFIG_WORDS_H
#define TABLES_CONFIG_WORDS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct config_word {
    /* A heading without its brackets. */
    char *text;
    /* From 1. */
    size_t line;
    bool is_heading;
    /* It is the first of its line, of which the lines that a backslash continues are a part. */
    bool begins_line;
} config_word;

/* Borrows the text that was read; the owner zeroes it and frees .all. */
typedef struct config_words {
    config_word *all;
    size_t count, capacity;
} config_words;

/* Reads the words of text[0 .. length), which a NUL ends and which is overwritten with them.
 * Returns NULL, or what is wrong with the text, and in which line. */
const char *read_config_words(char *text, size_t length, bool is_file, config_words *words,
                              size_t *line);

#endif
