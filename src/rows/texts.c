#include "texts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { FIRST_BLOCK = 1 << 12, LARGEST_BLOCK = 1 << 20, LARGEST_IN_FILE = 1 << 30 };

struct sn_text_block {
    struct sn_text_block *next;
    size_t size;
    sn_spilled place;
    char bytes[];
};

/* Blocks double up to a size that few texts are larger than. In files they become larger, since
 * each has a file of its own. */
static size_t block_size(const sn_text_store *store, size_t length)
{
    const size_t most =
        store->block && sn_is_spilled(&store->block->place) ? LARGEST_IN_FILE : LARGEST_BLOCK;
    size_t size = store->block ? 2 * store->block->size : FIRST_BLOCK;
    size = size > most ? most : size;
    return size < length ? length : size;
}

static seqnet_status add_block(sn_text_store *store, size_t length, seqnet_error *err)
{
    struct sn_text_block *block = NULL;
    sn_spilled place = {0};
    const size_t size = block_size(store, length);
    if (size > SIZE_MAX - sizeof *block)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a text of %zu bytes", length);
    SN_TRY(sn_spill_alloc(store->spill, &place, &block, sizeof *block + size, err));
    *block = (struct sn_text_block){.next = store->block, .size = size, .place = place};
    store->block = block;
    store->used = 0;
    return SEQNET_OK;
}

seqnet_status sn_text_store_add(sn_text_store *store, const char *text, size_t length,
                                const char **copy, seqnet_error *err)
{
    if (!store->block || !sn_is_spilled(&store->block->place))
        SN_TRY(sn_memory_fill(&store->filled, length + sizeof(sn_text_info), err));
    if (!store->block || store->block->size - store->used < length)
        SN_TRY(add_block(store, length, err));
    char *const place = store->block->bytes + store->used;
    if (length)
        memcpy(place, text, length);
    store->used += length;
    *copy = place;
    return SEQNET_OK;
}

void sn_text_store_free(sn_text_store *store)
{
    while (store->block) {
        struct sn_text_block *const next = store->block->next;
        sn_spilled place = store->block->place;
        sn_spill_free(&place, store->block);
        store->block = next;
    }
    *store = (sn_text_store){.spill = store->spill};
}

/* The first weight other than 1 gives all rows weights. */
static seqnet_status add_weight(sn_texts *texts, float weight, seqnet_error *err)
{
    const bool is_first = !texts->weights;
    if (is_first && weight == 1.0F)
        return SEQNET_OK;
    SN_TRY(sn_grow(&texts->weights, &texts->weights_capacity, texts->count + 1,
                   sizeof *texts->weights, err));
    for (size_t row = 0; is_first && row < texts->count; row++)
        texts->weights[row] = 1.0F;
    texts->weights[texts->count] = weight;
    return SEQNET_OK;
}

seqnet_status sn_texts_add(sn_texts *texts, const sn_text_info *info, float weight,
                           seqnet_error *err)
{
    SN_TRY(add_weight(texts, weight, err));
    SN_TRY(sn_spill_grow(texts->spill, &texts->place, &texts->infos, &texts->capacity,
                         texts->count + 1, sizeof *texts->infos, err));
    texts->infos[texts->count++] = *info;
    return SEQNET_OK;
}

void sn_texts_free(sn_texts *texts)
{
    sn_spill_free(&texts->place, texts->infos);
    free(texts->weights);
    *texts = (sn_texts){.spill = texts->spill};
}
