/*
 * The opcodes, and the loop that runs them. Nearly all of imdb.npz is MARK, integers, APPENDS:
 * take_run() does such a run in one loop and puts the numbers straight into the list.
 */
#include "pickle_machine.h"

#include <string.h>

#include "memory.h"

#include "banned.h"

/* The most integers between two checks of the room; writers send 1000 at a time. */
enum { BATCH = 1024 };

/* clang-format off */
typedef enum opcode {
    OP_MARK = '(', OP_STOP = '.', OP_POP = '0', OP_POP_MARK = '1', OP_DUP = '2',
    OP_BINBYTES = 'B', OP_SHORT_BINBYTES = 'C', OP_FLOAT = 'F', OP_BINFLOAT = 'G', OP_INT = 'I',
    OP_BININT = 'J', OP_BININT1 = 'K', OP_LONG = 'L', OP_BININT2 = 'M', OP_NONE = 'N',
    OP_REDUCE = 'R', OP_STRING = 'S', OP_BINSTRING = 'T', OP_SHORT_BINSTRING = 'U',
    OP_UNICODE = 'V', OP_BINUNICODE = 'X', OP_APPEND = 'a', OP_BUILD = 'b', OP_GLOBAL = 'c',
    OP_DICT = 'd', OP_APPENDS = 'e', OP_GET = 'g', OP_BINGET = 'h', OP_INST = 'i',
    OP_LONG_BINGET = 'j', OP_LIST = 'l', OP_OBJ = 'o', OP_PUT = 'p', OP_BINPUT = 'q',
    OP_LONG_BINPUT = 'r', OP_SETITEM = 's', OP_TUPLE = 't', OP_SETITEMS = 'u',
    OP_EMPTY_TUPLE = ')', OP_EMPTY_LIST = ']', OP_EMPTY_DICT = '}', OP_PROTO = 0x80,
    OP_NEWOBJ = 0x81, OP_TUPLE1 = 0x85, OP_TUPLE2 = 0x86, OP_TUPLE3 = 0x87, OP_NEWTRUE = 0x88,
    OP_NEWFALSE = 0x89, OP_LONG1 = 0x8a, OP_LONG4 = 0x8b, OP_SHORT_BINUNICODE = 0x8c,
    OP_BINUNICODE8 = 0x8d, OP_BINBYTES8 = 0x8e, OP_EMPTY_SET = 0x8f, OP_ADDITEMS = 0x90,
    OP_FROZENSET = 0x91, OP_NEWOBJ_EX = 0x92, OP_STACK_GLOBAL = 0x93, OP_MEMOIZE = 0x94,
    OP_FRAME = 0x95, OP_BYTEARRAY8 = 0x96
} opcode;
/* clang-format on */

/* A little-endian unsigned number; *number is 0 on failure. */
static seqnet_status take_uint(sn_pickle *m, size_t width, uint64_t *number)
{
    *number = 0;
    return sn_cursor_uint(m->cursor, width, number) ? SEQNET_OK : sn_pickle_cut_short(m);
}

static seqnet_status push_string(sn_pickle *m, size_t length_width)
{
    uint64_t length;
    const uint8_t *text;
    SN_TRY(take_uint(m, length_width, &length));
    if (length > sn_cursor_left(m->cursor) || !sn_cursor_take(m->cursor, (size_t)length, &text))
        return sn_pickle_cut_short(m);
    if (length > UINT32_MAX)
        return sn_pickle_too_large(m);
    return sn_pickle_push(
        m, (sn_pickle_value){.kind = SN_PICKLE_STRING, .length = (uint32_t)length, .text = text});
}

/* Pushes a little-endian number in two's complement, of any width; more than 8 bytes are neither an
 * id nor a count. */
static seqnet_status push_long(sn_pickle *m, size_t length_width)
{
    uint64_t length;
    const uint8_t *bytes;
    int64_t number = 0;
    SN_TRY(take_uint(m, length_width, &length));
    if (length > sn_cursor_left(m->cursor) || !sn_cursor_take(m->cursor, (size_t)length, &bytes))
        return sn_pickle_cut_short(m);
    if (length > 8)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: holds a number of %llu bytes, which is no id",
                       m->place, (unsigned long long)length);
    uint64_t bits = length && bytes[length - 1] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = (size_t)length; i-- > 0;)
        bits = bits << 8 | bytes[i];
    memcpy(&number, &bits, sizeof number);
    return sn_pickle_push_integer(m, number);
}

static seqnet_status push_int32(sn_pickle *m, size_t unused)
{
    (void)unused;
    uint64_t bits;
    SN_TRY(take_uint(m, 4, &bits));
    const uint32_t low = (uint32_t)bits;
    int32_t number;
    memcpy(&number, &low, sizeof number);
    return sn_pickle_push_integer(m, number);
}

static seqnet_status push_small(sn_pickle *m, size_t width)
{
    uint64_t number;
    SN_TRY(take_uint(m, width, &number));
    return sn_pickle_push_integer(m, (int64_t)number);
}

/* The number of bytes after an integer opcode; 0 for any other opcode. The widths are nibbles of a
 * constant, counted from BININT, because a branch on the next opcode cannot be predicted. */
static inline unsigned integer_width(uint8_t code)
{
    const unsigned index = (unsigned)code - OP_BININT;
    return index <= OP_BININT2 - OP_BININT ? (0x2014U >> (4 * index)) & 0xf : 0;
}

/* Reads consecutive integer opcodes into `run`; *count is their number. The main loop reads those
 * in the last few bytes of the input, since this one does not check each read. */
static seqnet_status take_run(sn_pickle *m, size_t *count)
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

/* After a MARK: appends a run of integers that ends in APPENDS to the list below at once. The main
 * loop handles anything else. */
static seqnet_status take_mark(sn_pickle *m, size_t unused)
{
    (void)unused;
    const uint8_t *const before = m->cursor->pos;
    const sn_pickle_value *const top = m->depth ? &m->stack[m->depth - 1] : NULL;
    if (top && top->kind == SN_PICKLE_LIST && !top->node->items) {
        size_t count;
        SN_TRY(take_run(m, &count));
        if (count > 0 && m->cursor->pos < m->cursor->end && *m->cursor->pos == OP_APPENDS) {
            m->cursor->pos++;
            return sn_pickle_append_integers(m, top->node, m->run, count);
        }
        m->cursor->pos = before;
    }
    return sn_pickle_push(m, (sn_pickle_value){.kind = SN_PICKLE_MARK});
}

static seqnet_status pop_mark(sn_pickle *m, size_t unused)
{
    (void)unused;
    size_t above;
    SN_TRY(sn_pickle_find_mark(m, &above));
    m->depth = above - 1;
    return SEQNET_OK;
}

static seqnet_status pop_one(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value ignored;
    return sn_pickle_pop(m, &ignored);
}

static seqnet_status push_none(sn_pickle *m, size_t unused)
{
    (void)unused;
    return sn_pickle_push(m, (sn_pickle_value){.kind = SN_PICKLE_NONE});
}

/* A big-endian double. */
static seqnet_status push_double(sn_pickle *m, size_t unused)
{
    (void)unused;
    const uint8_t *bytes;
    sn_pickle_value v = {.kind = SN_PICKLE_FLOAT};
    uint64_t bits = 0;
    if (!sn_cursor_take(m->cursor, sizeof bits, &bytes))
        return sn_pickle_cut_short(m);
    for (size_t i = 0; i < sizeof bits; i++)
        bits = bits << 8 | bytes[i];
    memcpy(&v.real, &bits, sizeof bits);
    return sn_pickle_push(m, v);
}

static seqnet_status push_again(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value top;
    SN_TRY(sn_pickle_pop(m, &top));
    SN_TRY(sn_pickle_push(m, top));
    return sn_pickle_push(m, top);
}

static seqnet_status push_truth(sn_pickle *m, size_t truth)
{
    return sn_pickle_push_integer(m, (int64_t)truth);
}

static seqnet_status push_empty(sn_pickle *m, size_t kind)
{
    sn_pickle_node *made;
    return sn_pickle_push_node(m, (sn_pickle_kind)kind, &made);
}

static seqnet_status put_numbered(sn_pickle *m, size_t width)
{
    uint64_t index;
    SN_TRY(take_uint(m, width, &index));
    return sn_pickle_memo_put(m, index);
}

static seqnet_status put_next(sn_pickle *m, size_t unused)
{
    (void)unused;
    return sn_pickle_memo_put(m, m->memo_count);
}

static seqnet_status get_numbered(sn_pickle *m, size_t width)
{
    uint64_t index;
    SN_TRY(take_uint(m, width, &index));
    return sn_pickle_memo_get(m, index);
}

/* Skips protocol and frame numbers, which the reader does not need. */
static seqnet_status skip_bytes(sn_pickle *m, size_t width)
{
    uint64_t ignored;
    return take_uint(m, width, &ignored);
}

static seqnet_status stop(sn_pickle *m, size_t unused)
{
    (void)unused;
    m->stopped = true;
    return SEQNET_OK;
}

/* The function of an opcode and its argument, which is mostly the width of the bytes that follow.
 */
typedef struct operation {
    seqnet_status (*run)(sn_pickle *m, size_t number);
    size_t number;
} operation;

static const operation OPERATIONS[256] = {
    [OP_PROTO] = {skip_bytes, 1},
    [OP_FRAME] = {skip_bytes, 8},
    [OP_STOP] = {stop, 0},
    [OP_MARK] = {take_mark, 0},
    [OP_POP] = {pop_one, 0},
    [OP_POP_MARK] = {pop_mark, 0},
    [OP_NONE] = {push_none, 0},
    [OP_NEWTRUE] = {push_truth, 1},
    [OP_NEWFALSE] = {push_truth, 0},
    [OP_BININT] = {push_int32, 0},
    [OP_BININT1] = {push_small, 1},
    [OP_BININT2] = {push_small, 2},
    [OP_LONG1] = {push_long, 1},
    [OP_LONG4] = {push_long, 4},
    [OP_SHORT_BINSTRING] = {push_string, 1},
    [OP_BINSTRING] = {push_string, 4},
    [OP_SHORT_BINBYTES] = {push_string, 1},
    [OP_BINBYTES] = {push_string, 4},
    [OP_BINBYTES8] = {push_string, 8},
    [OP_BYTEARRAY8] = {push_string, 8},
    [OP_SHORT_BINUNICODE] = {push_string, 1},
    [OP_BINUNICODE] = {push_string, 4},
    [OP_BINUNICODE8] = {push_string, 8},
    [OP_INT] = {sn_pickle_int, 0},
    [OP_LONG] = {sn_pickle_int, 0},
    [OP_FLOAT] = {sn_pickle_float, 0},
    [OP_BINFLOAT] = {push_double, 0},
    [OP_STRING] = {sn_pickle_string, 0},
    [OP_UNICODE] = {sn_pickle_unicode, 0},
    [OP_GLOBAL] = {sn_pickle_global_line, 0},
    [OP_STACK_GLOBAL] = {sn_pickle_stack_global, 0},
    [OP_EMPTY_LIST] = {push_empty, SN_PICKLE_LIST},
    [OP_EMPTY_SET] = {push_empty, SN_PICKLE_LIST},
    [OP_ADDITEMS] = {sn_pickle_append_marked, 0},
    [OP_FROZENSET] = {sn_pickle_make_marked, SN_PICKLE_LIST},
    [OP_EMPTY_DICT] = {push_empty, SN_PICKLE_DICT},
    [OP_DICT] = {sn_pickle_make_marked, SN_PICKLE_DICT},
    [OP_SETITEM] = {sn_pickle_set_item, 0},
    [OP_SETITEMS] = {sn_pickle_set_items, 0},
    [OP_LIST] = {sn_pickle_make_marked, SN_PICKLE_LIST},
    [OP_APPEND] = {sn_pickle_append, 0},
    [OP_APPENDS] = {sn_pickle_append_marked, 0},
    [OP_EMPTY_TUPLE] = {sn_pickle_make_tuple, 0},
    [OP_TUPLE1] = {sn_pickle_make_tuple, 1},
    [OP_TUPLE2] = {sn_pickle_make_tuple, 2},
    [OP_TUPLE3] = {sn_pickle_make_tuple, 3},
    [OP_TUPLE] = {sn_pickle_make_marked, SN_PICKLE_TUPLE},
    [OP_REDUCE] = {sn_pickle_reduce, 0},
    [OP_BUILD] = {sn_pickle_build, 0},
    [OP_NEWOBJ] = {sn_pickle_newobj, 0},
    [OP_NEWOBJ_EX] = {sn_pickle_newobj_ex, 0},
    [OP_INST] = {sn_pickle_inst, 0},
    [OP_OBJ] = {sn_pickle_obj, 0},
    [OP_DUP] = {push_again, 0},
    [OP_PUT] = {sn_pickle_put, 0},
    [OP_GET] = {sn_pickle_get, 0},
    [OP_BINPUT] = {put_numbered, 1},
    [OP_LONG_BINPUT] = {put_numbered, 4},
    [OP_MEMOIZE] = {put_next, 0},
    [OP_BINGET] = {get_numbered, 1},
    [OP_LONG_BINGET] = {get_numbered, 4},
};

seqnet_status sn_pickle_run(sn_pickle *m)
{
    while (!m->stopped) {
        uint64_t code;
        SN_TRY(take_uint(m, 1, &code));
        const operation *const found = &OPERATIONS[code];
        if (!found->run)
            return sn_fail(m->err, SEQNET_ERR_DATA,
                           "%s: its pickle is damaged or does not hold %s: opcode 0x%02x at byte "
                           "%zu",
                           m->place, m->purpose->expected, (unsigned)code,
                           sn_cursor_offset(m->cursor) - 1);
        SN_TRY(found->run(m, found->number));
    }
    return SEQNET_OK;
}

seqnet_status sn_pickle_load(sn_pickle *m, sn_pickle_value *result)
{
    SN_TRY(sn_pickle_run(m));
    return sn_pickle_pop(m, result);
}
