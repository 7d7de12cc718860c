#include "ngram_prune.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* The new number of an n-gram that is left out. */
static const uint32_t LEFT_OUT = UINT32_MAX;

static int compare_descending(const void *left, const void *right)
{
    const float a = *(const float *)left, b = *(const float *)right;
    return (a < b) - (a > b);
}

/* The least importance that is kept, and how many n-grams of just this one are. */
static seqnet_status find_least(const float *importance, size_t count, size_t kept, float *least,
                                size_t *ties, seqnet_error *err)
{
    float *sorted;
    SN_TRY(sn_alloc(&sorted, count, sizeof *sorted, err));
    memcpy(sorted, importance, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_descending);
    *least = sorted[kept - 1];
    for (*ties = 1; *ties < kept && sorted[kept - 1 - *ties] == *least;)
        ++*ties;
    free(sorted);
    return SEQNET_OK;
}

/* Renumbers the n-grams that are kept, and moves what is known of them to their new numbers. */
static void renumber(sn_ngram_counts *counts, float *idf, const float *importance, float least,
                     size_t ties, uint32_t *numbers)
{
    size_t used = 0;
    for (size_t j = 0; j < counts->count; j++) {
        const bool is_tie = importance[j] == least;
        numbers[j] = LEFT_OUT;
        if (importance[j] < least || (is_tie && ties == 0))
            continue;
        ties -= is_tie;
        counts->hashes[used] = counts->hashes[j];
        counts->rows[used] = counts->rows[j];
        idf[used] = idf[j];
        numbers[j] = (uint32_t)used++;
    }
    counts->count = used;
}

static void renumber_entries(sn_ngram_matrix *m, const float *idf, const uint32_t *numbers,
                             size_t columns)
{
    size_t used = 0, start = 0;
    for (size_t block = 0; block < SN_NGRAM_BLOCKS * m->rows; block++) {
        const size_t first = used, end = m->starts[block + 1];
        for (size_t e = start; e < end; e++) {
            const uint32_t number = numbers[sn_entry_number(m->entries[e])];
            if (number != LEFT_OUT)
                m->entries[used++] = sn_walk_entry(number, m->entries[e] >> 24);
        }
        start = end;
        m->starts[block + 1] = used;
        m->scales[block] = sn_ngram_block_scale(m->entries + first, used - first, idf);
    }
    m->columns = columns;
}

seqnet_status sn_ngram_prune(sn_ngram_counts *counts, sn_ngram_matrix *matrix, float *idf,
                             const float *importance, size_t kept, seqnet_error *err)
{
    uint32_t *numbers;
    float least;
    size_t ties;
    SN_TRY(find_least(importance, counts->count, kept, &least, &ties, err));
    SN_TRY(sn_alloc(&numbers, counts->count, sizeof *numbers, err));
    renumber(counts, idf, importance, least, ties, numbers);
    renumber_entries(matrix, idf, numbers, counts->count);
    free(numbers);
    return SEQNET_OK;
}
