/* Command lines as a shell reads them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "spelled.h"
#include "words.h"

static void assert_spelled(spelled_line line, const char *expected)
{
    assert_false(line.has_failed);
    assert_string_equal(line.text, expected);
    free(line.text);
}

static void test_words_have_the_quotes_that_they_need(void **state)
{
    spelled_line line = {0};
    (void)state;
    spell_raw(&line, "seqnet train");
    spell_word(&line, "data/a-b_1.csv");
    spell_word(&line, "my rows.csv");
    spell_word(&line, "it's");
    spell_word(&line, "$HOME*");
    spell_word(&line, "");
    assert_spelled(line, "seqnet train data/a-b_1.csv 'my rows.csv' 'it'\\''s' '$HOME*' ''");
}

static void test_options_have_the_values_of_their_targets(void **state)
{
    int64_t epochs = 12, units[OPTION_NUMBERS] = {64, 32};
    double rate = 0.0032;
    bool is_set = true, is_not_set = false;
    int pooling = 2;
    const char *text = "a=2, b=1", *texts[] = {"one", "two", NULL};
    const option_spec options[] = {
        INTEGER_OPTION("epochs", 0, &epochs, 1, 100, ""),
        LIST_OPTION("units", units, 1, 100, ""),
        REAL_OPTION("lr", &rate, 0, 1, ""),
        FLAG_OPTION("set", &is_set, ""),
        FLAG_OPTION("not-set", &is_not_set, ""),
        CHOICE_OPTION("pooling", &pooling, pooling_word, ""),
        TEXT_OPTION("class-weight", "W", &text, ""),
        TEXTS_OPTION("text-column", "NAME", texts, 2, ""),
    };
    spelled_line line = {0};
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        spell_option(&line, &options[i]);
    assert_spelled(line, "--epochs 12 --units 64,32 --lr 0.0032 --set --pooling mean "
                         "--class-weight 'a=2, b=1' --text-column one --text-column two");
}

static void test_long_lines_grow(void **state)
{
    spelled_line line = {0};
    (void)state;
    for (size_t i = 0; i < 1000; i++)
        spell_word(&line, "word");
    assert_int_equal(line.length, 4999);
    free(line.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_have_the_quotes_that_they_need),
        cmocka_unit_test(test_options_have_the_values_of_their_targets),
        cmocka_unit_test(test_long_lines_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
