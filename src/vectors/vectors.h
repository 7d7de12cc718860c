/*
 * Reads pre-trained word vectors in the text form of fastText and GloVe, plain or gzip: a line has
 * a word and its numbers. The first line may be fastText's "COUNT DIMENSION". A file of fastText's
 * own (.bin) is read, too (fasttext_vectors.h).
 */
#ifndef SN_VECTORS_H
#define SN_VECTORS_H

#include "vector_words.h"

/* Overwrites the rows of `table` [id_count, dimension] whose words the file has. A word of the file
 * that is not in the vocabulary stands for what the text rule makes of it, if that is one word. The
 * first line of a word counts, because files are ordered by frequency. The file is UTF-8, or else
 * in `text_encoding` (NULL: see seqnet_reader_options). seen [id_count] must be zero and becomes 1
 * for the overwritten rows. SEQNET_ERR_USAGE when the first vector has another dimension,
 * SEQNET_ERR_DATA for a line that is not a word and its numbers, or when the first line announces
 * another dimension. */
seqnet_status sn_vectors_read(float *table, uint8_t *seen, sn_vectors_found *found,
                              const char *path, const char *text_encoding, size_t dimension,
                              const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                              seqnet_error *err);

/* sn_vectors_read from the bytes of a file. Error sentences name `path`. */
seqnet_status sn_vectors_read_bytes(float *table, uint8_t *seen, sn_vectors_found *found,
                                    const void *bytes, size_t size, const char *path,
                                    size_t dimension, const sn_encoding *encoding,
                                    const sn_vocabulary *vocabulary, seqnet_error *err);

#endif
