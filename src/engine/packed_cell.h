/*
 * The weights of an embedding and of the recurrent layer over it as the kernels take them: packed
 * (math/kernels.h), with the units padded to `width`, a multiple of SN_LANES. Matrices of gradients
 * are row-major with their columns in packed order, G width of them.
 */
#ifndef SN_PACKED_CELL_H
#define SN_PACKED_CELL_H

#include "recurrent.h"

/* The arrays lie in one block of sn_packed_cell_size() floats, but for the table. */
typedef struct sn_packed_cell {
    const sn_cell *cell;
    /* of its steps */
    int activation, recurrent_activation;
    /* columns = G width */
    size_t features, units, width, columns;
    /* the embedding, [id_count, features] */
    const float *table;
    /* packed [features, G width], and [G width, features] */
    float *kernel, *kernel_transposed;
    /* packed rows; the second is NULL for a cell that keeps no products apart, and used for the
     * gates whose product it does */
    float *bias, *recurrent_bias;
    /* packed [width, G width], and as sn_step_backward wants it */
    float *recurrent, *recurrent_transposed;
} sn_packed_cell;

/* Sets all but the arrays. */
void sn_packed_cell_measure(sn_packed_cell *packed, const sn_layer *recurrent);

/* Floats of the block for a recurrent layer. */
size_t sn_packed_cell_size(const sn_layer *recurrent);

/* Measures and lays the arrays out in `block`, which stays the caller's. */
void sn_packed_cell_init(sn_packed_cell *packed, const sn_layer *recurrent, float *block);

/* Packs the weights of the two layers from the slab. */
void sn_packed_cell_load(sn_packed_cell *packed, const sn_layer *embedding,
                         const sn_layer *recurrent, const float *weights);

/* out[i] = projection of ids[i]. */
void sn_packed_cell_project(const sn_packed_cell *packed, const int32_t *ids, size_t count,
                            float *out);

/* Rows of a matrix of gradients by the recurrent weights: `width`, and one more for the recurrent
 * bias where the cell has one. */
static inline size_t sn_packed_recurrent_rows(const sn_packed_cell *packed)
{
    return packed->width + sn_cell_keeps_products(packed->cell);
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

static inline const sn_cell_kernels *sn_packed_kernels(const sn_packed_cell *packed)
{
    return &sn_kernels_best()->cells[packed->cell->kind];
}

/* Writes the layer's gradients to the slab: kernel [features, G width], bias [G width] and
 * recurrent [sn_packed_recurrent_rows, G width], columns in packed order. */
void sn_packed_cell_store_gradients(const sn_packed_cell *packed, const sn_layer *recurrent,
                                    const float *d_kernel, const float *d_recurrent,
                                    const float *d_bias, float *gradients);

#endif
