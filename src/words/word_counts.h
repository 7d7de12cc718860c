/*
 * How often words occur. Memory grows with the number of distinct words, not with the text. Ranks
 * are in vocabulary.h.
 */
#ifndef SN_WORD_COUNTS_H
#define SN_WORD_COUNTS_H

#include "string_set.h"

typedef struct sn_word_count {
    /* Its bytes are the set's. */
    const char *word;
    size_t length;
    size_t count;
    /* Its number in the set, which numbers words by their first occurrence. */
    size_t number;
} sn_word_count;

/* Zeroed counts are empty. */
typedef struct sn_word_counts {
    sn_string_set set;
    /* In the order of their first occurrence, until sn_word_counts_sort. */
    sn_word_count *words;
    size_t distinct, capacity;
} sn_word_counts;

/* Counts one occurrence of a word and sets *number to its number in the set; the bytes are copied.
 * SEQNET_ERR_DATA for more than SN_MAX_STRINGS distinct words. */
seqnet_status sn_word_counts_add(sn_word_counts *counts, const char *word, size_t length,
                                 size_t *number, seqnet_error *err);

/* Sorts the words: the most frequent first, equally frequent ones in byte order. No word can be
 * added afterwards. */
void sn_word_counts_sort(sn_word_counts *counts);

/* Frees the words. */
void sn_word_counts_free(sn_word_counts *counts);

#endif
