/* Fields of CSV and labels of fastText, spelt for whoever writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <seqnet/output.h>
#include <seqnet/reader.h>

#include "support.h"

/* Collects what is written; fails at the write number `fails_at`, from 1. */
typedef struct sheet {
    char bytes[64];
    size_t length, writes, fails_at;
} sheet;

static seqnet_status collect(void *user, const char *bytes, size_t length, seqnet_error *err)
{
    sheet *const s = user;
    (void)err;
    if (++s->writes == s->fails_at)
        return SEQNET_ERR_WRITE;
    memcpy(s->bytes + s->length, bytes, length);
    s->length += length;
    return SEQNET_OK;
}

static void assert_field(const char *text, char delimiter, const char *expected)
{
    sheet s = {.length = 0};
    assert_int_equal(seqnet_write_csv_field(collect, &s, text, strlen(text), delimiter, NULL),
                     SEQNET_OK);
    assert_string_equal(s.bytes, expected);
}

static void test_fields_are_quoted_where_they_have_to_be(void **state)
{
    (void)state;
    assert_field("", ',', "");
    assert_field("plain words", ',', "plain words");
    assert_field("a,b", ',', "\"a,b\"");
    assert_field("a,b", '\t', "a,b");
    assert_field("a\tb", '\t', "\"a\tb\"");
    assert_field("two\nlines", ',', "\"two\nlines\"");
    assert_field("a\r", ',', "\"a\r\"");
    assert_field("\"", ',', "\"\"\"\"");
    assert_field("say \"so\" twice", ',', "\"say \"\"so\"\" twice\"");
    assert_field(" before", ',', "\" before\"");
    assert_field("behind ", ',', "\"behind \"");
}

static void test_a_field_may_hold_any_bytes(void **state)
{
    static const char text[] = {'a', '\0', '"'}, expected[] = {'"', 'a', '\0', '"', '"', '"'};
    (void)state;
    sheet s = {.length = 0};
    assert_int_equal(seqnet_write_csv_field(collect, &s, text, sizeof text, ',', NULL), SEQNET_OK);
    assert_int_equal(s.length, sizeof expected);
    assert_memory_equal(s.bytes, expected, sizeof expected);
}

static void test_the_first_failure_of_the_sink_ends_the_field(void **state)
{
    (void)state;
    for (size_t fails_at = 1; fails_at <= 5; fails_at++) {
        sheet s = {.fails_at = fails_at};
        assert_int_equal(seqnet_write_csv_field(collect, &s, "a\"b", 3, ',', NULL),
                         SEQNET_ERR_WRITE);
        assert_int_equal(s.writes, fails_at);
    }
}

static void test_blanks_of_labels_become_underscores(void **state)
{
    static const char blanks[] = " \t\n\r\v\f", others[] = "a_,\"\xe4";
    (void)state;
    for (const char *c = blanks; *c; c++)
        assert_int_equal(seqnet_fasttext_label_character(*c), '_');
    for (const char *c = others; *c; c++)
        assert_int_equal(seqnet_fasttext_label_character(*c), *c);
    assert_int_equal(seqnet_fasttext_label_character('\0'), '\0');
}

static void test_labels_may_be_the_same_without_blanks(void **state)
{
    (void)state;
    assert_true(seqnet_fasttext_same_label("very good", "very_good"));
    assert_true(seqnet_fasttext_same_label("very\tgood", "very good"));
    assert_false(seqnet_fasttext_same_label("very good", "verygood"));
    assert_false(seqnet_fasttext_same_label("good", "good "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_quoted_where_they_have_to_be),
        cmocka_unit_test(test_a_field_may_hold_any_bytes),
        cmocka_unit_test(test_the_first_failure_of_the_sink_ends_the_field),
        cmocka_unit_test(test_blanks_of_labels_become_underscores),
        cmocka_unit_test(test_labels_may_be_the_same_without_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
