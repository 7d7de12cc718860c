/* Words of files of options and of SEQNET_OPTIONS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_words.h"

/* "2:word" for each word and "1[heading]" for each heading, with bars between lines and blanks
 * between the words of a line; or "3! " and what is wrong. */
static void spell_words(const char *bytes, size_t length, bool is_file, char out[400])
{
    config_words words = {0};
    size_t line, used = 0;
    char *const text = malloc(length + 1); /* as long as needed, for the sanitizers */
    assert_non_null(text);
    memcpy(text, bytes, length);
    text[length] = '\0';
    const char *const wrong = read_config_words(text, length, is_file, &words, &line);
    out[0] = '\0';
    for (size_t i = 0; i < words.count && !wrong; i++) {
        const config_word *const w = &words.all[i];
        used += (size_t)snprintf(out + used, 400 - used, w->is_heading ? "%s%zu[%s]" : "%s%zu:%s",
                                 !i               ? ""
                                 : w->begins_line ? "|"
                                                  : " ",
                                 w->line, w->text);
    }
    if (wrong)
        (void)snprintf(out, 400, "%zu! %s", line, wrong);
    free(words.all);
    free(text);
}

static void assert_words(const char *text, const char *expected)
{
    char out[400];
    spell_words(text, strlen(text), true, out);
    assert_string_equal(out, expected);
}

static void assert_line(const char *text, const char *expected)
{
    char out[400];
    spell_words(text, strlen(text), false, out);
    assert_string_equal(out, expected);
}

static void test_blanks_separate_words(void **state)
{
    (void)state;
    assert_words("--units 64\n\n\t--lr=0.1 ", "1:--units 1:64|3:--lr=0.1");
    assert_words("", "");
    assert_words(" \n\t\r\n", "");
}

static void test_quotes_and_backslashes_take_characters_as_they_are(void **state)
{
    (void)state;
    assert_words("--map '1,2=bad;4=good'", "1:--map 1:1,2=bad;4=good");
    assert_words("a\" b \"c' d '", "1:a b c d ");
    assert_words("'' x", "1: 1:x");
    assert_words("a\\ b \\\\ \\'", "1:a b 1:\\ 1:'");
    assert_words("\"\\\"\\$\\n\" '\\n'", "1:\"$\\n 1:\\n");
    assert_words("$HOME ~ *", "1:$HOME 1:~ 1:*");
    assert_words("end\\", "1:end\\");
}

static void test_lines_are_counted_over_quotes_and_continued_lines(void **state)
{
    (void)state;
    assert_words("'a\nb' c\nd", "1:a\nb 2:c|3:d");
    assert_words("a\\\nb c\nd", "1:ab 2:c|3:d");
    assert_words("\"a\\\nb\"\nc", "1:ab|3:c");
}

static void test_a_backslash_at_the_end_continues_a_line_between_words_too(void **state)
{
    (void)state;
    assert_words("--epochs 2 \\\n  --units 3\n-q", "1:--epochs 1:2 2:--units 2:3|3:-q");
    assert_words("--units \\\n32\n[train]", "1:--units 2:32|3[train]");
    assert_words("-q\\\n -v", "1:-q 2:-v");
    assert_words("\\\n\\\n-q \\\n", "3:-q");
    assert_words("-q \\\n\n-v \\\n# not \\\n-j2", "1:-q|3:-v|5:-j2");
    assert_words("-q \\\n[train]", "1:-q 2:[train]");
    assert_words("a \\\r\nb\\\r\n\"c\\\r\nd\"\r\ne", "1:a 2:bcd|5:e");
    assert_line("--lr \\\n 1 \\\n", "1:--lr 2:1");
}

static void test_comments_begin_words(void **state)
{
    (void)state;
    assert_words("# one\na # two 'three\nb#c '#d'\n#", "2:a|3:b#c 3:#d");
}

static void test_headings_stand_on_lines_of_their_own(void **state)
{
    (void)state;
    assert_words("[train]\n--lr 1\n [ load check ] # both\n-q",
                 "1[train]|2:--lr 2:1|3[ load check ]|4:-q");
    assert_words("--map [a]\n'[b]'", "1:--map 1:[a]|2:[b]");
    assert_words("[]", "1[]");
    assert_words("a\n[train\nb]", "2! a heading needs a bracket at its end, as in '[train]'");
    assert_words("[", "1! a heading needs a bracket at its end, as in '[train]'");
    assert_words("[train] --lr 1", "1! a heading stands on a line of its own");
}

static void test_a_line_of_options_has_no_comments_and_headings(void **state)
{
    (void)state;
    assert_line("[train] # -q", "1:[train] 1:# 1:-q");
}

static void test_files_of_other_systems_are_read(void **state)
{
    (void)state;
    assert_words("\xef\xbb\xbf[train]\r\n--units 64\r\n--lr 1",
                 "1[train]|2:--units 2:64|3:--lr 3:1");
}

static void test_what_is_no_text_is_named(void **state)
{
    char out[400];
    (void)state;
    assert_words("a\n'b\nc", "2! a quote is not closed");
    assert_words("\"", "1! a quote is not closed");
    assert_words("\"\\", "1! a quote is not closed");
    spell_words("a\nb\0c", 5, true, out);
    assert_string_equal(out, "2! has a NUL byte, which no text has");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blanks_separate_words),
        cmocka_unit_test(test_quotes_and_backslashes_take_characters_as_they_are),
        cmocka_unit_test(test_lines_are_counted_over_quotes_and_continued_lines),
        cmocka_unit_test(test_a_backslash_at_the_end_continues_a_line_between_words_too),
        cmocka_unit_test(test_comments_begin_words),
        cmocka_unit_test(test_headings_stand_on_lines_of_their_own),
        cmocka_unit_test(test_a_line_of_options_has_no_comments_and_headings),
        cmocka_unit_test(test_files_of_other_systems_are_read),
        cmocka_unit_test(test_what_is_no_text_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
