/*
 * Which of its kernels OpenBLAS should multiply with. It has them for several cores ("Haswell",
 * "SkylakeX"), and takes its oldest ones for a processor that is newer than the library. Pure
 * functions, of a processor and of what OpenBLAS says of itself; gemm.c loads it and asks them.
 */
#ifndef SN_BLAS_CHOICE_H
#define SN_BLAS_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

/* What a processor offers to matrix products, or what a core's kernels use of it. */
typedef enum sn_blas_level { SN_BLAS_BASIC, SN_BLAS_AVX2, SN_BLAS_AVX512 } sn_blas_level;

/* Instructions that a processor and its operating system have; all false where it is no x86-64. */
typedef struct sn_processor {
    bool avx2, fma, avx512f, avx512bw, avx512cd, avx512dq, avx512vl;
} sn_processor;

sn_processor sn_processor_here(void);
sn_blas_level sn_processor_level(const sn_processor *processor);

/* The level of the core that openblas_get_corename() names. A name that is not known is that of a
 * newer core, and has the highest one. */
sn_blas_level sn_core_level(const char *core);

/* OpenBLAS as it was loaded. */
typedef struct sn_blas_found {
    /* openblas_get_corename() and openblas_get_config() */
    const char *core, *config;
    /* $OPENBLAS_CORETYPE; NULL or empty: it is left to OpenBLAS */
    const char *wanted;
    /* Something else in this process has loaded it before. */
    bool was_loaded;
} sn_blas_found;

/* Whether OpenBLAS can be loaded again with other kernels: it has several, and is ours alone. */
bool sn_blas_can_change(const sn_blas_found *found);

/* The core to load OpenBLAS with instead: the one for the level of the processor where OpenBLAS
 * has taken one below it by itself; NULL: all is well, or nothing can be done. */
const char *sn_blas_better_core(const sn_blas_found *found, sn_blas_level processor);

/* The core to load OpenBLAS with instead of one that multiplies wrongly; NULL: there is none. */
const char *sn_blas_safe_core(const sn_blas_found *found, sn_blas_level processor);

/* Writes who has chosen the core, and whether it is below the level of the processor: "chosen by
 * OPENBLAS_CORETYPE, below the AVX-512 of this processor". */
void sn_blas_describe(const sn_blas_found *found, sn_blas_level processor, char *phrase,
                      size_t room);

#endif
