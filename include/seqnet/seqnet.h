/*
 * libseqnet: sequence models for text classification. Include this for everything.
 *
 * Conventions:
 *   - Handles are opaque. The caller releases a handle with the _free function of its type, for
 *     which NULL is fine.
 *   - A function that can fail returns a seqnet_status and, on failure, fills a seqnet_error (see
 *     status.h). Any of them may return SEQNET_ERR_MEMORY; comments name the other statuses. On
 *     failure a handle that would have been returned is NULL unless a comment says otherwise.
 *   - Arrays that a function allocates for the caller are released with free().
 *   - The library never prints, never exits and keeps two globals only: OpenBLAS, which is loaded
 *     and set to one thread when a training first needs it, and the instruction set of our own
 *     loops, which is chosen once.
 *
 * The shared library exports what these headers declare, between the visibility pragmas, and
 * nothing else.
 */
#ifndef SEQNET_H
#define SEQNET_H

#include <seqnet/bench.h>
#include <seqnet/checkpoint.h>
#include <seqnet/comm.h>
#include <seqnet/dataset.h>
#include <seqnet/drift.h>
#include <seqnet/evaluate.h>
#include <seqnet/explain.h>
#include <seqnet/export.h>
#include <seqnet/gradients.h>
#include <seqnet/held_out.h>
#include <seqnet/import.h>
#include <seqnet/json.h>
#include <seqnet/metrics.h>
#include <seqnet/model.h>
#include <seqnet/number.h>
#include <seqnet/output.h>
#include <seqnet/predict.h>
#include <seqnet/reader.h>
#include <seqnet/status.h>
#include <seqnet/train.h>
#include <seqnet/vectors.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The version of the library: "0.2.0". The string is static. */
const char *seqnet_version(void);

/* The library that computes matrix products, and the core whose kernels it uses: "OpenBLAS 0.3.21
 * SkylakeX", "plain C" where it cannot be used, or "own loops" in a build without. The first call
 * loads OpenBLAS, which takes milliseconds. The string is valid until the thread's next call. */
const char *seqnet_blas_name(void);

/* Who has chosen these kernels, and why: "chosen by OpenBLAS", "chosen by OPENBLAS_CORETYPE, below
 * the AVX-512 of this processor", or for plain C what OpenBLAS lacks: "OpenBLAS cannot be loaded".
 *
 * Where OpenBLAS takes a processor that it does not know for an older one, it is loaded again with
 * the kernels for SkylakeX (AVX-512) or Haswell (AVX2): "chosen by seqnet: OpenBLAS takes this
 * processor for Prescott". What the environment variable OPENBLAS_CORETYPE names stays, and so does
 * an OpenBLAS that the process has loaded before. Once loaded, its products of some shapes are
 * compared with exact ones; where they are wrong, other kernels or plain C are used instead.
 *
 * Loads OpenBLAS as seqnet_blas_name does. The string is static. */
const char *seqnet_blas_choice(void);

/* What is wrong with the OpenBLAS that seqnet was built for (it is missing, or multiplies wrongly),
 * what is done instead, and the remedy; NULL when nothing is. Loads OpenBLAS as seqnet_blas_name
 * does. The string is static. */
const char *seqnet_blas_problem(void);

/* The instruction set that our own loops use: "AVX-512", "AVX2", "x86-64 SSE2", "arm64 NEON" or
 * "plain C". It is the best one of this machine, or the one that the environment variable
 * SEQNET_ISA names (baseline, avx2, avx512). */
const char *seqnet_instruction_set(void);

/* Why the instruction set is not the one that SEQNET_ISA names: "SEQNET_ISA=AVX2 names none of the
 * instruction sets here (baseline, avx2); AVX2 is used". NULL when it is, or when SEQNET_ISA is not
 * set. Valid until the thread's next call. */
const char *seqnet_instruction_set_problem(void);

/* How many cores this process may use, at least 1: the smaller of its CPU affinity and the quota of
 * its container. */
size_t seqnet_usable_cores(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
