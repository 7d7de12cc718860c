#include "rng.h"

#include "banned.h"

/* Constants of MT19937: Matsumoto and Nishimura, "Mersenne Twister", 1998; seeding after Knuth. */
enum { MT_OFFSET = 397 };
static const uint32_t MT_MATRIX = 0x9908b0dfU;
static const uint32_t MT_UPPER = 0x80000000U;
static const uint32_t MT_LOWER = 0x7fffffffU;

void sn_mt19937_seed(sn_mt19937 *rng, uint32_t seed)
{
    rng->state[0] = seed;
    for (uint32_t i = 1; i < SN_MT19937_WORDS; i++) {
        const uint32_t previous = rng->state[i - 1];
        rng->state[i] = 1812433253U * (previous ^ previous >> 30) + i;
    }
    rng->next = SN_MT19937_WORDS;
}

static void mt19937_refill(sn_mt19937 *rng)
{
    uint32_t *const s = rng->state;
    for (size_t i = 0; i < SN_MT19937_WORDS; i++) {
        const uint32_t y = (s[i] & MT_UPPER) | (s[(i + 1) % SN_MT19937_WORDS] & MT_LOWER);
        const uint32_t twist = y & 1U ? MT_MATRIX : 0U;
        s[i] = s[(i + MT_OFFSET) % SN_MT19937_WORDS] ^ y >> 1 ^ twist;
    }
    rng->next = 0;
}

uint32_t sn_mt19937_next(sn_mt19937 *rng)
{
    if (rng->next == SN_MT19937_WORDS)
        mt19937_refill(rng);
    uint32_t y = rng->state[rng->next++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680U;
    y ^= y << 15 & 0xefc60000U;
    return y ^ y >> 18;
}

static void swap_u32(uint32_t *a, uint32_t *b)
{
    const uint32_t kept = *a;
    *a = *b;
    *b = kept;
}

void sn_mt19937_shuffle(sn_mt19937 *rng, uint32_t *order, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        uint32_t mask = (uint32_t)i;
        for (unsigned shift = 1; shift < 32; shift *= 2)
            mask |= mask >> shift;
        uint32_t j;
        do
            j = sn_mt19937_next(rng) & mask;
        while (j > i);
        swap_u32(&order[i], &order[j]);
    }
}

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

void sn_rng_seed(sn_rng *rng, uint64_t seed, sn_rng_purpose purpose)
{
    uint64_t mixer = seed;
    /* Hash the seed before the purpose is added, so that (1, 2) and (2, 1) share nothing. */
    mixer = splitmix64(&mixer) + (uint64_t)purpose;
    for (size_t i = 0; i < 4; i++)
        rng->state[i] = splitmix64(&mixer);
}

static uint64_t rotate_left(uint64_t x, unsigned count)
{
    return x << count | x >> (64 - count);
}

uint64_t sn_rng_next(sn_rng *rng)
{
    uint64_t *const s = rng->state;
    const uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double sn_rng_uniform(sn_rng *rng)
{
    return (double)(sn_rng_next(rng) >> 11) * 0x1p-53;
}

uint64_t sn_rng_below(sn_rng *rng, uint64_t bound)
{
    /* Values under 2^64 mod bound would make the low residues more likely: draw again. */
    const uint64_t threshold = (0 - bound) % bound;
    uint64_t value;
    do
        value = sn_rng_next(rng);
    while (value < threshold);
    return value % bound;
}

void sn_rng_shuffle(sn_rng *rng, uint32_t *order, size_t count)
{
    for (size_t i = count; i-- > 1;)
        swap_u32(&order[i], &order[sn_rng_below(rng, i + 1)]);
}
