#include "tensors.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

/* Room for a weight, a gradient and two moments of each float, with some to spare. */
static const size_t FLOATS_LIMIT = SIZE_MAX / 64;

seqnet_status sn_tensor_table_add(sn_tensor_table *table, const char *layer, const char *name,
                                  size_t rank, const size_t *shape, size_t *offset,
                                  seqnet_error *err)
{
    sn_tensor tensor = {.rank = rank, .offset = table->floats, .count = 1};
    (void)snprintf(tensor.name, sizeof tensor.name, "%s.%s", layer, name);
    for (size_t i = 0; i < rank; i++) {
        if (shape[i] == 0 || tensor.count > FLOATS_LIMIT / shape[i])
            return sn_fail(err, SEQNET_ERR_USAGE, "the tensor %s would be empty or too large",
                           tensor.name);
        tensor.shape[i] = shape[i];
        tensor.count *= shape[i];
    }
    if (tensor.count > FLOATS_LIMIT - table->floats)
        return sn_fail(err, SEQNET_ERR_USAGE, "the model would be too large");
    SN_TRY(sn_grow(&table->tensors, &table->capacity, table->count + 1, sizeof tensor, err));
    table->tensors[table->count++] = tensor;
    table->floats += tensor.count;
    if (offset)
        *offset = tensor.offset;
    return SEQNET_OK;
}

void sn_tensor_table_free(sn_tensor_table *table)
{
    free(table->tensors);
    *table = (sn_tensor_table){0};
}
