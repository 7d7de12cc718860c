#include "hash.h"

#include <stdint.h>
#include <stdio.h>
#include <xxhash.h>

#include "banned.h"

seqnet_status sn_hasher_begin(sn_hasher *hasher, seqnet_error *err)
{
    XXH3_state_t *const state = XXH3_createState();
    hasher->state = state;
    if (!state)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a hash");
    XXH3_128bits_reset(state);
    return SEQNET_OK;
}

void sn_hasher_add(sn_hasher *hasher, const void *data, size_t size)
{
    XXH3_128bits_update(hasher->state, data, size);
}

void sn_hasher_add_number(sn_hasher *hasher, size_t number)
{
    const uint64_t wide = number;
    sn_hasher_add(hasher, &wide, sizeof wide);
}

void sn_hasher_end(sn_hasher *hasher, char text[SN_HASH_TEXT])
{
    const XXH128_hash_t hash = XXH3_128bits_digest(hasher->state);
    XXH3_freeState(hasher->state);
    hasher->state = NULL;
    (void)snprintf(text, SN_HASH_TEXT, "%016llx%016llx", (unsigned long long)hash.high64,
                   (unsigned long long)hash.low64);
}
