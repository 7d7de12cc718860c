/*
 * What a matrix product is, and the one in plain loops.
 */
#ifndef SN_GEMM_PLAIN_H
#define SN_GEMM_PLAIN_H

#include <stddef.h>

typedef enum sn_transpose { SN_AS_IS, SN_TRANSPOSED } sn_transpose;

/* C = op(A) op(B) + beta C, with op(A) [m, k], op(B) [k, n], C [m, n], all row-major and dense: the
 * leading dimension of A is k as it is and m when transposed, that of B is n or k, that of C is n.
 * With beta 0 what C held is not read. m, n and k may be 0 (k = 0: C is only scaled). */
typedef void sn_gemm_function(sn_transpose transpose_a, sn_transpose transpose_b, size_t m,
                              size_t n, size_t k, const float *a, const float *b, float beta,
                              float *c);

/* C = beta C; with beta 0 what C held is not read. */
void sn_gemm_scale(float *c, size_t count, float beta);

/* sn_gemm_function in plain loops in every build: the reference of the self-check and of the tests,
 * what sn_gemm uses without a BLAS, and to the bit what it computes in the reproducible arithmetic.
 */
void sn_gemm_plain(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                   const float *a, const float *b, float beta, float *c);

#endif
