/* Text in man pages: nothing in it is taken for a request or an escape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "roff.h"

typedef void writer(FILE *out, const char *text);

static void assert_written(writer *write, const char *text, const char *expected)
{
    char *written = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&written, &size);
    assert_non_null(out);
    write(out, text);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(written, expected);
    free(written);
}

static void plain(FILE *out, const char *text)
{
    roff_put(out, ROFF_PLAIN, text);
}

static void characters_are_spelt(void **state)
{
    (void)state;
    assert_written(plain, "a-b\\n'\"`^~", "a\\-b\\en\\(aq\\(dq\\(ga\\(ha\\(ti");
    assert_written(plain, "x|y", "x|\\:y");
    assert_written(plain, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82",
                   "\\[u00E9] \\[u20AC] \\[u1F642]");
    assert_written(plain, "\xc3", "\\[u0003]"); /* no text of ours is cut off so */
}

static void no_line_begins_a_request(void **state)
{
    (void)state;
    assert_written(roff_words, ".TH", "\\&.TH\n");
    assert_written(roff_words, "'x' y", "\\&\\(aqx\\(aq y\n");
    assert_written(roff_words,
                   "a line that is so long that there is no room for the next word behind "
                   "it.... .h5",
                   "a line that is so long that there is no room for the next word behind "
                   "it....\n\\&.h5\n");
}

static void options_are_bold(void **state)
{
    (void)state;
    assert_written(roff_words, "pass --no-refit, or (-m FILE)",
                   "pass \\fB\\-\\-no\\-refit\\fR, or (\\fB\\-m\\fR FILE)\n");
    assert_written(roff_words, "a - b -> c, -1", "a \\- b \\-> c, \\-1\n");
}

static void lines_become_items(void **state)
{
    (void)state;
    assert_written(roff_paragraphs, "one\ntwo\n\nthree:\n  a    what it is\n  b c  more\nfour\n",
                   "one two\n.PP\nthree:\n.TP\n\\fBa\\fR\nwhat it is\n.TP\n\\fBb c\\fR\nmore\n.PP\n"
                   "four\n");
    assert_written(roff_paragraphs, "  a line\n\n", ".PP\na line\n");
    assert_written(roff_paragraphs, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_spelt),
        cmocka_unit_test(no_line_begins_a_request),
        cmocka_unit_test(options_are_bold),
        cmocka_unit_test(lines_become_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
