#include "word_counts.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

seqnet_status sn_word_counts_add(sn_word_counts *counts, const char *word, size_t length,
                                 size_t *number, seqnet_error *err)
{
    SN_TRY(sn_string_set_add(&counts->set, word, length, number, err));
    if (*number == counts->distinct) {
        SN_TRY(sn_grow(&counts->words, &counts->capacity, *number + 1, sizeof *counts->words, err));
        counts->words[counts->distinct++] =
            (sn_word_count){.word = sn_string_set_get(&counts->set, *number, NULL),
                            .length = length,
                            .number = *number};
    }
    counts->words[*number].count++;
    return SEQNET_OK;
}

static int compare(const void *left, const void *right)
{
    const sn_word_count *const a = left, *const b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return sn_compare_bytes(a->word, a->length, b->word, b->length);
}

void sn_word_counts_sort(sn_word_counts *counts)
{
    if (counts->distinct)
        qsort(counts->words, counts->distinct, sizeof *counts->words, compare);
}

void sn_word_counts_free(sn_word_counts *counts)
{
    sn_string_set_free(&counts->set);
    free(counts->words);
    *counts = (sn_word_counts){0};
}
