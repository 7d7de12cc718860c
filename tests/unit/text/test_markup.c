/* Tags, character references, addresses and faces at the start of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "markup.h"

/* The length found in a copy of exactly the text's size, so that a read past it is seen. */
static size_t found(size_t (*find)(const char *, size_t), const char *text)
{
    const size_t size = strlen(text);
    char *const copy = malloc(size);
    memcpy(copy, text, size);
    const size_t length = find(copy, size);
    free(copy);
    return length;
}

static void tags(void **state)
{
    (void)state;
    assert_int_equal(found(sn_markup_tag, "<br />x"), 6);
    assert_int_equal(found(sn_markup_tag, "</p>"), 4);
    assert_int_equal(found(sn_markup_tag, "<!x>"), 4);
    assert_int_equal(found(sn_markup_tag, "<a\n>"), 4);
    static const char *const others[] = {"<",   "<a",   "<>",     "<3>",        "< a>", "<a",
                                         "a>b", "<b<i", "<b<i>x", "<\xc3\xa9>", "<?x>"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(found(sn_markup_tag, others[i]), 0);
}

static void tags_are_bounded(void **state)
{
    (void)state;
    char text[300];
    memset(text, 'a', sizeof text);
    text[0] = '<';
    text[255] = '>';
    assert_int_equal(sn_markup_tag(text, sizeof text), 256);
    text[255] = 'a';
    text[256] = '>';
    assert_int_equal(sn_markup_tag(text, sizeof text), 0);
}

static size_t find_element(const char *text, size_t size)
{
    unsigned char unclosed = 0;
    return sn_markup_element(text, size, &unclosed);
}

static void elements(void **state)
{
    (void)state;
    assert_int_equal(found(find_element, "<!-- a > b -->c"), 14);
    assert_int_equal(found(find_element, "<!-->c"), 5);
    assert_int_equal(found(find_element, "<script>a</b></SCRIPT >c"), 23);
    assert_int_equal(found(find_element, "<Style x='y'>a</style"), 21);
    static const char *const others[] = {
        "<!--", "<!-- a", "<!- a -->", "<script>a", "<scripts></script>", "<style", "<b></b>", "x"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(found(find_element, others[i]), 0);
}

static void an_end_that_is_missing_is_looked_for_once(void **state)
{
    (void)state;
    unsigned char unclosed = 0;
    assert_int_equal(sn_markup_element("<style>a", 8, &unclosed), 0);
    assert_int_equal(sn_markup_element("<style>a</style>", 16, &unclosed), 0);
    assert_int_equal(sn_markup_element("<!-- a -->", 10, &unclosed), 10);
}

static void references_that_are_escaped_twice(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        int32_t code;
    } rows[] = {{"&amp;quot;", 10, '"'},
                {"&amp;amp;#39;x", 13, '\''},
                {"&#38;lt;", 8, '<'},
                {"&amp;amp;", 9, '&'},
                {"&amp;amp;amp;lt;", 13, '&'},
                {"&amp;quot", 5, '&'},
                {"&amp;foo;", 5, '&'},
                {"&amp;", 5, '&'},
                {"&lt;", 4, '<'},
                {"&x", 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t size = strlen(rows[i].text);
        char *const copy = malloc(size);
        int32_t code = 0;
        memcpy(copy, rows[i].text, size);
        assert_int_equal(sn_markup_escaped(copy, size, &code), rows[i].length);
        assert_int_equal(code, rows[i].code);
        free(copy);
    }
}

static void references(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        int32_t code;
    } rows[] = {
        {"&amp;", 5, '&'},
        {"&lt;x", 4, '<'},
        {"&gt;", 4, '>'},
        {"&quot;", 6, '"'},
        {"&apos;", 6, '\''},
        {"&nbsp;", 6, 0xa0},
        {"&AElig;", 7, 0xc6},
        {"&aelig;", 7, 0xe6},
        {"&zwnj;", 6, 0x200c},
        {"&frac12;", 8, 0xbd},
        {"&eacute;", 8, 0xe9},
        {"&yuml;", 6, 0xff},
        {"&hellip;", 8, 0x2026},
        {"&nbs;", 5, SN_MARKUP_UNKNOWN},
        {"&nbspx;", 7, SN_MARKUP_UNKNOWN},
        {"&abcdefghijklmnopqrstuvwxyzabcde;", 33, SN_MARKUP_UNKNOWN},
        {"&abcdefghijklmnopqrstuvwxyzabcdef;", 0, 0},
        {"&#39;", 5, '\''},
        {"&#x27;", 6, '\''},
        {"&#X1f600;", 9, 0x1f600},
        {"&#0;", 4, 0},
        {"&#xd800;", 8, SN_MARKUP_UNKNOWN},
        {"&#x10ffff;", 10, 0x10ffff},
        {"&#x110000;", 10, SN_MARKUP_UNKNOWN},
        {"&#99999999;", 11, SN_MARKUP_UNKNOWN},
        {"&#999999999;", 0, 0},
        {"&", 0, 0},
        {"&;", 0, 0},
        {"&a;", 0, 0},
        {"&1a;", 0, 0},
        {"&amp", 0, 0},
        {"&am p;", 0, 0},
        {"&#;", 0, 0},
        {"&#x;", 0, 0},
        {"&#12", 0, 0},
        {"&#1x;", 0, 0},
        {"amp;", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t size = strlen(rows[i].text);
        char *const copy = malloc(size);
        memcpy(copy, rows[i].text, size);
        int32_t code = 0;
        assert_int_equal(sn_markup_reference(copy, size, &code), rows[i].length);
        assert_int_equal(code, rows[i].code);
        free(copy);
    }
}

static void urls(void **state)
{
    (void)state;
    assert_int_equal(found(sn_markup_url, "http://a"), 8);
    assert_int_equal(found(sn_markup_url, "HTTPS://a.b/c?d=e&f#g x"), 21);
    assert_int_equal(found(sn_markup_url, "www.a.b"), 7);
    assert_int_equal(found(sn_markup_url, "www.a.b)...!"), 7);
    assert_int_equal(found(sn_markup_url, "www.a\"b"), 5);
    assert_int_equal(found(sn_markup_url, "www.a<b>"), 5);
    assert_int_equal(found(sn_markup_url, "www.a\xe6\x88\x91"), 5);
    assert_int_equal(found(sn_markup_url, "www.a/(b)/"), 10);
    static const char *const others[] = {
        "www",       "www.",    "www..a", "http://",         "http:/a",
        "httpx://a", "ftp://a", "w",      "http://\xc3\xa9", "wwww.a"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(found(sn_markup_url, others[i]), 0);
}

static void assert_face(const char *text, bool after_word, size_t length, const char *expected)
{
    char face[SN_MARKUP_FACE] = "";
    const size_t size = strlen(text);
    char *const copy = malloc(size);
    memcpy(copy, text, size);
    assert_int_equal(sn_markup_face(copy, size, after_word, face), length);
    assert_string_equal(face, expected);
    free(copy);
}

static void common_faces(void **state)
{
    (void)state;
    assert_face(":)", false, 2, ":)");
    assert_face(":-)", true, 3, ":)");
    assert_face(":)))x", true, 4, ":)");
    assert_face(":]", false, 2, ":)");
    assert_face(":'(", false, 3, ":'(");
    assert_face(":D", false, 2, ":d");
    assert_face(":D", true, 0, "");
    assert_face(":Do", false, 0, "");
    assert_face(":d.", false, 2, ":d");
    assert_face(":\\", false, 2, ":/");
    assert_face("://", false, 0, "");
    assert_face(":/x", false, 0, "");
    assert_face(";/", false, 0, "");
    assert_face(":x", false, 0, "");
    assert_face(":", false, 0, "");
    assert_face(":-", false, 0, "");
    assert_face("<3", false, 2, "<3");
    assert_face("<33!", false, 3, "<3");
    assert_face("</3", false, 3, "</3");
    assert_face("<3d", false, 0, "");
    assert_face("<", false, 0, "");
    assert_face("</", false, 0, "");
    assert_face("x)", false, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags),       cmocka_unit_test(tags_are_bounded),
        cmocka_unit_test(elements),   cmocka_unit_test(an_end_that_is_missing_is_looked_for_once),
        cmocka_unit_test(references), cmocka_unit_test(references_that_are_escaped_twice),
        cmocka_unit_test(urls),       cmocka_unit_test(common_faces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
