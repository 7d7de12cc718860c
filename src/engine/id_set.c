#include "id_set.h"

#include <stdlib.h>

#include "memory.h"

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
