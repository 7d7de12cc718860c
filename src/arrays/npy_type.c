#include "npy_type.h"

#include <math.h>
#include <string.h>

#include "banned.h"

/* Whether we read elements of this kind and size. */
static bool is_known(sn_npy_type type)
{
    const bool wide = type.size == 2 || type.size == 4 || type.size == 8;
    return type.kind == 'O' || (type.size == 1 && type.kind != 'f') || (type.kind != 'b' && wide);
}

/* Parses a type whose kind is one of `kinds`. */
static bool parse(sn_npy_type *type, const char *text, size_t length, const char *kinds)
{
    sn_npy_type parsed = {0};
    size_t pos = 0;
    *type = parsed;
    if (pos < length && text[pos] != '\0' && strchr("<>|=", text[pos]))
        parsed.big_endian = text[pos++] == '>';
    if (pos == length || text[pos] == '\0' || !strchr(kinds, text[pos]))
        return false;
    parsed.kind = text[pos++];
    for (; pos < length && text[pos] >= '0' && text[pos] <= '9' && parsed.size <= 8; pos++)
        parsed.size = parsed.size * 10 + (size_t)(text[pos] - '0');
    if (pos != length || !is_known(parsed))
        return false;
    *type = parsed;
    return true;
}

bool sn_npy_parse_type(sn_npy_type *type, const char *text, size_t length)
{
    return parse(type, text, length, "iubO");
}

bool sn_npy_parse_number(sn_npy_type *type, const char *text, size_t length)
{
    return parse(type, text, length, "iubf");
}

static uint64_t take_bits(const uint8_t *bytes, sn_npy_type type)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < type.size; i++)
        bits = bits << 8 | bytes[type.big_endian ? i : type.size - 1 - i];
    return bits;
}

bool sn_npy_integer(const uint8_t *bytes, sn_npy_type type, int64_t *value)
{
    const uint64_t bits = take_bits(bytes, type);
    if (type.kind != 'i') {
        *value = (int64_t)bits;
        return bits <= INT64_MAX;
    }
    const uint64_t sign = (uint64_t)1 << (8 * type.size - 1);
    /* Two's complement without implementation-defined conversions of large values. */
    *value = bits & sign ? -(int64_t)(sign - (bits & (sign - 1)) - 1) - 1 : (int64_t)bits;
    return true;
}

/* A float of 16 bits: a sign, five bits of exponent, ten of fraction (IEEE 754). */
static float half(uint64_t bits)
{
    enum { FRACTION = 10, LARGEST = 31, BIAS = 15, FLOAT_BIAS = 127, FLOAT_FRACTION = 23 };
    const uint32_t sign = (uint32_t)(bits >> 15) << 31, exponent = bits >> FRACTION & LARGEST;
    const uint32_t fraction = bits & ((1U << FRACTION) - 1);
    const float small = ldexpf((float)fraction, 1 - BIAS - FRACTION);
    if (exponent == 0)
        return sign ? -small : small;
    const uint32_t wide = exponent == LARGEST ? 255 : exponent + FLOAT_BIAS - BIAS;
    const uint32_t all = sign | wide << FLOAT_FRACTION | fraction << (FLOAT_FRACTION - FRACTION);
    float value;
    memcpy(&value, &all, sizeof value);
    return value;
}

static float real(uint64_t bits, size_t size)
{
    const uint32_t low = (uint32_t)bits;
    double wide;
    float value;
    if (size == 2)
        return half(bits);
    memcpy(&wide, &bits, sizeof wide);
    memcpy(&value, &low, sizeof value);
    return size == 8 ? (float)wide : value;
}

bool sn_npy_float(const uint8_t *bytes, sn_npy_type type, float *value)
{
    int64_t whole;
    if (type.kind == 'f') {
        *value = real(take_bits(bytes, type), type.size);
        return true;
    }
    if (!sn_npy_integer(bytes, type, &whole))
        return false;
    *value = (float)whole;
    return true;
}
