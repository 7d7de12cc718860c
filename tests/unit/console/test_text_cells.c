/* Texts measured in the cells of a terminal, cut to them and wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text_cells.h"

static void test_a_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_int_equal(fitting_bytes("", 3), 0);
    assert_int_equal(fitting_bytes("abc", 3), 3);
    assert_int_equal(fitting_bytes("abcd", 3), 3);
    assert_int_equal(fitting_bytes("a\xc3\xa4"
                                   "b",
                                   2),
                     3); /* two bytes, one cell */
    assert_int_equal(fitting_bytes("a\xe6\x98\xa0"
                                   "b",
                                   2),
                     1); /* two cells */
    assert_int_equal(fitting_bytes("a\xe6\x98\xa0"
                                   "b",
                                   3),
                     4);
}

static void test_what_is_spelt_out_takes_its_cells(void **state)
{
    (void)state;
    assert_int_equal(fitting_bytes("\x01"
                                   "a",
                                   3),
                     0);
    assert_int_equal(fitting_bytes("\x01"
                                   "a",
                                   4),
                     1);
    assert_int_equal(fitting_bytes("\xff"
                                   "a",
                                   5),
                     2);
}

static void assert_first_line(const char *text, size_t cells, const char *expected)
{
    assert_int_equal(wrapped_bytes(text, cells), strlen(expected));
    assert_int_equal(strncmp(text, expected, strlen(expected)), 0);
}

static void test_lines_are_broken_between_words(void **state)
{
    (void)state;
    assert_first_line("one two three", 13, "one two three");
    assert_first_line("one two three", 12, "one two");
    assert_first_line("one two three", 7, "one two");
    assert_first_line("one two three", 6, "one");
    assert_first_line("longword two", 4, "longword");
    assert_first_line("longword", 4, "longword");
    assert_first_line("", 4, "");
    assert_first_line("\xe6\x98\xa0\xe6\x98\xa0 b", 5, "\xe6\x98\xa0\xe6\x98\xa0");
}

static void test_a_number_stays_with_its_name(void **state)
{
    (void)state;
    assert_first_line("loss: 0.25 - acc: 0.5", 20, "loss: 0.25 -");
    assert_first_line("loss: 0.25 - acc: 0.5", 11, "loss: 0.25 -"); /* as if it were one word */
    assert_first_line("a 0.25 %", 6, "a");
    assert_first_line("labels: a, b", 9, "labels:");
}

static void test_widths_are_those_of_terminals(void **state)
{
    (void)state;
    assert_int_equal(display_width(""), 0);
    assert_int_equal(display_width("abc"), 3);
    assert_int_equal(display_width("приложение"), 10);
    assert_int_equal(display_width("价格"), 4);
    assert_int_equal(display_width("한국어"), 6);
    assert_int_equal(display_width("مرحبا"), 5);
    assert_int_equal(display_width("ﾊﾝｶｸ"), 4);  /* half-width */
    assert_int_equal(display_width("हिन्दी"), 5); /* vowel signs that stand beside a letter */
    assert_int_equal(display_width("தமிழ்"), 4);
    assert_int_equal(display_width("বাংলা"), 5);
    assert_int_equal(display_width("ខ្មែរ"), 4);
    assert_int_equal(display_width("မြန်မာ"), 5);
    assert_int_equal(display_width("ภาษาไทย"), 7);
    assert_int_equal(display_width("\u1112\u1161\u11ab"), 2); /* Hangul that is decomposed */
    assert_int_equal(bytes_width("价格", 3), 2);
}

static void test_what_joins_characters_has_no_width(void **state)
{
    (void)state;
    assert_int_equal(display_width("e\u0301te\u0301"), 3); /* combining accents */
    assert_int_equal(display_width("שָׁלוֹם"), 4);            /* points of Hebrew */
    assert_int_equal(display_width("a\u200db"), 2);        /* a joiner */
    assert_int_equal(display_width("\u200fa\u200e"), 1);   /* marks of the writing direction */
    assert_int_equal(display_width("👍"), 2);
    assert_int_equal(display_width("👩\u200d👧"), 4); /* as terminals without such signs show it */
}

static void test_a_character_keeps_its_accents_where_a_text_is_cut(void **state)
{
    (void)state;
    assert_int_equal(fitting_bytes("e\u0301te\u0301", 1), 3);
    assert_int_equal(fitting_bytes("e\u0301te\u0301", 2), 4);
    assert_int_equal(fitting_bytes("e\u0301te\u0301", 3), 7);
}

static void test_what_is_copied_stays_together(void **state)
{
    (void)state;
    assert_first_line("merge with --map a=b first", 16, "merge with");
    assert_first_line("leave --map out --now b", 12, "leave");
    assert_first_line("or --json --all", 11, "or --json"); /* no value */
    assert_first_line("--json, or else", 9, "--json,");
    assert_first_line("type 'seqnet help train' now", 22, "type");
    assert_first_line("type 'seqnet help train' now", 19, "type");
    assert_first_line("type 'seqnet help train' now", 17, "type 'seqnet help"); /* too long */
    assert_first_line("a model's words, its labels", 16, "a model's words,");
    assert_first_line("'of a'b c' d", 11, "'of a'b c'");
    assert_first_line("an 'open quote goes on", 12, "an 'open");
}

static void test_rows_are_broken_between_columns(void **state)
{
    (void)state;
    assert_first_line("name  one 1  two 2", 16, "name  one 1");
    assert_first_line("name  one two three four", 16, "name  one two"); /* one column alone */
    assert_first_line("a  b    c", 8, "a  b");
}

/* What put_wrapped prints. */
static void assert_wrapped(const char *text, size_t first, size_t width, const char *expected)
{
    char *printed;
    size_t size;
    FILE *const out = open_memstream(&printed, &size);
    put_wrapped(out, text, first, width);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_further_lines_are_indented(void **state)
{
    (void)state;
    assert_wrapped("one two three four", 0, 10, "one two\n  three\n  four");
    assert_wrapped("  one two three", 0, 10, "  one two\n    three");
    assert_wrapped("one two three", 4, 10, "one\n  two\n  three");
    assert_wrapped("one two three", 0, SIZE_MAX, "one two three");
    assert_wrapped("one two three", 0, 3, "one two three"); /* too narrow for anything */
    assert_wrapped("a\033[2J bcdef", 0, 8, "a\\x1b[2J\n  bcdef");
    assert_wrapped("", 0, 9, "");
}

/* Writes words of one to nine letters, some of them wide, with a blank between two. */
static void write_words(char *text, size_t size, unsigned seed)
{
    static const char *const letters[] = {"a", "b", "é", "价"};
    size_t used = 0;
    for (unsigned left = seed % 9 + 1; used + 4 < size; left--) {
        seed = seed * 1103515245U + 12345U;
        const char *const next = left ? letters[seed >> 16 & 3] : " ";
        used += (size_t)snprintf(text + used, size - used, "%s", next);
        left = left ? left : (seed >> 20) % 9 + 2;
    }
    text[used] = '\0';
}

/* Both consume what they look at. */
static void assert_lines_fit(char *printed, size_t width)
{
    char *left;
    for (char *line = strtok_r(printed, "\n", &left); line; line = strtok_r(NULL, "\n", &left))
        assert_true(display_width(line) <= width);
}

static void assert_same_words(char *text, char *printed)
{
    char *left, *wrapped_left;
    char *wrapped = strtok_r(printed, " \n", &wrapped_left);
    for (char *word = strtok_r(text, " ", &left); word; word = strtok_r(NULL, " ", &left)) {
        assert_non_null(wrapped);
        assert_string_equal(wrapped, word);
        wrapped = strtok_r(NULL, " \n", &wrapped_left);
    }
    assert_null(wrapped);
}

static void assert_wraps_well(unsigned seed, size_t width)
{
    char text[400], *printed;
    size_t size;
    FILE *const out = open_memstream(&printed, &size);
    write_words(text, sizeof text, seed);
    put_wrapped(out, text, 0, width);
    assert_int_equal(fclose(out), 0);
    char *const copy = strdup(printed);
    assert_lines_fit(copy, width);
    assert_same_words(text, printed);
    free(copy);
    free(printed);
}

static void test_wrapped_words_are_whole_and_fit(void **state)
{
    enum { NARROWEST = 22, WIDEST = 120 }; /* an indent and ten wide letters */
    (void)state;
    for (unsigned seed = 1; seed <= 50; seed++)
        for (size_t width = NARROWEST; width <= WIDEST; width++)
            assert_wraps_well(seed, width);
}

/* The text is as long as its memory, so that a sanitizer sees what is read behind it. */
static void assert_keeps_words(size_t indent, size_t first, size_t width)
{
    static const char words[] = "one two three four in it";
    char *printed, *const text = malloc(indent + sizeof words);
    size_t size;
    assert_non_null(text);
    memset(text, ' ', indent);
    memcpy(text + indent, words, sizeof words);
    FILE *const out = open_memstream(&printed, &size);
    put_wrapped(out, text, first, width);
    assert_int_equal(fclose(out), 0);
    assert_same_words(text, printed);
    free(printed);
    free(text);
}

static void test_leading_blanks_belong_to_the_first_line_alone(void **state)
{
    enum { MOST = 12, WIDEST = 40 };
    (void)state;
    for (size_t indent = 0; indent <= MOST; indent++)
        for (size_t first = 0; first <= MOST; first++)
            for (size_t width = 1; width <= WIDEST; width++)
                assert_keeps_words(indent, first, width);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_is_cut_between_characters),
        cmocka_unit_test(test_what_is_spelt_out_takes_its_cells),
        cmocka_unit_test(test_lines_are_broken_between_words),
        cmocka_unit_test(test_a_number_stays_with_its_name),
        cmocka_unit_test(test_widths_are_those_of_terminals),
        cmocka_unit_test(test_what_joins_characters_has_no_width),
        cmocka_unit_test(test_a_character_keeps_its_accents_where_a_text_is_cut),
        cmocka_unit_test(test_what_is_copied_stays_together),
        cmocka_unit_test(test_rows_are_broken_between_columns),
        cmocka_unit_test(test_further_lines_are_indented),
        cmocka_unit_test(test_wrapped_words_are_whole_and_fit),
        cmocka_unit_test(test_leading_blanks_belong_to_the_first_line_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
