/* Text in XML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "small_charts.h"
#include "xml.h"

static void print_xml(FILE *out, const void *what)
{
    put_xml(out, what, strlen(what));
}

static void expect_xml(const char *text, const char *expected)
{
    char *const xml = printed(print_xml, text);
    assert_string_equal(xml, expected);
    free(xml);
}

static void test_markup_becomes_text(void **state)
{
    (void)state;
    expect_xml("<b a=\"1\" c='2'>&amp;</b>",
               "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
    expect_xml("]]>", "]]&gt;");
}

static void test_other_characters_stay(void **state)
{
    (void)state;
    expect_xml("", "");
    expect_xml("a\xc3\xa4\xe6\x98\xa0\xf0\x9f\x8e\xac", "a\xc3\xa4\xe6\x98\xa0\xf0\x9f\x8e\xac");
}

static void test_what_xml_forbids_is_spelt_out(void **state)
{
    (void)state;
    expect_xml("a\tb\nc\x01", "a\\tb\\nc\\x01");
    expect_xml("\xff\xc3", "\\xff\\xc3");
    expect_xml("\xef\xbf\xbe\xef\xbf\xbf", "\\ufffe\\uffff");
    expect_xml("\xef\xbf\xbd", "\xef\xbf\xbd"); /* U+FFFD is allowed */
    expect_xml("\xe2\x80\xae", "\\u202e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markup_becomes_text),
        cmocka_unit_test(test_other_characters_stay),
        cmocka_unit_test(test_what_xml_forbids_is_spelt_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
