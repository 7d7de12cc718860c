#include "named_arrays.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

size_t sn_array_type_size(sn_array_type type)
{
    static const size_t sizes[] = {[SN_ARRAY_F32] = sizeof(float),
                                   [SN_ARRAY_F64] = sizeof(double),
                                   [SN_ARRAY_U64] = sizeof(uint64_t),
                                   [SN_ARRAY_U32] = sizeof(uint32_t),
                                   [SN_ARRAY_U8] = sizeof(uint8_t)};
    return sizes[type];
}

seqnet_status sn_named_arrays_add(sn_named_arrays *arrays, const char *name, sn_array_type type,
                                  void *data, size_t count, seqnet_error *err)
{
    sn_named_array array = {.type = type, .count = count, .data = data};
    (void)snprintf(array.name, sizeof array.name, "%s", name);
    SN_TRY(sn_grow(&arrays->items, &arrays->capacity, arrays->count + 1, sizeof array, err));
    arrays->items[arrays->count++] = array;
    return SEQNET_OK;
}

seqnet_status sn_named_arrays_add_numbered(sn_named_arrays *arrays, const char *name, size_t number,
                                           sn_array_type type, void *data, size_t count,
                                           seqnet_error *err)
{
    char numbered[SN_ARRAY_NAME];
    (void)snprintf(numbered, sizeof numbered, "%s.%zu", name, number);
    return sn_named_arrays_add(arrays, numbered, type, data, count, err);
}

void sn_named_arrays_free(sn_named_arrays *arrays)
{
    free(arrays->items);
    *arrays = (sn_named_arrays){0};
}
