/*
 * A process in which libhdf5 runs, and the pipe from it. What it does is in hdf5_child.h.
 */
#ifndef SN_HDF5_PROCESS_H
#define SN_HDF5_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "status.h"

typedef struct sn_hdf5_process {
    pid_t pid;
    /* This is the new process, whose end of the pipe is written; the other end is read. */
    bool is_child;
    int pipe;
} sn_hdf5_process;

/* Forks: returns in both processes. `place` begins error sentences. SEQNET_ERR_MEMORY. */
seqnet_status sn_hdf5_process_start(sn_hdf5_process *process, const char *place, seqnet_error *err);

/* Closes the pipe, waits for the process, after ending it unless it ends by itself, and returns how
 * it ended, as waitpid tells. */
int sn_hdf5_process_end(const sn_hdf5_process *process, bool ends_itself);

#endif
