/*
 * Rows of token ids of different length, with one label each: the form in which every reader hands
 * its data on.
 *
 *   ids      all rows one after the other
 *   offsets  row i is ids[offsets[i]] .. ids[offsets[i + 1] - 1]; count + 1 entries
 *   labels   class index of each row, 0-based
 */
#ifndef SN_SEQUENCES_H
#define SN_SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Ids stay below half of int32, so that an offset can be added to any of them. */
enum { SN_MAX_ID = INT32_MAX / 2 };

typedef struct sn_sequences {
    int32_t *ids;
    size_t *offsets;
    int32_t *labels;
    size_t count;         /* finished rows */
    size_t ids_capacity;  /* elements allocated in ids */
    size_t rows_capacity; /* elements allocated in offsets and labels */
    size_t filled;        /* sn_memory_fill's */
} sn_sequences;

/* Makes room for `rows` rows and `ids` ids in all. A zeroed struct is an empty, valid start. */
seqnet_status sn_sequences_reserve(sn_sequences *sequences, size_t rows, size_t ids,
                                   seqnet_error *err);

/* Appends one row; the ids are copied. SEQNET_ERR_MEMORY also when the machine has hardly any
 * memory left. */
seqnet_status sn_sequences_add(sn_sequences *sequences, const int32_t *ids, size_t length,
                               int32_t label, seqnet_error *err);

/* Frees the arrays and zeroes the struct. */
void sn_sequences_free(sn_sequences *sequences);

static inline const int32_t *sn_sequences_row(const sn_sequences *sequences, size_t row)
{
    return sequences->ids + sequences->offsets[row];
}

static inline size_t sn_sequences_length(const sn_sequences *sequences, size_t row)
{
    return sequences->offsets[row + 1] - sequences->offsets[row];
}

#endif
