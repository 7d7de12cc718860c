/*
 * What an HDF5 file holds, as far as models need it: groups, attributes that are strings, and
 * arrays of numbers as float32. Paths begin at the root, without a slash in front:
 * "model_weights/lstm"; the root is "".
 */
#ifndef SN_HDF5_TREE_H
#define SN_HDF5_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hdf5_stream.h"

/* An attribute: a string, a list of strings, or an empty list of anything. */
typedef struct sn_hdf5_texts {
    /* The path of its object, and its own name. */
    char *path, *name;
    char **texts;
    size_t count;
    /* It is a list, even of one; only the writer looks at it. */
    bool is_list;
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

/* Brings a tree into its order. The lists of a tree that was not read may be in any. */
void sn_hdf5_sort(sn_hdf5 *tree);

/* The attribute or array with this path (and name), or NULL. */
const sn_hdf5_texts *sn_hdf5_find_texts(const sn_hdf5 *tree, const char *path, const char *name);
sn_hdf5_array *sn_hdf5_find_array(const sn_hdf5 *tree, const char *path);

/* Why an object is not among the arrays; NULL: it is not in the file. */
const char *sn_hdf5_find_omitted(const sn_hdf5 *tree, const char *path);

void sn_hdf5_free(sn_hdf5 *tree);

#endif
