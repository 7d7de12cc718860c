/* The cells of recurrent layers. Keras 2 and 3, and seqnet, have one kernel of all gates side by
 * side; Keras 1 has one for each gate, CuDNN transposed ones and two biases. */
#include <string.h>

#include "fill.h"
#include "recurrent.h"

#include "banned.h"

/* One cell's part of the node's arrays. */
typedef struct cell_arrays {
    const sn_filling *f;
    /* number of the first, and how many there are */
    size_t first, count;
    /* E, H and G */
    size_t features, units, gates;
    float *kernel, *recurrent, *bias;
    /* rows of the bias: 2 for a GRU that resets after the product */
    size_t bias_rows;
    bool is_cudnn;
} cell_arrays;

static seqnet_status take(const cell_arrays *c, size_t number, const char *what, size_t rank,
                          size_t rows, size_t columns, const float **values)
{
    const size_t shape[2] = {rank == 1 ? columns : rows, columns};
    const sn_weights_array *array;
    *values = NULL;
    if (number >= c->count)
        return sn_filling_refuse_count(c->f);
    SN_TRY(sn_filling_array(c->f, c->first + number, what, rank, shape, &array));
    *values = array->values;
    return SEQNET_OK;
}

/* Puts the kernel of one gate, [rows, units], into that of all. */
static void put_gate(const cell_arrays *c, float *to, const float *gate, size_t rows, size_t number)
{
    for (size_t row = 0; row < rows; row++)
        memcpy(to + (row * c->gates + number) * c->units, gate + row * c->units,
               c->units * sizeof *to);
}

/* W, U and b of each gate: i, c, f, o of an LSTM; z, r, h of a GRU; one of a SimpleRNN. */
static seqnet_status fill_old(const cell_arrays *c)
{
    static const size_t lstm[] = {0, 2, 1, 3}, plain[] = {0, 1, 2};
    const size_t *const places = c->gates == 4 ? lstm : plain;
    for (size_t gate = 0; gate < c->gates; gate++) {
        const float *w, *u, *b;
        SN_TRY(take(c, 3 * gate, "W of a gate", 2, c->features, c->units, &w));
        SN_TRY(take(c, 3 * gate + 1, "U of a gate", 2, c->units, c->units, &u));
        SN_TRY(take(c, 3 * gate + 2, "b of a gate", 1, 1, c->units, &b));
        put_gate(c, c->kernel, w, c->features, places[gate]);
        put_gate(c, c->recurrent, u, c->units, places[gate]);
        put_gate(c, c->bias, b, 1, places[gate]);
    }
    return SEQNET_OK;
}

/* The biases of input and state, which are added up where the cell has one. */
static void fill_two_biases(const cell_arrays *c, const float *bias)
{
    const size_t columns = c->gates * c->units;
    for (size_t i = 0; i < columns; i++) {
        c->bias[i] = c->bias_rows == 2 ? bias[i] : bias[i] + bias[columns + i];
        if (c->bias_rows == 2)
            c->bias[columns + i] = bias[columns + i];
    }
}

/* CuDNN's kernel of a gate is the transposed one, [units, rows], whatever shape the file says. */
static void fill_transposed(const cell_arrays *c, float *to, const float *kernel, size_t rows,
                            bool is_input)
{
    const size_t columns = c->gates * c->units;
    for (size_t gate = 0; gate < c->gates; gate++)
        for (size_t row = 0; row < rows; row++)
            for (size_t unit = 0; unit < c->units; unit++) {
                /* of the input: place unit * rows + row of the gate's [rows, units] */
                const size_t place = unit * rows + row;
                const size_t from_row = is_input ? place / c->units : unit,
                             from_column = is_input ? place % c->units : row;
                to[row * columns + gate * c->units + unit] =
                    kernel[from_row * columns + gate * c->units + from_column];
            }
}

static seqnet_status fill_bias(const cell_arrays *c)
{
    const size_t columns = c->gates * c->units;
    const float *bias;
    if (c->count == 2) {
        memset(c->bias, 0, c->bias_rows * columns * sizeof *c->bias);
        return SEQNET_OK;
    }
    if (c->is_cudnn) {
        SN_TRY(take(c, 2, "bias", 1, 1, 2 * columns, &bias));
        fill_two_biases(c, bias);
        return SEQNET_OK;
    }
    SN_TRY(take(c, 2, "bias", c->bias_rows == 2 ? 2 : 1, 2, columns, &bias));
    memcpy(c->bias, bias, c->bias_rows * columns * sizeof *c->bias);
    return SEQNET_OK;
}

static seqnet_status fill_new(const cell_arrays *c)
{
    const size_t columns = c->gates * c->units;
    const float *kernel, *recurrent;
    SN_TRY(take(c, 0, "kernel", 2, c->features, columns, &kernel));
    SN_TRY(take(c, 1, "recurrent kernel", 2, c->units, columns, &recurrent));
    if (c->is_cudnn) {
        fill_transposed(c, c->kernel, kernel, c->features, true);
        fill_transposed(c, c->recurrent, recurrent, c->units, false);
    } else {
        memcpy(c->kernel, kernel, c->features * columns * sizeof *kernel);
        memcpy(c->recurrent, recurrent, c->units * columns * sizeof *recurrent);
    }
    return fill_bias(c);
}

/* Keras loads arrays of CuDNN's into its own layers, too, and tells them by their two biases in a
 * row. */
static bool is_cudnn(const sn_graph_node *node, size_t columns)
{
    const char *const inner = sn_json_text(sn_json_member(node->config, "layer"), "class_name");
    const sn_weights_array *const bias = node->array_count > 2 ? node->arrays[2] : NULL;
    return strncmp(inner ? inner : node->class_name, "CuDNN", 5) == 0 ||
           (columns > 0 && bias && bias->rank == 1 && bias->shape[0] == 2 * columns);
}

static seqnet_status fill_cell(const sn_filling *f, size_t number, size_t first, size_t count)
{
    const size_t tensors = number * SN_CELL_TENSORS;
    const sn_cell *const cell = sn_layer_cell(f->layer);
    const cell_arrays c = {
        .f = f,
        .first = first,
        .count = count,
        .features = f->layer->input.features,
        .units = f->layer->spec.recurrent.units,
        .gates = cell->gates,
        .kernel = sn_filling_tensor(f, tensors + SN_KERNEL),
        .recurrent = sn_filling_tensor(f, tensors + SN_RECURRENT_KERNEL),
        .bias = sn_filling_tensor(f, tensors + SN_BIAS),
        .bias_rows = sn_cell_keeps_products(cell) ? 2 : 1,
        .is_cudnn = is_cudnn(f->node, cell->gates > 1 ? sn_recurrent_columns(f->layer) : 0)};
    if (cell->second == SN_SECOND_CARRY) {
        const float *carry;
        SN_TRY(take(&c, 3, "carry kernel", 2, c.units, c.units, &carry));
        memcpy(sn_filling_tensor(f, tensors + SN_CARRY_KERNEL), carry,
               c.units * c.units * sizeof *carry);
        return fill_new(&c);
    }
    if (count > 3 || (c.gates > 1 && count == 3 * c.gates))
        return fill_old(&c);
    return fill_new(&c);
}

seqnet_status sn_fill_cells(const sn_filling *f, bool only_second)
{
    const size_t cells = only_second ? 1 : sn_recurrent_cells(f->layer);
    const size_t count = f->node->array_count / cells;
    if (count == 0 || count * cells != f->node->array_count)
        return sn_filling_refuse_count(f);
    if (only_second) {
        memset(f->weights + f->layer->offsets[0], 0, f->layer->parameters * sizeof *f->weights);
        return fill_cell(f, 1, 0, count);
    }
    for (size_t number = 0; number < cells; number++)
        SN_TRY(fill_cell(f, number, number * count, count));
    return SEQNET_OK;
}
