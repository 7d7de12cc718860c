/*
 * Lists of words, one a line or as elements of a list: which ids the words have, and what comes of
 * a TextVectorization layer's vocabulary. Lists of words that users make for trainings are in
 * text/word_list.h.
 */
#ifndef SN_WORD_LINES_H
#define SN_WORD_LINES_H

#include "draft.h"

typedef struct sn_line {
    /* Not NUL-terminated. */
    const char *text;
    size_t length;
} sn_line;

/* Lines of a text that are taken one by one. */
typedef struct sn_lines {
    const char *pos, *end;
    /* Each newline has a carriage return before it, which is then no part of a line. */
    bool has_returns;
} sn_lines;

sn_lines sn_lines_begin(const char *text, size_t size);

/* Takes the next line, without its newline; false after the last one. */
bool sn_lines_next(sn_lines *lines, sn_line *line);

/* Reads a text of lines into a zeroed draft with path and err, which then points into it: words, or
 * words and their ids. `form` becomes what it is. */
seqnet_status sn_word_lines_read(sn_draft *draft, const char *text, size_t size,
                                 char form[SN_TOKENIZER_FORM]);

/* For words whose ids are their places in a list, of which the first two are given: says what the
 * list is by them. One that begins with an empty word or one for padding is numbered from 0, and is
 * a TextVectorization layer's if [UNK] follows; any other one is numbered from 1, as Keras's
 * Tokenizer numbers words. */
seqnet_status sn_word_lines_number(sn_draft *draft, const sn_tree_value *first,
                                   const sn_tree_value *second);

#endif
