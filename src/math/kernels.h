/*
 * The loops that must be fast, built once for each instruction set and chosen at run time.
 *
 * Matrices that meet a recurrent step are *packed*: their columns stand in blocks of SN_LANES
 * units, and within a block the gates follow each other, so that one pass over a block has all it
 * needs of these units:
 *
 *     packed row of 4 H floats: [ H / SN_LANES ] [ 4 gates ] [ SN_LANES units ]
 *     packed matrix [ K, 4 H ]: [ H / SN_LANES ] [ K ] [ 4 gates ] [ SN_LANES units ]
 *
 * H is a multiple of SN_LANES; whoever has other units pads with zeros, which stay zeros: z = 0
 * gives g = 0, so c and h of such a unit never leave 0, nor does its gradient.
 *
 * What a kernel computes for a row depends on nothing but that row: neither on the rows beside it
 * nor on its place among them: a product's terms are added in one order, that of k, or backward
 * that of the units for each gate and then that of the gates. Kernels do not allocate, do not fail
 * and keep nothing.
 */
#ifndef SN_KERNELS_H
#define SN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SN_LANES = 16, SN_LSTM_GATES = 4 };

#define SN_OPTIMIZER_EPSILON 1e-7F

/* out[i] = table[ids[i]] kernel + bias for i < count: what tokens add to an LSTM's gates. */
typedef struct sn_projection {
    size_t count, features, units;
    const float *table;         /* rows of `features` floats */
    const int32_t *ids;         /* [count] */
    const float *kernel, *bias; /* packed [features, 4H] and packed row */
    float *out;                 /* packed rows */
} sn_projection;

/* One timestep of an LSTM (equations in nn/lstm.c) forward, for `rows` rows. */
typedef struct sn_lstm_forward {
    size_t rows, units;
    const float *recurrent;     /* packed [H, 4H] */
    const float *projections;   /* packed rows: x kernel + bias of the tokens that there are */
    const int32_t *tokens;      /* [rows]: which projection is a row's input */
    const float *hidden, *cell; /* [rows, H]: the states before the step */
    float *hidden_next, *cell_next;
    float *gates;              /* packed [rows, 4H]: i f g o; NULL when only scoring */
    float *tanh_cell;          /* [rows, H]: tanh(c'); NULL likewise */
    const float *hidden_scale; /* [rows, H] that hidden_next is multiplied by; NULL: it is not */
} sn_lstm_forward;

/* The same step backward. */
typedef struct sn_lstm_backward {
    size_t rows, units;
    const float *recurrent_transposed; /* [H / SN_LANES] [4H, in packed order] [SN_LANES] */
    float *gates;                      /* packed [rows, 4H]: i f g o, becomes dz */
    const float *cell, *tanh_cell;     /* [rows, H]: the state before the step, tanh(c') */
    float *d_hidden, *d_cell;          /* [rows, H]: from after the step to before it */
    const float *d_hidden_scale;       /* [rows, H] that d_hidden is multiplied by at last; NULL: it
                                          is not */
    float *d_projections;              /* packed rows that dz is added to */
    const int32_t *tokens;             /* [rows]: to which of them */
} sn_lstm_backward;

typedef struct sn_kernels {
    const char *name; /* "AVX-512" */

    /* See activations.h. */
    void (*exp)(const float *x, float *y, size_t count);
    void (*sigmoid)(const float *x, float *y, size_t count);
    void (*tanh)(const float *x, float *y, size_t count);

    /* y += x */
    void (*add)(float *y, const float *x, size_t count);

    /* One step of maxima over time: where x is above `most` that becomes x, and `at` (NULL: nobody
     * asks) the step's number. And backward: dx += d_most where `at` is the step. The count is a
     * multiple of SN_LANES. */
    void (*maximum)(float *most, float *at, const float *x, float step, size_t count);
    void (*maximum_backward)(float *dx, const float *d_most, const float *at, float step,
                             size_t count);

    /* The updates of nn/optimizer.h; `rate` includes Adam's bias correction. */
    void (*rmsprop)(float *weights, const float *gradients, float *velocity, float rate,
                    size_t count);
    /* What `times` updates of rmsprop without a gradient do to the velocity, to the bit. */
    void (*rmsprop_decay)(float *velocity, size_t times, size_t count);
    void (*adam)(float *weights, const float *gradients, float *momentum, float *velocity,
                 float rate, size_t count);

    /* average += share (weights - average) */
    void (*average)(float *average, const float *weights, float share, size_t count);

    void (*project)(const sn_projection *projection);
    void (*lstm_forward)(const sn_lstm_forward *step);
    void (*lstm_backward)(const sn_lstm_backward *step);
} sn_kernels;

typedef enum sn_isa { SN_ISA_BASELINE, SN_ISA_AVX2, SN_ISA_AVX512, SN_ISA_COUNT } sn_isa;

/* The kernels of an instruction set; NULL when this machine or this build has none. */
const sn_kernels *sn_kernels_of(sn_isa isa);

/* The best that this machine has, or what $SEQNET_ISA names (baseline, avx2, avx512) when it has
 * that. Chosen at the first call, the same from then on. */
const sn_kernels *sn_kernels_best(void);

/* What $SEQNET_ISA calls an instruction set: "avx512". */
const char *sn_isa_name(sn_isa isa);

/* The value of $SEQNET_ISA when it names nothing that this machine has; NULL otherwise, and when it
 * is empty or not set. */
const char *sn_kernels_ignored(void);

/* Makes this thread's arithmetic take subnormal numbers (below 1.2e-38) for 0, which spares long
 * sequences, whose gradients fade, some slow instructions; returns what sn_subnormals_restore wants
 * back. Does nothing where there is no such mode. */
unsigned sn_subnormals_flush(void);
void sn_subnormals_restore(unsigned before);

#endif
