/* Groups of rows, and how many of each are predicted right: by length, by unknown words, by the
 * values of a field. */
#ifndef EVALUATION_SLICES_H
#define EVALUATION_SLICES_H

#include <seqnet/status.h>

#include <stddef.h>

typedef struct slice {
    /* Allocated. */
    char *name;
    size_t rows, right;
} slice;

typedef struct slice_table {
    slice *slices;
    size_t count;
} slice_table;

struct measured;

/* Fill m->by_length and m->by_unknown, of which slices without rows are left out. */
seqnet_status slice_by_words(struct measured *m, seqnet_error *err);

/* Fills m->by_field: a slice for each value, those with most rows first; where the values are dates
 * as ISO 8601 writes them, a slice for each month, in their order. Rows without a value are the
 * slice with the empty name. SEQNET_ERR_USAGE for a field that the data does not have. */
seqnet_status slice_by_field(struct measured *m, const char *field, seqnet_error *err);

void free_slices(slice_table *table);

#endif
