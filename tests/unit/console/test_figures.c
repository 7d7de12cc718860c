/* Numbers as people read them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "figures.h"

static void test_digits_are_grouped_by_three(void **state)
{
    char text[GROUPED_NUMBER];
    (void)state;
    assert_string_equal(grouped(0, text), "0");
    assert_string_equal(grouped(999, text), "999");
    assert_string_equal(grouped(1000, text), "1,000");
    assert_string_equal(grouped(328353, text), "328,353");
    assert_string_equal(grouped(SIZE_MAX, text), "18,446,744,073,709,551,615");
}

static void test_one_is_the_only_singular(void **state)
{
    (void)state;
    assert_string_equal(plural(1, "row", "rows"), "row");
    assert_string_equal(plural(0, "row", "rows"), "rows");
    assert_string_equal(plural(2, "row", "rows"), "rows");
}

static void test_a_share_of_nothing_is_nothing(void **state)
{
    (void)state;
    assert_true(percent(1, 4) == 25.0);
    assert_true(percent(0, 0) == 0.0);
}

static void test_an_exact_number_reads_back(void **state)
{
    char text[EXACT_NUMBER];
    (void)state;
    assert_string_equal(exact_number(0.1, text), "0.1");
    assert_string_equal(exact_number(3.0, text), "3");
    assert_string_equal(exact_number((double)NAN, text), "");
    assert_true(strtod(exact_number(0.1 + 0.2, text), NULL) == 0.1 + 0.2);
    assert_true(strtod(exact_number(1.0 / 3.0, text), NULL) == 1.0 / 3.0);
    assert_string_equal(exact_number((double)INFINITY, text), "inf");
}

static void test_durations(void **state)
{
    char text[DURATION_TEXT];
    (void)state;
    assert_string_equal(duration(-1.0, text), "0s");
    assert_string_equal(duration(59.4, text), "59s");
    assert_string_equal(duration(59.6, text), "1m00s");
    assert_string_equal(duration(3599.4, text), "59m59s");
    assert_string_equal(duration(7380.0, text), "2h03m");
    assert_string_equal(duration((double)INFINITY, text), "277777h46m");
}

static void test_the_clock_does_not_go_back(void **state)
{
    (void)state;
    const double before = seconds_now();
    assert_true(seconds_now() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits_are_grouped_by_three),
        cmocka_unit_test(test_one_is_the_only_singular),
        cmocka_unit_test(test_a_share_of_nothing_is_nothing),
        cmocka_unit_test(test_an_exact_number_reads_back),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_the_clock_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
