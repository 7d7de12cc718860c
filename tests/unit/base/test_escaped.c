/* Names between separators, with backslashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "escaped.h"

/* Takes a name from `text` and checks it, what is left, and whether there were backslashes. */
static void assert_taken(const char *text, const char *ends, const char *name, const char *rest,
                         bool escaped)
{
    char out[64];
    memset(out, 'x', sizeof out);
    size_t length = 99;
    bool met = !escaped;
    const char *const stopped = sn_take_escaped(text, ends, out, &length, &met);
    assert_int_equal(length, strlen(name));
    assert_string_equal(out, name);
    assert_string_equal(stopped, rest);
    assert_int_equal(met, escaped);
    assert_int_equal(out[strlen(text) + 1], 'x'); /* room for strlen(text) + 1 is enough */
    assert_ptr_equal(sn_take_escaped(text, ends, out, &length, NULL), stopped);
}

static void a_name_ends_at_a_separator_or_the_end(void **state)
{
    (void)state;
    assert_taken("a,b", ",", "a", ",b", false);
    assert_taken("a=b,c", ",=", "a", "=b,c", false);
    assert_taken("a b ", ",", "a b ", "", false);
    assert_taken("", ",", "", "", false);
    assert_taken(",b", ",", "", ",b", false);
    assert_taken("a;b", "", "a;b", "", false);
}

static void a_backslash_takes_the_meaning_away(void **state)
{
    (void)state;
    assert_taken("a\\,b,c", ",", "a,b", ",c", true);
    assert_taken("\\=\\;=x", "=;", "=;", "=x", true);
    assert_taken("\\a\\n", ",", "an", "", true);
    assert_taken("\\\\,b", ",", "\\", ",b", true);
    assert_taken("\\*", ",", "*", "", true);
}

/* There is nothing behind it whose meaning it could take. */
static void a_last_backslash_is_itself(void **state)
{
    (void)state;
    assert_taken("a\\", ",", "a\\", "", false);
    assert_taken("\\", ",", "\\", "", false);
    assert_taken("\\\\\\", ",", "\\\\", "", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_ends_at_a_separator_or_the_end),
        cmocka_unit_test(a_backslash_takes_the_meaning_away),
        cmocka_unit_test(a_last_backslash_is_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
