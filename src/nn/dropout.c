#include "dropout.h"

#include "rng.h"

#include "banned.h"

/* FNV-1a over the name (Fowler, Noll, Vo), then the purpose; the generator hashes what comes out.
 */
uint64_t sn_dropout_source(const char *layer_name, sn_dropout_purpose purpose)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char *c = layer_name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3U;
    return (hash ^ (uint64_t)purpose) * 0x100000001b3U;
}

void sn_dropout_fill(float *scale, size_t count, double rate, uint64_t key, uint64_t source,
                     size_t row)
{
    /* Odd factors spread sources and rows over the seeds. */
    const uint64_t seed = key + source * 0xd1342543de82ef95U + (uint64_t)row * 0x9e3779b97f4a7c15U;
    const float kept = (float)(1.0 / (1.0 - rate));
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_DROPOUT);
    for (size_t i = 0; i < count; i++)
        scale[i] = sn_rng_uniform(&rng) < rate ? 0.0F : kept;
}
