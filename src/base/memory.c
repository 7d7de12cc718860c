#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "banned.h"

enum { VECTOR_ALIGNMENT = 64, FIRST_CAPACITY = 16 };

static seqnet_status out_of_memory(seqnet_error *err, size_t count, size_t size)
{
    return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for %zu elements of %zu bytes", count,
                   size);
}

/* `slot` is the address of some object pointer; memcpy keeps the store free of aliasing trouble. */
static void store_pointer(void *slot, const void *pointer)
{
    memcpy(slot, &pointer, sizeof pointer);
}

seqnet_status sn_alloc(void *slot, size_t count, size_t size, seqnet_error *err)
{
    void *const block = calloc(count ? count : 1, size);
    store_pointer(slot, block);
    return block ? SEQNET_OK : out_of_memory(err, count, size);
}

seqnet_status sn_alloc_floats(float **slot, size_t count, seqnet_error *err)
{
    const size_t per_line = VECTOR_ALIGNMENT / sizeof(float);
    *slot = NULL;
    if (count > SIZE_MAX / sizeof(float) - per_line)
        return out_of_memory(err, count, sizeof(float));
    const size_t bytes = (count / per_line + 1) * VECTOR_ALIGNMENT;
    *slot = aligned_alloc(VECTOR_ALIGNMENT, bytes);
    return *slot ? SEQNET_OK : out_of_memory(err, count, sizeof(float));
}

seqnet_status sn_grow(void *slot, size_t *capacity, size_t needed, size_t size, seqnet_error *err)
{
    if (needed <= *capacity)
        return SEQNET_OK;
    size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;
    while (wanted < needed)
        wanted = wanted > SIZE_MAX / 2 ? needed : wanted * 2;
    if (wanted > SIZE_MAX / size)
        return out_of_memory(err, wanted, size);
    void *old = NULL;
    memcpy(&old, slot, sizeof old);
    void *const grown = realloc(old, wanted * size);
    if (!grown)
        return out_of_memory(err, wanted, size);
    store_pointer(slot, grown);
    *capacity = wanted;
    return SEQNET_OK;
}

seqnet_status sn_copy_string(char **slot, const char *text, size_t length, seqnet_error *err)
{
    *slot = NULL;
    if (length == SIZE_MAX)
        return out_of_memory(err, length, 1);
    SN_TRY(sn_alloc(slot, length + 1, 1, err));
    memcpy(*slot, text, length);
    return SEQNET_OK;
}
