/* Words by rank and ranks by word; gaps; order by frequency; the lines a model file holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support.h"
#include "text_rule.h"
#include "vocabulary.h"

static sn_vocabulary *from_lines(const char *lines)
{
    sn_vocabulary *vocabulary = NULL;
    seqnet_error err = {0};
    assert_ok(sn_vocabulary_from_lines(&vocabulary, lines, strlen(lines), &err), &err);
    return vocabulary;
}

static sn_vocabulary *from_texts_by(sn_text_rule rule, const char *const *lines, size_t count)
{
    sn_vocabulary *vocabulary = NULL;
    seqnet_error err = {0};
    sn_word_counts counts = {0};
    sn_tokenizer tokenizer = {0};
    for (size_t i = 0; i < count; i++) {
        const char *word;
        size_t length, number;
        assert_ok(sn_tokenizer_start(&tokenizer, rule, lines[i], strlen(lines[i]), &err), &err);
        while (sn_tokenizer_next(&tokenizer, &word, &length))
            assert_ok(sn_word_counts_add(&counts, word, length, &number, &err), &err);
    }
    assert_ok(sn_vocabulary_from_counts(&vocabulary, &counts, 1, &err), &err);
    sn_tokenizer_free(&tokenizer);
    sn_word_counts_free(&counts);
    return vocabulary;
}

static sn_vocabulary *from_texts(const char *const *lines, size_t count)
{
    return from_texts_by((sn_text_rule){0}, lines, count);
}

static size_t rank_of(const sn_vocabulary *vocabulary, const char *word)
{
    return sn_vocabulary_rank(vocabulary, word, strlen(word));
}

static void assert_word(const sn_vocabulary *vocabulary, size_t rank, const char *word)
{
    size_t length = 0;
    const char *const found = sn_vocabulary_word(vocabulary, rank, &length);
    assert_non_null(found);
    assert_int_equal(length, strlen(word));
    assert_memory_equal(found, word, length);
    assert_int_equal(rank_of(vocabulary, word), rank);
}

static void assert_lines(const sn_vocabulary *vocabulary, size_t count, const char *lines)
{
    size_t size = 0;
    const char *const found = sn_vocabulary_lines(vocabulary, count, &size);
    assert_int_equal(size, strlen(lines));
    assert_memory_equal(found, lines, size);
}

static void line_numbers_are_ranks(void **state)
{
    (void)state;
    sn_vocabulary *const vocabulary = from_lines("the\nand\na\n");
    assert_int_equal(sn_vocabulary_size(vocabulary), 3);
    assert_word(vocabulary, 1, "the");
    assert_word(vocabulary, 2, "and");
    assert_word(vocabulary, 3, "a");
    sn_vocabulary_free(vocabulary);
}

static void the_last_newline_may_be_missing(void **state)
{
    (void)state;
    sn_vocabulary *const vocabulary = from_lines("the\nand");
    assert_int_equal(sn_vocabulary_size(vocabulary), 2);
    assert_word(vocabulary, 2, "and");
    assert_lines(vocabulary, 2, "the\nand\n");
    sn_vocabulary_free(vocabulary);
}

static void unknown_words_have_no_rank(void **state)
{
    (void)state;
    sn_vocabulary *const vocabulary = from_lines("the\nand\n");
    assert_int_equal(rank_of(vocabulary, "The"), 0);
    assert_int_equal(rank_of(vocabulary, "th"), 0);
    assert_int_equal(rank_of(vocabulary, "thee"), 0);
    assert_int_equal(rank_of(vocabulary, ""), 0);
    assert_int_equal(rank_of(vocabulary, "the\nand"), 0);
    assert_int_equal(sn_vocabulary_rank(vocabulary, "theatre", 3), 1);
    sn_vocabulary_free(vocabulary);
}

static void ranks_outside_have_no_word(void **state)
{
    (void)state;
    size_t length;
    sn_vocabulary *const vocabulary = from_lines("the\nand\n");
    assert_null(sn_vocabulary_word(vocabulary, 0, &length));
    assert_null(sn_vocabulary_word(vocabulary, 3, &length));
    assert_null(sn_vocabulary_word(vocabulary, SIZE_MAX, &length));
    sn_vocabulary_free(vocabulary);
}

static void an_empty_line_is_a_rank_without_a_word(void **state)
{
    (void)state;
    size_t length;
    sn_vocabulary *const vocabulary = from_lines("\nthe\n\n\nand\n\n");
    assert_int_equal(sn_vocabulary_size(vocabulary), 6);
    assert_word(vocabulary, 2, "the");
    assert_word(vocabulary, 5, "and");
    assert_null(sn_vocabulary_word(vocabulary, 1, &length));
    assert_null(sn_vocabulary_word(vocabulary, 3, &length));
    assert_null(sn_vocabulary_word(vocabulary, 6, &length));
    sn_vocabulary_free(vocabulary);
}

static void no_lines_are_no_words(void **state)
{
    (void)state;
    sn_vocabulary *const vocabulary = from_lines("");
    assert_int_equal(sn_vocabulary_size(vocabulary), 0);
    assert_int_equal(rank_of(vocabulary, "the"), 0);
    assert_lines(vocabulary, 5, "");
    sn_vocabulary_free(vocabulary);
    sn_vocabulary_free(NULL);
}

static void a_word_twice_is_refused(void **state)
{
    (void)state;
    static const char lines[] = "the\nand\na\nand\n";
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    assert_failure(sn_vocabulary_from_lines(&vocabulary, lines, sizeof lines - 1, &err), &err,
                   SEQNET_ERR_DATA, "'and' stands twice");
    assert_null(vocabulary);
}

static void words_are_bytes(void **state)
{
    (void)state;
    static const char lines[] = "a\0b\na\n\xc3\xa9\n";
    sn_vocabulary *vocabulary = NULL;
    assert_int_equal(sn_vocabulary_from_lines(&vocabulary, lines, sizeof lines - 1, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_vocabulary_rank(vocabulary, "a\0b", 3), 1);
    assert_int_equal(sn_vocabulary_rank(vocabulary, "a", 1), 2);
    assert_int_equal(sn_vocabulary_rank(vocabulary, "\xc3\xa9", 2), 3);
    sn_vocabulary_free(vocabulary);
}

/* Enough words for the table to collide, wrap around and be rebuilt at several sizes. */
static void finds_every_one_of_many_words(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 7, 8, 9, 16, 17, 1000, 50000};
    static char lines[50000 * 8];
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        char word[32];
        size_t used = 0;
        for (size_t rank = 1; rank <= sizes[s]; rank++)
            used +=
                (size_t)snprintf(lines + used, sizeof lines - used, "w%zu\n", rank * 7 % 100003);
        sn_vocabulary *const vocabulary = from_lines(lines);
        for (size_t rank = 1; rank <= sizes[s]; rank++) {
            (void)snprintf(word, sizeof word, "w%zu", rank * 7 % 100003);
            assert_int_equal(rank_of(vocabulary, word), rank);
            (void)snprintf(word, sizeof word, "v%zu", rank);
            assert_int_equal(rank_of(vocabulary, word), 0);
        }
        sn_vocabulary_free(vocabulary);
    }
}

static void lines_of_a_prefix(void **state)
{
    (void)state;
    sn_vocabulary *const vocabulary = from_lines("the\n\nand\na\n");
    assert_lines(vocabulary, 0, "");
    assert_lines(vocabulary, 1, "the\n");
    assert_lines(vocabulary, 2, "the\n\n");
    assert_lines(vocabulary, 3, "the\n\nand\n");
    assert_lines(vocabulary, 4, "the\n\nand\na\n");
    assert_lines(vocabulary, 100, "the\n\nand\na\n");
    sn_vocabulary_free(vocabulary);
}

static void the_most_frequent_word_comes_first(void **state)
{
    (void)state;
    static const char *const texts[] = {"Good film, GOOD!", "bad film", "good"};
    sn_vocabulary *const vocabulary = from_texts(texts, 3);
    assert_lines(vocabulary, 10, "good\nfilm\nbad\n");
    sn_vocabulary_free(vocabulary);
}

static void equal_counts_are_in_byte_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"b \xc3\xa9 ab a 'tis abc Z 10 9", "the the"};
    sn_vocabulary *const vocabulary = from_texts(texts, 2);
    assert_lines(vocabulary, 20, "the\n'tis\n10\n9\na\nab\nabc\nb\nz\n\xc3\xa9\n");
    sn_vocabulary_free(vocabulary);
}

static void the_order_of_texts_does_not_matter(void **state)
{
    (void)state;
    static const char *const texts[] = {"c b a", "b a", "a d d d", "e"};
    static const char *const reversed[] = {"e", "a d d d", "b a", "c b a"};
    sn_vocabulary *const one = from_texts(texts, 4), *const other = from_texts(reversed, 4);
    assert_lines(one, 9, "a\nd\nb\nc\ne\n");
    assert_lines(other, 9, "a\nd\nb\nc\ne\n");
    sn_vocabulary_free(one);
    sn_vocabulary_free(other);
}

static void words_are_cut_by_the_rule(void **state)
{
    (void)state;
    static const char *const texts[] = {"Caf\xc3\x89<br />good!", "cafe\xcc\x81 good! good"};
    const sn_text_rule rule = {.kind = SN_TEXT_RULE_UNICODE};
    sn_vocabulary *const vocabulary = from_texts_by(rule, texts, 2);
    assert_lines(vocabulary, 9, "good\n!\ncaf\xc3\xa9\n");
    sn_vocabulary_free(vocabulary);
}

static void texts_without_words_give_an_empty_vocabulary(void **state)
{
    (void)state;
    static const char *const texts[] = {"", " ... "};
    sn_vocabulary *const none = from_texts(texts, 0), *const blank = from_texts(texts, 2);
    assert_int_equal(sn_vocabulary_size(none), 0);
    assert_int_equal(sn_vocabulary_size(blank), 0);
    sn_vocabulary_free(none);
    sn_vocabulary_free(blank);
}

static void the_first_words_are_a_vocabulary_of_their_own(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_vocabulary *first, *none, *all;
    sn_vocabulary *const vocabulary = from_lines("the\na\n\nof\nit\n");
    assert_ok(sn_vocabulary_first(&none, vocabulary, 0, &err), &err);
    assert_ok(sn_vocabulary_first(&first, vocabulary, 4, &err), &err);
    assert_ok(sn_vocabulary_first(&all, vocabulary, SIZE_MAX, &err), &err);
    sn_vocabulary_free(vocabulary);
    assert_int_equal(sn_vocabulary_size(none), 0);
    assert_int_equal(rank_of(none, "the"), 0);
    assert_lines(none, SIZE_MAX, "");
    assert_int_equal(sn_vocabulary_size(first), 4);
    assert_word(first, 1, "the");
    assert_word(first, 4, "of");
    assert_int_equal(rank_of(first, "it"), 0);
    assert_lines(first, SIZE_MAX, "the\na\n\nof\n");
    assert_lines(all, SIZE_MAX, "the\na\n\nof\nit\n");
    assert_word(all, 5, "it");
    sn_vocabulary_free(none);
    sn_vocabulary_free(first);
    sn_vocabulary_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_numbers_are_ranks),
        cmocka_unit_test(the_last_newline_may_be_missing),
        cmocka_unit_test(unknown_words_have_no_rank),
        cmocka_unit_test(ranks_outside_have_no_word),
        cmocka_unit_test(an_empty_line_is_a_rank_without_a_word),
        cmocka_unit_test(no_lines_are_no_words),
        cmocka_unit_test(a_word_twice_is_refused),
        cmocka_unit_test(words_are_bytes),
        cmocka_unit_test(finds_every_one_of_many_words),
        cmocka_unit_test(lines_of_a_prefix),
        cmocka_unit_test(the_most_frequent_word_comes_first),
        cmocka_unit_test(equal_counts_are_in_byte_order),
        cmocka_unit_test(the_order_of_texts_does_not_matter),
        cmocka_unit_test(words_are_cut_by_the_rule),
        cmocka_unit_test(texts_without_words_give_an_empty_vocabulary),
        cmocka_unit_test(the_first_words_are_a_vocabulary_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
