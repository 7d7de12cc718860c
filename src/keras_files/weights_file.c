#include "weights_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/output.h>

#include "descriptor.h"
#include "spill.h"
#include "weights_parts.h"

#include "banned.h"

/* The signature of HDF5 stands at 0, or at a power of two from 512 on, here at most at 2048. */
enum { FIRST_BYTES = 4096 };

seqnet_status sn_weights_of_hdf5(sn_weights_file *file, int fd, const char *place,
                                 seqnet_error *err)
{
    /* Of Keras 1 and 2, and of 3; what is in them is for going on with a training. */
    static const char *const skipped[] = {"optimizer_weights", "optimizer", "metrics", NULL};
    sn_hdf5 tree;
    SN_TRY(sn_hdf5_read(&tree, fd, skipped, place, err));
    seqnet_status status = sn_weights_has_layers(&tree)
                               ? sn_weights_by_layer(file, &tree, place, err)
                               : sn_weights_by_path(file, &tree, place, err);
    sn_hdf5_free(&tree);
    if (status == SEQNET_OK && file->array_count == 0)
        status = sn_fail(err, SEQNET_ERR_MODEL,
                         "%s: has layers and no arrays: the model was saved before it was built; "
                         "have it saved after its training",
                         place);
    return status;
}

seqnet_status sn_weights_no_temporary(seqnet_error *err)
{
    char reason[SN_REASON];
    return sn_fail(err, SEQNET_ERR_WRITE,
                   "%s: a temporary file cannot be written: %s; free some space, or name another "
                   "folder in the environment variable TMPDIR",
                   sn_spill_folder(), sn_reason(errno, reason));
}

/* Reads HDF5 that did not come from a regular file: libhdf5 needs one. */
static seqnet_status read_hdf5_bytes(sn_weights_file *file, const sn_bytes *bytes,
                                     const char *place, seqnet_error *err)
{
    const int fd = seqnet_temporary_file();
    if (fd < 0)
        return sn_weights_no_temporary(err);
    const bool is_written = sn_descriptor_write(fd, bytes->data, bytes->size);
    const seqnet_status status =
        is_written ? sn_weights_of_hdf5(file, fd, place, err) : sn_weights_no_temporary(err);
    close(fd);
    return status;
}

static seqnet_status read_archive(sn_weights_file *file, const sn_bytes *bytes, const char *place,
                                  seqnet_error *err)
{
    sn_zip archive = {.place = place,
                      .failure = SEQNET_ERR_MODEL,
                      .remedy = "have the model saved again by Keras",
                      .expected = "a Keras model",
                      .members = "config.json and model.weights.h5 of a Keras model",
                      .err = err};
    SN_TRY(sn_zip_open(&archive, bytes));
    const bool has_arrays =
        sn_zip_count(&archive) > 0 && sn_has_ending(sn_zip_name(&archive, 0), ".npy");
    const seqnet_status status = has_arrays ? sn_weights_of_npz(file, &archive)
                                 : sn_weights_is_keras(&archive)
                                     ? sn_weights_of_keras(file, &archive)
                                     : sn_weights_other_file(bytes, place, err);
    sn_zip_close(&archive);
    return status;
}

static seqnet_status read_bytes(sn_weights_file *file, const sn_bytes *bytes, const char *path,
                                seqnet_error *err)
{
    const char *const place = sn_shown_path(path);
    if (sn_hdf5_recognise(bytes->data, bytes->size))
        return read_hdf5_bytes(file, bytes, place, err);
    if (sn_zip_recognise(bytes->data, bytes->size))
        return read_archive(file, bytes, place, err);
    return sn_weights_other_file(bytes, place, err);
}

/* Reads a file whose bytes are needed, or one that is no regular file. */
static seqnet_status read_whole(sn_weights_file *file, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    const seqnet_status status = read_bytes(file, &bytes, path, err);
    sn_bytes_close(&bytes);
    return status;
}

seqnet_status sn_weights_of_path(sn_weights_file *file, const char *path, seqnet_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sn_fail_errno(err, SEQNET_ERR_MODEL, path, "opened");
    const seqnet_status status = sn_weights_of_hdf5(file, fd, path, err);
    close(fd);
    return status;
}

static bool is_hdf5_file(const char *path)
{
    uint8_t bytes[FIRST_BYTES];
    return sn_file_exists(path) &&
           sn_hdf5_recognise(bytes, sn_file_begins(path, bytes, sizeof bytes));
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

seqnet_status sn_weights_file_read(sn_weights_file *file, const char *path, seqnet_error *err)
{
    *file = (sn_weights_file){0};
    const seqnet_status status = is_folder(path)      ? sn_weights_of_folder(file, path, err)
                                 : is_hdf5_file(path) ? sn_weights_of_path(file, path, err)
                                                      : read_whole(file, path, err);
    if (status != SEQNET_OK)
        sn_weights_file_free(file);
    return status;
}

seqnet_status sn_weights_file_parse(sn_weights_file *file, const void *bytes, size_t size,
                                    const char *place, seqnet_error *err)
{
    const sn_bytes all = {.data = bytes, .size = size};
    *file = (sn_weights_file){0};
    const seqnet_status status = read_bytes(file, &all, place, err);
    if (status != SEQNET_OK)
        sn_weights_file_free(file);
    return status;
}
