/*
 * The files in which Keras and its users keep a model's weights, as arrays: `.h5` of Keras 1, 2 and
 * 3, `.weights.h5`, `.keras` (a zip archive, or the folder that it was unpacked to), and an `.npz`
 * of arrays in the order of get_weights(). The content decides, not the name. Which layer an array
 * belongs to and what the configuration means is up to keras_import; HDF5 itself is in hdf5_file.h.
 */
#ifndef SN_WEIGHTS_FILE_H
#define SN_WEIGHTS_FILE_H

#include "status.h"
#include "weights.h"

/* Reads `path`. The state of an optimiser is left out. SEQNET_ERR_MODEL with a sentence for a file
 * that is damaged, hostile or of another kind, which is named; SEQNET_ERR_MEMORY, SEQNET_ERR_WRITE
 * (a temporary file). On failure *file is empty. */
seqnet_status sn_weights_file_read(sn_weights_file *file, const char *path, seqnet_error *err);

/* The same of the bytes of a file. */
seqnet_status sn_weights_file_parse(sn_weights_file *file, const void *bytes, size_t size,
                                    const char *place, seqnet_error *err);

#endif
