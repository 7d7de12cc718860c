#define _GNU_SOURCE /* MAP_ANONYMOUS, environ */

#include "gemm.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kernels.h"

#ifdef SEQNET_HAVE_OPENBLAS
#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "blas_check.h"
#include "blas_choice.h"
#include "memory.h"
#endif

#include "banned.h"

/* The sums of sn_gemm_plain, faster; in the reproducible arithmetic the very same bits. */
static void multiply_by_kernels(sn_transpose transpose_a, sn_transpose transpose_b, size_t m,
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
        sn_gemm_scale(c, m * n, beta);
    sn_kernels_best()->product(&product);
}

#ifdef SEQNET_HAVE_OPENBLAS

static const char PLAIN[] = "plain C";

enum { WORDS = 96, CORE_NAME = 32, RELOADS = 2 };

/* OpenBLAS is opened when it is first needed, not linked. Scoring a text does not need it, and
 * loading it and starting its threads would about double the time of that. */
static struct {
    void *library;
    /* NULL if the library cannot be loaded, or multiplies wrongly. */
    __typeof__(cblas_sgemm) *sgemm;
    __typeof__(openblas_get_config) *get_config;
    __typeof__(openblas_get_corename) *get_corename;
    /* At least the number of threads that it starts, which then idle. */
    size_t threads;
    /* Buffers that the self-check has left, which the next product takes. */
    size_t buffers;
    /* See gemm.h; `problem` is empty where there is none. */
    char choice[128], problem[384];
    /* The environments that it was loaded again in. */
    char **environments[RELOADS];
    char settings[RELOADS][64];
    size_t reloads;
} blas;

static void multiply(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n,
                     size_t k, const float *a, const float *b, float beta, float *c)
{
    const blasint lda = (blasint)(transpose_a == SN_AS_IS ? k : m);
    const blasint ldb = (blasint)(transpose_b == SN_AS_IS ? n : k);
    blas.sgemm(CblasRowMajor, transpose_a == SN_AS_IS ? CblasNoTrans : CblasTrans,
               transpose_b == SN_AS_IS ? CblasNoTrans : CblasTrans, (blasint)m, (blasint)n,
               (blasint)k, 1.0F, a, lda, b, ldb, beta, c, (blasint)n);
}

/* openblas_get_config() reads "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": its first two words.
 */
static const char *blas_name(void)
{
    static _Thread_local char name[WORDS];
    const char *const config = blas.get_config();
    const size_t product = strcspn(config, " ");
    const size_t version = config[product] ? strcspn(config + product + 1, " ") + 1 : 0;
    (void)snprintf(name, sizeof name, "%.*s %s", (int)(product + version), config,
                   blas.get_corename());
    return name;
}

/* The address space that OpenBLAS maps for each thread, its stack included: for its own threads
 * some time after it was loaded, for a thread that multiplies at its first large product. If it
 * cannot map a buffer, it tries again for ever; if it cannot start a thread, it raises SIGINT. */
static const size_t BUFFER_SIZE = ((size_t)128 << 20) + ((size_t)9 << 20);

_Static_assert(sizeof blas.sgemm == sizeof(void *), "POSIX: dlsym returns functions, too");

static const char NOT_LOADED[] = "OpenBLAS cannot be loaded";
static const char PLAIN_NOTE[] = "matrix products run in plain C, several times slower: ";

/* Stores the library's function of this name in *function. */
static bool find(const char *name, void *function)
{
    const void *const symbol = blas.library ? dlsym(blas.library, name) : NULL;
    if (!symbol)
        (void)snprintf(blas.problem, sizeof blas.problem, "%s%s; install OpenBLAS (libopenblas0)",
                       PLAIN_NOTE, dlerror());
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

static void close_library(void)
{
    blas.sgemm = NULL;
    if (blas.library)
        dlclose(blas.library);
    blas.library = NULL;
}

/* Returns false, with the problem, where there is no OpenBLAS. */
static bool open_library(void)
{
    __typeof__(cblas_sgemm) *sgemm;
    __typeof__(openblas_set_num_threads) *set_num_threads;
    blas.library = dlopen(SEQNET_OPENBLAS, RTLD_LAZY | RTLD_LOCAL);
    if (!find("cblas_sgemm", &sgemm) || !find("openblas_set_num_threads", &set_num_threads) ||
        !find("openblas_get_config", &blas.get_config) ||
        !find("openblas_get_corename", &blas.get_corename)) {
        close_library();
        return false;
    }
    set_num_threads(1);
    blas.sgemm = sgemm;
    return true;
}

/* Whether the process has loaded OpenBLAS without us. */
static bool is_loaded(void)
{
    void *const library = dlopen(SEQNET_OPENBLAS, RTLD_LAZY | RTLD_NOLOAD);
    if (library)
        dlclose(library);
    return library;
}

/* A copy of the environment with a setting in front, where it is found first; NULL where there is
 * no memory for it. */
static char **environment_with(char *setting)
{
    size_t count = 0;
    while (environ && environ[count])
        count++;
    char **copy;
    if (sn_alloc(&copy, count + 2, sizeof *copy, NULL) != SEQNET_OK)
        return NULL;
    copy[0] = setting;
    if (count)
        memcpy(copy + 1, environ, count * sizeof *copy);
    return copy;
}

/* Opens the library once more, with the kernels of a core: it reads OPENBLAS_CORETYPE while it is
 * loaded, and when it is closed it ends its threads and is gone. The environment is exchanged for
 * another and back, not changed, because setenv() would free what other threads may be reading;
 * for the same reason the other one stays. Without memory nothing changes. */
static bool load_again(const char *core)
{
    char *const setting = blas.settings[blas.reloads];
    (void)snprintf(setting, sizeof blas.settings[0], "OPENBLAS_CORETYPE=%s", core);
    char **const with_core = environment_with(setting), **const before = environ;
    if (!with_core)
        return true;
    blas.environments[blas.reloads++] = with_core;
    close_library();
    environ = with_core;
    const bool opened = open_library();
    environ = before;
    return opened;
}

/* Loads it again with a better core where there is one, and says whose choice the core is. */
static void choose_core(sn_blas_found *found, sn_blas_level processor)
{
    char own[CORE_NAME];
    const char *const better = sn_blas_better_core(found, processor);
    (void)snprintf(own, sizeof own, "%s", found->core);
    if (better && !load_again(better))
        return;
    found->core = blas.get_corename();
    found->config = blas.get_config();
    if (better && strcasecmp(found->core, better) == 0)
        (void)snprintf(blas.choice, sizeof blas.choice,
                       "chosen by seqnet: OpenBLAS takes this processor for %s", own);
    else
        sn_blas_describe(found, processor, blas.choice, sizeof blas.choice);
}

/* Replaces kernels that multiply wrongly: by others, or by plain loops. */
static void check_core(const sn_blas_found *found, sn_blas_level processor)
{
    char wrong[WORDS + CORE_NAME], shape[CORE_NAME];
    if (sn_blas_check(multiply, shape, sizeof shape))
        return;
    (void)snprintf(wrong, sizeof wrong, "%s", blas_name());
    const char *const safe = sn_blas_safe_core(found, processor);
    char again[CORE_NAME];
    if (safe && load_again(safe) && strcasecmp(blas.get_corename(), safe) == 0 &&
        sn_blas_check(multiply, again, sizeof again)) {
        (void)snprintf(blas.choice, sizeof blas.choice,
                       "chosen by seqnet: others multiply wrongly here");
        (void)snprintf(blas.problem, sizeof blas.problem,
                       "the kernels of %s multiply wrongly on this processor (%s); those for %s "
                       "are used; install another version of OpenBLAS",
                       wrong, shape, safe);
        return;
    }
    close_library();
    (void)snprintf(blas.choice, sizeof blas.choice, "the self-check of OpenBLAS failed");
    (void)snprintf(blas.problem, sizeof blas.problem,
                   "%sthe kernels of %s multiply wrongly on this processor (%s); install another "
                   "version of OpenBLAS",
                   PLAIN_NOTE, wrong, shape);
}

/* Whether there is room for the buffers of its threads and of this one; says so where there is not.
 */
static bool has_room_to_start(void)
{
    const size_t buffers = blas.threads + 1;
    if (has_room(buffers))
        return true;
    (void)snprintf(blas.problem, sizeof blas.problem,
                   "%sOpenBLAS needs %zu MB of address space to start; raise the limit (ulimit -v, "
                   "-d)",
                   PLAIN_NOTE, buffers * BUFFER_SIZE >> 20);
    return false;
}

static void load(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    blas.threads = processors > 1 ? (size_t)processors - 1 : 0;
    (void)snprintf(blas.choice, sizeof blas.choice, "%s", NOT_LOADED);
    sn_blas_found found = {.wanted = getenv("OPENBLAS_CORETYPE"), .was_loaded = is_loaded()};
    const sn_processor here = sn_processor_here();
    const sn_blas_level processor = sn_processor_level(&here);
    if (!has_room_to_start() || !open_library())
        return;
    found.core = blas.get_corename();
    found.config = blas.get_config();
    choose_core(&found, processor);
    if (!blas.sgemm)
        return;
    if (has_room_to_start()) { /* the library itself takes some, and the check multiplies */
        check_core(&found, processor);
        blas.buffers = 1;
        return;
    }
    close_library();
    (void)snprintf(blas.choice, sizeof blas.choice, "%s", NOT_LOADED);
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
    const size_t all = blas.threads + threads;
    if (!blas.sgemm || all <= blas.buffers || has_room(all - blas.buffers))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY,
                   "out of memory: OpenBLAS needs %zu MB of address space for %zu threads; raise "
                   "the limit (ulimit -v, -d) or use fewer threads (.threads)",
                   all * BUFFER_SIZE >> 20, threads);
}

void sn_gemm(sn_transpose transpose_a, sn_transpose transpose_b, size_t m, size_t n, size_t k,
             const float *a, const float *b, float beta, float *c)
{
    if (m == 0 || n == 0)
        return;
    if (k == 0) {
        sn_gemm_scale(c, m * n, beta);
        return;
    }
    if (sn_arithmetic_now() == SN_REPRODUCIBLE) {
        multiply_by_kernels(transpose_a, transpose_b, m, n, k, a, b, beta, c);
        return;
    }
    load_once();
    (blas.sgemm ? multiply : sn_gemm_plain)(transpose_a, transpose_b, m, n, k, a, b, beta, c);
}

const char *sn_gemm_name(void)
{
    load_once();
    return blas.sgemm ? blas_name() : PLAIN;
}

const char *sn_gemm_choice(void)
{
    load_once();
    return blas.choice;
}

const char *sn_gemm_problem(void)
{
    load_once();
    return *blas.problem ? blas.problem : NULL;
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
    if (m == 0 || n == 0)
        return;
    if (k == 0)
        sn_gemm_scale(c, m * n, beta);
    else
        multiply_by_kernels(transpose_a, transpose_b, m, n, k, a, b, beta, c);
}

const char *sn_gemm_name(void)
{
    return "own loops";
}

const char *sn_gemm_choice(void)
{
    return "built without OpenBLAS";
}

const char *sn_gemm_problem(void)
{
    return NULL;
}

#endif
