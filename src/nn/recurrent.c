/*
 * Each cell of a layer has a tape of its own, all time-major:
 *
 *     gates       [T, B, G H]   projections, then activated gates, in place; backward turns them
 *                               into the gradients by the projections
 *     products    [T, B, G H]   of a cell that keeps products apart: these, then the gradients by
 *                               them. Other cells' gradients by the products are those by the
 *                               projections
 *     hidden      [T + 1, B, H] the states: of a cell that runs forward, those before step t are
 *                               hidden[t] and those after it hidden[t + 1]; of one that runs
 *                               backward, hidden[t + 1] and hidden[t]. It starts from zeros
 *     carry       [T + 1, B, H] likewise, of a cell that carries a state
 *     memo        [T, B, H]     the cell's own
 *     d_hidden, d_carry [B, H]  backward's running gradients
 *     d_product   [B, H]        the part of d_hidden that goes through the products
 *     scale       [B, H]        with recurrent dropout: what h is multiplied by
 *     fed         [T, B, H]     likewise: h times scale, as each step's product takes it
 *     kernel      [H, G H]      of a cell whose second product stands instead of the first: the
 *                               recurrent kernel with zeros in that gate; then its gradient
 */
#include "recurrent.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "activations.h"
#include "dropout.h"
#include "gemm.h"
#include "initializers.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

typedef struct recurrent_tape {
    float *gates, *products, *hidden, *carry, *memo, *d_hidden, *d_carry, *d_product, *scale, *fed,
        *kernel;
} recurrent_tape;

/* A cell of a layer on its way over the timesteps. */
typedef struct cell_run {
    const sn_layer *layer;
    const sn_cell *cell;
    const sn_pass *pass;
    const sn_value *input;
    /* 1 for the second cell of a bidirectional layer, which runs backward; else 0 */
    size_t number;
    recurrent_tape tape;
} cell_run;

static size_t lay_out(const sn_layer *layer, size_t batch, float *block, recurrent_tape *tape)
{
    const sn_cell *const cell = sn_layer_cell(layer);
    const size_t time = layer->input.time, units = layer->spec.recurrent.units;
    const size_t state = batch * units;
    const bool drops = layer->spec.recurrent.recurrent_dropout > 0.0;
    size_t used = 0;
    *tape = (recurrent_tape){0};
    tape->gates = sn_carve(block, &used, time * state * cell->gates);
    if (sn_cell_keeps_products(cell))
        tape->products = sn_carve(block, &used, time * state * cell->gates);
    tape->hidden = sn_carve(block, &used, (time + 1) * state);
    if (cell->carries)
        tape->carry = sn_carve(block, &used, (time + 1) * state);
    tape->memo = sn_carve(block, &used, time * state);
    tape->d_hidden = sn_carve(block, &used, state);
    if (cell->carries)
        tape->d_carry = sn_carve(block, &used, state);
    tape->d_product = sn_carve(block, &used, state);
    tape->scale = drops ? sn_carve(block, &used, state) : NULL;
    tape->fed = drops ? sn_carve(block, &used, time * state) : NULL;
    if (cell->second == SN_SECOND_MEMO)
        tape->kernel = sn_carve(block, &used, units * units * cell->gates);
    return used;
}

size_t sn_recurrent_tape_size(const sn_layer *layer, size_t batch)
{
    recurrent_tape tape;
    return sn_recurrent_cells(layer) * lay_out(layer, batch, NULL, &tape);
}

static cell_run make_run(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                         size_t number, float *tape)
{
    cell_run run = {.layer = layer,
                    .cell = sn_layer_cell(layer),
                    .pass = pass,
                    .input = input,
                    .number = number};
    const size_t floats = lay_out(layer, pass->batch, NULL, &run.tape);
    (void)lay_out(layer, pass->batch, tape + number * floats, &run.tape);
    return run;
}

/* The run's tensor number k. */
static const float *weights_of(const cell_run *run, size_t k)
{
    return sn_layer_weights(run->layer, run->pass, run->number * SN_CELL_TENSORS + k);
}

static float *gradients_of(const cell_run *run, size_t k)
{
    return sn_layer_gradients(run->layer, run->pass, run->number * SN_CELL_TENSORS + k);
}

static size_t units_of(const cell_run *run)
{
    return run->layer->spec.recurrent.units;
}

/* Floats of the states of all rows. */
static size_t state_of(const cell_run *run)
{
    return run->pass->batch * units_of(run);
}

/* The numbers of the states before and after step t. */
static size_t before(const cell_run *run, size_t t)
{
    return t + run->number;
}

static size_t after(const cell_run *run, size_t t)
{
    return t + 1 - run->number;
}

/* The run's step number i. */
static size_t step_at(const cell_run *run, size_t i)
{
    return run->number ? run->layer->input.time - 1 - i : i;
}

/* Where the second matrix starts in the tensor that it is part of, and its stride there. */
static size_t second_tensor(const cell_run *run)
{
    return run->cell->second == SN_SECOND_CARRY ? SN_CARRY_KERNEL : SN_RECURRENT_KERNEL;
}

static size_t second_start(const cell_run *run)
{
    return run->cell->second == SN_SECOND_CARRY ? 0 : run->cell->second_gate * units_of(run);
}

static size_t second_stride(const cell_run *run)
{
    return run->cell->second == SN_SECOND_CARRY ? units_of(run) : sn_recurrent_columns(run->layer);
}

static void clear_second_gate(const cell_run *run, float *kernel)
{
    const size_t units = units_of(run), columns = sn_recurrent_columns(run->layer);
    for (size_t k = 0; k < units; k++)
        memset(kernel + k * columns + run->cell->second_gate * units, 0, units * sizeof *kernel);
}

/* The matrix of the first product. */
static const float *first_kernel(const cell_run *run)
{
    return run->tape.kernel ? run->tape.kernel : weights_of(run, SN_RECURRENT_KERNEL);
}

/* The gradient by the second matrix, over all timesteps at once. */
static void accumulate_second(const cell_run *run)
{
    const size_t units = units_of(run), columns = sn_recurrent_columns(run->layer);
    const size_t rows = run->layer->input.time * run->pass->batch, stride = second_stride(run);
    const float *const taken = run->cell->second == SN_SECOND_CARRY
                                   ? run->tape.carry + before(run, 0) * state_of(run)
                                   : run->tape.memo;
    float *const d_second = gradients_of(run, second_tensor(run)) + second_start(run);
    for (size_t row = 0; row < rows; row++) {
        const float *const d_gate =
            run->tape.gates + row * columns + run->cell->second_gate * units;
        for (size_t k = 0; k < units; k++)
            for (size_t unit = 0; unit < units; unit++)
                d_second[k * stride + unit] += taken[row * units + k] * d_gate[unit];
    }
}

static void repeat(const float *row, size_t columns, size_t rows, float *out)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(out + r * columns, row, columns * sizeof *out);
}

/* gates = x kernel + bias for all timesteps at once. */
static void project_input(const cell_run *run)
{
    const size_t rows = run->layer->input.time * run->pass->batch;
    const size_t columns = sn_recurrent_columns(run->layer);
    repeat(weights_of(run, SN_BIAS), columns, rows, run->tape.gates);
    sn_gemm(SN_AS_IS, SN_AS_IS, rows, columns, run->layer->input.features, run->input->x,
            weights_of(run, SN_KERNEL), 1.0F, run->tape.gates);
}

static bool drops(const cell_run *run)
{
    return run->tape.fed && run->pass->row_numbers;
}

/* y = a * b */
static void multiply(const float *a, const float *b, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] * b[i];
}

/* The states before step t as its products take them. */
static const float *product_input(const cell_run *run, size_t t)
{
    const size_t state = state_of(run);
    return drops(run) ? run->tape.fed + t * state : run->tape.hidden + before(run, t) * state;
}

/* Step t's recurrent products: into the tape's, or onto the projections. */
static void multiply_states(const cell_run *run, size_t t)
{
    const size_t columns = sn_recurrent_columns(run->layer), batch = run->pass->batch;
    float *const products = run->tape.products;
    float *const out = (products ? products : run->tape.gates) + t * batch * columns;
    if (products)
        repeat(weights_of(run, SN_BIAS) + columns, columns, batch, out);
    sn_gemm(SN_AS_IS, SN_AS_IS, batch, columns, units_of(run), product_input(run, t),
            first_kernel(run), 1.0F, out);
}

/* A row's part of the tape at step t. */
static sn_cell_row row_of(const cell_run *run, size_t t, size_t row)
{
    const recurrent_tape *const tape = &run->tape;
    const size_t units = units_of(run), state = state_of(run), at = row * units;
    const size_t now = t * state + at, gates = run->cell->gates;
    const size_t was = before(run, t) * state + at, next = after(run, t) * state + at;
    const bool has_second = run->cell->second != SN_SECOND_NONE;
    return (sn_cell_row){
        .units = units,
        .activation = sn_recurrent_activation(run->layer),
        .recurrent_activation = sn_recurrent_gate_activation(run->layer),
        .gates = tape->gates + now * gates,
        .products = tape->products ? tape->products + now * gates : NULL,
        .hidden = tape->hidden + was,
        .hidden_next = tape->hidden + next,
        .fed = product_input(run, t) + at,
        .carry = tape->carry ? tape->carry + was : NULL,
        .carry_next = tape->carry ? tape->carry + next : NULL,
        .memo = tape->memo + now,
        .second = has_second ? weights_of(run, second_tensor(run)) + second_start(run) : NULL,
        .second_stride = second_stride(run),
        .d_hidden = tape->d_hidden + at,
        .d_fed = tape->d_product + at,
        .d_carry = tape->d_carry ? tape->d_carry + at : NULL};
}

static bool is_masked(const cell_run *run, size_t t, size_t row)
{
    return run->input->mask && !run->input->mask[t * run->pass->batch + row];
}

static void step_forward(const cell_run *run, size_t t)
{
    const size_t units = units_of(run), state = state_of(run);
    if (drops(run))
        multiply(run->tape.hidden + before(run, t) * state, run->tape.scale,
                 run->tape.fed + t * state, state);
    multiply_states(run, t);
    for (size_t r = 0; r < run->pass->batch; r++) {
        const sn_cell_row row = row_of(run, t, r);
        run->cell->forward(&row);
        if (!is_masked(run, t, r))
            continue;
        memcpy(row.hidden_next, row.hidden, units * sizeof *row.hidden);
        if (row.carry)
            memcpy(row.carry_next, row.carry, units * sizeof *row.carry);
    }
}

/* All that the first step needs. */
static void start(const cell_run *run)
{
    const recurrent_tape *const tape = &run->tape;
    const size_t units = units_of(run), state = state_of(run);
    const size_t zero = before(run, step_at(run, 0)) * state;
    project_input(run);
    memset(tape->hidden + zero, 0, state * sizeof *tape->hidden);
    if (tape->carry)
        memset(tape->carry + zero, 0, state * sizeof *tape->carry);
    for (size_t row = 0; drops(run) && row < run->pass->batch; row++)
        sn_recurrent_draw_scale(run->layer, run->number, run->pass->dropout_key,
                                run->pass->row_numbers[row], tape->scale + row * units);
    if (tape->kernel) {
        memcpy(tape->kernel, weights_of(run, SN_RECURRENT_KERNEL),
               units * sn_recurrent_columns(run->layer) * sizeof *tape->kernel);
        clear_second_gate(run, tape->kernel);
    }
}

/* Whether the layer gives zeros for a row's masked step instead of the state that the step copies:
 * as in Keras, one of two directions does. */
static bool hides(const cell_run *run, size_t t, size_t row)
{
    const sn_recurrent_spec *const spec = &run->layer->spec.recurrent;
    return spec->bidirectional && spec->return_sequences && is_masked(run, t, row);
}

/* The run's columns of the layer's output: its states after all steps, or after its last one. */
static void store_output(const cell_run *run, float *output)
{
    const bool sequences = run->layer->spec.recurrent.return_sequences;
    const size_t time = run->layer->input.time, units = units_of(run);
    const size_t first = after(run, sequences ? 0 : step_at(run, time - 1));
    const size_t rows = sequences ? time * run->pass->batch : run->pass->batch;
    const float *const states = run->tape.hidden + first * state_of(run);
    const size_t batch = run->pass->batch;
    for (size_t row = 0; row < rows; row++) {
        float *const to = output + row * run->layer->output.features + run->number * units;
        if (hides(run, row / batch, row % batch))
            memset(to, 0, units * sizeof *to);
        else
            memcpy(to, states + row * units, units * sizeof *to);
    }
}

void sn_recurrent_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                          sn_value *output, float *tape)
{
    for (size_t number = 0; number < sn_recurrent_cells(layer); number++) {
        const cell_run run = make_run(layer, pass, input, number, tape);
        start(&run);
        for (size_t i = 0; i < layer->input.time; i++)
            step_forward(&run, step_at(&run, i));
        store_output(&run, output->x);
    }
}

/* d_hidden from after a step to before it, for rows first .. first + count of step t, whose
 * gradients by the products are there. */
static void hidden_backward(const cell_run *run, size_t t, size_t first, size_t count)
{
    const recurrent_tape *const tape = &run->tape;
    const size_t units = units_of(run), columns = sn_recurrent_columns(run->layer);
    const size_t at = first * units, size = count * units;
    const float *const d_products = tape->products ? tape->products : tape->gates;
    float *const d_product = tape->d_product + at;
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, count, units, columns,
            d_products + (t * run->pass->batch + first) * columns, first_kernel(run),
            run->cell->second == SN_SECOND_MEMO ? 1.0F : 0.0F, d_product);
    if (drops(run))
        multiply(d_product, tape->scale + at, d_product, size);
    if (run->cell->is_direct)
        sn_vec_add(tape->d_hidden + at, d_product, size);
    else
        memcpy(tape->d_hidden + at, d_product, size * sizeof *d_product);
}

/* A masked step copied the state: no gradient goes to the gates. */
static void clear_gates(const cell_run *run, const sn_cell_row *row)
{
    const size_t columns = sn_recurrent_columns(run->layer);
    memset(row->gates, 0, columns * sizeof *row->gates);
    if (row->products)
        memset(row->products, 0, columns * sizeof *row->products);
}

/* Turns step t's gates into the gradients by projections and products, and d_hidden and d_carry
 * from after the step to before it. */
static void step_backward(const cell_run *run, size_t t)
{
    for (size_t r = 0; r < run->pass->batch; r++) {
        const sn_cell_row row = row_of(run, t, r);
        if (is_masked(run, t, r))
            clear_gates(run, &row);
        else
            run->cell->backward(&row);
    }
    if (!run->input->mask) {
        hidden_backward(run, t, 0, run->pass->batch);
        return;
    }
    for (size_t r = 0; r < run->pass->batch; r++)
        if (!is_masked(run, t, r))
            hidden_backward(run, t, r, 1);
}

static void sum_rows(const float *from, size_t rows, size_t columns, float *sum)
{
    for (size_t row = 0; row < rows; row++)
        sn_vec_add(sum, from + row * columns, columns);
}

/* The gradient by the recurrent kernel: d_kernel = beta d_kernel + h^T d_products. */
static void multiply_products(const cell_run *run, float beta, float *d_kernel)
{
    const recurrent_tape *const tape = &run->tape;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, units_of(run), sn_recurrent_columns(run->layer),
            run->layer->input.time * run->pass->batch, product_input(run, 0),
            tape->products ? tape->products : tape->gates, beta, d_kernel);
}

/* Where the second product stands instead of the first, the latter has a gradient of its own only
 * by the other gates. */
static void accumulate_recurrent(const cell_run *run)
{
    float *const d_kernel = gradients_of(run, SN_RECURRENT_KERNEL), *const part = run->tape.kernel;
    if (!part) {
        multiply_products(run, 1.0F, d_kernel);
        return;
    }
    multiply_products(run, 0.0F, part);
    clear_second_gate(run, part);
    sn_vec_add(d_kernel, part, units_of(run) * sn_recurrent_columns(run->layer));
}

/* The weights' gradients, from those by projections and products and the inputs of all timesteps at
 * once. */
static void accumulate_gradients(const cell_run *run)
{
    const recurrent_tape *const tape = &run->tape;
    const size_t rows = run->layer->input.time * run->pass->batch;
    const size_t columns = sn_recurrent_columns(run->layer);
    float *const d_bias = gradients_of(run, SN_BIAS);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, run->layer->input.features, columns, rows, run->input->x,
            tape->gates, 1.0F, gradients_of(run, SN_KERNEL));
    accumulate_recurrent(run);
    sum_rows(tape->gates, rows, columns, d_bias);
    if (tape->products)
        sum_rows(tape->products, rows, columns, d_bias + columns);
    if (run->cell->second != SN_SECOND_NONE)
        accumulate_second(run);
}

/* Adds what the run's columns of d_output give to the states after step t; `steps` are those that
 * come before it in d_output. */
static void add_output_gradient(const cell_run *run, const float *d_output, size_t t, size_t steps)
{
    const size_t units = units_of(run), width = run->layer->output.features;
    for (size_t row = 0; row < run->pass->batch; row++)
        if (!hides(run, t, row))
            sn_vec_add(run->tape.d_hidden + row * units,
                       d_output + (steps * run->pass->batch + row) * width + run->number * units,
                       units);
}

static double sum_of_squares(const float *x, size_t count)
{
    double sum = 0.0;
    for (size_t k = 0; k < count; k++)
        sum += (double)x[k] * (double)x[k];
    return sum;
}

/* For whoever observes the layer: d_hidden and d_carry are the gradients by the states after step
 * t. */
static void add_state_norms(const cell_run *run, size_t t)
{
    const size_t units = units_of(run);
    const float *const d_hidden = run->tape.d_hidden, *const d_carry = run->tape.d_carry;
    for (size_t row = 0; run->layer == run->pass->observed && row < run->pass->batch; row++) {
        const double carried = d_carry ? sum_of_squares(d_carry + row * units, units) : 0.0;
        run->pass->state_norms[t] += sqrt(sum_of_squares(d_hidden + row * units, units) + carried);
    }
}

static void run_backward(const cell_run *run, const float *d_output)
{
    const recurrent_tape *const tape = &run->tape;
    const size_t time = run->layer->input.time, state = state_of(run);
    const bool sequences = run->layer->spec.recurrent.return_sequences;
    memset(tape->d_hidden, 0, state * sizeof *tape->d_hidden);
    if (tape->d_carry)
        memset(tape->d_carry, 0, state * sizeof *tape->d_carry);
    for (size_t i = time; i-- > 0;) {
        const size_t t = step_at(run, i);
        if (sequences || i + 1 == time)
            add_output_gradient(run, d_output, t, sequences ? t : 0);
        if (run->number == 0)
            add_state_norms(run, t);
        step_backward(run, t);
    }
    accumulate_gradients(run);
}

void sn_recurrent_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                           const float *d_output, float *d_input, float *tape)
{
    for (size_t number = 0; number < sn_recurrent_cells(layer); number++) {
        const cell_run run = make_run(layer, pass, input, number, tape);
        run_backward(&run, d_output);
        if (d_input)
            sn_gemm(SN_AS_IS, SN_TRANSPOSED, layer->input.time * pass->batch, layer->input.features,
                    sn_recurrent_columns(layer), run.tape.gates, weights_of(&run, SN_KERNEL),
                    number ? 1.0F : 0.0F, d_input);
    }
}
