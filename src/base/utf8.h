/*
 * UTF-8 in bytes that may be invalid: decoding one character at a time, and making whole texts
 * valid. Classes of characters are in text/characters.h.
 */
#ifndef SN_UTF8_H
#define SN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { SN_UTF8_INVALID = -1 };

/* The byte order mark, with which some programs begin a file. */
#define SN_UTF8_MARK "\xef\xbb\xbf"
enum { SN_UTF8_MARK_SIZE = sizeof SN_UTF8_MARK - 1 };

/* Decodes the first character of text[0 .. size), size >= 1, and returns its length in bytes. When
 * it is not UTF-8, *code is SN_UTF8_INVALID and the length is that of the maximal part which
 * Unicode (section 3.9) recommends to replace by one U+FFFD. */
static inline size_t sn_utf8_decode(const char *text, size_t size, int32_t *code)
{
    const uint8_t lead = (uint8_t)text[0];
    *code = lead;
    if (lead < 0x80)
        return 1;
    *code = SN_UTF8_INVALID;
    if (lead < 0xc2 || lead > 0xf4)
        return 1;
    const size_t more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    /* The second byte excludes overlong forms, surrogates and what is above U+10FFFF. */
    int32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    int32_t value = lead & (0x3f >> more);
    for (size_t i = 1; i <= more; i++) {
        const int32_t byte = i < size ? (uint8_t)text[i] : 0;
        if (byte < low || byte > high)
            return i;
        value = value << 6 | (byte & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *code = value;
    return more + 1;
}

/* Encodes a code point up to U+10FFFF in at most 4 bytes; returns how many. */
static inline size_t sn_utf8_encode(int32_t code, char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    const size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const int32_t leads[4] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(leads[more] | code);
    return more + 1;
}

/* Whether the bytes are UTF-8 without NULs. */
bool sn_utf8_is_clean(const char *text, size_t length);

/* How many sequences are not UTF-8; each maximal part counts once. */
size_t sn_utf8_count_invalid(const char *text, size_t length);

/* Leaves blanks around a text out: those of ASCII and the spaces of Unicode. */
void sn_utf8_trim(const char **text, size_t *length);

/* Makes a NUL-terminated copy of the bytes in which U+FFFD replaces NULs and invalid UTF-8. The
 * caller frees it. */
seqnet_status sn_utf8_clean(char **clean, const char *text, size_t length, seqnet_error *err);

#endif
