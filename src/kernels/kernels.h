/*
 * The loops that must be fast, built once for each instruction set and chosen at run time.
 *
 * Matrices that meet a recurrent step are *packed*: their columns stand in blocks of SN_LANES
 * units, and within a block the G gates of the cell follow each other, so that one pass over a
 * block has all it needs of these units:
 *
 *     packed row of G H floats: [ H / SN_LANES ] [ G gates ] [ SN_LANES units ]
 *     packed matrix [ K, G H ]: [ H / SN_LANES ] [ K ] [ G gates ] [ SN_LANES units ]
 *
 * H is a multiple of SN_LANES. A caller with another number of units pads with zeros. A unit
 * without weights has no gradient and no product takes its state, which stays 0 but for activations
 * that make something else of 0.
 *
 * What a kernel computes for a row depends on that row alone: neither on the rows beside it nor on
 * its place among them. The terms of a product are added in one order, that of k, or backward that
 * of the units for each gate and then that of the gates. Kernels do not allocate, do not fail and
 * keep nothing.
 */
#ifndef SN_KERNELS_H
#define SN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arithmetic.h"

enum { SN_LANES = 16, SN_MAX_GATES = 4 };

/* Units with the zeros that make them a multiple of SN_LANES. */
static inline size_t sn_padded_units(size_t units)
{
    return (units + SN_LANES - 1) / SN_LANES * SN_LANES;
}

/* What a layer makes of its sums, as Keras computes it. The derivative of each follows from its
 * value. The first is what the layer has when nothing is chosen: tanh for the candidate and the
 * state of a cell, sigmoid for its gates, linear elsewhere. hard_sigmoid is x / 6 + 1/2 between 0
 * and 1, as in Keras 3; with the slope 0.2 it is that of earlier versions. elu has alpha 1, selu
 * the constants of Klambauer et al. 2017, leaky_relu the slope 0.2 below 0. */
typedef enum sn_activation {
    SN_ACTIVATION_OWN,
    SN_LINEAR,
    SN_RELU,
    SN_TANH,
    SN_SIGMOID,
    SN_HARD_SIGMOID,
    SN_HARD_SIGMOID_02,
    SN_ELU,
    SN_SELU,
    SN_SOFTSIGN,
    SN_LEAKY_RELU,
    SN_ACTIVATIONS
} sn_activation;

#define SN_OPTIMIZER_EPSILON 1e-7F

/* out[i] = table[ids[i]] kernel + bias for i < count: what tokens add to a cell's gates. */
typedef struct sn_projection {
    size_t count, features, units, gates;
    /* Rows of `features` floats, each `stride` floats after the one before, so that they may
     * overlap; 0: `features`. */
    const float *table;
    size_t stride;
    /* [count]; NULL: 0, 1, 2, ... */
    const int32_t *ids;
    /* Packed [features, G H] and packed row. */
    const float *kernel, *bias;
    /* [count] packed rows. */
    float *out;
} sn_projection;

/*
 * One timestep of a recurrent cell for `rows` rows. Every cell has a hidden state, which the
 * recurrent product takes. The other arrays mean:
 *
 *                       gates, in order   carry                                   memo
 *     LSTM              i f g o           c                                       tanh(c')
 *     GRU               z r g             h, where `hidden` is scaled by dropout  h U_g + b
 *     GRU reset_before  z r g             likewise                                r h
 *     SimpleRNN         h'                -                                       -
 *     LSTMCarry         i f k h'          c                                       -
 *
 * See nn/lstm.c, nn/gru.c and so on for the equations.
 */
typedef struct sn_step_forward {
    size_t rows, units;
    /* packed [H, G H] */
    const float *recurrent;
    /* [H / SN_LANES] [H] [SN_LANES]: of a cell with a second product (nn/recurrent.h), whose gate
     * has zeros in `recurrent` where the second product stands instead of the first; else NULL */
    const float *second;
    /* sn_activation, never SN_ACTIVATION_OWN: of candidate and state, and of the gates */
    int activation, recurrent_activation;
    /* packed row that the recurrent product starts from, of the gates whose product is kept apart
     * from their projection; NULL for a cell without such a gate */
    const float *recurrent_bias;
    /* packed rows: x kernel + bias of the tokens that there are */
    const float *projections;
    /* [rows]: which projection is a row's input */
    const int32_t *tokens;
    /* [rows, H]: the states before the step */
    const float *hidden, *carry;
    float *hidden_next, *carry_next;
    /* packed [rows, G H]: the activated gates; NULL when only scoring, but for a cell whose second
     * product takes the memo: it needs both, for one step, as a place to work in */
    float *gates;
    /* [rows, H]; used when `gates` is */
    float *memo;
    /* [rows, H] that hidden_next is multiplied by; NULL: it is not */
    const float *hidden_scale;
    /* [rows, H]: hidden_next before it is multiplied; NULL: not wanted. Only with hidden_scale */
    float *unscaled;
} sn_step_forward;

/* The same step backward. */
typedef struct sn_step_backward {
    size_t rows, units;
    /* [H / SN_LANES] [G H, in packed order] [SN_LANES] */
    const float *recurrent_transposed;
    /* the second product's matrix, transposed: [H / SN_LANES] [H] [SN_LANES] */
    const float *second_transposed;
    /* as forward */
    int activation, recurrent_activation;
    /* packed [rows, G H]: the activated gates; becomes the gradient by the recurrent product, and
     * by the second one where that stands instead of it */
    float *gates;
    /* [rows, H]: the states before the step and the step's memo */
    const float *hidden, *carry, *memo;
    /* [rows, H]: the loss's gradients from after the step to before it; d_carry is an LSTM's */
    float *d_hidden, *d_carry;
    /* [rows, H] that the product's share of d_hidden is multiplied by; NULL: it is not */
    const float *d_hidden_scale;
    /* packed rows that the gradient by the projections is added to; NULL: it is not, which is for
     * cells that keep no product apart: for these it is what `gates` becomes */
    float *d_projections;
    /* [rows]: to which of them */
    const int32_t *tokens;
    /* packed row that the gradient by recurrent_bias is added to, for the gates that have one */
    float *d_recurrent_bias;
} sn_step_backward;

/* The windows of a convolution over ids: window t sees the tokens t .. t + size. */
typedef struct sn_windows {
    size_t count, size;
    /* floats of an output, a multiple of SN_LANES */
    size_t width;
    /* [count + size - 1]: the row of each token in a table of rows of `size` times `width` floats,
     * of which part j belongs to place j in the window */
    const int32_t *tokens;
} sn_windows;

/* c += a b for a [m, k], b [k, n] and c [m, n]. Element (i, p) of a stands at a[i * a_row + p *
 * a_column], and likewise for b; c is dense. */
typedef struct sn_product {
    size_t m, n, k;
    const float *a;
    size_t a_row, a_column;
    const float *b;
    size_t b_row, b_column;
    float *c;
} sn_product;

typedef struct sn_cell_kernels {
    void (*forward)(const sn_step_forward *step);
    void (*backward)(const sn_step_backward *step);
} sn_cell_kernels;

/* The recurrent cells: X(NAME, name) stands for SN_CELL_NAME and for the kernels in cell_name.h,
 * name_forward and name_backward. */
#define SN_CELL_LIST(X)                                                                            \
    X(LSTM, lstm)                                                                                  \
    X(GRU, gru)                                                                                    \
    X(GRU_RESET_BEFORE, gru_reset_before)                                                          \
    X(SIMPLE_RNN, simple_rnn)                                                                      \
    X(LSTM_CARRY, lstm_carry)

#define SN_CELL_KIND(NAME, name) SN_CELL_##NAME,
typedef enum sn_cell_kind { SN_CELL_LIST(SN_CELL_KIND) SN_CELLS } sn_cell_kind;
#undef SN_CELL_KIND

typedef struct sn_kernels {
    /* "AVX-512" */
    const char *name;

    /* See activations.h. */
    void (*exp)(const float *x, float *y, size_t count);
    void (*sigmoid)(const float *x, float *y, size_t count);
    void (*tanh)(const float *x, float *y, size_t count);
    void (*elu)(const float *x, float *y, size_t count);

    /* y += x */
    void (*add)(float *y, const float *x, size_t count);

    /* y += factor x */
    void (*multiply_add)(float *y, const float *x, float factor, size_t count);

    /* Adds the products of each element in the order of k. NULL in the fast arithmetic of builds
     * with OpenBLAS. */
    void (*product)(const sn_product *product);

    /* out[t] = the sum of the parts of the tokens that window t sees; and backward: adds d_out[t]
     * to each of these parts. out: [count, width]. */
    void (*sum_windows)(const sn_windows *windows, const float *rows, float *out);
    void (*add_windows)(const sn_windows *windows, const float *d_out, float *d_rows);

    /* One step of maxima over time: where x is above `most`, `most` becomes x, and `at` (NULL: not
     * wanted) the number of the step. And backward: dx += d_most where `at` is the step. The count
     * is a multiple of SN_LANES. */
    void (*maximum)(float *most, float *at, const float *x, float step, size_t count);
    void (*maximum_backward)(float *dx, const float *d_most, const float *at, float step,
                             size_t count);

    /* The updates of nn/optimizer.h; `rate` includes Adam's bias correction. They change each float
     * by what stands at its place in the arrays. */
    void (*rmsprop)(float *weights, const float *gradients, float *velocity, float rate,
                    size_t count);
    /* Does to the velocity what `times` updates of rmsprop without a gradient do, to the bit. */
    void (*rmsprop_decay)(float *velocity, size_t times, size_t count);
    void (*adam)(float *weights, const float *gradients, float *momentum, float *velocity,
                 float rate, size_t count);
    /* First takes the share `decay` away from the weights. */
    void (*adamw)(float *weights, const float *gradients, float *momentum, float *velocity,
                  float rate, float decay, size_t count);
    void (*sgd)(float *weights, const float *gradients, float rate, size_t count);
    /* `factor` is what is kept of the momentum. */
    void (*sgd_momentum)(float *weights, const float *gradients, float *momentum, float rate,
                         float factor, size_t count);
    void (*sgd_nesterov)(float *weights, const float *gradients, float *momentum, float rate,
                         float factor, size_t count);

    /* average += share (weights - average) */
    void (*average)(float *average, const float *weights, float share, size_t count);

    void (*project)(const sn_projection *projection);
    sn_cell_kernels cells[SN_CELLS];
} sn_kernels;

typedef enum sn_isa { SN_ISA_BASELINE, SN_ISA_AVX2, SN_ISA_AVX512, SN_ISA_COUNT } sn_isa;

/* The tables that the build has: see kernels_impl.h. */
extern const sn_kernels sn_kernels_baseline, sn_kernels_avx2, sn_kernels_avx512;
extern const sn_kernels sn_kernels_baseline_reproducible, sn_kernels_avx2_reproducible,
    sn_kernels_avx512_reproducible;

/* The kernels of an instruction set; NULL when this machine or this build has none. */
const sn_kernels *sn_kernels_of(sn_isa isa, sn_arithmetic arithmetic);

/* The best kernels of this machine for this thread's arithmetic, or those that $SEQNET_ISA names
 * (baseline, avx2, avx512) where the machine has them. The first call chooses. */
const sn_kernels *sn_kernels_best(void);

/* What $SEQNET_ISA calls an instruction set: "avx512". */
const char *sn_isa_name(sn_isa isa);

/* The value of $SEQNET_ISA when it names no instruction set of this machine; NULL when it does, or
 * is empty or not set. */
const char *sn_kernels_ignored(void);

/* Makes this thread's arithmetic treat subnormal numbers (below 1.2e-38) as 0: instructions on them
 * are slow, and the gradients of long sequences fade into them. Returns what sn_subnormals_restore
 * takes. Does nothing where there is no such mode, nor with SN_REPRODUCIBLE: processors differ in
 * which results they take for subnormal. */
unsigned sn_subnormals_flush(void);
void sn_subnormals_restore(unsigned before);

#endif
