/* XXH3-128 over a stream of pieces, as text: data hashes and fingerprints. */
#ifndef SN_HASH_H
#define SN_HASH_H

#include <stddef.h>

#include "status.h"

enum { SN_HASH_TEXT = 33 }; /* 32 hexadecimal digits and a NUL */

typedef struct sn_hasher {
    void *state;
} sn_hasher;

seqnet_status sn_hasher_begin(sn_hasher *hasher, seqnet_error *err);
void sn_hasher_add(sn_hasher *hasher, const void *data, size_t size);

/* Adds a number in a fixed width, so that neighbouring pieces cannot be mistaken for each other. */
void sn_hasher_add_number(sn_hasher *hasher, size_t number);

/* Writes the result and releases the state. */
void sn_hasher_end(sn_hasher *hasher, char text[SN_HASH_TEXT]);

#endif
