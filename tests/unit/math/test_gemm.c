/* Matrix products: the build's and the plain ones against a sum in double, over all kinds of
 * shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gemm.h"
#include "rng.h"

enum { LARGEST = 70, ELEMENTS = LARGEST * LARGEST, ROUNDS = 400 };

typedef void product(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n,
                     size_t k, const float *a, const float *b, float beta, float *c);

typedef struct problem {
    sn_transpose transpose_a, transpose_b;
    size_t m, n, k;
    float beta;
    float a[ELEMENTS], b[ELEMENTS], c[ELEMENTS];
} problem;

static problem the_problem;

static void fill(float *values, size_t count, sn_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(sn_rng_uniform(rng) * 2.0 - 1.0);
}

static void fill_problem(problem *p, sn_rng *rng)
{
    fill(p->a, ELEMENTS, rng);
    fill(p->b, ELEMENTS, rng);
    fill(p->c, ELEMENTS, rng);
}

/* One element in double, and the sum of the magnitudes that bounds its rounding error. */
static double exact_element(const problem *p, size_t i, size_t j, double *magnitude)
{
    double sum = p->beta == 0.0F ? 0.0 : (double)p->beta * (double)p->c[i * p->n + j];
    *magnitude = fabs(sum);
    for (size_t q = 0; q < p->k; q++) {
        const float a = p->transpose_a == SN_AS_IS ? p->a[i * p->k + q] : p->a[q * p->m + i];
        const float b = p->transpose_b == SN_AS_IS ? p->b[q * p->n + j] : p->b[j * p->k + q];
        sum += (double)a * (double)b;
        *magnitude += fabs((double)a * (double)b);
    }
    return sum;
}

/* |error| <= (k + 2) u sum |a| |b| in any order of summation; what lies behind C is not touched. */
static void assert_product(product *multiply, const problem *p)
{
    static float c[ELEMENTS];
    memcpy(c, p->c, sizeof c);
    multiply(p->transpose_a, p->transpose_b, p->m, p->n, p->k, p->a, p->b, p->beta, c);
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            double magnitude;
            const double exact = exact_element(p, i, j, &magnitude);
            const double bound = ((double)p->k + 2.0) * 0.5 * (double)FLT_EPSILON * magnitude;
            if (!(fabs((double)c[i * p->n + j] - exact) <= bound))
                fail_msg("%zux%zux%zu transposes %d %d beta %g: C[%zu][%zu] is %.9g, not %.9g",
                         p->m, p->n, p->k, p->transpose_a, p->transpose_b, (double)p->beta, i, j,
                         (double)c[i * p->n + j], exact);
        }
    const size_t used = p->m * p->n;
    assert_memory_equal(c + used, p->c + used, (ELEMENTS - used) * sizeof *c);
}

static void assert_both(problem *p)
{
    static const float betas[] = {0.0F, 1.0F, -0.75F};
    for (size_t i = 0; i < sizeof betas / sizeof betas[0]; i++)
        for (int transposes = 0; transposes < 4; transposes++) {
            p->beta = betas[i];
            p->transpose_a = transposes & 1 ? SN_TRANSPOSED : SN_AS_IS;
            p->transpose_b = transposes & 2 ? SN_TRANSPOSED : SN_AS_IS;
            assert_product(sn_gemm, p);
            assert_product(sn_gemm_plain, p);
        }
}

/* 3 outputs of a 2 x 3 by 3 x 2 product, worked out by hand. */
static void a_product_by_hand(void **state)
{
    (void)state;
    static const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12};
    static const float expected[] = {58 + 2, 64 + 2, 139 + 2, 154 + 2};
    float c[] = {1, 1, 1, 1};
    sn_gemm(SN_AS_IS, SN_AS_IS, 2, 2, 3, a, b, 2.0F, c);
    assert_memory_equal(c, expected, sizeof c);
}

static void random_shapes(void **state)
{
    (void)state;
    sn_rng rng;
    problem *const p = &the_problem;
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    fill_problem(p, &rng);
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t limit = round % 8 ? 20 : LARGEST + 1;
        p->m = (size_t)sn_rng_below(&rng, limit);
        p->n = (size_t)sn_rng_below(&rng, limit);
        p->k = (size_t)sn_rng_below(&rng, limit);
        assert_both(p);
    }
}

static void sizes_0_1_and_2_in_all_combinations(void **state)
{
    (void)state;
    sn_rng rng;
    problem *const p = &the_problem;
    sn_rng_seed(&rng, 2, SN_RNG_INIT);
    fill_problem(p, &rng);
    for (size_t i = 0; i < 27; i++) {
        p->m = i % 3;
        p->n = i / 3 % 3;
        p->k = i / 9;
        assert_both(p);
    }
}

static void beta_0_does_not_read_c(void **state)
{
    (void)state;
    static const float garbage[] = {NAN, INFINITY, -INFINITY};
    static const size_t depths[] = {0, 1, 9};
    sn_rng rng;
    problem *const p = &the_problem;
    sn_rng_seed(&rng, 3, SN_RNG_INIT);
    fill_problem(p, &rng);
    p->m = 17;
    p->n = 13;
    p->beta = 0.0F;
    for (size_t d = 0; d < 3; d++)
        for (size_t g = 0; g < 3; g++) {
            p->k = depths[d];
            for (size_t i = 0; i < ELEMENTS; i++)
                p->c[i] = garbage[g];
            assert_product(sn_gemm, p);
            assert_product(sn_gemm_plain, p);
        }
}

static void a_nan_in_a_reaches_its_row_only(void **state)
{
    (void)state;
    float a[] = {1, NAN, 1, 1}, b[] = {1, 0, 0, 1}, c[4] = {0};
    sn_gemm(SN_AS_IS, SN_AS_IS, 2, 2, 2, a, b, 0.0F, c);
    assert_true(isnan(c[1]));
    assert_true(c[2] == 1.0F && c[3] == 1.0F);
}

static void equal_inputs_give_equal_bits(void **state)
{
    (void)state;
    static float first[ELEMENTS], again[ELEMENTS];
    sn_rng rng;
    problem *const p = &the_problem;
    sn_rng_seed(&rng, 4, SN_RNG_INIT);
    fill_problem(p, &rng);
    assert_int_equal(sn_gemm_prepare(1, NULL), SEQNET_OK);
    assert_int_equal(sn_gemm_prepare(2, NULL), SEQNET_OK);
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, 64, 64, 64, p->a, p->b, 0.0F, first);
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, 64, 64, 64, p->a, p->b, 0.0F, again);
    assert_memory_equal(first, again, sizeof first);
}

static void the_name_says_who_multiplies(void **state)
{
    (void)state;
    const char *const name = sn_gemm_name();
    if (strcmp(name, "plain C") != 0 && strcmp(name, "own loops") != 0 &&
        strncmp(name, "OpenBLAS ", 9) != 0)
        fail_msg("unexpected name '%s'", name);
    assert_null(strchr(name, '\n'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_by_hand),
        cmocka_unit_test(random_shapes),
        cmocka_unit_test(sizes_0_1_and_2_in_all_combinations),
        cmocka_unit_test(beta_0_does_not_read_c),
        cmocka_unit_test(a_nan_in_a_reaches_its_row_only),
        cmocka_unit_test(equal_inputs_give_equal_bits),
        cmocka_unit_test(the_name_says_who_multiplies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
