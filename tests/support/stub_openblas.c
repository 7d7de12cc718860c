/*
 * A library that passes for OpenBLAS, for LD_LIBRARY_PATH. It chooses its core when it is loaded,
 * as OpenBLAS does: $OPENBLAS_CORETYPE if it is one of $STUB_CORES, otherwise $STUB_CORE, as which
 * it takes the processor. Products for a core in $STUB_WRONG ("all": for any) are wrong, if
 * $STUB_WRONG_SHAPE (MxNxK) is set those of that shape only. They are computed by the library
 * $STUB_OPENBLAS with that core if it is set, which so does not know this processor.
 * $STUB_CONFIG is what it says of itself, with $STUB_STAYS it is not unloaded, and each time that
 * it is loaded it adds the core to the file $STUB_LOG.
 */
#define _GNU_SOURCE
#include <cblas.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char core[32];

/* The library that multiplies, if another does. */
static void *behind;
static __typeof__(cblas_sgemm) *multiply;
static __typeof__(openblas_set_num_threads) *set_num_threads;

static const char *setting(const char *name, const char *otherwise)
{
    const char *const value = getenv(name);
    return value ? value : otherwise;
}

/* Whether a list of words has a word, in the case in which it writes it. */
static bool has_word(const char *words, const char *word, char found[32])
{
    for (size_t length; *words; words += length + (words[length] == ' ')) {
        length = strcspn(words, " ");
        if (strlen(word) == length && strncasecmp(words, word, length) == 0) {
            (void)snprintf(found, 32, "%.*s", (int)length, words);
            return true;
        }
    }
    return false;
}

static void choose_core(void)
{
    static const char known[] = "Prescott Nehalem Sandybridge Haswell Zen SkylakeX Cooperlake";
    if (!has_word(setting("STUB_CORES", known), setting("OPENBLAS_CORETYPE", ""), core))
        (void)snprintf(core, sizeof core, "%s", setting("STUB_CORE", "Haswell"));
}

static void open_behind(const char *path)
{
    const bool is_named = getenv("OPENBLAS_CORETYPE");
    if (!is_named)
        setenv("OPENBLAS_CORETYPE", core, 1);
    behind = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!is_named)
        unsetenv("OPENBLAS_CORETYPE");
    if (behind) {
        *(void **)&multiply = dlsym(behind, "cblas_sgemm");
        *(void **)&set_num_threads = dlsym(behind, "openblas_set_num_threads");
    }
}

__attribute__((constructor)) static void load(void)
{
    choose_core();
    FILE *const log = getenv("STUB_LOG") ? fopen(getenv("STUB_LOG"), "a") : NULL;
    if (log) {
        (void)fprintf(log, "%s\n", core);
        (void)fclose(log);
    }
    if (getenv("STUB_OPENBLAS"))
        open_behind(getenv("STUB_OPENBLAS"));
    Dl_info self;
    if (getenv("STUB_STAYS") && dladdr(core, &self))
        (void)dlopen(self.dli_fname, RTLD_LAZY | RTLD_NODELETE);
}

__attribute__((destructor)) static void unload(void)
{
    if (behind)
        dlclose(behind);
}

static bool is_wrong(blasint m, blasint n, blasint k)
{
    char found[32], shape[64];
    (void)snprintf(shape, sizeof shape, "%dx%dx%d", (int)m, (int)n, (int)k);
    const char *const wrong = setting("STUB_WRONG", "");
    return (has_word(wrong, core, found) || has_word(wrong, "all", found)) &&
           strcmp(setting("STUB_WRONG_SHAPE", shape), shape) == 0;
}

void cblas_sgemm(const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE transpose_a,
                 const enum CBLAS_TRANSPOSE transpose_b, const blasint m, const blasint n,
                 const blasint k, const float alpha, const float *a, const blasint lda,
                 const float *b, const blasint ldb, const float beta, float *c, const blasint ldc)
{
    if (multiply)
        multiply(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    for (blasint i = 0; i < m && !multiply; i++)
        for (blasint j = 0; j < n; j++) {
            float sum = beta == 0.0F ? 0.0F : beta * c[i * ldc + j];
            for (blasint p = 0; p < k; p++)
                sum += alpha * (transpose_a == CblasNoTrans ? a[i * lda + p] : a[p * lda + i]) *
                       (transpose_b == CblasNoTrans ? b[p * ldb + j] : b[j * ldb + p]);
            c[i * ldc + j] = sum;
        }
    if (is_wrong(m, n, k))
        c[(m - 1) * ldc + n - 1] += 1.0F;
}

void openblas_set_num_threads(int threads)
{
    if (set_num_threads)
        set_num_threads(threads);
}

char *openblas_get_config(void)
{
    static char config[64];
    (void)snprintf(config, sizeof config, "%s",
                   setting("STUB_CONFIG", "OpenBLAS 0.0 DYNAMIC_ARCH"));
    return config;
}

char *openblas_get_corename(void)
{
    return core;
}
