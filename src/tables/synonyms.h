/* Words of other programs, fastText's and Keras's above all, for what seqnet calls otherwise: they
 * are answered with the right word, where a similar word (nearest.h) would be a guess. */
#ifndef TABLES_SYNONYMS_H
#define TABLES_SYNONYMS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct synonym {
    /* What others call it: words with blanks between them. */
    const char *typed;
    /* What it is called here: a command with options, or options, without or with what they take.
     * Several ways with "|" between them, of which the first one counts whose options the command
     * has. NULL: there is none. */
    const char *words;
    /* What is said if it is called nothing here; NULL: nothing. */
    const char *remark;
} synonym;

/* The tables, for whoever checks them. */
const synonym *all_command_synonyms(size_t *count);
const synonym *all_option_synonyms(size_t *count);

/* The synonym of a word that is no command; NULL: none. */
const synonym *command_synonym(const char *typed);

/* The synonym of a word that is no option of a command, without its dashes; NULL: none. */
const synonym *option_synonym(const char *typed);

/* Whether a command has the option: "--lr" or "-k". */
typedef bool option_test(const void *context, const char *option);

/* Finds the way of which the command has all options. Returns its length, 0 where there is none;
 * *words then is NULL. */
size_t usable_words(const synonym *found, option_test *has, const void *context,
                    const char **words);

/* Whether two names differ in dashes, underscores and capitals at most: wordNgrams and
 * word-ngrams. */
bool is_same_name(const char *a, const char *b);

#endif
