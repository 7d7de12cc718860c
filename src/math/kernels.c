/* Which kernels there are, and the choice among them. */
#include "kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "banned.h"

/* As $SEQNET_ISA calls them. */
static const char *const NAMES[SN_ISA_COUNT] = {"baseline", "avx2", "avx512"};

const sn_kernels *sn_kernels_of(sn_isa isa)
{
    if (isa == SN_ISA_BASELINE)
        return &sn_kernels_baseline;
#ifdef SEQNET_HAVE_AVX2
    if (isa == SN_ISA_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &sn_kernels_avx2;
#endif
#ifdef SEQNET_HAVE_AVX512
    if (isa == SN_ISA_AVX512 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512dq"))
        return &sn_kernels_avx512;
#endif
    return NULL;
}

const char *sn_isa_name(sn_isa isa)
{
    return NAMES[isa];
}

/* $SEQNET_ISA; NULL where it asks for nothing. */
static const char *wanted_name(void)
{
    const char *const wanted = getenv("SEQNET_ISA");
    return wanted && *wanted ? wanted : NULL;
}

static const sn_kernels *kernels_named(const char *name)
{
    for (int isa = 0; isa < SN_ISA_COUNT; isa++)
        if (strcmp(name, NAMES[isa]) == 0)
            return sn_kernels_of((sn_isa)isa);
    return NULL;
}

const char *sn_kernels_ignored(void)
{
    const char *const wanted = wanted_name();
    return wanted && !kernels_named(wanted) ? wanted : NULL;
}

static const sn_kernels *choose(void)
{
    const char *const wanted = wanted_name();
    const sn_kernels *best = wanted ? kernels_named(wanted) : NULL;
    for (int isa = SN_ISA_COUNT; !best && isa-- > 0;)
        best = sn_kernels_of((sn_isa)isa);
    return best;
}

const sn_kernels *sn_kernels_best(void)
{
    static _Atomic(const sn_kernels *) chosen;
    const sn_kernels *kernels = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!kernels) {
        kernels = choose();
        atomic_store_explicit(&chosen, kernels, memory_order_release);
    }
    return kernels;
}

#if defined(__SSE__)

enum { FLUSH_TO_ZERO = 0x8000, SUBNORMALS_ARE_ZERO = 0x0040 };

unsigned sn_subnormals_flush(void)
{
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | FLUSH_TO_ZERO | SUBNORMALS_ARE_ZERO);
    return before;
}

void sn_subnormals_restore(unsigned before)
{
    _mm_setcsr(before);
}

#else

unsigned sn_subnormals_flush(void)
{
    return 0;
}

void sn_subnormals_restore(unsigned before)
{
    (void)before;
}

#endif
