/*
 * The tape, all time-major:
 *
 *     gates       [T, B, G H]   projections, then activated gates, in place; backward turns them
 *                               into the gradients by the projections
 *     products    [T, B, G H]   of a cell that keeps products apart: these, then the gradients by
 *                               them. Other cells' gradients by the products are those by the
 *                               projections
 *     hidden      [T + 1, B, H] hidden[0] is the zero state, hidden[t + 1] the state after step t
 *     carry       [T + 1, B, H] likewise, of a cell that carries a state
 *     memo        [T, B, H]     the cell's own
 *     d_hidden, d_carry [B, H]  backward's running gradients
 *     d_product   [B, H]        the part of d_hidden that goes through the product
 *     scale       [B, H]        with recurrent dropout: what h is multiplied by
 *     fed         [T, B, H]     likewise: h times scale, as each step's product takes it
 */
#include "recurrent.h"

#include <math.h>
#include <string.h>

#include "dropout.h"
#include "gemm.h"
#include "initializers.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

typedef struct recurrent_tape {
    float *gates, *products, *hidden, *carry, *memo, *d_hidden, *d_carry, *d_product, *scale, *fed;
} recurrent_tape;

static size_t lay_out(const sn_layer *layer, size_t batch, float *block, recurrent_tape *tape)
{
    const sn_cell *const cell = layer->ops->cell;
    const size_t time = layer->input.time, state = batch * layer->spec.recurrent.units;
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
    return used;
}

size_t sn_recurrent_tape_size(const sn_layer *layer, size_t batch)
{
    recurrent_tape tape;
    return lay_out(layer, batch, NULL, &tape);
}

static size_t columns_of(const sn_layer *layer)
{
    return layer->ops->cell->gates * layer->spec.recurrent.units;
}

seqnet_status sn_recurrent_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const size_t units = layer->spec.recurrent.units, columns = columns_of(layer);
    const size_t kernel[2] = {layer->input.features, columns}, recurrent[2] = {units, columns};
    const size_t one_bias[1] = {columns}, two_biases[2] = {2, columns};
    const bool two = sn_cell_keeps_products(layer->ops->cell);
    if (!layer->input.time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the layer '%s' takes a sequence, not one vector per row", layer->name);
    layer->output.time = layer->spec.recurrent.return_sequences ? layer->input.time : 0;
    layer->output.features = units;
    SN_TRY(sn_tensor_table_add(table, layer->name, "kernel", 2, kernel, &layer->offsets[SN_KERNEL],
                               err));
    SN_TRY(sn_tensor_table_add(table, layer->name, "recurrent_kernel", 2, recurrent,
                               &layer->offsets[SN_RECURRENT_KERNEL], err));
    return sn_tensor_table_add(table, layer->name, "bias", two ? 2 : 1, two ? two_biases : one_bias,
                               &layer->offsets[SN_BIAS], err);
}

void sn_recurrent_initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    const sn_cell *const cell = layer->ops->cell;
    const size_t units = layer->spec.recurrent.units, columns = columns_of(layer);
    float *const bias = weights + layer->offsets[SN_BIAS];
    sn_init_glorot_uniform(weights + layer->offsets[SN_KERNEL], layer->input.features, columns,
                           rng);
    sn_init_orthogonal(weights + layer->offsets[SN_RECURRENT_KERNEL], units, columns, scratch, rng);
    memset(bias, 0, columns * (sn_cell_keeps_products(cell) ? 2 : 1) * sizeof *bias);
    if (cell->initialise_bias)
        cell->initialise_bias(bias, units);
}

static void repeat(const float *row, size_t columns, size_t rows, float *out)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(out + r * columns, row, columns * sizeof *out);
}

/* gates = x kernel + bias for all timesteps at once. */
static void project_input(const sn_layer *layer, const sn_pass *pass, const float *input,
                          float *gates)
{
    const size_t rows = layer->input.time * pass->batch, columns = columns_of(layer);
    repeat(sn_layer_weights(layer, pass, SN_BIAS), columns, rows, gates);
    sn_gemm(SN_AS_IS, SN_AS_IS, rows, columns, layer->input.features, input,
            sn_layer_weights(layer, pass, SN_KERNEL), 1.0F, gates);
}

static bool drops(const sn_layer *layer, const sn_pass *pass)
{
    return layer->spec.recurrent.recurrent_dropout > 0.0 && pass->row_numbers;
}

void sn_recurrent_draw_scale(const sn_layer *layer, uint64_t dropout_key, size_t row_number,
                             float *scale)
{
    sn_dropout_fill(scale, layer->spec.recurrent.units, layer->spec.recurrent.recurrent_dropout,
                    dropout_key, sn_dropout_source(layer->name, SN_DROP_RECURRENT), row_number);
}

/* y = a * b */
static void multiply(const float *a, const float *b, float *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] * b[i];
}

/* The states before step t as its recurrent product takes them. */
static const float *product_input(const sn_layer *layer, const sn_pass *pass,
                                  const recurrent_tape *tape, size_t t)
{
    const size_t state = pass->batch * layer->spec.recurrent.units;
    return (drops(layer, pass) ? tape->fed : tape->hidden) + t * state;
}

/* Step t's recurrent products: into the tape's, or onto the projections. */
static void multiply_states(const sn_layer *layer, const sn_pass *pass, const recurrent_tape *tape,
                            size_t t)
{
    const size_t units = layer->spec.recurrent.units, columns = columns_of(layer);
    const size_t batch = pass->batch;
    float *const out = (tape->products ? tape->products : tape->gates) + t * batch * columns;
    if (tape->products)
        repeat(sn_layer_weights(layer, pass, SN_BIAS) + columns, columns, batch, out);
    sn_gemm(SN_AS_IS, SN_AS_IS, batch, columns, units, product_input(layer, pass, tape, t),
            sn_layer_weights(layer, pass, SN_RECURRENT_KERNEL), 1.0F, out);
}

/* A row's part of the tape at step t. */
static sn_cell_row row_of(const sn_layer *layer, const sn_pass *pass, const recurrent_tape *tape,
                          size_t t, size_t row)
{
    const size_t units = layer->spec.recurrent.units, state = pass->batch * units;
    const size_t now = t * state + row * units, next = now + state;
    const size_t gates = layer->ops->cell->gates;
    return (sn_cell_row){.units = units,
                         .gates = tape->gates + now * gates,
                         .products = tape->products ? tape->products + now * gates : NULL,
                         .hidden = tape->hidden + now,
                         .hidden_next = tape->hidden + next,
                         .carry = tape->carry ? tape->carry + now : NULL,
                         .carry_next = tape->carry ? tape->carry + next : NULL,
                         .memo = tape->memo + now,
                         .d_hidden = tape->d_hidden + row * units,
                         .d_carry = tape->d_carry ? tape->d_carry + row * units : NULL};
}

static bool is_masked(const sn_value *input, size_t batch, size_t t, size_t row)
{
    return input->mask && !input->mask[t * batch + row];
}

static void step_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                         const recurrent_tape *tape, size_t t)
{
    const size_t units = layer->spec.recurrent.units, state = pass->batch * units;
    if (drops(layer, pass))
        multiply(tape->hidden + t * state, tape->scale, tape->fed + t * state, state);
    multiply_states(layer, pass, tape, t);
    for (size_t r = 0; r < pass->batch; r++) {
        const sn_cell_row row = row_of(layer, pass, tape, t, r);
        layer->ops->cell->forward(&row);
        if (!is_masked(input, pass->batch, t, r))
            continue;
        memcpy(row.hidden_next, row.hidden, units * sizeof *row.hidden);
        if (row.carry)
            memcpy(row.carry_next, row.carry, units * sizeof *row.carry);
    }
}

static void draw_scales(const sn_layer *layer, const sn_pass *pass, float *scale)
{
    for (size_t row = 0; row < pass->batch; row++)
        sn_recurrent_draw_scale(layer, pass->dropout_key, pass->row_numbers[row],
                                scale + row * layer->spec.recurrent.units);
}

void sn_recurrent_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                          sn_value *output, float *tape)
{
    const size_t time = layer->input.time, state = pass->batch * layer->spec.recurrent.units;
    recurrent_tape parts;
    (void)lay_out(layer, pass->batch, tape, &parts);
    project_input(layer, pass, input->x, parts.gates);
    memset(parts.hidden, 0, state * sizeof *parts.hidden);
    if (parts.carry)
        memset(parts.carry, 0, state * sizeof *parts.carry);
    if (drops(layer, pass))
        draw_scales(layer, pass, parts.scale);
    for (size_t t = 0; t < time; t++)
        step_forward(layer, pass, input, &parts, t);
    if (layer->spec.recurrent.return_sequences)
        memcpy(output->x, parts.hidden + state, time * state * sizeof *output->x);
    else
        memcpy(output->x, parts.hidden + time * state, state * sizeof *output->x);
}

/* d_hidden from after a step to before it, for rows first .. first + count of step t, whose
 * gradients by the products are there. */
static void hidden_backward(const sn_layer *layer, const sn_pass *pass, const recurrent_tape *tape,
                            size_t t, size_t first, size_t count)
{
    const size_t units = layer->spec.recurrent.units, columns = columns_of(layer);
    const size_t at = first * units, size = count * units;
    const float *const d_products = tape->products ? tape->products : tape->gates;
    float *const d_product = tape->d_product + at;
    sn_gemm(SN_AS_IS, SN_TRANSPOSED, count, units, columns,
            d_products + (t * pass->batch + first) * columns,
            sn_layer_weights(layer, pass, SN_RECURRENT_KERNEL), 0.0F, d_product);
    if (drops(layer, pass))
        multiply(d_product, tape->scale + at, d_product, size);
    if (layer->ops->cell->is_direct)
        sn_vec_add(tape->d_hidden + at, d_product, size);
    else
        memcpy(tape->d_hidden + at, d_product, size * sizeof *d_product);
}

/* A masked step copied the state: no gradient goes to the gates. */
static void clear_gates(const sn_layer *layer, const sn_cell_row *row)
{
    const size_t columns = columns_of(layer);
    memset(row->gates, 0, columns * sizeof *row->gates);
    if (row->products)
        memset(row->products, 0, columns * sizeof *row->products);
}

/* Turns step t's gates into the gradients by projections and products, and d_hidden and d_carry
 * from after the step to before it. */
static void step_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                          const recurrent_tape *tape, size_t t)
{
    for (size_t r = 0; r < pass->batch; r++) {
        const sn_cell_row row = row_of(layer, pass, tape, t, r);
        if (is_masked(input, pass->batch, t, r))
            clear_gates(layer, &row);
        else
            layer->ops->cell->backward(&row);
    }
    if (!input->mask) {
        hidden_backward(layer, pass, tape, t, 0, pass->batch);
        return;
    }
    for (size_t r = 0; r < pass->batch; r++)
        if (!is_masked(input, pass->batch, t, r))
            hidden_backward(layer, pass, tape, t, r, 1);
}

static void sum_rows(const float *from, size_t rows, size_t columns, float *sum)
{
    for (size_t row = 0; row < rows; row++)
        sn_vec_add(sum, from + row * columns, columns);
}

/* The weights' gradients, from those by projections and products and the inputs of all timesteps at
 * once. */
static void accumulate_gradients(const sn_layer *layer, const sn_pass *pass, const float *input,
                                 const recurrent_tape *tape)
{
    const size_t units = layer->spec.recurrent.units, features = layer->input.features;
    const size_t rows = layer->input.time * pass->batch, columns = columns_of(layer);
    float *const d_bias = sn_layer_gradients(layer, pass, SN_BIAS);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, rows, input, tape->gates, 1.0F,
            sn_layer_gradients(layer, pass, SN_KERNEL));
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, units, columns, rows, product_input(layer, pass, tape, 0),
            tape->products ? tape->products : tape->gates, 1.0F,
            sn_layer_gradients(layer, pass, SN_RECURRENT_KERNEL));
    sum_rows(tape->gates, rows, columns, d_bias);
    if (tape->products)
        sum_rows(tape->products, rows, columns, d_bias + columns);
}

/* For whoever observes the layer: d_hidden is the gradient by the states after step t. */
static void add_state_norms(const sn_layer *layer, const sn_pass *pass, const float *d_hidden,
                            size_t t)
{
    const size_t units = layer->spec.recurrent.units;
    for (size_t row = 0; layer == pass->observed && row < pass->batch; row++) {
        double sum = 0.0;
        for (size_t k = 0; k < units; k++)
            sum += (double)d_hidden[row * units + k] * (double)d_hidden[row * units + k];
        pass->state_norms[t] += sqrt(sum);
    }
}

void sn_recurrent_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                           const float *d_output, float *d_input, float *tape)
{
    const size_t time = layer->input.time, columns = columns_of(layer);
    const size_t state = pass->batch * layer->spec.recurrent.units;
    recurrent_tape parts;
    (void)lay_out(layer, pass->batch, tape, &parts);
    memset(parts.d_hidden, 0, state * sizeof *parts.d_hidden);
    if (parts.d_carry)
        memset(parts.d_carry, 0, state * sizeof *parts.d_carry);
    for (size_t t = time; t-- > 0;) {
        if (layer->spec.recurrent.return_sequences)
            sn_vec_add(parts.d_hidden, d_output + t * state, state);
        else if (t + 1 == time)
            sn_vec_add(parts.d_hidden, d_output, state);
        add_state_norms(layer, pass, parts.d_hidden, t);
        step_backward(layer, pass, input, &parts, t);
    }
    accumulate_gradients(layer, pass, input->x, &parts);
    if (d_input)
        sn_gemm(SN_AS_IS, SN_TRANSPOSED, time * pass->batch, layer->input.features, columns,
                parts.gates, sn_layer_weights(layer, pass, SN_KERNEL), 0.0F, d_input);
}

const sn_spec_field sn_recurrent_fields[] = {
    {.key = "units",
     .type = SN_FIELD_SIZE,
     .offset = offsetof(sn_layer_spec, recurrent.units),
     .most = SN_MAX_FILE_UNITS},
    {.key = "return_sequences",
     .type = SN_FIELD_BOOL,
     .offset = offsetof(sn_layer_spec, recurrent.return_sequences)},
    {.key = "recurrent_dropout",
     .type = SN_FIELD_RATE,
     .offset = offsetof(sn_layer_spec, recurrent.recurrent_dropout),
     .is_left_out = true},
    {.key = NULL}};
