/* Texts of rows in a page: on one line, cut, with colored words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prose.h"
#include "small_charts.h"

enum { WORDS = 300 };

static void prose(FILE *out, const void *text)
{
    put_prose(out, text, strlen(text), 10);
}

static void expect(const char *text, const char *html)
{
    char *const shown = printed(prose, text);
    assert_string_equal(shown, html);
    free(shown);
}

static void test_prose_is_one_line_and_is_cut(void **state)
{
    (void)state;
    expect("a\r\n\t b", "a b");
    expect("<i>\x01", "&lt;i&gt;\\x01");
    expect("0123456789", "0123456789");
    expect("01234567890", "0123456789\xe2\x80\xa6");
    expect("", "");
}

/* A text of words "w w w ..." with contributions. */
typedef struct explained {
    char text[2 * WORDS + 1];
    seqnet_explained_word words[WORDS];
    double contributions[WORDS];
    seqnet_explanation explanation;
} explained;

static void make(explained *e, size_t count)
{
    *e = (explained){.explanation = {.words = e->words, .count = count}};
    for (size_t i = 0; i < count; i++) {
        e->text[2 * i] = 'w';
        e->text[2 * i + 1] = i + 1 < count ? ' ' : '\0';
        e->words[i] = (seqnet_explained_word){.start = 2 * i, .end = 2 * i + 1};
    }
}

static void print_explained(FILE *out, const void *what)
{
    const explained *const e = what;
    put_explained(out, e->text, strlen(e->text), &e->explanation, e->contributions);
}

static void test_words_are_marked_by_sign_and_size(void **state)
{
    (void)state;
    explained e;
    make(&e, 4);
    e.contributions[0] = 2.0;
    e.contributions[1] = -1.0;
    e.contributions[2] = 0.01;
    e.contributions[3] = 0.3;
    char *const shown = printed(print_explained, &e);
    assert_string_equal(shown, "<mark class=\"for4\" title=\"+2.00\">w</mark> "
                               "<mark class=\"against2\" title=\"-1.00\">w</mark> w "
                               "<mark class=\"for1\" title=\"+0.30\">w</mark>");
    free(shown);
}

static void test_of_a_long_text_the_part_that_matters_is_shown(void **state)
{
    (void)state;
    explained e;
    make(&e, WORDS);
    e.contributions[200] = 1.0;
    char *shown = printed(print_explained, &e);
    assert_non_null(strstr(shown, "<mark class=\"for4\""));
    assert_memory_equal(shown, "\xe2\x80\xa6 w", 5);
    assert_string_equal(shown + strlen(shown) - 4, " \xe2\x80\xa6");
    free(shown);
    make(&e, WORDS); /* nothing matters: the beginning */
    shown = printed(print_explained, &e);
    assert_memory_equal(shown, "w w w", 5);
    free(shown);
}

static void test_a_text_without_words_is_shown(void **state)
{
    (void)state;
    explained e;
    make(&e, 0);
    memcpy(e.text, "!?", sizeof "!?");
    char *const shown = printed(print_explained, &e);
    assert_string_equal(shown, "!?");
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prose_is_one_line_and_is_cut),
        cmocka_unit_test(test_words_are_marked_by_sign_and_size),
        cmocka_unit_test(test_of_a_long_text_the_part_that_matters_is_shown),
        cmocka_unit_test(test_a_text_without_words_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
