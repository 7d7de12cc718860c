#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "gemm.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernels.h"

#ifdef SEQNET_HAVE_OPENBLAS
#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "banned.h"

static const char PLAIN[] = "plain C";

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

/* The sums of sn_gemm_plain, faster. */
static void multiply_reproducibly(sn_transpose transpose_a, sn_transpose transpose_b, size_t m,
                                  size_t n, size_t k, const float *a, const float *b, float beta,
                                  float *c)
{
    const sn_product product = {.m = m,
                                .n = n,
                                .k = k,
                                .a = a,
                                .a_row = transpose_a == SN_AS_IS ? k : 1,
                                .a_column = transpose_a == SN_AS_IS ? 1 : m,
                                .b = b,
                                .b_row = transpose_b == SN_AS_IS ? n : 1,
                                .b_column = transpose_b == SN_AS_IS ? 1 : k,
                                .c = c};
    if (beta != 1.0F)
        scale(c, m * n, beta);
    sn_kernels_best()->product(&product);
}

#ifdef SEQNET_HAVE_OPENBLAS

/* OpenBLAS is opened when it is first needed, not linked. Scoring a text does not need it, and
 * loading it and starting its threads would about double the time of that. */
static struct {
    /* NULL if the library cannot be loaded. */
    __typeof__(cblas_sgemm) *sgemm;
    __typeof__(openblas_get_config) *get_config;
    __typeof__(openblas_get_corename) *get_corename;
    /* At least the number of threads that it starts, which then idle. */
    size_t threads;
    char problem[256];
} blas;

/* The address space that OpenBLAS maps for each thread, its stack included: for its own threads
 * some time after it was loaded, for a thread that multiplies at its first large product. If it
 * cannot map a buffer, it tries again for ever; if it cannot start a thread, it raises SIGINT. */
static const size_t BUFFER_SIZE = ((size_t)128 << 20) + ((size_t)9 << 20);

_Static_assert(sizeof blas.sgemm == sizeof(void *), "POSIX: dlsym returns functions, too");

/* Stores the library's function of this name in *function. */
static bool find(void *library, const char *name, void *function)
{
    const void *const symbol = library ? dlsym(library, name) : NULL;
    if (!symbol)
        (void)snprintf(blas.problem, sizeof blas.problem, "%s; install OpenBLAS (libopenblas0)",
                       dlerror());
    else
        memcpy(function, &symbol, sizeof symbol);
    return symbol;
}

/* Whether there is address space for this number of buffers. Maps it to try, so that a limit on
 * data counts, too. */
static bool has_room(size_t buffers)
{
    if (buffers > SIZE_MAX / BUFFER_SIZE)
        return false;
    void *const room = mmap(NULL, buffers * BUFFER_SIZE, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        return false;
    munmap(room, buffers * BUFFER_SIZE);
    return true;
}

static void load(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    blas.threads = processors > 1 ? (size_t)processors - 1 : 0;
    if (!has_room(blas.threads + 1)) {
        (void)snprintf(blas.problem, sizeof blas.problem,
                       "OpenBLAS needs %zu MB of address space to start; raise the limit (ulimit "
                       "-v, -d)",
                       (blas.threads + 1) * BUFFER_SIZE >> 20);
        return;
    }
    void *const library = dlopen(SEQNET_OPENBLAS, RTLD_LAZY | RTLD_LOCAL);
    __typeof__(cblas_sgemm) *sgemm;
    __typeof__(openblas_set_num_threads) *set_num_threads;
    if (!find(library, "cblas_sgemm", &sgemm) ||
        !find(library, "openblas_set_num_threads", &set_num_threads) ||
        !find(library, "openblas_get_config", &blas.get_config) ||
        !find(library, "openblas_get_corename", &blas.get_corename))
        return;
    set_num_threads(1);
    blas.sgemm = sgemm;
}

static void load_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
}

seqnet_status sn_gemm_prepare(size_t threads, seqnet_error *err)
{
    if (sn_arithmetic_now() == SN_REPRODUCIBLE)
        return SEQNET_OK;
    load_once();
    if (!blas.sgemm || has_room(blas.threads + threads))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY,
                   "out of memory: OpenBLAS needs %zu MB of address space for %zu threads; raise "
                   "the limit (ulimit -v, -d) or use fewer threads (.threads)",
                   (blas.threads + threads) * BUFFER_SIZE >> 20, threads);
}

void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c)
{
    if (m == 0 || n == 0)
        return;
    if (k == 0) {
        scale(c, m * n, beta);
        return;
    }
    if (sn_arithmetic_now() == SN_REPRODUCIBLE) {
        multiply_reproducibly(transpose_a, transpose_b, m, n, k, a, b, beta, c);
        return;
    }
    load_once();
    if (!blas.sgemm) {
        sn_gemm_plain(transpose_a, transpose_b, m, n, k, a, b, beta, c);
        return;
    }
    const blasint lda = (blasint)(transpose_a == SN_AS_IS ? k : m);
    const blasint ldb = (blasint)(transpose_b == SN_AS_IS ? n : k);
    blas.sgemm(CblasRowMajor, transpose_a == SN_AS_IS ? CblasNoTrans : CblasTrans,
               transpose_b == SN_AS_IS ? CblasNoTrans : CblasTrans, (blasint)m, (blasint)n,
               (blasint)k, 1.0F, a, lda, b, ldb, beta, c, (blasint)n);
}

/* openblas_get_config() reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": its first two words.
 */
const char *sn_gemm_name(void)
{
    static _Thread_local char name[96];
    load_once();
    if (!blas.sgemm)
        return PLAIN;
    const char *const config = blas.get_config();
    const size_t product = strcspn(config, " ");
    const size_t version = config[product] ? strcspn(config + product + 1, " ") + 1 : 0;
    (void)snprintf(name, sizeof name, "%.*s %s", (int)(product + version), config,
                   blas.get_corename());
    return name;
}

const char *sn_gemm_problem(void)
{
    load_once();
    return blas.sgemm ? NULL : blas.problem;
}

#else

seqnet_status sn_gemm_prepare(size_t threads, seqnet_error *err)
{
    (void)threads;
    (void)err;
    return SEQNET_OK;
}

void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c)
{
    (sn_arithmetic_now() == SN_REPRODUCIBLE ? multiply_reproducibly : sn_gemm_plain)(
        transpose_a, transpose_b, m, n, k, a, b, beta, c);
}

const char *sn_gemm_name(void)
{
    return PLAIN;
}

const char *sn_gemm_problem(void)
{
    return NULL;
}

#endif
