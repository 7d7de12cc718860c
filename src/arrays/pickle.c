/* Turns the array that the pickle machine leaves on its stack into rows of ids. */
#include "pickle.h"

#include "memory.h"
#include "pickle_machine.h"

#include "banned.h"

/* Rows that the memo repeats may have this many ids together, even when the input is smaller. */
enum { FREE_IDS = 1 << 24 };

static seqnet_status bad_id(const sn_pickle *m, size_t row, int64_t id)
{
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu holds %lld, which is no word rank or id",
                   m->place, row, (long long)id);
}

static seqnet_status integer_at(const sn_pickle *m, const sn_pickle_value *row, size_t number,
                                size_t i, int64_t *id)
{
    const sn_pickle_node *const n = row->node;
    if (row->kind == SN_PICKLE_ARRAY) {
        if (!sn_npy_integer(n->data + i * n->type.size, n->type, id))
            *id = -1;
        return SEQNET_OK;
    }
    if (n->integers) {
        *id = n->integers[i];
        return SEQNET_OK;
    }
    if (n->items[i].kind != SN_PICKLE_INTEGER)
        return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu holds something that is no integer",
                       m->place, number);
    *id = n->items[i].integer;
    return SEQNET_OK;
}

static seqnet_status row_length(const sn_pickle *m, const sn_pickle_value *row, size_t number,
                                size_t *length)
{
    if (row->kind == SN_PICKLE_LIST || row->kind == SN_PICKLE_TUPLE) {
        *length = row->node->count;
        return SEQNET_OK;
    }
    if (row->kind == SN_PICKLE_ARRAY && (row->node->data || row->node->length == 0) &&
        sn_npy_is_integer(row->node->type)) {
        *length = row->node->length;
        return SEQNET_OK;
    }
    return sn_fail(m->err, SEQNET_ERR_DATA, "%s: row %zu is no list of integers", m->place, number);
}

/* Whether all numbers are ids: none has a bit above those of SN_MAX_ID, which a sign is, too. */
static bool all_ids(const int32_t *numbers, size_t count)
{
    _Static_assert((SN_MAX_ID & (SN_MAX_ID + 1)) == 0, "one less than a power of two");
    int32_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= numbers[i];
    return (bits & ~SN_MAX_ID) == 0;
}

static seqnet_status add_row(sn_pickle *m, sn_sequences *rows, const sn_pickle_value *row,
                             size_t number)
{
    size_t length;
    SN_TRY(row_length(m, row, number, &length));
    if (row->kind != SN_PICKLE_ARRAY && row->node->integers && all_ids(row->node->integers, length))
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

static seqnet_status add_rows(sn_pickle *m, sn_sequences *rows, const sn_pickle_node *list)
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

static seqnet_status read_rows(sn_pickle *m, sn_sequences *rows, size_t count)
{
    sn_pickle_value result;
    SN_TRY(sn_pickle_load(m, &result));
    if (result.kind != SN_PICKLE_ARRAY || !result.node->rows)
        return sn_pickle_unexpected(m);
    const sn_pickle_node *const list = result.node->rows;
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
    static const sn_pickle_purpose purpose = {
        .allowed = SN_PICKLE_NUMPY,
        .expected = "an array of integer rows",
        .remedy = "store rows as lists of plain integers or as integer arrays",
        .most = INT32_MAX};
    sn_pickle m = {.cursor = cursor, .place = place, .err = err, .purpose = &purpose};
    const seqnet_status status = read_rows(&m, rows, count);
    sn_pickle_free(&m);
    return status;
}
