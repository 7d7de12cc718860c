/*
 * Two generators, for two purposes.
 *
 *     sn_mt19937  the Mersenne Twister as NumPy's RandomState uses it, only to reproduce the
 *                 shuffle of Keras's load_data bit for bit
 *     sn_rng      xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64, for
 *                 everything else
 *
 * Each purpose has a sequence of random numbers of its own, so that a change in one leaves the
 * others as they are. What the numbers are used for is up to the rooms above.
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

/* Shuffles order[0..count) as RandomState.shuffle does: Fisher-Yates from the end, with masked
 * rejection on 32-bit outputs. count must be at most 2^32. */
void sn_mt19937_shuffle(sn_mt19937 *rng, uint32_t *order, size_t count);

/* What random numbers are for. The values are part of reproducibility: never renumber them. */
typedef enum sn_rng_purpose {
    /* weight initialisation */
    SN_RNG_INIT = 1,
    /* row order of each epoch */
    SN_RNG_SHUFFLE = 2,
    /* the generated corpus of reviews */
    SN_RNG_DEMO = 3,
    /* the key of each step's dropout, which gives the masks */
    SN_RNG_DROPOUT = 4,
    /* which rows are set aside */
    SN_RNG_SPLIT = 5,
    /* which words word dropout hides */
    SN_RNG_WORDS = 6,
    /* the generated corpus of the recall task */
    SN_RNG_RECALL = 7,
    /* row order of each pass of dual coordinate descent */
    SN_RNG_DESCENT = 8,
    /* the random directions with which counted word vectors begin */
    SN_RNG_VECTORS = 9,
    /* the samples of rows from which an interval is estimated */
    SN_RNG_BOOTSTRAP = 10,
    /* the samples on which an exported model is compared */
    SN_RNG_SAMPLES = 11
} sn_rng_purpose;

typedef struct sn_rng {
    uint64_t state[4];
} sn_rng;

void sn_rng_seed(sn_rng *rng, uint64_t seed, sn_rng_purpose purpose);
uint64_t sn_rng_next(sn_rng *rng);

/* Uniform in [0, 1) with 53 random bits. */
double sn_rng_uniform(sn_rng *rng);

/* Uniform integer in [0, bound), unbiased; bound > 0. */
uint64_t sn_rng_below(sn_rng *rng, uint64_t bound);

/* Shuffles order[0..count) by Fisher-Yates. */
void sn_rng_shuffle(sn_rng *rng, uint32_t *order, size_t count);

#endif
