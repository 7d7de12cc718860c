/*
 * Pre-trained word vectors in the text form of fastText and GloVe, plain or gzip: a word and its
 * numbers a line, with fastText's "COUNT DIMENSION" line before them or without.
 */
#ifndef SN_VECTORS_H
#define SN_VECTORS_H

#include "encoding.h"

typedef struct sn_vectors_found {
    size_t dimension; /* of the file's vectors */
    size_t words;     /* words of the vocabulary that have one */
} sn_vectors_found;

/* Overwrites the rows of `table` [id_count, dimension] whose words the file has. A word stands for
 * what the text rule makes of it, where that is one word; of several such lines the first counts,
 * files being ordered by frequency. `seen` [id_count], zeroed, becomes 1 for these rows.
 * SEQNET_ERR_USAGE when the first vector is of another dimension. */
seqnet_status sn_vectors_read(float *table, uint8_t *seen, sn_vectors_found *found,
                              const char *path, size_t dimension, const sn_encoding *encoding,
                              const sn_vocabulary *vocabulary, seqnet_error *err);

/* The same from a file's bytes; errors name `path`. */
seqnet_status sn_vectors_read_bytes(float *table, uint8_t *seen, sn_vectors_found *found,
                                    const void *bytes, size_t size, const char *path,
                                    size_t dimension, const sn_encoding *encoding,
                                    const sn_vocabulary *vocabulary, seqnet_error *err);

#endif
