/*
 * Words by rank (1 for the most frequent) and ranks by word. Immutable once made. A word has no
 * newline, so the list is one word a line; a rank without a word is an empty line.
 */
#ifndef SN_VOCABULARY_H
#define SN_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "word_counts.h"

typedef struct sn_vocabulary sn_vocabulary;

/* From a list of lines, the form in which a model file holds it: line i (from 0) is the word of
 * rank i + 1. The bytes are copied. A word that stands twice is SEQNET_ERR_DATA. */
seqnet_status sn_vocabulary_from_lines(sn_vocabulary **vocabulary, const char *lines, size_t size,
                                       seqnet_error *err);

/* The counted words that occur at least `min_count` times: by falling frequency, equal ones in byte
 * order. The counts are sorted, so that counts->words[rank - 1] is the word of a rank. */
seqnet_status sn_vocabulary_from_counts(sn_vocabulary **vocabulary, sn_word_counts *counts,
                                        size_t min_count, seqnet_error *err);

/* From a file of words, one a line, plain or gzip; a carriage return at a line's end is none of the
 * word. SEQNET_ERR_DATA. */
seqnet_status sn_vocabulary_read(sn_vocabulary **vocabulary, const char *path, seqnet_error *err);

/* NULL is fine. */
void sn_vocabulary_free(sn_vocabulary *vocabulary);

/* The highest rank. */
size_t sn_vocabulary_size(const sn_vocabulary *vocabulary);

/* The rank of a word, from 1; 0 when it is not known. */
size_t sn_vocabulary_rank(const sn_vocabulary *vocabulary, const char *word, size_t length);

/* The word of a rank, not NUL-terminated; NULL when there is none. */
const char *sn_vocabulary_word(const sn_vocabulary *vocabulary, size_t rank, size_t *length);

/* The list of lines of the first `count` ranks (at most all): pointer into the vocabulary. */
const char *sn_vocabulary_lines(const sn_vocabulary *vocabulary, size_t count, size_t *size);

/* A new vocabulary of the first `count` ranks of another (at most all). */
seqnet_status sn_vocabulary_first(sn_vocabulary **copy, const sn_vocabulary *vocabulary,
                                  size_t count, seqnet_error *err);

#endif
