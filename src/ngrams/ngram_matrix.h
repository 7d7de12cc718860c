/*
 * The n-grams of training rows as a sparse matrix, 4 bytes an n-gram: the TF-IDF weights
 *
 *     x_ij = (1 + ln count_ij) idf_j / norm_i,   idf_j = ln((1 + N) / (1 + N_j)) + 1
 *
 * where N_j of N rows have n-gram j. A row has two blocks, words and characters, each of the norm 1
 * by itself.
 */
#ifndef SN_NGRAM_MATRIX_H
#define SN_NGRAM_MATRIX_H

#include "ngram_walk.h"

/* Blocks of a row. */
enum { SN_NGRAM_BLOCKS = 2 };

typedef struct sn_ngram_matrix {
    size_t rows, columns;
    /* sn_walk_entry of each n-gram. */
    uint32_t *entries;
    /* [SN_NGRAM_BLOCKS * rows + 1]: where each block begins. */
    size_t *starts;
    /* [SN_NGRAM_BLOCKS * rows]: 1 / norm of each block, 0 for an empty one. */
    float *scales;
    size_t entry_capacity;
    /* Where the entries lie. */
    sn_spilled place;
} sn_ngram_matrix;

/* [256]: 1 + ln of the count that an entry has; of 0 it is 0. */
extern const float sn_ngram_frequency[256];

static inline size_t sn_entry_number(uint32_t entry)
{
    return entry & 0xffffff;
}

static inline float sn_entry_frequency(uint32_t entry)
{
    return sn_ngram_frequency[entry >> 24];
}

/* Makes the matrix of the n-grams in the index, whose inverse frequencies are idf[index->count].
 * SEQNET_ERR_MEMORY, SEQNET_ERR_WRITE. The caller frees it, whatever the result. */
seqnet_status sn_ngram_matrix_make(sn_ngram_matrix *matrix, const sn_ngram_rows *rows,
                                   const sn_ngram_spec *spec, const sn_ngram_index *index,
                                   const float *idf, sn_pool *pool, seqnet_error *err);

/* The scale of a block with these entries. */
float sn_ngram_block_scale(const uint32_t *entries, size_t count, const float *idf);

void sn_ngram_matrix_free(sn_ngram_matrix *matrix);

#endif
