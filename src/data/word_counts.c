/*
 * The words' bytes lie in a chain of blocks, so that pointers to them stay. A slot holds half of
 * the word's XXH3 hash beside its number: most strangers are told apart without a look at the word.
 */
#include "word_counts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "memory.h"

#include "banned.h"

enum { BLOCK_SIZE = 1 << 16, FIRST_SLOTS = 1 << 10 };

struct sn_word_block {
    struct sn_word_block *next;
    size_t size;
    char bytes[];
};

struct sn_word_slot {
    uint32_t number; /* of the word, from 1; 0 for free */
    uint32_t check;  /* the upper half of its hash */
};

static seqnet_status add_block(sn_word_counts *counts, size_t size, seqnet_error *err)
{
    struct sn_word_block *block;
    if (size > SIZE_MAX - sizeof *block)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a word of %zu bytes", size);
    SN_TRY(sn_alloc(&block, sizeof *block + size, 1, err));
    block->next = counts->block;
    block->size = size;
    counts->block = block;
    counts->block_used = 0;
    return SEQNET_OK;
}

static seqnet_status copy_word(const char **copy, sn_word_counts *counts, const char *word,
                               size_t length, seqnet_error *err)
{
    if (!counts->block || counts->block->size - counts->block_used < length)
        SN_TRY(add_block(counts, length > BLOCK_SIZE ? length : BLOCK_SIZE, err));
    char *const place = counts->block->bytes + counts->block_used;
    memcpy(place, word, length);
    counts->block_used += length;
    *copy = place;
    return SEQNET_OK;
}

/* The slot that holds the word, or the free one where it belongs. */
static struct sn_word_slot *find_slot(const sn_word_counts *counts, const char *word, size_t length,
                                      uint64_t hash)
{
    const size_t mask = counts->slot_count - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct sn_word_slot *const slot = &counts->slots[i];
        if (slot->number == 0)
            return slot;
        if (slot->check != (uint32_t)(hash >> 32))
            continue;
        const sn_word_count *const known = &counts->words[slot->number - 1];
        if (known->length == length && memcmp(known->word, word, length) == 0)
            return slot;
    }
}

static seqnet_status double_slots(sn_word_counts *counts, seqnet_error *err)
{
    const size_t slot_count = counts->slot_count ? counts->slot_count * 2 : FIRST_SLOTS;
    struct sn_word_slot *slots;
    SN_TRY(sn_alloc(&slots, slot_count, sizeof *slots, err));
    free(counts->slots);
    counts->slots = slots;
    counts->slot_count = slot_count;
    for (size_t i = 0; i < counts->distinct; i++) {
        const sn_word_count *const known = &counts->words[i];
        const uint64_t hash = XXH3_64bits(known->word, known->length);
        *find_slot(counts, known->word, known->length, hash) =
            (struct sn_word_slot){.number = (uint32_t)(i + 1), .check = (uint32_t)(hash >> 32)};
    }
    return SEQNET_OK;
}

static seqnet_status add_new(sn_word_counts *counts, struct sn_word_slot *slot, const char *word,
                             size_t length, uint64_t hash, seqnet_error *err)
{
    const char *copy;
    if (counts->distinct >= UINT32_MAX - 1)
        return sn_fail(err, SEQNET_ERR_DATA, "the texts have more than 2^32 different words");
    SN_TRY(sn_grow(&counts->words, &counts->capacity, counts->distinct + 1, sizeof *counts->words,
                   err));
    SN_TRY(copy_word(&copy, counts, word, length, err));
    counts->words[counts->distinct++] = (sn_word_count){copy, length, 1};
    *slot = (struct sn_word_slot){.number = (uint32_t)counts->distinct,
                                  .check = (uint32_t)(hash >> 32)};
    return SEQNET_OK;
}

seqnet_status sn_word_counts_add(sn_word_counts *counts, const char *word, size_t length,
                                 seqnet_error *err)
{
    if (counts->distinct * 2 >= counts->slot_count)
        SN_TRY(double_slots(counts, err));
    const uint64_t hash = XXH3_64bits(word, length);
    struct sn_word_slot *const slot = find_slot(counts, word, length, hash);
    if (slot->number == 0)
        return add_new(counts, slot, word, length, hash, err);
    counts->words[slot->number - 1].count++;
    return SEQNET_OK;
}

static int compare(const void *left, const void *right)
{
    const sn_word_count *const a = left, *const b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    const int order = memcmp(a->word, b->word, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

void sn_word_counts_sort(sn_word_counts *counts)
{
    if (counts->distinct)
        qsort(counts->words, counts->distinct, sizeof *counts->words, compare);
}

void sn_word_counts_free(sn_word_counts *counts)
{
    while (counts->block) {
        struct sn_word_block *const next = counts->block->next;
        free(counts->block);
        counts->block = next;
    }
    free(counts->words);
    free(counts->slots);
    *counts = (sn_word_counts){0};
}
