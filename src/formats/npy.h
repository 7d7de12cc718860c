/* One .npy array: its header, and integer elements of any width and byte order. */
#ifndef SN_NPY_H
#define SN_NPY_H

#include <stdbool.h>

#include "cursor.h"
#include "sequences.h"
#include "string_set.h"

enum { SN_NPY_MAX_RANK = 4, SN_NPY_DESCR = 24 };

/* The type of an array's elements. */
typedef struct sn_npy_type {
    char kind;   /* 'i' signed, 'u' unsigned, 'b' bool, 'O' objects; 0: something else */
    size_t size; /* bytes per element */
    bool big_endian;
} sn_npy_type;

typedef struct sn_npy_header {
    sn_npy_type type;
    char descr[SN_NPY_DESCR]; /* the type as written, perhaps cut, for error messages */
    bool fortran_order;
    size_t rank, shape[SN_NPY_MAX_RANK];
} sn_npy_header;

/* Parses a type such as "<i8", "|u1" or "O8"; false, and kind 0, when it is no type of integers or
 * objects. */
bool sn_npy_parse_type(sn_npy_type *type, const char *text, size_t length);

static inline bool sn_npy_is_integer(sn_npy_type type)
{
    return type.kind == 'i' || type.kind == 'u' || type.kind == 'b';
}

/* One element as an integer; false when it does not fit int64_t. */
bool sn_npy_integer(const uint8_t *bytes, sn_npy_type type, int64_t *value);

/* Reads the header and leaves the cursor at the data. `place` starts error sentences. */
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

#endif
