/* What the environment says about the launcher that started this process, if any. */
#ifndef SN_LAUNCHER_H
#define SN_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sn_launcher {
    /* "mpirun", "srun" or "a launcher of MPI"; NULL: none */
    const char *name;
    /* The processes that it started together. */
    size_t processes;
    /* The number that it gave this one. */
    size_t rank;
    /* It has not prepared them to find each other, which MPI would only notice by failing. */
    bool is_bare;
    /* What would prepare them, where that may be missing; else NULL. */
    const char *remedy;
} sn_launcher;

sn_launcher sn_launcher_find(void);

#endif
