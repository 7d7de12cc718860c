/*
 * Words by rank (1 for the most frequent) and ranks by word. A vocabulary is immutable. A word has
 * no newline, so that its list is one word per line; a rank without a word is an empty line. How
 * often words occur is in word_counts.h, their ids in encoding.h, lists in files in word_list.h.
 *
 * Ownership: a vocabulary belongs to the caller, who frees it with sn_vocabulary_free.
 */
#ifndef SN_VOCABULARY_H
#define SN_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "word_counts.h"

typedef struct sn_vocabulary sn_vocabulary;

/* Makes a vocabulary from a list of lines, as a model file stores it: line i (from 0) is the word
 * of rank i + 1. The bytes are copied. A word that occurs twice is SEQNET_ERR_DATA. */
seqnet_status sn_vocabulary_from_lines(sn_vocabulary **vocabulary, const char *lines, size_t size,
                                       seqnet_error *err);

/* Makes a vocabulary of the words that occur at least `min_count` times, the most frequent first
 * and equally frequent ones in byte order. Sorts the counts: counts->words[rank - 1] is then the
 * word of a rank. */
seqnet_status sn_vocabulary_from_counts(sn_vocabulary **vocabulary, sn_word_counts *counts,
                                        size_t min_count, seqnet_error *err);

/* NULL is fine. */
void sn_vocabulary_free(sn_vocabulary *vocabulary);

/* The highest rank. */
size_t sn_vocabulary_size(const sn_vocabulary *vocabulary);

/* The rank of a word, from 1; 0 when it is not known. */
size_t sn_vocabulary_rank(const sn_vocabulary *vocabulary, const char *word, size_t length);

/* The word of a rank, not NUL-terminated; NULL when there is none. */
const char *sn_vocabulary_word(const sn_vocabulary *vocabulary, size_t rank, size_t *length);

/* The list of lines of the first `count` ranks, at most all; the vocabulary's. */
const char *sn_vocabulary_lines(const sn_vocabulary *vocabulary, size_t count, size_t *size);

/* Makes a vocabulary of the first `count` ranks of another one, at most all. */
seqnet_status sn_vocabulary_first(sn_vocabulary **copy, const sn_vocabulary *vocabulary,
                                  size_t count, seqnet_error *err);

#endif
