/* Operators that move numbers, and do not change them. */
#include "onnx_run.h"

#include <string.h>

#include "banned.h"

/* A list of whole numbers, which constants give. */
static bool is_list(const sn_onnx_array *array, size_t count)
{
    return array->rank == 1 && array->count == count;
}

/* Copies number `from` of x to number `to` of the output. */
static void move(sn_onnx_call *call, const sn_onnx_array *x, size_t from, size_t to, size_t count)
{
    const size_t width = sn_onnx_array_width(x);
    if (count)
        memcpy(sn_onnx_array_bytes(&call->outputs[0]) + to * width,
               sn_onnx_array_bytes(x) + from * width, count * width);
}

static seqnet_status make_like(sn_onnx_call *call, const sn_onnx_array *x, size_t rank,
                               const size_t *dims)
{
    return sn_onnx_make(call, 0, x->ints != NULL, rank, dims);
}

static seqnet_status shape(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    SN_TRY(sn_onnx_make(call, 0, true, 1, &x->rank));
    for (size_t i = 0; i < x->rank; i++)
        call->outputs[0].ints[i] = (int64_t)x->dims[i];
    return SEQNET_OK;
}

/* Along the first axis: places [..] of x [n, ..] give [.., ..]. */
static seqnet_status gather(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const places = call->inputs[1];
    size_t dims[SN_ONNX_RANK];
    if (x->rank == 0 || x->rank - 1 + places->rank > SN_ONNX_RANK ||
        sn_onnx_int_attribute(call, "axis", 0) != 0)
        return sn_onnx_unfit(call);
    memcpy(dims, places->dims, places->rank * sizeof *dims);
    memcpy(dims + places->rank, x->dims + 1, (x->rank - 1) * sizeof *dims);
    SN_TRY(make_like(call, x, places->rank + x->rank - 1, dims));
    const size_t block = sn_onnx_array_product(x, 1, x->rank);
    for (size_t i = 0; i < places->count; i++) {
        if (places->ints[i] < 0 || (uint64_t)places->ints[i] >= x->dims[0])
            return sn_onnx_unfit(call);
        move(call, x, (size_t)places->ints[i] * block, i * block, block);
    }
    return SEQNET_OK;
}

/* Along axis 1 of two: y[i, j] = x[i, places[i, j]]. */
static seqnet_status gather_elements(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const places = call->inputs[1];
    if (x->rank != 2 || places->rank != 2 || x->dims[0] != places->dims[0] ||
        sn_onnx_int_attribute(call, "axis", 0) != 1)
        return sn_onnx_unfit(call);
    SN_TRY(make_like(call, x, 2, places->dims));
    for (size_t i = 0; i < places->count; i++) {
        if (places->ints[i] < 0 || (uint64_t)places->ints[i] >= x->dims[1])
            return sn_onnx_unfit(call);
        move(call, x, i / places->dims[1] * x->dims[1] + (size_t)places->ints[i], i, 1);
    }
    return SEQNET_OK;
}

/* Along axis 1 of two: y[i, places[i, j]] = x[i, j], the rest of y being that of another one. */
static seqnet_status scatter_elements(sn_onnx_call *call)
{
    const sn_onnx_array *const rest = call->inputs[0], *const places = call->inputs[1];
    const sn_onnx_array *const x = call->inputs[2];
    if (rest->rank != 2 || places->rank != 2 || x->rank != 2 || rest->dims[0] != x->dims[0] ||
        x->dims[0] != places->dims[0] || x->dims[1] != places->dims[1] ||
        (x->ints != NULL) != (rest->ints != NULL) || sn_onnx_int_attribute(call, "axis", 0) != 1)
        return sn_onnx_unfit(call);
    SN_TRY(make_like(call, rest, 2, rest->dims));
    move(call, rest, 0, 0, rest->count);
    for (size_t i = 0; i < places->count; i++) {
        if (places->ints[i] < 0 || (uint64_t)places->ints[i] >= rest->dims[1])
            return sn_onnx_unfit(call);
        move(call, x, i, i / places->dims[1] * rest->dims[1] + (size_t)places->ints[i], 1);
    }
    return SEQNET_OK;
}

/* Along axis 1 of three, one batch axis in front: places [n, 1] or [n, m, 1] of x [n, t, f] give
 * [n, f] or [n, m, f]. */
static seqnet_status gather_rows(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const places = call->inputs[1];
    if (x->rank != 3 || places->rank < 2 || places->rank > 3 || places->dims[0] != x->dims[0] ||
        places->dims[places->rank - 1] != 1 || sn_onnx_int_attribute(call, "batch_dims", 0) != 1)
        return sn_onnx_unfit(call);
    const size_t each = sn_onnx_array_product(places, 1, places->rank), features = x->dims[2];
    const size_t dims[3] = {x->dims[0], places->rank == 2 ? features : each, features};
    SN_TRY(make_like(call, x, places->rank, dims));
    for (size_t i = 0; i < places->count; i++) {
        if (places->ints[i] < 0 || (uint64_t)places->ints[i] >= x->dims[1])
            return sn_onnx_unfit(call);
        move(call, x, (i / each * x->dims[1] + (size_t)places->ints[i]) * features, i * features,
             features);
    }
    return SEQNET_OK;
}

static seqnet_status concatenate(sn_onnx_call *call)
{
    const sn_onnx_array *const first = call->inputs[0];
    const uint64_t axis = (uint64_t)sn_onnx_int_attribute(call, "axis", -1);
    size_t dims[SN_ONNX_RANK];
    if (axis >= first->rank)
        return sn_onnx_unfit(call);
    memcpy(dims, first->dims, sizeof dims);
    for (size_t k = 1; k < call->input_count; k++) {
        const sn_onnx_array *const x = call->inputs[k];
        bool fits = x->rank == first->rank && (x->ints != NULL) == (first->ints != NULL);
        for (size_t i = 0; fits && i < x->rank; i++)
            fits = i == axis || x->dims[i] == first->dims[i];
        if (!fits)
            return sn_onnx_unfit(call);
        dims[axis] += x->dims[axis];
    }
    SN_TRY(make_like(call, first, first->rank, dims));
    const size_t blocks = sn_onnx_array_product(first, 0, (size_t)axis);
    size_t to = 0;
    for (size_t i = 0; i < blocks; i++)
        for (size_t k = 0; k < call->input_count; k++) {
            const sn_onnx_array *const x = call->inputs[k];
            const size_t size = sn_onnx_array_product(x, (size_t)axis, x->rank);
            move(call, x, i * size, to, size);
            to += size;
        }
    return SEQNET_OK;
}

/* Copies the numbers on one axis from `start` on, where that axis of the output begins at `at`; as
 * many as both have. */
static void move_stretch(sn_onnx_call *call, const sn_onnx_array *x, size_t axis, size_t start,
                         size_t at, size_t count)
{
    const size_t block = sn_onnx_array_product(x, axis + 1, x->rank);
    const size_t from = x->dims[axis] * block, to = call->outputs[0].dims[axis] * block;
    for (size_t i = 0; i < sn_onnx_array_product(x, 0, axis); i++)
        move(call, x, i * from + start * block, i * to + at * block, count * block);
}

/* A place on an axis as Slice has it: from the end where it is negative, and none beyond. */
static size_t clamp(int64_t place, size_t size)
{
    const int64_t whole = (int64_t)size;
    const int64_t counted = place < 0 ? place + whole : place;
    return (size_t)(counted < 0 ? 0 : counted > whole ? whole : counted);
}

/* Along one axis. */
static seqnet_status slice(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    size_t dims[SN_ONNX_RANK];
    for (size_t k = 1; k < 4; k++)
        if (!is_list(call->inputs[k], 1))
            return sn_onnx_unfit(call);
    const uint64_t axis = (uint64_t)call->inputs[3]->ints[0];
    if (axis >= x->rank)
        return sn_onnx_unfit(call);
    const size_t start = clamp(call->inputs[1]->ints[0], x->dims[axis]);
    const size_t end = clamp(call->inputs[2]->ints[0], x->dims[axis]);
    memcpy(dims, x->dims, sizeof dims);
    dims[axis] = end > start ? end - start : 0;
    SN_TRY(make_like(call, x, x->rank, dims));
    move_stretch(call, x, (size_t)axis, start, 0, dims[axis]);
    return SEQNET_OK;
}

/* Zeros in front and behind on axis 1. */
static seqnet_status pad(sn_onnx_call *call)
{
    enum { AXIS = 1, MOST = 1 << 30 };
    const sn_onnx_array *const x = call->inputs[0], *const pads = call->inputs[1];
    size_t dims[SN_ONNX_RANK];
    if (x->rank < 2 || !is_list(pads, 2 * x->rank))
        return sn_onnx_unfit(call);
    for (size_t i = 0; i < pads->count; i++)
        if (pads->ints[i] < 0 || pads->ints[i] > MOST || (pads->ints[i] && i % x->rank != AXIS))
            return sn_onnx_unfit(call);
    const size_t front = (size_t)pads->ints[AXIS], back = (size_t)pads->ints[x->rank + AXIS];
    memcpy(dims, x->dims, sizeof dims);
    dims[AXIS] += front + back;
    SN_TRY(make_like(call, x, x->rank, dims));
    move_stretch(call, x, AXIS, 0, front, x->dims[AXIS]);
    return SEQNET_OK;
}

static bool is_permutation(const int64_t *axes)
{
    bool seen[3] = {false};
    for (size_t i = 0; i < 3; i++)
        if (axes[i] >= 0 && axes[i] < 3)
            seen[axes[i]] = true;
    return seen[0] && seen[1] && seen[2];
}

/* Of three axes. */
static seqnet_status transpose(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    const int64_t *axes;
    if (x->rank != 3 || !sn_onnx_ints_attribute(call, "perm", 3, &axes) || !is_permutation(axes))
        return sn_onnx_unfit(call);
    const size_t strides[3] = {x->dims[1] * x->dims[2], x->dims[2], 1};
    const size_t dims[3] = {x->dims[axes[0]], x->dims[axes[1]], x->dims[axes[2]]};
    size_t to = 0;
    SN_TRY(make_like(call, x, 3, dims));
    for (size_t i = 0; i < dims[0]; i++)
        for (size_t j = 0; j < dims[1]; j++)
            for (size_t k = 0; k < dims[2]; k++)
                move(call, x, i * strides[axes[0]] + j * strides[axes[1]] + k * strides[axes[2]],
                     to++, 1);
    return SEQNET_OK;
}

static seqnet_status copy_as(sn_onnx_call *call, size_t rank, const size_t *dims)
{
    const sn_onnx_array *const x = call->inputs[0];
    SN_TRY(make_like(call, x, rank, dims));
    move(call, x, 0, 0, x->count);
    return SEQNET_OK;
}

/* Adds an axis of size 1 or takes it away. */
static seqnet_status squeeze(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    size_t dims[SN_ONNX_RANK], rank = 0;
    const uint64_t axis =
        is_list(call->inputs[1], 1) ? (uint64_t)call->inputs[1]->ints[0] : x->rank;
    if (axis >= x->rank || x->dims[axis] != 1)
        return sn_onnx_unfit(call);
    for (size_t i = 0; i < x->rank; i++)
        if (i != axis)
            dims[rank++] = x->dims[i];
    return copy_as(call, rank, dims);
}

static seqnet_status unsqueeze(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    size_t dims[SN_ONNX_RANK];
    const uint64_t axis =
        is_list(call->inputs[1], 1) ? (uint64_t)call->inputs[1]->ints[0] : SN_ONNX_RANK;
    if (axis > x->rank || x->rank >= SN_ONNX_RANK)
        return sn_onnx_unfit(call);
    for (size_t i = 0; i <= x->rank; i++)
        dims[i] = i == axis ? 1 : x->dims[i > axis ? i - 1 : i];
    return copy_as(call, x->rank + 1, dims);
}

/* All axes but the first become one. */
static seqnet_status flatten(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    if (x->rank == 0 || sn_onnx_int_attribute(call, "axis", 1) != 1)
        return sn_onnx_unfit(call);
    const size_t dims[2] = {x->dims[0], sn_onnx_array_product(x, 1, x->rank)};
    return copy_as(call, 2, dims);
}

const sn_onnx_op sn_onnx_moving_ops[] = {{"Shape", "*", shape},
                                         {"Gather", "*i", gather},
                                         {"GatherElements", "*i", gather_elements},
                                         {"ScatterElements", "*i*", scatter_elements},
                                         {"GatherND", "*i", gather_rows},
                                         {"Concat", "*+", concatenate},
                                         {"Slice", "*iii", slice},
                                         {"Pad", "*i", pad},
                                         {"Transpose", "*", transpose},
                                         {"Squeeze", "*i", squeeze},
                                         {"Unsqueeze", "*i", unsqueeze},
                                         {"Flatten", "*", flatten},
                                         {NULL, NULL, NULL}};
