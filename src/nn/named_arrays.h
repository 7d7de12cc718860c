/*
 * A list of named arrays: what must be stored so that a computation can go on with the same bits.
 * Each part of a state appends its arrays, in an order and of lengths that follow from how the part
 * was made. So storing and restoring a state are one loop over its list. The arrays lie where their
 * owners keep them, and their values may be overwritten there.
 */
#ifndef SN_NAMED_ARRAYS_H
#define SN_NAMED_ARRAYS_H

#include <stddef.h>

#include "status.h"

typedef enum sn_array_type {
    SN_ARRAY_F32,
    SN_ARRAY_F64,
    SN_ARRAY_U64,
    SN_ARRAY_U32,
    SN_ARRAY_U8
} sn_array_type;

enum { SN_ARRAY_NAME = 64 };

typedef struct sn_named_array {
    char name[SN_ARRAY_NAME];
    sn_array_type type;
    /* Elements. */
    size_t count;
    /* Borrowed from the owner. */
    void *data;
} sn_named_array;

typedef struct sn_named_arrays {
    sn_named_array *items;
    size_t count, capacity;
} sn_named_arrays;

/* The bytes of one element. */
size_t sn_array_type_size(sn_array_type type);

/* Appends an array. The name is unique in the list; it is copied. */
seqnet_status sn_named_arrays_add(sn_named_arrays *arrays, const char *name, sn_array_type type,
                                  void *data, size_t count, seqnet_error *err);

/* The same for one of several arrays of a kind, which is called "name.number". */
seqnet_status sn_named_arrays_add_numbered(sn_named_arrays *arrays, const char *name, size_t number,
                                           sn_array_type type, void *data, size_t count,
                                           seqnet_error *err);

/* Frees the list, not the arrays. */
void sn_named_arrays_free(sn_named_arrays *arrays);

#endif
