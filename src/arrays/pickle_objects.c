/*
 * The globals that a pickle may name, and the results of calling them: NumPy's dtypes, arrays and
 * scalars, and byte strings. The results are made here; no code outside is ever looked up or
 * called.
 */
#include "pickle_machine.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* The bytes of a global's name in an error sentence. */
enum { NAME_ROOM = 200 };

/* clang-format off */
typedef enum global {
    GLOBAL_RECONSTRUCT, GLOBAL_NDARRAY, GLOBAL_DTYPE, GLOBAL_SCALAR, GLOBAL_FROMBUFFER,
    GLOBAL_ENCODE
} global;
/* clang-format on */

typedef struct allowed_global {
    const char *module, *name;
    global meaning;
} allowed_global;

/* NumPy 1 and 2; Python 3 writing protocol 2 stores bytes as _codecs.encode(text, 'latin1'). */
static const allowed_global ALLOWED[] = {
    {"numpy.core.multiarray", "_reconstruct", GLOBAL_RECONSTRUCT},
    {"numpy._core.multiarray", "_reconstruct", GLOBAL_RECONSTRUCT},
    {"numpy.core.multiarray", "scalar", GLOBAL_SCALAR},
    {"numpy._core.multiarray", "scalar", GLOBAL_SCALAR},
    {"numpy.core.multiarray", "ndarray", GLOBAL_NDARRAY},
    {"numpy._core.multiarray", "ndarray", GLOBAL_NDARRAY},
    {"numpy.core.multiarray", "dtype", GLOBAL_DTYPE},
    {"numpy._core.multiarray", "dtype", GLOBAL_DTYPE},
    {"numpy", "ndarray", GLOBAL_NDARRAY},
    {"numpy", "dtype", GLOBAL_DTYPE},
    {"numpy.core.numeric", "_frombuffer", GLOBAL_FROMBUFFER},
    {"numpy._core.numeric", "_frombuffer", GLOBAL_FROMBUFFER},
    {"_codecs", "encode", GLOBAL_ENCODE},
};

static bool string_is(const sn_pickle_value *v, const char *text)
{
    const size_t length = strlen(text);
    return v->kind == SN_PICKLE_STRING && v->length == length && memcmp(v->text, text, length) == 0;
}

/* Refuses a global by its name. The name comes from the file, so characters that a terminal might
 * obey become question marks. */
static seqnet_status forbidden(const sn_pickle *m, const sn_pickle_value *module,
                               const sn_pickle_value *name)
{
    char text[NAME_ROOM];
    const int most = NAME_ROOM / 2 - 2;
    const int module_length = module->length < (uint32_t)most ? (int)module->length : most;
    const int name_length = name->length < (uint32_t)most ? (int)name->length : most;
    (void)snprintf(text, sizeof text, "%.*s.%.*s", module_length, (const char *)module->text,
                   name_length, (const char *)name->text);
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle asks for %s, which is not allowed; nothing was run", m->place,
                   text);
}

static seqnet_status push_global(sn_pickle *m, const sn_pickle_value *module,
                                 const sn_pickle_value *name)
{
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++)
        if (string_is(module, ALLOWED[i].module) && string_is(name, ALLOWED[i].name))
            return sn_pickle_push(
                m, (sn_pickle_value){.kind = SN_PICKLE_GLOBAL, .integer = ALLOWED[i].meaning});
    return forbidden(m, module, name);
}

static seqnet_status take_line(sn_pickle *m, sn_pickle_value *line)
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

seqnet_status sn_pickle_global(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value module, name;
    SN_TRY(take_line(m, &module));
    SN_TRY(take_line(m, &name));
    return push_global(m, &module, &name);
}

seqnet_status sn_pickle_stack_global(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value module, name;
    SN_TRY(sn_pickle_pop(m, &name));
    SN_TRY(sn_pickle_pop(m, &module));
    if (module.kind != SN_PICKLE_STRING || name.kind != SN_PICKLE_STRING)
        return sn_pickle_malformed(m, "a global has no name");
    return push_global(m, &module, &name);
}

static bool is_array_arguments(const sn_pickle_node *arguments)
{
    return arguments->count == 3 && arguments->items[0].kind == SN_PICKLE_GLOBAL &&
           arguments->items[0].integer == GLOBAL_NDARRAY;
}

static seqnet_status make_dtype(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *made;
    const sn_pickle_value *const name = arguments->count > 0 ? &arguments->items[0] : NULL;
    SN_TRY(sn_pickle_push_node(m, SN_PICKLE_DTYPE, &made));
    if (!name || name->kind != SN_PICKLE_STRING ||
        !sn_npy_parse_type(&made->type, (const char *)name->text, name->length))
        return sn_pickle_not_an_array(m);
    return SEQNET_OK;
}

/* scalar(dtype, bytes) */
static seqnet_status make_scalar(sn_pickle *m, const sn_pickle_node *arguments)
{
    int64_t number;
    if (arguments->count != 2 || arguments->items[0].kind != SN_PICKLE_DTYPE ||
        arguments->items[1].kind != SN_PICKLE_STRING)
        return sn_pickle_not_an_array(m);
    const sn_npy_type type = arguments->items[0].node->type;
    const sn_pickle_value *const bytes = &arguments->items[1];
    if (!sn_npy_is_integer(type) || bytes->length != type.size ||
        !sn_npy_integer(bytes->text, type, &number))
        return sn_pickle_not_an_array(m);
    return sn_pickle_push_integer(m, number);
}

/* The number of elements of a shape (n,) or n; false for any other shape. */
static bool length_of_shape(const sn_pickle_value *shape, size_t *length)
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

/* Gives an array its elements: bytes for integers, a list for objects. */
static seqnet_status fill_array(sn_pickle *m, sn_pickle_node *array, const sn_pickle_value *shape,
                                const sn_pickle_value *dtype, const sn_pickle_value *content)
{
    if (dtype->kind != SN_PICKLE_DTYPE || !length_of_shape(shape, &array->length))
        return sn_pickle_not_an_array(m);
    array->type = dtype->node->type;
    if (array->type.kind == 'O') {
        if (content->kind != SN_PICKLE_LIST || content->node->count != array->length)
            return sn_pickle_not_an_array(m);
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
        return sn_pickle_not_an_array(m);
    SN_TRY(sn_pickle_push_node(m, SN_PICKLE_ARRAY, &array));
    return fill_array(m, array, &arguments->items[2], &arguments->items[1], &arguments->items[0]);
}

/* encode(text, 'latin1'): each code point below 256 is a byte. */
static seqnet_status make_bytes(sn_pickle *m, const sn_pickle_node *arguments)
{
    sn_pickle_node *holder;
    if (arguments->count != 2 || arguments->items[0].kind != SN_PICKLE_STRING ||
        !string_is(&arguments->items[1], "latin1"))
        return sn_pickle_not_an_array(m);
    const uint8_t *text = arguments->items[0].text;
    const size_t length = arguments->items[0].length;
    const uint8_t *const end = text + length;
    uint32_t count = 0;
    /* A writer encodes each text once, so that all of them are not larger than the input. */
    if (length > (size_t)(m->cursor->end - m->cursor->start) - m->encoded)
        return sn_pickle_malformed(m, "it encodes the same text again and again");
    m->encoded += length;
    SN_TRY(sn_pickle_new_node(m, &holder));
    SN_TRY(sn_alloc(&holder->owned, length, 1, m->err));
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

seqnet_status sn_pickle_reduce(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value arguments, function;
    sn_pickle_node *made;
    SN_TRY(sn_pickle_pop(m, &arguments));
    SN_TRY(sn_pickle_pop(m, &function));
    if (function.kind != SN_PICKLE_GLOBAL || arguments.kind != SN_PICKLE_TUPLE)
        return sn_pickle_not_an_array(m);
    switch ((global)function.integer) {
    case GLOBAL_RECONSTRUCT:
        return is_array_arguments(arguments.node) ? sn_pickle_push_node(m, SN_PICKLE_ARRAY, &made)
                                                  : sn_pickle_not_an_array(m);
    case GLOBAL_DTYPE:
        return make_dtype(m, arguments.node);
    case GLOBAL_SCALAR:
        return make_scalar(m, arguments.node);
    case GLOBAL_FROMBUFFER:
        return make_from_buffer(m, arguments.node);
    case GLOBAL_ENCODE:
        return make_bytes(m, arguments.node);
    case GLOBAL_NDARRAY:
        break;
    }
    return sn_pickle_not_an_array(m);
}

/* dtype: (version, byte order, ...). */
static seqnet_status build_dtype(sn_pickle *m, sn_pickle_node *dtype, const sn_pickle_node *state)
{
    if (state->count < 2 || state->items[1].kind != SN_PICKLE_STRING || state->items[1].length != 1)
        return sn_pickle_not_an_array(m);
    dtype->type.big_endian = *state->items[1].text == '>';
    return SEQNET_OK;
}

/* array: (version, shape, dtype, is fortran, content). */
static seqnet_status build_array(sn_pickle *m, sn_pickle_node *array, const sn_pickle_node *state)
{
    if (state->count != 5 || array->rows || array->data)
        return sn_pickle_not_an_array(m);
    return fill_array(m, array, &state->items[1], &state->items[2], &state->items[4]);
}

seqnet_status sn_pickle_build(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value state;
    SN_TRY(sn_pickle_pop(m, &state));
    const sn_pickle_value *const object = m->depth ? &m->stack[m->depth - 1] : NULL;
    if (!object || state.kind != SN_PICKLE_TUPLE)
        return sn_pickle_not_an_array(m);
    if (object->kind == SN_PICKLE_DTYPE)
        return build_dtype(m, object->node, state.node);
    if (object->kind == SN_PICKLE_ARRAY)
        return build_array(m, object->node, state.node);
    return sn_pickle_not_an_array(m);
}
