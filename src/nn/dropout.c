#include "dropout.h"

#include "rng.h"

#include "banned.h"

void sn_dropout_fill(float *scale, size_t count, double rate, uint64_t key, size_t layer,
                     size_t row)
{
    /* Odd factors spread layers and rows over the seeds, which the generator hashes. */
    const uint64_t seed =
        key + (uint64_t)layer * 0xd1342543de82ef95U + (uint64_t)row * 0x9e3779b97f4a7c15U;
    const float kept = (float)(1.0 / (1.0 - rate));
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_STREAM_DROPOUT);
    for (size_t i = 0; i < count; i++)
        scale[i] = sn_rng_uniform(&rng) < rate ? 0.0F : kept;
}
