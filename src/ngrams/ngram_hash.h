/* The hashes by which n-grams are known: of words, extended word by word, and of characters. */
#ifndef SN_NGRAM_HASH_H
#define SN_NGRAM_HASH_H

#include <stdint.h>

/* What the hashes of n-grams of characters begin with; those of words begin with 0. */
#define SN_NGRAM_CHARACTERS UINT64_C(0x9e3779b97f4a7c15)
#define SN_NGRAM_MULTIPLIER UINT64_C(0xd6e8feb86659fd93)

/* Spreads every bit over all others (the finaliser of Moremur, after Stafford 2011). */
static inline uint64_t sn_ngram_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= SN_NGRAM_MULTIPLIER;
    x ^= x >> 32;
    x *= SN_NGRAM_MULTIPLIER;
    return x ^ x >> 32;
}

/* The hash as n-grams have it: 0 marks free places in tables. */
static inline uint32_t sn_ngram_shorten(uint64_t hash)
{
    const uint32_t short_hash = (uint32_t)(sn_ngram_mix(hash) >> 32);
    return short_hash ? short_hash : 1;
}

static inline uint64_t sn_ngram_extend(uint64_t hash, uint64_t next)
{
    const uint64_t joined = (hash ^ next) * SN_NGRAM_MULTIPLIER;
    return joined ^ joined >> 29;
}

#endif
