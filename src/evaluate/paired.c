/* What counts of rows tell beside their shares: intervals, and whether two models differ. */
#include "paired.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "pieces.h"
#include "rng.h"
#include "status.h"

#include "banned.h"

/* The quantile of the normal distribution that leaves 2.5 % above it. */
static const double NORMAL_975 = 1.959963984540054;

seqnet_interval seqnet_wilson_interval(size_t successes, size_t n)
{
    return sn_wilson_interval(successes, n, NORMAL_975);
}

seqnet_interval sn_wilson_interval(size_t successes, size_t n, double z)
{
    if (n == 0)
        return (seqnet_interval){0.0, 1.0};
    const double z2 = z * z, count = (double)n;
    const double share = (double)successes / count;
    const double center = share + z2 / (2.0 * count);
    const double half = z * sqrt(share * (1.0 - share) / count + z2 / (4.0 * count * count));
    const double scale = 1.0 + z2 / count;
    return (seqnet_interval){.low = successes == 0 ? 0.0 : (center - half) / scale,
                             .high = successes == n ? 1.0 : (center + half) / scale};
}

/* The difference in one sample of n rows. */
static double sample_difference(const seqnet_paired *paired, sn_rng *rng)
{
    size_t first = 0, second = 0;
    for (size_t i = 0; i < paired->n; i++) {
        const size_t row = (size_t)sn_rng_below(rng, paired->n);
        first += row < paired->only_first;
        second += row < paired->only_first + paired->only_second;
    }
    second -= first;
    return ((double)second - (double)first) / (double)paired->n;
}

static int compare_doubles(const void *left, const void *right)
{
    const double *const a = left, *const b = right;
    return (*a > *b) - (*a < *b);
}

/* The value below which a share of the sorted numbers lies, between two of them by proportion. */
static double quantile(const double *sorted, size_t count, double share)
{
    const double place = share * (double)(count - 1);
    const size_t below = (size_t)place;
    const size_t above = sn_smaller(below + 1, count - 1);
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

seqnet_status seqnet_paired_interval(const seqnet_paired *paired, size_t replicates, uint64_t seed,
                                     seqnet_interval *interval, seqnet_error *err)
{
    double *differences;
    sn_rng rng;
    if (paired->n == 0 || replicates == 0)
        return sn_fail(err, SEQNET_ERR_USAGE, "an interval needs rows and samples of them");
    SN_TRY(sn_alloc(&differences, replicates, sizeof *differences, err));
    sn_rng_seed(&rng, seed, SN_RNG_BOOTSTRAP);
    for (size_t i = 0; i < replicates; i++)
        differences[i] = sample_difference(paired, &rng);
    qsort(differences, replicates, sizeof *differences, compare_doubles);
    *interval = (seqnet_interval){quantile(differences, replicates, 0.025),
                                  quantile(differences, replicates, 0.975)};
    free(differences);
    return SEQNET_OK;
}

/* The probability of k successes of n with even chances. */
static double even_binomial(size_t k, size_t n)
{
    const double rest = (double)(n - k);
    return exp(lgamma((double)n + 1.0) - lgamma((double)k + 1.0) - lgamma(rest + 1.0) -
               (double)n * log(2.0));
}

double seqnet_paired_p_value(const seqnet_paired *paired)
{
    const size_t n = paired->only_first + paired->only_second;
    const size_t fewer = sn_smaller(paired->only_first, paired->only_second);
    double tail = 0.0;
    for (size_t k = 0; k <= fewer; k++)
        tail += even_binomial(k, n);
    return 2.0 * tail < 1.0 ? 2.0 * tail : 1.0;
}
