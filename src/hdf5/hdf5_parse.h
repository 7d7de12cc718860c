/*
 * Reads the records of hdf5_stream.h. Their writer has read a hostile file, so they are checked
 * like one: every length and sum against a limit before anything is allocated.
 */
#ifndef SN_HDF5_PARSE_H
#define SN_HDF5_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "hdf5_tree.h"
#include "status.h"

/* Reads up to `size` bytes; returns how many, 0 at the end, negative for a failure. */
typedef ptrdiff_t sn_hdf5_source(void *user, void *data, size_t size);

/* How the records ended. */
typedef enum sn_hdf5_end {
    /* With SN_HDF5_END. */
    SN_HDF5_WHOLE,
    /* With SN_HDF5_FAULT, whose sentence is in `fault`. */
    SN_HDF5_FAULTY,
    /* In the middle. */
    SN_HDF5_CUT,
    /* With something that is no such record. */
    SN_HDF5_WRONG
} sn_hdf5_end;

enum { SN_HDF5_FAULT_SIZE = 256 };

/* Reads records to the last one, or to the first that is wrong, into a zeroed tree, sorted when it
 * is whole. `most_elements` is for all arrays together. SEQNET_ERR_MEMORY. The caller frees the
 * tree in any case. */
seqnet_status sn_hdf5_parse(sn_hdf5 *tree, sn_hdf5_source *source, void *user,
                            uint64_t most_elements, sn_hdf5_end *end,
                            char fault[SN_HDF5_FAULT_SIZE], seqnet_error *err);

#endif
