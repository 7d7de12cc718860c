/*
 * Rows of token ids of different length, with one label each, in arrays that grow and belong to the
 * struct: the form in which every reader hands its data on. rows.h says how rows lie in the arrays
 * and has the view with which they are used.
 */
#ifndef SN_SEQUENCES_H
#define SN_SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "rows.h"
#include "spill.h"
#include "status.h"

/* Ids stay below half of int32, so that an offset can be added to any of them. */
enum { SN_MAX_ID = INT32_MAX / 2 };

typedef struct sn_sequences {
    int32_t *ids;
    /* The same as sn_sequences_narrow left them, and then ids is NULL; else NULL. */
    const uint16_t *narrow;
    size_t *offsets;
    int32_t *labels;
    /* Set by sn_sequences_weigh; NULL: all 1. */
    float *weights;
    /* Finished rows. */
    size_t count;
    /* Elements allocated in ids, offsets and labels. */
    size_t ids_capacity, offsets_capacity, labels_capacity;
    /* The arrays belong to somebody else, who has them in a mapped file. */
    bool is_borrowed;
    /* What the arrays spill with, and where they lie; NULL: they are on the heap. */
    sn_spill *spill;
    sn_spilled ids_place, offsets_place, labels_place;
    /* sn_memory_fill's. */
    size_t filled;
} sn_sequences;

/* Makes room for `rows` rows and `ids` ids in all. A zeroed struct is an empty, valid start. */
seqnet_status sn_sequences_reserve(sn_sequences *sequences, size_t rows, size_t ids,
                                   seqnet_error *err);

/* Appends one row; the ids are copied. SEQNET_ERR_MEMORY also when the machine has hardly any
 * memory left. */
seqnet_status sn_sequences_add(sn_sequences *sequences, const int32_t *ids, size_t length,
                               int32_t label, seqnet_error *err);

/* Stores ids in two bytes each where they lie in a file and all are below `id_count`, which two
 * bytes hold; no row is added from then on. */
void sn_sequences_narrow(sn_sequences *sequences, size_t id_count);

/* Gives finished rows weights of their own, all 1 to begin with; no row is added from then on. */
seqnet_status sn_sequences_weigh(sn_sequences *sequences, seqnet_error *err);

/* Frees the arrays and zeroes the struct. */
void sn_sequences_free(sn_sequences *sequences);

/* All rows, as long as none is added. */
static inline sn_rows sn_sequences_view(const sn_sequences *sequences)
{
    return (sn_rows){.ids = sequences->ids,
                     .narrow = sequences->narrow,
                     .is_mapped = sequences->is_borrowed || sn_is_spilled(&sequences->ids_place),
                     .offsets = sequences->offsets,
                     .labels = sequences->labels,
                     .weights = sequences->weights,
                     .count = sequences->count};
}

static inline const int32_t *sn_sequences_row(const sn_sequences *sequences, size_t row)
{
    return sequences->ids + sequences->offsets[row];
}

static inline size_t sn_sequences_length(const sn_sequences *sequences, size_t row)
{
    return sequences->offsets[row + 1] - sequences->offsets[row];
}

#endif
