/*
 * What a benchmark compares itself with, measured in the same process: the matrix products that no
 * recurrent layer can do without, and the exact activation functions.
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
    size_t units;
    size_t gates;   /* of the cell: 4 for an LSTM, 3 for a GRU */
    size_t tokens;  /* timesteps in all */
    size_t threads; /* 0: all usable cores */
    bool backward;  /* the three products of training, not only the one of scoring */
} seqnet_floor_options;

/* The seconds that the recurrent products of a layer with G gates take for so many tokens, 16 rows
 * a step: hidden [16, H] times recurrent kernel [H, G H], and for training d_gates [16, G H] times
 * its transposed copy and hidden^T times d_gates. 2 G H^2 floating-point operations a token each.
 * Nothing else is done, and the operands stay in the cache. Best of five. */
seqnet_status seqnet_bench_floor(const seqnet_floor_options *options, double *seconds,
                                 seqnet_error *err);

typedef struct seqnet_activation_error {
    const char *function;        /* "exp", "sigmoid", "tanh" */
    const char *instruction_set; /* "AVX2" */
    double ulp;                  /* largest error in units in the last place of the exact result */
    double at;                   /* where */
} seqnet_activation_error;

/* The number of activation functions times that of instruction sets this machine has. */
size_t seqnet_bench_activation_count(void);

/* Compares one of them, index < count, with the double function of the C library on every stride-th
 * float in [-90, 90] whose exact result is a normal number. stride 1: on all of them, 2.3 thousand
 * million; threads 0: all usable cores. */
seqnet_status seqnet_bench_activation(size_t index, size_t stride, size_t threads,
                                      seqnet_activation_error *result, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
