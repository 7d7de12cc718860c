/*
 * Decoding to UTF-8: pieces of every size give the same, what the encoding does not have comes out
 * as 0xff in its place, and the first bytes tell UTF-16 and UTF-32 with and without a mark.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "decoder.h"
#include "support.h"

enum { ROOM = 1024, LEAST_ROOM = 16 };

/* A text of bytes. */
typedef struct bytes {
    size_t length;
    char bytes[ROOM];
} bytes;

/* Decodes `size` bytes that come in pieces, with room for `room` bytes at a time. */
static bytes decode(const char *encoding, const char *in, size_t size, size_t piece, size_t room)
{
    bytes out = {0};
    seqnet_error err = {0};
    sn_decoder *decoder;
    size_t from = 0, to = 0, made = 0;
    assert_ok(sn_decoder_open(&decoder, encoding, &err), &err);
    do {
        if (made == 0)
            to = piece < size - to ? to + piece : size;
        const bool is_last = to == size;
        size_t used = to - from;
        assert_true(out.length + room <= ROOM);
        sn_decoder_run(decoder, in + from, &used, is_last, out.bytes + out.length, room, &made);
        assert_true(used <= to - from && made <= room);
        from += used;
        out.length += made;
    } while (made > 0 || to < size);
    assert_int_equal(from, size);
    sn_decoder_free(decoder);
    return out;
}

static void assert_decoded(const char *encoding, const char *in, size_t size, const char *expected)
{
    for (size_t piece = 1; piece <= size + 1; piece++)
        for (size_t room = LEAST_ROOM; room <= LEAST_ROOM + 3; room++) {
            const bytes out = decode(encoding, in, size, piece, room);
            assert_int_equal(out.length, strlen(expected));
            assert_memory_equal(out.bytes, expected, out.length);
        }
}

#define ASSERT_DECODED(ENCODING, IN, EXPECTED)                                                     \
    assert_decoded(ENCODING, IN, sizeof(IN) - 1, EXPECTED)

static void pieces_of_every_size_give_the_same(void **state)
{
    (void)state;
    ASSERT_DECODED("WINDOWS-1252", "caf\xe9 \x80 5 \x93quoted\x94 and more of it",
                   "caf\xc3\xa9 \xe2\x82\xac 5 \xe2\x80\x9cquoted\xe2\x80\x9d and more of it");
    ASSERT_DECODED("ISO-8859-1", "", "");
    ASSERT_DECODED("UTF-16LE", "a\0\xe9\0\n\0\xac\x20", "a\xc3\xa9\n\xe2\x82\xac");
    ASSERT_DECODED("UTF-16BE", "\0a\0\xe9\0\n\x20\xac", "a\xc3\xa9\n\xe2\x82\xac");
    ASSERT_DECODED("UTF-32LE", "a\0\0\0\x00\xf6\x01\0", "a\xf0\x9f\x98\x80");
    ASSERT_DECODED("SHIFT_JIS", "\x83\x65\x83\x58\x83\x67", "テスト");
    ASSERT_DECODED("GB18030", "\xce\xc4\xb1\xbe", "文本");
}

static void surrogates_make_one_character(void **state)
{
    (void)state;
    ASSERT_DECODED("UTF-16LE", "a\0\x3d\xd8\x00\xdez\0", "a\xf0\x9f\x98\x80z");
    ASSERT_DECODED("UTF-16BE", "\0a\xd8\x3d\xde\x00\0z", "a\xf0\x9f\x98\x80z");
}

static void the_shift_state_is_ended(void **state)
{
    (void)state;
    ASSERT_DECODED("ISO-2022-JP", "a\x1b$B%F\x1b(B", "aテ");
}

static void bytes_that_an_encoding_lacks_come_out_as_no_utf8(void **state)
{
    (void)state;
    ASSERT_DECODED("WINDOWS-1252", "a\x81z", "a\xffz");
    ASSERT_DECODED("ASCII", "a\xe9\xe9z", "a\xff\xffz");
    ASSERT_DECODED("UTF-8", "a\xc3z", "a\xffz");
}

static void what_is_cut_off_comes_out_as_no_utf8(void **state)
{
    (void)state;
    ASSERT_DECODED("UTF-16LE", "a\0b", "a\xff");
    ASSERT_DECODED("UTF-16LE", "a\0\x3d\xd8", "a\xff");
    ASSERT_DECODED("UTF-16LE", "a\0\x3d\xd8\x00", "a\xff");
    ASSERT_DECODED("UTF-32BE", "\0\0\0a\0\0", "a\xff");
    ASSERT_DECODED("UTF-8", "a\xe2\x82", "a\xff");
}

static void an_encoding_that_is_not_known_is_refused(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_decoder *decoder;
    assert_failure(sn_decoder_open(&decoder, "latin-one", &err), &err, SEQNET_ERR_USAGE,
                   "the encoding 'latin-one' is not known; iconv -l lists those that are");
    assert_null(decoder);
    sn_decoder_free(NULL);
}

static void names_of_utf8_are_known(void **state)
{
    (void)state;
    assert_true(sn_encoding_is_utf8("UTF-8"));
    assert_true(sn_encoding_is_utf8("utf8"));
    assert_false(sn_encoding_is_utf8("UTF-16"));
    assert_false(sn_encoding_is_utf8(""));
}

static void assert_guess(const char *in, size_t size, const char *expected, size_t expected_mark)
{
    size_t mark = SIZE_MAX;
    const char *const guess = sn_encoding_guess(in, size, &mark);
    assert_int_equal(mark, expected_mark);
    if (!expected)
        assert_null(guess);
    else if (!guess)
        fail_msg("no guess for %s", expected);
    else
        assert_string_equal(guess, expected);
}

#define ASSERT_GUESS(IN, EXPECTED, MARK) assert_guess(IN, sizeof(IN) - 1, EXPECTED, MARK)

static void marks_tell_the_encoding(void **state)
{
    (void)state;
    ASSERT_GUESS("\xff\xfe"
                 "a\0",
                 "UTF-16LE", 2);
    ASSERT_GUESS("\xfe\xff\0a", "UTF-16BE", 2);
    ASSERT_GUESS("\xff\xfe\0\0a\0\0\0", "UTF-32LE", 4);
    ASSERT_GUESS("\0\0\xfe\xff\0\0\0a", "UTF-32BE", 4);
    ASSERT_GUESS("\xef\xbb\xbfone", "UTF-8", 3);
    ASSERT_GUESS("\xff\xfe", "UTF-16LE", 2);
}

/* Writes a text, of code points, in an encoding of units of `width` bytes. */
static bytes write_units(const uint32_t *codes, size_t width, bool is_big)
{
    bytes out = {0};
    for (; *codes; codes++) {
        const bool is_pair = width == 2 && *codes > 0xffff;
        const uint32_t units[2] = {is_pair ? 0xd800 + ((*codes - 0x10000) >> 10) : *codes,
                                   0xdc00 + ((*codes - 0x10000) & 0x3ff)};
        for (size_t u = 0; u < (is_pair ? 2U : 1U); u++)
            for (size_t i = 0; i < width; i++)
                out.bytes[out.length++] =
                    (char)(units[u] >> 8 * (is_big ? width - 1 - i : i) & 0xff);
    }
    return out;
}

static void nuls_tell_the_encoding_without_a_mark(void **state)
{
    (void)state;
    static const uint32_t texts[][16] = {
        {'o', 'n', 'e', '\n'},
        {'g', 'o', 'o', 'd', ' ', 0x1f600, '\n', 'b', 'a', 'd', '\n'},
        {'a', ' ', 'l', 'o', 't', ' ', 0x1f44d, 0x1f3fd, '!', ' ', 's', 'o', '\n'},
        {'c', 'a', 'f', 0xe9, ' ', 'a', 'u', ' ', 'l', 'a', 'i', 't', '\n'}};
    static const struct {
        const char *name;
        size_t width;
        bool is_big;
    } forms[] = {{"UTF-16LE", 2, false},
                 {"UTF-16BE", 2, true},
                 {"UTF-32LE", 4, false},
                 {"UTF-32BE", 4, true}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
            const bytes text = write_units(texts[i], forms[f].width, forms[f].is_big);
            assert_guess(text.bytes, text.length, forms[f].name, 0);
        }
}

static void other_bytes_tell_nothing(void **state)
{
    (void)state;
    ASSERT_GUESS("", NULL, 0);
    ASSERT_GUESS("a\0", NULL, 0);
    ASSERT_GUESS("plain text, a line of it\n", NULL, 0);
    ASSERT_GUESS("one NUL\0 in a text is no encoding\n", NULL, 0);
    ASSERT_GUESS("\0\0\0\0\0\0\0\0\0\0\0\0", NULL, 0);
    ASSERT_GUESS("\xe6\x96\x87\xe6\x9c\xac\xe6\x96\x87\xe6\x9c\xac", NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_every_size_give_the_same),
        cmocka_unit_test(surrogates_make_one_character),
        cmocka_unit_test(the_shift_state_is_ended),
        cmocka_unit_test(bytes_that_an_encoding_lacks_come_out_as_no_utf8),
        cmocka_unit_test(what_is_cut_off_comes_out_as_no_utf8),
        cmocka_unit_test(an_encoding_that_is_not_known_is_refused),
        cmocka_unit_test(names_of_utf8_are_known),
        cmocka_unit_test(marks_tell_the_encoding),
        cmocka_unit_test(nuls_tell_the_encoding_without_a_mark),
        cmocka_unit_test(other_bytes_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
