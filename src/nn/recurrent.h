/*
 * Recurrent layers. A layer runs a cell over the timesteps; what all cells have in common is here:
 * tensors, the loop over time, masks, recurrent dropout, and the gradients by the weights. A cell's
 * equations are in a file of its own (lstm.c, gru.c), which also gives its sn_layer_ops. A
 * bidirectional layer has two cells; the second runs from the last timestep to the first.
 *
 * A cell has G gates of H units and a hidden state h, from the zero state on. Tensors: kernel
 * [E, G H], recurrent_kernel [H, G H], and bias: [G H], or [2, G H] for a cell that keeps the
 * recurrent product of some gates apart from their projection, whose second row belongs to the
 * product. Each timestep computes
 *
 *     projection = x kernel + bias        product = h recurrent_kernel (+ second bias)
 *
 * and the cell makes the next state of them. A masked step copies the state. With recurrent dropout
 * the products take h times a scale that is drawn once for each row.
 *
 * The ragged engine runs cells too, with the kernels of kernels/kernels.h.
 */
#ifndef SN_RECURRENT_H
#define SN_RECURRENT_H

#include "kernels.h"
#include "layer.h"

/* The tensors of a cell, in the order of declaration; the second cell of a bidirectional layer has
 * its own, from number SN_CELL_TENSORS on. */
enum { SN_KERNEL, SN_RECURRENT_KERNEL, SN_BIAS, SN_CARRY_KERNEL, SN_CELL_TENSORS };

/* One row of one step. H floats each unless said otherwise. */
typedef struct sn_cell_row {
    size_t units;
    /* sn_activation, never SN_ACTIVATION_OWN: of candidate and state, and of the gates */
    int activation, recurrent_activation;
    /* [G H]. Forward: the projection, to which the products of the fused gates are added; becomes
     * the activated gates. Backward: these; become the gradients by the projection. */
    float *gates;
    /* [G H]: the products, of a cell that keeps some apart, else NULL. Backward leaves the
     * gradients by them here. */
    float *products;
    /* the states before the step; carry: of a cell that carries one */
    const float *hidden, *carry;
    /* the state as the products take it: with recurrent dropout scaled, else `hidden` */
    const float *fed;
    float *hidden_next, *carry_next;
    /* what forward leaves for backward */
    float *memo;
    /* of a cell with a second product: its matrix, row k from second + k * second_stride on */
    const float *second;
    size_t second_stride;
    /* Backward: the loss's gradients by the states, from after the step to before it; of d_hidden
     * only the part that does not go through the products. */
    float *d_hidden, *d_carry;
    /* Backward, of a cell whose second product takes the memo: becomes the gradient by `fed` that
     * goes through this product. */
    float *d_fed;
} sn_cell_row;

/* What the second product of a cell takes. */
typedef enum sn_second_input { SN_SECOND_NONE, SN_SECOND_CARRY, SN_SECOND_MEMO } sn_second_input;

struct sn_cell {
    /* its kernels */
    sn_cell_kind kind;
    size_t gates;
    /* The first `fused` gates add their product to their projection. */
    size_t fused;
    /* The cell has a second state, with a gradient of its own, that no product takes. */
    bool carries;
    /* Part of the gradient by the state before a step does not go through the product. */
    bool is_direct;
    /* One gate, second_gate, takes a product of another vector than h with an [H, H] matrix: of the
     * carry before the step, with a tensor of its own (carry_kernel), beside the product of h; or
     * of the memo, with the gate's columns of recurrent_kernel, instead of it. */
    sn_second_input second;
    size_t second_gate;
    /* the cell of a layer with spec.recurrent.reset_before; NULL: there is none */
    const sn_cell *reset_before;
    /* of sn_layer_title, where two of them make a layer */
    const char *bidirectional_title;
    /* Keras's initial bias; the floats are 0 before. */
    void (*initialise_bias)(float *bias, size_t units);
    void (*forward)(const sn_cell_row *row);
    void (*backward)(const sn_cell_row *row);
};

/* Whether products of the cell are kept apart, so that it has two biases. */
static inline bool sn_cell_keeps_products(const sn_cell *cell)
{
    return cell->fused < cell->gates;
}

/* The cell of a layer, which follows from its specification; NULL for a layer without one. */
const sn_cell *sn_layer_cell(const sn_layer *layer);

/* Of a layer with a cell: how many it has, and the columns of the kernels of each. */
static inline size_t sn_recurrent_cells(const sn_layer *layer)
{
    return layer->spec.recurrent.bidirectional ? 2 : 1;
}

static inline size_t sn_recurrent_columns(const sn_layer *layer)
{
    return sn_layer_cell(layer)->gates * layer->spec.recurrent.units;
}

/* What a layer with a cell activates candidate and state with, and the gates; never
 * SN_ACTIVATION_OWN. */
int sn_recurrent_activation(const sn_layer *layer);
int sn_recurrent_gate_activation(const sn_layer *layer);

/* Whether the cell's activations are tanh and sigmoid, for which its equations are compiled with
 * constants. */
static inline bool sn_cell_is_usual(const sn_cell_row *row)
{
    return row->activation == SN_TANH && row->recurrent_activation == SN_SIGMOID;
}

#define SN_CELL_INLINE static inline __attribute__((always_inline))

/* to += from second: the second product of a row. */
static inline void sn_cell_second_product(const sn_cell_row *row, const float *from, float *to)
{
    for (size_t k = 0; k < row->units; k++)
        for (size_t unit = 0; unit < row->units; unit++)
            to[unit] += from[k] * row->second[k * row->second_stride + unit];
}

/* The gradient by number k of what the second product takes, from that by the product. */
static inline float sn_cell_second_gradient(const sn_cell_row *row, const float *d_product,
                                            size_t k)
{
    float sum = 0.0F;
    for (size_t unit = 0; unit < row->units; unit++)
        sum += d_product[unit] * row->second[k * row->second_stride + unit];
    return sum;
}

/* Draws the recurrent dropout of a row of the batch: a scale for each unit of a cell, number 0 or,
 * of a bidirectional layer, 1. */
void sn_recurrent_draw_scale(const sn_layer *layer, size_t cell, uint64_t dropout_key,
                             size_t row_number, float *scale);

/* What the sn_layer_ops of a recurrent layer share. */
extern const sn_spec_field sn_recurrent_fields[];
const char *sn_recurrent_title(const sn_layer *layer);
seqnet_status sn_recurrent_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err);
void sn_recurrent_initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng);
size_t sn_recurrent_tape_size(const sn_layer *layer, size_t batch);
void sn_recurrent_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                          sn_value *output, float *tape);
void sn_recurrent_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                           const float *d_output, float *d_input, float *tape);

#define SN_RECURRENT_OPS                                                                           \
    .fields = sn_recurrent_fields, .title_of = sn_recurrent_title,                                 \
    .declare = sn_recurrent_declare, .initialise = sn_recurrent_initialise,                        \
    .tape_size = sn_recurrent_tape_size, .forward = sn_recurrent_forward,                          \
    .backward = sn_recurrent_backward

#endif
