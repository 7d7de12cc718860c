/*
 * A pickle is a program for a stack machine. This machine's values are numbers, strings that point
 * into the input, the few globals of ALLOWED, and nodes: tuples, lists, dtypes, arrays. Nothing
 * recurses. Memory is bounded twice, for a zip of a few kilobytes can hold a gigabyte of opcodes:
 * lists of plain integers by the bytes present, everything else by the limits below. What the memo
 * can repeat, rows and encoded bytes, is counted each time it is used.
 *
 * Nearly all of imdb.npz is MARK, integers, APPENDS: take_run() does such a run in one loop
 * and puts the numbers straight into the list.
 */
#include "pickle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "npy.h"

#include "banned.h"

enum {
    MAX_DEPTH = 1 << 22,     /* values on the stack; writers push a tuple, or 1000 list items */
    MAX_OBJECTS = INT32_MAX, /* bytes of all nodes, their values and the memo */
    FREE_IDS = 1 << 24,      /* ids that shared rows may give even when the input is smaller */
    BATCH = 1024,            /* integers read between two looks at the room; writers send 1000 */
    ALLOCATOR = 48,          /* bytes that malloc adds to a node and its parts, roughly */
    NAME_ROOM = 200          /* of a global's name in an error sentence */
};

/* clang-format off */
typedef enum opcode {
    OP_MARK = '(', OP_STOP = '.', OP_POP = '0', OP_POP_MARK = '1', OP_BINBYTES = 'B',
    OP_SHORT_BINBYTES = 'C', OP_BININT = 'J', OP_BININT1 = 'K', OP_BININT2 = 'M', OP_NONE = 'N',
    OP_REDUCE = 'R', OP_BINSTRING = 'T', OP_SHORT_BINSTRING = 'U', OP_BINUNICODE = 'X',
    OP_APPEND = 'a', OP_BUILD = 'b', OP_GLOBAL = 'c', OP_APPENDS = 'e', OP_BINGET = 'h',
    OP_LONG_BINGET = 'j', OP_LIST = 'l', OP_BINPUT = 'q', OP_LONG_BINPUT = 'r', OP_TUPLE = 't',
    OP_EMPTY_TUPLE = ')', OP_EMPTY_LIST = ']', OP_PROTO = 0x80, OP_TUPLE1 = 0x85,
    OP_TUPLE2 = 0x86, OP_TUPLE3 = 0x87, OP_NEWTRUE = 0x88, OP_NEWFALSE = 0x89, OP_LONG1 = 0x8a,
    OP_LONG4 = 0x8b, OP_SHORT_BINUNICODE = 0x8c, OP_BINUNICODE8 = 0x8d, OP_BINBYTES8 = 0x8e,
    OP_STACK_GLOBAL = 0x93, OP_MEMOIZE = 0x94, OP_FRAME = 0x95, OP_BYTEARRAY8 = 0x96
} opcode;
/* clang-format on */

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

/* clang-format off */
typedef enum value_kind {
    VALUE_MARK, VALUE_NONE, VALUE_INTEGER, VALUE_STRING, VALUE_GLOBAL, VALUE_TUPLE, VALUE_LIST,
    VALUE_DTYPE, VALUE_ARRAY, VALUE_ABSENT /* an unused place of the memo */
} value_kind;
/* clang-format on */

typedef struct node node;

typedef struct value {
    value_kind kind;
    uint32_t length; /* VALUE_STRING */
    union {
        int64_t integer;     /* VALUE_INTEGER, VALUE_GLOBAL */
        const uint8_t *text; /* VALUE_STRING: bytes or UTF-8, in the input or in a node */
        node *node;          /* tuple, list, dtype, array */
    };
} value;

struct node {
    node *next;        /* all nodes, for freeing */
    int32_t *integers; /* a list that holds nothing but small integers */
    value *items;      /* any other list; a tuple */
    size_t count, capacity;
    sn_npy_type type;    /* dtype, array */
    size_t length;       /* array: elements; valid once `rows` or `data` is set */
    node *rows;          /* object array: its list */
    const uint8_t *data; /* integer array */
    uint8_t *owned;      /* bytes made by _codecs.encode */
};

typedef struct machine {
    sn_cursor *cursor;
    const char *place;
    seqnet_error *err;
    value *stack, *memo;
    size_t depth, stack_capacity, memo_count, memo_capacity;
    size_t objects; /* bytes counted against MAX_OBJECTS */
    size_t encoded; /* bytes made by _codecs.encode */
    node *nodes;
    int32_t *run; /* scratch of take_run */
    size_t run_capacity;
    bool stopped;
} machine;

static seqnet_status malformed(const machine *m, const char *what)
{
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle is damaged or cut short at byte %zu: %s", m->place,
                   sn_cursor_offset(m->cursor), what);
}

static seqnet_status cut_short(const machine *m)
{
    return malformed(m, "it ends too early");
}

static seqnet_status not_an_array(const machine *m)
{
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: its pickle does not hold an array of integer rows",
                   m->place);
}

/* ---- Stack, memo, nodes */

static seqnet_status too_large(const machine *m)
{
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle holds too many objects or too large ones (stopped at byte %zu); "
                   "store rows as lists "
                   "of plain integers or as integer arrays",
                   m->place, sn_cursor_offset(m->cursor));
}

/* Counts `count` things of `size` bytes that are about to be kept. */
static seqnet_status charge(machine *m, size_t count, size_t size)
{
    if (count > (MAX_OBJECTS - m->objects) / size)
        return too_large(m);
    m->objects += count * size;
    return SEQNET_OK;
}

static seqnet_status push(machine *m, value v)
{
    if (m->depth == MAX_DEPTH)
        return too_large(m);
    SN_TRY(sn_grow(&m->stack, &m->stack_capacity, m->depth + 1, sizeof v, m->err));
    m->stack[m->depth++] = v;
    return SEQNET_OK;
}

static seqnet_status push_integer(machine *m, int64_t integer)
{
    return push(m, (value){.kind = VALUE_INTEGER, .integer = integer});
}

static seqnet_status pop(machine *m, value *v)
{
    if (m->depth == 0 || m->stack[m->depth - 1].kind == VALUE_MARK)
        return malformed(m, "it takes from an empty stack");
    *v = m->stack[--m->depth];
    return SEQNET_OK;
}

static seqnet_status new_node(machine *m, node **made)
{
    SN_TRY(charge(m, 1, sizeof **made + ALLOCATOR));
    SN_TRY(sn_alloc(made, 1, sizeof **made, m->err));
    (*made)->next = m->nodes;
    m->nodes = *made;
    return SEQNET_OK;
}

static seqnet_status push_node(machine *m, value_kind kind, node **made)
{
    SN_TRY(new_node(m, made));
    return push(m, (value){.kind = kind, .node = *made});
}

static void free_machine(machine *m)
{
    for (node *n = m->nodes, *next; n; n = next) {
        next = n->next;
        free(n->integers);
        free(n->items);
        free(n->owned);
        free(n);
    }
    free(m->stack);
    free(m->memo);
    free(m->run);
}

/* The place just above the topmost MARK. */
static seqnet_status find_mark(const machine *m, size_t *above)
{
    for (size_t i = m->depth; i-- > 0;)
        if (m->stack[i].kind == VALUE_MARK) {
            *above = i + 1;
            return SEQNET_OK;
        }
    return malformed(m, "a mark is missing");
}

static seqnet_status memo_put(machine *m, uint64_t index)
{
    /* Writers count up from 0 or 1, and an object costs a byte: more places than bytes so far is a
     * lie. */
    if (index > sn_cursor_offset(m->cursor))
        return malformed(m, "a memo number is too large");
    if (m->depth == 0 || m->stack[m->depth - 1].kind == VALUE_MARK)
        return malformed(m, "there is nothing to remember");
    if (index >= m->memo_count)
        SN_TRY(charge(m, (size_t)index + 1 - m->memo_count, sizeof *m->memo));
    SN_TRY(sn_grow(&m->memo, &m->memo_capacity, (size_t)index + 1, sizeof *m->memo, m->err));
    while (m->memo_count <= index)
        m->memo[m->memo_count++] = (value){.kind = VALUE_ABSENT};
    m->memo[index] = m->stack[m->depth - 1];
    return SEQNET_OK;
}

static seqnet_status memo_get(machine *m, uint64_t index)
{
    if (index >= m->memo_count || m->memo[index].kind == VALUE_ABSENT)
        return malformed(m, "it recalls what was never remembered");
    return push(m, m->memo[index]);
}

/* ---- Scalars and strings */

static seqnet_status take_uint(machine *m, size_t width, uint64_t *number)
{
    return sn_cursor_uint(m->cursor, width, number) ? SEQNET_OK : cut_short(m);
}

static seqnet_status push_string(machine *m, size_t length_width)
{
    uint64_t length;
    const uint8_t *text;
    SN_TRY(take_uint(m, length_width, &length));
    if (length > sn_cursor_left(m->cursor) || !sn_cursor_take(m->cursor, (size_t)length, &text))
        return cut_short(m);
    if (length > UINT32_MAX)
        return too_large(m);
    return push(m, (value){.kind = VALUE_STRING, .length = (uint32_t)length, .text = text});
}

/* A little-endian two's complement number of any width; wider ones than 8 bytes are no ids. */
static seqnet_status push_long(machine *m, size_t length_width)
{
    uint64_t length;
    const uint8_t *bytes;
    int64_t number = 0;
    SN_TRY(take_uint(m, length_width, &length));
    if (length > sn_cursor_left(m->cursor) || !sn_cursor_take(m->cursor, (size_t)length, &bytes))
        return cut_short(m);
    if (length > 8)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: holds a number of %llu bytes, which is no id",
                       m->place, (unsigned long long)length);
    uint64_t bits = length && bytes[length - 1] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = (size_t)length; i-- > 0;)
        bits = bits << 8 | bytes[i];
    memcpy(&number, &bits, sizeof number);
    return push_integer(m, number);
}

static seqnet_status push_int32(machine *m, size_t unused)
{
    (void)unused;
    uint64_t bits;
    SN_TRY(take_uint(m, 4, &bits));
    const uint32_t low = (uint32_t)bits;
    int32_t number;
    memcpy(&number, &low, sizeof number);
    return push_integer(m, number);
}

static seqnet_status push_small(machine *m, size_t width)
{
    uint64_t number;
    SN_TRY(take_uint(m, width, &number));
    return push_integer(m, (int64_t)number);
}

static bool string_is(const value *v, const char *text)
{
    const size_t length = strlen(text);
    return v->kind == VALUE_STRING && v->length == length && memcmp(v->text, text, length) == 0;
}

/* ---- Globals */

/* The name comes from the file: only what a terminal shows as it stands is passed on. */
static seqnet_status forbidden(const machine *m, const value *module, const value *name)
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

static seqnet_status push_global(machine *m, const value *module, const value *name)
{
    for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++)
        if (string_is(module, ALLOWED[i].module) && string_is(name, ALLOWED[i].name))
            return push(m, (value){.kind = VALUE_GLOBAL, .integer = ALLOWED[i].meaning});
    return forbidden(m, module, name);
}

static seqnet_status take_line(machine *m, value *line)
{
    const uint8_t *text;
    size_t length;
    if (!sn_cursor_line(m->cursor, &text, &length))
        return cut_short(m);
    if (length > UINT32_MAX)
        return too_large(m);
    *line = (value){.kind = VALUE_STRING, .length = (uint32_t)length, .text = text};
    return SEQNET_OK;
}

static seqnet_status take_global(machine *m, size_t unused)
{
    (void)unused;
    value module, name;
    SN_TRY(take_line(m, &module));
    SN_TRY(take_line(m, &name));
    return push_global(m, &module, &name);
}

static seqnet_status take_stack_global(machine *m, size_t unused)
{
    (void)unused;
    value module, name;
    SN_TRY(pop(m, &name));
    SN_TRY(pop(m, &module));
    if (module.kind != VALUE_STRING || name.kind != VALUE_STRING)
        return malformed(m, "a global has no name");
    return push_global(m, &module, &name);
}

/* ---- Tuples and lists */

static seqnet_status make_tuple(machine *m, size_t first)
{
    node *tuple;
    const size_t count = m->depth - first;
    SN_TRY(charge(m, count, sizeof *tuple->items));
    SN_TRY(new_node(m, &tuple));
    SN_TRY(sn_alloc(&tuple->items, count, sizeof *tuple->items, m->err));
    if (count)
        memcpy(tuple->items, m->stack + first, count * sizeof *tuple->items);
    tuple->count = tuple->capacity = count;
    m->depth = first;
    return push(m, (value){.kind = VALUE_TUPLE, .node = tuple});
}

static seqnet_status make_short_tuple(machine *m, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (m->depth < count || m->stack[m->depth - 1 - i].kind == VALUE_MARK)
            return malformed(m, "it takes from an empty stack");
    return make_tuple(m, m->depth - count);
}

static seqnet_status make_marked(machine *m, size_t kind)
{
    size_t above;
    SN_TRY(find_mark(m, &above));
    SN_TRY(make_tuple(m, above));
    const value made = m->stack[m->depth - 1];
    m->stack[above - 1] = (value){.kind = (value_kind)kind, .node = made.node};
    m->depth = above;
    return SEQNET_OK;
}

static bool fits_int32(const value *v)
{
    return v->kind == VALUE_INTEGER && v->integer >= INT32_MIN && v->integer <= INT32_MAX;
}

/* Turns a list of small integers into one of values. */
static seqnet_status widen(machine *m, node *list)
{
    if (!list->integers)
        return SEQNET_OK;
    value *items = NULL;
    size_t capacity = 0;
    SN_TRY(charge(m, list->count, sizeof *items));
    SN_TRY(sn_grow(&items, &capacity, list->count + 1, sizeof *items, m->err));
    for (size_t i = 0; i < list->count; i++)
        items[i] = (value){.kind = VALUE_INTEGER, .integer = list->integers[i]};
    free(list->integers);
    list->integers = NULL;
    list->items = items;
    list->capacity = capacity;
    return SEQNET_OK;
}

static seqnet_status append_integers(machine *m, node *list, const int32_t *numbers, size_t count)
{
    SN_TRY(sn_grow(&list->integers, &list->capacity, list->count + count, sizeof *numbers, m->err));
    memcpy(list->integers + list->count, numbers, count * sizeof *numbers);
    list->count += count;
    return SEQNET_OK;
}

static seqnet_status append(machine *m, node *list, const value *v)
{
    if (!list->items && fits_int32(v)) {
        const int32_t number = (int32_t)v->integer;
        return append_integers(m, list, &number, 1);
    }
    SN_TRY(widen(m, list));
    SN_TRY(charge(m, 1, sizeof *v));
    SN_TRY(sn_grow(&list->items, &list->capacity, list->count + 1, sizeof *v, m->err));
    list->items[list->count++] = *v;
    return SEQNET_OK;
}

static seqnet_status append_one(machine *m, size_t unused)
{
    (void)unused;
    value v;
    SN_TRY(pop(m, &v));
    if (m->depth == 0 || m->stack[m->depth - 1].kind != VALUE_LIST)
        return malformed(m, "it appends to something that is no list");
    return append(m, m->stack[m->depth - 1].node, &v);
}

static seqnet_status append_marked(machine *m, size_t unused)
{
    (void)unused;
    size_t above;
    SN_TRY(find_mark(m, &above));
    if (above < 2 || m->stack[above - 2].kind != VALUE_LIST)
        return malformed(m, "it appends to something that is no list");
    node *const list = m->stack[above - 2].node;
    for (size_t i = above; i < m->depth; i++)
        SN_TRY(append(m, list, &m->stack[i]));
    m->depth = above - 1;
    return SEQNET_OK;
}

/* The bytes after an integer opcode, 0 for any other. A nibble each, counted from BININT: looked up
 * without a branch, because which of the opcodes comes next cannot be predicted. */
static inline unsigned integer_width(uint8_t code)
{
    const unsigned index = (unsigned)code - OP_BININT;
    return index <= OP_BININT2 - OP_BININT ? (0x2014U >> (4 * index)) & 0xf : 0;
}

/* Reads integer opcodes into `run` as long as they come; *count tells how many. The last few bytes
 * of the input are left to the careful way. */
static seqnet_status take_run(machine *m, size_t *count)
{
    static const uint32_t masks[] = {0, 0xff, 0xffff, 0, 0xffffffff};
    const uint8_t *pos = m->cursor->pos;
    const uint8_t *const end = m->cursor->end;
    unsigned width = 1;
    size_t n = 0;
    while (width && end - pos >= 5) {
        SN_TRY(sn_grow(&m->run, &m->run_capacity, n + BATCH, sizeof *m->run, m->err));
        for (const size_t stop = n + BATCH; n < stop && end - pos >= 5; n++) {
            width = integer_width(*pos);
            if (width == 0)
                break;
            const uint32_t bits = masks[width] & (pos[1] | (uint32_t)pos[2] << 8 |
                                                  (uint32_t)pos[3] << 16 | (uint32_t)pos[4] << 24);
            memcpy(&m->run[n], &bits, sizeof bits);
            pos += 1 + width;
        }
    }
    m->cursor->pos = pos;
    *count = n;
    return SEQNET_OK;
}

/* After a MARK: a run of integers that ends in APPENDS goes straight into the list below. Anything
 * else is left to the machine. */
static seqnet_status take_mark(machine *m, size_t unused)
{
    (void)unused;
    const uint8_t *const before = m->cursor->pos;
    const value *const top = m->depth ? &m->stack[m->depth - 1] : NULL;
    if (top && top->kind == VALUE_LIST && !top->node->items) {
        size_t count;
        SN_TRY(take_run(m, &count));
        if (count > 0 && m->cursor->pos < m->cursor->end && *m->cursor->pos == OP_APPENDS) {
            m->cursor->pos++;
            return append_integers(m, top->node, m->run, count);
        }
        m->cursor->pos = before;
    }
    return push(m, (value){.kind = VALUE_MARK});
}

/* ---- NumPy's objects */

static bool is_array_arguments(const node *arguments)
{
    return arguments->count == 3 && arguments->items[0].kind == VALUE_GLOBAL &&
           arguments->items[0].integer == GLOBAL_NDARRAY;
}

static seqnet_status make_dtype(machine *m, const node *arguments)
{
    node *made;
    const value *const name = arguments->count > 0 ? &arguments->items[0] : NULL;
    SN_TRY(push_node(m, VALUE_DTYPE, &made));
    if (!name || name->kind != VALUE_STRING ||
        !sn_npy_parse_type(&made->type, (const char *)name->text, name->length))
        return not_an_array(m);
    return SEQNET_OK;
}

/* scalar(dtype, bytes) */
static seqnet_status make_scalar(machine *m, const node *arguments)
{
    int64_t number;
    if (arguments->count != 2 || arguments->items[0].kind != VALUE_DTYPE ||
        arguments->items[1].kind != VALUE_STRING)
        return not_an_array(m);
    const sn_npy_type type = arguments->items[0].node->type;
    const value *const bytes = &arguments->items[1];
    if (!sn_npy_is_integer(type) || bytes->length != type.size ||
        !sn_npy_integer(bytes->text, type, &number))
        return not_an_array(m);
    return push_integer(m, number);
}

/* The elements of a one-dimensional shape (n,), or n itself; false otherwise. */
static bool length_of_shape(const value *shape, size_t *length)
{
    const value *v = shape;
    if (v->kind == VALUE_TUPLE) {
        if (v->node->count != 1)
            return false;
        v = &v->node->items[0];
    }
    if (v->kind != VALUE_INTEGER || v->integer < 0)
        return false;
    *length = (size_t)v->integer;
    return true;
}

/* Gives an array its elements: bytes for integers, a list for objects. */
static seqnet_status fill_array(machine *m, node *array, const value *shape, const value *dtype,
                                const value *content)
{
    if (dtype->kind != VALUE_DTYPE || !length_of_shape(shape, &array->length))
        return not_an_array(m);
    array->type = dtype->node->type;
    if (array->type.kind == 'O') {
        if (content->kind != VALUE_LIST || content->node->count != array->length)
            return not_an_array(m);
        array->rows = content->node;
        return SEQNET_OK;
    }
    if (content->kind != VALUE_STRING || content->length / array->type.size != array->length ||
        content->length % array->type.size != 0)
        return malformed(m, "an array has another size than its bytes");
    array->data = content->text;
    return SEQNET_OK;
}

/* _frombuffer(bytes, dtype, shape, order), of protocol 5 */
static seqnet_status make_from_buffer(machine *m, const node *arguments)
{
    node *array;
    if (arguments->count != 4)
        return not_an_array(m);
    SN_TRY(push_node(m, VALUE_ARRAY, &array));
    return fill_array(m, array, &arguments->items[2], &arguments->items[1], &arguments->items[0]);
}

/* encode(text, 'latin1'): each code point below 256 is a byte. */
static seqnet_status make_bytes(machine *m, const node *arguments)
{
    node *holder;
    if (arguments->count != 2 || arguments->items[0].kind != VALUE_STRING ||
        !string_is(&arguments->items[1], "latin1"))
        return not_an_array(m);
    const uint8_t *text = arguments->items[0].text;
    const size_t length = arguments->items[0].length;
    const uint8_t *const end = text + length;
    uint32_t count = 0;
    /* Each text is encoded once: in all no more than the input holds. */
    if (length > (size_t)(m->cursor->end - m->cursor->start) - m->encoded)
        return malformed(m, "it encodes the same text again and again");
    m->encoded += length;
    SN_TRY(new_node(m, &holder));
    SN_TRY(sn_alloc(&holder->owned, length, 1, m->err));
    for (; text < end; text++) {
        if (*text < 0x80) {
            holder->owned[count++] = *text;
        } else if ((*text & 0xfe) == 0xc2 && end - text > 1 && (text[1] & 0xc0) == 0x80) {
            holder->owned[count++] = (uint8_t)(*text << 6 | (text[1] & 0x3f));
            text++;
        } else {
            return malformed(m, "a byte string is no latin1 text");
        }
    }
    return push(m, (value){.kind = VALUE_STRING, .length = count, .text = holder->owned});
}

static seqnet_status reduce(machine *m, size_t unused)
{
    (void)unused;
    value arguments, function;
    node *made;
    SN_TRY(pop(m, &arguments));
    SN_TRY(pop(m, &function));
    if (function.kind != VALUE_GLOBAL || arguments.kind != VALUE_TUPLE)
        return not_an_array(m);
    switch ((global)function.integer) {
    case GLOBAL_RECONSTRUCT:
        return is_array_arguments(arguments.node) ? push_node(m, VALUE_ARRAY, &made)
                                                  : not_an_array(m);
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
    return not_an_array(m);
}

/* dtype: (version, byte order, ...). */
static seqnet_status build_dtype(machine *m, node *dtype, const node *state)
{
    if (state->count < 2 || state->items[1].kind != VALUE_STRING || state->items[1].length != 1)
        return not_an_array(m);
    dtype->type.big_endian = *state->items[1].text == '>';
    return SEQNET_OK;
}

/* array: (version, shape, dtype, is fortran, content). */
static seqnet_status build_array(machine *m, node *array, const node *state)
{
    if (state->count != 5 || array->rows || array->data)
        return not_an_array(m);
    return fill_array(m, array, &state->items[1], &state->items[2], &state->items[4]);
}

static seqnet_status build(machine *m, size_t unused)
{
    (void)unused;
    value state;
    SN_TRY(pop(m, &state));
    const value *const object = m->depth ? &m->stack[m->depth - 1] : NULL;
    if (!object || state.kind != VALUE_TUPLE)
        return not_an_array(m);
    if (object->kind == VALUE_DTYPE)
        return build_dtype(m, object->node, state.node);
    if (object->kind == VALUE_ARRAY)
        return build_array(m, object->node, state.node);
    return not_an_array(m);
}

/* ---- The machine */

static seqnet_status pop_mark(machine *m, size_t unused)
{
    (void)unused;
    size_t above;
    SN_TRY(find_mark(m, &above));
    m->depth = above - 1;
    return SEQNET_OK;
}

static seqnet_status pop_one(machine *m, size_t unused)
{
    (void)unused;
    value ignored;
    return pop(m, &ignored);
}

static seqnet_status push_none(machine *m, size_t unused)
{
    (void)unused;
    return push(m, (value){.kind = VALUE_NONE});
}

static seqnet_status push_truth(machine *m, size_t truth)
{
    return push_integer(m, (int64_t)truth);
}

static seqnet_status push_empty_list(machine *m, size_t unused)
{
    (void)unused;
    node *made;
    return push_node(m, VALUE_LIST, &made);
}

static seqnet_status put_numbered(machine *m, size_t width)
{
    uint64_t index;
    SN_TRY(take_uint(m, width, &index));
    return memo_put(m, index);
}

static seqnet_status put_next(machine *m, size_t unused)
{
    (void)unused;
    return memo_put(m, m->memo_count);
}

static seqnet_status get_numbered(machine *m, size_t width)
{
    uint64_t index;
    SN_TRY(take_uint(m, width, &index));
    return memo_get(m, index);
}

/* Protocol and frame numbers tell us nothing. */
static seqnet_status skip_bytes(machine *m, size_t width)
{
    uint64_t ignored;
    return take_uint(m, width, &ignored);
}

static seqnet_status stop(machine *m, size_t unused)
{
    (void)unused;
    m->stopped = true;
    return SEQNET_OK;
}

/* What an opcode does, and the number it does it with: mostly the width of what follows. */
typedef struct operation {
    seqnet_status (*run)(machine *m, size_t number);
    size_t number;
} operation;

static const operation OPERATIONS[256] = {
    /* clang-format off */
    [OP_PROTO] = {skip_bytes, 1},          [OP_FRAME] = {skip_bytes, 8},
    [OP_STOP] = {stop, 0},                 [OP_MARK] = {take_mark, 0},
    [OP_POP] = {pop_one, 0},               [OP_POP_MARK] = {pop_mark, 0},
    [OP_NONE] = {push_none, 0},            [OP_NEWTRUE] = {push_truth, 1},
    [OP_NEWFALSE] = {push_truth, 0},       [OP_BININT] = {push_int32, 0},
    [OP_BININT1] = {push_small, 1},        [OP_BININT2] = {push_small, 2},
    [OP_LONG1] = {push_long, 1},           [OP_LONG4] = {push_long, 4},
    [OP_SHORT_BINSTRING] = {push_string, 1}, [OP_BINSTRING] = {push_string, 4},
    [OP_SHORT_BINBYTES] = {push_string, 1}, [OP_BINBYTES] = {push_string, 4},
    [OP_BINBYTES8] = {push_string, 8},     [OP_BYTEARRAY8] = {push_string, 8},
    [OP_SHORT_BINUNICODE] = {push_string, 1}, [OP_BINUNICODE] = {push_string, 4},
    [OP_BINUNICODE8] = {push_string, 8},   [OP_GLOBAL] = {take_global, 0},
    [OP_STACK_GLOBAL] = {take_stack_global, 0}, [OP_EMPTY_LIST] = {push_empty_list, 0},
    [OP_LIST] = {make_marked, VALUE_LIST}, [OP_APPEND] = {append_one, 0},
    [OP_APPENDS] = {append_marked, 0},     [OP_EMPTY_TUPLE] = {make_short_tuple, 0},
    [OP_TUPLE1] = {make_short_tuple, 1},   [OP_TUPLE2] = {make_short_tuple, 2},
    [OP_TUPLE3] = {make_short_tuple, 3},   [OP_TUPLE] = {make_marked, VALUE_TUPLE},
    [OP_REDUCE] = {reduce, 0},             [OP_BUILD] = {build, 0},
    [OP_BINPUT] = {put_numbered, 1},       [OP_LONG_BINPUT] = {put_numbered, 4},
    [OP_MEMOIZE] = {put_next, 0},          [OP_BINGET] = {get_numbered, 1},
    [OP_LONG_BINGET] = {get_numbered, 4},
    /* clang-format on */
};

static seqnet_status run_machine(machine *m)
{
    while (!m->stopped) {
        uint64_t code;
        SN_TRY(take_uint(m, 1, &code));
        const operation *const found = &OPERATIONS[code];
        if (!found->run)
            return sn_fail(m->err, SEQNET_ERR_DATA,
                           "%s: its pickle is damaged or no list of integer rows: opcode 0x%02x at "
                           "byte %zu",
                           m->place, (unsigned)code, sn_cursor_offset(m->cursor) - 1);
        SN_TRY(found->run(m, found->number));
    }
    return SEQNET_OK;
}

/* ---- From the array to rows */

static seqnet_status bad_id(const machine *m, size_t row, int64_t id)
{
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu holds %lld, which is no word rank or id",
                   m->place, row, (long long)id);
}

static seqnet_status integer_at(const machine *m, const value *row, size_t number, size_t i,
                                int64_t *id)
{
    const node *const n = row->node;
    if (row->kind == VALUE_ARRAY) {
        if (!sn_npy_integer(n->data + i * n->type.size, n->type, id))
            *id = -1;
        return SEQNET_OK;
    }
    if (n->integers) {
        *id = n->integers[i];
        return SEQNET_OK;
    }
    if (n->items[i].kind != VALUE_INTEGER)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu holds something that is no integer",
                       m->place, number);
    *id = n->items[i].integer;
    return SEQNET_OK;
}

static seqnet_status row_length(const machine *m, const value *row, size_t number, size_t *length)
{
    if (row->kind == VALUE_LIST || row->kind == VALUE_TUPLE) {
        *length = row->node->count;
        return SEQNET_OK;
    }
    if (row->kind == VALUE_ARRAY && (row->node->data || row->node->length == 0) &&
        sn_npy_is_integer(row->node->type)) {
        *length = row->node->length;
        return SEQNET_OK;
    }
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu is no list of integers", m->place, number);
}

/* Whether no number has a bit above those of SN_MAX_ID; a sign is such a bit. */
static bool all_ids(const int32_t *numbers, size_t count)
{
    _Static_assert((SN_MAX_ID & (SN_MAX_ID + 1)) == 0, "one less than a power of two");
    int32_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= numbers[i];
    return (bits & ~SN_MAX_ID) == 0;
}

static seqnet_status add_row(machine *m, sn_sequences *rows, const value *row, size_t number)
{
    size_t length;
    SN_TRY(row_length(m, row, number, &length));
    if (row->kind != VALUE_ARRAY && row->node->integers && all_ids(row->node->integers, length))
        return sn_sequences_add(rows, row->node->integers, length, 0, m->err);
    SN_TRY(sn_grow(&m->run, &m->run_capacity, length + 1, sizeof *m->run, m->err));
    for (size_t i = 0; i < length; i++) {
        int64_t id;
        SN_TRY(integer_at(m, row, number, i, &id));
        if (id < 0 || id > SN_MAX_ID)
            return bad_id(m, number, id);
        m->run[i] = (int32_t)id;
    }
    return sn_sequences_add(rows, m->run, length, 0, m->err);
}

static seqnet_status add_rows(machine *m, sn_sequences *rows, const node *list)
{
    const size_t input = (size_t)(m->cursor->end - m->cursor->start);
    const size_t most = input > FREE_IDS ? input : FREE_IDS;
    size_t ids = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t length;
        SN_TRY(row_length(m, &list->items[i], i, &length));
        if (length > most - ids)
            return sn_fail(m->err, SEQNET_ERR_DATA,
                           "%s: its rows share more ids than it has bytes; store fewer references "
                           "to the same row",
                           m->place);
        ids += length;
    }
    SN_TRY(sn_sequences_reserve(rows, rows->count + list->count, ids + 1, m->err));
    for (size_t i = 0; i < list->count; i++)
        SN_TRY(add_row(m, rows, &list->items[i], i));
    return SEQNET_OK;
}

static seqnet_status read_rows(machine *m, sn_sequences *rows, size_t count)
{
    value result;
    SN_TRY(run_machine(m));
    SN_TRY(pop(m, &result));
    if (result.kind != VALUE_ARRAY || !result.node->rows)
        return not_an_array(m);
    const node *const list = result.node->rows;
    if (list->count != count)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: holds %zu rows, but its header says %zu",
                       m->place, list->count, count);
    if (list->integers)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row 0 is no list of integers", m->place);
    return add_rows(m, rows, list);
}

seqnet_status sn_pickle_read_rows(sn_sequences *rows, sn_cursor *cursor, size_t count,
                                  const char *place, seqnet_error *err)
{
    machine m = {.cursor = cursor, .place = place, .err = err};
    const seqnet_status status = read_rows(&m, rows, count);
    free_machine(&m);
    return status;
}
