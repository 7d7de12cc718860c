/* Numbered distinct strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "string_set.h"

static size_t add(sn_string_set *set, const char *text, size_t length)
{
    size_t number = SIZE_MAX;
    assert_int_equal(sn_string_set_add(set, text, length, &number, NULL), SEQNET_OK);
    return number;
}

static void strings_are_numbered_as_they_come(void **state)
{
    (void)state;
    sn_string_set set = {0};
    size_t length = 99;
    assert_int_equal(add(&set, "bad", 3), 0);
    assert_int_equal(add(&set, "good", 4), 1);
    assert_int_equal(add(&set, "bad", 3), 0);
    assert_int_equal(set.count, 2);
    assert_string_equal(sn_string_set_get(&set, 1, &length), "good");
    assert_int_equal(length, 4);
    assert_string_equal(sn_string_set_get(&set, 0, NULL), "bad");
    assert_int_equal(sn_string_set_find(&set, "good", 4), 1);
    assert_int_equal(sn_string_set_find(&set, "goo", 3), SIZE_MAX);
    assert_int_equal(sn_string_set_find(&set, "goods", 5), SIZE_MAX);
    sn_string_set_free(&set);
    assert_int_equal(set.count, 0);
}

static void any_bytes_make_a_string(void **state)
{
    (void)state;
    sn_string_set set = {0};
    size_t length;
    assert_int_equal(add(&set, "a\0b", 3), 0);
    assert_int_equal(add(&set, "a\0c", 3), 1);
    assert_int_equal(add(&set, NULL, 0), 2);
    assert_int_equal(add(&set, "", 0), 2);
    assert_int_equal(add(&set, "a", 1), 3);
    assert_memory_equal(sn_string_set_get(&set, 0, &length), "a\0b", 4);
    assert_int_equal(length, 3);
    assert_string_equal(sn_string_set_get(&set, 2, &length), "");
    assert_int_equal(length, 0);
    assert_int_equal(sn_string_set_find(&set, "", 0), 2);
    sn_string_set_free(&set);
}

static void an_empty_set_has_nothing(void **state)
{
    (void)state;
    sn_string_set set = {0}, copy = {.count = 7};
    assert_int_equal(sn_string_set_find(&set, "a", 1), SIZE_MAX);
    assert_int_equal(sn_string_set_find(&set, "", 0), SIZE_MAX);
    assert_int_equal(sn_string_set_copy(&copy, &set, NULL), SEQNET_OK);
    assert_int_equal(copy.count, 0);
    sn_string_set_free(&copy);
    sn_string_set_free(&set);
}

/* Enough for the table to grow several times. */
static void many_strings_keep_their_numbers(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    sn_string_set set = {0}, copy;
    char text[32];
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < MANY; i++) {
            const size_t length = (size_t)snprintf(text, sizeof text, "label %zu", i * i);
            assert_int_equal(add(&set, text, length), i);
        }
    assert_int_equal(set.count, MANY);
    assert_true(set.slot_count >= 2 * MANY);
    assert_int_equal(sn_string_set_copy(&copy, &set, NULL), SEQNET_OK);
    sn_string_set_free(&set);
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(text, sizeof text, "label %zu", i * i);
        assert_string_equal(sn_string_set_get(&copy, i, NULL), text);
        assert_int_equal(sn_string_set_find(&copy, text, strlen(text)), i);
    }
    sn_string_set_free(&copy);
}

static void bytes_have_an_order(void **state)
{
    (void)state;
    assert_true(sn_compare_bytes("a", 1, "b", 1) < 0);
    assert_true(sn_compare_bytes("\xc3", 1, "z", 1) > 0);
    assert_true(sn_compare_bytes("a", 1, "ab", 2) < 0);
    assert_true(sn_compare_bytes("b", 1, "ab", 2) > 0);
    assert_true(sn_compare_bytes("a\0b", 3, "a\0a", 3) > 0);
    assert_int_equal(sn_compare_bytes("ab", 2, "ab", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_numbered_as_they_come),
        cmocka_unit_test(any_bytes_make_a_string),
        cmocka_unit_test(an_empty_set_has_nothing),
        cmocka_unit_test(many_strings_keep_their_numbers),
        cmocka_unit_test(bytes_have_an_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
