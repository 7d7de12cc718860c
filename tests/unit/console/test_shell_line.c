/* Command lines on terminals of any width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell_line.h"

static void assert_line(const char *line, size_t first, size_t width, const char *expected)
{
    char *printed;
    size_t size;
    FILE *const out = open_memstream(&printed, &size);
    put_shell_line(out, line, strlen(line), first, width);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_a_line_that_fits_stays(void **state)
{
    (void)state;
    assert_line("", 0, 10, "");
    assert_line("one two three", 0, 13, "one two three");
    assert_line("one two three", 6, 19, "one two three");
    assert_line("one two three", 0, SIZE_MAX, "one two three");
}

static void test_a_line_goes_on_behind_a_backslash(void **state)
{
    (void)state;
    assert_line("one two three", 0, 12, "one two \\\n      three");
    assert_line("one two three", 6, 18, "one two \\\n      three");
    assert_line("价格 价格 价格", 0, 12, "价格 价格 \\\n      价格");
}

static void test_words_are_whole(void **state)
{
    (void)state;
    assert_line("one 'two three' four", 0, 12, "one \\\n      'two three' \\\n      four");
    assert_line("one \"it's two\"", 0, 9, "one \\\n      \"it's two\"");
    assert_line("one # a comment", 0, 9, "one \\\n      # a comment");
    assert_line("'open quote", 0, 4, "'open quote");
}

static void test_a_long_comment_has_several_lines(void **state)
{
    (void)state;
    assert_line("one # all word vectors, for others", 0, 30,
                "one \\\n      # all word vectors, for\n      # others");
    assert_line("one # all word vectors, for others", 0, SIZE_MAX,
                "one # all word vectors, for others");
}

static void test_words_command_no_terminal(void **state)
{
    (void)state;
    assert_line("a\033[2J b", 0, 80, "a\\x1b[2J b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_that_fits_stays),
        cmocka_unit_test(test_a_line_goes_on_behind_a_backslash),
        cmocka_unit_test(test_words_are_whole),
        cmocka_unit_test(test_a_long_comment_has_several_lines),
        cmocka_unit_test(test_words_command_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
