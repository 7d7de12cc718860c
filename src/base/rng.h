/*
 * Two generators, for two jobs.
 *   sn_mt19937  the Mersenne Twister as NumPy's RandomState uses it: only to reproduce Keras's
 *               load_data shuffle bit for bit.
 *   sn_rng      xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64: everything of
 * our own. One (seed, stream) pair per purpose, so that purposes do not disturb each other.
 */
#ifndef SN_RNG_H
#define SN_RNG_H

#include <stddef.h>
#include <stdint.h>

enum { SN_MT19937_WORDS = 624 };

typedef struct sn_mt19937 {
    uint32_t state[SN_MT19937_WORDS];
    size_t next;
} sn_mt19937;

void sn_mt19937_seed(sn_mt19937 *rng, uint32_t seed);
uint32_t sn_mt19937_next(sn_mt19937 *rng);

/* RandomState.shuffle on order[0..count): Fisher-Yates from the end with masked rejection on 32-bit
 * outputs. count must be at most 2^32. */
void sn_mt19937_shuffle(sn_mt19937 *rng, uint32_t *order, size_t count);

/* What a stream of random numbers is for. Values are part of reproducibility: never renumber. */
typedef enum sn_stream {
    SN_STREAM_INIT = 1,    /* weight initialisation */
    SN_STREAM_SHUFFLE = 2, /* row order of each epoch */
    SN_STREAM_DEMO = 3,    /* the generated corpus */
    SN_STREAM_DROPOUT = 4, /* what is dropped: the key of each step, and from it the masks */
    SN_STREAM_SPLIT = 5,   /* which rows are set aside */
    SN_STREAM_WORDS = 6    /* which words word dropout hides */
} sn_stream;

typedef struct sn_rng {
    uint64_t state[4];
} sn_rng;

void sn_rng_seed(sn_rng *rng, uint64_t seed, sn_stream stream);
uint64_t sn_rng_next(sn_rng *rng);

/* Uniform in [0, 1) with 53 random bits. */
double sn_rng_uniform(sn_rng *rng);

/* Uniform integer in [0, bound), unbiased; bound > 0. */
uint64_t sn_rng_below(sn_rng *rng, uint64_t bound);

/* Standard normal (Box and Muller 1958; one value per call, the second is not kept). */
double sn_rng_normal(sn_rng *rng);

/* Fisher-Yates over order[0..count). */
void sn_rng_shuffle(sn_rng *rng, uint32_t *order, size_t count);

#endif
