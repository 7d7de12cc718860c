/*
 * What the child process that reads an HDF5 file tells its parent through a pipe: records in the
 * byte order of the machine, each a tag, a path, and what the tag says. hdf5_dump.c writes them,
 * hdf5_parse.c reads them and believes none.
 *
 * A text is its length (uint32_t) and its bytes; a path is a text that begins at the root, without
 * a slash in front, "model_weights/lstm".
 *
 *   SN_HDF5_GROUP    path
 *   SN_HDF5_TEXTS    path of the object, name of the attribute (text), count (uint32_t), texts: an
 *                    attribute that holds a string, several strings, or nothing
 *   SN_HDF5_ARRAY    path, rank (uint32_t), shape (uint64_t each); then its elements in pieces
 *   SN_HDF5_PIECE    count (uint32_t), elements (float): the next ones of the array before
 *   SN_HDF5_OMITTED  path, why it is not here (text)
 *   SN_HDF5_FAULT    why the file cannot be read (text); the last record
 *   SN_HDF5_END      the last record of a file that was read
 */
#ifndef SN_HDF5_STREAM_H
#define SN_HDF5_STREAM_H

#include <stddef.h>
#include <stdint.h>

enum {
    SN_HDF5_GROUP = 'G',
    SN_HDF5_TEXTS = 'T',
    SN_HDF5_ARRAY = 'A',
    SN_HDF5_PIECE = 'P',
    SN_HDF5_OMITTED = 'O',
    SN_HDF5_FAULT = 'F',
    SN_HDF5_END = 'E',

    /* Limits of the child, which the parent checks again. Keras nests groups about ten deep. */
    SN_HDF5_MAX_DEPTH = 32,
    SN_HDF5_MAX_OBJECTS = 1 << 16, /* without the root */
    SN_HDF5_MAX_RANK = 8,
    SN_HDF5_MAX_PATH = 4096,
    SN_HDF5_MAX_TEXT = 16 << 20,
    SN_HDF5_MAX_TEXTS = 64 << 20,
    SN_HDF5_MAX_COUNT = 1 << 17,
    SN_HDF5_MAX_PIECE = 1 << 26
};

/* What the child is to do. */
typedef struct sn_hdf5_task {
    /* The file, mapped so that writing to it changes nothing outside, and the pipe. */
    void *bytes;
    size_t size;
    int pipe;
    /* Groups at the root that are left out; ends with NULL. */
    const char *const *skipped;
    /* The most elements that all arrays may have together. */
    uint64_t most_elements;
    /* Seconds after which the child is ended when it has told nothing. */
    unsigned patience;
} sn_hdf5_task;

/* The function of the module that reads the file and writes the records. Its process has nothing
 * else to do; it does not return where the pipe is closed. */
typedef void sn_hdf5_dump_function(const sn_hdf5_task *task);
sn_hdf5_dump_function sn_hdf5_dump;
#define SN_HDF5_DUMP "sn_hdf5_dump"

/* The other function of the module: writes a tree as an HDF5 file to the pipe, its size (uint64_t)
 * first, and ends the process. */
struct sn_hdf5;
typedef void sn_hdf5_build_function(const struct sn_hdf5 *tree, int pipe);
sn_hdf5_build_function sn_hdf5_build;
#define SN_HDF5_BUILD "sn_hdf5_build"

#endif
