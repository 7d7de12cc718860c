/*
 * The strings' bytes are in a chain of blocks, so that pointers to them stay valid. A slot holds
 * half of the string's XXH3 hash beside its number: most other strings differ in it, so that
 * their bytes need not be compared.
 */
#include "string_set.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "memory.h"

#include "banned.h"

enum { BLOCK_SIZE = 1 << 16, FIRST_BLOCK_SIZE = 1 << 8, FIRST_SLOTS = 64 };

struct sn_string_block {
    struct sn_string_block *next;
    size_t size;
    char bytes[];
};

struct sn_string_slot {
    /* The string's number, counted from 1; 0 for a free slot. */
    uint32_t number;
    /* The upper half of the hash. */
    uint32_t check;
};

const char *sn_string_set_get(const sn_string_set *set, size_t number, size_t *length)
{
    if (length)
        *length = set->strings[number].length;
    return set->strings[number].text;
}

static seqnet_status add_block(sn_string_set *set, size_t size, seqnet_error *err)
{
    struct sn_string_block *block;
    if (size > SIZE_MAX - sizeof *block)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a string of %zu bytes", size);
    SN_TRY(sn_alloc(&block, sizeof *block + size, 1, err));
    block->next = set->block;
    block->size = size;
    set->block = block;
    set->block_used = 0;
    return SEQNET_OK;
}

/* Copies a string and a NUL behind the other strings. The first block is small, since many sets
 * are. */
static seqnet_status copy_string(const char **copy, sn_string_set *set, const char *text,
                                 size_t length, seqnet_error *err)
{
    const size_t least = set->block ? BLOCK_SIZE : FIRST_BLOCK_SIZE;
    if (!set->block || set->block->size - set->block_used <= length)
        SN_TRY(add_block(set, length < least ? least : length + 1, err));
    char *const place = set->block->bytes + set->block_used;
    if (length)
        memcpy(place, text, length);
    place[length] = '\0';
    set->block_used += length + 1;
    *copy = place;
    return SEQNET_OK;
}

/* The slot that holds the string, or the free one where it belongs. */
static struct sn_string_slot *find_slot(const sn_string_set *set, const char *text, size_t length,
                                        uint64_t hash)
{
    const size_t mask = set->slot_count - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct sn_string_slot *const slot = &set->slots[i];
        if (slot->number == 0)
            return slot;
        if (slot->check != (uint32_t)(hash >> 32))
            continue;
        const sn_string *const known = &set->strings[slot->number - 1];
        if (known->length == length && memcmp(known->text, text, length) == 0)
            return slot;
    }
}

static struct sn_string_slot make_slot(size_t number, uint64_t hash)
{
    return (struct sn_string_slot){.number = (uint32_t)number + 1, .check = (uint32_t)(hash >> 32)};
}

static seqnet_status double_slots(sn_string_set *set, seqnet_error *err)
{
    const size_t slot_count = set->slot_count ? set->slot_count * 2 : FIRST_SLOTS;
    struct sn_string_slot *slots;
    SN_TRY(sn_alloc(&slots, slot_count, sizeof *slots, err));
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    for (size_t i = 0; i < set->count; i++) {
        const sn_string *const known = &set->strings[i];
        const uint64_t hash = XXH3_64bits(known->text, known->length);
        *find_slot(set, known->text, known->length, hash) = make_slot(i, hash);
    }
    return SEQNET_OK;
}

static seqnet_status add_new(sn_string_set *set, struct sn_string_slot *slot, const char *text,
                             size_t length, uint64_t hash, seqnet_error *err)
{
    const char *copy;
    if (set->count == SN_MAX_STRINGS)
        return sn_fail(err, SEQNET_ERR_DATA, "there are more than 2^31 different strings");
    SN_TRY(sn_grow(&set->strings, &set->capacity, set->count + 1, sizeof *set->strings, err));
    SN_TRY(copy_string(&copy, set, text, length, err));
    *slot = make_slot(set->count, hash);
    set->strings[set->count++] = (sn_string){copy, length};
    return SEQNET_OK;
}

seqnet_status sn_string_set_add(sn_string_set *set, const char *text, size_t length, size_t *number,
                                seqnet_error *err)
{
    if (set->count * 2 >= set->slot_count)
        SN_TRY(double_slots(set, err));
    const uint64_t hash = XXH3_64bits(text, length);
    struct sn_string_slot *const slot = find_slot(set, text, length, hash);
    *number = slot->number ? slot->number - 1 : set->count;
    return slot->number ? SEQNET_OK : add_new(set, slot, text, length, hash, err);
}

size_t sn_string_set_find(const sn_string_set *set, const char *text, size_t length)
{
    if (set->slot_count == 0)
        return SIZE_MAX;
    const struct sn_string_slot *const slot =
        find_slot(set, text, length, XXH3_64bits(text, length));
    return slot->number ? slot->number - 1 : SIZE_MAX;
}

seqnet_status sn_string_set_copy(sn_string_set *copy, const sn_string_set *set, seqnet_error *err)
{
    *copy = (sn_string_set){0};
    for (size_t i = 0; i < set->count; i++) {
        size_t number;
        const sn_string *const string = &set->strings[i];
        SN_TRY(sn_string_set_add(copy, string->text, string->length, &number, err));
    }
    return SEQNET_OK;
}

void sn_string_set_free(sn_string_set *set)
{
    while (set->block) {
        struct sn_string_block *const next = set->block->next;
        free(set->block);
        set->block = next;
    }
    free(set->strings);
    free(set->slots);
    *set = (sn_string_set){0};
}

int sn_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}
