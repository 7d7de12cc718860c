/* The self-check of the BLAS: right products pass, whatever is wrong with others is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "blas_check.h"
#include "gemm.h"

/* What the product under test does wrong. */
static struct {
    size_t m, n, k;
    bool transposed, reads_c, writes_behind, rounds;
} lie;

static float rounded(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= 0xffff0000U; /* as a bfloat16 */
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void lying(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                  const float *a, const float *b, float beta, float *c)
{
    static float rounded_a[64 * 1024];
    if (lie.rounds)
        for (size_t i = 0; i < m * k; i++)
            rounded_a[i] = rounded(a[i]);
    const float first = c[0];
    sn_gemm_plain(transpose_a, transpose_b, m, n, k, lie.rounds ? rounded_a : a, b, beta, c);
    if (lie.m == m && lie.n == n && lie.k == k)
        c[m * n - 1] += 1.0F;
    if (lie.transposed && transpose_a == SN_TRANSPOSED)
        c[0] = -c[0];
    if (lie.reads_c && beta == 0.0F)
        c[0] += 0.0F * first;
    if (lie.writes_behind)
        c[m * n] = 0.0F;
}

static void assert_found(const char *expected)
{
    char failure[32] = "";
    assert_false(sn_blas_check(lying, failure, sizeof failure));
    if (expected)
        assert_string_equal(failure, expected);
    memset(&lie, 0, sizeof lie);
}

static void right_products_pass(void **state)
{
    (void)state;
    char failure[32] = "";
    assert_true(sn_blas_check(sn_gemm_plain, failure, sizeof failure));
    assert_true(sn_blas_check(lying, failure, sizeof failure));
    assert_true(sn_blas_check(sn_gemm, failure, sizeof failure));
    assert_string_equal(failure, "");
}

static void one_wrong_element_of_one_shape_is_found(void **state)
{
    (void)state;
    lie.m = 32, lie.n = 128, lie.k = 240;
    assert_found("32x128x240");
    lie.m = 1, lie.n = 128, lie.k = 32;
    assert_found("1x128x32");
    lie.m = 5, lie.n = 7, lie.k = 3;
    assert_found("5x7x3");
}

static void other_faults_are_found(void **state)
{
    (void)state;
    lie.transposed = true;
    assert_found(NULL);
    lie.reads_c = true; /* NaN times 0 is NaN */
    assert_found(NULL);
    lie.writes_behind = true;
    assert_found(NULL);
    lie.rounds = true;
    assert_found(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_products_pass),
        cmocka_unit_test(one_wrong_element_of_one_shape_is_found),
        cmocka_unit_test(other_faults_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
