#include "texts.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static seqnet_status reserve_row(sn_texts *texts, seqnet_error *err)
{
    if (texts->offsets && texts->count < texts->rows_capacity)
        return SEQNET_OK;
    size_t capacity = texts->offsets ? texts->rows_capacity + 1 : 0;
    SN_TRY(sn_grow(&texts->offsets, &capacity, texts->count + 2, sizeof *texts->offsets, err));
    if (texts->count == 0)
        texts->offsets[0] = 0;
    size_t infos_capacity = texts->infos ? texts->rows_capacity : 0;
    SN_TRY(sn_grow(&texts->infos, &infos_capacity, capacity - 1, sizeof *texts->infos, err));
    texts->rows_capacity = capacity - 1;
    return SEQNET_OK;
}

seqnet_status sn_texts_add(sn_texts *texts, const char *text, size_t length,
                           const sn_text_info *info, seqnet_error *err)
{
    SN_TRY(sn_memory_fill(&texts->filled, length + sizeof *info + sizeof *texts->offsets, err));
    SN_TRY(reserve_row(texts, err));
    const size_t used = texts->offsets[texts->count];
    SN_TRY(sn_grow(&texts->bytes, &texts->bytes_capacity, used + length + 1, 1, err));
    if (length)
        memcpy(texts->bytes + used, text, length);
    texts->infos[texts->count] = *info;
    texts->offsets[++texts->count] = used + length;
    return SEQNET_OK;
}

void sn_texts_free(sn_texts *texts)
{
    free(texts->bytes);
    free(texts->offsets);
    free(texts->infos);
    *texts = (sn_texts){0};
}
