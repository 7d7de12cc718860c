#include "gemm.h"

#include <stdio.h>
#include <string.h>

#ifdef SEQNET_HAVE_OPENBLAS
#include <cblas.h>
#endif

#include "banned.h"

static void scale(float *c, size_t count, float beta)
{
    for (size_t i = 0; i < count; i++)
        c[i] = beta == 0.0F ? 0.0F : c[i] * beta;
}

void sn_gemm_plain(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
                   const float *a, const float *b, float beta, float *c)
{
    scale(c, m * n, beta);
    for (size_t i = 0; i < m; i++)
        for (size_t p = 0; p < k; p++) {
            const float factor = transpose_a == SN_AS_IS ? a[i * k + p] : a[p * m + i];
            for (size_t j = 0; j < n; j++)
                c[i * n + j] += factor * (transpose_b == SN_AS_IS ? b[p * n + j] : b[j * k + p]);
        }
}

#ifdef SEQNET_HAVE_OPENBLAS

void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c)
{
    if (m == 0 || n == 0)
        return;
    if (k == 0) {
        scale(c, m * n, beta);
        return;
    }
    const blasint lda = (blasint)(transpose_a == SN_AS_IS ? k : m);
    const blasint ldb = (blasint)(transpose_b == SN_AS_IS ? n : k);
    cblas_sgemm(CblasRowMajor, transpose_a == SN_AS_IS ? CblasNoTrans : CblasTrans,
                transpose_b == SN_AS_IS ? CblasNoTrans : CblasTrans, (blasint)m, (blasint)n,
                (blasint)k, 1.0F, a, lda, b, ldb, beta, c, (blasint)n);
}

void sn_gemm_single_thread(void)
{
    openblas_set_num_threads(1);
}

/* openblas_get_config() reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": its first two words.
 */
const char *sn_gemm_name(void)
{
    static _Thread_local char name[96];
    const char *const config = openblas_get_config();
    const size_t product = strcspn(config, " ");
    const size_t version = config[product] ? strcspn(config + product + 1, " ") + 1 : 0;
    (void)snprintf(name, sizeof name, "%.*s %s", (int)(product + version), config,
                   openblas_get_corename());
    return name;
}

#else

void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c)
{
    sn_gemm_plain(transpose_a, transpose_b, m, n, k, a, b, beta, c);
}

void sn_gemm_single_thread(void)
{
}

const char *sn_gemm_name(void)
{
    return "plain C";
}

#endif
