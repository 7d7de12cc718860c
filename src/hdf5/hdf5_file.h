/*
 * Reads and writes HDF5 files. They may be hostile, and libhdf5 was not made for that: it runs in a
 * child process with limits on memory, time, depth and files, and all that it says is checked. What
 * Keras means by the names in a file is up to keras_files.
 */
#ifndef SN_HDF5_FILE_H
#define SN_HDF5_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "hdf5_tree.h"
#include "status.h"

/* Whether these first bytes of a file, at least 2056 unless it is shorter, say that it is HDF5,
 * perhaps behind a block of somebody else's. */
bool sn_hdf5_recognise(const void *bytes, size_t size);

/* The most bytes that arrays of a file of so many bytes may have as float32: files may be
 * compressed, but weights do not shrink much. */
static inline uint64_t sn_hdf5_most_bytes(uint64_t file_bytes)
{
    enum { EXPANSION = 32, LEAST = 64 << 20 };
    return file_bytes * EXPANSION + LEAST;
}

/* Reads an open file, without the groups at the root that `skipped` names, a list that ends with
 * NULL. `place` begins error sentences. SEQNET_ERR_MODEL for whatever is wrong with the file;
 * SEQNET_ERR_MEMORY. On failure *tree is empty. */
seqnet_status sn_hdf5_read(sn_hdf5 *tree, int file, const char *const *skipped, const char *place,
                           seqnet_error *err);

/* Appends a tree as an HDF5 file: the same tree gives the same bytes. Paths name groups that lie on
 * the way, too. SEQNET_ERR_USAGE without libhdf5; SEQNET_ERR_MEMORY. */
seqnet_status sn_hdf5_write(const sn_hdf5 *tree, sn_buffer *bytes, seqnet_error *err);

/* What ends the sentence about a seqnet that lacks the module. */
#ifdef SEQNET_STATIC
#define SN_HDF5_MISSING                                                                            \
    "this seqnet was built without libhdf5, since it is static; use one that is installed with "   \
    "its libraries"
#else
#define SN_HDF5_MISSING                                                                            \
    "this seqnet was built without libhdf5, or its module is not installed; install the package "  \
    "seqnet-hdf5, or build seqnet where libhdf5 is (Debian: libhdf5-dev)"
#endif

#endif
