/*
 * The iconv of static programs gives what the C library's gives: for each byte of each encoding
 * that it knows, and for random bytes of UTF-16 and UTF-32, whole or cut off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "own_iconv.h"

enum { ROOM = 64 };

/* What a call has done. */
typedef struct outcome {
    int error;
    size_t used, made;
    char out[ROOM];
} outcome;

static outcome by_own(const char *encoding, char *in, size_t size, size_t room)
{
    outcome found = {0};
    sn_iconv *const converter = sn_iconv_open(encoding);
    assert_non_null(converter);
    char *from = in, *to = found.out;
    size_t left = size, free_room = room;
    if (sn_iconv_run(converter, &from, &left, &to, &free_room) == (size_t)-1)
        found.error = errno;
    found.used = size - left;
    found.made = room - free_room;
    sn_iconv_close(converter);
    return found;
}

static outcome by_library(const char *encoding, char *in, size_t size, size_t room)
{
    outcome found = {0};
    const iconv_t converter = iconv_open("UTF-8", encoding);
    assert_true(converter != (iconv_t)-1);
    char *from = in, *to = found.out;
    size_t left = size, free_room = room;
    if (iconv(converter, &from, &left, &to, &free_room) == (size_t)-1)
        found.error = errno;
    found.used = size - left;
    found.made = room - free_room;
    (void)iconv_close(converter);
    return found;
}

static void assert_same(const char *encoding, char *in, size_t size, size_t room)
{
    const outcome own = by_own(encoding, in, size, room);
    const outcome library = by_library(encoding, in, size, room);
    if (own.error != library.error || own.used != library.used || own.made != library.made ||
        memcmp(own.out, library.out, own.made) != 0) {
        for (size_t i = 0; i < size; i++)
            print_message("%02x ", (unsigned)(uint8_t)in[i]);
        fail_msg("%s, %zu bytes of room: errno %d, %d; used %zu, %zu; made %zu, %zu", encoding,
                 room, own.error, library.error, own.used, library.used, own.made, library.made);
    }
}

static void test_each_byte_of_each_encoding(void **state)
{
    (void)state;
    static const char *const encodings[] = {
        "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",
        "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",
        "ISO-8859-11",  "ISO-8859-13",  "ISO-8859-14",  "ISO-8859-15",  "ISO-8859-16",
        "windows-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254",
        "WINDOWS-1256", "WINDOWS-1257", "KOI8-R",       "KOI8-U",       "IBM437",
        "IBM850",       "IBM852",       "IBM866",       "MACINTOSH",    "CP1252",
        "latin1",       "LATIN2",       "CP437",        "US-ASCII",     "ASCII"};
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        for (int byte = 0; byte < 256; byte++) {
            char in[1] = {(char)byte};
            assert_same(encodings[i], in, 1, ROOM);
        }
}

/* Bytes that are characters more often than chance would have it. */
static char draw(uint32_t *state)
{
    static const uint8_t likely[] = {0, 0, 0, 'a', 'b', 0xc3, 0xa9, 0xd8, 0xdc, 0xe2, 0x82, 0xf0};
    *state = *state * 1664525U + 1013904223U;
    const uint32_t random = *state >> 8;
    return (char)(random % 3 ? likely[random / 3 % sizeof likely] : random / 3);
}

static void test_random_bytes_of_unicode(void **state)
{
    (void)state;
    static const char *const encodings[] = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE",
                                            "utf16le"};
    uint32_t seed = 1;
    for (size_t round = 0; round < 20000; round++) {
        char in[12];
        const size_t size = round % (sizeof in + 1);
        for (size_t i = 0; i < size; i++)
            in[i] = draw(&seed);
        for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
            assert_same(encodings[i], in, size, round % 7 ? ROOM : 5);
    }
}

static void test_utf8_that_is_cut_off(void **state)
{
    (void)state;
    char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"
                  "b";
    for (size_t size = 0; size < sizeof text; size++)
        for (size_t room = 0; room < sizeof text; room++)
            assert_same("UTF-8", text, size, room);
}

static void test_marks_tell_the_order(void **state)
{
    (void)state;
    char texts[][8] = {"\xff\xfe\x61\0b", "\xfe\xff\0a\0b", "a\0b\0c", "\xff\xfe\0\0a\0\0",
                       "\0\0\xfe\xff\0\0\0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_same("UTF-16", texts[i], 6, ROOM);
        assert_same("UTF-32", texts[i], 8, ROOM);
    }
}

static void test_unknown_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "-",
                                        "LATIN",
                                        "8859-1",
                                        "SHIFT_JIS",
                                        "UTF",
                                        "UTF-1",
                                        "1",
                                        "ISO-8859-1 LATIN1",
                                        "ISO-8859-1-and-something-longer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        errno = 0;
        assert_null(sn_iconv_open(names[i]));
        assert_int_equal(errno, EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_byte_of_each_encoding),
        cmocka_unit_test(test_random_bytes_of_unicode),
        cmocka_unit_test(test_utf8_that_is_cut_off),
        cmocka_unit_test(test_marks_tell_the_order),
        cmocka_unit_test(test_unknown_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
