#include "gemm_plain.h"

#include "banned.h"

void sn_gemm_scale(float *c, size_t count, float beta)
{
    for (size_t i = 0; i < count; i++)
        c[i] = beta == 0.0F ? 0.0F : c[i] * beta;
}

void sn_gemm_plain(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                   const float *a, const float *b, float beta, float *c)
{
    sn_gemm_scale(c, m * n, beta);
    for (size_t i = 0; i < m; i++)
        for (size_t p = 0; p < k; p++) {
            const float factor = transpose_a == SN_AS_IS ? a[i * k + p] : a[p * m + i];
            for (size_t j = 0; j < n; j++)
                c[i * n + j] += factor * (transpose_b == SN_AS_IS ? b[p * n + j] : b[j * k + p]);
        }
}
