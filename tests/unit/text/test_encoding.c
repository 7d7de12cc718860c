/* Text to ids: shift, start id, unknown and skipped words, and what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "encoding.h"

static const sn_encoding KERAS = {
    .id_count = 100, .skip_top = 0, .start_char = 1, .oov_char = 2, .index_from = 3};

static sn_vocabulary *vocabulary; /* the 1, film 2, was 3, good 4, bad 5 */
static sn_tokenizer tokenizer;
static sn_encoded encoded;

static int make_vocabulary(void **state)
{
    (void)state;
    static const char lines[] = "the\nfilm\nwas\ngood\nbad\n";
    return sn_vocabulary_from_lines(&vocabulary, lines, sizeof lines - 1, NULL) != SEQNET_OK;
}

static int free_vocabulary(void **state)
{
    (void)state;
    sn_vocabulary_free(vocabulary);
    sn_tokenizer_free(&tokenizer);
    sn_encoded_free(&encoded);
    return 0;
}

typedef struct row {
    size_t length;
    int32_t ids[8];
} row;

static void assert_encodes(const sn_encoding *encoding, const char *text, row expected,
                           size_t tokens, size_t oov)
{
    assert_int_equal(
        sn_encode_text(&encoded, encoding, vocabulary, &tokenizer, text, strlen(text), NULL),
        SEQNET_OK);
    assert_int_equal(encoded.length, expected.length);
    for (size_t i = 0; i < expected.length; i++)
        assert_int_equal(encoded.ids[i], expected.ids[i]);
    assert_int_equal(encoded.tokens, tokens);
    assert_int_equal(encoded.oov, oov);
}

static void ids_are_ranks_shifted_after_the_start(void **state)
{
    (void)state;
    assert_encodes(&KERAS, "The film was GOOD.", (row){5, {1, 4, 5, 6, 7}}, 4, 0);
    assert_encodes(&KERAS, "good, good!", (row){3, {1, 7, 7}}, 2, 0);
}

static void no_text_is_the_start_id_alone(void **state)
{
    (void)state;
    assert_encodes(&KERAS, "", (row){1, {1}}, 0, 0);
    assert_encodes(&KERAS, " ... ", (row){1, {1}}, 0, 0);
}

static void unknown_words_become_oov(void **state)
{
    (void)state;
    assert_encodes(&KERAS, "the zebra was bad", (row){5, {1, 4, 2, 6, 8}}, 4, 1);
}

/* Ids from id_count on are too rare: 7 is the first of them here. */
static void rare_words_become_oov(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.id_count = 7;
    assert_encodes(&encoding, "was good bad", (row){4, {1, 6, 2, 2}}, 3, 2);
}

/* The start id is below skip_top, too; it is no word, so it is not counted. */
static void skipped_words_and_the_start_id_become_oov(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.skip_top = 5;
    assert_encodes(&encoding, "the film was", (row){4, {2, 2, 5, 6}}, 3, 1);
}

static void without_oov_such_words_are_dropped_but_counted(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.oov_char = -1;
    assert_encodes(&encoding, "the zebra was bad", (row){4, {1, 4, 6, 8}}, 4, 1);
    encoding.id_count = 7;
    encoding.skip_top = 5;
    assert_encodes(&encoding, "the film was good zebra", (row){2, {5, 6}}, 5, 3);
}

static void without_start_a_row_begins_with_its_first_word(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.start_char = -1;
    assert_encodes(&encoding, "the film", (row){2, {4, 5}}, 2, 0);
    assert_encodes(&encoding, "", (row){0, {0}}, 0, 0);
}

static void index_from_0_shifts_nothing(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.index_from = 0;
    assert_encodes(&encoding, "the zebra film", (row){4, {1, 1, 2, 2}}, 3, 1);
}

static void limit_keeps_what_is_inside(void **state)
{
    (void)state;
    sn_encoding encoding = KERAS;
    encoding.skip_top = 10;
    assert_int_equal(sn_encoding_limit(&encoding, 9), 2);
    assert_int_equal(sn_encoding_limit(&encoding, 10), 10);
    assert_int_equal(sn_encoding_limit(&encoding, 99), 99);
    assert_int_equal(sn_encoding_limit(&encoding, 100), 2);
    assert_int_equal(sn_encoding_limit(&encoding, INT64_MAX), 2);
    encoding.oov_char = -1;
    assert_int_equal(sn_encoding_limit(&encoding, 100), -1);
}

static void a_long_text_grows_the_row(void **state)
{
    (void)state;
    enum { WORDS = 5000 };
    static char text[WORDS * 5 + 1];
    for (size_t i = 0; i < WORDS; i++)
        memcpy(text + i * 5, i % 2 ? "film " : "good ", 5);
    assert_int_equal(
        sn_encode_text(&encoded, &KERAS, vocabulary, &tokenizer, text, WORDS * 5, NULL), SEQNET_OK);
    assert_int_equal(encoded.length, WORDS + 1);
    for (size_t i = 0; i < WORDS; i++)
        assert_int_equal(encoded.ids[i + 1], i % 2 ? 5 : 7);
    assert_encodes(&KERAS, "bad", (row){2, {1, 8}}, 1, 0);
}

/* The text "w0 w1 w2 ..." of the vocabulary's five words in turn; keeps of it what is asked for and
 * compares with the same part of all ids. */
static void assert_keeps(size_t words, size_t keep, seqnet_side cut)
{
    enum { LONGEST = 64 };
    static const char *const names[5] = {"the ", "film ", "was ", "good ", "bad "};
    char text[LONGEST * 5 + 1] = "";
    int32_t all[LONGEST + 1] = {1};
    sn_encoded part = {.keep = keep, .cut = cut};
    for (size_t i = 0; i < words; i++) {
        (void)strcat(text, names[i % 5]);
        all[i + 1] = (int32_t)(4 + i % 5);
    }
    const size_t total = words + 1, kept = total < keep ? total : keep;
    assert_int_equal(
        sn_encode_text(&part, &KERAS, vocabulary, &tokenizer, text, strlen(text), NULL), SEQNET_OK);
    assert_int_equal(part.total, total);
    assert_int_equal(part.tokens, words);
    assert_in_range(part.length, kept, 2 * keep);
    const int32_t *const found = cut == SEQNET_PRE ? part.ids + part.length - kept : part.ids;
    const int32_t *const wanted = cut == SEQNET_PRE ? all + total - kept : all;
    assert_memory_equal(found, wanted, kept * sizeof *wanted);
    assert_true(part.capacity <= 64); /* not as long as the text */
    sn_encoded_free(&part);
}

static void only_the_wanted_end_is_kept(void **state)
{
    (void)state;
    for (size_t keep = 1; keep < 9; keep++)
        for (size_t words = 0; words < 40; words++) {
            assert_keeps(words, keep, SEQNET_PRE);
            assert_keeps(words, keep, SEQNET_POST);
        }
}

static void the_rule_of_the_encoding_cuts_the_text(void **state)
{
    (void)state;
    static const char text[] = "The\xe2\x80\x8b film<br>was \xff GOOD\xe2\x80\xa6 \xc3";
    sn_encoding encoding = KERAS;
    encoding.rule = (sn_text_rule){.kind = SN_TEXT_RULE_UNICODE};
    assert_encodes(&encoding, text, (row){6, {1, 4, 5, 6, 7, 2}}, 5, 1);
    assert_encodes(&KERAS, "\xff", (row){2, {1, 2}}, 1, 1);
}

/* Only words that the vocabulary lacks are tried in their ASCII forms. */
static void unknown_words_are_tried_again_in_ascii(void **state)
{
    (void)state;
    static const char lines[] = "good\ndon't\n“bad”\nbad\n";
    sn_vocabulary *words;
    assert_int_equal(sn_vocabulary_from_lines(&words, lines, sizeof lines - 1, NULL), SEQNET_OK);
    static const char text[] = "“Good” “bad” bad—good don’t — zebra’s";
    static const int32_t ids[] = {1, 4, 6, 7, 4, 5, 2};
    assert_int_equal(
        sn_encode_text(&encoded, &KERAS, words, &tokenizer, text, sizeof text - 1, NULL),
        SEQNET_OK);
    assert_int_equal(encoded.length, 7);
    assert_memory_equal(encoded.ids, ids, sizeof ids);
    assert_int_equal(encoded.tokens, 6);
    assert_int_equal(encoded.oov, 1);
    sn_vocabulary_free(words);
}

static void an_id_has_the_word_that_becomes_it(void **state)
{
    (void)state;
    size_t length = 0;
    const char *const word = sn_encoding_word(&KERAS, vocabulary, 5, &length);
    assert_int_equal(length, 4);
    assert_memory_equal(word, "film", 4);
    static const int32_t without[] = {-1, 0, 1, 2, 3, 9, INT32_MAX};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_null(sn_encoding_word(&KERAS, vocabulary, without[i], &length));
    assert_null(sn_encoding_word(&KERAS, NULL, 5, &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_ranks_shifted_after_the_start),
        cmocka_unit_test(no_text_is_the_start_id_alone),
        cmocka_unit_test(unknown_words_become_oov),
        cmocka_unit_test(rare_words_become_oov),
        cmocka_unit_test(skipped_words_and_the_start_id_become_oov),
        cmocka_unit_test(without_oov_such_words_are_dropped_but_counted),
        cmocka_unit_test(without_start_a_row_begins_with_its_first_word),
        cmocka_unit_test(index_from_0_shifts_nothing),
        cmocka_unit_test(limit_keeps_what_is_inside),
        cmocka_unit_test(a_long_text_grows_the_row),
        cmocka_unit_test(only_the_wanted_end_is_kept),
        cmocka_unit_test(the_rule_of_the_encoding_cuts_the_text),
        cmocka_unit_test(unknown_words_are_tried_again_in_ascii),
        cmocka_unit_test(an_id_has_the_word_that_becomes_it),
    };
    return cmocka_run_group_tests(tests, make_vocabulary, free_vocabulary);
}
