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

/* Takes the next line of the text up to `end`, without its newline and a carriage return; false
 * after the last one. */
bool sn_line_take(const char **pos, const char *end, sn_line *line);

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
