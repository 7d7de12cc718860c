/* Operators that compute each number from the ones at its place, of arrays of equal size or of such
 * that broadcasting makes equal: an axis of size 1, or none, counts as if it were repeated. */
#include "onnx_run.h"

#include <string.h>

#include "activations.h"
#include "pieces.h"
#include "scalar.h"

#include "banned.h"

static float relu(float x, float alpha, float beta)
{
    (void)alpha;
    (void)beta;
    return x < 0.0F ? 0.0F : x;
}

/* tanh |x| = -e / (2 + e), e being exp(-2 |x|) - 1 */
static float tanh_of(float x, float alpha, float beta)
{
    (void)alpha;
    (void)beta;
    const double e = sn_scalar_expm1(x < 0.0F ? 2.0 * (double)x : -2.0 * (double)x);
    const double y = -e / (2.0 + e);
    return (float)(x < 0.0F ? -y : y);
}

static float sigmoid(float x, float alpha, float beta)
{
    (void)alpha;
    (void)beta;
    return (float)(1.0 / (1.0 + sn_scalar_exp(-(double)x)));
}

static float hard_sigmoid(float x, float alpha, float beta)
{
    const float line = alpha * x + beta;
    return line < 0.0F ? 0.0F : line > 1.0F ? 1.0F : line;
}

static float affine(float x, float alpha, float beta)
{
    return alpha * x + beta;
}

static float elu(float x, float alpha, float beta)
{
    (void)beta;
    return x > 0.0F ? x : (float)((double)alpha * sn_scalar_expm1((double)x));
}

static float selu(float x, float alpha, float beta)
{
    (void)alpha;
    return SN_SELU_SCALE * elu(x, SN_SELU_ALPHA, beta);
}

static float softsign(float x, float alpha, float beta)
{
    (void)alpha;
    (void)beta;
    return x / (1.0F + (x < 0.0F ? -x : x));
}

static float leaky_relu(float x, float alpha, float beta)
{
    (void)beta;
    return x < 0.0F ? alpha * x : x;
}

bool sn_onnx_unary_of(const char *name, size_t length, sn_onnx_unary *unary)
{
    static const struct {
        const char *name;
        sn_onnx_unary unary;
    } known[] = {{"Relu", {.run = relu}},
                 {"Tanh", {.run = tanh_of}},
                 {"Sigmoid", {.run = sigmoid}},
                 {"HardSigmoid", {hard_sigmoid, 0.2F, 0.5F, true, true}},
                 {"Affine", {affine, 1.0F, 0.0F, true, true}},
                 {"Elu", {.run = elu, .alpha = 1.0F, .has_alpha = true}},
                 {"Selu", {.run = selu}},
                 {"Softsign", {.run = softsign}},
                 {"LeakyRelu", {.run = leaky_relu, .alpha = 0.01F, .has_alpha = true}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == length && memcmp(known[i].name, name, length) == 0) {
            *unary = known[i].unary;
            return true;
        }
    return false;
}

static seqnet_status activate(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    sn_onnx_unary f;
    if (!sn_onnx_unary_of(call->node->op_type, strlen(call->node->op_type), &f))
        return sn_onnx_unfit(call);
    f.alpha = sn_onnx_float_attribute(call, "alpha", f.alpha);
    f.beta = sn_onnx_float_attribute(call, "beta", f.beta);
    SN_TRY(sn_onnx_make(call, 0, false, x->rank, x->dims));
    for (size_t i = 0; i < x->count; i++)
        call->outputs[0].floats[i] = f.run(x->floats[i], f.alpha, f.beta);
    return SEQNET_OK;
}

static seqnet_status negate(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    SN_TRY(sn_onnx_make(call, 0, false, x->rank, x->dims));
    for (size_t i = 0; i < x->count; i++)
        call->outputs[0].floats[i] = -x->floats[i];
    return SEQNET_OK;
}

static seqnet_status identity(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    SN_TRY(sn_onnx_make(call, 0, x->ints != NULL, x->rank, x->dims));
    memcpy(sn_onnx_array_bytes(&call->outputs[0]), sn_onnx_array_bytes(x),
           x->count * sn_onnx_array_width(x));
    return SEQNET_OK;
}

/* Of whole numbers: to floats, or to truth values. */
static seqnet_status cast(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0];
    const int64_t type = sn_onnx_int_attribute(call, "to", 0);
    const bool is_bool = type == ONNX__TENSOR_PROTO__DATA_TYPE__BOOL;
    if (!is_bool && type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, is_bool, x->rank, x->dims));
    for (size_t i = 0; i < x->count; i++) {
        if (is_bool)
            call->outputs[0].ints[i] = x->ints[i] != 0;
        else
            call->outputs[0].floats[i] = (float)x->ints[i];
    }
    return SEQNET_OK;
}

/* The axes that operands have together, and how far each operand's next number on an axis is; 0
 * where it is repeated. */
typedef struct broadcast {
    size_t rank, dims[SN_ONNX_RANK], strides[3][SN_ONNX_RANK];
} broadcast;

/* Makes room for an operand's axes, which end where those of the others do. */
static bool widen(broadcast *b, size_t rank, const size_t *dims)
{
    for (size_t i = 0; i < rank; i++) {
        size_t *const size = &b->dims[b->rank - rank + i];
        if (*size != dims[i] && *size != 1 && dims[i] != 1)
            return false;
        *size = dims[i] == 1 ? *size : dims[i];
    }
    return true;
}

static bool broadcast_of(broadcast *b, const sn_onnx_array *const *operands, size_t count)
{
    *b = (broadcast){0};
    for (size_t k = 0; k < count; k++)
        b->rank = sn_larger(b->rank, operands[k]->rank);
    for (size_t i = 0; i < b->rank; i++)
        b->dims[i] = 1;
    for (size_t k = 0; k < count; k++)
        if (!widen(b, operands[k]->rank, operands[k]->dims))
            return false;
    for (size_t k = 0; k < count; k++) {
        size_t stride = 1;
        for (size_t i = operands[k]->rank; i-- > 0;) {
            const size_t size = operands[k]->dims[i];
            b->strides[k][b->rank - operands[k]->rank + i] = size == 1 ? 0 : stride;
            stride *= size;
        }
    }
    return true;
}

/* Where number `at` of the result is in operand k. */
static size_t place_in(const broadcast *b, size_t k, size_t at)
{
    size_t place = 0;
    for (size_t i = b->rank; i-- > 0;) {
        place += at % b->dims[i] * b->strides[k][i];
        at /= b->dims[i];
    }
    return place;
}

typedef enum arithmetic { ADD, SUB, MUL, DIV, MIN, MAX } arithmetic;

#define COMPUTE(a, b)                                                                              \
    (op == ADD   ? (a) + (b)                                                                       \
     : op == SUB ? (a) - (b)                                                                       \
     : op == MUL ? (a) * (b)                                                                       \
     : op == MIN ? ((a) < (b) ? (a) : (b))                                                         \
                 : ((a) < (b) ? (b) : (a)))

/* Whole numbers of files that are damaged may overflow. */
static int64_t compute_ints(arithmetic op, uint64_t a, uint64_t b)
{
    const bool is_less = (int64_t)a < (int64_t)b;
    if (op == MIN || op == MAX)
        return (int64_t)(is_less == (op == MIN) ? a : b);
    return (int64_t)COMPUTE(a, b);
}

static float compute_floats(arithmetic op, float a, float b)
{
    return op == DIV ? a / b : COMPUTE(a, b);
}

static arithmetic arithmetic_of(const char *name)
{
    static const char *const names[] = {
        [ADD] = "Add", [SUB] = "Sub", [MUL] = "Mul", [DIV] = "Div", [MIN] = "Min", [MAX] = "Max"};
    arithmetic op = ADD;
    while (strcmp(names[op], name) != 0)
        op++;
    return op;
}

static seqnet_status combine(sn_onnx_call *call)
{
    const arithmetic op = arithmetic_of(call->node->op_type);
    const sn_onnx_array *const a = call->inputs[0], *const b = call->inputs[1];
    const bool is_ints = a->ints != NULL;
    broadcast both;
    if (is_ints != (b->ints != NULL) || (is_ints && op == DIV) ||
        !broadcast_of(&both, call->inputs, 2))
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, is_ints, both.rank, both.dims));
    for (size_t i = 0; i < call->outputs[0].count; i++) {
        const size_t x = place_in(&both, 0, i), y = place_in(&both, 1, i);
        if (is_ints)
            call->outputs[0].ints[i] = compute_ints(op, (uint64_t)a->ints[x], (uint64_t)b->ints[y]);
        else
            call->outputs[0].floats[i] = compute_floats(op, a->floats[x], b->floats[y]);
    }
    return SEQNET_OK;
}

static seqnet_status where(sn_onnx_call *call)
{
    broadcast all;
    if (!broadcast_of(&all, call->inputs, 3))
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, false, all.rank, all.dims));
    for (size_t i = 0; i < call->outputs[0].count; i++) {
        const size_t k = call->inputs[0]->ints[place_in(&all, 0, i)] ? 1 : 2;
        call->outputs[0].floats[i] = call->inputs[k]->floats[place_in(&all, k, i)];
    }
    return SEQNET_OK;
}

/* One number, repeated. */
static seqnet_status expand(sn_onnx_call *call)
{
    const sn_onnx_array *const x = call->inputs[0], *const shape = call->inputs[1];
    size_t dims[SN_ONNX_RANK] = {0};
    bool fits = x->count == 1 && shape->rank == 1 && shape->count <= SN_ONNX_RANK;
    for (size_t i = 0; fits && i < shape->count; i++) {
        fits = shape->ints[i] >= 0;
        dims[i] = (size_t)shape->ints[i];
    }
    if (!fits)
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, false, shape->count, dims));
    for (size_t i = 0; i < call->outputs[0].count; i++)
        call->outputs[0].floats[i] = x->floats[0];
    return SEQNET_OK;
}

const sn_onnx_op sn_onnx_elementwise_ops[] = {{"Relu", "f", activate},
                                              {"Tanh", "f", activate},
                                              {"Sigmoid", "f", activate},
                                              {"Neg", "f", negate},
                                              {"HardSigmoid", "f", activate},
                                              {"Elu", "f", activate},
                                              {"Selu", "f", activate},
                                              {"Softsign", "f", activate},
                                              {"LeakyRelu", "f", activate},
                                              {"Identity", "*", identity},
                                              {"Cast", "i", cast},
                                              {"Add", "**", combine},
                                              {"Sub", "**", combine},
                                              {"Mul", "**", combine},
                                              {"Div", "**", combine},
                                              {"Min", "**", combine},
                                              {"Max", "**", combine},
                                              {"Where", "iff", where},
                                              {"Expand", "fi", expand},
                                              {NULL, NULL, NULL}};
