/*
 * NumPy's dtypes, arrays and scalars, and byte strings, as far as rows, names and counts need them:
 * arrays of one dimension, of integers, floats, text or objects.
 */
#include <string.h>

#include "memory.h"
#include "pickle_machine.h"
#include "utf8.h"

#include "banned.h"

/* Bytes of a code point in an array of text, and the most of them in an element. */
enum { CODE_POINT = 4, TEXT_MAX = 1 << 20 };

static bool is_array_arguments(const sn_pickle_node *arguments)
{
    return arguments->count == 3 && arguments->items[0].kind == SN_PICKLE_GLOBAL &&
           arguments->items[0].integer == SN_GLOBAL_NDARRAY;
}

/* Parses a type of floats or of text: "f8", "<U12", "S3". */
static bool parse_other_type(sn_npy_type *type, const char *text, size_t length)
{
    size_t pos = length > 0 && (text[0] == '<' || text[0] == '>' || text[0] == '|');
    *type = (sn_npy_type){.big_endian = pos && text[0] == '>'};
    if (pos == length || (text[pos] != 'f' && text[pos] != 'U' && text[pos] != 'S'))
        return false;
    const char kind = text[pos++];
    for (; pos < length && text[pos] >= '0' && text[pos] <= '9' && type->size < TEXT_MAX; pos++)
        type->size = type->size * 10 + (size_t)(text[pos] - '0');
    if (pos != length || type->size == 0 || (kind == 'f' && type->size != 4 && type->size != 8))
        return false;
    type->kind = kind;
    type->size *= kind == 'U' ? CODE_POINT : 1;
    return true;
}

static seqnet_status make_dtype(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    const sn_pickle_value *const name = arguments->count > 0 ? &arguments->items[0] : NULL;
    SN_TRY(sn_pickle_push_node(m, SN_PICKLE_DTYPE, &made));
    if (!name || name->kind != SN_PICKLE_STRING)
        return sn_pickle_unexpected(m);
    const char *const text = (const char *)name->text;
    if (!sn_npy_parse_type(&made->type, text, name->length) &&
        !parse_other_type(&made->type, text, name->length))
        return sn_pickle_unexpected(m);
    return SEQNET_OK;
}

static double float_of(const uint8_t *bytes, sn_npy_type type)
{
    uint64_t bits = 0;
    double wide;
    float narrow;
    for (size_t i = 0; i < type.size; i++)
        bits = bits << 8 | bytes[type.big_endian ? i : type.size - 1 - i];
    const uint32_t low = (uint32_t)bits;
    memcpy(&wide, &bits, sizeof wide);
    memcpy(&narrow, &low, sizeof narrow);
    return type.size == sizeof wide ? wide : (double)narrow;
}

/* Makes text of an element of NumPy's U: code points of 4 bytes, filled up with zeros. */
static seqnet_status text_of(sn_pickle *m, const uint8_t *bytes, sn_npy_type type,
                             sn_pickle_value *item)
{
    sn_pickle_node *holder;
    uint32_t used = 0;
    SN_TRY(sn_pickle_new_bytes(m, type.size, type.size, &holder));
    for (size_t at = 0; at < type.size; at += CODE_POINT) {
        uint32_t code = 0;
        for (size_t i = 0; i < CODE_POINT; i++)
            code = code << 8 | bytes[at + (type.big_endian ? i : CODE_POINT - 1 - i)];
        if (code == 0)
            break;
        if (code > 0x10ffff)
            return sn_pickle_malformed(m, "an array has text that is none");
        used += (uint32_t)sn_utf8_encode((int32_t)code, (char *)holder->owned + used);
    }
    *item = (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = used, .text = holder->owned};
    return SEQNET_OK;
}

/* Makes a value of an element of an array. */
static seqnet_status element(sn_pickle *m, const uint8_t *bytes, sn_npy_type type,
                             sn_pickle_value *item)
{
    if (type.kind == 'U')
        return text_of(m, bytes, type, item);
    if (type.kind == 'S') {
        const uint8_t *const end = memchr(bytes, '\0', type.size);
        const size_t length = end ? (size_t)(end - bytes) : type.size;
        *item =
            (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = (uint32_t)length, .text = bytes};
        return SEQNET_OK;
    }
    if (type.kind == 'f') {
        *item = (sn_pickle_value){.kind = SN_PICKLE_FLOAT, .real = float_of(bytes, type)};
        return SEQNET_OK;
    }
    item->kind = SN_PICKLE_INTEGER;
    return sn_npy_is_integer(type) && sn_npy_integer(bytes, type, &item->integer)
               ? SEQNET_OK
               : sn_pickle_unexpected(m);
}

seqnet_status sn_pickle_array_item(sn_pickle *m, const sn_pickle_node *array, size_t index,
                                   sn_pickle_value *item)
{
    if (!array->rows)
        return element(m, array->data + index * array->type.size, array->type, item);
    *item = sn_pickle_item(array->rows, index);
    return SEQNET_OK;
}

/* scalar(dtype, bytes) */
static seqnet_status make_scalar(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_value made;
    if (arguments->count != 2 || arguments->items[0].kind != SN_PICKLE_DTYPE ||
        arguments->items[1].kind != SN_PICKLE_STRING)
        return sn_pickle_unexpected(m);
    const sn_npy_type type = arguments->items[0].node->type;
    const sn_pickle_value *const bytes = &arguments->items[1];
    if (bytes->length != type.size)
        return sn_pickle_unexpected(m);
    SN_TRY(element(m, bytes->text, type, &made));
    return sn_pickle_push(m, made);
}

bool sn_pickle_shape_length(const sn_pickle_value *shape, size_t *length)
{
    const sn_pickle_value *v = shape;
    if (v->kind == SN_PICKLE_TUPLE) {
        if (v->node->count != 1)
            return false;
        v = &v->node->items[0];
    }
    if (v->kind != SN_PICKLE_INTEGER || v->integer < 0)
        return false;
    *length = (size_t)v->integer;
    return true;
}

seqnet_status sn_pickle_fill_array(sn_pickle *m, sn_pickle_node *array,
                                   const sn_pickle_value *shape, const sn_pickle_value *dtype,
                                   const sn_pickle_value *content)
{
    if (dtype->kind != SN_PICKLE_DTYPE || !sn_pickle_shape_length(shape, &array->length))
        return sn_pickle_unexpected(m);
    array->type = dtype->node->type;
    if (array->type.kind == 'O') {
        if (content->kind != SN_PICKLE_LIST || content->node->count != array->length)
            return sn_pickle_unexpected(m);
        array->rows = content->node;
        return SEQNET_OK;
    }
    if (content->kind != SN_PICKLE_STRING || content->length / array->type.size != array->length ||
        content->length % array->type.size != 0)
        return sn_pickle_malformed(m, "an array has another size than its bytes");
    array->data = content->text;
    return SEQNET_OK;
}

/* _frombuffer(bytes, dtype, shape, order), of protocol 5 */
static seqnet_status make_from_buffer(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *array;
    if (arguments->count != 4)
        return sn_pickle_unexpected(m);
    SN_TRY(sn_pickle_push_node(m, SN_PICKLE_ARRAY, &array));
    return sn_pickle_fill_array(m, array, &arguments->items[2], &arguments->items[1],
                                &arguments->items[0]);
}

/* encode(text, 'latin1'): each code point below 256 is a byte. */
static seqnet_status make_bytes(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *holder;
    if (arguments->count != 2 || arguments->items[0].kind != SN_PICKLE_STRING ||
        !sn_pickle_is_text(&arguments->items[1], "latin1"))
        return sn_pickle_unexpected(m);
    const uint8_t *text = arguments->items[0].text;
    const size_t length = arguments->items[0].length;
    const uint8_t *const end = text + length;
    uint32_t count = 0;
    SN_TRY(sn_pickle_new_bytes(m, length, length, &holder));
    for (; text < end; text++) {
        if (*text < 0x80) {
            holder->owned[count++] = *text;
        } else if ((*text & 0xfe) == 0xc2 && end - text > 1 && (text[1] & 0xc0) == 0x80) {
            holder->owned[count++] = (uint8_t)(*text << 6 | (text[1] & 0x3f));
            text++;
        } else {
            return sn_pickle_malformed(m, "a byte string is no latin1 text");
        }
    }
    return sn_pickle_push(
        m, (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = count, .text = holder->owned});
}

/* dtype: (version, byte order, ...). */
static seqnet_status build_dtype(sn_pickle *m, sn_pickle_node *dtype, const sn_pickle_node *state)
{
    if (state->count < 2 || state->items[1].kind != SN_PICKLE_STRING || state->items[1].length != 1)
        return sn_pickle_unexpected(m);
    dtype->type.big_endian = *state->items[1].text == '>';
    return SEQNET_OK;
}

/* array: (version, shape, dtype, is fortran, content). */
static seqnet_status build_array(sn_pickle *m, sn_pickle_node *array, const sn_pickle_node *state)
{
    if (state->count != 5 || array->rows || array->data)
        return sn_pickle_unexpected(m);
    return sn_pickle_fill_array(m, array, &state->items[1], &state->items[2], &state->items[4]);
}

seqnet_status sn_pickle_numpy_call(sn_pickle *m, sn_pickle_global global,
                                   const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    if (global == SN_GLOBAL_RECONSTRUCT)
        return is_array_arguments(arguments) ? sn_pickle_push_node(m, SN_PICKLE_ARRAY, &made)
                                             : sn_pickle_unexpected(m);
    if (global == SN_GLOBAL_DTYPE)
        return make_dtype(m, arguments);
    if (global == SN_GLOBAL_SCALAR)
        return make_scalar(m, arguments);
    if (global == SN_GLOBAL_FROMBUFFER)
        return make_from_buffer(m, arguments);
    return global == SN_GLOBAL_ENCODE ? make_bytes(m, arguments) : sn_pickle_unexpected(m);
}

seqnet_status sn_pickle_numpy_build(sn_pickle *m, const sn_pickle_value *object,
                                    const sn_pickle_node *state)
{
    return object->kind == SN_PICKLE_DTYPE ? build_dtype(m, object->node, state)
                                           : build_array(m, object->node, state);
}
