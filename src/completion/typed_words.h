/* The words of a command line that is being typed, as a shell hands it over. */
#ifndef COMPLETION_TYPED_WORDS_H
#define COMPLETION_TYPED_WORDS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct typed_words {
    /* Without quotes, the program's name first; a word that begins with ~/ begins with $HOME. */
    char **words;
    size_t count;
    /* The word that the cursor is in, which ends there. */
    size_t current;
    /* The rest is bash's. Of the current word: the quote that is open or NUL, and how many bytes
     * stand before what bash replaces. */
    char quote;
    size_t kept;
    /* The current word is where a redirection goes. */
    bool is_redirected;
    char *text;
} typed_words;

/* Splits what stands before and behind the cursor on bash's line; bash replaces a word from the
 * last of the `breaks` on ($COMP_WORDBREAKS). Returns false without memory. */
bool split_line(typed_words *typed, const char *head, const char *tail, const char *breaks);

/* Takes words that a shell split; the program's name is not among them. `current` counts from 0,
 * and all words are without quotes but this one, which has them when `is_raw`. */
bool take_words(typed_words *typed, char *const *words, size_t count, size_t current, bool is_raw);

void free_words(typed_words *typed);

#endif
