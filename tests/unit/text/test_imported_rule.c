/* The rules of imported Keras models: tokens, where they lie, and names with settings. What Python
 * makes of thousands of texts is compared by tests/oracle/tokens.py. Tokens are compared joined by
 * '|'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "text_rule.h"

#define DEFAULT_FILTERS "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"

static const sn_text_rule BY_DEFAULT = {.kind = SN_TEXT_RULE_KERAS_TOKENIZER,
                                        .lower = true,
                                        .filters = DEFAULT_FILTERS,
                                        .separator = " "};

static const sn_text_rule VECTORIZER = {.kind = SN_TEXT_RULE_KERAS_VECTORIZER,
                                        .lower = true,
                                        .strip_punctuation = true,
                                        .split_at = SN_SPLIT_WHITE_SPACE};

static void assert_tokens(sn_text_rule rule, const char *text, const char *expected)
{
    sn_tokenizer t = {0};
    char joined[512] = "";
    const char *token;
    size_t length, used = 0;
    assert_int_equal(sn_tokenizer_start(&t, rule, text, strlen(text), NULL), SEQNET_OK);
    while (sn_tokenizer_next(&t, &token, &length)) {
        assert_false(sn_tokenizer_retry(&t, token, length));
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%.*s", used ? "|" : "",
                                 (int)length, token);
    }
    assert_false(sn_tokenizer_next(&t, &token, &length));
    assert_string_equal(joined, expected);
    sn_tokenizer_free(&t);
}

static void filters_separate_words(void **state)
{
    (void)state;
    assert_tokens(BY_DEFAULT, "Don't STOP,  me-now!\tOk\n", "don't|stop|me|now|ok");
    assert_tokens(BY_DEFAULT, "Café “naïve” —\xc2\xa0x", "café|“naïve”|—\xc2\xa0x");
    assert_tokens(BY_DEFAULT, "", "");
    assert_tokens(BY_DEFAULT, "!!! ...", "");
}

static void case_is_pythons(void **state)
{
    (void)state;
    sn_text_rule cased = BY_DEFAULT;
    cased.lower = false;
    assert_tokens(BY_DEFAULT, "ΟΔΟΣ Σ ÉCOLE İ \xe2\x84\xaa", "οδος|σ|école|i\xcc\x87|k");
    assert_tokens(cased, "ΟΔΟΣ É a.B", "ΟΔΟΣ|É|a|B");
}

static void separators_may_be_longer(void **state)
{
    (void)state;
    sn_text_rule rule = {.kind = SN_TEXT_RULE_KERAS_TOKENIZER, .filters = ",", .separator = "--"};
    assert_tokens(rule, "a,b--c-d- -e", "a|b|c-d- -e");
    assert_tokens(rule, "-,", "-");
    (void)snprintf(rule.separator, sizeof rule.separator, "\n");
    assert_tokens(rule, "one two\nthree,four", "one two|three|four");
}

static void no_separator_is_white_space(void **state)
{
    (void)state;
    const sn_text_rule rule = {
        .kind = SN_TEXT_RULE_KERAS_TOKENIZER, .split_at = SN_SPLIT_WHITE_SPACE, .filters = "-'"};
    assert_tokens(rule, "don't\xc2\xa0well-made\n\x1cx", "dont|wellmade|x");
}

static void characters_are_tokens(void **state)
{
    (void)state;
    sn_text_rule rule = {
        .kind = SN_TEXT_RULE_KERAS_TOKENIZER, .lower = true, .split_at = SN_SPLIT_CHARACTERS};
    assert_tokens(rule, "É a\n!", "é| |a|" SN_STORED_NEWLINE "|!");
    rule.kind = SN_TEXT_RULE_KERAS_VECTORIZER;
    rule.strip_punctuation = true;
    assert_tokens(rule, "É A!", "É| |a");
}

static void newlines_in_words_are_stored_otherwise(void **state)
{
    (void)state;
    const sn_text_rule rule = {.kind = SN_TEXT_RULE_KERAS_TOKENIZER, .separator = " "};
    assert_tokens(rule, "a\nb c", "a" SN_STORED_NEWLINE "b|c");
    assert_tokens(rule, SN_STORED_NEWLINE, "\xef\xbf\xbd\xef\xbf\xbd");
}

static void vectorizers_remove_punctuation(void **state)
{
    (void)state;
    assert_tokens(VECTORIZER, "Don't STOP -- É\v\xc2\xa0x_y!", "dont|stop|É|\xc2\xa0xy");
    sn_text_rule whole = VECTORIZER;
    whole.split_at = SN_SPLIT_NOTHING;
    assert_tokens(whole, "A b.", "a b");
    whole.lower = whole.strip_punctuation = false;
    assert_tokens(whole, "A b.", "A b.");
    assert_tokens(whole, "", "");
}

static void a_tokenizer_may_change_its_rule(void **state)
{
    (void)state;
    sn_tokenizer t = {0};
    const char *token;
    size_t length;
    const sn_text_rule rules[] = {BY_DEFAULT, VECTORIZER, {0}, BY_DEFAULT};
    static const size_t lengths[] = {1, 3, 1, 1};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(sn_tokenizer_start(&t, rules[i], "a,b", 3, NULL), SEQNET_OK);
        assert_true(sn_tokenizer_next(&t, &token, &length));
        assert_int_equal(length, lengths[i] == 3 ? 2 : 1);
    }
    sn_tokenizer_free(&t);
}

static void assert_spans(sn_text_rule rule, const char *text, const char *expected)
{
    sn_tokenizer t = {0};
    char found[256] = "";
    const char *token;
    size_t length;
    assert_int_equal(sn_tokenizer_start(&t, rule, text, strlen(text), NULL), SEQNET_OK);
    while (sn_tokenizer_next(&t, &token, &length)) {
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
    sn_text_rule characters = BY_DEFAULT;
    characters.split_at = SN_SPLIT_CHARACTERS;
    characters.filters[0] = characters.separator[0] = '\0';
    assert_spans(BY_DEFAULT, " Good, film!", "1-5 7-11");
    assert_spans(BY_DEFAULT, "\xe2\x84\xaa, İx \xff y", "0-3 5-8 9-10 11-12");
    assert_spans(VECTORIZER, "'don't' stop.", "1-6 8-12");
    assert_spans(characters, "aİb", "0-1 1-3 3-3 3-4");
}

/* The name of a rule, and the rule of the name. */
static void assert_name(sn_text_rule rule, const char *name)
{
    char found[SN_TEXT_RULE_NAME], again[SN_TEXT_RULE_NAME];
    sn_text_rule parsed;
    assert_string_equal(sn_text_rule_name(rule, found), name);
    assert_true(sn_text_rule_parse(&parsed, name));
    assert_string_equal(sn_text_rule_name(parsed, again), name);
    assert_int_equal(parsed.kind, rule.kind);
    assert_int_equal(parsed.split_at, rule.split_at);
    assert_string_equal(parsed.filters, rule.filters);
    assert_string_equal(parsed.separator, rule.separator);
}

static void names_have_the_settings(void **state)
{
    (void)state;
    assert_name(BY_DEFAULT,
                "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \","
                "\"filters\":\"!\\\"#$%&()*+,-./:;<=>?@[\\\\]^_`{|}~\\t\\n\"}");
    assert_name((sn_text_rule){.kind = SN_TEXT_RULE_KERAS_TOKENIZER,
                               .split_at = SN_SPLIT_WHITE_SPACE,
                               .filters = "。\r\x1f"},
                "keras-tokenizer-1 {\"lower\":false,\"char_level\":false,\"split\":null,"
                "\"filters\":\"。\\u000d\\u001f\"}");
    assert_name((sn_text_rule){.kind = SN_TEXT_RULE_KERAS_TOKENIZER,
                               .lower = true,
                               .split_at = SN_SPLIT_CHARACTERS},
                "keras-tokenizer-1 {\"lower\":true,\"char_level\":true,\"split\":null,"
                "\"filters\":\"\"}");
    assert_name(VECTORIZER, "keras-vectorizer-1 {\"standardize\":\"lower_and_strip_punctuation\","
                            "\"split\":\"whitespace\"}");
    assert_name((sn_text_rule){.kind = SN_TEXT_RULE_KERAS_VECTORIZER, .split_at = SN_SPLIT_NOTHING},
                "keras-vectorizer-1 {\"standardize\":null,\"split\":null}");
}

static void the_longest_settings_fit(void **state)
{
    (void)state;
    char name[SN_TEXT_RULE_NAME];
    sn_text_rule rule = BY_DEFAULT, parsed;
    memset(rule.filters, 1, sizeof rule.filters - 1);
    memset(rule.separator, 2, sizeof rule.separator - 1);
    assert_true(strlen(sn_text_rule_name(rule, name)) < sizeof name);
    assert_true(sn_text_rule_parse(&parsed, name));
    assert_string_equal(parsed.filters, rule.filters);
    char longer[SN_TEXT_RULE_NAME + 8];
    const size_t length = strlen(name);
    (void)snprintf(longer, sizeof longer, "%.*sx\"}", (int)length - 2, name);
    assert_false(sn_text_rule_parse(&parsed, longer));
}

static void other_names_are_no_rules(void **state)
{
    (void)state;
    static const char *const names[] = {
        "keras-tokenizer-1",
        "keras-tokenizer-2 {\"lower\":true}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\"\",\"filters\":\"\"}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \",\"filters\":\"",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \",\"filters\":\"\\",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \",\"filters\":\"\\u0",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \","
        "\"filters\":\"\\u0000\"}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \","
        "\"filters\":\"\\u0041\"}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \","
        "\"filters\":\"\xff\"}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":true,\"split\":\" \",\"filters\":\"\"}",
        "keras-tokenizer-1 {\"lower\":true,\"char_level\":false,\"split\":\" \",\"filters\":\"\"} ",
        "keras-vectorizer-1",
        "keras-vectorizer-1 {\"standardize\":\"lower\",\"split\":\"space\"}",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sn_text_rule rule = {.drop_digits = true};
        assert_false(sn_text_rule_parse(&rule, names[i]));
        assert_true(rule.drop_digits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_separate_words),
        cmocka_unit_test(case_is_pythons),
        cmocka_unit_test(separators_may_be_longer),
        cmocka_unit_test(no_separator_is_white_space),
        cmocka_unit_test(characters_are_tokens),
        cmocka_unit_test(newlines_in_words_are_stored_otherwise),
        cmocka_unit_test(vectorizers_remove_punctuation),
        cmocka_unit_test(a_tokenizer_may_change_its_rule),
        cmocka_unit_test(tokens_know_where_they_are),
        cmocka_unit_test(names_have_the_settings),
        cmocka_unit_test(the_longest_settings_fit),
        cmocka_unit_test(other_names_are_no_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
