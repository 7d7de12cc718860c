/*
 * Bytes read once, from files, pipes and gzip: the same bytes whatever the sizes of reads and
 * pieces, nothing waited for that is not needed, and damage told with what came before it handed
 * on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "gzip.h"
#include "memory.h"
#include "sent_pieces.h"
#include "stream.h"
#include "support.h"

enum { ROOM = 1 << 20 };

/* Everything a stream gives in reads of `capacity`, up to ROOM bytes. */
typedef struct content {
    char *bytes;
    size_t size;
    seqnet_status status;
    seqnet_error err;
} content;

static content read_stream(sn_byte_stream *stream, size_t capacity)
{
    content all = {.bytes = malloc(ROOM)};
    size_t got = 1;
    assert_non_null(all.bytes);
    while (all.status == SEQNET_OK && got > 0 && all.size + capacity <= ROOM) {
        all.status = sn_stream_read(stream, all.bytes + all.size, capacity, &got, &all.err);
        all.size += got;
    }
    assert_true(all.size + capacity <= ROOM);
    return all;
}

static content read_path(const char *path, size_t capacity)
{
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    assert_ok(sn_stream_open(&stream, path, &err), &err);
    const content all = read_stream(stream, capacity);
    sn_stream_close(stream);
    return all;
}

static void assert_content(content all, const void *bytes, size_t size)
{
    assert_ok(all.status, &all.err);
    assert_int_equal(all.size, size);
    assert_memory_equal(all.bytes, bytes, size);
    free(all.bytes);
}

/* Text that compresses, but not to nothing. */
static char *make_text(size_t size)
{
    char *const text = malloc(size);
    assert_non_null(text);
    uint32_t state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        text[i] = "abcdefgh\n \0\xffijkl"[state >> 28];
    }
    return text;
}

static void a_plain_file_comes_as_it_is(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    static const size_t capacities[] = {1000, 65536, 65537, 300000};
    char *const text = make_text(SIZE);
    const test_path path = write_file("plain", text, SIZE);
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++)
        assert_content(read_path(path.text, capacities[i]), text, SIZE);
    free(text);
}

static void short_files_and_lone_magic_bytes_are_plain(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "\x1f", "\x1f\x8c", "\x8b\x1f", "\x1f\x1f\x8b"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const test_path path = write_text("short", texts[i]);
        assert_content(read_path(path.text, 1), texts[i], strlen(texts[i]));
    }
}

static void a_look_at_the_first_bytes_uses_none_up(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "\x1f", "PK\x03\x04 and more", "\x1f\x1f\x8b"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t piece = 1; piece <= 5; piece++) {
            char first[4];
            size_t got;
            seqnet_error err = {0};
            sn_byte_stream *stream = NULL;
            const size_t size = strlen(texts[i]), wanted = size < 4 ? size : 4;
            const pieces p = begin_pieces(texts[i], size, piece);
            assert_ok(sn_stream_open(&stream, "-", &err), &err);
            assert_ok(sn_stream_peek(stream, first, 4, &got, &err), &err);
            assert_int_equal(got, wanted);
            assert_memory_equal(first, texts[i], wanted);
            assert_content(read_stream(stream, 64), texts[i], size);
            sn_stream_close(stream);
            end_pieces(p);
        }
}

static void gzip_is_inflated_after_a_look(void **state)
{
    (void)state;
    char packed[200], first[4];
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const size_t size = gzip_member(packed, sizeof packed, "some text", 9);
    const test_path path = write_file("packed", packed, size);
    assert_ok(sn_stream_open(&stream, path.text, &err), &err);
    assert_ok(sn_stream_peek(stream, first, 4, &got, &err), &err);
    assert_int_equal(got, 4);
    assert_memory_equal(first, packed, 4);
    assert_content(read_stream(stream, 100), "some text", 9);
    sn_stream_close(stream);
}

static void a_file_that_becomes_shorter_is_told(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    char *const text = make_text(SIZE);
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const test_path path = write_file("shorter", text, SIZE);
    assert_ok(sn_stream_open(&stream, path.text, &err), &err);
    assert_ok(sn_stream_read(stream, text, 1000, &got, &err), &err);
    assert_int_equal(truncate(path.text, 100000), 0);
    content rest = read_stream(stream, 1000);
    assert_failure(rest.status, &rest.err, SEQNET_ERR_DATA,
                   "shorter: became shorter while it was read; try again");
    assert_int_equal(rest.size + got, 100000);
    assert_ok(sn_stream_read(stream, text, 1000, &got, &err), &err);
    assert_int_equal(got, 0);
    sn_stream_close(stream);
    free(rest.bytes);
    free(text);
}

static void gzip_comes_inflated(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    static const size_t capacities[] = {1000, 65536, 400000};
    char *const text = make_text(SIZE), *const packed = malloc(ROOM);
    const size_t size = gzip_member(packed, ROOM, text, SIZE);
    const test_path path = write_file("any-name", packed, size);
    assert_true(size > 65536); /* more than one read */
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++)
        assert_content(read_path(path.text, capacities[i]), text, SIZE);
    free(text);
    free(packed);
}

static void members_are_joined_and_zeros_behind_them_left_out(void **state)
{
    (void)state;
    char packed[512] = "";
    size_t size = gzip_member(packed, sizeof packed, "one\n", 4);
    size += gzip_member(packed + size, sizeof packed - size, "", 0);
    size += gzip_member(packed + size, sizeof packed - size, "two\n", 4);
    assert_content(read_path(write_file("members", packed, size).text, 100), "one\ntwo\n", 8);
    memset(packed + size, 0, 100);
    assert_content(read_path(write_file("members", packed, size + 100).text, 3), "one\ntwo\n", 8);
}

static void gzip_in_pieces_is_the_same(void **state)
{
    (void)state;
    char packed[512];
    size_t size = gzip_member(packed, sizeof packed, "one\n", 4);
    size += gzip_member(packed + size, sizeof packed - size, "two\n", 4);
    for (size_t piece = 1; piece <= 7; piece++) {
        const pieces p = begin_pieces(packed, size, piece);
        const content all = read_path("-", 5);
        end_pieces(p);
        assert_content(all, "one\ntwo\n", 8);
    }
}

static void assert_damaged(const void *bytes, size_t size, const char *before, const char *sentence)
{
    const test_path path = write_file("damaged.gz", bytes, size);
    const content all = read_path(path.text, 100);
    assert_failure(all.status, &all.err, SEQNET_ERR_DATA, sentence);
    assert_non_null(strstr(all.err.message, "damaged.gz: is "));
    assert_int_equal(all.size, strlen(before));
    assert_memory_equal(all.bytes, before, all.size);
    free(all.bytes);
}

static void a_cut_gzip_is_told_wherever_it_is_cut(void **state)
{
    (void)state;
    char packed[256];
    const size_t size = gzip_member(packed, sizeof packed, "one\ntwo\n", 8);
    for (size_t cut = 2; cut < size; cut++) {
        const test_path path = write_file("damaged.gz", packed, cut);
        const content all = read_path(path.text, 100);
        assert_failure(all.status, &all.err, SEQNET_ERR_DATA, "is cut short");
        assert_memory_equal(all.bytes, "one\ntwo\n", all.size);
        free(all.bytes);
    }
    assert_damaged(packed, size - 1, "one\ntwo\n", "its gzip data stops in the middle, after 27");
}

static void damage_is_told(void **state)
{
    (void)state;
    char packed[256];
    const size_t size = gzip_member(packed, sizeof packed, "one\ntwo\n", 8);
    packed[size - 6] ^= 1;
    assert_damaged(packed, size, "one\ntwo\n", "incorrect data check");
    packed[size - 6] ^= 1;
    packed[3] = 0x40;
    assert_damaged(packed, size, "", "unknown header flags");
    packed[3] = 0;
    memcpy(packed + size, "tail", 4);
    assert_damaged(packed, size + 4, "one\ntwo\n", "other bytes follow its gzip data at byte 28");
}

static void after_an_error_there_is_nothing_more(void **state)
{
    (void)state;
    char packed[256], byte;
    size_t got = 1;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const size_t size = gzip_member(packed, sizeof packed, "text", 4);
    const test_path path = write_file("cut.gz", packed, size - 3);
    assert_ok(sn_stream_open(&stream, path.text, &err), &err);
    const content all = read_stream(stream, 10);
    assert_int_equal(all.status, SEQNET_ERR_DATA);
    free(all.bytes);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(sn_stream_read(stream, &byte, 1, &got, &err), &err);
        assert_int_equal(got, 0);
    }
    sn_stream_close(stream);
}

static void files_that_cannot_be_opened_are_told(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    assert_failure(sn_stream_open(&stream, in_folder("none").text, &err), &err, SEQNET_ERR_DATA,
                   "/none: cannot be opened: No such file");
    assert_null(stream);
    assert_failure(sn_stream_open(&stream, test_folder, &err), &err, SEQNET_ERR_DATA,
                   "is a folder; name a file in it");
    assert_null(stream);
    sn_stream_close(NULL);
}

/* What has been written comes out although the other end stays open; waiting would not end. */
static void a_short_read_is_handed_on_at_once(void **state)
{
    (void)state;
    int kept;
    char bytes[100];
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    const int end = open_pipe(&kept);
    assert_ok(sn_stream_open(&stream, "-", &err), &err);
    assert_string_equal(sn_stream_place(stream), "standard input");
    assert_false(sn_stream_ready(stream));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(write(end, "line\n", 5), 5);
        assert_true(sn_stream_ready(stream));
        assert_ok(sn_stream_read(stream, bytes, sizeof bytes, &got, &err), &err);
        assert_int_equal(got, 5);
        assert_false(sn_stream_ready(stream));
    }
    assert_int_equal(sn_stream_position(stream), 15);
    assert_int_equal(sn_stream_size(stream), 0);
    close(end);
    assert_ok(sn_stream_read(stream, bytes, sizeof bytes, &got, &err), &err);
    assert_int_equal(got, 0);
    sn_stream_close(stream);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    restore_input(kept);
}

/* A writer of gzip that flushes each line, as loggers do; the last bytes of what it flushes, which
 * hold nothing of the line, are late and come with the next one. */
static void write_flushed(int end, z_stream *z, const char *line)
{
    enum { LATE = 5 };
    static char packed[LATE + 256];
    const bool first = z->total_in == 0;
    z->next_in = (Bytef *)(uintptr_t)line;
    z->avail_in = (uInt)strlen(line);
    z->next_out = (Bytef *)packed + LATE;
    z->avail_out = sizeof packed - LATE;
    assert_int_equal(deflate(z, Z_SYNC_FLUSH), Z_OK);
    const size_t size = sizeof packed - LATE - z->avail_out;
    const char *const from = first ? packed + LATE : packed;
    const size_t length = (size_t)(packed + size - from);
    assert_int_equal(write(end, from, length), length);
    memcpy(packed, packed + size, LATE);
}

/* What has been flushed comes out, in small reads too: zlib may hold it when it has used its input
 * up. */
static void flushed_gzip_is_handed_on_at_once(void **state)
{
    (void)state;
    static const size_t capacities[] = {100, 30, 10, 5};
    int kept;
    char bytes[100];
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    z_stream z;
    memset(&z, 0, sizeof z);
    const int end = open_pipe(&kept);
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_ok(sn_stream_open(&stream, "-", &err), &err);
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        const size_t capacity = capacities[i];
        write_flushed(end, &z, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        for (size_t done = 0; done < 30; done += got) {
            assert_ok(sn_stream_read(stream, bytes, capacity, &got, &err), &err);
            assert_int_equal(got, capacity < 30 ? capacity : 30);
        }
    }
    assert_true(sn_stream_transforms(stream));
    deflateEnd(&z);
    sn_stream_close(stream);
    restore_input(kept);
    close(end);
}

static volatile sig_atomic_t alarms;

/* From the second alarm on something is written, so that the read ends. */
static int alarm_pipe = -1;

static void on_alarm(int number)
{
    (void)number;
    if (++alarms == 2 && write(alarm_pipe, "x", 1) != 1)
        abort();
}

static void an_interrupted_read_goes_on(void **state)
{
    (void)state;
    int kept;
    char byte;
    size_t got;
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    struct sigaction action = {.sa_handler = on_alarm}, before;
    const struct itimerval soon = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
    const int end = open_pipe(&kept);
    alarm_pipe = end;
    sigemptyset(&action.sa_mask);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_ok(sn_stream_open(&stream, "-", &err), &err);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_ok(sn_stream_read(stream, &byte, 1, &got, &err), &err);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(got, 1);
    assert_true(alarms >= 2);
    sigaction(SIGALRM, &before, NULL);
    sn_stream_close(stream);
    restore_input(kept);
    close(end);
}

static void position_and_size_are_those_of_the_file(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    char *const text = make_text(SIZE), *const packed = malloc(ROOM);
    const size_t size = gzip_member(packed, ROOM, text, SIZE);
    const test_path paths[] = {write_file("plain", text, SIZE), write_file("packed", packed, size)};
    const size_t sizes[] = {SIZE, size};
    for (size_t i = 0; i < 2; i++) {
        size_t got, before = 0;
        seqnet_error err = {0};
        sn_byte_stream *stream = NULL;
        assert_ok(sn_stream_open(&stream, paths[i].text, &err), &err);
        assert_int_equal(sn_stream_position(stream), 0);
        assert_int_equal(sn_stream_size(stream), sizes[i]);
        do {
            assert_ok(sn_stream_read(stream, text, 1000, &got, &err), &err);
            assert_true(sn_stream_position(stream) >= before);
            before = sn_stream_position(stream);
            assert_true(sn_stream_ready(stream));
        } while (got > 0);
        assert_int_equal(before, sizes[i]);
        sn_stream_close(stream);
    }
    free(text);
    free(packed);
}

static content read_bytes(const void *bytes, size_t size, size_t capacity)
{
    seqnet_error err = {0};
    sn_byte_stream *stream = NULL;
    char place[] = "a name";
    assert_ok(sn_stream_open_bytes(&stream, bytes, size, place, &err), &err);
    place[0] = 'x'; /* it was copied */
    assert_string_equal(sn_stream_place(stream), "a name");
    assert_int_equal(sn_stream_size(stream), size);
    assert_int_equal(sn_stream_position(stream), 0);
    assert_true(sn_stream_ready(stream));
    const content all = read_stream(stream, capacity);
    assert_true(all.status != SEQNET_OK || sn_stream_position(stream) == size);
    assert_true(sn_stream_ready(stream));
    sn_stream_close(stream);
    return all;
}

static void bytes_in_memory_are_a_stream_too(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    static const size_t capacities[] = {1000, 65536, 65537, 300000};
    char *const text = make_text(SIZE), *const packed = malloc(ROOM);
    const size_t size = gzip_member(packed, ROOM, text, SIZE);
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        assert_content(read_bytes(text, SIZE, capacities[i]), text, SIZE);
        assert_content(read_bytes(packed, size, capacities[i]), text, SIZE);
    }
    assert_content(read_bytes("", 0, 1), "", 0);
    assert_content(read_bytes(NULL, 0, 1), "", 0);
    assert_content(read_bytes("\x1f", 1, 1), "\x1f", 1);
    free(text);
    free(packed);
}

static void damaged_bytes_in_memory_are_told_by_their_place(void **state)
{
    (void)state;
    char packed[512];
    const size_t size = gzip_member(packed, sizeof packed, "some text", 9);
    for (size_t cut = 2; cut < size; cut++) {
        content all = read_bytes(packed, cut, 100);
        assert_failure(all.status, &all.err, SEQNET_ERR_DATA, "a name: is cut short");
        free(all.bytes);
    }
}

static void the_rest_is_appended(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    char *const text = make_text(SIZE), *const packed = malloc(SIZE + 1000), start[100];
    seqnet_error err = {0};
    const size_t size = gzip_member(packed, SIZE + 1000, text, SIZE);
    for (int is_packed = 0; is_packed < 2; is_packed++) {
        size_t got;
        sn_byte_stream *stream = NULL;
        sn_buffer buffer = {0};
        assert_ok(sn_buffer_add_text(&buffer, "before ", &err), &err);
        const test_path path =
            write_file("rest", is_packed ? packed : text, is_packed ? size : SIZE);
        assert_ok(sn_stream_open(&stream, path.text, &err), &err);
        assert_ok(sn_stream_read(stream, start, sizeof start, &got, &err), &err);
        assert_int_equal(got, sizeof start);
        assert_ok(sn_stream_read_all(stream, &buffer, &err), &err);
        assert_int_equal(buffer.length, 7 + SIZE - sizeof start);
        assert_memory_equal(buffer.bytes, "before ", 7);
        assert_memory_equal(buffer.bytes + 7, text + sizeof start, SIZE - sizeof start);
        assert_ok(sn_stream_read_all(stream, &buffer, &err), &err);
        assert_int_equal(buffer.length, 7 + SIZE - sizeof start);
        sn_stream_close(stream);
        sn_buffer_free(&buffer);
    }
    free(text);
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_file_comes_as_it_is),
        cmocka_unit_test(short_files_and_lone_magic_bytes_are_plain),
        cmocka_unit_test(a_look_at_the_first_bytes_uses_none_up),
        cmocka_unit_test(gzip_is_inflated_after_a_look),
        cmocka_unit_test(a_file_that_becomes_shorter_is_told),
        cmocka_unit_test(gzip_comes_inflated),
        cmocka_unit_test(members_are_joined_and_zeros_behind_them_left_out),
        cmocka_unit_test(gzip_in_pieces_is_the_same),
        cmocka_unit_test(a_cut_gzip_is_told_wherever_it_is_cut),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(after_an_error_there_is_nothing_more),
        cmocka_unit_test(files_that_cannot_be_opened_are_told),
        cmocka_unit_test(a_short_read_is_handed_on_at_once),
        cmocka_unit_test(flushed_gzip_is_handed_on_at_once),
        cmocka_unit_test(an_interrupted_read_goes_on),
        cmocka_unit_test(position_and_size_are_those_of_the_file),
        cmocka_unit_test(bytes_in_memory_are_a_stream_too),
        cmocka_unit_test(damaged_bytes_in_memory_are_told_by_their_place),
        cmocka_unit_test(the_rest_is_appended),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
