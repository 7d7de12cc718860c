/*
 * Streams of text: other kinds of files are refused whatever the pieces, encodings are decoded, and
 * damage comes behind the text before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "file_kind.h"
#include "gzip.h"
#include "sent_pieces.h"
#include "stream.h"
#include "support.h"

enum { ROOM = 4096 };

/* Everything that a stream of text gives, and the error that ends it. */
typedef struct content {
    char bytes[ROOM];
    size_t size;
    seqnet_status status;
    seqnet_error err;
    bool is_transformed;
} content;

static void read_all(content *all, sn_byte_stream *stream, const sn_text_options *options,
                     size_t capacity)
{
    size_t got = 1;
    *all = (content){0};
    assert_ok(sn_stream_expect_text(stream, options, &all->err), &all->err);
    while (all->status == SEQNET_OK && got > 0) {
        assert_true(all->size + capacity <= ROOM);
        all->status = sn_stream_read(stream, all->bytes + all->size, capacity, &got, &all->err);
        assert_true(got <= capacity);
        all->size += got;
    }
    all->is_transformed = sn_stream_transforms(stream);
    if (all->status != SEQNET_OK) { /* after an error there is nothing more */
        char byte;
        assert_ok(sn_stream_read(stream, &byte, 1, &got, NULL), &all->err);
        assert_int_equal(got, 0);
    }
    sn_stream_close(stream);
}

static void read_file(content *all, const void *bytes, size_t size, const sn_text_options *options,
                      size_t capacity)
{
    sn_byte_stream *stream = NULL;
    const test_path path = write_file("t", bytes, size);
    assert_ok(sn_stream_open(&stream, path.text, &all->err), &all->err);
    read_all(all, stream, options, capacity);
}

static void read_pieces(content *all, const void *bytes, size_t size,
                        const sn_text_options *options, size_t piece)
{
    sn_byte_stream *stream = NULL;
    const pieces p = begin_pieces(bytes, size, piece);
    assert_ok(sn_stream_open(&stream, "-", &all->err), &all->err);
    read_all(all, stream, options, 64);
    end_pieces(p);
}

static void assert_content(const content *all, const char *expected, size_t size)
{
    assert_ok(all->status, &all->err);
    assert_int_equal(all->size, size);
    assert_memory_equal(all->bytes, expected, size);
}

/* The text is the same as a file, for reads of several sizes, and in pieces. */
static void assert_text(const char *bytes, size_t size, const char *encoding, const char *expected,
                        size_t expected_size)
{
    content all;
    const sn_text_options options = {.encoding = encoding};
    for (size_t capacity = 1; capacity <= 64; capacity *= 4) {
        read_file(&all, bytes, size, &options, capacity);
        assert_content(&all, expected, expected_size);
    }
    for (size_t piece = 1; piece <= 7; piece++) {
        read_pieces(&all, bytes, size, &options, piece);
        assert_content(&all, expected, expected_size);
    }
}

#define ASSERT_TEXT(BYTES, ENCODING, EXPECTED)                                                     \
    assert_text(BYTES, sizeof(BYTES) - 1, ENCODING, EXPECTED, sizeof(EXPECTED) - 1)

static void utf8_comes_as_it_is(void **state)
{
    (void)state;
    ASSERT_TEXT("", NULL, "");
    ASSERT_TEXT("caf\xc3\xa9\nand more", NULL, "caf\xc3\xa9\nand more");
    ASSERT_TEXT("\xef\xbb\xbfone\n", NULL, "\xef\xbb\xbfone\n"); /* the reader takes the mark */
    ASSERT_TEXT("\xef\xbb\xbfone\n", "UTF-16", "\xef\xbb\xbfone\n");
    ASSERT_TEXT("caf\xe9\n", "auto", "caf\xe9\n");
    ASSERT_TEXT("caf\xe9\n", "utf-8", "caf\xe9\n");
    ASSERT_TEXT("one\na\0b\n", NULL, "one\na\0b\n");
}

static void encodings_are_decoded(void **state)
{
    (void)state;
    ASSERT_TEXT("caf\xe9 \x80\nand more", "WINDOWS-1252", "caf\xc3\xa9 \xe2\x82\xac\nand more");
    ASSERT_TEXT("a\x81z", "WINDOWS-1252", "a\xffz");
    ASSERT_TEXT("\xff\xfeo\0n\0e\0\n\0\x3d\xd8\x00\xde", NULL, "one\n\xf0\x9f\x98\x80");
    ASSERT_TEXT("\xfe\xff\0o\0n\0e\0\n", "auto", "one\n");
    ASSERT_TEXT("\xff\xfe\0\0o\0\0\0\n\0\0\0", NULL, "o\n");
    ASSERT_TEXT("a\0b\0\n\0c\0d\0\n\0", NULL, "ab\ncd\n"); /* without a mark */
    ASSERT_TEXT("\0a\0b\0\n\0c\0d\0\n", NULL, "ab\ncd\n");
    /* A mark counts whatever the options say. */
    ASSERT_TEXT("\xff\xfeo\0n\0e\0\n\0", "WINDOWS-1252", "one\n");
    ASSERT_TEXT("\xff\xfeo\0n\0e\0\n\0z", NULL, "one\n\xff"); /* cut off */
}

/* More than a block, so that characters lie across its end. */
static void a_long_text_is_decoded_in_blocks(void **state)
{
    (void)state;
    enum { UNITS = 70001 };
    char *const bytes = malloc((size_t)UNITS * 2 + 1), *const out = malloc((size_t)UNITS * 3 + 1);
    size_t got = 1, size = 0;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const sn_text_options options = {.encoding = "UTF-16LE"};
    assert_non_null(bytes);
    assert_non_null(out);
    for (size_t i = 0; i < UNITS; i++)
        memcpy(bytes + 2 * i, "\xac\x20", 2);
    assert_ok(sn_stream_open_bytes(&stream, bytes, (size_t)UNITS * 2, "t", &err), &err);
    assert_ok(sn_stream_expect_text(stream, &options, &err), &err);
    for (; got > 0; size += got)
        assert_ok(sn_stream_read(stream, out + size, (size_t)UNITS * 3 + 1 - size, &got, &err),
                  &err);
    assert_int_equal(size, (size_t)UNITS * 3);
    for (size_t i = 0; i < UNITS; i++)
        assert_memory_equal(out + 3 * i, "\xe2\x82\xac", 3);
    assert_true(sn_stream_transforms(stream));
    sn_stream_close(stream);
    free(bytes);
    free(out);
}

static void an_encoding_that_is_not_known_is_refused(void **state)
{
    (void)state;
    content all;
    read_file(&all, "one\n", 4, &(sn_text_options){.encoding = "nonsense"}, 64);
    assert_failure(all.status, &all.err, SEQNET_ERR_USAGE, "the encoding 'nonsense' is not known");
}

static void assert_refused(const char *bytes, size_t size, const char *sentence)
{
    content all;
    const sn_text_options options = {0};
    read_file(&all, bytes, size, &options, 64);
    assert_failure(all.status, &all.err, SEQNET_ERR_DATA, sentence);
    assert_int_equal(all.size, 0);
    for (size_t piece = 1; piece <= 7; piece++) {
        read_pieces(&all, bytes, size, &options, piece);
        assert_failure(all.status, &all.err, SEQNET_ERR_DATA, sentence);
        assert_int_equal(all.size, 0);
    }
}

#define ASSERT_REFUSED(BYTES, SENTENCE) assert_refused(BYTES, sizeof(BYTES) - 1, SENTENCE)

/* A line feed among the first bytes of another kind is no end of a line. */
static void other_kinds_are_refused_whatever_the_pieces(void **state)
{
    (void)state;
    ASSERT_REFUSED("PK\x03\x04\x0a\0\0\0\0\0\0\0", ": is a zip archive; ");
    ASSERT_REFUSED("\x93NUMPY\x01\0v\0{'descr'}\n", ": is one NumPy array (.npy); ");
    ASSERT_REFUSED("BZh9\1\n\2", ": is compressed with bzip2; ");
    ASSERT_REFUSED("\1\2\3\n\4\5", ": is binary data of an unknown kind, not text; ");
    ASSERT_REFUSED("%PDF-1.7\n", ": is a PDF document; ");
    ASSERT_REFUSED("<!DOCTYPE html>\n", ": is a page in HTML or XML; ");
}

/* A few control characters among the first bytes do not make a long text a binary file. */
static void pieces_do_not_change_what_is_taken_for_text(void **state)
{
    (void)state;
    char bytes[600];
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "\1\2\3\4\n", 5);
    bytes[sizeof bytes - 1] = '\n';
    assert_text(bytes, sizeof bytes, NULL, bytes, sizeof bytes);
    memcpy(bytes, "one\n\1\2\3\4\n", 9);
    assert_text(bytes, sizeof bytes, NULL, bytes, sizeof bytes);
}

/* What is binary behind a first line that is text is refused in the end. */
static void a_first_line_does_not_hide_what_follows(void **state)
{
    (void)state;
    content all;
    char bytes[2000] = "P6 640 480\n";
    read_file(&all, bytes, sizeof bytes, &(sn_text_options){0}, 64);
    assert_failure(all.status, &all.err, SEQNET_ERR_DATA, "is binary data of an unknown kind");
    assert_int_equal(all.size, 0);
    for (size_t size = 100; size <= sizeof bytes; size += 1900)
        for (size_t piece = 1; piece <= 64; piece += 21) {
            read_pieces(&all, bytes, size, &(sn_text_options){0}, piece);
            assert_failure(all.status, &all.err, SEQNET_ERR_DATA,
                           "is binary data of an unknown kind");
            assert_true(all.size <= SN_FILE_KIND_BYTES);
            assert_memory_equal(all.bytes, bytes, all.size);
        }
}

static void marked_text_is_text_where_it_is_meant(void **state)
{
    (void)state;
    content all;
    const sn_text_options options = {.takes_marked = true};
    read_file(&all, "<html>\n", 7, &options, 64);
    assert_content(&all, "<html>\n", 7);
    read_file(&all, "\x93NUMPY\1\0", 8, &options, 64);
    assert_int_equal(all.status, SEQNET_ERR_DATA);
}

/* The first line comes although the other end stays open; waiting would not end. */
static void a_line_is_handed_on_at_once(void **state)
{
    (void)state;
    int kept;
    char bytes[100];
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const int end = open_pipe(&kept);
    assert_ok(sn_stream_open(&stream, "-", &err), &err);
    assert_ok(sn_stream_expect_text(stream, &(sn_text_options){0}, &err), &err);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(write(end, "line\nha", 7), 7);
        assert_ok(sn_stream_read(stream, bytes, 5, &got, &err), &err);
        assert_int_equal(got, 5);
        assert_true(sn_stream_ready(stream));
        assert_ok(sn_stream_read(stream, bytes, 5, &got, &err), &err);
        assert_int_equal(got, 2);
        assert_false(sn_stream_ready(stream));
    }
    sn_stream_close(stream);
    restore_input(kept);
    close(end);
}

static void assert_damage_comes_last(const char *text, size_t size, const char *encoding,
                                     const char *expected)
{
    content all;
    char packed[512];
    const sn_text_options options = {.encoding = encoding};
    const size_t whole = gzip_member(packed, sizeof packed, text, size);
    for (size_t capacity = 1; capacity <= 64; capacity *= 4) {
        read_file(&all, packed, whole - 3, &options, capacity);
        assert_failure(all.status, &all.err, SEQNET_ERR_DATA, "is cut short");
        assert_true(all.is_transformed);
        assert_int_equal(all.size, strlen(expected));
        assert_memory_equal(all.bytes, expected, all.size);
    }
}

static void damage_comes_behind_the_text_before_it(void **state)
{
    (void)state;
    assert_damage_comes_last("one\ntwo\n", 8, NULL, "one\ntwo\n");
    assert_damage_comes_last("one", 3, NULL, "one");
    assert_damage_comes_last("caf\xe9\n", 5, "WINDOWS-1252", "caf\xc3\xa9\n");
    assert_damage_comes_last("\xff\xfeo\0n\0e\0", 8, NULL, "one");
}

static void gzip_in_gzip_is_told(void **state)
{
    (void)state;
    content all;
    char once[256], twice[512];
    const size_t size = gzip_member(once, sizeof once, "one\ntwo\n", 8);
    const size_t twice_size = gzip_member(twice, sizeof twice, once, size);
    read_file(&all, twice, twice_size, &(sn_text_options){0}, 64);
    assert_failure(all.status, &all.err, SEQNET_ERR_DATA,
                   "is gzip data within gzip data; unpack it on its way in: gzip -dc ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_comes_as_it_is),
        cmocka_unit_test(encodings_are_decoded),
        cmocka_unit_test(a_long_text_is_decoded_in_blocks),
        cmocka_unit_test(an_encoding_that_is_not_known_is_refused),
        cmocka_unit_test(other_kinds_are_refused_whatever_the_pieces),
        cmocka_unit_test(pieces_do_not_change_what_is_taken_for_text),
        cmocka_unit_test(a_first_line_does_not_hide_what_follows),
        cmocka_unit_test(marked_text_is_text_where_it_is_meant),
        cmocka_unit_test(a_line_is_handed_on_at_once),
        cmocka_unit_test(damage_comes_behind_the_text_before_it),
        cmocka_unit_test(gzip_in_gzip_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
