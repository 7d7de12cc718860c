/* A hash of results to the bit (FNV-1a), which is the same on every machine. */
#ifndef SUPPORT_BITS_HASH_H
#define SUPPORT_BITS_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const uint64_t BITS_HASH_EMPTY = 0xcbf29ce484222325U;

static inline uint64_t bits_hash_add(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *const from = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ from[i]) * 0x100000001b3U;
    return hash;
}

#endif
