/*
 * Padding and cutting. Where both happen on the same side, maxlen zeros on that side make the row
 * long enough and the maxlen ids at its other end are the result. Where they happen on different
 * sides, the ids of a row itself begin behind its zeros (padding in front) or end before them, and
 * the result begins at a place of its own in each row of a batch.
 *
 * Masks. A masked step copies the state of a cell, so that the states after the other steps are
 * those of a row without the masked ones. So the steps are sorted, the masked ones behind the
 * others (before them, for a cell that runs backward), and each step is given the state after the
 * last one that counts. Of t steps before a step, n counting ones among them, t - n are masked; so
 * a counting step moves to the place n and a masked one to t - n, in its part.
 */
#include "onnx_input.h"

#include "banned.h"

static sn_onnx_value minimum(sn_onnx_graph *graph, sn_onnx_value a, sn_onnx_value b)
{
    return SN_ONNX_NODE(graph, "Min", a, b);
}

sn_onnx_value sn_onnx_unsqueeze(sn_onnx_graph *graph, sn_onnx_value x, int64_t axis)
{
    return SN_ONNX_NODE(graph, "Unsqueeze", x, sn_onnx_ints(graph, &axis, 1));
}

sn_onnx_value sn_onnx_sum(sn_onnx_graph *graph, sn_onnx_value x)
{
    const int64_t axis = 1;
    const sn_onnx_value sum = SN_ONNX_NODE(graph, "ReduceSum", x, sn_onnx_ints(graph, &axis, 1));
    sn_onnx_set_int(graph, "keepdims", 1);
    return sum;
}

/* Sums up to each step or, if `reverse`, from it on. */
static sn_onnx_value cumulate(sn_onnx_graph *graph, sn_onnx_value x, bool reverse)
{
    const sn_onnx_value sums = SN_ONNX_NODE(graph, "CumSum", x, sn_onnx_int(graph, 1));
    if (reverse)
        sn_onnx_set_int(graph, "reverse", 1);
    return sums;
}

/* 0, 1 .. time - 1 */
static sn_onnx_value steps(sn_onnx_graph *graph, size_t time)
{
    int64_t *const numbers = sn_onnx_alloc(graph, time, sizeof *numbers);
    for (size_t t = 0; numbers && t < time; t++)
        numbers[t] = (int64_t)t;
    return numbers ? sn_onnx_ints(graph, numbers, time) : NULL;
}

/* The ids with maxlen zeros on the side of padding. */
static sn_onnx_value pad(sn_onnx_graph *graph, seqnet_side side, size_t time)
{
    int64_t pads[4] = {0};
    pads[side == SEQNET_PRE ? 1 : 3] = (int64_t)time;
    return SN_ONNX_NODE(graph, "Pad", "ids", sn_onnx_ints(graph, pads, 4));
}

/* The maxlen ids at the end of padded rows that is not the side of padding. */
static sn_onnx_value cut(sn_onnx_graph *graph, sn_onnx_value padded, seqnet_side side, size_t time)
{
    const int64_t axis = 1, width = (int64_t)time;
    const int64_t start = side == SEQNET_PRE ? -width : 0;
    const int64_t end = side == SEQNET_PRE ? INT64_MAX : width;
    return SN_ONNX_NODE(graph, "Slice", padded, sn_onnx_ints(graph, &start, 1),
                        sn_onnx_ints(graph, &end, 1), sn_onnx_ints(graph, &axis, 1));
}

/* [batch, 1]: the zeros on the side of padding of padded rows. */
static sn_onnx_value count_zeros(sn_onnx_graph *graph, sn_onnx_value padded, seqnet_side side)
{
    const sn_onnx_value one = sn_onnx_int(graph, 1);
    const sn_onnx_value mask = minimum(graph, padded, one);
    const sn_onnx_value met = minimum(graph, cumulate(graph, mask, side == SEQNET_POST), one);
    return sn_onnx_sum(graph, SN_ONNX_NODE(graph, "Sub", one, met));
}

/* Where the result begins in padded rows: in front of it stand as many ids as are cut or, where
 * there are fewer than maxlen, as many zeros as are too many. */
static sn_onnx_value find_begin(sn_onnx_graph *graph, sn_onnx_value padded, seqnet_side side)
{
    const sn_onnx_value zeros = count_zeros(graph, padded, side);
    const sn_onnx_value length =
        SN_ONNX_NODE(graph, "Gather", SN_ONNX_NODE(graph, "Shape", "ids"), sn_onnx_int(graph, 1));
    if (side == SEQNET_PRE)
        return minimum(graph, zeros, length);
    return SN_ONNX_NODE(graph, "Max", SN_ONNX_NODE(graph, "Sub", length, zeros),
                        sn_onnx_int(graph, 0));
}

static sn_onnx_value cut_by_row(sn_onnx_graph *graph, sn_onnx_value padded, seqnet_side side,
                                size_t time)
{
    const sn_onnx_value places =
        SN_ONNX_NODE(graph, "Add", find_begin(graph, padded, side), steps(graph, time));
    const sn_onnx_value ids = SN_ONNX_NODE(graph, "GatherElements", padded, places);
    sn_onnx_set_int(graph, "axis", 1);
    return ids;
}

void sn_onnx_add_rows(sn_onnx_rows *rows, sn_onnx_graph *graph, const seqnet_model *model)
{
    const sn_padding padding = model->config.padding;
    const size_t time = model->config.maxlen;
    const sn_onnx_value padded = pad(graph, padding.padding, time);
    *rows = (sn_onnx_rows){.time = time};
    rows->ids = (padding.padding == padding.truncating ? cut : cut_by_row)(graph, padded,
                                                                           padding.padding, time);
}

sn_onnx_value sn_onnx_mask(sn_onnx_rows *rows, sn_onnx_graph *graph)
{
    if (!rows->mask)
        rows->mask = minimum(graph, rows->ids, sn_onnx_int(graph, 1));
    return rows->mask;
}

sn_onnx_value sn_onnx_counts(sn_onnx_rows *rows, sn_onnx_graph *graph)
{
    if (!rows->counts)
        rows->counts = cumulate(graph, sn_onnx_mask(rows, graph), false);
    return rows->counts;
}

sn_onnx_value sn_onnx_count(sn_onnx_rows *rows, sn_onnx_graph *graph)
{
    if (!rows->count)
        rows->count = sn_onnx_sum(graph, sn_onnx_mask(rows, graph));
    return rows->count;
}

/* Where each step goes: to its number among those of its kind and, of the kind that comes last,
 * behind all others. */
static sn_onnx_value find_places(sn_onnx_rows *rows, sn_onnx_graph *graph, bool is_last)
{
    const sn_onnx_value mask = sn_onnx_mask(rows, graph);
    const sn_onnx_value masked = SN_ONNX_NODE(graph, "Sub", sn_onnx_int(graph, 1), mask);
    const sn_onnx_value before = SN_ONNX_NODE(graph, "Sub", sn_onnx_counts(rows, graph), mask);
    sn_onnx_value counting = before;
    sn_onnx_value other = SN_ONNX_NODE(graph, "Sub", steps(graph, rows->time), before);
    if (is_last)
        counting = SN_ONNX_NODE(graph, "Add", counting, sn_onnx_sum(graph, masked));
    else
        other = SN_ONNX_NODE(graph, "Add", other, sn_onnx_count(rows, graph));
    return SN_ONNX_NODE(graph, "Add", SN_ONNX_NODE(graph, "Mul", counting, mask),
                        SN_ONNX_NODE(graph, "Mul", other, masked));
}

/* The number of the step that goes to each place. */
static sn_onnx_value sort_steps(sn_onnx_rows *rows, sn_onnx_graph *graph, bool is_last)
{
    const sn_onnx_value zeros =
        SN_ONNX_NODE(graph, "Mul", sn_onnx_mask(rows, graph), sn_onnx_int(graph, 0));
    const sn_onnx_value numbers = SN_ONNX_NODE(graph, "Add", zeros, steps(graph, rows->time));
    const sn_onnx_value order =
        SN_ONNX_NODE(graph, "ScatterElements", zeros, find_places(rows, graph, is_last), numbers);
    sn_onnx_set_int(graph, "axis", 1);
    return sn_onnx_unsqueeze(graph, order, 2);
}

sn_onnx_value sn_onnx_order(sn_onnx_rows *rows, sn_onnx_graph *graph, bool is_last)
{
    sn_onnx_value *const order = is_last ? &rows->last : &rows->first;
    if (!*order)
        *order = sort_steps(rows, graph, is_last);
    return *order;
}
