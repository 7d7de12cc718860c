/*
 * What the process that reads a hostile file may ask the kernel for: to read and write what is
 * open, for memory that is no code, for the time, and to end. So a file that gets code of its own
 * to run has no files, sockets or programs.
 */
#ifndef SN_HDF5_SANDBOX_H
#define SN_HDF5_SANDBOX_H

/* From now on, other calls of this process fail (EPERM). Where the kernel does not offer that, the
 * process has its resource limits alone. */
void sn_hdf5_sandbox(void);

#endif
