/* Lists of words in files: counts behind the words, and entries that no text can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support.h"
#include "word_list.h"

static const sn_text_rule UNICODE = {.kind = SN_TEXT_RULE_UNICODE}, KERAS = {0};

/* What is told about a list, behind the folder's name; `words` are its words, with | between. */
static void assert_list(const char *text, sn_text_rule rule, const char *words, const char *told)
{
    char joined[256] = "", found[SN_WORD_LIST_TOLD];
    size_t used = 0;
    sn_vocabulary *vocabulary = NULL;
    seqnet_error err = {0};
    const test_path path = write_text("list.txt", text);
    assert_ok(sn_word_list_read(&vocabulary, found, path.text, NULL, rule, &err), &err);
    for (size_t rank = 1; rank <= sn_vocabulary_size(vocabulary); rank++) {
        size_t length = 0;
        const char *const word = sn_vocabulary_word(vocabulary, rank, &length);
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%.*s|", (int)length,
                                 word ? word : "");
    }
    sn_vocabulary_free(vocabulary);
    assert_string_equal(joined, words);
    if (*told == '\0')
        assert_string_equal(found, "");
    else if (!strstr(found, told))
        fail_msg("'%s' does not say '%s'", found, told);
}

static void words_are_lines(void **state)
{
    (void)state;
    assert_list("film\ngreat\r\n\ndon't\n", KERAS, "film|great||don't|", "");
    assert_list("film\nfilme\n", UNICODE, "film|filme|", "");
}

static void counts_behind_words_are_left_out(void **state)
{
    (void)state;
    assert_list("the 1000\nfilm\t24\ngreat  3\n", UNICODE, "the|film|great|",
                "list.txt: the counts behind the words are left out (3 of 3 lines)");
    assert_list("the 1000\nfilm 24\nGreat\n", UNICODE, "the|film|Great|",
                "are left out (2 of 3 lines); ");
    assert_list("the 1000\nfilm\ngreat\n", UNICODE, "the 1000|film|great|",
                "list.txt:1: no text has the word 'the 1000', since the text rule makes 2 words, "
                "the first 'the', of it; so it is with 1 of 3 entries");
    assert_list("1000\n24\n", UNICODE, "1000|24|", "");
}

static void entries_that_no_text_has_are_told(void **state)
{
    (void)state;
    assert_list("film\n\nGREAT\nDull\n", UNICODE, "film||GREAT|Dull|",
                "list.txt:3: no text has the word 'GREAT', since the text rule makes 'great' of "
                "it; so it is with 2 of 3 entries");
    assert_list("film,\n", KERAS, "film,|", "makes 'film' of it; so it is with 1 of 1 entries");
    assert_list("film\n,\n", KERAS, "film|,|",
                ":2: no text has the word ',', since the text rule "
                "makes no word of it; so it is with 1 of 2");
}

/* The encoding of the data is that of the list, too, unless the list is UTF-8. */
static void lists_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *text, *encoding, *word, *told;
    } cases[] = {
        {"sch\xf6n\n", "ISO-8859-1", "sch\xc3\xb6n", ""},
        {"sch\xc3\xb6n\n", "ISO-8859-1", "sch\xc3\xb6n", ""},
        {"sch\xf6n\n", NULL, "sch\xf6n",
         ":1: no text has the word 'sch\xf6n', which is not UTF-8 (pass .encoding, such as "
         "WINDOWS-1252); so it is with 1 of 1 entries"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char told[SN_WORD_LIST_TOLD];
        size_t length = 0;
        sn_vocabulary *vocabulary = NULL;
        seqnet_error err = {0};
        const test_path path = write_text("list.txt", cases[i].text);
        assert_ok(sn_word_list_read(&vocabulary, told, path.text, cases[i].encoding, UNICODE, &err),
                  &err);
        const char *const word = sn_vocabulary_word(vocabulary, 1, &length);
        assert_int_equal(length, strlen(cases[i].word));
        assert_memory_equal(word, cases[i].word, length);
        assert_non_null(strstr(told, cases[i].told));
        assert_int_equal(*told == '\0', *cases[i].told == '\0');
        sn_vocabulary_free(vocabulary);
    }
}

static void what_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    char told[SN_WORD_LIST_TOLD];
    sn_vocabulary *vocabulary = NULL;
    seqnet_error err = {0};
    assert_failure(sn_word_list_read(&vocabulary, told, write_text("twice.txt", "a\nb\na\n").text,
                                     NULL, KERAS, &err),
                   &err, SEQNET_ERR_DATA,
                   "twice.txt: the word 'a' stands twice in the vocabulary, as number 1 and 3");
    assert_failure(sn_word_list_read(&vocabulary, told, write_text("none.txt", "\n\n").text, NULL,
                                     KERAS, &err),
                   &err, SEQNET_ERR_DATA, "none.txt: holds no words");
    assert_failure(
        sn_word_list_read(&vocabulary, told, in_folder("missing.txt").text, NULL, KERAS, &err),
        &err, SEQNET_ERR_DATA, "missing.txt: cannot be opened");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_lines),
        cmocka_unit_test(counts_behind_words_are_left_out),
        cmocka_unit_test(entries_that_no_text_has_are_told),
        cmocka_unit_test(lists_are_decoded),
        cmocka_unit_test(what_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
