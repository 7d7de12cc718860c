/* What the readers of word vectors share: what they have found, which word of a model one of a file
 * stands for, and which numbers are refused. */
#ifndef SN_VECTOR_WORDS_H
#define SN_VECTOR_WORDS_H

#include <math.h>

#include "encoding.h"

typedef struct sn_vectors_found {
    /* Numbers of a vector. */
    size_t dimension;
    /* Words of the vocabulary that have a vector. */
    size_t words;
    /* Vectors in the file, and how many its first line announces; 0: none. */
    size_t vectors, announced;
    /* Lines for a word of the vocabulary that an earlier line is for, too. */
    size_t repeated;
    /* Vectors whose words are not UTF-8, and the line of the first one. */
    size_t invalid, invalid_line;
} sn_vectors_found;

/* Scratch for looking words up. The caller zeroes it once. */
typedef struct sn_vector_words {
    sn_tokenizer tokenizer;
    sn_encoded encoded;
} sn_vector_words;

/* Finds the id of a word of a file, or of what the text rule makes of it, if that is one word; *id
 * is 0 when it has none. *exact: it is the word as the vocabulary has it. SEQNET_ERR_MEMORY. */
seqnet_status sn_vector_words_find(sn_vector_words *words, const sn_encoding *encoding,
                                   const sn_vocabulary *vocabulary, const char *word, size_t length,
                                   size_t *id, bool *exact, seqnet_error *err);
void sn_vector_words_free(sn_vector_words *words);

/* Whether a number is one, and so small that products of it and others do not overflow. */
static inline bool sn_vector_number_is_fine(double value)
{
    return fabs(value) <= 1e30;
}

/* Refuses vectors of `dimension` numbers for an embedding of `wanted`; `place` is the file, and the
 * line. SEQNET_ERR_USAGE. */
seqnet_status sn_vector_words_refuse(const char *place, size_t dimension, size_t wanted,
                                     seqnet_error *err);

#endif
