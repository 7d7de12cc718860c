/* Operators that take several numbers into one: products, sums, maxima. */
#include "onnx_run.h"

#include "pieces.h"
#include "scalar.h"

#include "banned.h"

/* y += x kernel, for one row of x. */
static void add_product(const float *x, const float *kernel, size_t rows, size_t columns, float *y)
{
    for (size_t k = 0; k < rows; k++)
        for (size_t i = 0; i < columns; i++)
            y[i] += x[k] * kernel[k * columns + i];
}

/* x [.., k] times a matrix [k, n]. */
static seqnet_status multiply(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const kernel = call->inputs[1];
    size_t dims[SN_ONNX_RANK] = {0};
    if (x->rank < 2 || kernel->rank != 2 || x->dims[x->rank - 1] != kernel->dims[0] ||
        kernel->count == 0)
        return sn_onnx_unfit(call);
    const size_t rows = kernel->dims[0], columns = kernel->dims[1];
    for (size_t i = 0; i < x->rank; i++)
        dims[i] = i + 1 < x->rank ? x->dims[i] : columns;
    SN_TRY(sn_onnx_make(call, 0, false, x->rank, dims));
    for (size_t i = 0; i < x->count / rows; i++)
        add_product(x->floats + i * rows, kernel->floats, rows, columns,
                    call->outputs[0].floats + i * columns);
    return SEQNET_OK;
}

/* y[t] += weight x[t + shift - front] for each t < steps at which x, of `time` steps, has one. */
static void add_shifted(float weight, const float *x, size_t time, size_t shift, size_t front,
                        float *y, size_t steps)
{
    const size_t start = front > shift ? front - shift : 0;
    const size_t end = sn_smaller(steps, time + front > shift ? time + front - shift : 0);
    for (size_t t = start; t < end; t++)
        y[t] += weight * x[t + shift - front];
}

/* y [filters, time'] of x [features, time], w [filters, features, size] and a bias, `front` zeros
 * standing before x. */
static void convolve(const sn_onnx_array *w, const float *x, size_t time, size_t front,
                     const float *bias, float *y, size_t steps)
{
    const size_t features = w->dims[1], size = w->dims[2];
    for (size_t f = 0; f < w->dims[0]; f++) {
        const float *const weights = w->floats + f * features * size;
        for (size_t t = 0; t < steps; t++)
            y[f * steps + t] = bias[f];
        for (size_t i = 0; i < features * size; i++)
            add_shifted(weights[i], x + i / size * time, time, i % size, front, y + f * steps,
                        steps);
    }
}

static seqnet_status convolution(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const w = call->inputs[1];
    const sn_onnx_array *const bias = call->inputs[2];
    const int64_t *pads;
    if (x->rank != 3 || w->rank != 3 || bias->rank != 1 || x->dims[1] != w->dims[1] ||
        bias->dims[0] != w->dims[0] || !sn_onnx_ints_attribute(call, "pads", 2, &pads) ||
        pads[0] < 0 || pads[1] < 0 || pads[0] > INT32_MAX || pads[1] > INT32_MAX)
        return sn_onnx_unfit(call);
    const size_t time = x->dims[2], whole = time + (size_t)(pads[0] + pads[1]);
    if (whole < w->dims[2])
        return sn_onnx_unfit(call);
    const size_t dims[3] = {x->dims[0], w->dims[0], whole - w->dims[2] + 1};
    SN_TRY(sn_onnx_make(call, 0, false, 3, dims));
    for (size_t row = 0; row < dims[0]; row++)
        convolve(w, x->floats + row * x->dims[1] * time, time, (size_t)pads[0], bias->floats,
                 call->outputs[0].floats + row * dims[1] * dims[2], dims[2]);
    return SEQNET_OK;
}

/* The largest of `count` numbers, at least 1, that are `stride` apart. */
static float largest(const float *x, size_t count, size_t stride)
{
    float most = x[0];
    for (size_t i = 1; i < count; i++)
        most = x[i * stride] > most ? x[i * stride] : most;
    return most;
}

/* Over stretches of the last of three axes; what is left at the end is dropped. */
static seqnet_status max_pool(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    const int64_t *size, *stride;
    if (x->rank != 3 || !sn_onnx_ints_attribute(call, "kernel_shape", 1, &size) ||
        !sn_onnx_ints_attribute(call, "strides", 1, &stride) || *size != *stride || *size < 1)
        return sn_onnx_unfit(call);
    const size_t width = (size_t)*size, time = x->dims[2], steps = time / width;
    const size_t dims[3] = {x->dims[0], x->dims[1], steps};
    SN_TRY(sn_onnx_make(call, 0, false, 3, dims));
    for (size_t i = 0; i < call->outputs[0].count; i++)
        call->outputs[0].floats[i] =
            largest(x->floats + i / steps * time + i % steps * width, width, 1);
    return SEQNET_OK;
}

typedef enum reduction { REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX } reduction;

static float reduce_floats(const float *x, size_t count, size_t stride, reduction what)
{
    double sum = 0.0;
    if (what == REDUCE_MAX)
        return largest(x, count, stride);
    for (size_t i = 0; i < count; i++)
        sum += (double)x[i * stride];
    return (float)(what == REDUCE_MEAN ? sum / (double)count : sum);
}

static int64_t reduce_ints(const int64_t *x, size_t count, size_t stride)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (uint64_t)x[i * stride];
    return (int64_t)sum;
}

/* Over axis 1. */
static seqnet_status reduce(sn_onnx_call *call, reduction what)
{
    const sn_onnx_array *const x = call->inputs[0];
    const bool keeps = sn_onnx_int_attribute(call, "keepdims", 1) != 0;
    if (x->rank < 2 || x->rank > 3 || x->dims[1] == 0 || (x->ints && what != REDUCE_SUM))
        return sn_onnx_unfit(call);
    const size_t time = x->dims[1], features = x->rank == 3 ? x->dims[2] : 1;
    const size_t dims[3] = {x->dims[0], keeps ? 1 : features, features};
    SN_TRY(sn_onnx_make(call, 0, x->ints != NULL, keeps ? x->rank : x->rank - 1, dims));
    for (size_t i = 0; i < call->outputs[0].count; i++) {
        const size_t from = i / features * time * features + i % features;
        if (x->ints)
            call->outputs[0].ints[i] = reduce_ints(x->ints + from, time, features);
        else
            call->outputs[0].floats[i] = reduce_floats(x->floats + from, time, features, what);
    }
    return SEQNET_OK;
}

static bool is_axis_1(const int64_t *axes)
{
    return axes[0] == 1;
}

static seqnet_status reduce_sum(sn_onnx_call *call)
{
    const sn_onnx_array *const axes = call->inputs[1];
    return axes->count == 1 && is_axis_1(axes->ints) ? reduce(call, REDUCE_SUM)
                                                     : sn_onnx_unfit(call);
}

static seqnet_status reduce_mean(sn_onnx_call *call)
{
    const int64_t *axes;
    return sn_onnx_ints_attribute(call, "axes", 1, &axes) && is_axis_1(axes)
               ? reduce(call, REDUCE_MEAN)
               : sn_onnx_unfit(call);
}

static seqnet_status reduce_max(sn_onnx_call *call)
{
    const int64_t *axes;
    return sn_onnx_ints_attribute(call, "axes", 1, &axes) && is_axis_1(axes)
               ? reduce(call, REDUCE_MAX)
               : sn_onnx_unfit(call);
}

/* Along axis 1 of two, whole numbers; from the end when `reverse` is set. */
static seqnet_status cumulate(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const axis = call->inputs[1];
    const bool is_reverse = sn_onnx_int_attribute(call, "reverse", 0) != 0;
    if (x->rank != 2 || axis->count != 1 || axis->ints[0] != 1)
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, true, 2, x->dims));
    for (size_t row = 0; row < x->dims[0]; row++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < x->dims[1]; i++) {
            const size_t at = row * x->dims[1] + (is_reverse ? x->dims[1] - 1 - i : i);
            sum += (uint64_t)x->ints[at];
            call->outputs[0].ints[at] = (int64_t)sum;
        }
    }
    return SEQNET_OK;
}

static void softmax_row(const float *x, size_t count, float *y)
{
    const double most = (double)largest(x, count, 1);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += sn_scalar_exp((double)x[i] - most);
    for (size_t i = 0; i < count; i++)
        y[i] = (float)(sn_scalar_exp((double)x[i] - most) / sum);
}

/* Along axis 1 of two. */
static seqnet_status softmax(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    if (x->rank != 2 || x->dims[1] == 0 || sn_onnx_int_attribute(call, "axis", -1) != 1)
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, false, 2, x->dims));
    for (size_t i = 0; i < x->count; i += x->dims[1])
        softmax_row(x->floats + i, x->dims[1], call->outputs[0].floats + i);
    return SEQNET_OK;
}

const sn_onnx_op sn_onnx_sum_ops[] = {{"MatMul", "ff", multiply},
                                      {"Conv", "fff", convolution},
                                      {"MaxPool", "f", max_pool},
                                      {"ReduceSum", "*i", reduce_sum},
                                      {"ReduceMax", "f", reduce_max},
                                      {"ReduceMean", "f", reduce_mean},
                                      {"CumSum", "ii", cumulate},
                                      {"Softmax", "f", softmax},
                                      {NULL, NULL, NULL}};
