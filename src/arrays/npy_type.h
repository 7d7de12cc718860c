/*
 * The type of a NumPy array's elements, and integers of such types. Arrays (npy.h) and the arrays
 * inside of pickles (pickle.h) both have one. Headers and shapes are in npy.h.
 */
#ifndef SN_NPY_TYPE_H
#define SN_NPY_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sn_npy_type {
    /* 'i' signed, 'u' unsigned, 'b' bool, 'O' objects; 0: something else. */
    char kind;
    /* Bytes of an element. */
    size_t size;
    bool big_endian;
} sn_npy_type;

/* Parses a type such as "<i8", "|u1" or "O8"; false, and kind 0, when it is no type of integers or
 * objects. */
bool sn_npy_parse_type(sn_npy_type *type, const char *text, size_t length);

static inline bool sn_npy_is_integer(sn_npy_type type)
{
    return type.kind == 'i' || type.kind == 'u' || type.kind == 'b';
}

/* One element as an integer; false when it does not fit int64_t. */
bool sn_npy_integer(const uint8_t *bytes, sn_npy_type type, int64_t *value);

#endif
