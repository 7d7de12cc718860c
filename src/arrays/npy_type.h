/*
 * The type of a NumPy array's elements, and integers and floats of such types. Arrays (npy.h) and
 * arrays in pickles (pickle.h) have such types. Headers and shapes are in npy.h.
 */
#ifndef SN_NPY_TYPE_H
#define SN_NPY_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sn_npy_type {
    /* 'i' signed, 'u' unsigned, 'b' bool, 'f' float, 'O' objects; 0: any other. */
    char kind;
    /* Bytes of an element. */
    size_t size;
    bool big_endian;
} sn_npy_type;

/* Parses a type: "<i8", "|u1", "O8". Returns false and sets kind to 0 when it is not a type of
 * integers or objects. */
bool sn_npy_parse_type(sn_npy_type *type, const char *text, size_t length);

/* The same for types of numbers: integers, and floats of 2, 4 and 8 bytes. */
bool sn_npy_parse_number(sn_npy_type *type, const char *text, size_t length);

static inline bool sn_npy_is_integer(sn_npy_type type)
{
    return type.kind == 'i' || type.kind == 'u' || type.kind == 'b';
}

/* Reads one element as an integer; false when it does not fit into int64_t. */
bool sn_npy_integer(const uint8_t *bytes, sn_npy_type type, int64_t *value);

/* Reads one number, rounded to the nearest float; false when it does not fit into int64_t. */
bool sn_npy_float(const uint8_t *bytes, sn_npy_type type, float *value);

#endif
