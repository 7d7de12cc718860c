/* fastText's lines: labels wherever they stand, and the text without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"

static void assert_fasttext(const char *text, const char *expected)
{
    const seqnet_reader_options fasttext = options_of(SEQNET_FORMAT_FASTTEXT);
    assert_records("t", text, &fasttext, expected);
}

static void labels_lead_the_text(void **state)
{
    (void)state;
    assert_fasttext("__label__a one  two \n__label__b\tthree\r\n  __label__c four",
                    "1 (a) one  two \n2 (b) three\n3 (c) four\n");
    assert_fasttext("__label__a __label__b  __label__c one\n", "1 (a) of 3 one\n");
    assert_fasttext("__label__a\n__label__b \n__label__c __label__d\n",
                    "1 (a) \n2 (b) \n3 (c) of 2 \n");
}

static void labels_may_stand_anywhere(void **state)
{
    (void)state;
    assert_fasttext("one __label__a two\n", "1 (a) one two\n");
    assert_fasttext("__label__a one __label__b two __label__c\n", "1 (a) of 3 one two \n");
    assert_fasttext("one\t__label__a\t\t__label__b  two\n", "1 (a) of 2 one^Itwo\n");
    assert_fasttext("one two__label__a _label__b __labe\n",
                    "1 one two__label__a _label__b __labe\n");
}

static void a_line_without_a_label_has_none(void **state)
{
    (void)state;
    const char *const text = "one\n__label__a two\n \t \n\n__label__\n__label__ three\n";
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_FASTTEXT);
    assert_fasttext(text, "1 one\n2 (a) two\n5 \n6 three\n");
    assert_records("t", text, &wants,
                   "! 1: no label; expected __label__NAME text\n2 (a) two\n"
                   "! 5: has no label; give it one or leave it out\n"
                   "! 6: has no label; give it one or leave it out\n");
    assert_records("t", "\n", &wants, "!  is empty\n");
}

static void the_prefix_can_be_another(void **state)
{
    (void)state;
    seqnet_reader_options hashes = labelled_options(SEQNET_FORMAT_AUTO);
    hashes.label_prefix = "#";
    assert_records("t", "#a one #b\n##c two\n__label__d\n", &hashes,
                   "1 (a) of 2 one \n2 (#c) two\n! 3: no label; expected #NAME text\n");
}

static void any_bytes_are_text(void **state)
{
    (void)state;
    static const char bytes[] = "__label__a\0x\0__label__b \xff\n__label__\xfe y\n";
    const seqnet_reader_options fasttext = options_of(SEQNET_FORMAT_FASTTEXT);
    assert_records_of("t", bytes, sizeof bytes - 1, &fasttext, "1 (a) of 2 x^@\xff\n2 (\xfe) y\n");
}

static void fasttext_in_pieces_is_the_same(void **state)
{
    (void)state;
    static const char text[] = "\n\xef\xbb\xbf\n__label__a one\r\n \ntwo __label__b three";
    const seqnet_reader_options fasttext = options_of(SEQNET_FORMAT_FASTTEXT);
    assert_records_in_pieces(text, sizeof text - 1, &fasttext,
                             "2 \xef\xbb\xbf\n3 (a) one\n5 (b) two three\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lead_the_text),
        cmocka_unit_test(labels_may_stand_anywhere),
        cmocka_unit_test(a_line_without_a_label_has_none),
        cmocka_unit_test(the_prefix_can_be_another),
        cmocka_unit_test(any_bytes_are_text),
        cmocka_unit_test(fasttext_in_pieces_is_the_same),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
