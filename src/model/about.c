/* What this build is and which BLAS and instruction set it uses. */
#include <stdio.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "cores.h"
#include "gemm.h"
#include "kernels.h"

#include "banned.h"

const char *seqnet_version(void)
{
    return SEQNET_VERSION;
}

const char *seqnet_blas_name(void)
{
    return sn_gemm_name();
}

const char *seqnet_blas_choice(void)
{
    return sn_gemm_choice();
}

const char *seqnet_blas_problem(void)
{
    return sn_gemm_problem();
}

const char *seqnet_instruction_set(void)
{
    return sn_kernels_best()->name;
}

const char *seqnet_instruction_set_problem(void)
{
    static _Thread_local char problem[256];
    const char *const ignored = sn_kernels_ignored();
    char names[64] = "";
    if (!ignored)
        return NULL;
    for (int isa = 0; isa < SN_ISA_COUNT; isa++) {
        const size_t used = strlen(names);
        if (sn_kernels_of((sn_isa)isa, SN_FAST))
            (void)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                           sn_isa_name((sn_isa)isa));
    }
    (void)snprintf(problem, sizeof problem,
                   "SEQNET_ISA=%.64s names none of the instruction sets here (%s); %s is used",
                   ignored, names, seqnet_instruction_set());
    return problem;
}

size_t seqnet_usable_cores(void)
{
    return sn_usable_cores();
}
