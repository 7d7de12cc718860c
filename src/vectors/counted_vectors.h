/*
 * Word vectors that are counted on the rows themselves: the matrix of cooccurrence.h, of which a
 * truncated singular value decomposition leaves a few numbers a word (Levy, Goldberg and Dagan
 * 2015). Vectors from a file are in vectors.h.
 */
#ifndef SN_COUNTED_VECTORS_H
#define SN_COUNTED_VECTORS_H

#include "encoding.h"
#include "pool.h"
#include "rows.h"

/* As many numbers as a counted vector may have: the decomposition takes the cube of them. */
enum { SN_COUNTED_DIMENSIONS = 1024 };

/* Counts on the rows of all parts, labelled or not, and overwrites the rows of `table` [id_count,
 * dimension] whose words have a vector: the most frequent words, if any word stands near them. Its
 * length is 1. seen [id_count] must be zero and becomes 1 for the overwritten rows; *words becomes
 * their number. The result depends on the seed, not on the number of threads. The dimension is at
 * most SN_COUNTED_DIMENSIONS. SEQNET_ERR_MEMORY. */
seqnet_status sn_vectors_count(float *table, uint8_t *seen, size_t *words, const sn_rows *parts,
                               size_t part_count, const sn_encoding *encoding, size_t dimension,
                               uint64_t seed, sn_pool *pool, seqnet_error *err);

#endif
