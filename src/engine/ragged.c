#include "ragged.h"

#include <string.h>

#include "pad.h"

#include "banned.h"

sn_ragged_row sn_ragged_row_make(const sn_network *network, sn_padding padding, const int32_t *ids,
                                 size_t length, size_t index)
{
    ids = sn_truncate(ids, &length, network->time, padding.truncating);
    sn_ragged_row row = {.ids = ids, .length = length, .index = index};
    if (network->mask_zero) {
        row.count = sn_count_ids(ids, length);
        return row;
    }
    const size_t fill = network->time - length;
    while (row.length > 0 && *row.ids == 0) {
        row.ids++;
        row.length--;
        row.pads++;
    }
    if (padding.padding == SEQNET_PRE || row.length == 0)
        row.pads += fill;
    else
        row.tail = fill;
    row.count = row.length + row.tail;
    return row;
}

void sn_ragged_row_unshare(sn_ragged_row *row)
{
    row->count += row->pads;
    row->front += row->pads;
    row->pads = 0;
}

/* Merges two neighbouring sorted runs, [first, middle) and [middle, end). */
static void merge(const sn_ragged_row *from, size_t first, size_t middle, size_t end,
                  sn_ragged_row *to)
{
    size_t left = first, right = middle;
    for (size_t i = first; i < end; i++) {
        const bool takes_right =
            left == middle || (right < end && from[right].count > from[left].count);
        to[i] = from[takes_right ? right++ : left++];
    }
}

/* A merge sort, since qsort may allocate and this is part of every step. */
void sn_ragged_sort(sn_ragged_row *rows, sn_ragged_row *scratch, size_t count)
{
    sn_ragged_row *from = rows, *to = scratch;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t first = 0; first < count; first += 2 * run) {
            const size_t middle = first + run < count ? first + run : count;
            merge(from, first, middle, middle + run < count ? middle + run : count, to);
        }
        sn_ragged_row *const sorted = to;
        to = from;
        from = sorted;
    }
    if (from != rows)
        memcpy(rows, from, count * sizeof *rows);
}

void sn_id_set_add_rows(sn_id_set *set, const sn_ragged_row *rows, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < rows[r].length; i++)
            sn_id_set_add(set, rows[r].ids[i]);
        if (rows[r].front || rows[r].tail)
            sn_id_set_add(set, 0);
    }
}

void sn_ragged_mark_ids(const sn_ragged_row *rows, size_t count, uint64_t *bits)
{
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < rows[r].length; i++)
            sn_id_bits_add(bits, rows[r].ids[i]);
        if (rows[r].front || rows[r].tail)
            sn_id_bits_add(bits, 0);
    }
}

/* A row's tokens, one in each of its steps: the last `count` ones. */
static void fill_row(const sn_ragged_row *row, size_t place, size_t step, const sn_id_set *set,
                     bool mask_zero, const size_t *starts, int32_t *tokens)
{
    for (size_t i = 0; i < row->front; i++)
        tokens[starts[step++] + place] = set->slots[0];
    for (size_t i = 0; i < row->length; i++)
        if (row->ids[i] != 0 || !mask_zero)
            tokens[starts[step++] + place] = set->slots[row->ids[i]];
    for (size_t i = 0; i < row->tail; i++)
        tokens[starts[step++] + place] = set->slots[0];
}

void sn_ragged_shape(sn_ragged_shard *shape, const size_t *counts, size_t rows, size_t *starts,
                     const size_t *pads)
{
    const size_t steps = rows ? counts[0] : 0;
    size_t active = 0;
    starts[0] = 0;
    for (size_t step = 0; step < steps; step++) {
        while (active < rows && counts[active] >= steps - step)
            active++;
        starts[step + 1] = starts[step] + active;
    }
    *shape = (sn_ragged_shard){.rows = rows, .steps = steps, .starts = starts, .pads = pads};
}

void sn_ragged_fill(sn_ragged_shard *shard, const sn_ragged_row *rows, size_t count,
                    const sn_id_set *set, bool mask_zero, size_t *starts, int32_t *tokens,
                    size_t *pads)
{
    size_t counts[SN_SHARD_ROWS] = {0};
    for (size_t r = 0; r < count; r++) {
        counts[r] = rows[r].count;
        pads[r] = rows[r].pads;
    }
    sn_ragged_shape(shard, counts, count, starts, mask_zero ? NULL : pads);
    for (size_t r = 0; r < count; r++)
        fill_row(&rows[r], r, shard->steps - rows[r].count, set, mask_zero, starts, tokens);
    shard->tokens = tokens;
}

void sn_ragged_fill_times(const sn_ragged_shard *shape, const sn_ragged_row *rows, size_t time,
                          seqnet_side padding, size_t *times)
{
    for (size_t r = 0; r < shape->rows; r++) {
        const size_t first = padding == SEQNET_PRE ? time - rows[r].length : 0;
        size_t step = shape->steps - rows[r].count;
        for (size_t i = 0; i < rows[r].length; i++)
            if (rows[r].ids[i] != 0)
                times[shape->starts[step++] + r] = first + i;
    }
}
