#include "packed_cell.h"

#include <string.h>

#include "memory.h"

#include "banned.h"

void sn_packed_cell_measure(sn_packed_cell *packed, const sn_layer *layer, size_t features,
                            size_t direction)
{
    const sn_cell *const cell = sn_layer_cell(layer);
    const size_t units = layer->spec.recurrent.units;
    const size_t width = sn_padded_units(units);
    *packed = (sn_packed_cell){.cell = cell,
                               .layer = layer,
                               .offsets = layer->offsets + direction * SN_CELL_TENSORS,
                               .activation = sn_recurrent_activation(layer),
                               .recurrent_activation = sn_recurrent_gate_activation(layer),
                               .features = features,
                               .units = units,
                               .width = width,
                               .columns = cell->gates * width};
}

static size_t lay_out(sn_packed_cell *packed, float *block)
{
    const size_t columns = packed->columns, square = packed->width * packed->width;
    size_t used = 0;
    packed->recurrent = sn_carve(block, &used, packed->width * columns);
    packed->recurrent_transposed = sn_carve(block, &used, packed->width * columns);
    packed->bias = sn_carve(block, &used, columns);
    if (sn_cell_keeps_products(packed->cell))
        packed->recurrent_bias = sn_carve(block, &used, columns);
    packed->kernel = sn_carve(block, &used, packed->features * columns);
    packed->kernel_transposed = sn_carve(block, &used, packed->features * columns);
    if (packed->cell->second) {
        packed->second = sn_carve(block, &used, square);
        packed->second_transposed = sn_carve(block, &used, square);
    }
    return used;
}

size_t sn_packed_cell_size(const sn_packed_cell *packed)
{
    sn_packed_cell measured = *packed;
    return lay_out(&measured, NULL);
}

void sn_packed_cell_lay_out(sn_packed_cell *packed, float *block)
{
    memset(block, 0, sn_packed_cell_size(packed) * sizeof *block);
    (void)lay_out(packed, block);
}

/* Where a gate of a unit stands in a packed row. */
static size_t packed_column(size_t gates, size_t gate, size_t unit)
{
    return (unit / SN_LANES * gates + gate) * SN_LANES + unit % SN_LANES;
}

/* Packs a [rows, G units] matrix; the packed one has `depth` rows, the others stay zero. */
static void pack(const sn_packed_cell *packed, const float *from, size_t rows, size_t depth,
                 float *to)
{
    const size_t gates = packed->cell->gates, units = packed->units, block = gates * SN_LANES;
    for (size_t k = 0; k < rows; k++)
        for (size_t gate = 0; gate < gates; gate++)
            for (size_t unit = 0; unit < units; unit += SN_LANES) {
                const size_t count = units - unit < SN_LANES ? units - unit : SN_LANES;
                memcpy(to + unit * gates * depth + k * block + gate * SN_LANES,
                       from + (k * gates + gate) * units + unit, count * sizeof *to);
            }
}

/* Transposes a [rows, G units] matrix into blocks of `lanes` columns of the result: [rows / lanes]
 * [G width, packed order] [lanes]. */
static void pack_transposed(const sn_packed_cell *packed, const float *from, size_t rows,
                            size_t lanes, float *to)
{
    const size_t gates = packed->cell->gates, units = packed->units;
    for (size_t gate = 0; gate < gates; gate++)
        for (size_t unit = 0; unit < units; unit++) {
            float *const row = to + packed_column(gates, gate, unit) * lanes;
            const float *const column = from + gate * units + unit;
            for (size_t k = 0; k < rows; k++)
                row[k / lanes * packed->columns * lanes + k % lanes] = column[k * gates * units];
        }
}

/* The bias of the projections takes in that of the products which are added to them. */
static void pack_biases(sn_packed_cell *packed, const float *bias)
{
    const sn_cell *const cell = packed->cell;
    pack(packed, bias, 1, 1, packed->bias);
    if (!sn_cell_keeps_products(cell))
        return;
    const float *const second = bias + cell->gates * packed->units;
    pack(packed, second, 1, 1, packed->recurrent_bias);
    for (size_t gate = 0; gate < cell->fused; gate++)
        for (size_t unit = 0; unit < packed->units; unit++)
            packed->bias[packed_column(cell->gates, gate, unit)] +=
                second[gate * packed->units + unit];
}

/* The matrix of the second product, `stride` floats from row to row, as the kernels want it. */
static void pack_second(const sn_packed_cell *packed, const float *from, size_t stride)
{
    const size_t units = packed->units, width = packed->width;
    for (size_t k = 0; k < units; k++)
        for (size_t unit = 0; unit < units; unit++) {
            const float value = from[k * stride + unit];
            packed->second[(unit / SN_LANES * width + k) * SN_LANES + unit % SN_LANES] = value;
            packed->second_transposed[(k / SN_LANES * width + unit) * SN_LANES + k % SN_LANES] =
                value;
        }
}

/* Clears a gate's columns of the first product, in both forms. */
static void clear_gate(const sn_packed_cell *packed, size_t gate)
{
    const size_t gates = packed->cell->gates, width = packed->width;
    for (size_t unit = 0; unit < width; unit++) {
        const size_t column = packed_column(gates, gate, unit);
        for (size_t k = 0; k < width; k++) {
            packed->recurrent[unit / SN_LANES * gates * SN_LANES * width + k * gates * SN_LANES +
                              gate * SN_LANES + unit % SN_LANES] = 0.0F;
            packed->recurrent_transposed[k / SN_LANES * packed->columns * SN_LANES +
                                         column * SN_LANES + k % SN_LANES] = 0.0F;
        }
    }
}

static void load_second(const sn_packed_cell *packed, const float *weights)
{
    const sn_cell *const cell = packed->cell;
    const size_t units = packed->units;
    if (cell->second == SN_SECOND_CARRY)
        pack_second(packed, weights + packed->offsets[SN_CARRY_KERNEL], units);
    if (cell->second != SN_SECOND_MEMO)
        return;
    pack_second(packed, weights + packed->offsets[SN_RECURRENT_KERNEL] + cell->second_gate * units,
                cell->gates * units);
    clear_gate(packed, cell->second_gate);
}

void sn_packed_cell_load(sn_packed_cell *packed, const float *weights)
{
    const size_t units = packed->units, features = packed->layer->input.features;
    const float *const kernel = weights + packed->offsets[SN_KERNEL];
    const float *const recurrent_kernel = weights + packed->offsets[SN_RECURRENT_KERNEL];
    pack(packed, kernel, features, packed->features, packed->kernel);
    pack(packed, recurrent_kernel, units, packed->width, packed->recurrent);
    pack_biases(packed, weights + packed->offsets[SN_BIAS]);
    pack_transposed(packed, kernel, features, packed->features, packed->kernel_transposed);
    pack_transposed(packed, recurrent_kernel, units, SN_LANES, packed->recurrent_transposed);
    load_second(packed, weights);
}

void sn_packed_cell_project(const sn_packed_cell *packed, const float *table, const int32_t *ids,
                            size_t count, float *out)
{
    const sn_projection projection = {.count = count,
                                      .features = packed->features,
                                      .units = packed->width,
                                      .gates = packed->cell->gates,
                                      .table = table,
                                      .ids = ids,
                                      .kernel = packed->kernel,
                                      .bias = packed->bias,
                                      .out = out};
    sn_kernels_best()->project(&projection);
}

/* One gate of a row in packed order, as the slab has it. */
static void unpack_gate(const sn_packed_cell *packed, const float *row, size_t gate, float *to)
{
    for (size_t unit = 0; unit < packed->units; unit++)
        to[unit] = row[packed_column(packed->cell->gates, gate, unit)];
}

static void unpack_rows(const sn_packed_cell *packed, const float *from, size_t rows, float *to)
{
    const size_t gates = packed->cell->gates;
    for (size_t row = 0; row < rows; row++)
        for (size_t gate = 0; gate < gates; gate++)
            unpack_gate(packed, from + row * packed->columns, gate,
                        to + (row * gates + gate) * packed->units);
}

/* The gradients of the second product's matrix, to where the slab has it. */
static void store_second(const sn_packed_cell *packed, const float *d_second, float *gradients)
{
    const sn_cell *const cell = packed->cell;
    const size_t units = packed->units;
    const bool has_tensor = cell->second == SN_SECOND_CARRY;
    float *const to =
        has_tensor ? gradients + packed->offsets[SN_CARRY_KERNEL]
                   : gradients + packed->offsets[SN_RECURRENT_KERNEL] + cell->second_gate * units;
    for (size_t k = 0; k < units; k++)
        unpack_gate(packed, d_second + k * packed->columns, cell->second_gate,
                    to + k * (has_tensor ? units : cell->gates * units));
}

void sn_packed_cell_store_gradients(const sn_packed_cell *packed, const float *d_kernel,
                                    const float *d_recurrent, const float *d_bias, float *gradients)
{
    const sn_cell *const cell = packed->cell;
    const size_t columns = packed->columns;
    float *const bias = gradients + packed->offsets[SN_BIAS];
    const float *rest = d_recurrent + packed->width * columns;
    unpack_rows(packed, d_kernel, packed->layer->input.features,
                gradients + packed->offsets[SN_KERNEL]);
    unpack_rows(packed, d_recurrent, packed->units,
                gradients + packed->offsets[SN_RECURRENT_KERNEL]);
    unpack_rows(packed, d_bias, 1, bias);
    if (sn_cell_keeps_products(cell)) {
        for (size_t gate = 0; gate < cell->gates; gate++)
            unpack_gate(packed, gate < cell->fused ? d_bias : rest, gate,
                        bias + (cell->gates + gate) * packed->units);
        rest += columns;
    }
    if (cell->second)
        store_second(packed, rest, gradients);
}
