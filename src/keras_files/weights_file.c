#include "weights_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/output.h>

#include "descriptor.h"
#include "memory.h"
#include "spill.h"
#include "weights_parts.h"

#include "banned.h"

/* The signature of HDF5 stands at 0 or at a power of two from 512 on. */
enum { FIRST_BYTES = 1 << 14 };

/* ---- The list of layers and arrays */

static seqnet_status copy(char **slot, const char *text, seqnet_error *err)
{
    return text ? sn_copy_string(slot, text, strlen(text), err) : SEQNET_OK;
}

/* Makes room for one more element, zeroed. The room is not stored: it follows from the count. */
static seqnet_status add(void *list, size_t *count, size_t size, seqnet_error *err)
{
    enum { FIRST = 8 };
    void *elements;
    size_t room = *count;
    /* A list is full when its count is a power of two. */
    if (*count == 0 || (*count >= FIRST && (*count & (*count - 1)) == 0)) {
        room = *count;
        SN_TRY(sn_grow(list, &room, *count ? 2 * *count : FIRST, size, err));
    }
    memcpy(&elements, list, sizeof elements);
    memset((char *)elements + *count * size, 0, size);
    (*count)++;
    return SEQNET_OK;
}

seqnet_status sn_weights_add_layer(sn_weights_file *file, const char *name, const char *label,
                                   seqnet_error *err)
{
    SN_TRY(add(&file->layers, &file->layer_count, sizeof *file->layers, err));
    sn_weights_layer *const layer = &file->layers[file->layer_count - 1];
    SN_TRY(copy(&layer->name, name, err));
    return copy(&layer->label, label, err);
}

seqnet_status sn_weights_add_array(sn_weights_file *file, const char *layer, const char *name,
                                   const uint64_t *shape, size_t rank, size_t count, float **values,
                                   seqnet_error *err)
{
    SN_TRY(add(&file->arrays, &file->array_count, sizeof *file->arrays, err));
    sn_weights_array *const array = &file->arrays[file->array_count - 1];
    array->rank = rank;
    for (size_t i = 0; i < rank; i++)
        array->shape[i] = (size_t)shape[i];
    array->count = count;
    array->values = *values;
    *values = NULL;
    SN_TRY(copy(&array->name, name, err));
    return copy(&array->layer, layer, err);
}

/* ---- Names */

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

int sn_weights_compare_names(const char *a, const char *b)
{
    while (*a && *a == *b && !digits(a)) {
        a++;
        b++;
    }
    const size_t one = digits(a), other = digits(b);
    if (!one || !other)
        return *a == *b ? (*a ? sn_weights_compare_names(a + 1, b + 1) : 0)
                        : (unsigned char)*a - (unsigned char)*b;
    if (one != other)
        return one < other ? -1 : 1;
    const int order = strncmp(a, b, one);
    return order ? order : sn_weights_compare_names(a + one, b + one);
}

const char *sn_weights_shown(const char *name, char text[SN_WEIGHTS_SHOWN])
{
    size_t i = 0;
    for (; name[i] && i < SN_WEIGHTS_SHOWN - 1; i++)
        text[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
    text[i] = '\0';
    return text;
}

/* ---- The kinds of files */

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
    const seqnet_status status = sn_weights_is_keras(&archive) ? sn_weights_of_keras(file, &archive)
                                 : has_arrays                  ? sn_weights_of_npz(file, &archive)
                                              : sn_weights_other_file(bytes, place, err);
    sn_zip_close(&archive);
    return status;
}

/* Reads a file of which the bytes are there. */
static seqnet_status read_bytes(sn_weights_file *file, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    const char *const place = sn_shown_path(path);
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    const seqnet_status status =
        sn_hdf5_recognise(bytes.data, bytes.size)  ? read_hdf5_bytes(file, &bytes, place, err)
        : sn_zip_recognise(bytes.data, bytes.size) ? read_archive(file, &bytes, place, err)
                                                   : sn_weights_other_file(&bytes, place, err);
    sn_bytes_close(&bytes);
    return status;
}

static seqnet_status read_hdf5_file(sn_weights_file *file, const char *path, seqnet_error *err)
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
    uint8_t bytes[FIRST_BYTES / 4];
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
                                 : is_hdf5_file(path) ? read_hdf5_file(file, path, err)
                                                      : read_bytes(file, path, err);
    if (status != SEQNET_OK)
        sn_weights_file_free(file);
    return status;
}

/* ---- What a file has */

const sn_weights_array *sn_weights_file_find(const sn_weights_file *file, const char *layer,
                                             const char *name)
{
    for (size_t i = 0; i < file->array_count; i++) {
        const sn_weights_array *const array = &file->arrays[i];
        if (strcmp(array->name, name) == 0 &&
            (!layer || (array->layer && strcmp(array->layer, layer) == 0)))
            return array;
    }
    return NULL;
}

void sn_weights_file_free(sn_weights_file *file)
{
    for (size_t i = 0; i < file->layer_count; i++) {
        free(file->layers[i].name);
        free(file->layers[i].label);
    }
    for (size_t i = 0; i < file->array_count; i++) {
        free(file->arrays[i].name);
        free(file->arrays[i].layer);
        free(file->arrays[i].values);
    }
    for (size_t i = 0; i < file->asset_count; i++) {
        free(file->assets[i].name);
        free(file->assets[i].bytes);
    }
    free(file->layers);
    free(file->arrays);
    free(file->assets);
    free(file->config);
    free(file->training_config);
    free(file->keras_version);
    free(file->backend);
    *file = (sn_weights_file){0};
}
