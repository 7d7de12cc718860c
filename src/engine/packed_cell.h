/*
 * The weights of one cell of a recurrent layer as the kernels take them: packed
 * (kernels/kernels.h), with the units padded to `width`, a multiple of SN_LANES. Matrices of
 * gradients are row-major with their columns in packed order, G width of them.
 */
#ifndef SN_PACKED_CELL_H
#define SN_PACKED_CELL_H

#include "recurrent.h"

/* The arrays lie in one block of sn_packed_cell_size() floats. */
typedef struct sn_packed_cell {
    const sn_cell *cell;
    const sn_layer *layer;
    /* of the cell's tensors in a slab: SN_KERNEL and so on */
    const size_t *offsets;
    /* sn_activation */
    int activation, recurrent_activation;
    /* features: floats of the vector that a timestep brings; those beyond the layer's own are 0.
     * columns = G width */
    size_t features, units, width, columns;
    /* packed [features, G width], and [G width, features] */
    float *kernel, *kernel_transposed;
    /* packed rows; the second is NULL for a cell that keeps no products apart, and used for the
     * gates whose product it does */
    float *bias, *recurrent_bias;
    /* packed [width, G width], and as sn_step_backward wants it */
    float *recurrent, *recurrent_transposed;
    /* of a cell with a second product, else NULL: its matrix as the kernels want it */
    float *second, *second_transposed;
} sn_packed_cell;

/* Sets all but the arrays. `direction` is 1 for the cell of a bidirectional layer that reads
 * backward, else 0. */
void sn_packed_cell_measure(sn_packed_cell *packed, const sn_layer *layer, size_t features,
                            size_t direction);

/* Floats of the block for a measured cell. */
size_t sn_packed_cell_size(const sn_packed_cell *packed);

/* Lays the arrays of a measured cell out in `block`, which stays the caller's. */
void sn_packed_cell_lay_out(sn_packed_cell *packed, float *block);

/* Packs the weights of the cell from the slab. */
void sn_packed_cell_load(sn_packed_cell *packed, const float *weights);

/* out[i] = the projection of row ids[i] of a table of vectors. */
void sn_packed_cell_project(const sn_packed_cell *packed, const float *table, const int32_t *ids,
                            size_t count, float *out);

/* Rows of a matrix of gradients by the recurrent weights: `width`, one more for the recurrent bias
 * where the cell has one, and `width` more where it has a second product. */
static inline size_t sn_packed_recurrent_rows(const sn_packed_cell *packed)
{
    return packed->width + sn_cell_keeps_products(packed->cell) +
           (packed->cell->second ? packed->width : 0);
}

/* The rows of such a matrix that belong to the second product. */
static inline float *sn_packed_second_rows(const sn_packed_cell *packed, float *d_recurrent)
{
    return d_recurrent + (packed->width + sn_cell_keeps_products(packed->cell)) * packed->columns;
}

/* Of a cell's states before a step and its memo, what the second product takes. */
static inline const float *sn_packed_second_input(const sn_packed_cell *packed, const float *carry,
                                                  const float *memo)
{
    return packed->cell->second == SN_SECOND_CARRY ? carry : memo;
}

/* The row of such a matrix that belongs to the recurrent bias, or NULL. */
static inline float *sn_packed_bias_row(const sn_packed_cell *packed, float *d_recurrent)
{
    return sn_cell_keeps_products(packed->cell) ? d_recurrent + packed->width * packed->columns
                                                : NULL;
}

/* The float number `number` of an array that a cell may do without; NULL where it does. */
static inline float *sn_float_at(float *x, size_t number)
{
    return x ? x + number : NULL;
}

/* Whether a step needs room for gates and memo even when it leaves no tape. */
static inline bool sn_packed_works_in_tape(const sn_packed_cell *packed)
{
    return packed->cell->second == SN_SECOND_MEMO;
}

static inline const sn_cell_kernels *sn_packed_kernels(const sn_packed_cell *packed)
{
    return &sn_kernels_best()->cells[packed->cell->kind];
}

/* Writes the cell's gradients to the slab: kernel [features, G width], bias [G width] and recurrent
 * [sn_packed_recurrent_rows, G width], columns in packed order. */
void sn_packed_cell_store_gradients(const sn_packed_cell *packed, const float *d_kernel,
                                    const float *d_recurrent, const float *d_bias,
                                    float *gradients);

#endif
