/*
 * A text is prepared once, in `normalised`; the tokens are pieces of it. Nearly all of a text are
 * ASCII bytes that one byte replaces: a table has it. The table's other values say what else
 * becomes of a byte. Where the prepared text becomes longer or shorter than the caller's, a shift
 * is noted, so that a token's bytes can be found.
 */
#include "imported_rule.h"

#include <stdlib.h>
#include <string.h>

#include "lower_case.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* What becomes of a byte that no single byte replaces. */
enum { DECODE = 0x80, SEPARATE, REMOVE, NEWLINE };

/* The most bytes that a character becomes, and those of U+FFFD. */
enum { CHARACTER_ROOM = 4 * SN_SEPARATING_TEXT, REPLACEMENT = 0xfffd };

static bool is_tokenizer(const sn_tokenizer *t)
{
    return t->rule.kind == SN_TEXT_RULE_KERAS_TOKENIZER;
}

/* White space as str.split() knows it. */
static bool is_python_space(int32_t code)
{
    return (code >= 0x9 && code <= 0xd) || (code >= 0x1c && code <= 0x20) || code == 0x85 ||
           code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* White space as tf.strings.split knows it: that of C. */
static bool is_c_space(int32_t code)
{
    return (code >= 0x9 && code <= 0xd) || code == ' ';
}

static bool is_separating_space(const sn_tokenizer *t, int32_t code)
{
    if (t->rule.split_at != SN_SPLIT_WHITE_SPACE)
        return false;
    return is_tokenizer(t) ? is_python_space(code) : is_c_space(code);
}

static bool is_ascii_punctuation(int32_t code)
{
    return (code >= '!' && code <= '/') || (code >= ':' && code <= '@') ||
           (code >= '[' && code <= '`') || (code >= '{' && code <= '~');
}

/* Whether the filters have a character, which is valid UTF-8 of `length` bytes. */
static bool is_filtered(const sn_tokenizer *t, const char *character, size_t length)
{
    const char *filter = t->rule.filters;
    const char *const end = filter + strlen(filter);
    while (filter < end) {
        int32_t code;
        const size_t size = sn_utf8_decode(filter, (size_t)(end - filter), &code);
        if (size == length && memcmp(filter, character, length) == 0)
            return true;
        filter += size;
    }
    return false;
}

/* What becomes of an ASCII character that is lower case already where the rule makes it so. */
static unsigned char map_ascii(const sn_tokenizer *t, char byte)
{
    if (t->rule.strip_punctuation && is_ascii_punctuation(byte))
        return REMOVE;
    if (is_filtered(t, &byte, 1))
        return t->rule.split_at == SN_SPLIT_AT_TEXT ? SEPARATE : REMOVE;
    if (is_separating_space(t, byte))
        return SEPARATE;
    return byte == '\n' ? NEWLINE : (unsigned char)byte;
}

/* Appends what stands for a character in a token to `bytes`; returns how many bytes. */
static size_t store(int32_t code, char *bytes)
{
    if (code != '\n')
        return sn_utf8_encode(code, bytes);
    memcpy(bytes, SN_STORED_NEWLINE, sizeof SN_STORED_NEWLINE - 1);
    return sizeof SN_STORED_NEWLINE - 1;
}

static void prepare_separator(sn_tokenizer *t)
{
    const char *const text = t->rule.split_at == SN_SPLIT_AT_TEXT ? t->rule.separator : " ";
    const size_t length = strlen(text);
    t->separator_length = 0;
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
        t->separator_length += store(code, t->separator + t->separator_length);
    }
}

static void prepare_table(sn_tokenizer *t)
{
    prepare_separator(t);
    t->has_wide_filters = false;
    for (const char *filter = t->rule.filters; *filter; filter++)
        t->has_wide_filters |= (unsigned char)*filter >= 0x80;
    const bool is_short = t->separator_length == 1;
    for (int byte = 0; byte < 256; byte++) {
        const bool is_upper = t->rule.lower && byte >= 'A' && byte <= 'Z';
        unsigned char mapped = DECODE;
        if (byte < 0x80)
            mapped = map_ascii(t, (char)(is_upper ? byte + ('a' - 'A') : byte));
        if (mapped == SEPARATE && is_short)
            mapped = (unsigned char)t->separator[0];
        t->mapped[byte] = (char)mapped;
    }
}

static seqnet_status note_shift(sn_tokenizer *t, size_t at, size_t original, seqnet_error *err)
{
    SN_TRY(sn_grow(&t->shifts, &t->shift_capacity, t->shift_count + 1, sizeof *t->shifts, err));
    t->shifts[t->shift_count++] = (sn_offset_shift){at, original};
    return SEQNET_OK;
}

/* Notes that `made` bytes at an offset of the prepared text stand for `taken` bytes at one of the
 * caller's: of several bytes all but the first belong to what comes next. */
static seqnet_status note_character(sn_tokenizer *t, size_t at, size_t made, size_t original,
                                    size_t taken, seqnet_error *err)
{
    if (made == taken)
        return SEQNET_OK;
    if (made > 1)
        SN_TRY(note_shift(t, at + 1, original + taken, err));
    return note_shift(t, at + made, original + taken, err);
}

static size_t put_separator(const sn_tokenizer *t, char *bytes)
{
    memcpy(bytes, t->separator, t->separator_length);
    return t->separator_length;
}

/* Writes a character that has its final form, but for the filters. */
static size_t put_character(const sn_tokenizer *t, int32_t code, char *bytes)
{
    if (code < 0x80) { /* of which the table knows what becomes */
        const unsigned char mapped = (unsigned char)t->mapped[code];
        if (mapped == SEPARATE)
            return put_separator(t, bytes);
        if (mapped == REMOVE)
            return 0;
        return store(mapped == NEWLINE ? '\n' : mapped, bytes);
    }
    const size_t length = sn_utf8_encode(code, bytes);
    if (is_separating_space(t, code))
        return put_separator(t, bytes);
    if (!t->has_wide_filters || !is_filtered(t, bytes, length))
        return length;
    return t->rule.split_at == SN_SPLIT_AT_TEXT ? put_separator(t, bytes) : 0;
}

/* Writes what becomes of the character at a position of the caller's text, which has *taken bytes;
 * returns the number of bytes written. */
static size_t put_decoded(const sn_tokenizer *t, size_t pos, char *bytes, size_t *taken)
{
    int32_t code, lowered[2];
    *taken = sn_utf8_decode(t->original + pos, t->length - pos, &code);
    if (code == SN_UTF8_INVALID)
        code = REPLACEMENT;
    if (!is_tokenizer(t) || !t->rule.lower)
        return put_character(t, code, bytes);
    size_t count = 1, used = 0;
    if (code == SN_CAPITAL_SIGMA)
        lowered[0] =
            sn_is_final_sigma(t->original, t->length, pos) ? SN_FINAL_SIGMA : SN_SMALL_SIGMA;
    else
        count = sn_lower_case(code, lowered);
    for (size_t i = 0; i < count; i++)
        used += put_character(t, lowered[i], bytes + used);
    return used;
}

seqnet_status sn_imported_start(sn_tokenizer *t, bool is_new, seqnet_error *err)
{
    size_t used = 0;
    if (is_new)
        prepare_table(t);
    t->shift_count = 0;
    for (size_t pos = 0; pos < t->length;) {
        size_t taken;
        const size_t room = t->length - pos + CHARACTER_ROOM;
        SN_TRY(sn_grow(&t->normalised, &t->capacity, used + room, 1, err));
        for (; pos < t->length; pos++) {
            const char mapped = t->mapped[(unsigned char)t->original[pos]];
            if ((unsigned char)mapped >= DECODE)
                break;
            t->normalised[used++] = mapped;
        }
        if (pos == t->length)
            break;
        const size_t made = put_decoded(t, pos, t->normalised + used, &taken);
        SN_TRY(note_character(t, used, made, pos, taken, err));
        used += made;
        pos += taken;
    }
    t->text = t->normalised;
    t->prepared_length = used;
    return SEQNET_OK;
}

/* Where the next separator begins at or behind a position, the end when there is none. */
static size_t find_separator(const sn_tokenizer *t, size_t pos)
{
    for (const char *found; pos < t->prepared_length; pos = (size_t)(found - t->text) + 1) {
        const size_t left = t->prepared_length - pos;
        found = memchr(t->text + pos, t->separator[0], left);
        if (!found)
            break;
        const size_t at = (size_t)(found - t->text);
        if (t->prepared_length - at >= t->separator_length &&
            memcmp(found, t->separator, t->separator_length) == 0)
            return at;
    }
    return t->prepared_length;
}

/* The end of the token that begins at a position, and where to look for the next one. */
static size_t end_of_token(const sn_tokenizer *t, size_t start, size_t *next)
{
    size_t end = t->prepared_length;
    if (t->rule.split_at == SN_SPLIT_CHARACTERS) {
        end = start + 1;
        while (end < t->prepared_length && ((uint8_t)t->text[end] & 0xc0) == 0x80)
            end++;
    } else if (t->rule.split_at != SN_SPLIT_NOTHING) {
        end = find_separator(t, start);
    }
    *next = end;
    const bool is_separated =
        t->rule.split_at == SN_SPLIT_AT_TEXT || t->rule.split_at == SN_SPLIT_WHITE_SPACE;
    if (is_separated && end < t->prepared_length)
        *next += t->separator_length;
    return end;
}

bool sn_imported_next(sn_tokenizer *t, const char **token, size_t *length)
{
    while (t->pos < t->prepared_length) {
        const size_t start = t->pos;
        const size_t end = end_of_token(t, start, &t->pos);
        if (end > start) {
            *token = t->text + start;
            *length = end - start;
            return true;
        }
    }
    return false;
}

size_t sn_imported_start_of(const sn_tokenizer *t, size_t offset)
{
    size_t low = 0, high = t->shift_count; /* the shifts at or before the offset are below `low` */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (t->shifts[middle].at <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return offset;
    const sn_offset_shift shift = t->shifts[low - 1];
    const size_t original = shift.original + (offset - shift.at);
    const size_t most = low < t->shift_count ? t->shifts[low].original : t->length;
    return original < most ? original : most;
}

size_t sn_imported_end_of(const sn_tokenizer *t, size_t offset)
{
    if (offset == 0)
        return 0;
    const size_t most = sn_imported_start_of(t, offset);
    size_t end = sn_imported_start_of(t, offset - 1) + 1;
    while (end < most && ((uint8_t)t->original[end] & 0xc0) == 0x80)
        end++;
    return end < most ? end : most;
}
