/* UTF-8: every character, and against utf8proc every sequence of up to three bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <utf8proc.h>

#include "utf8.h"

static void every_character_comes_back(void **state)
{
    (void)state;
    for (int32_t code = 0; code <= 0x10ffff; code++) {
        char bytes[4];
        int32_t back;
        const size_t length = sn_utf8_encode(code, bytes);
        const size_t taken = sn_utf8_decode(bytes, length, &back);
        if (code >= 0xd800 && code <= 0xdfff) {
            assert_int_equal(back, SN_UTF8_INVALID);
            continue;
        }
        assert_int_equal(back, code);
        assert_int_equal(taken, length);
        for (size_t part = 1; part < length; part++) {
            assert_int_equal(sn_utf8_decode(bytes, part, &back), part);
            assert_int_equal(back, SN_UTF8_INVALID);
        }
    }
}

static void agrees_on_what_is_valid(void **state)
{
    (void)state;
    for (uint32_t value = 0; value < 1u << 24; value++) {
        const char bytes[4] = {(char)(value >> 16), (char)(value >> 8), (char)value, '\x80'};
        int32_t code, expected;
        const size_t length = sn_utf8_decode(bytes, 4, &code);
        const utf8proc_ssize_t size = utf8proc_iterate((const uint8_t *)bytes, 4, &expected);
        if (size < 0 ? code != SN_UTF8_INVALID : code != expected || (size_t)size != length)
            fail_msg("%06x", (unsigned)value);
    }
}

static void assert_invalid(const char *text, size_t length, size_t expected)
{
    assert_int_equal(sn_utf8_count_invalid(text, length), expected);
}

#define ASSERT_INVALID(TEXT, EXPECTED) assert_invalid(TEXT, sizeof(TEXT) - 1, EXPECTED)

static void each_maximal_part_counts_once(void **state)
{
    (void)state;
    ASSERT_INVALID("", 0);
    ASSERT_INVALID("plain ASCII of more than eight bytes", 0);
    ASSERT_INVALID("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \0", 0);
    ASSERT_INVALID("caf\xe9", 1);
    ASSERT_INVALID("\xff\xff\xff", 3);
    ASSERT_INVALID("\xe2\x82", 1);              /* cut off */
    ASSERT_INVALID("\xe2\x82z\xf0\x9f\x98", 2); /* two of them */
    ASSERT_INVALID("\xed\xa0\x80", 3);          /* a surrogate */
    ASSERT_INVALID("\xc0\x80", 2);              /* overlong */
    ASSERT_INVALID("\xf4\x90\x80\x80", 4);      /* above U+10FFFF */
}

/* ASCII is skipped in blocks: an invalid byte counts wherever it stands. */
static void an_invalid_byte_counts_in_every_place(void **state)
{
    (void)state;
    char text[40];
    for (size_t length = 1; length < sizeof text; length++)
        for (size_t at = 0; at < length; at++) {
            memset(text, 'a', sizeof text);
            text[at] = '\x80';
            assert_invalid(text, length, 1);
            assert_invalid(text, at, 0);
        }
}

static void assert_trimmed(const char *text, const char *expected)
{
    const char *begin = text;
    size_t length = strlen(text);
    sn_utf8_trim(&begin, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(begin, expected, length);
}

static void blanks_around_a_text_are_left_out(void **state)
{
    (void)state;
    assert_trimmed("", "");
    assert_trimmed(" \t\r\n\v\f", "");
    assert_trimmed("a", "a");
    assert_trimmed(" a b ", "a b");
    assert_trimmed("\xc2\xa0"
                   "a\xc2\x85\xe3\x80\x80",
                   "a");
    assert_trimmed("\xe1\x9a\x80\xe2\x80\x80 a\xe2\x80\xa8\xe2\x80\xaf\xe2\x81\x9f", "a");
    assert_trimmed("\xe2\x80\x8b"
                   "a",
                   "\xe2\x80\x8b"
                   "a"); /* a zero-width space is no space */
    assert_trimmed(" \xe9 ", "\xe9");
    assert_trimmed("\xa0", "\xa0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_comes_back),
        cmocka_unit_test(agrees_on_what_is_valid),
        cmocka_unit_test(each_maximal_part_counts_once),
        cmocka_unit_test(an_invalid_byte_counts_in_every_place),
        cmocka_unit_test(blanks_around_a_text_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
