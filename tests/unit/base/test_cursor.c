/* The bounded reader: what is there is read, what is not moves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cursor.h"

static const uint8_t BYTES[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void takes_bytes_in_order(void **state)
{
    (void)state;
    sn_cursor cursor = sn_cursor_over(BYTES, sizeof BYTES);
    const uint8_t *taken = NULL;
    assert_true(sn_cursor_take(&cursor, 4, &taken));
    assert_ptr_equal(taken, BYTES);
    assert_true(sn_cursor_take(&cursor, 5, &taken));
    assert_ptr_equal(taken, BYTES + 4);
    assert_int_equal(sn_cursor_left(&cursor), 0);
    assert_int_equal(sn_cursor_offset(&cursor), sizeof BYTES);
}

static void does_not_move_when_too_little_is_left(void **state)
{
    (void)state;
    sn_cursor cursor = sn_cursor_over(BYTES, sizeof BYTES);
    const uint8_t *taken = NULL;
    uint64_t value = 77;
    assert_true(sn_cursor_take(&cursor, 6, &taken));
    assert_false(sn_cursor_take(&cursor, 4, &taken));
    assert_false(sn_cursor_take(&cursor, SIZE_MAX, &taken));
    assert_false(sn_cursor_uint(&cursor, 4, &value));
    assert_ptr_equal(taken, BYTES);
    assert_int_equal(value, 77);
    assert_int_equal(sn_cursor_offset(&cursor), 6);
    assert_int_equal(sn_cursor_left(&cursor), 3);
}

static void takes_nothing_from_an_empty_input(void **state)
{
    (void)state;
    sn_cursor cursor = sn_cursor_over(BYTES, 0);
    const uint8_t *taken = NULL;
    size_t length = 5;
    assert_true(sn_cursor_take(&cursor, 0, &taken));
    assert_false(sn_cursor_take(&cursor, 1, &taken));
    assert_false(sn_cursor_line(&cursor, &taken, &length));
    assert_int_equal(length, 5);
}

static void reads_little_endian_numbers_of_every_width(void **state)
{
    (void)state;
    uint64_t expected = 0;
    for (size_t width = 1; width <= 8; width++) {
        sn_cursor cursor = sn_cursor_over(BYTES, sizeof BYTES);
        uint64_t value = 0;
        expected |= (uint64_t)width << (8 * (width - 1));
        assert_true(sn_cursor_uint(&cursor, width, &value));
        assert_true(value == expected);
        assert_int_equal(sn_cursor_offset(&cursor), width);
    }
}

static void reads_the_largest_number(void **state)
{
    (void)state;
    uint8_t ones[8];
    memset(ones, 0xff, sizeof ones);
    sn_cursor cursor = sn_cursor_over(ones, sizeof ones);
    uint64_t value = 0;
    assert_true(sn_cursor_uint(&cursor, 8, &value));
    assert_true(value == UINT64_MAX);
}

static void takes_lines_without_their_newline(void **state)
{
    (void)state;
    static const char text[] = "one\n\nthree";
    sn_cursor cursor = sn_cursor_over(text, sizeof text - 1);
    const uint8_t *line = NULL;
    size_t length = 0;
    assert_true(sn_cursor_line(&cursor, &line, &length));
    assert_int_equal(length, 3);
    assert_memory_equal(line, "one", 3);
    assert_true(sn_cursor_line(&cursor, &line, &length));
    assert_int_equal(length, 0);
    assert_false(sn_cursor_line(&cursor, &line, &length));
    assert_int_equal(sn_cursor_offset(&cursor), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_bytes_in_order),
        cmocka_unit_test(does_not_move_when_too_little_is_left),
        cmocka_unit_test(takes_nothing_from_an_empty_input),
        cmocka_unit_test(reads_little_endian_numbers_of_every_width),
        cmocka_unit_test(reads_the_largest_number),
        cmocka_unit_test(takes_lines_without_their_newline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
