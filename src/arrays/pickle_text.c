/* The opcodes of protocol 0, whose arguments are lines of text. */
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"
#include "pickle_machine.h"
#include "utf8.h"

#include "banned.h"

/* Bytes of a number as text, with its NUL. */
enum { NUMBER = 64 };

seqnet_status sn_pickle_take_line(sn_pickle *m, sn_pickle_value *line)
{
    const uint8_t *text;
    size_t length;
    if (!sn_cursor_line(m->cursor, &text, &length))
        return sn_pickle_cut_short(m);
    if (length > UINT32_MAX)
        return sn_pickle_too_large(m);
    *line = (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = (uint32_t)length, .text = text};
    return SEQNET_OK;
}

/* Takes a line that is a number. */
static seqnet_status take_number(sn_pickle *m, char number[NUMBER])
{
    sn_pickle_value line = {.kind = SN_PICKLE_NONE};
    SN_TRY(sn_pickle_take_line(m, &line));
    if (line.length >= NUMBER)
        return sn_pickle_malformed(m, "a number is too long");
    memcpy(number, line.text, line.length);
    number[line.length] = '\0';
    return SEQNET_OK;
}

seqnet_status sn_pickle_int(sn_pickle *m, size_t unused)
{
    (void)unused;
    char number[NUMBER] = "";
    int64_t value; /* of 00 and 01, which are False and True, too */
    SN_TRY(take_number(m, number));
    const size_t length = strlen(number);
    if (length > 0 && number[length - 1] == 'L')
        number[length - 1] = '\0';
    if (!seqnet_parse_int64(number, &value))
        return sn_pickle_malformed(m, "a number is none, or too large");
    return sn_pickle_push_integer(m, value);
}

seqnet_status sn_pickle_float(sn_pickle *m, size_t unused)
{
    (void)unused;
    char number[NUMBER] = "";
    sn_pickle_value v = {.kind = SN_PICKLE_FLOAT};
    SN_TRY(take_number(m, number));
    if (!seqnet_parse_double(number, &v.real)) /* nan and inf are no settings of ours */
        v.real = 0.0;
    return sn_pickle_push(m, v);
}

static int hexadecimal(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    const int letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Reads `count` hexadecimal digits; -1 when they are not. */
static int32_t take_digits(const uint8_t *text, size_t length, size_t count)
{
    int32_t code = 0;
    if (length < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const int digit = hexadecimal(text[i]);
        if (digit < 0 || code > 0x10ffff >> 4)
            return -1;
        code = code << 4 | digit;
    }
    return code;
}

/* Decodes an escape that begins at text[0], a backslash, into one byte; returns its length, 0 when
 * it is none. */
static size_t decode_escape(const uint8_t *text, size_t length, uint8_t *byte)
{
    static const char letters[] = "\\'\"abfnrtv", meanings[] = "\\'\"\a\b\f\n\r\t\v";
    if (length < 2)
        return 0;
    const char *const found = text[1] ? strchr(letters, text[1]) : NULL;
    if (found) {
        *byte = (uint8_t)meanings[found - letters];
        return 2;
    }
    const int32_t code = text[1] == 'x' ? take_digits(text + 2, length - 2, 2) : -1;
    *byte = (uint8_t)code;
    return code < 0 ? 0 : 4;
}

/* A string as Python 2 writes it: its bytes between quotes, with escapes. */
seqnet_status sn_pickle_string(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value line = {.kind = SN_PICKLE_NONE};
    sn_pickle_node *holder;
    SN_TRY(sn_pickle_take_line(m, &line));
    if (line.length < 2 || (line.text[0] != '\'' && line.text[0] != '"') ||
        line.text[line.length - 1] != line.text[0])
        return sn_pickle_malformed(m, "a string has no quotes");
    SN_TRY(sn_pickle_new_bytes(m, line.length, line.length, &holder));
    uint32_t used = 0;
    const size_t end = line.length - 1;
    for (size_t pos = 1; pos < end; used++) {
        size_t taken = 1;
        holder->owned[used] = line.text[pos];
        if (line.text[pos] == '\\')
            taken = decode_escape(line.text + pos, end - pos, &holder->owned[used]);
        if (taken == 0)
            return sn_pickle_malformed(m, "a string has an escape that is none");
        pos += taken;
    }
    return sn_pickle_push(
        m, (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = used, .text = holder->owned});
}

/* Decodes the character at text[0]; returns its length in the text, and -1 as the code of an escape
 * that is none. */
static size_t decode_raw(const uint8_t *text, size_t length, int32_t *code)
{
    const bool is_short = length > 1 && text[0] == '\\' && text[1] == 'u';
    const bool is_long = length > 1 && text[0] == '\\' && text[1] == 'U';
    *code = text[0];
    if (!is_short && !is_long)
        return 1;
    const size_t digits = is_short ? 4 : 8;
    *code = take_digits(text + 2, length - 2, digits);
    return 2 + digits;
}

/* Text in Latin-1, with escapes of code points ("raw-unicode-escape"). Halves of a surrogate pair,
 * which Python 2 wrote, are joined. */
seqnet_status sn_pickle_unicode(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value line = {.kind = SN_PICKLE_NONE};
    sn_pickle_node *holder;
    int32_t high = 0;
    uint32_t used = 0;
    SN_TRY(sn_pickle_take_line(m, &line));
    SN_TRY(sn_pickle_new_bytes(m, line.length, 2 * (size_t)line.length + 1, &holder));
    for (size_t pos = 0; pos < line.length;) {
        int32_t code;
        pos += decode_raw(line.text + pos, line.length - pos, &code);
        if (code < 0 || code > 0x10ffff)
            return sn_pickle_malformed(m, "a text has an escape that is none");
        if (high && code >= 0xdc00 && code <= 0xdfff) {
            used -= 3; /* the bytes of the first half */
            code = 0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00);
        }
        high = code >= 0xd800 && code <= 0xdbff ? code : 0;
        used += (uint32_t)sn_utf8_encode(code, (char *)holder->owned + used);
    }
    return sn_pickle_push(
        m, (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = used, .text = holder->owned});
}

static seqnet_status take_index(sn_pickle *m, uint64_t *index)
{
    char number[NUMBER] = "";
    int64_t value;
    SN_TRY(take_number(m, number));
    if (!seqnet_parse_int64(number, &value) || value < 0)
        return sn_pickle_malformed(m, "a memo number is none");
    *index = (uint64_t)value;
    return SEQNET_OK;
}

seqnet_status sn_pickle_put(sn_pickle *m, size_t unused)
{
    (void)unused;
    uint64_t index = 0;
    SN_TRY(take_index(m, &index));
    return sn_pickle_memo_put(m, index);
}

seqnet_status sn_pickle_get(sn_pickle *m, size_t unused)
{
    (void)unused;
    uint64_t index = 0;
    SN_TRY(take_index(m, &index));
    return sn_pickle_memo_get(m, index);
}
