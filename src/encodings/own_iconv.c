#include "own_iconv.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum { NO_CHARACTER = -1, NAME = 24, HALF = 128 };

/* The names of an encoding, each between spaces, and the characters of its upper bytes. */
typedef struct one_byte {
    const char *names;
    uint16_t upper[HALF];
} one_byte;

static const one_byte ONE_BYTE[] = {
#include "encoding_tables.h"
};

#include "banned.h"

typedef enum form { FORM_ONE_BYTE, FORM_UTF8, FORM_UTF16, FORM_UTF32 } form;

struct sn_iconv {
    form form;
    /* Of FORM_ONE_BYTE; NULL: ASCII. */
    const uint16_t *upper;
    bool is_big_endian;
    /* The first bytes may be a mark that tells the order. */
    bool may_begin_with_mark;
};

static const struct {
    const char *name;
    sn_iconv converter;
} OTHERS[] = {
    {"UTF8", {FORM_UTF8, NULL, false, false}},
    {"ASCII", {FORM_ONE_BYTE, NULL, false, false}},
    {"USASCII", {FORM_ONE_BYTE, NULL, false, false}},
    {"UTF16", {FORM_UTF16, NULL, false, true}},
    {"UTF16LE", {FORM_UTF16, NULL, false, false}},
    {"UTF16BE", {FORM_UTF16, NULL, true, false}},
    {"UTF32", {FORM_UTF32, NULL, false, true}},
    {"UTF32LE", {FORM_UTF32, NULL, false, false}},
    {"UTF32BE", {FORM_UTF32, NULL, true, false}},
};

/* " NAME ": capitals, without the signs that some write between letters and digits. */
static void normalise(const char *name, char normal[NAME])
{
    size_t length = 0;
    normal[length++] = ' ';
    for (; *name && length < NAME - 2; name++)
        if (!strchr("-_ ", *name))
            normal[length++] = (char)toupper((unsigned char)*name);
    normal[length++] = *name ? '?' : ' ';
    normal[length] = '\0';
}

static bool find(const char *normal, sn_iconv *converter)
{
    for (size_t i = 0; i < sizeof ONE_BYTE / sizeof *ONE_BYTE; i++)
        if (strstr(ONE_BYTE[i].names, normal)) {
            *converter = (sn_iconv){.form = FORM_ONE_BYTE, .upper = ONE_BYTE[i].upper};
            return true;
        }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (strlen(normal) == strlen(OTHERS[i].name) + 2 && strstr(normal, OTHERS[i].name)) {
            *converter = OTHERS[i].converter;
            return true;
        }
    return false;
}

sn_iconv *sn_iconv_open(const char *encoding)
{
    char normal[NAME];
    sn_iconv found;
    normalise(encoding, normal);
    if (strlen(normal) < 3 || !find(normal, &found)) {
        errno = EINVAL;
        return NULL;
    }
    sn_iconv *const converter = malloc(sizeof *converter);
    if (converter)
        *converter = found;
    return converter;
}

void sn_iconv_close(sn_iconv *converter)
{
    free(converter);
}

static uint32_t unit(const sn_iconv *converter, const uint8_t *in, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | in[converter->is_big_endian ? i : size - 1 - i];
    return value;
}

/* The length of the first character; 0 where it is cut off. */
static size_t decode_utf16(const sn_iconv *converter, const uint8_t *in, size_t left, int32_t *code)
{
    if (left < 2)
        return 0;
    const uint32_t first = unit(converter, in, 2);
    *code = (int32_t)first;
    if (first < 0xd800 || first > 0xdfff)
        return 2;
    *code = NO_CHARACTER;
    if (first > 0xdbff)
        return 2;
    if (left < 4)
        return 0;
    const uint32_t second = unit(converter, in + 2, 2);
    if (second >= 0xdc00 && second <= 0xdfff)
        *code = (int32_t)(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    return 4;
}

static size_t decode_utf32(const sn_iconv *converter, const uint8_t *in, size_t left, int32_t *code)
{
    if (left < 4)
        return 0;
    const uint32_t value = unit(converter, in, 4);
    const bool is_character = value < 0xd800 || (value > 0xdfff && value <= 0x10ffff);
    *code = is_character ? (int32_t)value : NO_CHARACTER;
    return 4;
}

/* Whether the bytes are the beginning of a character of UTF-8 that goes on after them. */
static bool is_cut_off(const uint8_t *in, size_t left)
{
    static const char more[] = "\x80\x80\x80", most[] = "\xbf\xbf\xbf";
    char whole[4];
    int32_t code;
    if (left > 3)
        return false;
    for (int i = 0; i < 2; i++) {
        memcpy(whole, in, left);
        memcpy(whole + left, i ? most : more, 4 - left);
        if (sn_utf8_decode(whole, 4, &code) > left && code != SN_UTF8_INVALID)
            return true;
    }
    return false;
}

static size_t decode_utf8(const uint8_t *in, size_t left, int32_t *code)
{
    const size_t length = sn_utf8_decode((const char *)in, left, code);
    return *code == SN_UTF8_INVALID && is_cut_off(in, left) ? 0 : length;
}

static size_t decode(const sn_iconv *converter, const uint8_t *in, size_t left, int32_t *code)
{
    if (converter->form == FORM_UTF8)
        return decode_utf8(in, left, code);
    if (converter->form == FORM_UTF16)
        return decode_utf16(converter, in, left, code);
    if (converter->form == FORM_UTF32)
        return decode_utf32(converter, in, left, code);
    *code = in[0];
    if (in[0] < HALF)
        return 1;
    *code = converter->upper && converter->upper[in[0] - HALF] ? converter->upper[in[0] - HALF]
                                                               : NO_CHARACTER;
    return 1;
}

/* Takes a mark that tells the order of bytes. */
static void take_mark(sn_iconv *converter, char **in, size_t *left)
{
    const size_t size = converter->form == FORM_UTF16 ? 2 : 4;
    if (!converter->may_begin_with_mark || *left < size)
        return;
    converter->may_begin_with_mark = false;
    const uint32_t little = unit(converter, (const uint8_t *)*in, size);
    converter->is_big_endian = little == (size == 2 ? 0xfffeU : 0xfffe0000U);
    if (converter->is_big_endian || little == 0xfeff) {
        *in += size;
        *left -= size;
    }
}

static size_t stop(int why)
{
    errno = why;
    return (size_t)-1;
}

size_t sn_iconv_run(sn_iconv *converter, char **in, size_t *left, char **out, size_t *room)
{
    if (!in)
        return 0;
    take_mark(converter, in, left);
    while (*left > 0) {
        int32_t code;
        char bytes[4];
        const size_t length = decode(converter, (const uint8_t *)*in, *left, &code);
        if (length == 0)
            return stop(EINVAL);
        if (code == NO_CHARACTER)
            return stop(EILSEQ);
        const size_t made = sn_utf8_encode(code, bytes);
        if (made > *room)
            return stop(E2BIG);
        memcpy(*out, bytes, made);
        *in += length;
        *left -= length;
        *out += made;
        *room -= made;
    }
    return 0;
}
