/* Option tables: values go to their targets, and which options were typed is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Before cmocka's macro fail. */
#include "errors.h"
#include "options.h"

#include <cmocka.h>

typedef enum fruit { APPLE, PEAR, PLUM } fruit;

static const char *fruit_word(int value)
{
    switch ((fruit)value) {
    case APPLE:
        return "apple";
    case PEAR:
        return "pear";
    case PLUM:
        return "plum";
    }
    return NULL;
}

/* What a recipe says, between two things that it does not say. */
typedef struct recipe {
    int64_t before;
    bool stirred;
    int64_t minutes;
    double litres;
    const char *name;
    fruit fruit;
    int64_t grams[OPTION_NUMBERS];
    int64_t behind;
} recipe;

static const command_spec COMMAND = {
    .name = "cook", .arguments = "[POT...]", .max_arguments = (size_t)-1};

enum { ROWS = 7, MOST_WORDS = 16 };

/* Rows whose targets are in a recipe, and the last one outside of it. */
static void fill_table(option_spec table[ROWS], recipe *r, int64_t *guests)
{
    const option_spec rows[ROWS] = {
        FLAG_OPTION("stirred", &r->stirred, "stir"),
        INTEGER_OPTION("minutes", 'm', &r->minutes, 0, 90, "time"),
        REAL_OPTION("litres", &r->litres, 0.0, 9.0, "water"),
        TEXT_OPTION("name", "NAME", &r->name, "how it is called"),
        CHOICE_OPTION("fruit", &r->fruit, fruit_word, "what goes in"),
        LIST_OPTION("grams", r->grams, 1, 500, "of each thing"),
        INTEGER_OPTION("guests", 0, guests, 1, 99, "how many eat"),
    };
    memcpy(table, rows, sizeof rows);
}

/* Parses words up to a NULL. */
static int parse_words(const option_spec table[ROWS], const char *const *words, parsed_line *line)
{
    static char *argv[MOST_WORDS];
    int argc = 0;
    argv[argc++] = (char *)(uintptr_t)COMMAND.name;
    for (; *words; words++)
        argv[argc++] = (char *)(uintptr_t)*words;
    argv[argc] = NULL;
    return parse_options(&COMMAND, table, ROWS, argc, argv, line);
}

static void test_values_go_to_their_targets(void **state)
{
    const char *const words[] = {"--stirred", "-m",  "7",       "pot",  "--litres=0.5",
                                 "--name",    "jam", "--fruit", "plum", "--guests",
                                 "12",        "pan", NULL};
    recipe r = {0};
    int64_t guests = 0;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    assert_int_equal(parse_words(table, words, &line), PARSED);
    assert_true(r.stirred);
    assert_int_equal(r.minutes, 7);
    assert_true(r.litres == 0.5);
    assert_string_equal(r.name, "jam");
    assert_int_equal(r.fruit, PLUM);
    assert_int_equal(guests, 12);
    assert_int_equal(line.first, 11);
}

static void test_only_what_was_typed_is_given(void **state)
{
    const char *const words[] = {"--minutes", "0", "--fruit", "apple", NULL};
    recipe r = {0};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    assert_int_equal(parse_words(table, words, &line), PARSED);
    assert_string_equal(given_name(&line, &r.minutes), "minutes");
    assert_string_equal(given_name(&line, &r.fruit), "fruit");
    assert_null(given_name(&line, &r.litres));
    assert_null(given_name(&line, &guests));
    assert_null(given_name(&line, &r.before));
}

static void test_what_was_typed_goes_over_later_defaults(void **state)
{
    const char *const words[] = {"--stirred", "--minutes", "0",       "--name", "jam",
                                 "--guests",  "3",         "--fruit", "pear",   NULL};
    const recipe defaults = {
        .before = 11, .minutes = 30, .litres = 2.0, .name = "compote", .fruit = PLUM, .behind = 12};
    recipe r = {0}, later = defaults;
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    assert_int_equal(parse_words(table, words, &line), PARSED);
    copy_given(&line, &r, &later, sizeof later);
    assert_true(later.stirred);
    assert_int_equal(later.minutes, 0);
    assert_true(later.litres == 2.0);
    assert_string_equal(later.name, "jam");
    assert_int_equal(later.fruit, PEAR);
    assert_int_equal(later.before, 11);
    assert_int_equal(later.behind, 12);
    assert_int_equal(guests, 3);
}

static void test_a_list_ends_with_0(void **state)
{
    const char *const few[] = {"--grams", "100", NULL};
    const char *const most[] = {"--grams", "1,2,3,4,5,6,7,500", NULL};
    recipe r = {.grams = {9, 9, 9}}, later = {.grams = {8, 8, 8}};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    assert_int_equal(parse_words(table, most, &line), PARSED);
    assert_int_equal(r.grams[7], 500);
    assert_int_equal(r.grams[8], 0);
    assert_int_equal(parse_words(table, few, &line), PARSED);
    assert_int_equal(r.grams[0], 100);
    assert_int_equal(r.grams[1], 0);
    copy_given(&line, &r, &later, sizeof later);
    assert_memory_equal(later.grams, r.grams, sizeof r.grams);
}

static void test_other_lists_are_refused(void **state)
{
    static const char *const bad[] = {"",
                                      ",",
                                      "1,",
                                      ",1",
                                      "1,,2",
                                      "0",
                                      "501",
                                      "1,501",
                                      "1;2",
                                      "1, 2",
                                      "1,2,3,4,5,6,7,8,9",
                                      "1e2",
                                      "a,b",
                                      "111111111111111111111111111111"};
    recipe r = {.grams = {9}};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const words[] = {"--grams", bad[i], NULL};
        assert_int_equal(parse_words(table, words, &line), EXIT_USAGE);
        assert_int_equal(r.grams[0], 9);
    }
}

static void test_targets_beside_the_struct_are_not_copied(void **state)
{
    const char *const words[] = {"--guests", "3", "--minutes", "5", NULL};
    struct {
        int64_t before;
        recipe r;
        int64_t behind;
    } from = {.before = 0}, to = {.before = 1, .behind = 2};
    option_spec table[ROWS];
    parsed_line line;
    int64_t *const beside[] = {&from.before, &from.behind};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fill_table(table, &from.r, beside[i]);
        assert_int_equal(parse_words(table, words, &line), PARSED);
        copy_given(&line, &from.r, &to.r, sizeof to.r);
        assert_int_equal(to.r.minutes, 5);
        assert_int_equal(to.before, 1);
        assert_int_equal(to.behind, 2);
    }
}

static void test_a_second_line_starts_over(void **state)
{
    const char *const first[] = {"--minutes", "5", "pot", NULL}, *const second[] = {"pan", NULL};
    recipe r = {0};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    assert_int_equal(parse_words(table, first, &line), PARSED);
    assert_int_equal(parse_words(table, second, &line), PARSED);
    assert_null(given_name(&line, &r.minutes));
    assert_int_equal(line.first, 1);
}

static void test_lines_that_cannot_be_used_are_refused(void **state)
{
    const char *const lines[][3] = {{"--fruit", "figs", NULL}, {"--minutes", "91", NULL},
                                    {"--minutes", "x", NULL},  {"--minute", "5", NULL},
                                    {"--stirred=yes", NULL},   {"--name", NULL},
                                    {"--litres", "nan", NULL}};
    recipe r = {0};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    (void)state;
    fill_table(table, &r, &guests);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(parse_words(table, lines[i], &line), EXIT_USAGE);
}

/* What a reader gets. */
typedef struct read_table {
    const command_spec *command;
    size_t count;
    char names[200];
} read_table;

static void take_table(void *context, const command_spec *command, const option_spec *const *specs,
                       size_t count)
{
    read_table *const t = context;
    t->command = command;
    t->count = count;
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(t->names);
        (void)snprintf(t->names + used, sizeof t->names - used, "%s ", specs[i]->name);
    }
}

static void test_a_reader_gets_the_table_once(void **state)
{
    const char *const words[] = {"--minutes", "5", NULL};
    recipe r = {0};
    int64_t guests = 1;
    option_spec table[ROWS];
    parsed_line line;
    read_table taken = {0};
    (void)state;
    fill_table(table, &r, &guests);
    read_next_table(take_table, &taken);
    assert_int_equal(parse_words(table, words, &line), EXIT_DONE);
    assert_int_equal(r.minutes, 0);
    assert_ptr_equal(taken.command, &COMMAND);
    assert_string_equal(taken.names, "stirred minutes litres name fruit grams guests quiet verbose "
                                     "color options no-config help ");
    assert_int_equal(parse_words(table, words, &line), PARSED);
    assert_int_equal(r.minutes, 5);
}

/* Parses the words with a table of two groups. */
static int parse_grouped(const char *first, const char *second, parsed_line *line, int64_t *salt)
{
    char name[] = "cook", a[20], b[20];
    char *argv[] = {name, a, b, NULL};
    const option_spec rows[] = {
        GROUP("Data"),
        INTEGER_OPTION("salt", 's', salt, 0, 9, "grams"),
        GROUP("Output"),
        DERIVED("as much as there is", INTEGER_OPTION("sugar", 0, salt + 1, 0, 9, "grams")),
    };
    (void)snprintf(a, sizeof a, "%s", first);
    (void)snprintf(b, sizeof b, "%s", second);
    const int code = parse_options(&COMMAND, rows, sizeof rows / sizeof *rows, 3, argv, line);
    line->options = NULL; /* the table ends here */
    return code;
}

static void test_groups_are_no_options(void **state)
{
    int64_t salt[2] = {0};
    parsed_line line;
    read_table taken = {0};
    (void)state;
    assert_int_equal(parse_grouped("-s4", "--sugar=3", &line, salt), PARSED);
    assert_int_equal(salt[0], 4);
    assert_int_equal(salt[1], 3);
    assert_true(line.is_typed[1] && line.is_typed[3] && !line.is_typed[0] && !line.is_typed[2]);
    assert_int_equal(parse_grouped("--Data", "--sugar=3", &line, salt), EXIT_USAGE);
    assert_int_equal(parse_grouped("--x", "--sugar=3", &line, salt), EXIT_USAGE);
    read_next_table(take_table, &taken);
    assert_int_equal(parse_grouped("", "", &line, salt), EXIT_DONE);
    assert_string_equal(taken.names, "Data salt Output sugar General quiet verbose color options no-config help ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_go_to_their_targets),
        cmocka_unit_test(test_only_what_was_typed_is_given),
        cmocka_unit_test(test_what_was_typed_goes_over_later_defaults),
        cmocka_unit_test(test_a_list_ends_with_0),
        cmocka_unit_test(test_other_lists_are_refused),
        cmocka_unit_test(test_targets_beside_the_struct_are_not_copied),
        cmocka_unit_test(test_a_second_line_starts_over),
        cmocka_unit_test(test_lines_that_cannot_be_used_are_refused),
        cmocka_unit_test(test_a_reader_gets_the_table_once),
        cmocka_unit_test(test_groups_are_no_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
