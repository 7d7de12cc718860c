/* How lines that are being typed are split into words, whatever stands in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "typed_words.h"

static const char BREAKS[] = " \t\n\"'@><=;|&(:";

/* "a|b|[c]|d": the words, of which the current one has brackets. */
static void assert_words(const typed_words *typed, const char *expected)
{
    char text[400] = "";
    for (size_t i = 0; i < typed->count; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, i == typed->current ? "%s[%s]" : "%s%s",
                       i ? "|" : "", typed->words[i]);
    }
    assert_string_equal(text, expected);
}

static void assert_split(const char *head, const char *tail, const char *expected)
{
    typed_words typed;
    assert_true(split_line(&typed, head, tail, BREAKS));
    assert_words(&typed, expected);
    free_words(&typed);
}

static void blanks_separate_words(void **state)
{
    (void)state;
    assert_split("seqnet train", "", "seqnet|[train]");
    assert_split("seqnet train ", "", "seqnet|train|[]");
    assert_split("  seqnet \t a", "", "seqnet|[a]");
    assert_split("", "", "[]");
}

static void quotes_are_taken_off(void **state)
{
    (void)state;
    assert_split("s 'a b' \"c d\" e\\ f", "", "s|a b|c d|[e f]");
    assert_split("s 'a\\' \"\\\"\\x\\$\"", "", "s|a\\|[\"\\x$]");
    assert_split("s '' \"", "", "s||[]");
    assert_split("s a'b c'd\\", "", "s|[ab cd]");
}

static void what_is_behind_the_cursor_counts(void **state)
{
    (void)state;
    assert_split("s a", "bc d", "s|[a]|d");
    assert_split("s a", " b 'c d'", "s|[a]|b|c d");
    assert_split("s 'a", " b' c", "s|[a]|c");
    assert_split("s a", "\\ b c | other d", "s|[a]|c");
    assert_split("s a ", "; other", "s|a|[]");
}

static void redirections_are_no_words(void **state)
{
    typed_words typed;
    (void)state;
    assert_split("s a <f b", "", "s|a|[b]");
    assert_split("s 2>e a >> f b", "", "s|a|[b]");
    assert_split("s a&>f b", "", "s|a&|[b]");
    assert_true(split_line(&typed, "s a < f", "", BREAKS));
    assert_true(typed.is_redirected);
    free_words(&typed);
    assert_split("other | s a", "", "s|[a]");
    assert_split("other; s a", "", "s|[a]");
}

static void home_stands_for_the_tilde(void **state)
{
    (void)state;
    assert_int_equal(setenv("HOME", "/h", 1), 0);
    assert_split("s ~/a a~/b '~/c' ~", "", "s|/h/a|a~/b|~/c|[~]");
    char home[] = "~/a", quoted[] = "'b", blank[] = "c d";
    char *const words[] = {home, quoted, blank};
    typed_words typed;
    assert_true(take_words(&typed, words, 3, 1, false));
    assert_words(&typed, "seqnet|/h/a|['b]|c d");
    free_words(&typed);
    assert_true(take_words(&typed, words, 3, 1, true));
    assert_words(&typed, "seqnet|/h/a|[b]|c d");
    free_words(&typed);
    assert_int_equal(unsetenv("HOME"), 0);
    assert_split("s ~/a", "", "s|[~/a]");
}

static void assert_kept(const char *head, size_t kept, char quote)
{
    typed_words typed;
    assert_true(split_line(&typed, head, "", BREAKS));
    assert_int_equal(typed.kept, kept);
    assert_int_equal(typed.quote, quote);
    free_words(&typed);
}

static void bash_replaces_what_is_behind_breaks_and_quotes(void **state)
{
    (void)state;
    assert_kept("s ab", 0, '\0');
    assert_kept("s --a=b", 4, '\0');
    assert_kept("s --a=b:c", 6, '\0');
    assert_kept("s --a\\=b", 0, '\0');
    assert_kept("s --a=\"b=c", 4, '"');
    assert_kept("s 'b", 0, '\'');
    assert_kept("s a=b ", 0, '\0');
}

static void any_bytes_are_split(void **state)
{
    static const char BYTES[] = "ab \t\n'\"\\<>|&;=~/\xc3\xff$1-";
    char line[30];
    sn_rng rng;
    (void)state;
    assert_int_equal(setenv("HOME", "/a/home/of/some/length", 1), 0);
    sn_rng_seed(&rng, 7, SN_RNG_INIT);
    for (int i = 0; i < 20000; i++) {
        typed_words typed;
        const size_t length = sn_rng_below(&rng, sizeof line);
        for (size_t k = 0; k < length; k++)
            line[k] = BYTES[sn_rng_below(&rng, sizeof BYTES - 1)];
        line[length ? length - 1 : 0] = '\0';
        assert_true(split_line(&typed, line, line + length / 2, BREAKS));
        assert_true(typed.is_redirected || typed.current < typed.count);
        free_words(&typed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_separate_words),
        cmocka_unit_test(quotes_are_taken_off),
        cmocka_unit_test(what_is_behind_the_cursor_counts),
        cmocka_unit_test(redirections_are_no_words),
        cmocka_unit_test(home_stands_for_the_tilde),
        cmocka_unit_test(bash_replaces_what_is_behind_breaks_and_quotes),
        cmocka_unit_test(any_bytes_are_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
