/*
 * How often words occur. Memory grows with the distinct words, not with the text.
 */
#ifndef SN_WORD_COUNTS_H
#define SN_WORD_COUNTS_H

#include "string_set.h"

typedef struct sn_word_count {
    /* The set's. */
    const char *word;
    size_t length;
    size_t count;
    /* In the set: words are numbered by their first occurrence. */
    size_t number;
} sn_word_count;

/* Zeroed to start with. */
typedef struct sn_word_counts {
    sn_string_set set;
    sn_word_count *words; /* in the order of their first occurrence, until sorted */
    size_t distinct, capacity;
} sn_word_counts;

/* Counts one occurrence of a word, whose number in the set becomes *number; the bytes are copied.
 * SEQNET_ERR_DATA for more than SN_MAX_STRINGS distinct words. */
seqnet_status sn_word_counts_add(sn_word_counts *counts, const char *word, size_t length,
                                 size_t *number, seqnet_error *err);

/* Orders the words by falling frequency, equal ones in byte order. None can be added then. */
void sn_word_counts_sort(sn_word_counts *counts);

void sn_word_counts_free(sn_word_counts *counts);

#endif
