/*
 * What the readers of weights_file.h share: each fills a zeroed or half-filled file, which its
 * caller empties when it fails. Names in error sentences come from files, so they are shown by
 * sn_weights_shown.
 */
#ifndef SN_WEIGHTS_PARTS_H
#define SN_WEIGHTS_PARTS_H

#include <stdbool.h>

#include "hdf5_file.h"
#include "weights_file.h"
#include "zip_archive.h"

/* Adds a layer; `label` may be NULL. Both are copied. */
seqnet_status sn_weights_add_layer(sn_weights_file *file, const char *name, const char *label,
                                   seqnet_error *err);

/* Adds an array whose values are moved from *values, which becomes NULL. The names are copied;
 * `layer` may be NULL. */
seqnet_status sn_weights_add_array(sn_weights_file *file, const char *layer, const char *name,
                                   const uint64_t *shape, size_t rank, size_t count, float **values,
                                   seqnet_error *err);

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

/* The error of a temporary file that cannot be opened or written, with errno. */
seqnet_status sn_weights_no_temporary(seqnet_error *err);

/* Reads a `.keras` archive, and the folder that it was unpacked to. */
seqnet_status sn_weights_of_keras(sn_weights_file *file, const sn_zip *archive);
seqnet_status sn_weights_of_folder(sn_weights_file *file, const char *path, seqnet_error *err);

/* Whether an archive is a `.keras` file, perhaps an incomplete one. */
bool sn_weights_is_keras(const sn_zip *archive);

/* Says what a file of another kind is. */
seqnet_status sn_weights_other_file(const sn_bytes *bytes, const char *path, seqnet_error *err);
seqnet_status sn_weights_other_folder(const char *path, seqnet_error *err);

/* Compares names so that numbers in them count by their value: "dense_2" before "dense_10". */
int sn_weights_compare_names(const char *a, const char *b);

/* A name from a file, cut and without what a terminal might obey. */
enum { SN_WEIGHTS_SHOWN = 120 };
const char *sn_weights_shown(const char *name, char text[SN_WEIGHTS_SHOWN]);

#endif
