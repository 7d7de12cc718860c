/*
 * Labelled texts, the form in which text readers and generators hand data on. The bytes lie in a
 * store and never move; lists say which texts there are and what is known of each, so that texts
 * are divided and copied without their bytes.
 */
#ifndef SN_TEXTS_H
#define SN_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "spill.h"
#include "status.h"

/* The bytes of texts. A zeroed struct is an empty, valid start. */
typedef struct sn_text_store {
    /* A chain; the first block is the one being filled. */
    struct sn_text_block *block;
    /* Bytes of the first block that are taken. */
    size_t used;
    /* What the blocks spill with; NULL: they are on the heap. */
    sn_spill *spill;
    /* sn_memory_fill's. */
    size_t filled;
} sn_text_store;

/* Numbers of 32 bits, since a list of short texts is about as large as their bytes. */
typedef struct sn_text_info {
    /* In a store; not NUL-terminated. */
    const char *text;
    uint32_t length;
    /* The class index, or the number of a set of classes (label_sets.h). */
    int32_t label;
    /* The number of the file it came from. */
    uint32_t source;
    /* Where it begins there, from 1; 0: it is the whole file. */
    uint32_t line;
} sn_text_info;

typedef struct sn_texts {
    sn_text_info *infos;
    /* The weight of each row in the loss; NULL: all 1. */
    float *weights;
    size_t count, capacity, weights_capacity;
    /* What the infos spill with, and where they lie; NULL: they are on the heap. */
    sn_spill *spill;
    sn_spilled place;
} sn_texts;

/* Copies a text into the store; *copy stays until the store is freed. SEQNET_ERR_MEMORY also when
 * the machine has hardly any memory left; SEQNET_ERR_WRITE when the disk has no room for more. */
seqnet_status sn_text_store_add(sn_text_store *store, const char *text, size_t length,
                                const char **copy, seqnet_error *err);
void sn_text_store_free(sn_text_store *store);

/* Appends a text to the list. A zeroed struct is an empty, valid start. */
seqnet_status sn_texts_add(sn_texts *texts, const sn_text_info *info, float weight,
                           seqnet_error *err);

/* Frees the list, not the bytes. */
void sn_texts_free(sn_texts *texts);

static inline const char *sn_texts_get(const sn_texts *texts, size_t row, size_t *length)
{
    *length = texts->infos[row].length;
    return texts->infos[row].text;
}

static inline float sn_texts_weight(const sn_texts *texts, size_t row)
{
    return texts->weights ? texts->weights[row] : 1.0F;
}

#endif
