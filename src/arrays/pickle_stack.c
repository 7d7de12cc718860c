/* The stack, the memo and the nodes of the machine, and tuples and lists made of them. */
#include "pickle_machine.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum {
    /* The most values on the stack. Writers push a tuple, or 1000 items of a list. */
    MAX_DEPTH = 1 << 22,
    /* Bytes that malloc adds to a node and its parts, roughly. */
    ALLOCATOR = 48
};

seqnet_status sn_pickle_malformed(const sn_pickle *m, const char *what)
{
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle is damaged or cut short at byte %zu: %s", m->place,
                   sn_cursor_offset(m->cursor), what);
}

seqnet_status sn_pickle_cut_short(const sn_pickle *m)
{
    return sn_pickle_malformed(m, "it ends too early");
}

seqnet_status sn_pickle_unexpected(const sn_pickle *m)
{
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: its pickle does not hold %s", m->place,
                   m->purpose->expected);
}

seqnet_status sn_pickle_too_large(const sn_pickle *m)
{
    return sn_fail(m->err, SEQNET_ERR_DATA,
                   "%s: its pickle holds too many objects or too large ones (stopped at byte %zu); "
                   "%s",
                   m->place, sn_cursor_offset(m->cursor), m->purpose->remedy);
}

seqnet_status sn_pickle_charge(sn_pickle *m, size_t count, size_t size)
{
    if (count > (m->purpose->most - m->objects) / size)
        return sn_pickle_too_large(m);
    m->objects += count * size;
    return SEQNET_OK;
}

seqnet_status sn_pickle_push(sn_pickle *m, sn_pickle_value v)
{
    if (m->depth == MAX_DEPTH)
        return sn_pickle_too_large(m);
    SN_TRY(sn_grow(&m->stack, &m->stack_capacity, m->depth + 1, sizeof v, m->err));
    m->stack[m->depth++] = v;
    return SEQNET_OK;
}

seqnet_status sn_pickle_push_integer(sn_pickle *m, int64_t integer)
{
    return sn_pickle_push(m, (sn_pickle_value){.kind = SN_PICKLE_INTEGER, .integer = integer});
}

seqnet_status sn_pickle_pop(sn_pickle *m, sn_pickle_value *v)
{
    if (m->depth == 0 || m->stack[m->depth - 1].kind == SN_PICKLE_MARK)
        return sn_pickle_malformed(m, "it takes from an empty stack");
    *v = m->stack[--m->depth];
    return SEQNET_OK;
}

seqnet_status sn_pickle_new_node(sn_pickle *m, sn_pickle_node **made)
{
    SN_TRY(sn_pickle_charge(m, 1, sizeof **made + ALLOCATOR));
    SN_TRY(sn_alloc(made, 1, sizeof **made, m->err));
    (*made)->next = m->nodes;
    m->nodes = *made;
    return SEQNET_OK;
}

seqnet_status sn_pickle_push_node(sn_pickle *m, sn_pickle_kind kind, sn_pickle_node **made)
{
    SN_TRY(sn_pickle_new_node(m, made));
    return sn_pickle_push(m, (sn_pickle_value){.kind = kind, .node = *made});
}

seqnet_status sn_pickle_new_bytes(sn_pickle *m, size_t length, size_t size, sn_pickle_node **made)
{
    /* A writer encodes each text once, so that all of them are not larger than the input. */
    if (length > (size_t)(m->cursor->end - m->cursor->start) - m->decoded)
        return sn_pickle_malformed(m, "it encodes the same text again and again");
    m->decoded += length;
    SN_TRY(sn_pickle_new_node(m, made));
    return sn_alloc(&(*made)->owned, size, 1, m->err);
}

void sn_pickle_free(sn_pickle *m)
{
    for (sn_pickle_node *n = m->nodes, *next; n; n = next) {
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

seqnet_status sn_pickle_find_mark(const sn_pickle *m, size_t *above)
{
    for (size_t i = m->depth; i-- > 0;)
        if (m->stack[i].kind == SN_PICKLE_MARK) {
            *above = i + 1;
            return SEQNET_OK;
        }
    return sn_pickle_malformed(m, "a mark is missing");
}

seqnet_status sn_pickle_memo_put(sn_pickle *m, uint64_t index)
{
    /* Writers number the memo from 0 or 1, and an object takes a byte: an index above the number of
     * bytes read so far is malformed, and must not allocate a large memo. */
    if (index > sn_cursor_offset(m->cursor))
        return sn_pickle_malformed(m, "a memo number is too large");
    if (m->depth == 0 || m->stack[m->depth - 1].kind == SN_PICKLE_MARK)
        return sn_pickle_malformed(m, "there is nothing to remember");
    if (index >= m->memo_count)
        SN_TRY(sn_pickle_charge(m, (size_t)index + 1 - m->memo_count, sizeof *m->memo));
    SN_TRY(sn_grow(&m->memo, &m->memo_capacity, (size_t)index + 1, sizeof *m->memo, m->err));
    while (m->memo_count <= index)
        m->memo[m->memo_count++] = (sn_pickle_value){.kind = SN_PICKLE_ABSENT};
    m->memo[index] = m->stack[m->depth - 1];
    return SEQNET_OK;
}

seqnet_status sn_pickle_memo_get(sn_pickle *m, uint64_t index)
{
    if (index >= m->memo_count || m->memo[index].kind == SN_PICKLE_ABSENT)
        return sn_pickle_malformed(m, "it recalls what was never remembered");
    return sn_pickle_push(m, m->memo[index]);
}

/* Moves the values from `first` on off the stack into a tuple. */
static seqnet_status tuple_from(sn_pickle *m, size_t first)
{
    sn_pickle_node *tuple;
    const size_t count = m->depth - first;
    SN_TRY(sn_pickle_charge(m, count, sizeof *tuple->items));
    SN_TRY(sn_pickle_new_node(m, &tuple));
    SN_TRY(sn_alloc(&tuple->items, count, sizeof *tuple->items, m->err));
    if (count)
        memcpy(tuple->items, m->stack + first, count * sizeof *tuple->items);
    tuple->count = tuple->capacity = count;
    m->depth = first;
    return sn_pickle_push(m, (sn_pickle_value){.kind = SN_PICKLE_TUPLE, .node = tuple});
}

seqnet_status sn_pickle_make_tuple(sn_pickle *m, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (m->depth < count || m->stack[m->depth - 1 - i].kind == SN_PICKLE_MARK)
            return sn_pickle_malformed(m, "it takes from an empty stack");
    return tuple_from(m, m->depth - count);
}

seqnet_status sn_pickle_make_marked(sn_pickle *m, size_t kind)
{
    size_t above;
    SN_TRY(sn_pickle_find_mark(m, &above));
    if (kind == SN_PICKLE_DICT && (m->depth - above) % 2 != 0)
        return sn_pickle_malformed(m, "a key has no value");
    SN_TRY(tuple_from(m, above));
    const sn_pickle_value made = m->stack[m->depth - 1];
    m->stack[above - 1] = (sn_pickle_value){.kind = (sn_pickle_kind)kind, .node = made.node};
    m->depth = above;
    return SEQNET_OK;
}

static bool fits_int32(const sn_pickle_value *v)
{
    return v->kind == SN_PICKLE_INTEGER && v->integer >= INT32_MIN && v->integer <= INT32_MAX;
}

/* Turns a list of small integers into one of values. */
static seqnet_status widen(sn_pickle *m, sn_pickle_node *list)
{
    if (!list->integers)
        return SEQNET_OK;
    sn_pickle_value *items = NULL;
    size_t capacity = 0;
    SN_TRY(sn_pickle_charge(m, list->count, sizeof *items));
    SN_TRY(sn_grow(&items, &capacity, list->count + 1, sizeof *items, m->err));
    for (size_t i = 0; i < list->count; i++)
        items[i] = (sn_pickle_value){.kind = SN_PICKLE_INTEGER, .integer = list->integers[i]};
    free(list->integers);
    list->integers = NULL;
    list->items = items;
    list->capacity = capacity;
    return SEQNET_OK;
}

seqnet_status sn_pickle_append_integers(sn_pickle *m, sn_pickle_node *list, const int32_t *numbers,
                                        size_t count)
{
    SN_TRY(sn_grow(&list->integers, &list->capacity, list->count + count, sizeof *numbers, m->err));
    memcpy(list->integers + list->count, numbers, count * sizeof *numbers);
    list->count += count;
    return SEQNET_OK;
}

static seqnet_status append(sn_pickle *m, sn_pickle_node *list, const sn_pickle_value *v)
{
    if (!list->items && fits_int32(v)) {
        const int32_t number = (int32_t)v->integer;
        return sn_pickle_append_integers(m, list, &number, 1);
    }
    SN_TRY(widen(m, list));
    SN_TRY(sn_pickle_charge(m, 1, sizeof *v));
    SN_TRY(sn_grow(&list->items, &list->capacity, list->count + 1, sizeof *v, m->err));
    list->items[list->count++] = *v;
    return SEQNET_OK;
}

seqnet_status sn_pickle_append(sn_pickle *m, size_t unused)
{
    (void)unused;
    sn_pickle_value v;
    SN_TRY(sn_pickle_pop(m, &v));
    if (m->depth == 0 || m->stack[m->depth - 1].kind != SN_PICKLE_LIST)
        return sn_pickle_malformed(m, "it appends to something that is no list");
    return append(m, m->stack[m->depth - 1].node, &v);
}

seqnet_status sn_pickle_append_marked(sn_pickle *m, size_t unused)
{
    (void)unused;
    size_t above;
    SN_TRY(sn_pickle_find_mark(m, &above));
    if (above < 2 || m->stack[above - 2].kind != SN_PICKLE_LIST)
        return sn_pickle_malformed(m, "it appends to something that is no list");
    sn_pickle_node *const list = m->stack[above - 2].node;
    for (size_t i = above; i < m->depth; i++)
        SN_TRY(append(m, list, &m->stack[i]));
    m->depth = above - 1;
    return SEQNET_OK;
}
