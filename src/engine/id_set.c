#include "id_set.h"

#include <stdlib.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

seqnet_status sn_id_set_init(sn_id_set *set, size_t id_count, size_t capacity, seqnet_error *err)
{
    *set = (sn_id_set){0};
    SN_TRY(sn_alloc(&set->slots, id_count, sizeof *set->slots, err));
    return sn_alloc(&set->ids, capacity, sizeof *set->ids, err);
}

void sn_id_set_free(sn_id_set *set)
{
    free(set->slots);
    free(set->ids);
    *set = (sn_id_set){0};
}

void sn_id_set_add(sn_id_set *set, int32_t id)
{
    if (sn_id_set_has(set, id))
        return;
    set->slots[id] = (int32_t)set->used;
    set->ids[set->used++] = id;
}

static void add_word(sn_id_set *set, uint64_t bits, size_t word)
{
    for (; bits; bits &= bits - 1) {
        const int32_t id = (int32_t)(word * SN_WORD_BITS) + __builtin_ctzll(bits);
        set->slots[id] = (int32_t)set->used;
        set->ids[set->used++] = id;
    }
}

void sn_id_set_unite(sn_id_set *set, const uint64_t *bits, size_t count, size_t words)
{
    enum { BLOCK = 64 };
    set->used = 0;
    for (size_t first = 0; first < words; first += BLOCK) {
        const size_t some = sn_smaller(words - first, BLOCK);
        uint64_t all[BLOCK] = {0};
        for (size_t s = 0; s < count; s++)
            for (size_t i = 0; i < some; i++)
                all[i] |= bits[s * words + first + i];
        for (size_t i = 0; i < some; i++)
            add_word(set, all[i], first + i);
    }
}
