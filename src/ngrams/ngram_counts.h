/*
 * How many rows have each n-gram (document frequencies), and the choice of those that a model is to
 * know: frequent ones first. Both are the same for any number of threads.
 */
#ifndef SN_NGRAM_COUNTS_H
#define SN_NGRAM_COUNTS_H

#include "ngram_walk.h"

/* Which n-grams are kept: those of at least so many rows, and of these the most frequent `limit`,
 * of equally frequent ones those with the lowest hashes. */
typedef struct sn_ngram_choice {
    size_t min_word_rows, min_character_rows;
    size_t limit;
} sn_ngram_choice;

/* The n-grams that are kept: [count] hashes in ascending order, and in how many rows each is. */
typedef struct sn_ngram_counts {
    uint32_t *hashes, *rows;
    size_t count;
} sn_ngram_counts;

/* Counts the n-grams of rows and chooses among them. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_counts_make(sn_ngram_counts *counts, const sn_ngram_rows *rows,
                                   const sn_ngram_spec *spec, const sn_ngram_choice *choice,
                                   sn_pool *pool, seqnet_error *err);

/* Frees the arrays. */
void sn_ngram_counts_free(sn_ngram_counts *counts);

#endif
