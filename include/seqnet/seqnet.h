/*
 * libseqnet: sequence models for text classification. Include this for everything.
 *
 * Conventions: handles are opaque; a function that can fail returns a seqnet_status and fills a
 * caller-owned seqnet_error (or NULL); on failure a handle that would have been returned is NULL
 * unless said otherwise. The library never prints, never exits and keeps no globals but two:
 * OpenBLAS is loaded and set to one thread when it is first needed, which is to train; and the
 * instruction set of our own loops is chosen once.
 *
 * The shared library exports what these headers declare, between the visibility pragmas, and
 * nothing else.
 */
#ifndef SEQNET_H
#define SEQNET_H

#include <seqnet/bench.h>
#include <seqnet/dataset.h>
#include <seqnet/evaluate.h>
#include <seqnet/json.h>
#include <seqnet/model.h>
#include <seqnet/number.h>
#include <seqnet/output.h>
#include <seqnet/predict.h>
#include <seqnet/reader.h>
#include <seqnet/status.h>
#include <seqnet/train.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* "0.1.0" */
const char *seqnet_version(void);

/* What does the matrix products: "OpenBLAS 0.3.21 SkylakeX" or "plain C". Loads OpenBLAS if nothing
 * has yet, which takes milliseconds. */
const char *seqnet_blas_name(void);

/* Why plain C does them although this was built for OpenBLAS, and the remedy; NULL when it does
 * not. Loads OpenBLAS as above. */
const char *seqnet_blas_problem(void);

/* The instruction set our own loops use: the best that this machine has, or the one that the
 * environment variable SEQNET_ISA names (baseline, avx2, avx512). "AVX-512", "AVX2", "x86-64 SSE2",
 * "arm64 NEON" or "plain C". */
const char *seqnet_instruction_set(void);

/* Why SEQNET_ISA is not obeyed: "SEQNET_ISA=AVX2 names none of the instruction sets here (baseline,
 * avx2); AVX2 is used". NULL when it is, or not set. Valid until the thread's next call. */
const char *seqnet_instruction_set_problem(void);

/* Cores this process may use: affinity and container quota. */
size_t seqnet_usable_cores(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
