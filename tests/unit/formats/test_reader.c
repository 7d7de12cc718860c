/*
 * The record reader as a whole: lines, options, standard input, progress, and for every format that
 * the raw bytes of what it gives are the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gzip.h"
#include "records.h"
#include "rng.h"

static void every_line_is_a_record(void **state)
{
    (void)state;
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_records("t", "one\n\ntwo\n \nthree", &lines, "1 one\n2 \n3 two\n4  \n5 three\n");
    assert_records("t", "one\n", &lines, "1 one\n");
    assert_records("t", "\n", &lines, "1 \n");
    assert_records("t", "", &lines, "");
}

static void one_carriage_return_belongs_to_the_line_end(void **state)
{
    (void)state;
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_records("t", "one\r\n\r\ntwo\r\r\nthr\ree\r", &lines, "1 one\n2 \n3 two^M\n4 thr^Mee\n");
    assert_records("t", "one\rtwo\r", &lines, "1 one^Mtwo\n");
}

static void a_line_holds_any_bytes(void **state)
{
    (void)state;
    static const char bytes[] = "a\0b\n\0\n\xff\xfe\n\"{,\t\n";
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_records_of("t", bytes, sizeof bytes - 1, &lines, "1 a^@b\n2 ^@\n3 \xff\xfe\n4 \"{,^I\n");
}

static void a_byte_order_mark_is_no_text(void **state)
{
    (void)state;
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    assert_records("t", "\xef\xbb\xbfone\n\xef\xbb\xbftwo\n", &lines, "1 one\n2 \xef\xbb\xbftwo\n");
    assert_records("t", "\xef\xbb\xbf", &lines, "");
    assert_records("t", "\xef\xbb", &lines, "1 \xef\xbb\n");
    assert_records("t", "\xef\xbb\xbf{\"text\": \"one\"}", &any, "1 one\n");
    assert_records("t", "\xef\xbb\xbf__label__a one", &any, "1 (a) one\n");
    assert_records("t.csv", "\xef\xbb\xbftext\none\n", &any, "2 one\n");
}

static void the_end_stays_the_end(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    const test_path path = write_text("t.csv", "text,y\none,\n\n\n");
    assert_ok(seqnet_reader_open(&reader, path.text, &any, &err), &err);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_true(found);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_false(found);
    assert_int_equal(record.raw_length, 2);
    assert_int_equal(record.raw_end, 2);
    assert_memory_equal(record.raw, "\n\n", 2);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_false(found);
    assert_int_equal(record.raw_length, 0);
    seqnet_reader_free(reader);
    seqnet_reader_free(NULL);
}

static void assert_raw_end(const char *name, const char *text, size_t raw_length, size_t raw_end)
{
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    assert_ok(seqnet_reader_open(&reader, write_text(name, text).text, &any, &err), &err);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_true(found);
    assert_int_equal(record.raw_length, raw_length);
    assert_int_equal(record.raw_end, raw_end);
    seqnet_reader_free(reader);
}

static void a_record_ends_where_its_line_end_begins(void **state)
{
    (void)state;
    assert_raw_end("t", "one\ntwo", 4, 3);
    assert_raw_end("t", "one\r\ntwo", 5, 3);
    assert_raw_end("t", "one", 3, 3);
    assert_raw_end("t", "\xef\xbb\xbfone\n", 7, 6);
    assert_raw_end("t.csv", "text,y\n\r\n\"o\n\",\r\nx", 9, 7);
    assert_raw_end("t.csv", "text\n\r\nx", 2, 0);
    assert_raw_end("t.csv", "text\none\rtwo\r", 4, 3);
    assert_raw_end("t.csv", "text\none", 3, 3);
    assert_raw_end("t.jsonl", "\n \n{\"text\":\"one\"}\r\n\n", 19, 17);
    assert_raw_end("t", "__label__a one\r\n", 16, 14);
}

static void a_line_may_be_long(void **state)
{
    (void)state;
    enum { LONG = 5000000 };
    char *const bytes = malloc(LONG + 8);
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_non_null(bytes);
    memset(bytes, 'x', LONG);
    memcpy(bytes + LONG, "\nshort\n", 7);
    const test_path path = write_file("long", bytes, LONG + 7);
    assert_ok(seqnet_reader_open(&reader, path.text, &lines, &err), &err);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_int_equal(record.text_length, LONG);
    assert_memory_equal(record.text, bytes, LONG);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_int_equal(record.text_length, 5);
    assert_memory_equal(record.text, "short", 5);
    seqnet_reader_free(reader);
    free(bytes);
}

static void lines_are_the_same_in_pieces(void **state)
{
    (void)state;
    static const char bytes[] = "\xef\xbb\xbfone\r\n\r\ntw\ro\n\n\0three\r";
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_records_in_pieces(bytes, sizeof bytes - 1, &lines,
                             "1 one\n2 \n3 tw^Mo\n4 \n5 ^@three\n");
}

/* The other end stays open and silent: whoever waited for more would wait for ever. */
static void a_line_is_read_as_soon_as_it_is_there(void **state)
{
    (void)state;
    static const char *const lines[] = {"text,label\n", "one,a\n", "\"t\nwo\",b\n"};
    int kept;
    const int end = open_pipe(&kept);
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    assert_int_equal(write(end, lines[0], strlen(lines[0])), strlen(lines[0]));
    assert_ok(seqnet_reader_open(&reader, "-", &any, &err), &err);
    assert_int_equal(seqnet_reader_format(reader), SEQNET_FORMAT_CSV);
    assert_false(seqnet_reader_ready(reader));
    for (size_t i = 1; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(write(end, lines[i], strlen(lines[i])), strlen(lines[i]));
        assert_true(seqnet_reader_ready(reader));
        assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
        assert_true(found);
        assert_false(seqnet_reader_ready(reader));
    }
    close(end);
    assert_false(seqnet_reader_ready(reader));
    assert_int_equal(seqnet_reader_position(reader), 26);
    assert_int_equal(seqnet_reader_size(reader), 0);
    seqnet_reader_free(reader);
    restore_input(kept);
}

static void half_a_line_is_not_ready(void **state)
{
    (void)state;
    int kept;
    const int end = open_pipe(&kept);
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options lines = options_of(SEQNET_FORMAT_LINES);
    assert_ok(seqnet_reader_open(&reader, "-", &lines, &err), &err);
    assert_false(seqnet_reader_ready(reader));
    assert_int_equal(write(end, "one\ntw", 6), 6);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_memory_equal(record.text, "one", 3);
    assert_false(seqnet_reader_ready(reader));
    assert_int_equal(write(end, "o", 1), 1);
    assert_false(seqnet_reader_ready(reader));
    close(end);
    assert_true(seqnet_reader_ready(reader));
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_memory_equal(record.text, "two", 3);
    seqnet_reader_free(reader);
    restore_input(kept);
}

static void gzip_is_read_as_what_is_in_it(void **state)
{
    (void)state;
    char packed[256];
    const char text[] = "label,text\na,one\nb,two\n";
    const seqnet_reader_options any = labelled_options(SEQNET_FORMAT_AUTO);
    const size_t size = gzip_member(packed, sizeof packed, text, sizeof text - 1);
    static const char *const names[] = {"t.csv.gz", "t.CSV.GZ", "t.csv", "t"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        text_log raw = {0};
        const test_path path = write_file(names[i], packed, size);
        text_log log = read_records(path.text, path.text, &any, &raw);
        assert_string_equal(log.text, "2 (a) one\n3 (b) two\n");
        assert_string_equal(raw.text, text);
        free(log.text);
        free(raw.text);
    }
}

static void records_before_damage_are_given(void **state)
{
    (void)state;
    char packed[256];
    text_log raw = {0};
    const char text[] = "one\ntwo\nthree";
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    const size_t size = gzip_member(packed, sizeof packed, text, sizeof text - 1);
    const test_path path = write_file("t.gz", packed, size - 5);
    text_log log = read_records(path.text, path.text, &any, &raw);
    assert_string_equal(log.text,
                        "1 one\n2 two\n!  is cut short: its gzip data stops in the middle, "
                        "after 28 bytes; fetch it again\n");
    assert_string_equal(raw.text, text);
    free(log.text);
    free(raw.text);
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    text_log raw = {0};
    const test_path none = in_folder("none");
    text_log log = read_records(none.text, none.text, &any, &raw);
    assert_string_equal(log.text, "!  cannot be opened: No such file or directory\n");
    free(log.text);
    log = read_records(test_folder, test_folder, &any, &raw);
    assert_string_equal(log.text, "!  is a folder; name a file in it\n");
    free(log.text);
    free(raw.text);
}

static void options_that_cannot_be_used_are_refused(void **state)
{
    (void)state;
    seqnet_reader_options options = seqnet_reader_options_default();
    assert_null(seqnet_reader_options_check(&options));
    static const char delimiters[] = "\"\n\r";
    for (size_t i = 0; delimiters[i]; i++) {
        options.delimiter = delimiters[i];
        assert_non_null(seqnet_reader_options_check(&options));
    }
    options.delimiter = '\t';
    static const char *const prefixes[] = {"", "a b", "a\n", NULL};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        options.label_prefix = prefixes[i];
        assert_non_null(seqnet_reader_options_check(&options));
    }
    options.label_prefix = "#";
    assert_null(seqnet_reader_options_check(&options));
    options.text_fields[0] = "";
    seqnet_error err = {0};
    seqnet_reader *reader;
    assert_failure(seqnet_reader_open(&reader, "-", &options, &err), &err, SEQNET_ERR_USAGE,
                   "the name of a field must not be empty");
    assert_null(reader);
}

static void progress_reaches_the_size(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found = true;
    size_t before = 0;
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    const test_path path = write_text("t.csv", "text,label\none,a\n\ntwo,b\n\n");
    static const size_t positions[] = {17, 24, 25};
    assert_ok(seqnet_reader_open(&reader, path.text, &any, &err), &err);
    assert_int_equal(seqnet_reader_position(reader), 11);
    assert_int_equal(seqnet_reader_size(reader), 25);
    for (size_t i = 0; found; i++) {
        assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
        assert_int_equal(seqnet_reader_position(reader), positions[i]);
        assert_true(seqnet_reader_position(reader) >= before);
        before = seqnet_reader_position(reader);
    }
    seqnet_reader_free(reader);
}

/* Bytes that mean something to one format or another. */
static size_t make_hostile(sn_rng *rng, char *bytes, size_t room)
{
    static const char *const parts[] = {
        "\"", "\"\"", ",",  "\n",           "\r",       "\r\n", "\t",
        ";",  "a",    "b ", "text",         "label",    "{",    "}",
        "[",  "]",    ":",  "\"text\"",     "null",     "1",    "\\",
        "\0", "\xff", " ",  "\xef\xbb\xbf", "__label__"};
    const size_t wanted = (size_t)sn_rng_below(rng, room - 16);
    size_t size = 0;
    while (size < wanted) {
        const char *const part = parts[sn_rng_below(rng, sizeof parts / sizeof parts[0])];
        const size_t length = *part ? strlen(part) : 1;
        memcpy(bytes + size, part, length);
        size += length;
    }
    return size;
}

static seqnet_reader_options make_options(sn_rng *rng)
{
    static const char *const fields[] = {NULL, NULL, NULL, "text", "2", "a"};
    static const char delimiters[] = {0, 0, 0, ',', '\t', 'a'};
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = (seqnet_format)sn_rng_below(rng, SEQNET_FORMAT_FASTTEXT + 1);
    options.text_fields[0] = fields[sn_rng_below(rng, sizeof fields / sizeof fields[0])];
    options.header = (seqnet_header)sn_rng_below(rng, 3);
    options.delimiter = delimiters[sn_rng_below(rng, sizeof delimiters)];
    options.no_quotes = sn_rng_below(rng, 4) == 0;
    options.wants_label = sn_rng_below(rng, 4) == 0;
    return options;
}

static void raw_bytes_are_the_file_whatever_it_holds(void **state)
{
    (void)state;
    enum { ROUNDS = 5000, ROOM = 200 };
    char bytes[ROOM];
    size_t opened = 0;
    sn_rng rng;
    sn_rng_seed(&rng, 1, SN_RNG_DEMO);
    for (size_t i = 0; i < ROUNDS; i++) {
        const seqnet_reader_options options = make_options(&rng);
        const size_t size = make_hostile(&rng, bytes, ROOM);
        const test_path path = write_file("t", bytes, size);
        text_log raw = {0}, log = read_records(path.text, path.text, &options, &raw);
        if (log.text[0] != '!' || raw.length > 0) {
            opened++;
            assert_int_equal(raw.length, size);
            assert_memory_equal(raw.text, bytes, size);
        }
        (void)unlink(path.text); /* some file systems wait for the disk when a file is replaced */
        free(log.text);
        free(raw.text);
    }
    assert_true(opened > ROUNDS / 4);
}

/* What depends on how much is at hand is given: the format, the columns, the delimiter. */
static void pieces_do_not_change_what_is_read(void **state)
{
    (void)state;
    enum { ROUNDS = 100, ROOM = 200 };
    char bytes[ROOM];
    sn_rng rng;
    sn_rng_seed(&rng, 2, SN_RNG_DEMO);
    for (size_t i = 0; i < ROUNDS; i++) {
        seqnet_reader_options options = make_options(&rng);
        options.format = (seqnet_format)(1 + i % SEQNET_FORMAT_FASTTEXT);
        options.text_fields[0] = options.format == SEQNET_FORMAT_JSONL ? "text" : "1";
        options.delimiter = ',';
        options.header = (seqnet_header)(SEQNET_HEADER_YES + i % 2);
        options.wants_label = false;
        if (options.format == SEQNET_FORMAT_LINES || options.format == SEQNET_FORMAT_FASTTEXT)
            options.text_fields[0] = NULL;
        const size_t size = make_hostile(&rng, bytes, ROOM);
        text_log raw = {0};
        const pieces whole = begin_pieces(bytes, size, ROOM);
        text_log log = read_records("-", "standard input", &options, &raw);
        end_pieces(whole);
        if (raw.length > 0)
            assert_records_in_pieces(bytes, size, &options, log.text);
        free(log.text);
        free(raw.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_a_record),
        cmocka_unit_test(one_carriage_return_belongs_to_the_line_end),
        cmocka_unit_test(a_line_holds_any_bytes),
        cmocka_unit_test(a_byte_order_mark_is_no_text),
        cmocka_unit_test(the_end_stays_the_end),
        cmocka_unit_test(a_record_ends_where_its_line_end_begins),
        cmocka_unit_test(a_line_may_be_long),
        cmocka_unit_test(lines_are_the_same_in_pieces),
        cmocka_unit_test(a_line_is_read_as_soon_as_it_is_there),
        cmocka_unit_test(half_a_line_is_not_ready),
        cmocka_unit_test(gzip_is_read_as_what_is_in_it),
        cmocka_unit_test(records_before_damage_are_given),
        cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
        cmocka_unit_test(options_that_cannot_be_used_are_refused),
        cmocka_unit_test(progress_reaches_the_size),
        cmocka_unit_test(raw_bytes_are_the_file_whatever_it_holds),
        cmocka_unit_test(pieces_do_not_change_what_is_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
