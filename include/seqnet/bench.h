/*
 * What a benchmark compares seqnet with, measured in the same process: the time of the matrix
 * products that no recurrent layer can do without, and the exact values of the activation
 * functions. Timing of training and prediction is up to the caller.
 */
#ifndef SEQNET_BENCH_H
#define SEQNET_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_floor_options {
    /* The units of the LSTM (H), at least 1. */
    size_t units;
    /* The gates of the cell: 4 for an LSTM, 3 for a GRU. */
    size_t gates;
    /* The timesteps of all rows together. */
    size_t tokens;
    /* 0: all usable cores. */
    size_t threads;
    /* Measure the three products of training; false: only the one of prediction. */
    bool backward;
} seqnet_floor_options;

/* Measures the seconds that the recurrent products of a layer with G gates take for options->tokens
 * timesteps, 16 rows at a time:
 *
 *     prediction  hidden [16, H] x recurrent kernel [H, G H]
 *     training    also d_gates [16, G H] x the transposed kernel [G H, H], and
 *                 hidden^T [H, 16] x d_gates [16, G H]
 *
 * Each product takes 2 G H^2 floating-point operations per timestep. Nothing else is computed, and
 * the operands stay in the cache, so that no implementation can be faster with the same products.
 * *seconds is the best of five runs. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_bench_floor(const seqnet_floor_options *options, double *seconds,
                                 seqnet_error *err);

/* The speed of a kind of matrix product that an LSTM needs, C [m, n] = A [m, k] B [k, n], in
 * thousand million floating-point operations a second, of which it has 2 m n k. */
typedef struct seqnet_product_speed {
    /* What it is for: "step forward". The string is static. */
    const char *name;
    size_t m, n, k;
    /* What seqnet_blas_name() names. */
    double blas;
    /* The loops for seqnet_instruction_set(), without what they do besides; 0 where there are none.
     */
    double own;
    /* The loops that stand in for OpenBLAS. */
    double plain;
} seqnet_product_speed;

/* Returns the number of kinds. */
size_t seqnet_bench_product_count(void);

/* Measures kind number `index`, below the count, of an LSTM with `units` units (at least 1) over as
 * many features, on one thread with operands that stay in the cache: the best of some runs.
 * SEQNET_ERR_USAGE for an index that is too large, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_bench_product(size_t index, size_t units, seqnet_product_speed *speed,
                                   seqnet_error *err);

/* The largest error of one activation function. The strings are static. */
typedef struct seqnet_activation_error {
    /* "exp", "sigmoid" or "tanh". */
    const char *function;
    /* The instruction set of the function's code: "AVX2". */
    const char *instruction_set;
    /* The largest error, in units in the last place of the exact result as a float. */
    double ulp;
    /* The argument with this error. */
    double at;
} seqnet_activation_error;

/* Returns the number of activation functions times the number of instruction sets that this machine
 * has. */
size_t seqnet_bench_activation_count(void);

/* Compares activation function number `index`, below the count, with the double function of the C
 * library, on every stride-th float in [-90, 90] whose exact result is a normal number. With stride
 * 1, it tries all of them, 2.3 thousand million. threads 0: all usable cores. SEQNET_ERR_USAGE for
 * an index that is too large, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_bench_activation(size_t index, size_t stride, size_t threads,
                                      seqnet_activation_error *result, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
