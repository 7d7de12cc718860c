/*
 * One .npy array: its header, and rows, labels, names and numbers in it. Integers may have any
 * width and byte order; what ids mean is up to the rooms above. Element types are in npy_type.h,
 * pickled rows in pickle.h, archives of arrays in npz.h.
 */
#ifndef SN_NPY_H
#define SN_NPY_H

#include <stdbool.h>

#include "buffer.h"
#include "cursor.h"
#include "npy_type.h"
#include "sequences.h"
#include "string_set.h"

enum { SN_NPY_MAX_RANK = 4, SN_NPY_DESCR = 24 };

typedef struct sn_npy_header {
    sn_npy_type type;
    /* The type as the file writes it, perhaps cut off, for error sentences. */
    char descr[SN_NPY_DESCR];
    bool fortran_order;
    size_t rank, shape[SN_NPY_MAX_RANK];
} sn_npy_header;

/* Reads the header and leaves the cursor at the data. `place` begins error sentences. */
seqnet_status sn_npy_read_header(sn_npy_header *header, sn_cursor *cursor, const char *place,
                                 seqnet_error *err);

/* Appends the rows of an x array: a 1-D object array or a 2-D integer array. */
seqnet_status sn_npy_read_rows(sn_sequences *rows, const sn_npy_header *header, sn_cursor *cursor,
                               const char *place, seqnet_error *err);

/* Sets the labels of `rows` from a y array: 1-D integers, from 0 to classes - 1, one per row. */
seqnet_status sn_npy_read_labels(sn_sequences *rows, const sn_npy_header *header, sn_cursor *cursor,
                                 size_t classes, const char *place, seqnet_error *err);

/* Reads the names of classes, a 1-D array of strings (NumPy's U), all different, at most `most`. */
seqnet_status sn_npy_read_names(sn_string_set *names, const sn_npy_header *header,
                                sn_cursor *cursor, size_t most, const char *place,
                                seqnet_error *err);

/* Reads an array of any numbers as floats in row-major order, which the caller frees. */
seqnet_status sn_npy_read_floats(float **values, size_t *count, const sn_npy_header *header,
                                 sn_cursor *cursor, const char *place, seqnet_error *err);

/* Appends an array of float32, little-endian and row-major, with its header. */
seqnet_status sn_npy_write_floats(sn_buffer *bytes, size_t rank, const size_t *shape,
                                  const float *values, seqnet_error *err);

#endif
