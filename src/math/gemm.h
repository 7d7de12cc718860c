/* Matrix products on raw row-major arrays. The only file that knows which BLAS does them. */
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

/* The same in plain loops, whatever the build: the reference of the tests, and sn_gemm itself in a
 * build without BLAS. */
void sn_gemm_plain(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                   const float *a, const float *b, float beta, float *c);

/* Loads the BLAS and keeps it on the calling thread: parallel work is cut into shards here, so that
 * results do not depend on the number of threads. The functions of this file do so when needed; who
 * will multiply on so many threads calls it beforehand, after allocating its own memory: it fails
 * where the BLAS would find no room for its buffers, for then a product would never end. */
seqnet_status sn_gemm_prepare(size_t threads, seqnet_error *err);

/* What sn_gemm uses: "OpenBLAS 0.3.21 SkylakeX" or "plain C". Never freed. */
const char *sn_gemm_name(void);

/* Why sn_gemm does without the BLAS it was built for, and the remedy; NULL when it does not. Never
 * freed. */
const char *sn_gemm_problem(void);

#endif
