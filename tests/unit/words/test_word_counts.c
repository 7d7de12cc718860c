/* Counting words: what is distinct, the order, growth, words longer than a block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "word_counts.h"

static void add(sn_word_counts *counts, const char *word, size_t length)
{
    seqnet_error err = {0};
    size_t number = SIZE_MAX;
    assert_ok(sn_word_counts_add(counts, word, length, &number, &err), &err);
    assert_int_equal(number, sn_string_set_find(&counts->set, word, length));
}

static void assert_counted(const sn_word_count *found, const char *word, size_t count)
{
    assert_int_equal(found->length, strlen(word));
    assert_memory_equal(found->word, word, found->length);
    assert_int_equal(found->count, count);
}

static void falling_counts_then_byte_order(void **state)
{
    (void)state;
    sn_word_counts counts = {0};
    static const char *const words[] = {"b", "a", "ab", "b", "\xc3\xa9", "z", "ab", "b"};
    for (size_t i = 0; i < 8; i++)
        add(&counts, words[i], strlen(words[i]));
    sn_word_counts_sort(&counts);
    assert_int_equal(counts.distinct, 5);
    assert_int_equal(counts.words[0].number, 0); /* b came first */
    assert_int_equal(counts.words[2].number, 1);
    assert_counted(&counts.words[0], "b", 3);
    assert_counted(&counts.words[1], "ab", 2);
    assert_counted(&counts.words[2], "a", 1);
    assert_counted(&counts.words[3], "z", 1);
    assert_counted(&counts.words[4], "\xc3\xa9", 1);
    sn_word_counts_free(&counts);
}

static void words_are_bytes(void **state)
{
    (void)state;
    sn_word_counts counts = {0};
    add(&counts, "a\0b", 3);
    add(&counts, "a\0c", 3);
    add(&counts, "a", 1);
    add(&counts, "a\0b", 3);
    assert_int_equal(counts.distinct, 3);
    assert_int_equal(counts.words[0].count, 2);
    sn_word_counts_free(&counts);
}

static void nothing_is_fine(void **state)
{
    (void)state;
    sn_word_counts counts = {0};
    sn_word_counts_sort(&counts);
    assert_int_equal(counts.distinct, 0);
    sn_word_counts_free(&counts);
    sn_word_counts_free(&counts);
}

/* Enough words for the table to grow and for many blocks; word i occurs i % 7 + 1 times. */
static void many_words_are_told_apart(void **state)
{
    (void)state;
    enum { WORDS = 50000 };
    sn_word_counts counts = {0};
    char word[32];
    for (int round = 0; round < 7; round++)
        for (int i = 0; i < WORDS; i++)
            if (round <= i % 7)
                add(&counts, word, (size_t)snprintf(word, sizeof word, "word%d", i));
    assert_int_equal(counts.distinct, WORDS);
    for (int i = 0; i < WORDS; i++) {
        (void)snprintf(word, sizeof word, "word%d", i);
        assert_counted(&counts.words[i], word, (size_t)(i % 7 + 1));
    }
    sn_word_counts_sort(&counts);
    assert_counted(&counts.words[0], "word1000", 7);
    sn_word_counts_free(&counts);
}

static void a_word_may_be_longer_than_a_block(void **state)
{
    (void)state;
    enum { LONG = 1 << 20 };
    sn_word_counts counts = {0};
    char *const word = malloc(LONG);
    memset(word, 'x', LONG);
    add(&counts, "short", 5);
    add(&counts, word, LONG);
    add(&counts, "other", 5);
    add(&counts, word, LONG);
    assert_int_equal(counts.distinct, 3);
    assert_counted(&counts.words[0], "short", 1);
    assert_int_equal(counts.words[1].length, LONG);
    assert_int_equal(counts.words[1].count, 2);
    assert_memory_equal(counts.words[1].word, word, LONG);
    assert_counted(&counts.words[2], "other", 1);
    free(word);
    sn_word_counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(falling_counts_then_byte_order),
        cmocka_unit_test(words_are_bytes),
        cmocka_unit_test(nothing_is_fine),
        cmocka_unit_test(many_words_are_told_apart),
        cmocka_unit_test(a_word_may_be_longer_than_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
