/* Finds the number of an n-gram by its hash. The hashes lie in ascending order, and a table says
 * where those with the same highest bits begin, of which there are a few. */
#ifndef SN_NGRAM_INDEX_H
#define SN_NGRAM_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* N-grams of one model at most: a row of a matrix has 24 bits for their numbers. */
enum { SN_MAX_NGRAMS = 1 << 24 };

typedef struct sn_ngram_index {
    /* [count], ascending and distinct; borrowed. */
    const uint32_t *hashes;
    /* [buckets + 1]: the number of the first hash of each bucket. */
    uint32_t *starts;
    size_t count;
    /* hash >> shift is the bucket. */
    unsigned shift;
} sn_ngram_index;

/* Makes the index of hashes, which must outlive it. SEQNET_ERR_DATA where they do not ascend,
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_index_make(sn_ngram_index *index, const uint32_t *hashes, size_t count,
                                  seqnet_error *err);

/* Frees the table. */
void sn_ngram_index_free(sn_ngram_index *index);

/* The number of an n-gram; SIZE_MAX when it is not there. */
static inline size_t sn_ngram_index_find(const sn_ngram_index *index, uint32_t hash)
{
    const size_t bucket = hash >> index->shift;
    const size_t end = index->starts[bucket + 1];
    for (size_t i = index->starts[bucket]; i < end; i++)
        if (index->hashes[i] == hash)
            return i;
    return SIZE_MAX;
}

/* Asks the processor for what sn_ngram_index_find is going to read: first for a table entry, some
 * n-grams later for the hashes that it leads to. */
static inline void sn_ngram_index_prefetch_start(const sn_ngram_index *index, uint32_t hash)
{
    __builtin_prefetch(&index->starts[hash >> index->shift]);
}

static inline void sn_ngram_index_prefetch_hashes(const sn_ngram_index *index, uint32_t hash)
{
    __builtin_prefetch(&index->hashes[index->starts[hash >> index->shift]]);
}

#endif
