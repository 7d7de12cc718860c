#include "string_set.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "memory.h"

#include "banned.h"

enum { FIRST_SLOTS = 64 };

const char *sn_string_set_get(const sn_string_set *set, size_t number, size_t *length)
{
    if (length)
        *length = set->starts[number + 1] - 1 - set->starts[number];
    return set->bytes + set->starts[number];
}

/* The slot that holds the string, or the free one where it belongs. */
static size_t find_slot(const sn_string_set *set, const char *text, size_t length)
{
    const size_t mask = set->slot_count - 1;
    size_t slot = (size_t)XXH3_64bits(text, length) & mask;
    for (uint32_t held; (held = set->slots[slot]) != 0; slot = (slot + 1) & mask) {
        size_t other_length;
        const char *const other = sn_string_set_get(set, held - 1, &other_length);
        if (other_length == length && memcmp(other, text, length) == 0)
            break;
    }
    return slot;
}

/* Keeps at least half of the slots free. */
static seqnet_status make_slots(sn_string_set *set, seqnet_error *err)
{
    if (set->slot_count > 2 * set->count)
        return SEQNET_OK;
    uint32_t *slots;
    const size_t wider = set->slot_count ? set->slot_count * 2 : FIRST_SLOTS;
    SN_TRY(sn_alloc(&slots, wider, sizeof *slots, err));
    free(set->slots);
    set->slots = slots;
    set->slot_count = wider;
    for (size_t i = 0; i < set->count; i++) {
        size_t length;
        const char *const text = sn_string_set_get(set, i, &length);
        set->slots[find_slot(set, text, length)] = (uint32_t)i + 1;
    }
    return SEQNET_OK;
}

seqnet_status sn_string_set_add(sn_string_set *set, const char *text, size_t length, size_t *number,
                                seqnet_error *err)
{
    SN_TRY(make_slots(set, err));
    const size_t slot = find_slot(set, text, length);
    if (set->slots[slot]) {
        *number = set->slots[slot] - 1;
        return SEQNET_OK;
    }
    if (set->count == SN_MAX_STRINGS)
        return sn_fail(err, SEQNET_ERR_DATA, "there are more than 2^31 different strings");
    SN_TRY(sn_grow(&set->starts, &set->starts_capacity, set->count + 2, sizeof *set->starts, err));
    const size_t start = set->count ? set->starts[set->count] : 0;
    SN_TRY(sn_grow(&set->bytes, &set->bytes_capacity, start + length + 1, 1, err));
    if (length)
        memcpy(set->bytes + start, text, length);
    set->bytes[start + length] = '\0';
    set->starts[set->count] = start;
    set->starts[set->count + 1] = start + length + 1;
    *number = set->count++;
    set->slots[slot] = (uint32_t)set->count;
    return SEQNET_OK;
}

size_t sn_string_set_find(const sn_string_set *set, const char *text, size_t length)
{
    const uint32_t held = set->slot_count ? set->slots[find_slot(set, text, length)] : 0;
    return held ? held - 1 : SIZE_MAX;
}

seqnet_status sn_string_set_copy(sn_string_set *copy, const sn_string_set *set, seqnet_error *err)
{
    *copy = (sn_string_set){0};
    for (size_t i = 0; i < set->count; i++) {
        size_t length, number;
        const char *const text = sn_string_set_get(set, i, &length);
        SN_TRY(sn_string_set_add(copy, text, length, &number, err));
    }
    return SEQNET_OK;
}

void sn_string_set_free(sn_string_set *set)
{
    free(set->bytes);
    free(set->starts);
    free(set->slots);
    *set = (sn_string_set){0};
}
