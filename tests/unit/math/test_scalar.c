/* The scalar functions against those of the C library, and their bits, which are the same on every
 * machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "bits_hash.h"
#include "scalar.h"

enum { DRAWS = 200000, POINTS = 20000 };

typedef double function(double x);

typedef struct range {
    const char *name;
    function *own, *library;
    double low, high, ulps;
} range;

/* The last ones allow half a unit more than scalar.h says, for the library's own error. */
static const range RANGES[] = {
    {"exp", sn_scalar_exp, exp, -1.0, 0.0, 1.5},
    {"exp", sn_scalar_exp, exp, -707.0, 709.0, 1.5},
    {"expm1", sn_scalar_expm1, expm1, -50.0, 0.0, 2.5},
    {"expm1", sn_scalar_expm1, expm1, -1e-3, 0.0, 2.5},
    {"log", sn_scalar_log, log, 0.4, 2.5, 1.5},
    {"log", sn_scalar_log, log, 1.0, 1e9, 1.5},
    {"log", sn_scalar_log, log, 1e-300, 1e-290, 1.5},
    {"log1p", sn_scalar_log1p, log1p, -0.95, 1.0, 2.5},
    {"log1p", sn_scalar_log1p, log1p, -1e-9, 1e-9, 2.5},
    {"log1p", sn_scalar_log1p, log1p, 1.0, 1e20, 2.5},
    {"cos", sn_scalar_cos, cos, 0.0, 6.3, 2.5},
};

enum { RANGE_COUNT = sizeof RANGES / sizeof *RANGES };

static double distance_in_ulps(double got, double wanted)
{
    const int exponent = wanted != 0.0 ? ilogb(wanted) : -1022;
    return fabs(got - wanted) / ldexp(1.0, exponent - (DBL_MANT_DIG - 1));
}

/* Points of which few are round numbers. */
static double point(const range *r, size_t i)
{
    return r->low + (r->high - r->low) * ((double)i + 0.3141) / POINTS;
}

static void functions_are_those_of_the_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < RANGE_COUNT; i++)
        for (size_t k = 0; k < POINTS; k++) {
            const range *const r = &RANGES[i];
            const double x = point(r, k), got = r->own(x), wanted = r->library(x);
            if (!(distance_in_ulps(got, wanted) <= r->ulps))
                fail_msg("%s(%.17g): %.17g instead of %.17g", r->name, x, got, wanted);
        }
}

static void powers_are_rounded_once(void **state)
{
    (void)state;
    static const double bases[] = {0.999, 0.9, 0.5, 1.0};
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++)
        for (uint64_t n = 0; n < 5000; n = n * 5 / 4 + 1) {
            const double wanted = pow(bases[b], (double)n);
            if (wanted >= DBL_MIN)
                assert_true(distance_in_ulps(sn_scalar_power(bases[b], n), wanted) <= 1.0);
        }
    assert_true(sn_scalar_power(0.9, 100000000) == 0.0);
}

static void ends_of_the_ranges(void **state)
{
    (void)state;
    assert_true(sn_scalar_exp(0.0) == 1.0 && sn_scalar_exp(-746.0) == 0.0);
    assert_true(isinf(sn_scalar_exp(710.0)) && sn_scalar_exp(-(double)INFINITY) == 0.0);
    assert_true(sn_scalar_exp(-745.0) == exp(-745.0)); /* subnormal */
    assert_true(sn_scalar_expm1(0.0) == 0.0 && sn_scalar_expm1(-1000.0) == -1.0);
    assert_true(sn_scalar_log(1.0) == 0.0 && sn_scalar_log(0.0) == -(double)INFINITY);
    assert_true(isinf(sn_scalar_log((double)INFINITY)));
    assert_true(sn_scalar_log1p(0.0) == 0.0 && sn_scalar_log1p(-1.0) == -(double)INFINITY);
    assert_true(sn_scalar_log1p(1e-20) == 1e-20);
    assert_true(sn_scalar_cos(0.0) == 1.0 && sn_scalar_cos(3.14159265358979323846) == -1.0);
    assert_true(isnan(sn_scalar_exp((double)NAN)) && isnan(sn_scalar_expm1((double)NAN)));
    assert_true(isnan(sn_scalar_log((double)NAN)) && isnan(sn_scalar_log1p((double)NAN)));
}

static void bits_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t hash = BITS_HASH_EMPTY;
    sn_rng rng;
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    for (size_t i = 0; i < RANGE_COUNT; i++)
        for (size_t k = 0; k < POINTS; k++) {
            const double y = RANGES[i].own(point(&RANGES[i], k));
            hash = bits_hash_add(hash, &y, sizeof y);
        }
    for (uint64_t n = 0; n < 3000; n++) {
        const double y = sn_scalar_power(0.999, n) + sn_scalar_normal(&rng);
        hash = bits_hash_add(hash, &y, sizeof y);
    }
    if (hash != 0xa6e91b79b488f482U)
        fail_msg("other bits than on other machines: 0x%llxU", (unsigned long long)hash);
}

static void normal_has_the_moments_of_a_standard_normal(void **state)
{
    (void)state;
    double sums[4] = {0.0};
    size_t beyond_two = 0;
    sn_rng rng;
    sn_rng_seed(&rng, 7, SN_RNG_INIT);
    for (size_t i = 0; i < DRAWS; i++) {
        const double value = sn_scalar_normal(&rng);
        assert_true(isfinite(value));
        for (int power = 0; power < 4; power++)
            sums[power] += pow(value, power + 1);
        beyond_two += fabs(value) > 2.0;
    }
    assert_true(fabs(sums[0] / DRAWS) < 0.01);        /* mean */
    assert_true(fabs(sums[1] / DRAWS - 1.0) < 0.015); /* variance */
    assert_true(fabs(sums[2] / DRAWS) < 0.03);        /* skewness */
    assert_true(fabs(sums[3] / DRAWS - 3.0) < 0.1);   /* kurtosis */
    assert_true(fabs((double)beyond_two / DRAWS - 0.0455) < 0.002);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_those_of_the_library),
        cmocka_unit_test(powers_are_rounded_once),
        cmocka_unit_test(ends_of_the_ranges),
        cmocka_unit_test(bits_are_the_same_everywhere),
        cmocka_unit_test(normal_has_the_moments_of_a_standard_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
