/*
 * Matrix products on raw row-major arrays. gemm.c is the only file that knows which BLAS computes
 * them; what is fast in small steps has kernels of its own (kernels.h). In the reproducible
 * arithmetic (arithmetic.h) no BLAS multiplies: elements are sums in the order of k.
 */
#ifndef SN_GEMM_H
#define SN_GEMM_H

#include <stddef.h>

#include "status.h"

typedef enum sn_transpose { SN_AS_IS, SN_TRANSPOSED } sn_transpose;

/* C = op(A) op(B) + beta C, with op(A) [m, k], op(B) [k, n], C [m, n], all row-major and dense: the
 * leading dimension of A is k as it is and m when transposed, that of B is n or k, that of C is n.
 * With beta 0 what C held is not read. m, n and k may be 0 (k = 0: C is only scaled). */
void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c);

/* The same in plain loops in every build: the reference of the tests, sn_gemm itself in a build
 * without BLAS, and to the bit what it computes in the reproducible arithmetic. */
void sn_gemm_plain(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                   const float *a, const float *b, float beta, float *c);

/* Loads the BLAS and sets it to one thread: parallel work is cut into shards here, so that results
 * do not depend on the number of threads. The other functions of this file load it when they need
 * it. A caller that is going to multiply on `threads` threads calls this first, after it has
 * allocated its own memory: SEQNET_ERR_MEMORY where the BLAS would find no room for its buffers,
 * because a product would then never end. */
seqnet_status sn_gemm_prepare(size_t threads, seqnet_error *err);

/* What sn_gemm uses in the fast arithmetic: "OpenBLAS 0.3.21 SkylakeX" or "plain C". The string is
 * static. */
const char *sn_gemm_name(void);

/* Why sn_gemm does not use the BLAS that it was built for, and the remedy; NULL when it does. The
 * string is static. */
const char *sn_gemm_problem(void);

#endif
