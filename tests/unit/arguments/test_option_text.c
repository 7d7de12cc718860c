/* What is said of an option's value and default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "option_text.h"

static const char *fruit_word(int value)
{
    static const char *const WORDS[] = {"apple", "pear", "plum"};
    return value < 3 ? WORDS[value] : NULL;
}

static void assert_texts(option_spec spec, const char *value, const char *usual)
{
    assert_string_equal(option_value_text(&spec).text, value);
    assert_string_equal(option_default_text(&spec).text, usual);
}

static void test_values_have_names(void **state)
{
    bool flag = true;
    int64_t number = 5, size = 0;
    int fruit = 1;
    const char *text = "a b", *none = NULL, *texts[3] = {"x", NULL, NULL};
    (void)state;
    assert_texts((option_spec)FLAG_OPTION("f", &flag, ""), "", "");
    assert_texts((option_spec)INTEGER_OPTION("i", 0, &number, 1, 9, ""), " N", "5");
    assert_texts((option_spec)OPTIONAL_INTEGER_OPTION("o", &number, 1, 9, "1", ""), "[=N]", "5");
    assert_texts((option_spec)CHOICE_OPTION("c", &fruit, fruit_word, ""), " apple|pear|plum",
                 "pear");
    assert_texts((option_spec)TEXT_OPTION("t", "NAME", &text, ""), " NAME", "a b");
    assert_texts((option_spec)TEXT_OPTION("t", "NAME", &none, ""), " NAME", "");
    assert_texts((option_spec)TEXTS_OPTION("t", "NAMES", texts, 2, ""), " NAMES", "");
    assert_texts((option_spec)SIZE_OPTION("s", &size, ""), " SIZE", "");
}

static void test_what_is_off_or_chosen_later_is_not_said(void **state)
{
    int64_t later = 0, off = 0, large = INT64_C(9007199254740993), list[OPTION_NUMBERS] = {64, 32},
            empty[OPTION_NUMBERS] = {0};
    double share = 0.0, rate = 0.001, unset = -1.0;
    (void)state;
    assert_texts((option_spec)INTEGER_OPTION("later", 0, &later, 1, 9, ""), " N", "");
    assert_texts((option_spec)INTEGER_OPTION("off", 0, &off, 0, 9, ""), " N", "");
    assert_texts((option_spec)INTEGER_OPTION("large", 0, &large, 0, 9.2e18, ""), " N",
                 "9007199254740993");
    assert_texts((option_spec)REAL_OPTION("share", &share, 0.0, 1.0, ""), " X", "");
    assert_texts((option_spec)REAL_OPTION("rate", &rate, 0.0, 1.0, ""), " X", "0.001");
    assert_texts((option_spec)REAL_OPTION("unset", &unset, 0.0, 1.0, ""), " X", "");
    assert_texts((option_spec)LIST_OPTION("list", list, 1, 99, ""), " N,...", "64,32");
    assert_texts((option_spec)LIST_OPTION("empty", empty, 1, 99, ""), " N,...", "");
}

static void test_a_derived_default_is_said_instead(void **state)
{
    int64_t number = 5;
    (void)state;
    assert_texts(DERIVED("all cores", INTEGER_OPTION("i", 0, &number, 1, 9, "")), " N",
                 "all cores");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_have_names),
        cmocka_unit_test(test_what_is_off_or_chosen_later_is_not_said),
        cmocka_unit_test(test_a_derived_default_is_said_instead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
