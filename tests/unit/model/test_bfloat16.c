/* Floats in 16 bits: rounding, and what is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "bfloat16.h"

static float rounded(float x)
{
    sn_bfloat16_round(&x, 1);
    return x;
}

static void the_nearest_is_taken_and_of_two_the_even_one(void **state)
{
    (void)state;
    assert_true(rounded(1.0F) == 1.0F && rounded(-2.5F) == -2.5F && rounded(0.0F) == 0.0F);
    assert_true(rounded(1.0F + 0x1p-9F) == 1.0F);             /* below the half */
    assert_true(rounded(1.0F + 0x1.8p-8F) == 1.0F + 0x1p-7F); /* above it */
    assert_true(rounded(1.0F + 0x1p-8F) == 1.0F);             /* the half, to the even one */
    assert_true(rounded(1.0F + 0x1.8p-7F) == 1.0F + 0x1p-6F);
    assert_true(rounded(-1.0F - 0x1.8p-8F) == -1.0F - 0x1p-7F);
    assert_true(rounded(0x1.ffp0F) == 2.0F); /* into the next exponent */
    for (float x = 1e-30F; x < 1e30F; x *= 1.7F)
        assert_true(fabsf(rounded(x) - x) <= x * 0x1p-8F);
}

static void finite_numbers_stay_finite(void **state)
{
    (void)state;
    assert_true(isfinite(rounded(FLT_MAX)) && isfinite(rounded(-FLT_MAX)));
    assert_true(isinf(rounded(INFINITY)));
    assert_true(fabsf(rounded(1e-40F) - 1e-40F) < 1e-40F); /* below the smallest normal one */
}

static void numbers_come_back_as_they_were(void **state)
{
    (void)state;
    float x[] = {0.0F, -0.0F, 0.1F, -3.7F, 1e20F, -1e-20F, FLT_MAX}, y[7];
    uint8_t bytes[2 * 7 + 1]; /* read where it is not aligned */
    assert_false(sn_bfloat16_holds(x, 7));
    sn_bfloat16_round(x, 7);
    assert_true(sn_bfloat16_holds(x, 7));
    assert_true(sn_bfloat16_holds(x, 0));
    sn_bfloat16_pack(bytes + 1, x, 7);
    sn_bfloat16_unpack(y, bytes + 1, 7);
    assert_memory_equal(x, y, sizeof x);
    sn_bfloat16_pack(bytes, (float[]){1.0F}, 1);
    assert_true(bytes[0] == 0x80 && bytes[1] == 0x3f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_is_taken_and_of_two_the_even_one),
        cmocka_unit_test(finite_numbers_stay_finite),
        cmocka_unit_test(numbers_come_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
