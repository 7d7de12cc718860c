/* Strict number parsing: one whole number or nothing, in any locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void accepts_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {
        {"0", 0},         {"-0", 0},
        {"+7", 7},        {"-12", -12},
        {"007", 7},       {"9223372036854775807", INT64_MAX},
        {"10000", 10000}, {"-9223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 99;
        if (!seqnet_parse_int64(cases[i].text, &value) || value != cases[i].value)
            fail_msg("'%s' gave %lld", cases[i].text, (long long)value);
    }
}

static void refuses_what_is_no_integer(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "-",
        "+",
        "+-1",
        "--1",
        "1 ",
        " 1",
        "\t1",
        "1\n",
        "1.0",
        "1e3",
        "0x10",
        "a",
        "1a",
        "1,000",
        "1_000",
        "inf",
        "nan",
        "\xd9\xa1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        int64_t value = 99;
        if (seqnet_parse_int64(texts[i], &value))
            fail_msg("'%s' was accepted", texts[i]);
        assert_true(value == 99);
    }
}

static const struct {
    const char *text;
    double value;
} DECIMALS[] = {
    {"0", 0.0},
    {"0.001", 0.001},
    {"1e-3", 1e-3},
    {"-.5", -0.5},
    {"5.", 5.0},
    {"+2.5E+2", 250.0},
    {"1e308", 1e308},
    {"1e-320", 1e-320},
    {"1e-400", 0.0},
    {"0.1", 0.1},
    {"1.7976931348623157e308", 1.7976931348623157e308},
};

static const char *const NO_DECIMALS[] = {
    "",     " ",    ".",     "-",     "e5",    "1e",     "1e+", "1.2.3", "1,5",      "--1",
    "+-1",  "1-2",  "0x10",  "0x1p3", "nan",   "NAN",    "inf", "-inf",  "infinity", "nan(1)",
    " 1.0", "1.0 ", "1.0\n", "\t1",   "1e400", "-1e400", "1f",  "1.0d",  "1.5e3.2",
};

static void assert_decimals(void)
{
    for (size_t i = 0; i < COUNT(DECIMALS); i++) {
        double value = 99.0;
        if (!seqnet_parse_double(DECIMALS[i].text, &value) || value != DECIMALS[i].value)
            fail_msg("'%s' gave %.17g", DECIMALS[i].text, value);
    }
    for (size_t i = 0; i < COUNT(NO_DECIMALS); i++) {
        double value = 99.0;
        if (seqnet_parse_double(NO_DECIMALS[i], &value))
            fail_msg("'%s' was accepted", NO_DECIMALS[i]);
        assert_true(value == 99.0);
    }
}

static void tells_decimals_from_the_rest(void **state)
{
    (void)state;
    assert_decimals();
}

static void an_endless_text_is_refused(void **state)
{
    (void)state;
    char text[5000];
    int64_t integer = 99;
    double value = 99.0;
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(seqnet_parse_int64(text, &integer));
    assert_false(seqnet_parse_double(text, &value));
    assert_true(integer == 99);
    assert_true(value == 99.0);
}

static bool set_locale_with_comma(const char *name)
{
    return setlocale(LC_ALL, name) && strcmp(localeconv()->decimal_point, ",") == 0;
}

/* One that is installed, or one made for the purpose. */
static bool set_comma_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE",       "fr_FR.UTF-8",
                                        "nl_NL.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (set_locale_with_comma(names[i]))
            return true;
    char command[256];
    (void)snprintf(command, sizeof command,
                   "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", test_folder);
    (void)!system(command); /* it warns with its exit status, too: what counts is the locale */
    return setenv("LOCPATH", test_folder, 1) == 0 && set_locale_with_comma("de_DE.UTF-8");
}

static void a_comma_locale_changes_nothing(void **state)
{
    (void)state;
    if (!set_comma_locale())
        SKIP_WITHOUT("a locale with a decimal comma");
    assert_true(strtod("1,5", NULL) == 1.5);
    assert_decimals();
    assert_string_equal(localeconv()->decimal_point, ",");
}

static int restore_locale(void **state)
{
    (void)state;
    return unsetenv("LOCPATH") != 0 || !setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_integers),
        cmocka_unit_test(refuses_what_is_no_integer),
        cmocka_unit_test(tells_decimals_from_the_rest),
        cmocka_unit_test(an_endless_text_is_refused),
        cmocka_unit_test_teardown(a_comma_locale_changes_nothing, restore_locale),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
