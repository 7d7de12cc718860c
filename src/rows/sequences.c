#include "sequences.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static seqnet_status reserve_rows(sn_sequences *sequences, size_t rows, seqnet_error *err)
{
    if (sequences->offsets && rows <= sequences->rows_capacity)
        return SEQNET_OK;
    /* offsets needs one element more than labels: both grow from the same old capacity. */
    size_t capacity = sequences->offsets ? sequences->rows_capacity + 1 : 0;
    SN_TRY(sn_grow(&sequences->offsets, &capacity, rows + 1, sizeof *sequences->offsets, err));
    if (sequences->count == 0)
        sequences->offsets[0] = 0;
    size_t labels_capacity = sequences->labels ? sequences->rows_capacity : 0;
    SN_TRY(sn_grow(&sequences->labels, &labels_capacity, capacity - 1, sizeof *sequences->labels,
                   err));
    sequences->rows_capacity = capacity - 1;
    return SEQNET_OK;
}

seqnet_status sn_sequences_reserve(sn_sequences *sequences, size_t rows, size_t ids,
                                   seqnet_error *err)
{
    SN_TRY(reserve_rows(sequences, rows, err));
    return sn_grow(&sequences->ids, &sequences->ids_capacity, ids ? ids : 1, sizeof *sequences->ids,
                   err);
}

seqnet_status sn_sequences_add(sn_sequences *sequences, const int32_t *ids, size_t length,
                               int32_t label, seqnet_error *err)
{
    const size_t used = sequences->count ? sequences->offsets[sequences->count] : 0;
    const size_t bytes = length * sizeof *ids + sizeof label + sizeof *sequences->offsets;
    SN_TRY(sn_memory_fill(&sequences->filled, bytes, err));
    SN_TRY(sn_sequences_reserve(sequences, sequences->count + 1, used + length, err));
    if (length)
        memcpy(sequences->ids + used, ids, length * sizeof *ids);
    sequences->labels[sequences->count] = label;
    sequences->offsets[++sequences->count] = used + length;
    return SEQNET_OK;
}

seqnet_status sn_sequences_weigh(sn_sequences *sequences, seqnet_error *err)
{
    SN_TRY(sn_alloc(&sequences->weights, sequences->count, sizeof *sequences->weights, err));
    for (size_t i = 0; i < sequences->count; i++)
        sequences->weights[i] = 1.0F;
    return SEQNET_OK;
}

void sn_sequences_free(sn_sequences *sequences)
{
    free(sequences->ids);
    free(sequences->offsets);
    free(sequences->labels);
    free(sequences->weights);
    *sequences = (sn_sequences){0};
}
