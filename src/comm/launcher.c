#include "launcher.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "banned.h"

/* A launcher, the variables that hold the number of processes and the rank, and one that must be
 * there with them: the shell of a batch script for srun has the others, too. */
typedef struct sign {
    const char *name, *count, *rank, *with;
    /* One that is there when the processes can find each other. */
    const char *joins;
    const char *remedy;
} sign;

static const sign SIGNS[] = {
    {"mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_RANK",
     "OMPI_COMM_WORLD_RANK", NULL},
    {"srun", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_SRUN_COMM_HOST", "PMIX_RANK",
     "set SLURM_MPI_TYPE=pmix for srun"},
    {"a launcher of MPI", "PMI_SIZE", "PMI_RANK", "PMI_RANK", "PMI_RANK",
     "start seqnet with the mpirun of OpenMPI"},
};

static size_t number_in(const char *variable)
{
    const char *const text = getenv(variable);
    int64_t value;
    return text && seqnet_parse_int64(text, &value) && value > 0 ? (size_t)value : 0;
}

sn_launcher sn_launcher_find(void)
{
    const char *const wish = getenv("SEQNET_MPI");
    if (wish && strcmp(wish, "off") == 0)
        return (sn_launcher){.processes = 1};
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++) {
        const size_t count = number_in(SIGNS[i].count);
        if (count && getenv(SIGNS[i].with))
            return (sn_launcher){.name = SIGNS[i].name,
                                 .processes = count,
                                 .rank = number_in(SIGNS[i].rank),
                                 .is_bare = !getenv(SIGNS[i].joins),
                                 .remedy = SIGNS[i].remedy};
    }
    return (sn_launcher){.processes = 1};
}
