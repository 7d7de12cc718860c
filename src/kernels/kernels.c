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

/* Those of the build. */
static const sn_kernels *const TABLES[SN_ISA_COUNT][SN_ARITHMETICS] = {
    [SN_ISA_BASELINE] = {&sn_kernels_baseline, &sn_kernels_baseline_reproducible},
#ifdef SEQNET_HAVE_AVX2
    [SN_ISA_AVX2] = {&sn_kernels_avx2, &sn_kernels_avx2_reproducible},
#endif
#ifdef SEQNET_HAVE_AVX512
    [SN_ISA_AVX512] = {&sn_kernels_avx512, &sn_kernels_avx512_reproducible},
#endif
};

static bool machine_has(sn_isa isa)
{
#if defined(__x86_64__)
    if (isa == SN_ISA_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (isa == SN_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
    return isa == SN_ISA_BASELINE;
}

const sn_kernels *sn_kernels_of(sn_isa isa, sn_arithmetic arithmetic)
{
    return machine_has(isa) ? TABLES[isa][arithmetic] : NULL;
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

/* The instruction set of this name; SN_ISA_COUNT where the machine has none. */
static sn_isa isa_named(const char *name)
{
    for (int isa = 0; isa < SN_ISA_COUNT; isa++)
        if (strcmp(name, NAMES[isa]) == 0 && sn_kernels_of((sn_isa)isa, SN_FAST))
            return (sn_isa)isa;
    return SN_ISA_COUNT;
}

const char *sn_kernels_ignored(void)
{
    const char *const wanted = wanted_name();
    return wanted && isa_named(wanted) == SN_ISA_COUNT ? wanted : NULL;
}

static sn_isa choose(void)
{
    const char *const wanted = wanted_name();
    const sn_isa named = wanted ? isa_named(wanted) : SN_ISA_COUNT;
    if (named != SN_ISA_COUNT)
        return named;
    int best = SN_ISA_COUNT - 1;
    while (!sn_kernels_of((sn_isa)best, SN_FAST))
        best--;
    return (sn_isa)best;
}

const sn_kernels *sn_kernels_best(void)
{
    static atomic_int chosen = SN_ISA_COUNT;
    int isa = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (isa == SN_ISA_COUNT) {
        isa = (int)choose();
        atomic_store_explicit(&chosen, isa, memory_order_relaxed);
    }
    return TABLES[isa][sn_arithmetic_now()];
}

#if defined(__SSE__)

enum { FLUSH_TO_ZERO = 0x8000, SUBNORMALS_ARE_ZERO = 0x0040 };

unsigned sn_subnormals_flush(void)
{
    const unsigned before = _mm_getcsr();
    if (sn_arithmetic_now() == SN_FAST)
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
