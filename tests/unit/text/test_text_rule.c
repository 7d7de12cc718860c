/* Keras's text rule, byte by byte. Tokens are compared joined by '/', which no token can hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "text_rule.h"

/* Appends to `joined`, which has room for all tests' texts. */
static void join_tokens(char *joined, size_t *used, sn_tokenizer *tokenizer, const char *text,
                        size_t size)
{
    const char *token;
    size_t length;
    *used = 0;
    assert_int_equal(sn_tokenizer_start(tokenizer, (sn_text_rule){0}, text, size, NULL), SEQNET_OK);
    while (sn_tokenizer_next(tokenizer, &token, &length)) {
        assert_true(length > 0);
        if (*used)
            joined[(*used)++] = '/';
        memcpy(joined + *used, token, length);
        *used += length;
    }
    assert_false(sn_tokenizer_next(tokenizer, &token, &length));
}

static void assert_tokens(const char *text, size_t size, const char *expected, size_t expected_size)
{
    char joined[512];
    size_t used;
    sn_tokenizer tokenizer = {0};
    join_tokens(joined, &used, &tokenizer, text, size);
    sn_tokenizer_free(&tokenizer);
    if (used != expected_size || memcmp(joined, expected, used) != 0)
        fail_msg("'%s' became '%.*s', not '%s'", text, (int)used, joined, expected);
}

/* Both are string literals and may hold NUL bytes. */
#define ASSERT_TOKENS(text, expected)                                                              \
    assert_tokens(text, sizeof(text) - 1, expected, sizeof(expected) - 1)

static void cuts_at_spaces(void **state)
{
    (void)state;
    ASSERT_TOKENS("one two  three", "one/two/three");
    ASSERT_TOKENS("  lead and trail  ", "lead/and/trail");
    ASSERT_TOKENS("single", "single");
}

static void no_words_give_no_tokens(void **state)
{
    (void)state;
    ASSERT_TOKENS("", "");
    ASSERT_TOKENS("    ", "");
    ASSERT_TOKENS("... !!! \n\t", "");
}

static void lowers_ascii_letters(void **state)
{
    (void)state;
    ASSERT_TOKENS("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz");
    ASSERT_TOKENS("MiXeD 0123456789", "mixed/0123456789");
}

/* Each byte of the filter, and no other, cuts "a?b" in two. */
static void every_byte_is_filtered_or_kept(void **state)
{
    (void)state;
    static const char filters[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n ";
    for (int byte = 0; byte < 256; byte++) {
        const char text[3] = {'a', (char)byte, 'b'};
        const char lowered = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
        const char kept[3] = {'a', lowered, 'b'};
        if (memchr(filters, byte, sizeof filters - 1))
            assert_tokens(text, sizeof text, "a/b", 3);
        else
            assert_tokens(text, sizeof text, kept, sizeof kept);
    }
}

static void the_apostrophe_stays(void **state)
{
    (void)state;
    ASSERT_TOKENS("Don't 'quote' '", "don't/'quote'/'");
}

static void other_bytes_stay(void **state)
{
    (void)state;
    ASSERT_TOKENS("caf\xc3\xa9 \xc3\x89t\xc3\xa9", "caf\xc3\xa9/\xc3\x89t\xc3\xa9");
    ASSERT_TOKENS("\xff\xfe \x80", "\xff\xfe/\x80");
    ASSERT_TOKENS("a\rb", "a\rb");
}

static void a_no_break_space_stays_inside_a_word(void **state)
{
    (void)state;
    ASSERT_TOKENS("new\xc2\xa0york city", "new\xc2\xa0york/city");
}

static void nul_bytes_are_bytes(void **state)
{
    (void)state;
    ASSERT_TOKENS("a\0b c\0", "a\0b/c\0");
}

static void a_line_break_tag_yields_br(void **state)
{
    (void)state;
    ASSERT_TOKENS("Good.<br /><br />Bad", "good/br/br/bad");
}

static void a_tokenizer_is_reused(void **state)
{
    (void)state;
    char joined[512];
    size_t used;
    sn_tokenizer tokenizer = {0};
    join_tokens(joined, &used, &tokenizer, "a longer text comes first", 25);
    join_tokens(joined, &used, &tokenizer, "short", 5);
    assert_int_equal(used, 5);
    assert_memory_equal(joined, "short", 5);
    join_tokens(joined, &used, &tokenizer, "", 0);
    assert_int_equal(used, 0);
    sn_tokenizer_free(&tokenizer);
    assert_null(tokenizer.normalised);
}

static void the_text_itself_is_not_changed(void **state)
{
    (void)state;
    char text[] = "Keep, This!", joined[512];
    size_t used;
    sn_tokenizer tokenizer = {0};
    join_tokens(joined, &used, &tokenizer, text, sizeof text - 1);
    sn_tokenizer_free(&tokenizer);
    assert_string_equal(text, "Keep, This!");
}

/* Each token of a text is tried again; those with typographic characters give way to their parts.
 */
static void assert_retried(const char *text, const char *expected)
{
    char joined[512] = {0};
    const char *token;
    size_t length;
    sn_tokenizer tokenizer = {0};
    assert_int_equal(sn_tokenizer_start(&tokenizer, (sn_text_rule){0}, text, strlen(text), NULL),
                     SEQNET_OK);
    while (sn_tokenizer_next(&tokenizer, &token, &length)) {
        if (sn_tokenizer_retry(&tokenizer, token, length))
            continue;
        const size_t used = strlen(joined);
        joined[used] = '/';
        memcpy(joined + used + 1, token, length);
    }
    sn_tokenizer_free(&tokenizer);
    assert_string_equal(joined, expected);
}

static void typographic_characters_are_retried_as_ascii(void **state)
{
    (void)state;
    assert_retried("“Great” don’t film—truly it…boring", "/great/don't/film/truly/it/boring");
    assert_retried("«a» „b‟ ‘c’ ‚d‛ 5′6″ eʼf g´h", "/a/b/'c'/'d'/5'6/e'f/g'h");
    assert_retried("a‐b‑c‒d–e—f―g−h", "/a/b/c/d/e/f/g/h");
    assert_retried("a\xc2\xa0"
                   "b\xe2\x80\xaf"
                   "c hy\xc2\xadphen ze\xe2\x80\x8bro",
                   "/a/b/c/hyphen/zero");
    assert_retried("— “” plain", "/plain");
    assert_retried("café naïve \xff\xfe \xe2\x80 a\xc2\x96"
                   "b",
                   "/café/naïve/\xff\xfe/\xe2\x80/a\xc2\x96"
                   "b");
}

static void the_unicode_rule_retries_nothing(void **state)
{
    (void)state;
    const char *token;
    size_t length;
    sn_tokenizer tokenizer = {0};
    const sn_text_rule rule = {.kind = SN_TEXT_RULE_UNICODE};
    assert_int_equal(sn_tokenizer_start(&tokenizer, rule, "“a”", 7, NULL), SEQNET_OK);
    assert_true(sn_tokenizer_next(&tokenizer, &token, &length));
    assert_false(sn_tokenizer_retry(&tokenizer, token, length));
    sn_tokenizer_free(&tokenizer);
}

static void assert_name(sn_text_rule rule, const char *name)
{
    char found[SN_TEXT_RULE_NAME];
    assert_string_equal(sn_text_rule_name(rule, found), name);
    sn_text_rule parsed = {.drop_digits = !rule.drop_digits};
    assert_true(sn_text_rule_parse(&parsed, name));
    assert_int_equal(parsed.kind, rule.kind);
    assert_int_equal(parsed.drop_digits, rule.drop_digits);
    assert_int_equal(parsed.cjk_pairs, rule.cjk_pairs);
}

static sn_text_rule unicode_rule(sn_text_rule_kind kind, bool drop_digits, bool cjk_pairs)
{
    return (sn_text_rule){.kind = kind, .drop_digits = drop_digits, .cjk_pairs = cjk_pairs};
}

static void every_rule_has_a_name(void **state)
{
    (void)state;
    assert_name((sn_text_rule){0}, "keras");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE, false, false), "unicode-2");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE, true, false), "unicode-2 no-digits");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE, false, true), "unicode-2 cjk-pairs");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE, true, true), "unicode-2 no-digits cjk-pairs");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE_1, false, false), "unicode-1");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE_1, true, false), "unicode-1 no-digits");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE_1, false, true), "unicode-1 cjk-pairs");
    assert_name(unicode_rule(SN_TEXT_RULE_UNICODE_1, true, true), "unicode-1 no-digits cjk-pairs");
}

static void other_names_are_no_rules(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "Keras",
                                        "keras ",
                                        "unicode",
                                        "unicode-3",
                                        "unicode-1 ",
                                        "keras no-digits",
                                        "unicode-1  no-digits",
                                        "unicode-1 cjk-pairs no-digits",
                                        "unicode-1 no-digits cjk-pairs x"};
    sn_text_rule rule = {.drop_digits = true};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_false(sn_text_rule_parse(&rule, names[i]));
    assert_true(rule.drop_digits);
}

/* Compares where the tokens lie, retried ones divided, with "start-end start-end". */
static void assert_spans(sn_text_rule rule, const char *text, const char *expected)
{
    sn_tokenizer t = {0};
    const char *token;
    size_t length;
    char found[256] = "";
    assert_int_equal(sn_tokenizer_start(&t, rule, text, strlen(text), NULL), SEQNET_OK);
    while (sn_tokenizer_next(&t, &token, &length)) {
        if (sn_tokenizer_retry(&t, token, length))
            continue;
        const sn_text_span span = sn_tokenizer_span(&t, token, length);
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s%zu-%zu", used ? " " : "", span.start,
                       span.end);
    }
    assert_string_equal(found, expected);
    sn_tokenizer_free(&t);
}

static void tokens_know_where_they_are(void **state)
{
    (void)state;
    const sn_text_rule keras = {0}, unicode = {.kind = SN_TEXT_RULE_UNICODE};
    const sn_text_rule pairs = {.kind = SN_TEXT_RULE_UNICODE, .cjk_pairs = true};
    assert_spans(keras, " Good, film!", "1-5 7-11");
    assert_spans(keras, "“a—b” it’s “c”", "3-4 7-8 12-18 22-23");
    assert_spans(keras,
                 "a\xe2\x80\x8b"
                 "b ok",
                 "0-5 6-8");
    assert_spans(unicode, "Good, fílm!!", "0-4 4-5 6-11 11-13");
    assert_spans(unicode, "a<br />U.S. #tag @me :-) ...", "0-1 7-11 13-16 17-20 21-24 25-28");
    assert_spans(unicode,
                 "a\xc2\xad"
                 "b &amp; 好的",
                 "0-4 5-10 11-14 14-17");
    assert_spans(pairs, "好的看 x", "0-6 6-9 10-11");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_at_spaces),
        cmocka_unit_test(no_words_give_no_tokens),
        cmocka_unit_test(lowers_ascii_letters),
        cmocka_unit_test(every_byte_is_filtered_or_kept),
        cmocka_unit_test(the_apostrophe_stays),
        cmocka_unit_test(other_bytes_stay),
        cmocka_unit_test(a_no_break_space_stays_inside_a_word),
        cmocka_unit_test(nul_bytes_are_bytes),
        cmocka_unit_test(a_line_break_tag_yields_br),
        cmocka_unit_test(a_tokenizer_is_reused),
        cmocka_unit_test(the_text_itself_is_not_changed),
        cmocka_unit_test(typographic_characters_are_retried_as_ascii),
        cmocka_unit_test(the_unicode_rule_retries_nothing),
        cmocka_unit_test(tokens_know_where_they_are),
        cmocka_unit_test(every_rule_has_a_name),
        cmocka_unit_test(other_names_are_no_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
