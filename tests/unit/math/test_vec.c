/* Element-wise loops: every length, nothing beyond it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "vec.h"

enum { LONGEST = 70 };

static void add_works_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 0; length < LONGEST; length++) {
        float x[LONGEST], y[LONGEST];
        for (size_t i = 0; i < LONGEST; i++) {
            x[i] = (float)i + 0.5F;
            y[i] = (float)(2 * i);
        }
        sn_vec_add(y, x, length);
        for (size_t i = 0; i < LONGEST; i++)
            assert_true(y[i] == (float)(2 * i) + (i < length ? (float)i + 0.5F : 0.0F));
    }
}

static void add_carries_nan_and_infinity(void **state)
{
    (void)state;
    const float x[] = {NAN, INFINITY, 1.0F};
    float y[] = {1.0F, 1.0F, 1.0F};
    sn_vec_add(y, x, 3);
    assert_true(isnan(y[0]));
    assert_true(y[1] == INFINITY);
    assert_true(y[2] == 2.0F);
}

static void scaling_works_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 0; length < LONGEST; length++) {
        float x[LONGEST], y[LONGEST];
        for (size_t i = 0; i < LONGEST; i++) {
            x[i] = (float)i + 0.5F;
            y[i] = (float)(2 * i);
        }
        sn_vec_add_scaled(y, x, -0.5F, length);
        sn_vec_scale(x, 0.25F, length);
        for (size_t i = 0; i < LONGEST; i++) {
            const float before = (float)i + 0.5F;
            assert_true(y[i] == (float)(2 * i) - (i < length ? 0.5F * before : 0.0F));
            assert_true(x[i] == (i < length ? 0.25F : 1.0F) * before);
        }
    }
}

/* Squares whose sum a float could neither hold nor tell apart. */
static void squares_add_up_in_double_precision(void **state)
{
    (void)state;
    float x[LONGEST];
    double sum = 0.0;
    for (size_t i = 0; i < LONGEST; i++)
        x[i] = i % 2 ? -1e30F : 1e25F * (float)i;
    for (size_t length = 0; length < LONGEST; length++) {
        assert_true(fabs(sn_vec_sum_squares(x, length) - sum) <= 1e-14 * sum);
        sum += (double)x[length] * (double)x[length];
    }
    x[13] = NAN;
    assert_true(isnan(sn_vec_sum_squares(x, LONGEST)));
    x[13] = INFINITY;
    assert_true(isinf(sn_vec_sum_squares(x, LONGEST)));
}

static void no_elements_are_finite(void **state)
{
    (void)state;
    assert_true(sn_vec_all_finite(NULL, 0));
}

static void the_ends_of_the_range_are_finite(void **state)
{
    (void)state;
    const float x[] = {FLT_MAX, -FLT_MAX, FLT_MIN, -FLT_MIN, 0x1p-149F, 0.0F, -0.0F};
    assert_true(sn_vec_all_finite(x, sizeof x / sizeof x[0]));
}

static void one_bad_element_is_found_anywhere(void **state)
{
    (void)state;
    const float bad[] = {NAN, -NAN, INFINITY, -INFINITY};
    float x[LONGEST] = {0.0F};
    for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++)
        for (size_t place = 0; place < LONGEST; place++) {
            x[place] = bad[b];
            assert_false(sn_vec_all_finite(x, place + 1));
            assert_false(sn_vec_all_finite(x, LONGEST));
            assert_true(sn_vec_all_finite(x, place));
            x[place] = 1.0F;
        }
}

static void zeros_of_either_sign_are_all_zero(void **state)
{
    (void)state;
    float x[LONGEST] = {0.0F};
    assert_true(sn_vec_all_zero(NULL, 0));
    x[3] = -0.0F;
    for (size_t length = 0; length <= LONGEST; length++)
        assert_true(sn_vec_all_zero(x, length));
}

static void one_other_element_is_found_anywhere(void **state)
{
    (void)state;
    const float other[] = {1.0F, -FLT_MIN, 0x1p-149F, NAN, INFINITY};
    float x[LONGEST] = {0.0F};
    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        for (size_t place = 0; place < LONGEST; place++) {
            x[place] = other[k];
            assert_false(sn_vec_all_zero(x, place + 1));
            assert_false(sn_vec_all_zero(x, LONGEST));
            assert_true(sn_vec_all_zero(x, place));
            x[place] = 0.0F;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add_works_at_every_length),
        cmocka_unit_test(add_carries_nan_and_infinity),
        cmocka_unit_test(scaling_works_at_every_length),
        cmocka_unit_test(squares_add_up_in_double_precision),
        cmocka_unit_test(no_elements_are_finite),
        cmocka_unit_test(the_ends_of_the_range_are_finite),
        cmocka_unit_test(one_bad_element_is_found_anywhere),
        cmocka_unit_test(zeros_of_either_sign_are_all_zero),
        cmocka_unit_test(one_other_element_is_found_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
