/*
 * Which words stand near each other in rows of ids, as a sparse matrix of positive pointwise mutual
 * information (PPMI; Levy, Goldberg and Dagan 2015):
 *
 *     m(w, c) = max(0, ln(n(w, c) n_75 / (n(w) n(c)^.75)))
 *
 * n(w, c) is how often word c stands at most 5 words from word w, where neighbours count 1 and the
 * words behind them .8 .6 .4 .2; n(w) is its sum over c, and n_75 the sum of all n(c)^.75. Words
 * without an id and ids that stand for no word are places without a word.
 *
 * Only the pairs that occur, with a positive m(w, c) or m(c, w), take memory: 6 bytes each. A pair
 * needs an occurrence, so that there are fewer of them than ten times the words of the text; and of
 * at most SN_COUNTED_WORDS words at most so many squared. While it counts, a word of the text takes
 * 6 bytes.
 */
#ifndef SN_COOCCURRENCE_H
#define SN_COOCCURRENCE_H

#include <stdint.h>

#include "encoding.h"
#include "pool.h"
#include "rows.h"

enum {
    /* The most words that are counted, the most frequent ones. */
    SN_COUNTED_WORDS = 30000,
    /* Words whose contexts one task counts. */
    SN_COUNTED_BLOCK = 64
};

/* The contexts of SN_COUNTED_BLOCK words. */
typedef struct sn_ppmi_block {
    /* Those of the block's word i are ends[i - 1] .. ends[i] - 1. */
    size_t ends[SN_COUNTED_BLOCK];
    /* The numbers of the contexts, and ln(n(w, c) n_75 / (n(w) n(c))^.75), which is the same for
     * (w, c) and (c, w). */
    uint16_t *contexts;
    float *values;
    size_t contexts_capacity, values_capacity;
    seqnet_status status;
} sn_ppmi_block;

typedef struct sn_ppmi {
    /* The words, numbered from the most frequent one on. */
    size_t words;
    /* [words]: their ids, and ln(n(w)) / 4, which m(w, c) is below the value of the pair. */
    int32_t *ids;
    float *offsets;
    sn_ppmi_block *blocks;
    size_t block_count;
} sn_ppmi;

/* Counts the words of the rows of all parts. The result does not depend on the number of threads.
 * SEQNET_ERR_MEMORY. The caller frees *matrix, whatever the status. */
seqnet_status sn_ppmi_count(sn_ppmi *matrix, const sn_rows *parts, size_t part_count,
                            const sn_encoding *encoding, sn_pool *pool, seqnet_error *err);
void sn_ppmi_free(sn_ppmi *matrix);

/* y = m x, or y = m^T x with `transposed`; x and y are [words, columns]. */
void sn_ppmi_multiply(const sn_ppmi *matrix, bool transposed, const float *x, size_t columns,
                      float *y, sn_pool *pool);

#endif
