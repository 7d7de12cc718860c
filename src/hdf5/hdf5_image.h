/*
 * libhdf5, as the module sees it: a file that lies in memory, so that libhdf5 opens none by itself.
 * It is a part of the module, with hdf5_dump.c and hdf5_build.c.
 */
#ifndef SN_HDF5_IMAGE_H
#define SN_HDF5_IMAGE_H

/* Newer versions of libhdf5 have functions of the same names and other parameters. */
#define H5_USE_110_API

#include <hdf5.h>

/* Opens the bytes of a file to read, which stay the caller's; once in a process. Negative, with
 * libhdf5's reasons, on failure. */
hid_t sn_hdf5_open_image(void *bytes, size_t size);

#endif
