/*
 * What an HDF5 file holds, as far as models need it: groups, attributes that are strings, and
 * arrays of numbers as float32. The file may be hostile, and libhdf5 was not made for that: it runs
 * in a child process with limits on memory, time, depth and files, and all that it says is checked.
 * What Keras means by the names is up to keras_files.
 *
 * Paths begin at the root, without a slash in front: "model_weights/lstm"; the root is "".
 */
#ifndef SN_HDF5_FILE_H
#define SN_HDF5_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hdf5_stream.h"
#include "status.h"

/* An attribute: a string, a list of strings, or an empty list of anything. */
typedef struct sn_hdf5_texts {
    /* The path of its object, and its own name. */
    char *path, *name;
    char **texts;
    size_t count;
} sn_hdf5_texts;

/* An array in row-major order. */
typedef struct sn_hdf5_array {
    char *path;
    size_t rank;
    uint64_t shape[SN_HDF5_MAX_RANK];
    /* NULL when the caller took them. */
    float *values;
    size_t count;
} sn_hdf5_array;

/* An object that is there and cannot be read, and why: "is a soft link, which is not followed". */
typedef struct sn_hdf5_omitted {
    char *path, *why;
} sn_hdf5_omitted;

/* All is sorted by path, byte by byte; texts of one path by name. Freed with sn_hdf5_free. */
typedef struct sn_hdf5 {
    char **groups;
    sn_hdf5_texts *texts;
    sn_hdf5_array *arrays;
    sn_hdf5_omitted *omitted;
    size_t group_count, texts_count, array_count, omitted_count;
} sn_hdf5;

/* Whether these first bytes of a file, at least 2056 unless it is shorter, say that it is HDF5,
 * perhaps behind a block of somebody else's. */
bool sn_hdf5_recognise(const void *bytes, size_t size);

/* Reads an open file, without the groups at the root that `skipped` names, a list that ends with
 * NULL. `place` begins error sentences. SEQNET_ERR_MODEL for whatever is wrong with the file;
 * SEQNET_ERR_MEMORY. On failure *tree is empty. */
seqnet_status sn_hdf5_read(sn_hdf5 *tree, int file, const char *const *skipped, const char *place,
                           seqnet_error *err);

/* The attribute or array with this path (and name), or NULL. */
const sn_hdf5_texts *sn_hdf5_find_texts(const sn_hdf5 *tree, const char *path, const char *name);
sn_hdf5_array *sn_hdf5_find_array(const sn_hdf5 *tree, const char *path);

/* Why an object is not among the arrays; NULL: it is not in the file. */
const char *sn_hdf5_find_omitted(const sn_hdf5 *tree, const char *path);

void sn_hdf5_free(sn_hdf5 *tree);

#endif
