#include "environment.h"

const environment_variable ENVIRONMENT[] = {
    {"SEQNET_OPTIONS",
     "options of all commands that know them, as they are typed; see --no-config"},
    {"SEQNET_THREADS", "number of threads of commands that are given no --threads"},
    {"XDG_CONFIG_HOME", "folder that has seqnet/config, a file of options; unset, ~/.config"},
    {"SEQNET_MODEL", "model file of commands that are given no --model"},
    {"SEQNET_DATA", "folder in which imdb_word_index.json is looked for, after that of DATA"},
    {"SEQNET_ISA", "instruction set to use at most: generic, avx2 or avx512"},
    {"SEQNET_MPI", "off: processes that mpirun or srun starts know nothing of each other"},
    {"OPENBLAS_CORETYPE", "processor whose matrix products OpenBLAS takes; unset, seqnet chooses "
                          "one of those that are right on this machine"},
    {"COLUMNS", "cells of a line of the help; unset, those of the terminal, or 80"},
    {"NO_COLOR", "with any value: nothing is colored, unless --color says so"},
    {"TERM", "dumb: nothing is colored, and no line is drawn over"},
    {"LC_ALL, LC_CTYPE, LANG", "the first of them that is set: whether the terminal shows UTF-8"},
    {"SOURCE_DATE_EPOCH",
     "date of the man pages that --generate prints, in seconds since 1970; unset, they have none"},
    {"TMPDIR", "folder of temporary files; unset, /var/tmp or /tmp"},
    {"HOME", "has .keras/datasets, where imdb_word_index.json is looked for last"},
    {"XTERM_VERSION", "set by xterm, which does not wrap lines anew when it becomes narrower"},
    {"OMPI_COMM_WORLD_SIZE, OMPI_COMM_WORLD_RANK", "set by mpirun: processes, and this one"},
    {"SLURM_STEP_NUM_TASKS, SLURM_PROCID", "set by srun: likewise"},
    {"SLURM_SRUN_COMM_HOST, PMIX_RANK", "set by srun where its processes can find each other"},
    {"PMI_SIZE, PMI_RANK", "set by other launchers of MPI: likewise"},
};

const size_t ENVIRONMENT_COUNT = sizeof ENVIRONMENT / sizeof *ENVIRONMENT;
