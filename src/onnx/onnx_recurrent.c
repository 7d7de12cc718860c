/*
 * Layers with a cell. ONNX's operators take [time, batch, features] and give the states after all
 * steps, [time, directions, batch, units], and the last one; W is [directions, gates units,
 * features] with the gates i, o, f, c of an LSTM and z, r, h of a GRU. Each cell of a bidirectional
 * layer has an operator of its own.
 *
 * The cell with a carry track has no operator. It becomes a Scan, whose body is one step over the
 * projections of all steps, with both states side by side:
 *
 *     [c | h], x kernel + bias  ->  [c' | h'], h
 *
 * Masked steps are where onnx_input.h says: in the order in which a cell meets them they come last.
 * So a row of zeros in front of all states (behind them, for a cell that runs backward) makes them
 * those after 0, 1, 2 .. steps that count.
 */
#include "onnx_layers.h"

#include <stdio.h>
#include <string.h>

#include "recurrent.h"

#include "banned.h"

enum { MOST_GATES = 4, CARRY_OUTPUT = 3 };

/* Steps and rows change places. */
static const int64_t STEPS_FIRST[3] = {1, 0, 2};

/* A cell of a layer on its way into the graph. */
typedef struct cell_writer {
    sn_onnx_writer *writer;
    const sn_layer *layer;
    const sn_cell *cell;
    /* 1 for the second cell of a bidirectional layer, which runs backward; else 0 */
    size_t number;
    size_t units, features;
} cell_writer;

/* The cell's tensor number k. */
static const float *tensor(const cell_writer *w, size_t k)
{
    return w->writer->model->weights + w->layer->offsets[w->number * SN_CELL_TENSORS + k];
}

/* Numbers of the graph as a constant of the cell. */
static sn_onnx_value constant(const cell_writer *w, const char *name, size_t rank,
                              const size_t *dims, const float *numbers)
{
    static const char *const directions[] = {"forward.", "backward."};
    char full[SN_TENSOR_NAME];
    (void)snprintf(full, sizeof full, "%s%s",
                   w->layer->spec.recurrent.bidirectional ? directions[w->number] : "", name);
    return sn_onnx_constant(w->writer, w->layer, full, rank, dims, numbers);
}

/* Where ONNX's gates stand among ours. */
static const size_t *gate_order(const cell_writer *w)
{
    static const size_t lstm[MOST_GATES] = {0, 3, 1, 2}, same[MOST_GATES] = {0, 1, 2, 3};
    return w->cell->kind == SN_CELL_LSTM ? lstm : same;
}

/* A kernel [rows, gates units] as [1, gates units, rows], with ONNX's gates. */
static sn_onnx_value turned_kernel(const cell_writer *w, const char *name, const float *kernel,
                                   size_t rows)
{
    const size_t columns = w->cell->gates * w->units, dims[3] = {1, columns, rows};
    float *const made = sn_onnx_alloc(w->writer->graph, columns * rows, sizeof *made);
    for (size_t column = 0; made && column < columns; column++) {
        const size_t gate = gate_order(w)[column / w->units];
        for (size_t row = 0; row < rows; row++)
            made[column * rows + row] = kernel[row * columns + gate * w->units + column % w->units];
    }
    return constant(w, name, 3, dims, made);
}

/* [1, 2 gates units]: the biases of the projection, and of the recurrent product: zeros for a cell
 * that has none. */
static sn_onnx_value both_biases(const cell_writer *w)
{
    const size_t columns = w->cell->gates * w->units, dims[2] = {1, 2 * columns};
    const float *const bias = tensor(w, SN_BIAS);
    const size_t there = (sn_cell_keeps_products(w->cell) ? 2 : 1) * columns;
    float *const made = sn_onnx_alloc(w->writer->graph, 2 * columns, sizeof *made);
    for (size_t i = 0; made && i < there; i++) {
        const size_t gate = gate_order(w)[i % columns / w->units];
        made[i] = bias[i / columns * columns + gate * w->units + i % w->units];
    }
    return constant(w, "B", 2, dims, made);
}

/* The activations: of the gates, of the candidate and, of an LSTM, of the state. */
static void set_activations(const cell_writer *w)
{
    const sn_onnx_activation gates = sn_onnx_activation_of(sn_recurrent_gate_activation(w->layer));
    const sn_onnx_activation state = sn_onnx_activation_of(sn_recurrent_activation(w->layer));
    const sn_onnx_activation all[3] = {gates, state, state};
    const bool is_simple = w->cell->kind == SN_CELL_SIMPLE_RNN;
    const size_t first = is_simple ? 1 : 0, end = w->cell->kind == SN_CELL_LSTM ? 3 : 2;
    const char *names[3];
    float alphas[3], betas[3];
    size_t count = 0, alpha_count = 0, beta_count = 0;
    for (size_t i = first; i < end; i++) {
        names[count++] = all[i].op;
        alphas[alpha_count] = all[i].alpha;
        betas[beta_count] = all[i].beta;
        alpha_count += all[i].has_alpha;
        beta_count += all[i].has_beta;
    }
    sn_onnx_set_texts(w->writer->graph, "activations", names, count);
    if (alpha_count)
        sn_onnx_set_floats(w->writer->graph, "activation_alpha", alphas, alpha_count);
    if (beta_count)
        sn_onnx_set_floats(w->writer->graph, "activation_beta", betas, beta_count);
}

static const char *op_of(const sn_cell *cell)
{
    return cell->kind == SN_CELL_LSTM ? "LSTM" : cell->kind == SN_CELL_SIMPLE_RNN ? "RNN" : "GRU";
}

static sn_onnx_value squeeze(sn_onnx_graph *graph, sn_onnx_value x, int64_t axis)
{
    return SN_ONNX_NODE(graph, "Squeeze", x, sn_onnx_ints(graph, &axis, 1));
}

/* Adds the cell's operator over x [time, batch, features]. Returns the states after all steps,
 * [time, batch, units], or, if `is_last`, the last one, [batch, units]. */
static sn_onnx_value add_operator(const cell_writer *w, sn_onnx_value x, bool is_last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    sn_onnx_value output = SN_ONNX_NODE(
        graph, op_of(w->cell), x, turned_kernel(w, "W", tensor(w, SN_KERNEL), w->features),
        turned_kernel(w, "R", tensor(w, SN_RECURRENT_KERNEL), w->units), both_biases(w));
    if (is_last) {
        (void)sn_onnx_rename(graph, ""); /* it is left out */
        output = sn_onnx_output(graph);
    }
    sn_onnx_set_int(graph, "hidden_size", (int64_t)w->units);
    sn_onnx_set_text(graph, "direction", w->number ? "reverse" : "forward");
    set_activations(w);
    if (w->cell->kind == SN_CELL_GRU)
        sn_onnx_set_int(graph, "linear_before_reset", 1);
    return squeeze(graph, output, is_last ? 0 : 1);
}

/* What stands from `start` on, before `end`, on an axis of x. */
static sn_onnx_value slice(sn_onnx_graph *graph, sn_onnx_value x, int64_t axis, size_t start,
                           size_t end)
{
    const int64_t from = (int64_t)start, to = (int64_t)end;
    return SN_ONNX_NODE(graph, "Slice", x, sn_onnx_ints(graph, &from, 1),
                        sn_onnx_ints(graph, &to, 1), sn_onnx_ints(graph, &axis, 1));
}

static sn_onnx_value join(sn_onnx_graph *graph, sn_onnx_value a, sn_onnx_value b, int64_t axis)
{
    const sn_onnx_value joined = SN_ONNX_NODE(graph, "Concat", a, b);
    sn_onnx_set_int(graph, "axis", axis);
    return joined;
}

/* Describes what goes into a step and comes out of it: the states, and x; and with it, if `tells`,
 * the state h before the step. */
static void describe_step(const cell_writer *w, sn_onnx_graph *body, bool tells)
{
    const int32_t type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    const size_t columns = w->cell->gates * w->units;
    const sn_onnx_size states[2] = {{.name = "batch"}, {.size = 2 * w->units}};
    const sn_onnx_size sums[2] = {{.name = "batch"}, {.size = columns}};
    const sn_onnx_size hidden[2] = {{.name = "batch"}, {.size = w->units}};
    sn_onnx_add_input(body, "states", type, states, 2);
    sn_onnx_add_input(body, "x", type, sums, 2);
    sn_onnx_add_output(body, "next_states", type, states, 2);
    if (tells)
        sn_onnx_add_output(body, "before", type, hidden, 2);
}

/* The body of the Scan: the equations of nn/lstm_carry.c, with its gates i, f, k, o. */
static void write_step(const cell_writer *w, sn_onnx_graph *body, sn_onnx_value recurrent,
                       sn_onnx_value carry, bool tells)
{
    const size_t units = w->units;
    const int state = sn_recurrent_activation(w->layer);
    const int gate = sn_recurrent_gate_activation(w->layer);
    sn_onnx_value gates[MOST_GATES];
    describe_step(w, body, tells);
    const sn_onnx_value c = slice(body, "states", 1, 0, units);
    const sn_onnx_value h = slice(body, "states", 1, units, 2 * units);
    if (tells)
        (void)sn_onnx_rename(body, "before");
    const sn_onnx_value sums = SN_ONNX_NODE(
        body, "Add", "x", SN_ONNX_NODE(body, "MatMul", tells ? "before" : h, recurrent));
    for (size_t i = 0; i < MOST_GATES; i++) {
        gates[i] = slice(body, sums, 1, i * units, (i + 1) * units);
        if (i == CARRY_OUTPUT)
            gates[i] = SN_ONNX_NODE(body, "Add", gates[i], SN_ONNX_NODE(body, "MatMul", c, carry));
        gates[i] = sn_onnx_activate(body, gates[i], i < 2 ? gate : state);
    }
    const sn_onnx_value kept = SN_ONNX_NODE(body, "Mul", c, gates[1]);
    const sn_onnx_value added = SN_ONNX_NODE(body, "Mul", gates[0], gates[2]);
    (void)join(body, SN_ONNX_NODE(body, "Add", added, kept), gates[CARRY_OUTPUT], 1);
    (void)sn_onnx_rename(body, "next_states");
}

/* [batch, 2 units] of zeros, batch being that of x [time, batch, features]. */
static sn_onnx_value zero_states(const cell_writer *w, sn_onnx_value x)
{
    sn_onnx_graph *const graph = w->writer->graph;
    const int64_t axis = 1, width = 2 * (int64_t)w->units;
    const sn_onnx_value batch = SN_ONNX_NODE(graph, "Gather", SN_ONNX_NODE(graph, "Shape", x),
                                             sn_onnx_ints(graph, &axis, 1));
    return SN_ONNX_NODE(graph, "Expand", sn_onnx_float(graph, 0.0F),
                        join(graph, batch, sn_onnx_ints(graph, &width, 1), 0));
}

/* x kernel + bias of x [time, batch, features]. */
static sn_onnx_value project(const cell_writer *w, sn_onnx_value x)
{
    const size_t columns = w->cell->gates * w->units, dims[2] = {w->features, columns};
    const sn_onnx_value product = SN_ONNX_NODE(
        w->writer->graph, "MatMul", x, constant(w, "kernel", 2, dims, tensor(w, SN_KERNEL)));
    return SN_ONNX_NODE(w->writer->graph, "Add", product,
                        constant(w, "bias", 1, &columns, tensor(w, SN_BIAS)));
}

/* From the states before all steps to those after them, of which the last one is known. */
static sn_onnx_value shift(const cell_writer *w, sn_onnx_value before, sn_onnx_value last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    const size_t time = w->layer->input.time;
    const sn_onnx_value step = sn_onnx_unsqueeze(graph, last, 0);
    return w->number ? join(graph, step, slice(graph, before, 0, 0, time - 1), 0)
                     : join(graph, slice(graph, before, 0, 1, time), step, 0);
}

/* add_operator of the cell with a carry track. A Scan gives its last state in any case, so that
 * it must be used. */
static sn_onnx_value add_scan(const cell_writer *w, sn_onnx_value x, bool is_last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    const size_t units = w->units, carry[2] = {units, units};
    const size_t recurrent[2] = {units, w->cell->gates * units};
    const int64_t direction = (int64_t)w->number;
    sn_onnx_graph body;
    const sn_onnx_value r =
        constant(w, "recurrent_kernel", 2, recurrent, tensor(w, SN_RECURRENT_KERNEL));
    const sn_onnx_value v = constant(w, "carry_kernel", 2, carry, tensor(w, SN_CARRY_KERNEL));
    sn_onnx_graph_begin_body(&body, graph, "step");
    write_step(w, &body, r, v, !is_last);
    const sn_onnx_value states = SN_ONNX_NODE(graph, "Scan", zero_states(w, x), project(w, x));
    const sn_onnx_value before = is_last ? NULL : sn_onnx_output(graph);
    sn_onnx_set_graph(graph, "body", &body);
    sn_onnx_set_int(graph, "num_scan_inputs", 1);
    sn_onnx_set_ints(graph, "scan_input_directions", &direction, 1);
    if (!is_last)
        sn_onnx_set_ints(graph, "scan_output_directions", &direction, 1);
    const sn_onnx_value last = slice(graph, states, 1, units, 2 * units);
    return is_last ? last : shift(w, before, last);
}

/* Runs the cell over x [batch, time, features]. Returns the states after all steps, [batch, time,
 * units], or, if `is_last`, the last one, [batch, units]. */
static sn_onnx_value run_cell(const cell_writer *w, sn_onnx_value x, bool is_last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    const sn_onnx_value turned = sn_onnx_transpose(graph, x, STEPS_FIRST);
    const sn_onnx_value states =
        (w->cell->kind == SN_CELL_LSTM_CARRY ? add_scan : add_operator)(w, turned, is_last);
    return is_last ? states : sn_onnx_transpose(graph, states, STEPS_FIRST);
}

/* Number by number of a batch, what `places` name on axis 1 of x. */
static sn_onnx_value gather(sn_onnx_graph *graph, sn_onnx_value x, sn_onnx_value places)
{
    const sn_onnx_value gathered = SN_ONNX_NODE(graph, "GatherND", x, places);
    sn_onnx_set_int(graph, "batch_dims", 1);
    return gathered;
}

/* After how many steps that count the state is wanted, [batch, time] or [batch, 1]: up to each
 * step, or in all; of a cell that runs backward from each step on. One of two directions gives
 * zeros for masked steps, as in Keras. */
static sn_onnx_value steps_taken(const cell_writer *w, bool is_last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    sn_onnx_rows *const rows = &w->writer->rows;
    if (is_last)
        return sn_onnx_count(rows, graph);
    const sn_onnx_value mask = sn_onnx_mask(rows, graph);
    sn_onnx_value taken = sn_onnx_counts(rows, graph);
    if (w->number)
        taken = SN_ONNX_NODE(graph, "Add",
                             SN_ONNX_NODE(graph, "Sub", sn_onnx_count(rows, graph), taken), mask);
    return w->layer->spec.recurrent.bidirectional ? SN_ONNX_NODE(graph, "Mul", taken, mask) : taken;
}

static sn_onnx_value run_masked(const cell_writer *w, sn_onnx_value x, bool is_last)
{
    sn_onnx_graph *const graph = w->writer->graph;
    sn_onnx_rows *const rows = &w->writer->rows;
    int64_t pads[6] = {0};
    pads[w->number ? 4 : 1] = 1;
    const sn_onnx_value sorted = gather(graph, x, sn_onnx_order(rows, graph, w->number == 1));
    const sn_onnx_value states =
        SN_ONNX_NODE(graph, "Pad", run_cell(w, sorted, false), sn_onnx_ints(graph, pads, 6));
    sn_onnx_value taken = steps_taken(w, is_last);
    if (w->number)
        taken = SN_ONNX_NODE(graph, "Sub", sn_onnx_int(graph, (int64_t)rows->time), taken);
    return gather(graph, states, is_last ? taken : sn_onnx_unsqueeze(graph, taken, 2));
}

sn_onnx_value sn_onnx_add_recurrent(sn_onnx_writer *writer, const sn_layer *layer, sn_onnx_value x,
                                    bool is_masked)
{
    const bool is_last = !layer->spec.recurrent.return_sequences;
    sn_onnx_value parts[2];
    const size_t count = sn_recurrent_cells(layer);
    for (size_t i = 0; i < count; i++) {
        const cell_writer w = {.writer = writer,
                               .layer = layer,
                               .cell = sn_layer_cell(layer),
                               .number = i,
                               .units = layer->spec.recurrent.units,
                               .features = layer->input.features};
        parts[i] = (is_masked ? run_masked : run_cell)(&w, x, is_last);
    }
    if (count == 1)
        return parts[0];
    const sn_onnx_value joined = sn_onnx_node(writer->graph, "Concat", parts, count);
    sn_onnx_set_int(writer->graph, "axis", is_last ? 1 : 2);
    return joined;
}
