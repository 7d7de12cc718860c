/*
 * Word vectors from fastText's own files (.bin), of classifiers and of skipgram and cbow. The
 * vector of a word is what fastText prints: the mean of its row and of the rows of its character
 * n-grams. A word that the file lacks has the mean of the latter, where there are any. Vectors in
 * text form are in vectors.h.
 */
#ifndef SN_FASTTEXT_VECTORS_H
#define SN_FASTTEXT_VECTORS_H

#include "vector_words.h"

/* Reads the number of dimensions. SEQNET_ERR_DATA. */
seqnet_status sn_fasttext_vectors_dimension(const char *path, size_t *dimension, seqnet_error *err);

/* sn_vectors_read of such a file. Each row of it is read once, and none of them is kept. */
seqnet_status sn_fasttext_vectors_read(float *table, uint8_t *seen, sn_vectors_found *found,
                                       const char *path, size_t dimension,
                                       const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                                       seqnet_error *err);

#endif
