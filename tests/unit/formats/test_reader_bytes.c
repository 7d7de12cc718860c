/*
 * What a record tells of its bytes: characters that are replaced, NULs, blanks around labels, empty
 * and swallowed records, and words of lines that are labels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"

/* Opens bytes and reads their first record. */
static seqnet_reader *read_first(const char *bytes, size_t size,
                                 const seqnet_reader_options *options, seqnet_record *record)
{
    bool found;
    seqnet_error err = {0};
    seqnet_reader *reader;
    const test_path path = write_file("t", bytes, size);
    assert_ok(seqnet_reader_open(&reader, path.text, options, &err), &err);
    assert_ok(seqnet_reader_next(reader, record, &found, &err), &err);
    assert_true(found);
    return reader;
}

static void assert_counts(seqnet_format format, const char *bytes, size_t size, size_t invalid,
                          size_t replaced)
{
    seqnet_record record;
    const seqnet_reader_options options = options_of(format);
    seqnet_reader *const reader = read_first(bytes, size, &options, &record);
    assert_int_equal(record.invalid, invalid);
    assert_int_equal(record.replaced, replaced);
    seqnet_reader_free(reader);
}

#define ASSERT_COUNTS(FORMAT, BYTES, INVALID, REPLACED)                                            \
    assert_counts(FORMAT, BYTES, sizeof(BYTES) - 1, INVALID, REPLACED)

static void what_is_no_utf8_is_counted(void **state)
{
    (void)state;
    ASSERT_COUNTS(SEQNET_FORMAT_LINES, "caf\xc3\xa9\n", 0, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_LINES, "caf\xe9 th\xe9\n", 2, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_CSV, "text\ncaf\xe9\n", 1, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_FASTTEXT, "__label__a caf\xe9\n", 1, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_JSONL, "{\"text\":\"caf\xe9 th\xe9\"}\n", 2, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_JSONL, "{\"text\":\"\\ud83d\\ude00\"}\n", 0, 0);
    ASSERT_COUNTS(SEQNET_FORMAT_JSONL, "{\"text\":\"\\ud83d caf\xe9\"}\n", 1, 1);
}

static void a_nul_in_a_text_without_labels_is_counted(void **state)
{
    (void)state;
    ASSERT_COUNTS(SEQNET_FORMAT_LINES, "a\0b\0\n", 0, 2);
    ASSERT_COUNTS(SEQNET_FORMAT_CSV, "text\na\0b\n", 0, 1);
}

static void a_nul_is_the_error_of_its_record_where_labels_are_wanted(void **state)
{
    (void)state;
    static const char csv[] = "label,text\nx,a\ny,b\0c\nz,d\n";
    static const char fasttext[] = "__label__x a\n__label__y b\0c\n__label__z d\n";
    const seqnet_reader_options wants_csv = labelled_options(SEQNET_FORMAT_CSV);
    const seqnet_reader_options wants_fasttext = labelled_options(SEQNET_FORMAT_FASTTEXT);
    assert_records_of("t", csv, sizeof csv - 1, &wants_csv,
                      "2 (x) a\n! 3: holds a NUL byte; take it out with tr -d '\\000'\n4 (z) d\n");
    assert_records_of("t", fasttext, sizeof fasttext - 1, &wants_fasttext,
                      "1 (x) a\n! 2: holds a NUL byte; take it out with tr -d '\\000'\n3 (z) d\n");
}

static void a_label_must_be_utf8_where_labels_are_wanted(void **state)
{
    (void)state;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_CSV);
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    const seqnet_reader_options json = labelled_options(SEQNET_FORMAT_JSONL);
    assert_records("t", "label,text\ncaf\xe9,a\nx,caf\xe9\n", &wants,
                   "! 2: the label 'caf\xe9' is not UTF-8; pass .encoding, such as WINDOWS-1252\n"
                   "3 (x) caf\xe9\n");
    assert_records("t", "label,text\ncaf\xe9,a\n", &any, "2 (caf\xe9) a\n");
    assert_records(
        "t", "{\"label\":\"caf\xe9\",\"text\":\"a\"}\n", &json,
        "! 1: the label 'label' holds characters that are not UTF-8; correct it, or pass "
        ".encoding, such as WINDOWS-1252\n");
}

static void blanks_around_a_label_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_trimmed;
    } cases[] = {{"label,text\nx,a\n", false},
                 {"label,text\n x,a\n", true},
                 {"label,text\n\"x\n\",a\n", true},
                 {"label,text\nx\xc2\xa0,a\n", true}};
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seqnet_record record;
        seqnet_reader *const reader =
            read_first(cases[i].text, strlen(cases[i].text), &wants, &record);
        assert_int_equal(record.label_length, 1);
        assert_memory_equal(record.label, "x", 1);
        assert_int_equal(record.is_trimmed, cases[i].is_trimmed);
        seqnet_reader_free(reader);
    }
}

static void a_record_of_empty_fields_is_blank(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_blank;
    } cases[] = {{"label,text\n,\n", true},
                 {"label,text\n\"\", \n", true},
                 {"label,text\n,\"\"\r\n", true},
                 {"label\ttext\n\t\n", true},
                 {"label,text\nx,\n", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seqnet_record record;
        const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
        seqnet_reader *const reader =
            read_first(cases[i].text, strlen(cases[i].text), &wants, &record);
        assert_int_equal(record.is_blank, cases[i].is_blank);
        seqnet_reader_free(reader);
    }
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    assert_records("t", "label,text\n,a\n", &wants,
                   "! 2: has no label; give it one or leave it out\n");
}

static void lines_that_a_quote_swallows_are_counted(void **state)
{
    (void)state;
    static const char text[] = "label\ttext\nx\t\"a\ny\tb\nno record\nz\tc\"\n";
    seqnet_record record;
    seqnet_reader_options options = options_of(SEQNET_FORMAT_TSV);
    seqnet_reader *reader = read_first(text, sizeof text - 1, &options, &record);
    assert_int_equal(record.swallowed, 2);
    seqnet_reader_free(reader);
    options.no_quotes = true;
    reader = read_first(text, sizeof text - 1, &options, &record);
    assert_int_equal(record.swallowed, 0);
    seqnet_reader_free(reader);
}

static void values_that_json_lacks_are_read_where_nobody_asks(void **state)
{
    (void)state;
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_JSONL);
    assert_records("t",
                   "{\"text\":\"a\",\"label\":\"x\",\"n\":NaN,\"m\":[-Infinity,Infinity]}\n"
                   "{\"text\":\"b\",\"label\":NaN}\n{\"text\":\"c\",\"label\":\"x\"}\n",
                   &wants, "1 (x) a\n! 2: has no label; give it one or leave it out\n3 (x) c\n");
}

static void words_of_lines_that_are_labels_are_left_out(void **state)
{
    (void)state;
    static const char text[] = "__label__a good film\nfine __label__b\nnone__label__\n";
    seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    seqnet_record record;
    seqnet_reader *reader = read_first(text, sizeof text - 1, &lines, &record);
    assert_int_equal(record.text_length, strlen("good film"));
    assert_memory_equal(record.text, "good film", record.text_length);
    assert_non_null(strstr(seqnet_reader_remark(reader),
                           ":1: words that begin with __label__ are labels, and left out"));
    seqnet_reader_free(reader);
    lines.plain_lines = true;
    assert_records("t", text, &lines,
                   "1 __label__a good film\n2 fine __label__b\n"
                   "3 none__label__\n");
    reader = read_first(text, sizeof text - 1, &lines, &record);
    assert_null(seqnet_reader_remark(reader));
    seqnet_reader_free(reader);
}

static void lines_that_look_like_records_are_remarked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *remark;
    } cases[] = {{"text,label\na,x\n", "looks like CSV, but each line is taken for a text; pass "
                                       ".format csv"},
                 {"text\tlabel\na\tx\n", "looks like TSV, but"},
                 {"{\"text\":\"a\"}\n", "looks like JSON Lines, but"},
                 {"a good story, message and cast\n", NULL},
                 {"text,and so a sentence goes on for more than forty bytes\n", NULL},
                 {"plain\n", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seqnet_record record;
        const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
        seqnet_reader *const reader =
            read_first(cases[i].text, strlen(cases[i].text), &lines, &record);
        const char *const said = seqnet_reader_remark(reader);
        if (cases[i].remark ? !said || !strstr(said, cases[i].remark) : said != NULL)
            fail_msg("%s: remarks %s", cases[i].text, said ? said : "nothing");
        seqnet_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_utf8_is_counted),
        cmocka_unit_test(a_nul_in_a_text_without_labels_is_counted),
        cmocka_unit_test(a_nul_is_the_error_of_its_record_where_labels_are_wanted),
        cmocka_unit_test(a_label_must_be_utf8_where_labels_are_wanted),
        cmocka_unit_test(blanks_around_a_label_are_told),
        cmocka_unit_test(a_record_of_empty_fields_is_blank),
        cmocka_unit_test(lines_that_a_quote_swallows_are_counted),
        cmocka_unit_test(values_that_json_lacks_are_read_where_nobody_asks),
        cmocka_unit_test(words_of_lines_that_are_labels_are_left_out),
        cmocka_unit_test(lines_that_look_like_records_are_remarked),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
