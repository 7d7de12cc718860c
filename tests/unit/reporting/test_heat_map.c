/* Confusion matrices of many labels as squares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heat_map.h"
#include "small_charts.h"

static void test_levels_are_above_0_for_what_there_is(void **state)
{
    (void)state;
    assert_int_equal(heat_level(0.0), 0);
    assert_int_equal(heat_level(1e-9), 1);
    assert_int_equal(heat_level(0.125), 1);
    assert_int_equal(heat_level(0.126), 2);
    assert_int_equal(heat_level(1.0), HEAT_LEVELS);
}

static void heat(FILE *out, const void *counts)
{
    assert_true(print_heat_map(out, counts, (size_t[]){4, 8, 0}, 3, "Matrix"));
}

static void test_cells_of_one_count_and_level_are_one_path(void **state)
{
    (void)state;
    const size_t counts[] = {2, 1, 1, 0, 8, 0, 0, 0, 0};
    char *const shown = printed(heat, counts);
    assert_non_null(strstr(shown, "viewBox=\"0 0 3 3\" role=\"img\" aria-label=\"Matrix\""));
    assert_non_null(
        strstr(shown, "class=\"miss q2\" data-n=\"1\" d=\"M1 0h1v1h-1zM2 0h1v1h-1z\"/>"));
    assert_non_null(strstr(shown, "class=\"hit q4\" data-n=\"2\" d=\"M0 0h1v1h-1z\"/>"));
    assert_non_null(strstr(shown, "class=\"hit q8\" data-n=\"8\" d=\"M1 1h1v1h-1z\"/>"));
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_are_above_0_for_what_there_is),
        cmocka_unit_test(test_cells_of_one_count_and_level_are_one_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
