#include "blas_choice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "banned.h"

static const char *const LEVEL_NAMES[] = {"baseline", "AVX2", "AVX-512"};

/* The core of each level that all builds with several cores have. */
static const char *const LEVEL_CORES[] = {NULL, "Haswell", "SkylakeX"};

/* OpenBLAS's names for x86-64 cores: corename[] in its driver/others/dynamic.c. */
static const char *const BASIC_CORES[] = {
    "Unknown", "Generic",   "Katmai",     "Coppermine",  "Northwood",   "Prescott",
    "Banias",  "Atom",      "Core2",      "Penryn",      "Dunnington",  "Nehalem",
    "Athlon",  "Opteron",   "Barcelona",  "Nano",        "Sandybridge", "Opteron_SSE3",
    "Bobcat",  "Bulldozer", "Piledriver", "Steamroller",
};
static const char *const AVX2_CORES[] = {"Haswell", "Zen", "Excavator"};

sn_processor sn_processor_here(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    return (sn_processor){.avx2 = __builtin_cpu_supports("avx2"),
                          .fma = __builtin_cpu_supports("fma"),
                          .avx512f = __builtin_cpu_supports("avx512f"),
                          .avx512bw = __builtin_cpu_supports("avx512bw"),
                          .avx512cd = __builtin_cpu_supports("avx512cd"),
                          .avx512dq = __builtin_cpu_supports("avx512dq"),
                          .avx512vl = __builtin_cpu_supports("avx512vl")};
#else
    return (sn_processor){0};
#endif
}

/* OpenBLAS builds the kernels for SkylakeX with -march=skylake-avx512, which has all of these. */
sn_blas_level sn_processor_level(const sn_processor *processor)
{
    if (!processor->avx2 || !processor->fma)
        return SN_BLAS_BASIC;
    return processor->avx512f && processor->avx512bw && processor->avx512cd &&
                   processor->avx512dq && processor->avx512vl
               ? SN_BLAS_AVX512
               : SN_BLAS_AVX2;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

sn_blas_level sn_core_level(const char *core)
{
    if (is_among(core, BASIC_CORES, sizeof BASIC_CORES / sizeof *BASIC_CORES))
        return SN_BLAS_BASIC;
    if (is_among(core, AVX2_CORES, sizeof AVX2_CORES / sizeof *AVX2_CORES))
        return SN_BLAS_AVX2;
    return SN_BLAS_AVX512;
}

static bool has_several_cores(const sn_blas_found *found)
{
    return strstr(found->config, "DYNAMIC_ARCH");
}

static bool is_wanted(const sn_blas_found *found)
{
    return found->wanted && *found->wanted;
}

bool sn_blas_can_change(const sn_blas_found *found)
{
    return has_several_cores(found) && !found->was_loaded;
}

const char *sn_blas_better_core(const sn_blas_found *found, sn_blas_level processor)
{
    if (is_wanted(found) || !sn_blas_can_change(found) || sn_core_level(found->core) >= processor)
        return NULL;
    return LEVEL_CORES[processor];
}

const char *sn_blas_safe_core(const sn_blas_found *found, sn_blas_level processor)
{
    const char *const safe = LEVEL_CORES[SN_BLAS_AVX2];
    if (processor < SN_BLAS_AVX2 || !sn_blas_can_change(found) ||
        strcasecmp(found->core, safe) == 0)
        return NULL;
    return safe;
}

void sn_blas_describe(const sn_blas_found *found, sn_blas_level processor, char *phrase,
                      size_t room)
{
    const bool is_heeded = is_wanted(found) && strcasecmp(found->wanted, found->core) == 0;
    const bool is_below = sn_core_level(found->core) < processor;
    char below[64] = "";
    if (is_below)
        (void)snprintf(below, sizeof below, ", below the %s of this processor",
                       LEVEL_NAMES[processor]);
    if (!has_several_cores(found))
        (void)snprintf(phrase, room, "the only core of this OpenBLAS%s", below);
    else if (found->was_loaded)
        (void)snprintf(phrase, room, "chosen before seqnet was loaded%s", below);
    else if (is_heeded)
        (void)snprintf(phrase, room, "chosen by OPENBLAS_CORETYPE%s", below);
    else if (is_wanted(found))
        (void)snprintf(phrase, room,
                       "chosen by OpenBLAS instead of the core in OPENBLAS_CORETYPE%s", below);
    else
        (void)snprintf(phrase, room, "chosen by OpenBLAS%s", below);
}
