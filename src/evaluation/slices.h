/* Groups of rows, and how many of each are predicted right: by length, by unknown words, by the
 * values of a field. */
#ifndef EVALUATION_SLICES_H
#define EVALUATION_SLICES_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/dataset.h>

typedef struct slice {
    /* Allocated. */
    char *name;
    size_t rows, right;
} slice;

typedef struct slice_table {
    slice *slices;
    size_t count;
} slice_table;

/* Where a row is. */
typedef struct row_place {
    seqnet_part part;
    size_t row;
} row_place;

/* The rows of which slices are made. */
typedef struct sliced_rows {
    const seqnet_dataset *dataset;
    /* DATA as it is shown. */
    const char *data;
    /* [count]: where they are, and whether they are predicted right. */
    const row_place *places;
    const bool *right;
    size_t count;
} sliced_rows;

/* Makes slices by words in the row and by the share of them that is unknown. Slices without rows
 * are left out. The caller frees both tables whatever the result; so do the callers of the other
 * function. SEQNET_ERR_MEMORY. */
seqnet_status slice_by_words(const sliced_rows *rows, slice_table *lengths, slice_table *unknowns,
                             seqnet_error *err);

/* Makes a slice for each value of a field, those with most rows first; where the values are dates
 * as ISO 8601 writes them, a slice for each month, in their order. Rows without a value are the
 * slice with the empty name. SEQNET_ERR_DATA for a field that the data does not have. */
seqnet_status slice_by_field(const sliced_rows *rows, const char *field, slice_table *table,
                             seqnet_error *err);

void free_slices(slice_table *table);

#endif
