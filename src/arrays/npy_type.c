#include "npy_type.h"

#include <string.h>

#include "banned.h"

/* Whether we read elements of this kind and size. */
static bool is_known(sn_npy_type type)
{
    const bool wide = type.size == 2 || type.size == 4 || type.size == 8;
    return type.kind == 'O' || type.size == 1 || (type.kind != 'b' && wide);
}

bool sn_npy_parse_type(sn_npy_type *type, const char *text, size_t length)
{
    sn_npy_type parsed = {0};
    size_t pos = 0;
    *type = parsed;
    if (pos < length && text[pos] != '\0' && strchr("<>|=", text[pos]))
        parsed.big_endian = text[pos++] == '>';
    if (pos == length || text[pos] == '\0' || !strchr("iubO", text[pos]))
        return false;
    parsed.kind = text[pos++];
    for (; pos < length && text[pos] >= '0' && text[pos] <= '9' && parsed.size <= 8; pos++)
        parsed.size = parsed.size * 10 + (size_t)(text[pos] - '0');
    if (pos != length || !is_known(parsed))
        return false;
    *type = parsed;
    return true;
}

bool sn_npy_integer(const uint8_t *bytes, sn_npy_type type, int64_t *value)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < type.size; i++)
        bits = bits << 8 | bytes[type.big_endian ? i : type.size - 1 - i];
    if (type.kind != 'i') {
        *value = (int64_t)bits;
        return bits <= INT64_MAX;
    }
    const uint64_t sign = (uint64_t)1 << (8 * type.size - 1);
    /* Two's complement without implementation-defined conversions of large values. */
    *value = bits & sign ? -(int64_t)(sign - (bits & (sign - 1)) - 1) - 1 : (int64_t)bits;
    return true;
}
