/*
 * Operators over time: LSTM, GRU and RNN of one direction without initial states, and Scan over one
 * input. The equations are those of ONNX's operator documentation, for W x, R h and both biases.
 */
#include "onnx_run.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { MOST_FUNCTIONS = 3 };

/* A cell that runs over a row. */
typedef struct cell_run {
    size_t time, batch, features, units, gates;
    bool is_reverse, resets_after;
    sn_onnx_unary f[MOST_FUNCTIONS];
    /* [features, gates units] and [units, gates units]: W and R, turned */
    float *w, *r;
    /* [2, gates units] */
    const float *bias;
    /* [gates units]: W x and R h with their biases */
    float *sums, *products;
    /* [units]: the states before a step, and room */
    float *hidden, *carry, *reset;
} cell_run;

typedef void cell_step(cell_run *run);

static float call_unary(const sn_onnx_unary *f, float x)
{
    return f->run(x, f->alpha, f->beta);
}

/* Gates i, o, f, c. */
static void lstm_step(cell_run *run)
{
    const size_t units = run->units;
    const sn_onnx_unary *const f = run->f;
    for (size_t k = 0; k < units; k++) {
        float z[4];
        for (size_t gate = 0; gate < 4; gate++)
            z[gate] = run->sums[gate * units + k] + run->products[gate * units + k];
        const float candidate = call_unary(&f[1], z[3]);
        run->carry[k] =
            call_unary(&f[0], z[2]) * run->carry[k] + call_unary(&f[0], z[0]) * candidate;
        run->hidden[k] = call_unary(&f[0], z[1]) * call_unary(&f[2], run->carry[k]);
    }
}

static void rnn_step(cell_run *run)
{
    for (size_t k = 0; k < run->units; k++)
        run->hidden[k] = call_unary(&run->f[0], run->sums[k] + run->products[k]);
}

/* y += x kernel */
static void add_product(const float *x, const float *kernel, size_t rows, size_t columns,
                        size_t stride, float *y)
{
    for (size_t k = 0; k < rows; k++)
        for (size_t i = 0; i < columns; i++)
            y[i] += x[k] * kernel[k * stride + i];
}

/* R_h (r h) + its bias, in the place of r (R_h h + its bias). */
static void reset_before(cell_run *run)
{
    const size_t units = run->units, columns = run->gates * units;
    float *const candidate = run->products + 2 * units;
    memcpy(candidate, run->bias + columns + 2 * units, units * sizeof *candidate);
    add_product(run->reset, run->r + 2 * units, units, units, columns, candidate);
}

/* Gates z, r, h. */
static void gru_step(cell_run *run)
{
    const size_t units = run->units;
    float *const candidate = run->products + 2 * units;
    for (size_t k = 0; k < units; k++) {
        const float r = call_unary(&run->f[0], run->sums[units + k] + run->products[units + k]);
        run->reset[k] = r * run->hidden[k];
        candidate[k] *= r;
    }
    if (!run->resets_after)
        reset_before(run);
    for (size_t k = 0; k < units; k++) {
        const float z = call_unary(&run->f[0], run->sums[k] + run->products[k]);
        const float h = call_unary(&run->f[1], run->sums[2 * units + k] + candidate[k]);
        run->hidden[k] = (1.0F - z) * h + z * run->hidden[k];
    }
}

/* What an operator has. */
typedef struct cell_kind {
    const char *op;
    size_t gates, functions;
    cell_step *step;
} cell_kind;

static const cell_kind KINDS[] = {
    {"LSTM", 4, 3, lstm_step}, {"GRU", 3, 2, gru_step}, {"RNN", 1, 1, rnn_step}};

/* Numbers in the order of the functions that take some. */
static float take_number(const Onnx__AttributeProto *list, size_t used, float usual)
{
    return list && used < list->n_floats ? list->floats[used] : usual;
}

static bool find_functions(const sn_onnx_call *call, sn_onnx_unary *functions, size_t count)
{
    const Onnx__AttributeProto *const names =
        sn_onnx_attribute(call, "activations", ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS);
    const Onnx__AttributeProto *const alphas =
        sn_onnx_attribute(call, "activation_alpha", ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS);
    const Onnx__AttributeProto *const betas =
        sn_onnx_attribute(call, "activation_beta", ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS);
    size_t alpha_count = 0, beta_count = 0;
    if (!names || names->n_strings != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const ProtobufCBinaryData *const name = &names->strings[i];
        if (!sn_onnx_unary_of((const char *)name->data, name->len, &functions[i]))
            return false;
        functions[i].alpha = take_number(alphas, alpha_count, functions[i].alpha);
        functions[i].beta = take_number(betas, beta_count, functions[i].beta);
        alpha_count += functions[i].has_alpha;
        beta_count += functions[i].has_beta;
    }
    return true;
}

static bool is_direction(const sn_onnx_call *call, const char *direction)
{
    const Onnx__AttributeProto *const found =
        sn_onnx_attribute(call, "direction", ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    return found && found->s.len == strlen(direction) &&
           memcmp(found->s.data, direction, found->s.len) == 0;
}

static bool has_dims(const sn_onnx_array *array, size_t rank, size_t a, size_t b, size_t c)
{
    return array->rank == rank && array->dims[0] == a && array->dims[1] == b &&
           (rank < 3 || array->dims[2] == c);
}

/* Fills what the node says, and checks that it fits the inputs. */
static bool describe_run(const sn_onnx_call *call, const cell_kind *kind, cell_run *run)
{
    const sn_onnx_array *const x = call->inputs[0];
    const int64_t units = sn_onnx_int_attribute(call, "hidden_size", 0);
    if (x->rank != 3 || units < 1 || units > INT32_MAX)
        return false;
    *run = (cell_run){.time = x->dims[0],
                      .batch = x->dims[1],
                      .features = x->dims[2],
                      .units = (size_t)units,
                      .gates = kind->gates,
                      .is_reverse = is_direction(call, "reverse"),
                      .resets_after = sn_onnx_int_attribute(call, "linear_before_reset", 0) != 0,
                      .bias = call->inputs[3]->floats};
    const size_t columns = run->gates * run->units;
    return has_dims(call->inputs[1], 3, 1, columns, run->features) &&
           has_dims(call->inputs[2], 3, 1, columns, run->units) &&
           has_dims(call->inputs[3], 2, 1, 2 * columns, 0) &&
           (run->is_reverse || is_direction(call, "forward")) &&
           find_functions(call, run->f, kind->functions);
}

/* to[row, column] = from[column, row] */
static void turn(const float *from, size_t columns, size_t rows, float *to)
{
    for (size_t column = 0; column < columns; column++)
        for (size_t row = 0; row < rows; row++)
            to[row * columns + column] = from[column * rows + row];
}

/* Allocates the run's arrays as one block, w being its start. */
static seqnet_status allocate_run(cell_run *run, const sn_onnx_call *call)
{
    const size_t columns = run->gates * run->units, rows = run->features + run->units;
    SN_TRY(sn_alloc(&run->w, (rows + 2) * columns + 3 * run->units, sizeof *run->w, call->err));
    run->r = run->w + run->features * columns;
    run->sums = run->w + rows * columns;
    run->products = run->sums + columns;
    run->hidden = run->products + columns;
    run->carry = run->hidden + run->units;
    run->reset = run->carry + run->units;
    turn(call->inputs[1]->floats, columns, run->features, run->w);
    turn(call->inputs[2]->floats, columns, run->units, run->r);
    return SEQNET_OK;
}

/* Runs over one row of x [time, batch, features]; states [time, batch, units], last [batch, units].
 */
static void run_row(cell_run *run, cell_step *step, const float *x, size_t row, float *states,
                    float *last)
{
    const size_t columns = run->gates * run->units, bytes = run->units * sizeof *last;
    memset(run->hidden, 0, bytes);
    memset(run->carry, 0, bytes);
    for (size_t i = 0; i < run->time; i++) {
        const size_t at = (run->is_reverse ? run->time - 1 - i : i) * run->batch + row;
        memcpy(run->sums, run->bias, columns * sizeof *run->sums);
        memcpy(run->products, run->bias + columns, columns * sizeof *run->products);
        add_product(x + at * run->features, run->w, run->features, columns, columns, run->sums);
        add_product(run->hidden, run->r, run->units, columns, columns, run->products);
        step(run);
        memcpy(states + at * run->units, run->hidden, bytes);
    }
    memcpy(last + row * run->units, run->hidden, bytes);
}

static seqnet_status run_cell(sn_onnx_call *call)
{
    const cell_kind *kind = KINDS;
    cell_run run;
    while (strcmp(kind->op, call->node->op_type) != 0)
        kind++;
    if (!describe_run(call, kind, &run))
        return sn_onnx_unfit(call);
    const size_t dims[4] = {run.time, 1, run.batch, run.units};
    SN_TRY(sn_onnx_make(call, 0, false, 4, dims));
    SN_TRY(sn_onnx_make(call, 1, false, 3, dims + 1));
    SN_TRY(allocate_run(&run, call));
    for (size_t row = 0; row < run.batch; row++)
        run_row(&run, kind->step, call->inputs[0]->floats, row, call->outputs[0].floats,
                call->outputs[1].floats);
    free(run.w);
    return SEQNET_OK;
}

/* A Scan on its way: one state, and one input [time, ..] that is read step by step. */
typedef struct scan_run {
    sn_onnx_call *call;
    const Onnx__GraphProto *body;
    size_t time;
    bool is_reverse;
} scan_run;

static bool reads_backward(const sn_onnx_call *call)
{
    const int64_t *direction;
    return sn_onnx_ints_attribute(call, "scan_input_directions", 1, &direction) && *direction == 1;
}

/* Gives the body its inputs: the state, and step number t. */
static seqnet_status enter_step(const scan_run *run, sn_onnx_scope *scope, size_t t)
{
    sn_onnx_call *const call = run->call;
    const sn_onnx_array *const x = call->inputs[1];
    sn_onnx_array state = call->outputs[0];
    sn_onnx_array step = {.rank = x->rank - 1, .count = x->count / run->time, .is_borrowed = true};
    memcpy(step.dims, x->dims + 1, step.rank * sizeof *step.dims);
    step.floats = x->floats + t * step.count;
    state.is_borrowed = true;
    SN_TRY(sn_onnx_scope_add(scope, run->body->input[0]->name, &state, call->err));
    return sn_onnx_scope_add(scope, run->body->input[1]->name, &step, call->err);
}

/* Copies the state that the body gives, whose size does not change. */
static seqnet_status take_state(const scan_run *run, const sn_onnx_scope *scope)
{
    const sn_onnx_array *const from = sn_onnx_scope_find(scope, run->body->output[0]->name);
    sn_onnx_array *const to = &run->call->outputs[0];
    if (!from || !from->floats || from->count != to->count)
        return sn_onnx_unfit(run->call);
    memcpy(to->floats, from->floats, to->count * sizeof *to->floats);
    return SEQNET_OK;
}

/* Copies the other output of the body to that of all steps, which the first one makes. */
static seqnet_status take_step(const scan_run *run, const sn_onnx_scope *scope, size_t t)
{
    const sn_onnx_array *const from = sn_onnx_scope_find(scope, run->body->output[1]->name);
    sn_onnx_array *const to = &run->call->outputs[1];
    size_t dims[SN_ONNX_RANK] = {run->time};
    if (!from || !from->floats || from->rank >= SN_ONNX_RANK)
        return sn_onnx_unfit(run->call);
    memcpy(dims + 1, from->dims, from->rank * sizeof *dims);
    if (!to->floats)
        SN_TRY(sn_onnx_make(run->call, 1, false, from->rank + 1, dims));
    if (from->count != to->count / run->time)
        return sn_onnx_unfit(run->call);
    memcpy(to->floats + t * from->count, from->floats, from->count * sizeof *to->floats);
    return SEQNET_OK;
}

static seqnet_status run_step(const scan_run *run, size_t t)
{
    sn_onnx_call *const call = run->call;
    sn_onnx_scope scope = {.outer = call->scope};
    seqnet_status status = enter_step(run, &scope, t);
    if (status == SEQNET_OK)
        status = sn_onnx_run_graph(run->body, &scope, call->err);
    if (status == SEQNET_OK && run->body->n_output == 2)
        status = take_step(run, &scope, t);
    if (status == SEQNET_OK)
        status = take_state(run, &scope);
    sn_onnx_scope_free(&scope);
    return status;
}

static seqnet_status scan(sn_onnx_call *call)
{
    const Onnx__AttributeProto *const body =
        sn_onnx_attribute(call, "body", ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH);
    const sn_onnx_array *const state = call->inputs[0], *const x = call->inputs[1];
    const scan_run run = {.call = call,
                          .body = body ? body->g : NULL,
                          .time = x->rank ? x->dims[0] : 0,
                          .is_reverse = reads_backward(call)};
    if (!run.body || !run.time || run.body->n_input != 2 ||
        run.body->n_output != call->node->n_output || run.body->n_output > 2)
        return sn_onnx_unfit(call);
    SN_TRY(sn_onnx_make(call, 0, false, state->rank, state->dims));
    memcpy(call->outputs[0].floats, state->floats, state->count * sizeof *state->floats);
    for (size_t i = 0; i < run.time; i++)
        SN_TRY(run_step(&run, run.is_reverse ? run.time - 1 - i : i));
    return SEQNET_OK;
}

const sn_onnx_op sn_onnx_cell_ops[] = {{"LSTM", "ffff", run_cell},
                                       {"GRU", "ffff", run_cell},
                                       {"RNN", "ffff", run_cell},
                                       {"Scan", "ff", scan},
                                       {NULL, NULL, NULL}};
