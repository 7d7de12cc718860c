/* Answers on terminals of any width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer_row.h"

typedef struct pair {
    const char *label;
    double probability;
} pair;

static void assert_row(answer_row row, const char *file, const pair *pairs, size_t count,
                       const char *expected)
{
    char *printed;
    size_t size;
    row.out = open_memstream(&printed, &size);
    if (file)
        put_answered_file(&row, file);
    for (size_t i = 0; i < count; i++)
        put_answer(&row, pairs[i].label, pairs[i].probability);
    assert_int_equal(fclose(row.out), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static const pair PAIRS[] = {{"pos", 0.9}, {"价格", 0.1}};

static void test_labels_are_aligned(void **state)
{
    const answer_row row = {.label_cells = 6, .width = 80};
    (void)state;
    assert_row(row, NULL, PAIRS, 1, "pos     0.900000");
    assert_row(row, NULL, PAIRS + 1, 1, "价格    0.100000");
    assert_row(row, NULL, PAIRS, 2, "pos     0.900000   价格    0.100000");
    assert_row(row, "a.csv", PAIRS, 1, "a.csv:   pos     0.900000");
}

static void test_lines_are_broken_between_answers(void **state)
{
    const answer_row row = {.label_cells = 6, .width = 30};
    (void)state;
    assert_row(row, NULL, PAIRS, 2, "pos     0.900000\n  价格    0.100000");
    assert_row(row, "a-long-file.csv", PAIRS, 1, "a-long-file.csv:\n  pos     0.900000");
}

static void test_a_long_label_is_whole(void **state)
{
    const answer_row row = {.label_cells = 6, .width = 30};
    const pair pairs[] = {{"a label of several words", 0.5}, {"pos", 0.25}};
    (void)state;
    assert_row(row, NULL, pairs, 2, "a label of several\n  words  0.500000\n  pos     0.250000");
}

static void test_labels_stand_out(void **state)
{
    const answer_row row = {.label_cells = 4, .width = 80, .has_colors = true};
    (void)state;
    assert_row(row, NULL, PAIRS, 1, "\033[1mpos\033[0m   0.900000");
}

static void test_labels_command_no_terminal(void **state)
{
    const answer_row row = {.label_cells = 4, .width = 80};
    const pair hostile = {"a\033[2J", 0.5};
    (void)state;
    assert_row(row, NULL, &hostile, 1, "a\\x1b[2J  0.500000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_are_aligned),
        cmocka_unit_test(test_lines_are_broken_between_answers),
        cmocka_unit_test(test_a_long_label_is_whole),
        cmocka_unit_test(test_labels_stand_out),
        cmocka_unit_test(test_labels_command_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
