/*
 * The process in which libhdf5 runs: what it may use, and how it begins. What it then does is in
 * hdf5_dump.c; the parent's side is in hdf5_file.c.
 */
#ifndef SN_HDF5_CHILD_H
#define SN_HDF5_CHILD_H

#include "hdf5_stream.h"

/* The exit status of a child that has no module to open, and of one that could not limit itself. */
enum { SN_HDF5_NO_MODULE = 3, SN_HDF5_NO_LIMITS };

/* Run in a process that was just forked, and end it. `file` is what the task is about. */
_Noreturn void sn_hdf5_child_read(sn_hdf5_task *task, int file);
_Noreturn void sn_hdf5_child_write(const struct sn_hdf5 *tree, int pipe);

#endif
