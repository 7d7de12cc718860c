/* Which format an input is taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"

/* The format of a file. */
static void assert_format_of(const char *name, const char *bytes, size_t size, bool wants_label,
                             seqnet_format expected)
{
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.wants_label = wants_label;
    const seqnet_status status =
        seqnet_reader_open(&reader, write_file(name, bytes, size).text, &options, &err);
    if (status != SEQNET_OK)
        fail_msg("%s: %s", bytes, err.message);
    assert_int_equal(seqnet_reader_format(reader), expected);
    seqnet_reader_free(reader);
}

static void assert_format(const char *name, const char *text, bool wants_label,
                          seqnet_format expected)
{
    assert_format_of(name, text, strlen(text), wants_label, expected);
}

static void the_name_decides(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        seqnet_format format;
    } cases[] = {{"a.csv", SEQNET_FORMAT_CSV},      {"a.CSV", SEQNET_FORMAT_CSV},
                 {"a.tsv", SEQNET_FORMAT_TSV},      {"a.jsonl", SEQNET_FORMAT_JSONL},
                 {"a.ndjson", SEQNET_FORMAT_JSONL}, {"a.json", SEQNET_FORMAT_JSONL},
                 {"a.csv.gz", SEQNET_FORMAT_CSV},   {"a.jsonl.GZ", SEQNET_FORMAT_JSONL},
                 {"a.txt", SEQNET_FORMAT_LINES},    {"a.gz", SEQNET_FORMAT_LINES},
                 {"csv", SEQNET_FORMAT_LINES},      {".csv", SEQNET_FORMAT_CSV},
                 {"a.csv.txt", SEQNET_FORMAT_LINES}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_format(cases[i].name, "some text\n", false, cases[i].format);
}

static void the_first_line_decides(void **state)
{
    (void)state;
    const seqnet_format lines = SEQNET_FORMAT_LINES, csv = SEQNET_FORMAT_CSV;
    const seqnet_format tsv = SEQNET_FORMAT_TSV;
    assert_format("t", "", false, lines);
    assert_format("t", "\n\n", false, lines);
    assert_format("t", "one, two\nthree, four\n", false, lines);
    assert_format("t", "\n \t{\"text\":\"a\"}\n", false, SEQNET_FORMAT_JSONL);
    assert_format("t", "\r\n __label__a b\n", false, SEQNET_FORMAT_FASTTEXT);
    assert_format("t", "__labels__a b\n", false, lines);
    assert_format("t", "id,text\n", false, csv);
    assert_format("t", "\nid,\"Text\"\r\n", false, csv);
    assert_format("t", "label\ttext, or so\n", false, tsv);
    assert_format("t", "text\n", false, lines);
    assert_format("t", "a good story, message and cast\n", false, lines);
    assert_format("t", "a good story, message\n", false, lines);
    assert_format("t", "my text,this\n", false, lines);
}

static void where_labels_are_wanted_structure_decides(void **state)
{
    (void)state;
    const seqnet_format csv = SEQNET_FORMAT_CSV, tsv = SEQNET_FORMAT_TSV;
    assert_format("t", "one\ta\n", true, tsv);
    assert_format("t", "one, two\ta\n", true, tsv);
    assert_format("t", "one\ta\n", false, SEQNET_FORMAT_LINES);
    assert_format("t", "one,a\ntwo,b\n", true, csv);
    assert_format("t", "\"one, two\",a\n\"t\nwo\",b", true, csv);
    assert_format("t", "label,text\na,b\n", true, csv);
}

static void assert_refused(const char *name, const char *bytes, size_t length, const char *sentence)
{
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_AUTO);
    assert_records_of(name, bytes, length, &wants, sentence);
}

static void what_has_no_labels_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"one\n", "one\ttwo\tthree\n", "one,a\ntwo,b,c\n",
                                        "one,a\ntwo\n", "[{\"text\": 1}]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_refused("t", texts[i], strlen(texts[i]),
                       "!  is not in a format with labels (CSV, TSV, JSON Lines, fastText); pass "
                       ".format\n");
    const seqnet_reader_options lines = labelled_options(SEQNET_FORMAT_LINES);
    assert_records("t", "label,text\n", &lines,
                   "!  is not in a format with labels (CSV, TSV, JSON Lines, fastText); pass "
                   ".format\n");
    assert_refused("t", "", 0, "!  is empty\n");
    assert_refused("t", "\xef\xbb\xbf\n \n", 6, "!  is empty\n");
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    static const char zip[] = "PK\x03\x04,\0\n";
    const test_path path = in_folder("t");
    char binary[256], archive[256];
    (void)snprintf(binary, sizeof binary,
                   "!  is binary data of an unknown kind, not text; find out what it is: file "
                   "%s.csv; if it is UTF-16, pass .encoding UTF-16LE\n",
                   path.text);
    (void)snprintf(archive, sizeof archive, "!  is a zip archive; unpack it: unzip %s\n",
                   path.text);
    assert_refused("t.csv", "label\0\1\2\3,text\n", 15, binary);
    assert_refused("t", zip, sizeof zip - 1, archive);
    for (seqnet_format format = SEQNET_FORMAT_AUTO; format <= SEQNET_FORMAT_FASTTEXT; format++) {
        const seqnet_reader_options options = options_of(format);
        assert_records_of("t", zip, sizeof zip - 1, &options, archive);
    }
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    assert_records_of("t", "a\0b\n", 4, &any, "1 a^@b\n");
}

static void the_format_is_that_of_the_decoded_text(void **state)
{
    (void)state;
    static const char text[] = "\xff\xfel\0a\0b\0e\0l\0,\0t\0e\0x\0t\0\n\0a\0,\0\x3d\xd8\x00\xde\n";
    assert_format_of("t", text, sizeof text, true, SEQNET_FORMAT_CSV);
    assert_format_of("t", text + 2, sizeof text - 2, true, SEQNET_FORMAT_CSV);
}

static void what_is_asked_for_decides(void **state)
{
    (void)state;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.text_fields[0] = "phrase";
    assert_records("t", "id\tphrase\n1\tone\n", &options, "2 one\n");
    assert_records("t", "id,x\n1,one\n", &options,
                   "!  has no field 'phrase', being taken for lines of text; pass "
                   ".format\n");
    assert_records("t", "__label__a one\n", &options,
                   "!  has no field 'phrase', being taken for fastText lines; pass "
                   ".format\n");
    options = seqnet_reader_options_default();
    options.delimiter = ';';
    assert_records("t", "x;long text\n", &options, "1 (x) long text\n");
    assert_records("t", "{\"text\":\"a;b\"}\n", &options, "1 a;b\n");
    options = options_of(SEQNET_FORMAT_LINES);
    assert_records("t.csv", "text,label\n{a}\n", &options, "1 text,label\n2 {a}\n");
    options.weight_field = "w";
    assert_records("t.csv", "text,label\n", &options,
                   "!  has no field 'w', being taken for lines of text; pass .format\n");
}

static void a_long_first_line_is_no_header(void **state)
{
    (void)state;
    enum { LONG = 2000000 };
    char *const bytes = malloc(LONG);
    seqnet_error err = {0};
    seqnet_reader *reader;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    assert_non_null(bytes);
    memset(bytes, ',', LONG);
    memcpy(bytes, "text", 4);
    const test_path path = write_file("t", bytes, LONG);
    assert_ok(seqnet_reader_open(&reader, path.text, &any, &err), &err);
    assert_int_equal(seqnet_reader_format(reader), SEQNET_FORMAT_LINES);
    seqnet_reader_free(reader);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_decides),
        cmocka_unit_test(the_first_line_decides),
        cmocka_unit_test(where_labels_are_wanted_structure_decides),
        cmocka_unit_test(what_has_no_labels_is_refused),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(the_format_is_that_of_the_decoded_text),
        cmocka_unit_test(what_is_asked_for_decides),
        cmocka_unit_test(a_long_first_line_is_no_header),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
