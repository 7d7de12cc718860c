/*
 * What `seqnet --complete` prints for a shell. The first line says what is meant, with tabs
 * between:
 *
 *     KIND TITLE   KIND is "words": what follows; "parts": beginnings of words, which are typed on;
 *                  "files": what follows, and files. TITLE is what they are.
 *
 * Each further line is a candidate as the shell takes it: for bash what comes in the place of what
 * it replaces, quoted; for zsh "value:description" with backslashes before colons, without what
 * precedes the value in its word ("--cell="); for fish the whole word, a tab and the description.
 */
#ifndef COMPLETION_ANSWER_H
#define COMPLETION_ANSWER_H

#include "typed_words.h"

typedef enum shell_kind { SHELL_BASH, SHELL_ZSH, SHELL_FISH } shell_kind;

typedef struct answer {
    shell_kind shell;
    const typed_words *typed;
    /* How many bytes of the current word stand before the value. */
    size_t before;
} answer;

/* The current word, and what of it belongs to the value. */
const char *current_word(const answer *a);
const char *current_value(const answer *a);

/* Prints the first line, with the title up to its first semicolon. */
void begin_answer(const char *kind, const char *title);

/* Prints a candidate; bash and fish get those that begin with what is typed. `description`
 * may be "". A value with control characters is left out. */
void offer(const answer *a, const char *value, const char *description);

#endif
