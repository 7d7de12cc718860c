/*
 * What the readers of weights_file.h share: each fills a zeroed or half-filled file, which its
 * caller empties when it fails.
 */
#ifndef SN_WEIGHTS_PARTS_H
#define SN_WEIGHTS_PARTS_H

#include <stdbool.h>

#include "hdf5_file.h"
#include "weights.h"
#include "zip_archive.h"

/* Whether a tree has a list of layers by name, as Keras 1 and 2 write it. */
bool sn_weights_has_layers(const sn_hdf5 *tree);

/* Takes the arrays of a tree by the layers' names, and its configuration; by their paths. */
seqnet_status sn_weights_by_layer(sn_weights_file *file, sn_hdf5 *tree, const char *place,
                                  seqnet_error *err);
seqnet_status sn_weights_by_path(sn_weights_file *file, sn_hdf5 *tree, const char *place,
                                 seqnet_error *err);

/* Takes the arrays of an .npz. */
seqnet_status sn_weights_of_npz(sn_weights_file *file, const sn_zip *archive);

/* Reads an open HDF5 file. */
seqnet_status sn_weights_of_hdf5(sn_weights_file *file, int fd, const char *place,
                                 seqnet_error *err);

/* Opens and reads an HDF5 file. */
seqnet_status sn_weights_of_path(sn_weights_file *file, const char *path, seqnet_error *err);

/* The error of a temporary file that cannot be opened or written, with errno. */
seqnet_status sn_weights_no_temporary(seqnet_error *err);

/* Reads a `.keras` archive, and the folder that it was unpacked to. */
seqnet_status sn_weights_of_keras(sn_weights_file *file, const sn_zip *archive);
seqnet_status sn_weights_of_folder(sn_weights_file *file, const char *path, seqnet_error *err);

/* Takes the configuration, the version and the assets of an archive. */
seqnet_status sn_weights_take_assets(sn_weights_file *file, const sn_zip *archive);

/* Whether an archive is a `.keras` file, perhaps an incomplete one. */
bool sn_weights_is_keras(const sn_zip *archive);

/* Says what a file of another kind is. */
seqnet_status sn_weights_other_file(const sn_bytes *bytes, const char *path, seqnet_error *err);
seqnet_status sn_weights_other_folder(const char *path, seqnet_error *err);

#endif
