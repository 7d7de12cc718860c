/* Text of users in a page, and numbers in their forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html.h"
#include "small_charts.h"

static void html(FILE *out, const void *text)
{
    put_html(out, text);
}

static void name(FILE *out, const void *text)
{
    put_name(out, text);
}

static void script(FILE *out, const void *text)
{
    put_script_json(out, text);
}

static void share(FILE *out, const void *number)
{
    put_percent(out, *(const double *)number);
}

static void decimal(FILE *out, const void *number)
{
    put_decimal(out, *(const double *)number);
}

static void count(FILE *out, const void *number)
{
    put_count(out, *(const size_t *)number);
}

static void interval(FILE *out, const void *ends)
{
    put_interval(out, *(const seqnet_interval *)ends);
}

/* Expects what a function prints of something. */
static void expect(print_function *print, const void *what, const char *text)
{
    char *const shown = printed(print, what);
    assert_string_equal(shown, text);
    free(shown);
}

static void test_text_of_users_is_no_markup(void **state)
{
    (void)state;
    expect(html, "<b onclick=\"x('y')\">&amp;</b>",
           "&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;amp;&lt;/b&gt;");
    expect(html, "a\x1b[31m\n\xff\xe2\x80\xae", "a\\x1b[31m\\n\\xff\\u202e");
    expect(name, "\xe4\xb8\xad\xe6\x96\x87", "<bdi>\xe4\xb8\xad\xe6\x96\x87</bdi>");
}

static void test_a_long_name_is_cut(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'x', sizeof text);
    text[199] = '\0';
    char *const shown = printed(name, text);
    assert_int_equal(strspn(shown + strlen("<bdi>"), "x"), NAME_CELLS - 1);
    assert_non_null(strstr(shown, "\xe2\x80\xa6</bdi>"));
    free(shown);
}

static void test_json_does_not_end_its_element(void **state)
{
    (void)state;
    expect(script, "[\"</script><!--\"]", "[\"\\u003c/script>\\u003c!--\"]");
}

static void test_numbers_have_one_form_and_all_their_digits(void **state)
{
    (void)state;
    const double eighth = 0.125, third = 1.0 / 3.0, none = (double)NAN;
    expect(share, &eighth, "<data value=\"0.125\">12.5\xc2\xa0%</data>");
    expect(decimal, &third, "<data value=\"0.3333333333333333\">0.3333</data>");
    expect(share, &none, "<span title=\"not defined\">\xe2\x80\x93</span>");
    const size_t many = 25000;
    expect(count, &many, "<data value=\"25000\">25,000</data>");
    const seqnet_interval ends = {0.5, 0.75};
    expect(interval, &ends,
           "<data value=\"0.5\">50.0</data>\xc2\xa0to\xc2\xa0<data value=\"0.75\">75.0\xc2\xa0%"
           "</data>");
}

static void table(FILE *out, const void *caption)
{
    static const table_column columns[] = {{"Label", false}, {"Rows", true}};
    open_table(out, caption, TABLE_SORTABLE | TABLE_TALL);
    put_columns(out, columns, 2);
    close_table(out);
}

static void test_a_table_has_a_caption_and_scopes(void **state)
{
    (void)state;
    char *const shown = printed(table, "Rows & more");
    assert_non_null(strstr(shown, "<caption>Rows &amp; more</caption>"));
    assert_non_null(strstr(shown, "<th scope=\"col\" class=\"n\">Rows</th>"));
    assert_non_null(strstr(shown, "class=\"box tall\" role=\"region\" tabindex=\"0\""));
    assert_non_null(strstr(shown, "sortable"));
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_of_users_is_no_markup),
        cmocka_unit_test(test_a_long_name_is_cut),
        cmocka_unit_test(test_json_does_not_end_its_element),
        cmocka_unit_test(test_numbers_have_one_form_and_all_their_digits),
        cmocka_unit_test(test_a_table_has_a_caption_and_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
