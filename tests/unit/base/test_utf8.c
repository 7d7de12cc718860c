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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_comes_back),
        cmocka_unit_test(agrees_on_what_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
