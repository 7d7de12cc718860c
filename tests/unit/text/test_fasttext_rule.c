/* fastText's text rule: words, the end of the text, and n-grams with their buckets. The buckets of
 * real models are compared in fasttext_import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "encoding.h"
#include "fasttext_rule.h"
#include "support.h"
#include "text_rule.h"

static const sn_text_rule PLAIN = {.kind = SN_TEXT_RULE_FASTTEXT};

static sn_text_rule rule_of(int32_t words, int32_t shortest, int32_t longest)
{
    return (sn_text_rule){
        .kind = SN_TEXT_RULE_FASTTEXT,
        .fasttext = {
            .buckets = 1000, .word_ngrams = words, .shortest = shortest, .longest = longest}};
}

/* Joins the tokens of a text by '|'; one with a bucket has a # before it. */
static void assert_tokens_of(sn_text_rule rule, const char *text, size_t size, const char *expected)
{
    char joined[1024] = "";
    size_t used = 0, length;
    const char *token;
    sn_tokenizer tokenizer = {0};
    assert_int_equal(sn_tokenizer_start(&tokenizer, rule, text, size, NULL), SEQNET_OK);
    while (sn_tokenizer_next(&tokenizer, &token, &length))
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s%.*s", used ? "|" : "",
                                 tokenizer.fasttext.bucket < 0 ? "" : "#", (int)length, token);
    assert_false(sn_tokenizer_next(&tokenizer, &token, &length));
    sn_tokenizer_free(&tokenizer);
    assert_string_equal(joined, expected);
}

static void assert_tokens(sn_text_rule rule, const char *text, const char *expected)
{
    assert_tokens_of(rule, text, strlen(text), expected);
}

static void cuts_at_fasttexts_separators(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "a fine  film", "a|fine|film|</s>");
    assert_tokens_of(PLAIN, "a\tb\vc\fd\re\nf\0g ", 14, "a|b|c|d|e|f|g|</s>");
    assert_tokens(PLAIN, "", "</s>");
    assert_tokens(PLAIN, " \n ", "</s>");
    assert_tokens(PLAIN,
                  "A\xc2\xa0"
                  "b",
                  "A\xc2\xa0"
                  "b|</s>"); /* a space that is none here */
}

static void labels_are_no_words(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "__label__x a __label__ b __labe", "a|b|__labe|</s>");
    assert_tokens(rule_of(2, 0, 0), "a __label__x b", "a|b|</s>|#a __label__x b|#b");
}

static void the_end_ends_the_text(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "a </s> b", "a|</s>");
    assert_tokens(PLAIN, "a </s>b", "a|</s>b|</s>");
}

static void ngrams_of_characters_stand_behind_their_words(void **state)
{
    (void)state;
    assert_tokens(rule_of(0, 2, 3), "ab c", "ab|#<a|#<ab|#ab|#ab>|#b>|c|#<c|#<c>|#c>|</s>");
    /* < and > alone are none */
    assert_tokens(rule_of(0, 1, 1), "ab", "ab|#a|#b|</s>");
    /* characters, not bytes; stray bytes belong to the character before them */
    assert_tokens(rule_of(0, 2, 2), "\xc3\xa9\xc3\xa8",
                  "\xc3\xa9\xc3\xa8|#<\xc3\xa9|#\xc3\xa9\xc3\xa8|#\xc3\xa8>|</s>");
    assert_tokens(rule_of(0, 2, 2), "\xa9z", "\xa9z|#<\xa9z|#z>|</s>");
    /* longer than the word */
    assert_tokens(rule_of(0, 9, 9), "ab", "ab|</s>");
}

static void ngrams_of_words_come_last(void **state)
{
    (void)state;
    assert_tokens(rule_of(2, 0, 0), "a b", "a|b|</s>|#a b|#b");
    assert_tokens(rule_of(3, 0, 0), "a b", "a|b|</s>|#a b|#a b|#b");
    assert_tokens(rule_of(9, 0, 0), "a", "a|</s>|#a");
    assert_tokens(rule_of(1, 0, 0), "a b", "a|b|</s>");
}

/* h("a") = (2166136261 ^ 97) * 16777619, and so on, computed apart from this program. */
static void hashes_as_fasttext_does(void **state)
{
    (void)state;
    const char *token;
    size_t length;
    sn_tokenizer t = {0};
    sn_text_rule rule = rule_of(2, 3, 3);
    rule.fasttext.buckets = 2000000;
    assert_int_equal(sn_tokenizer_start(&t, rule, "\xc3\xa9 b", 4, NULL), SEQNET_OK);
    int64_t buckets[8];
    size_t count = 0;
    while (sn_tokenizer_next(&t, &token, &length))
        if (t.fasttext.bucket >= 0)
            buckets[count++] = t.fasttext.bucket;
    sn_tokenizer_free(&t);
    assert_int_equal(count, 4);
    assert_int_equal(buckets[0], 806231);
    assert_int_equal(buckets[1], 495743);
    assert_int_equal(buckets[2], 1682048);
    assert_int_equal(buckets[3], 662848);
}

static void spans_are_places_in_the_text(void **state)
{
    (void)state;
    const char text[] = "ab  cd";
    const size_t expected[][2] = {{0, 2}, {0, 2}, {4, 6}, {4, 6}, {6, 6}, {0, 6}, {4, 6}};
    const char *token;
    size_t length, count = 0;
    sn_tokenizer t = {0};
    assert_int_equal(sn_tokenizer_start(&t, rule_of(2, 4, 4), text, 6, NULL), SEQNET_OK);
    while (sn_tokenizer_next(&t, &token, &length)) {
        const sn_text_span span = sn_tokenizer_span(&t, token, length);
        assert_int_equal(span.start, expected[count][0]);
        assert_int_equal(span.end, expected[count++][1]);
    }
    assert_int_equal(count, sizeof expected / sizeof *expected);
    assert_false(sn_tokenizer_retry(&t, text, 2));
    sn_tokenizer_free(&t);
}

static void a_rule_has_one_name(void **state)
{
    (void)state;
    char name[SN_TEXT_RULE_NAME];
    sn_text_rule rule;
    assert_string_equal(sn_text_rule_name(rule_of(2, 3, 6), name),
                        "fasttext-1 {\"wordNgrams\":2,\"minn\":3,\"maxn\":6,\"bucket\":1000}");
    assert_true(sn_text_rule_parse(&rule, name));
    assert_int_equal(rule.kind, SN_TEXT_RULE_FASTTEXT);
    assert_int_equal(rule.fasttext.buckets, 1000);
    assert_int_equal(rule.fasttext.longest, 6);
    static const char *const others[] = {
        "fasttext-1",
        "fasttext-1 {}",
        "fasttext-1 {\"wordNgrams\":02,\"minn\":3,\"maxn\":6,\"bucket\":1000}",
        "fasttext-1 {\"wordNgrams\":2,\"minn\":3,\"maxn\":6,\"bucket\":99999999999}",
        "fasttext-1 {\"wordNgrams\":2,\"minn\":3,\"maxn\":-6,\"bucket\":1000}",
        "fasttext-1 {\"wordNgrams\":2,\"minn\":3,\"maxn\":6,\"bucket\":1000} "};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(sn_text_rule_parse(&rule, others[i]));
}

/* Ids: words from 1 on, behind them the buckets; unknown words have none, and count. */
static void gives_ids_to_words_and_buckets(void **state)
{
    (void)state;
    static const char words[] = "a\n</s>\nb\n";
    sn_vocabulary *vocabulary;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {0};
    const sn_encoding encoding = {
        .id_count = 3 + 1000 + 1, .start_char = -1, .oov_char = -1, .rule = rule_of(2, 0, 0)};
    assert_int_equal(sn_vocabulary_from_lines(&vocabulary, words, sizeof words - 1, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_encode_text(&encoded, &encoding, vocabulary, &tokenizer, "b x a", 5, NULL),
                     SEQNET_OK);
    assert_int_equal(encoded.tokens, 3);
    assert_int_equal(encoded.oov, 1);
    assert_int_equal(encoded.length, 6); /* b a </s>, and three pairs */
    assert_int_equal(encoded.ids[0], 3);
    assert_int_equal(encoded.ids[1], 1);
    assert_int_equal(encoded.ids[2], 2);
    for (size_t i = 3; i < 6; i++)
        assert_in_range(encoded.ids[i], 4, 3 + 1000);
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    sn_vocabulary_free(vocabulary);
}

/* An end that the dictionary lacks has no id, but pairs have it. */
static void an_unknown_end_is_no_word(void **state)
{
    (void)state;
    sn_vocabulary *vocabulary;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {0};
    const sn_encoding encoding = {
        .id_count = 1002, .start_char = -1, .oov_char = -1, .rule = rule_of(2, 0, 0)};
    assert_int_equal(sn_vocabulary_from_lines(&vocabulary, "a\n", 2, NULL), SEQNET_OK);
    assert_int_equal(sn_encode_text(&encoded, &encoding, vocabulary, &tokenizer, "a", 1, NULL),
                     SEQNET_OK);
    assert_int_equal(encoded.tokens, 1);
    assert_int_equal(encoded.oov, 0);
    assert_int_equal(encoded.length, 2);
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    sn_vocabulary_free(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_at_fasttexts_separators),
        cmocka_unit_test(labels_are_no_words),
        cmocka_unit_test(the_end_ends_the_text),
        cmocka_unit_test(ngrams_of_characters_stand_behind_their_words),
        cmocka_unit_test(ngrams_of_words_come_last),
        cmocka_unit_test(hashes_as_fasttext_does),
        cmocka_unit_test(spans_are_places_in_the_text),
        cmocka_unit_test(a_rule_has_one_name),
        cmocka_unit_test(gives_ids_to_words_and_buckets),
        cmocka_unit_test(an_unknown_end_is_no_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
