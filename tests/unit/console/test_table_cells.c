/* Cells of tables, and what is cut in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table_cells.h"

typedef void put_function(FILE *out, const char *text, size_t width);

static void assert_put(put_function *put, const char *text, size_t width, const char *expected)
{
    char *printed;
    size_t size;
    FILE *const out = open_memstream(&printed, &size);
    put(out, text, width);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_cells_are_filled(void **state)
{
    (void)state;
    assert_put(put_cell, "ab", 4, "ab  ");
    assert_put(put_right_cell, "ab", 4, "  ab");
    assert_put(put_cut, "ab", 4, "ab");
    assert_put(put_cell, "价格", 6, "价格  ");
    assert_put(put_right_cell, "e\u0301", 3, "  e\u0301");
    assert_put(put_cell, "", 2, "  ");
}

static void test_what_does_not_fit_is_cut(void **state)
{
    (void)state;
    assert_put(put_cell, "abcdefgh", 6, "abc...");
    assert_put(put_right_cell, "abcdefgh", 6, "abc...");
    assert_put(put_cut, "abcdefgh", 6, "abc...");
    assert_put(put_cell, "价格与服务", 8, "价格... "); /* five cells are no whole characters */
    assert_put(put_cut, "abcdefgh", 2, "...");
}

static void test_what_commands_a_terminal_is_spelt_out(void **state)
{
    (void)state;
    assert_put(put_cell, "a\033", 6, "a\\x1b ");
    assert_put(put_cell, "a\033bcdef", 6, "a...  ");
}

static void test_a_long_text_is_measured_whole(void **state)
{
    enum { LENGTH = 3000 };
    char text[LENGTH + 1], expected[2000 + 1];
    (void)state;
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    memset(expected, 'a', 2000);
    memcpy(expected + 1997, "...", 4);
    assert_put(put_cell, text, 2000, expected);
}

static void test_names_have_room_for_the_widest(void **state)
{
    (void)state; /* standard output is no terminal here, or a wide one */
    assert_int_equal(name_cells(3, 10), 8);
    assert_int_equal(name_cells(12, 10), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_are_filled),
        cmocka_unit_test(test_what_does_not_fit_is_cut),
        cmocka_unit_test(test_what_commands_a_terminal_is_spelt_out),
        cmocka_unit_test(test_a_long_text_is_measured_whole),
        cmocka_unit_test(test_names_have_room_for_the_widest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
