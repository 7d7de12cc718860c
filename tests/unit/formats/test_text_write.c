/* Labelled texts written and read again, in every format; what a format cannot hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"
#include "stream.h"
#include "text_write.h"

typedef struct row {
    const char *label, *text;
    size_t length;
} row;

#define ROW(label, text)                                                                           \
    {                                                                                              \
        label, text, sizeof(text) - 1                                                              \
    }

static test_path write_rows(const char *name, seqnet_format format, const row *rows, size_t count)
{
    seqnet_error err = {0};
    sn_text_output *output = NULL;
    const test_path path = in_folder(name);
    seqnet_written written = {.replaced = true};
    (void)unlink(path.text);
    assert_ok(sn_text_output_open(&output, path.text, format, NULL, &err), &err);
    for (size_t i = 0; i < count; i++)
        assert_ok(sn_text_output_add(output,
                                     &(sn_text_record){.text = rows[i].text,
                                                       .text_length = rows[i].length,
                                                       .labels = &rows[i].label,
                                                       .label_count = 1},
                                     &err),
                  &err);
    assert_ok(sn_text_output_commit(output, &written, &err), &err);
    assert_false(written.replaced);
    return path;
}

/* Reads the file as any reader would, by its name alone. */
static void assert_reads(test_path path, seqnet_format format, const row *rows, size_t count)
{
    seqnet_error err = {0};
    seqnet_reader *reader = NULL;
    const seqnet_reader_options options = labelled_options(SEQNET_FORMAT_AUTO);
    assert_ok(seqnet_reader_open(&reader, path.text, &options, &err), &err);
    assert_int_equal(seqnet_reader_format(reader), format);
    for (size_t i = 0; i <= count; i++) {
        seqnet_record record;
        bool found;
        assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
        assert_int_equal(found, i < count);
        if (!found)
            break;
        assert_int_equal(record.label_length, strlen(rows[i].label));
        assert_memory_equal(record.label, rows[i].label, record.label_length);
        assert_int_equal(record.text_length, rows[i].length);
        assert_memory_equal(record.text, rows[i].text, record.text_length);
        assert_int_equal(record.label_count, 1);
    }
    seqnet_reader_free(reader);
}

static void assert_round_trip(const char *name, seqnet_format format, const row *rows, size_t count)
{
    char packed[64];
    (void)snprintf(packed, sizeof packed, "%s.gz", name);
    assert_reads(write_rows(name, format, rows, count), format, rows, count);
    assert_reads(write_rows(packed, format, rows, count), format, rows, count);
}

static const row TEXTS[] = {
    ROW("good", "plain words"),
    ROW("bad", "with , commas ; and | bars"),
    ROW("bad", "a \"quote\""),
    ROW("good", "\"all quoted\""),
    ROW("good", "\""),
    ROW("good", "\"\""),
    ROW("good", "a tab\there"),
    ROW("label with blanks", " blanks around "),
    ROW("1", "a backslash \\ and \\n"),
    ROW("1", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
    ROW("2", "__label__ is a word"),
    ROW("2", "#"),
    ROW("2", "{\"text\":\"json\"}"),
    ROW("a,b", "a label with a comma"),
    ROW("a\"b", "a label with a quote"),
    ROW("\xc3\xbc", "an umlaut"),
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof TEXTS[0] };

static const row LINES[] = {
    ROW("good", "two\nlines"), ROW("good", "three\r\nlines\r\nhere"),
    ROW("bad", "\n"),          ROW("bad", "\r"),
    ROW("bad", "\n\nlast\n"),  ROW("bad", ""),
    ROW("two\nlines", "x"),    ROW("good", "\"\n\""),
    ROW("good", "\tx\t"),
};
enum { LINE_COUNT = sizeof LINES / sizeof LINES[0] };

static void csv_reads_back(void **state)
{
    (void)state;
    static const row bytes[] = {ROW("a", "\xff\xfe"), ROW("b", "\x01\x7f\x80 \xc3")};
    assert_round_trip("t.csv", SEQNET_FORMAT_CSV, TEXTS, TEXT_COUNT);
    assert_round_trip("l.csv", SEQNET_FORMAT_CSV, LINES, LINE_COUNT);
    assert_round_trip("b.csv", SEQNET_FORMAT_CSV, bytes, 2);
}

static void tsv_reads_back(void **state)
{
    (void)state;
    static const row bytes[] = {ROW("a", "\xff\xfe"), ROW("b", "\x01\x7f\x80 \xc3")};
    assert_round_trip("t.tsv", SEQNET_FORMAT_TSV, TEXTS, TEXT_COUNT);
    assert_round_trip("l.tsv", SEQNET_FORMAT_TSV, LINES, LINE_COUNT);
    assert_round_trip("b.tsv", SEQNET_FORMAT_TSV, bytes, 2);
}

static void json_reads_back(void **state)
{
    (void)state;
    static const row controls[] = {ROW("a", "\x01\x1f\x7f\b\f/"), ROW("b", "")};
    assert_round_trip("t.jsonl", SEQNET_FORMAT_JSONL, TEXTS, TEXT_COUNT);
    assert_round_trip("l.jsonl", SEQNET_FORMAT_JSONL, LINES, LINE_COUNT);
    assert_round_trip("c.jsonl", SEQNET_FORMAT_JSONL, controls, 2);
}

static void json_is_utf8(void **state)
{
    (void)state;
    static const row bytes[] = {ROW("l\xff", "a\xff\0b"), ROW("c", "\xe2\x82")};
    static const row clean[] = {ROW("l\xef\xbf\xbd", "a\xef\xbf\xbd\xef\xbf\xbd"
                                                     "b"),
                                ROW("c", "\xef\xbf\xbd")};
    const test_path path = write_rows("bytes.jsonl", SEQNET_FORMAT_JSONL, bytes, 2);
    assert_reads(path, SEQNET_FORMAT_JSONL, clean, 2);
}

/* A line is a text and a label a word; nothing else changes. */
static void fasttext_is_a_line_each(void **state)
{
    (void)state;
    static const row rows[] = {ROW("good", "plain, \"words\" \\n"), ROW("two words", "a\nb\r\nc"),
                               ROW("\ttab", "\xff \xc3\xa9"), ROW("x", "")};
    static const row read[] = {ROW("good", "plain, \"words\" \\n"), ROW("two_words", "a b  c"),
                               ROW("_tab", "\xff \xc3\xa9"), ROW("x", "")};
    assert_reads(write_rows("t.ft", SEQNET_FORMAT_FASTTEXT, rows, 4), SEQNET_FORMAT_FASTTEXT, read,
                 4);
    assert_reads(write_rows("t.ft.gz", SEQNET_FORMAT_FASTTEXT, rows, 4), SEQNET_FORMAT_FASTTEXT,
                 read, 4);
}

/* Read back, such a word would be a second label. */
static void a_text_that_begins_like_a_label_stays_a_text(void **state)
{
    (void)state;
    static const row rows[] = {ROW("a", "__label__b is a word"), ROW("a", " \t __label__b"),
                               ROW("a", "\n__label__c __label__d ___label__ a__label__")};
    const test_path path = write_rows("prefix.ft", SEQNET_FORMAT_FASTTEXT, rows, 3);
    assert_file_is(path.text, "__label__a _label__b is a word\n__label__a  \t _label__b\n"
                              "__label__a  _label__c _label__d ___label__ a__label__\n");
}

static void files_look_as_they_should(void **state)
{
    (void)state;
    static const row rows[] = {ROW("a", "x"), ROW("b", "y, \"z\"")};
    assert_file_is(write_rows("look.csv", SEQNET_FORMAT_CSV, rows, 2).text,
                   "label,text\na,x\nb,\"y, \"\"z\"\"\"\n");
    assert_file_is(write_rows("look.tsv", SEQNET_FORMAT_TSV, rows, 2).text,
                   "label\ttext\na\tx\nb\t\"y, \"\"z\"\"\"\n");
    assert_file_is(write_rows("look.jsonl", SEQNET_FORMAT_JSONL, rows, 2).text,
                   "{\"label\":\"a\",\"text\":\"x\"}\n{\"label\":\"b\",\"text\":\"y, \\\"z\\\"\"}"
                   "\n");
    assert_file_is(write_rows("look.ft", SEQNET_FORMAT_FASTTEXT, rows, 2).text,
                   "__label__a x\n__label__b y, \"z\"\n");
    assert_file_is(write_rows("none.jsonl", SEQNET_FORMAT_JSONL, NULL, 0).text, "");
    assert_file_is(write_rows("none.csv", SEQNET_FORMAT_CSV, NULL, 0).text, "label,text\n");
}

static void compressed_files_are_gzip(void **state)
{
    (void)state;
    enum { SIZE = 300000, COPIES = 3 };
    char *const text = malloc(SIZE);
    assert_non_null(text);
    uint32_t noise = 1;
    for (size_t i = 0; i < SIZE; i++) { /* hardly compresses, so that it takes several chunks */
        noise = noise * 1664525 + 1013904223;
        text[i] = (char)('0' + (noise >> 24) % 64);
    }
    row rows[COPIES];
    for (size_t i = 0; i < COPIES; i++)
        rows[i] = (row){"a", text, SIZE};
    const test_path path = write_rows("big.csv.gz", SEQNET_FORMAT_CSV, rows, COPIES);
    assert_reads(path, SEQNET_FORMAT_CSV, rows, COPIES);
    struct stat info;
    assert_int_equal(stat(path.text, &info), 0);
    assert_true(info.st_size > 100000 && info.st_size < COPIES * SIZE);
    const test_path none = write_rows("none.jsonl.gz", SEQNET_FORMAT_JSONL, NULL, 0);
    assert_int_equal(stat(none.text, &info), 0);
    assert_int_equal(info.st_size, 20); /* gzip's header and trailer around nothing */
    free(text);
}

static void what_is_discarded_leaves_no_trace(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_text_output *output = NULL;
    static const char *const names[] = {"gone.csv", "gone.csv.gz"};
    const size_t before = count_entries(test_folder);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(
            sn_text_output_open(&output, in_folder(names[i]).text, SEQNET_FORMAT_CSV, NULL, &err),
            &err);
        assert_ok(sn_text_output_add(output,
                                     &(sn_text_record){.text = "x",
                                                       .text_length = 1,
                                                       .labels = (const char *const[]){"a"},
                                                       .label_count = 1},
                                     &err),
                  &err);
        sn_text_output_discard(output);
        assert_int_equal(count_entries(test_folder), before);
    }
    sn_text_output_discard(NULL);
}

static void a_file_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    seqnet_error err = {0};
    static const char *const names[] = {"no/such/folder.csv", "no/such/folder.csv.gz"};
    for (size_t i = 0; i < 2; i++) {
        sn_text_output *output = NULL;
        assert_failure(
            sn_text_output_open(&output, in_folder(names[i]).text, SEQNET_FORMAT_CSV, NULL, &err),
            &err, SEQNET_ERR_WRITE, "no/such/folder.csv");
        assert_null(output);
    }
}

static void an_older_file_is_replaced(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_text_output *output = NULL;
    seqnet_written written = {0};
    const test_path path = write_text("old.csv", "old");
    assert_ok(sn_text_output_open(&output, path.text, SEQNET_FORMAT_CSV, NULL, &err), &err);
    assert_file_is(path.text, "old");
    assert_ok(sn_text_output_commit(output, &written, &err), &err);
    assert_true(written.replaced);
    assert_file_is(path.text, "label,text\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_reads_back),
        cmocka_unit_test(tsv_reads_back),
        cmocka_unit_test(json_reads_back),
        cmocka_unit_test(json_is_utf8),
        cmocka_unit_test(fasttext_is_a_line_each),
        cmocka_unit_test(a_text_that_begins_like_a_label_stays_a_text),
        cmocka_unit_test(files_look_as_they_should),
        cmocka_unit_test(compressed_files_are_gzip),
        cmocka_unit_test(what_is_discarded_leaves_no_trace),
        cmocka_unit_test(a_file_that_cannot_be_written_is_told),
        cmocka_unit_test(an_older_file_is_replaced),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
