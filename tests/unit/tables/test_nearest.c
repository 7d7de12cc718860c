/* Which word a mistyped one was meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nearest.h"

static const char *const WORDS[] = {"train", "evaluate", "predict", "load"};

static const char *get_word(const void *context, size_t i)
{
    return ((const char *const *)context)[i];
}

static const char *nearest(const char *typed)
{
    return nearest_word(typed, get_word, WORDS, sizeof WORDS / sizeof *WORDS);
}

static void test_a_slip_of_the_finger_finds_its_word(void **state)
{
    (void)state;
    assert_string_equal(nearest("trian"), "train");
    assert_string_equal(nearest("trai"), "train");
    assert_string_equal(nearest("laod"), "load");
    assert_string_equal(nearest("predicct"), "predict");
}

static void test_a_swap_is_one_slip(void **state)
{
    const char *const words[] = {"lads", "load"};
    (void)state;
    assert_string_equal(nearest_word("laod", get_word, words, 2), "load");
}

static void test_a_beginning_finds_its_word(void **state)
{
    (void)state;
    assert_string_equal(nearest("eva"), "evaluate");
    assert_null(nearest("ev"));
}

static void test_other_words_find_none(void **state)
{
    (void)state;
    assert_null(nearest("submarine"));
    assert_null(nearest("lint"));
    assert_null(nearest_word("models", get_word, (const char *const[]){"tokens"}, 1));
    assert_null(nearest_word("cell", get_word, (const char *const[]){"help"}, 1));
    assert_null(nearest_word("hidden", get_word, (const char *const[]){"header"}, 1));
    assert_null(nearest("a word that is longer than any that is compared at all"));
    assert_null(nearest_word("train", get_word, WORDS, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slip_of_the_finger_finds_its_word),
        cmocka_unit_test(test_a_swap_is_one_slip),
        cmocka_unit_test(test_a_beginning_finds_its_word),
        cmocka_unit_test(test_other_words_find_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
