/* The layout of help: lines fit the page and are broken between words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "help_page.h"
#include "listed.h"

/* A page in memory. */
typedef struct memory_page {
    help_page page;
    char *text;
    size_t size;
} memory_page;

static void open_page(memory_page *m, size_t width)
{
    *m = (memory_page){.page.width = width};
    m->page.out = open_memstream(&m->text, &m->size);
    assert_non_null(m->page.out);
}

/* Ends the page, and compares what is on it. */
static void assert_page(memory_page *m, const char *expected)
{
    assert_int_equal(fclose(m->page.out), 0);
    assert_string_equal(m->text, expected);
    free(m->text);
}

static void test_paragraphs_are_filled_and_broken_between_words(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 20);
    put_paragraph(&m.page, "one two\nthree four five  six incomprehensibilities ten", 4, 2);
    assert_page(&m, "one two three\n"
                    "  four five six\n"
                    "  incomprehensibilities\n"
                    "  ten\n");
}

static void test_numbers_keep_their_percent_and_defaults_their_value(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 20);
    put_paragraph(&m.page, "an interval of 95 % of rows (default: 1)", 0, 0);
    assert_page(&m, "an interval of 95 %\n"
                    "of rows (default: 1)\n");
    open_page(&m, 18);
    put_paragraph(&m.page, "an interval of 95 % of rows (default: 1)", 0, 0);
    assert_page(&m, "an interval of\n"
                    "95 % of rows\n"
                    "(default: 1)\n");
}

static void test_brackets_stay_whole(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 24);
    put_paragraph(&m.page, "[TEXT...] [--input FILE [FILE...]] [-m MODEL] a[1 b] [x", 0, 2);
    assert_page(&m, "[TEXT...]\n"
                    "  [--input FILE [FILE...]]\n"
                    "  [-m MODEL] a[1 b] [x\n");
}

static void test_wide_characters_take_two_cells(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 8);
    put_paragraph(&m.page, "\u4ef7\u683c \u4ef7\u683c", 0, 0);
    assert_page(&m, "\u4ef7\u683c\n\u4ef7\u683c\n");
}

static void test_paragraphs_stay_apart_and_lists_stay_lists(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 24);
    put_paragraphs(&m.page, "One two three\nfour five six:\n"
                            "  a   .a  short\n"
                            "  bc  .b  goes on in a line\n"
                            "\nThe end.\n");
    assert_page(&m, "One two three four five\n"
                    "six:\n"
                    "  a   .a  short\n"
                    "  bc  .b  goes on in a\n"
                    "          line\n"
                    "\nThe end.\n");
}

static void test_rows_have_a_column_and_long_names_a_line(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 80);
    put_row(&m.page, "  -n, --", "name", " N", "what it is", 20);
    put_row(&m.page, "      --", "long-name", " N,...", "what this is", 20);
    assert_page(&m, "  -n, --name N      what it is\n"
                    "      --long-name N,...\n"
                    "                    what this is\n");
}

static void test_on_a_narrow_page_names_have_lines_of_their_own(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 40);
    put_row(&m.page, "  -n, --", "name", " N", "what it is, and what it is not", 30);
    put_row(&m.page, "  ", "load", "", "read a dataset, say what is in it", 13);
    assert_page(&m, "  -n, --name N\n"
                    "          what it is, and what it is not\n"
                    "  load       read a dataset, say what is\n"
                    "             in it\n");
}

static void test_examples_go_on_behind_a_backslash(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 30);
    put_examples(&m.page,
                 "  seqnet train a.csv -o a.st\n"
                 "  seqnet predict 'a text of many words' -m a.st  # a comment\n"
                 "  seqnet info\n",
                 2);
    assert_page(&m, "  seqnet train a.csv -o a.st\n"
                    "  seqnet predict \\\n"
                    "      'a text of many words' \\\n"
                    "      -m a.st  # a comment\n");
}

static void test_bold_is_around_names_alone(void **state)
{
    memory_page m;
    (void)state;
    open_page(&m, 80);
    m.page.has_bold = true;
    put_heading(&m.page, "Data");
    put_row(&m.page, "  -n, --", "name", " N", "what it is", 20);
    assert_page(&m, "\n\033[1mData\033[0m:\n"
                    "  -n, --\033[1mname\033[0m N      what it is\n");
}

static void test_a_page_is_as_wide_as_the_environment_says(void **state)
{
    FILE *const file = tmpfile();
    (void)state;
    assert_non_null(file);
    unsetenv("COLUMNS");
    assert_int_equal(help_page_for(file).width, 80);
    const char *const columns[] = {"60", "300", "1", "0", "-5", "wide", ""};
    const size_t widths[] = {60, 100, 30, 80, 80, 80, 80};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        setenv("COLUMNS", columns[i], 1);
        assert_int_equal(help_page_for(file).width, widths[i]);
    }
    assert_false(help_page_for(file).has_bold);
    (void)fclose(file);
}

static void test_words_are_found_whole(void **state)
{
    (void)state;
    assert_true(has_word("load check pad", "load"));
    assert_true(has_word("load check pad", "pad"));
    assert_false(has_word("load check pad", "che"));
    assert_false(has_word("load check pad", "checks"));
    assert_false(has_word("", "pad"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paragraphs_are_filled_and_broken_between_words),
        cmocka_unit_test(test_numbers_keep_their_percent_and_defaults_their_value),
        cmocka_unit_test(test_brackets_stay_whole),
        cmocka_unit_test(test_wide_characters_take_two_cells),
        cmocka_unit_test(test_paragraphs_stay_apart_and_lists_stay_lists),
        cmocka_unit_test(test_rows_have_a_column_and_long_names_a_line),
        cmocka_unit_test(test_on_a_narrow_page_names_have_lines_of_their_own),
        cmocka_unit_test(test_examples_go_on_behind_a_backslash),
        cmocka_unit_test(test_bold_is_around_names_alone),
        cmocka_unit_test(test_a_page_is_as_wide_as_the_environment_says),
        cmocka_unit_test(test_words_are_found_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
