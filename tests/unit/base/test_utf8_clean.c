/* Bytes made UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define BAD "\xef\xbf\xbd"

static void assert_clean(const char *text, size_t length, const char *expected)
{
    char *clean = NULL;
    assert_int_equal(sn_utf8_clean(&clean, text, length, NULL), SEQNET_OK);
    assert_string_equal(clean, expected);
    free(clean);
}

static void utf8_stays(void **state)
{
    (void)state;
    static const char text[] = "a \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\n\t\x7f";
    assert_clean(text, strlen(text), text);
    assert_clean("", 0, "");
    assert_clean(NULL, 0, "");
}

static void other_bytes_become_replacement_characters(void **state)
{
    (void)state;
    assert_clean("a\xff"
                 "b",
                 3, "a" BAD "b");
    assert_clean("\xff\xff", 2, BAD BAD);
    assert_clean("\xe2\x82", 2, BAD);                     /* cut short */
    assert_clean("\xc0\xaf", 2, BAD BAD);                 /* overlong */
    assert_clean("\xed\xa0\x80", 3, BAD BAD BAD);         /* a surrogate */
    assert_clean("\xf4\x90\x80\x80", 4, BAD BAD BAD BAD); /* beyond U+10FFFF */
}

static void a_nul_is_replaced_and_ends_nothing(void **state)
{
    (void)state;
    assert_clean("a\0b\0", 4, "a" BAD "b" BAD);
}

/* The copy has room for three bytes for each. */
static void the_worst_case_fits(void **state)
{
    (void)state;
    enum { SIZE = 1000 };
    char text[SIZE], *clean = NULL;
    memset(text, 0x80, SIZE);
    assert_int_equal(sn_utf8_clean(&clean, text, SIZE, NULL), SEQNET_OK);
    assert_int_equal(strlen(clean), 3 * SIZE);
    free(clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_stays),
        cmocka_unit_test(other_bytes_become_replacement_characters),
        cmocka_unit_test(a_nul_is_replaced_and_ends_nothing),
        cmocka_unit_test(the_worst_case_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
