#include "sequences.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static seqnet_status reserve_rows(sn_sequences *s, size_t rows, seqnet_error *err)
{
    SN_TRY(sn_spill_grow(s->spill, &s->offsets_place, &s->offsets, &s->offsets_capacity, rows + 1,
                         sizeof *s->offsets, err));
    if (s->count == 0)
        s->offsets[0] = 0;
    return sn_spill_grow(s->spill, &s->labels_place, &s->labels, &s->labels_capacity,
                         rows ? rows : 1, sizeof *s->labels, err);
}

seqnet_status sn_sequences_reserve(sn_sequences *s, size_t rows, size_t ids, seqnet_error *err)
{
    SN_TRY(reserve_rows(s, rows, err));
    return sn_spill_grow(s->spill, &s->ids_place, &s->ids, &s->ids_capacity, ids ? ids : 1,
                         sizeof *s->ids, err);
}

seqnet_status sn_sequences_add(sn_sequences *sequences, const int32_t *ids, size_t length,
                               int32_t label, seqnet_error *err)
{
    const size_t used = sequences->count ? sequences->offsets[sequences->count] : 0;
    const size_t bytes = length * sizeof *ids + sizeof label + sizeof *sequences->offsets;
    if (!sn_is_spilled(&sequences->ids_place))
        SN_TRY(sn_memory_fill(&sequences->filled, bytes, err));
    SN_TRY(sn_sequences_reserve(sequences, sequences->count + 1, used + length, err));
    if (length)
        memcpy(sequences->ids + used, ids, length * sizeof *ids);
    sequences->labels[sequences->count] = label;
    sequences->offsets[++sequences->count] = used + length;
    return SEQNET_OK;
}

void sn_sequences_narrow(sn_sequences *s, size_t id_count)
{
    const size_t count = s->count ? s->offsets[s->count] : 0;
    uint16_t *const narrow = (uint16_t *)(void *)s->ids;
    if (!sn_is_spilled(&s->ids_place) || id_count > (size_t)UINT16_MAX + 1)
        return;
    for (size_t i = 0; i < count; i++) { /* an id is read before anything is written over it */
        int32_t id;
        memcpy(&id, &s->ids[i], sizeof id);
        const uint16_t short_id = (uint16_t)id;
        memcpy(&narrow[i], &short_id, sizeof short_id);
    }
    sn_spill_cut(&s->ids_place, narrow, count * sizeof *narrow);
    s->narrow = narrow;
    s->ids = NULL;
}

seqnet_status sn_sequences_weigh(sn_sequences *sequences, seqnet_error *err)
{
    SN_TRY(sn_alloc(&sequences->weights, sequences->count, sizeof *sequences->weights, err));
    for (size_t i = 0; i < sequences->count; i++)
        sequences->weights[i] = 1.0F;
    return SEQNET_OK;
}

void sn_sequences_free(sn_sequences *s)
{
    if (s->is_borrowed) {
        *s = (sn_sequences){.spill = s->spill};
        return;
    }
    sn_spill_free(&s->ids_place, s->narrow ? (void *)(uintptr_t)s->narrow : s->ids);
    sn_spill_free(&s->offsets_place, s->offsets);
    sn_spill_free(&s->labels_place, s->labels);
    free(s->weights);
    *s = (sn_sequences){.spill = s->spill};
}
