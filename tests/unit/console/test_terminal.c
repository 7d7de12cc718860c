/* Texts cut to the cells of a terminal's line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terminal.h"

static void test_a_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_int_equal(fitting_bytes("", 3), 0);
    assert_int_equal(fitting_bytes("abc", 3), 3);
    assert_int_equal(fitting_bytes("abcd", 3), 3);
    assert_int_equal(fitting_bytes("a\xc3\xa4"
                                   "b",
                                   2),
                     3); /* two bytes, one cell */
    assert_int_equal(fitting_bytes("a\xe6\x98\xa0"
                                   "b",
                                   2),
                     1); /* two cells */
    assert_int_equal(fitting_bytes("a\xe6\x98\xa0"
                                   "b",
                                   3),
                     4);
}

static void test_what_is_spelt_out_takes_its_cells(void **state)
{
    (void)state;
    assert_int_equal(fitting_bytes("\x01"
                                   "a",
                                   3),
                     0);
    assert_int_equal(fitting_bytes("\x01"
                                   "a",
                                   4),
                     1);
    assert_int_equal(fitting_bytes("\xff"
                                   "a",
                                   5),
                     2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_cut_between_characters),
        cmocka_unit_test(test_what_is_spelt_out_takes_its_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
