/*
 * Matrix products on raw row-major arrays. gemm.c is the only file that knows which BLAS computes
 * them; what is fast in small steps has kernels of its own (kernels.h). In the reproducible
 * arithmetic (arithmetic.h) no BLAS multiplies: elements are sums in the order of k.
 */
#ifndef SN_GEMM_H
#define SN_GEMM_H

#include <stddef.h>

#include "gemm_plain.h"
#include "status.h"

/* sn_gemm_function by the best means that there are. */
void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c);

/* Loads the BLAS, with the kernels that suit the processor (blas_choice.h), checks that it
 * multiplies rightly (blas_check.h) and sets it to one thread: parallel work is cut into shards
 * here, so that results do not depend on the number of threads. The other functions of this file
 * load it when they need it. A caller that is going to multiply on `threads` threads calls this
 * first, after it has allocated its own memory: SEQNET_ERR_MEMORY where the BLAS would find no room
 * for its buffers, because a product would then never end. */
seqnet_status sn_gemm_prepare(size_t threads, seqnet_error *err);

/* What sn_gemm uses in the fast arithmetic: "OpenBLAS 0.3.21 SkylakeX", "plain C" where it
 * cannot be used, or "own loops" in a build without it. The string is
 * static. */
const char *sn_gemm_name(void);

/* Who has chosen that, and why: "chosen by OpenBLAS". The string is static. */
const char *sn_gemm_choice(void);

/* What is wrong with the BLAS that sn_gemm was built for, what is done instead, and the remedy;
 * NULL when nothing is. The string is static. */
const char *sn_gemm_problem(void);

#endif
