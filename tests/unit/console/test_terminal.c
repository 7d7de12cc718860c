/* Text that is gathered to be wrapped: none of it is lost unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "outputs.h"
#include "terminal.h"

static void assert_printed(const char *given, const char *expected)
{
    char *printed;
    size_t size;
    wrapped_text text = {.out = open_memstream(&printed, &size), .width = 10};
    text.memory = open_memstream(&text.text, &text.size);
    assert_non_null(text.out);
    assert_non_null(text.memory);
    fputs(given, text.memory);
    end_wrapped(&text);
    assert_int_equal(fclose(text.out), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_lines_are_wrapped_one_by_one(void **state)
{
    (void)state;
    assert_printed("", "");
    assert_printed("one two three\n\nfour\n", "one two\n  three\n\nfour\n");
}

static void test_a_last_line_need_not_end(void **state)
{
    (void)state;
    assert_printed("one", "one");
    assert_printed("one\ntwo three four", "one\ntwo three\n  four");
}

/* A stream that cannot be written stands for memory that is exhausted. */
static void test_text_that_cannot_be_kept_is_an_error(void **state)
{
    (void)state;
    wrapped_text text = {.out = stdout, .memory = fopen("/dev/full", "w"), .width = 10};
    if (!text.memory)
        skip();
    text.text = strdup("half of it");
    fputs("all of it\n", text.memory);
    assert_int_equal(lost_output(), 0);
    assert_true(flush_output());
    end_wrapped(&text);
    assert_int_equal(lost_output(), ENOSPC);
    assert_false(flush_output());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_wrapped_one_by_one),
        cmocka_unit_test(test_a_last_line_need_not_end),
        cmocka_unit_test(test_text_that_cannot_be_kept_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
