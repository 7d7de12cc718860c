#include "packed_cell.h"

#include <string.h>

#include "memory.h"

#include "banned.h"

void sn_packed_cell_measure(sn_packed_cell *packed, const sn_layer *recurrent)
{
    const size_t units = recurrent->spec.recurrent.units;
    const size_t width = (units + SN_LANES - 1) / SN_LANES * SN_LANES;
    const sn_cell *const cell = sn_layer_cell(recurrent);
    *packed = (sn_packed_cell){.cell = cell,
                               .activation = sn_recurrent_activation(recurrent),
                               .recurrent_activation = sn_recurrent_gate_activation(recurrent),
                               .features = recurrent->input.features,
                               .units = units,
                               .width = width,
                               .columns = cell->gates * width};
}

static size_t lay_out(sn_packed_cell *packed, float *block)
{
    const size_t columns = packed->columns;
    size_t used = 0;
    packed->recurrent = sn_carve(block, &used, packed->width * columns);
    packed->recurrent_transposed = sn_carve(block, &used, packed->width * columns);
    packed->bias = sn_carve(block, &used, columns);
    if (sn_cell_keeps_products(packed->cell))
        packed->recurrent_bias = sn_carve(block, &used, columns);
    packed->kernel = sn_carve(block, &used, packed->features * columns);
    packed->kernel_transposed = sn_carve(block, &used, packed->features * columns);
    return used;
}

size_t sn_packed_cell_size(const sn_layer *recurrent)
{
    sn_packed_cell packed;
    sn_packed_cell_measure(&packed, recurrent);
    return lay_out(&packed, NULL);
}

void sn_packed_cell_init(sn_packed_cell *packed, const sn_layer *recurrent, float *block)
{
    sn_packed_cell_measure(packed, recurrent);
    memset(block, 0, lay_out(packed, block) * sizeof *block);
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

void sn_packed_cell_load(sn_packed_cell *packed, const sn_layer *embedding,
                         const sn_layer *recurrent, const float *weights)
{
    const size_t units = packed->units, features = packed->features;
    const float *const kernel = weights + recurrent->offsets[SN_KERNEL];
    const float *const recurrent_kernel = weights + recurrent->offsets[SN_RECURRENT_KERNEL];
    packed->table = weights + embedding->offsets[0];
    pack(packed, kernel, features, features, packed->kernel);
    pack(packed, recurrent_kernel, units, packed->width, packed->recurrent);
    pack_biases(packed, weights + recurrent->offsets[SN_BIAS]);
    pack_transposed(packed, kernel, features, features, packed->kernel_transposed);
    pack_transposed(packed, recurrent_kernel, units, SN_LANES, packed->recurrent_transposed);
}

void sn_packed_cell_project(const sn_packed_cell *packed, const int32_t *ids, size_t count,
                            float *out)
{
    const sn_projection projection = {.count = count,
                                      .features = packed->features,
                                      .units = packed->width,
                                      .gates = packed->cell->gates,
                                      .table = packed->table,
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

void sn_packed_cell_store_gradients(const sn_packed_cell *packed, const sn_layer *recurrent,
                                    const float *d_kernel, const float *d_recurrent,
                                    const float *d_bias, float *gradients)
{
    const sn_cell *const cell = packed->cell;
    float *const bias = gradients + recurrent->offsets[SN_BIAS];
    unpack_rows(packed, d_kernel, packed->features, gradients + recurrent->offsets[SN_KERNEL]);
    unpack_rows(packed, d_recurrent, packed->units,
                gradients + recurrent->offsets[SN_RECURRENT_KERNEL]);
    unpack_rows(packed, d_bias, 1, bias);
    if (!sn_cell_keeps_products(cell))
        return;
    for (size_t gate = 0; gate < cell->gates; gate++)
        unpack_gate(packed,
                    gate < cell->fused ? d_bias : d_recurrent + packed->width * packed->columns,
                    gate, bias + (cell->gates + gate) * packed->units);
}
