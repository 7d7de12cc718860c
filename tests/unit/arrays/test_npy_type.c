/* Types of NumPy's elements, and integers of every width and byte order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "npy_type.h"

static void types(void **state)
{
    (void)state;
    sn_npy_type type;
    static const char *const good[] = {"<i8", ">i4", "|i1", "=u2", "u8", "|b1", "O8", "|O", "O"};
    static const char *const bad[] = {"",    "<",  "f8", "<f4",  "i3", "i16",
                                      "i<4", "b2", "i",  "<i8x", "U5", "S1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(sn_npy_parse_type(&type, good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(sn_npy_parse_type(&type, bad[i], strlen(bad[i])));
        assert_int_equal(type.kind, 0);
    }
}

static void assert_integer(const char *name, const void *bytes, int64_t expected)
{
    sn_npy_type type;
    int64_t value;
    assert_true(sn_npy_parse_type(&type, name, strlen(name)));
    assert_true(sn_npy_integer(bytes, type, &value));
    assert_true(value == expected);
}

static void integers_of_every_width_and_order(void **state)
{
    (void)state;
    sn_npy_type type;
    int64_t value;
    assert_integer("i1", "\xff", -1);
    assert_integer("i1", "\x80", -128);
    assert_integer("u1", "\xff", 255);
    assert_integer("<i2", "\x01\x80", -32767);
    assert_integer(">i2", "\x80\x01", -32767);
    assert_integer("<u4", "\xff\xff\xff\xff", 4294967295);
    assert_integer(">i8", "\x80\0\0\0\0\0\0\0", INT64_MIN);
    assert_integer("<i8", "\xff\xff\xff\xff\xff\xff\xff\x7f", INT64_MAX);
    assert_integer("<i8", "\xfe\xff\xff\xff\xff\xff\xff\xff", -2);
    assert_true(sn_npy_parse_type(&type, "<u8", 3));
    assert_false(sn_npy_integer((const uint8_t *)"\0\0\0\0\0\0\0\x80", type, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types),
        cmocka_unit_test(integers_of_every_width_and_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
