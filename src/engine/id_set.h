/* A set of ids that takes no time to empty: set `used` to 0. And sets of ids as bits. */
#ifndef SN_ID_SET_H
#define SN_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Distinct ids with a number each, in the order of their first appearance. */
typedef struct sn_id_set {
    /* [id_count]: an id's number; meaningless for an id that is not in the set */
    int32_t *slots;
    /* [capacity]: the ids by number */
    int32_t *ids;
    size_t used;
} sn_id_set;

seqnet_status sn_id_set_init(sn_id_set *set, size_t id_count, size_t capacity, seqnet_error *err);
void sn_id_set_free(sn_id_set *set);

static inline bool sn_id_set_has(const sn_id_set *set, int32_t id)
{
    const size_t slot = (size_t)set->slots[id];
    return slot < set->used && set->ids[slot] == id;
}

/* Adds an id that may be there already. There must be room for it. */
void sn_id_set_add(sn_id_set *set, int32_t id);

/* A set of ids can also be an array of words with a bit for each id. */
enum { SN_WORD_BITS = 64 };

static inline void sn_id_bits_add(uint64_t *bits, int32_t id)
{
    bits[(uint32_t)id / SN_WORD_BITS] |= (uint64_t)1 << ((uint32_t)id % SN_WORD_BITS);
}

/* Makes `set` that of the ids in `count` sets of `words` words each, one behind the other in
 * `bits`. Ids get their numbers in ascending order. There must be room. */
void sn_id_set_unite(sn_id_set *set, const uint64_t *bits, size_t count, size_t words);

#endif
