#include "emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "banned.h"

enum { ELEMENT_TEXT = 32, LINE = 96 };

static const char *type_name(const sn_c_image *image, sn_c_type type)
{
    static const char *const names[] = {
        [SN_C_FLOAT] = "float",   [SN_C_BITS] = "uint32_t", [SN_C_U32] = "uint32_t",
        [SN_C_U16] = "uint16_t",  [SN_C_U8] = "uint8_t",    [SN_C_I8] = "int8_t",
        [SN_C_SLOTS] = "uint16_t"};
    return type == SN_C_SLOTS && sn_c_element(image, type) == 4 ? "uint32_t" : names[type];
}

/* The number of element i; of a float, its bits. */
static int64_t number_of(const sn_c_array *array, size_t i)
{
    uint32_t bits;
    if (array->type == SN_C_U16)
        return ((const uint16_t *)array->data)[i];
    if (array->type == SN_C_U8)
        return ((const uint8_t *)array->data)[i];
    if (array->type == SN_C_I8)
        return ((const int8_t *)array->data)[i];
    memcpy(&bits, (const uint8_t *)array->data + i * sizeof bits, sizeof bits);
    return bits;
}

const char *sn_c_float(float x, char text[SN_C_FLOAT_TEXT])
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const char *const sign = bits >> 31 ? "-" : "";
    const uint32_t exponent = bits >> 23 & 0xffU, fraction = bits & 0x7fffffU;
    if (exponent == 0 && fraction == 0)
        (void)snprintf(text, SN_C_FLOAT_TEXT, "%s0.0F", sign);
    else
        (void)snprintf(text, SN_C_FLOAT_TEXT, "%s0x%d.%06xp%dF", sign, exponent != 0, fraction << 1,
                       exponent ? (int)exponent - 127 : -126);
    return text;
}

static int write_element(const sn_c_array *array, size_t i, bool is_text, char text[ELEMENT_TEXT])
{
    const int64_t number = number_of(array, i);
    char number_text[SN_C_FLOAT_TEXT];
    if (array->type == SN_C_FLOAT)
        return snprintf(text, ELEMENT_TEXT, "%s,",
                        sn_c_float(((const float *)array->data)[i], number_text));
    if (is_text && number > ' ' && number < 0x7f && number != '\'' && number != '\\')
        return snprintf(text, ELEMENT_TEXT, "'%c',", (char)number);
    return snprintf(text, ELEMENT_TEXT, "%" PRId64 "%s,", number, number > INT32_MAX ? "U" : "");
}

seqnet_status sn_c_emit_array(const sn_c_image *image, const sn_c_array *array, sn_buffer *to,
                              seqnet_error *err)
{
    const bool is_text = array->data == image->words.words;
    size_t column = 0;
    SN_TRY(sn_buffer_format(to, err, "static const %s %s[%zu] = {\n", type_name(image, array->type),
                            array->name, array->count));
    for (size_t i = 0; i < array->count; i++) {
        char text[ELEMENT_TEXT];
        const size_t length = (size_t)write_element(array, i, is_text, text);
        if (column + length > LINE) {
            SN_TRY(sn_buffer_add_byte(to, '\n', err));
            column = 0;
        }
        SN_TRY(sn_buffer_add(to, text, length, err));
        column += length;
    }
    return sn_buffer_add_text(to, "\n};\n\n", err);
}

/* Reads the element at *at, which moves behind its comma. */
static int64_t read_element(const sn_c_array *array, const char **at)
{
    const char *const start = *at + strspn(*at, "\n");
    char *end;
    *at = start;
    if (*start == '\'') {
        *at = start + 4;
        return start[1];
    }
    if (array->type != SN_C_FLOAT) {
        const int64_t number = strtoll(start, &end, 10);
        *at = end + (*end == 'U');
        *at += **at == ',';
        return number;
    }
    const uint32_t sign = *start == '-' ? UINT32_C(0x80000000) : 0;
    const char *const digits = start + (sign != 0);
    const char *const power = strchr(digits, 'p');
    *at = digits + strcspn(digits, ",}");
    *at += **at == ',';
    if (!power || power > *at) /* 0.0F */
        return sign;
    const uint32_t fraction = (uint32_t)strtoul(digits + 4, &end, 16) >> 1;
    const long exponent = strtol(power + 1, &end, 10);
    return sign | (digits[2] == '0' ? 0 : (uint32_t)(exponent + 127) << 23) | fraction;
}

bool sn_c_emit_matches(const sn_c_array *array, const char *text)
{
    char head[SN_C_NAME + 32];
    (void)snprintf(head, sizeof head, " %s[%zu] = {\n", array->name, array->count);
    const char *at = strstr(text, head);
    if (!at)
        return false;
    at += strlen(head);
    for (size_t i = 0; i < array->count; i++)
        if (read_element(array, &at) != number_of(array, i))
            return false;
    return strncmp(at, "\n};", 3) == 0;
}
