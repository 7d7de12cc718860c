/*
 * XXH3-128 over bytes, as text: data hashes and fingerprints. Hashes of words for tables
 * are in string_set.c.
 */
#ifndef SN_HASH_H
#define SN_HASH_H

#include <stddef.h>

#include "status.h"

/* 32 hexadecimal digits and a NUL. */
enum { SN_HASH_TEXT = 33 };

typedef struct sn_hasher {
    void *state;
} sn_hasher;

/* Allocates the state; sn_hasher_end frees it. */
seqnet_status sn_hasher_begin(sn_hasher *hasher, seqnet_error *err);

/* Adds bytes. How they are divided over calls does not matter. */
void sn_hasher_add(sn_hasher *hasher, const void *data, size_t size);

/* Adds a number in a fixed width. A length before each part keeps ("ab", "c") and ("a", "bc")
 * apart. */
void sn_hasher_add_number(sn_hasher *hasher, size_t number);

/* Writes the hash of all that was added and frees the state. */
void sn_hasher_end(sn_hasher *hasher, char text[SN_HASH_TEXT]);

#endif
