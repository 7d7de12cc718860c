#include "ngram_index.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

/* On average; they lie side by side, and a smaller table is made sooner. */
enum { HASHES_OF_BUCKET = 4 };

seqnet_status sn_ngram_index_make(sn_ngram_index *index, const uint32_t *hashes, size_t count,
                                  seqnet_error *err)
{
    unsigned bits = 4;
    while (bits < 24 && (size_t)HASHES_OF_BUCKET << bits < count)
        bits++;
    *index = (sn_ngram_index){.hashes = hashes, .count = count, .shift = 32 - bits};
    for (size_t i = 1; i < count; i++)
        if (hashes[i] <= hashes[i - 1])
            return sn_fail(err, SEQNET_ERR_DATA, "the hashes of its n-grams do not ascend");
    const size_t buckets = (size_t)1 << bits;
    SN_TRY(sn_alloc(&index->starts, buckets + 1, sizeof *index->starts, err));
    for (size_t i = 0; i < count; i++)
        index->starts[(hashes[i] >> index->shift) + 1]++;
    for (size_t bucket = 0; bucket < buckets; bucket++)
        index->starts[bucket + 1] += index->starts[bucket];
    return SEQNET_OK;
}

void sn_ngram_index_free(sn_ngram_index *index)
{
    free(index->starts);
    *index = (sn_ngram_index){0};
}
