/* When two labels are most likely meant to be the same, and which ones stand for a missing value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "label_key.h"
#include "support.h"

static char *key_of(const char *label)
{
    char *key = NULL;
    seqnet_error err = {0};
    assert_ok(sn_label_key(&key, label, strlen(label), &err), &err);
    assert_non_null(key);
    return key;
}

static void compare(const char *one, const char *other, bool are_same)
{
    char *const first = key_of(one), *const second = key_of(other);
    if ((strcmp(first, second) == 0) != are_same)
        fail_msg("'%s' and '%s' have the keys '%s' and '%s'", one, other, first, second);
    free(first);
    free(second);
}

static void labels_that_look_the_same_have_one_key(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Pos", "pos"},
        {"STRASSE", "Straße"},
        {" pos ", "pos"},
        {"very  good", "very good"},
        {"very\tgood", "very good"},
        {"very\xc2\xa0good", "very good"},
        {"\xef\xbb\xbfpos", "pos"},      /* a byte order mark */
        {"p\xe2\x80\x8bos", "pos"},      /* a zero-width space */
        {"po\xc2\xads", "pos"},          /* a soft hyphen */
        {"caf\xc3\xa9", "cafe\xcc\x81"}, /* NFC, NFD */
        {"\xef\xbc\xb0os", "pos"},       /* a full-width letter */
        {"pos.", "pos"},
        {"pos!?", "pos"},
        {"pos :", "pos"},
        {"1", "1.0"},
        {"1", "01"},
        {"1", "+1"},
        {"1", "1e0"},
        {"-0", "0"},
        {"0.50", ".5"},
        {"9007199254740993", "009007199254740993.0"},
        {"-9007199254740993", "-9007199254740993.00"},
        {"0.1000000000000000000010", "+0.100000000000000000001"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        compare(pairs[i][0], pairs[i][1], true);
}

static void other_labels_have_keys_of_their_own(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"pos", "neg"},
        {"1", "-1"},
        {"1", "11"},
        {"1.5", "15"},
        {"a b", "ab"},
        {"e", "\xc3\xa9"},
        {"!", "?"},
        {".pos", "pos"},
        {"c", "c++"},
        {"c#", "c"},
        {"", "!"},
        {"0.1", "0.10000001"},
        {"u.s", "us"},
        {"pos", "pos neg"},
        {"1a", "1"},
        {"2020-01-01", "2020"},
        {"9007199254740992", "9007199254740993"}, /* one double */
        {"9007199254740993", "-9007199254740993"},
        {"0.10000000000000000001", "0.1"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        compare(pairs[i][0], pairs[i][1], false);
}

static void what_is_no_utf8_is_its_own_key(void **state)
{
    (void)state;
    compare("caf\xe9", "caf\xe9", true);
    compare("caf\xe9", "caf\xe8", false);
    compare("Caf\xe9", "caf\xe9", false);
}

static void assert_missing(const char *label, bool expected)
{
    char *const key = key_of(label);
    if (sn_label_key_is_missing(key) != expected)
        fail_msg("'%s' is %staken for a missing value", label, expected ? "not " : "");
    free(key);
}

static void spellings_of_a_missing_value_are_known(void **state)
{
    (void)state;
    static const char *const spellings[] = {"",     "  ",   "nan",  "NaN",  "NA",   "N/A", "n/a",
                                            "#N/A", "<NA>", "null", "NULL", "None", "nil", " nan "};
    static const char *const others[] = {"na\xc3\xafve", "nano",     "no", "0",
                                         "nothing",      "nullable", "?",  "-"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        assert_missing(spellings[i], true);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_missing(others[i], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_that_look_the_same_have_one_key),
        cmocka_unit_test(other_labels_have_keys_of_their_own),
        cmocka_unit_test(what_is_no_utf8_is_its_own_key),
        cmocka_unit_test(spellings_of_a_missing_value_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
