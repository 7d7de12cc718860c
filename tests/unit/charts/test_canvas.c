/* Dots, letters and marks on a canvas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "canvas.h"
#include "small_charts.h"

typedef struct shown_row {
    const canvas *canvas;
    size_t row;
    bool is_colored;
} shown_row;

static void print_row(FILE *out, const void *what)
{
    const shown_row *const shown = what;
    print_canvas_row(out, shown->canvas, shown->row, shown->is_colored);
}

static void expect_row(const canvas *c, size_t row, bool is_colored, const char *expected)
{
    char *const text = printed(print_row, &(shown_row){c, row, is_colored});
    assert_string_equal(text, expected);
    free(text);
}

static void test_corners_lie_on_the_canvas(void **state)
{
    (void)state;
    const canvas c = {.columns = 10, .plot = 8, .is_braille = true};
    const canvas_dot low = canvas_find(&c, 0.0, 0.0), high = canvas_find(&c, 1.0, 1.0);
    assert_int_equal(canvas_row(&c, low), CANVAS_ROWS - 1);
    assert_int_equal(canvas_column(&c, low), 0);
    assert_int_equal(canvas_row(&c, high), 0);
    assert_int_equal(canvas_column(&c, high), 7);
}

static void test_each_dot_has_its_bit(void **state)
{
    (void)state;
    const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    for (long y = 0; y < 4; y++)
        for (long x = 0; x < 2; x++) {
            canvas c = {.columns = 3, .plot = 3, .is_braille = true};
            canvas_draw(&c, 0, (canvas_dot){2 + x, 4 + y}, (canvas_dot){2 + x, 4 + y});
            assert_int_equal(c.cells[1][1].dots, bits[y][x]);
        }
}

static void test_a_line_joins_its_ends(void **state)
{
    (void)state;
    canvas c = {.columns = 4, .plot = 4, .is_braille = true};
    canvas_draw(&c, 0, (canvas_dot){0, 0}, (canvas_dot){7, 0});
    expect_row(&c, 0, false, "\xe2\xa0\x89\xe2\xa0\x89\xe2\xa0\x89\xe2\xa0\x89");
    canvas letters = {.columns = 4, .plot = 4};
    canvas_draw(&letters, 1, (canvas_dot){3, 2}, (canvas_dot){0, 0});
    expect_row(&letters, 0, false, "b");
    expect_row(&letters, 1, false, " bb"); /* halves are rounded away from zero, from the end */
    expect_row(&letters, 2, false, "   b");
}

static void test_letters_of_lines_that_end_together_stand_in_a_row(void **state)
{
    (void)state;
    canvas c = {.columns = 5, .plot = 3, .is_braille = true};
    const canvas_dot end = canvas_find(&c, 1.0, 1.0);
    for (size_t line = 0; line < 3; line++)
        canvas_label(&c, line, end); /* the third finds no cell */
    expect_row(&c, 0, false, "   ab");
    canvas_mark(&c, 2, end);
    expect_row(&c, 0, false,
               "  \xe2\x97\x8f"
               "ab");
}

static void test_colors_are_those_of_lines(void **state)
{
    (void)state;
    canvas c = {.columns = 3, .plot = 3};
    canvas_mark(&c, 0, (canvas_dot){0, 0});
    canvas_mark(&c, 1, (canvas_dot){2, 0});
    expect_row(&c, 0, true, "\033[94m@\033[0m \033[31m@\033[0m");
    expect_row(&c, 1, true, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corners_lie_on_the_canvas),
        cmocka_unit_test(test_each_dot_has_its_bit),
        cmocka_unit_test(test_a_line_joins_its_ends),
        cmocka_unit_test(test_letters_of_lines_that_end_together_stand_in_a_row),
        cmocka_unit_test(test_colors_are_those_of_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
