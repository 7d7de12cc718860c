/*
 * A part of the module: writes a tree as an HDF5 file of the oldest form, as Keras does. The file
 * is built in memory and goes through the pipe. Nothing in it depends on the time.
 */
#include "hdf5_image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hdf5_pipe.h"
#include "hdf5_stream.h"
#include "hdf5_tree.h"

#include "banned.h"

enum { INCREMENT = 1 << 20 };

typedef struct builder {
    hid_t file;
    /* A string; properties of links that make the groups on their way, of groups, of arrays. */
    hid_t string, links, groups, arrays;
} builder;

/* Whatever fails ends the process; the parent says that it did. */
static hid_t need(hid_t id)
{
    if (id < 0)
        _exit(1);
    return id;
}

static void need_done(herr_t status)
{
    if (status < 0)
        _exit(1);
}

static builder begin(void)
{
    builder b;
    const hid_t access = need(H5Pcreate(H5P_FILE_ACCESS));
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    need_done(H5Pset_fapl_core(access, INCREMENT, false));
    b.file = need(H5Fcreate("model.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access));
    b.string = need(H5Tcopy(H5T_C_S1));
    need_done(H5Tset_size(b.string, H5T_VARIABLE));
    need_done(H5Tset_cset(b.string, H5T_CSET_UTF8));
    b.links = need(H5Pcreate(H5P_LINK_CREATE));
    need_done(H5Pset_create_intermediate_group(b.links, 1));
    b.groups = need(H5Pcreate(H5P_GROUP_CREATE));
    need_done(H5Pset_obj_track_times(b.groups, false));
    b.arrays = need(H5Pcreate(H5P_DATASET_CREATE));
    need_done(H5Pset_obj_track_times(b.arrays, false));
    return b;
}

/* Makes a group that is not there yet; the root is. */
static void add_group(const builder *b, const char *path)
{
    if (*path)
        need_done(H5Gclose(need(H5Gcreate2(b->file, path, b->links, b->groups, H5P_DEFAULT))));
}

/* A list of nothing has numbers, as NumPy makes it. */
static void add_texts(const builder *b, const sn_hdf5_texts *texts)
{
    const hsize_t count = texts->count;
    const hid_t type = count ? b->string : H5T_IEEE_F64LE;
    const hid_t space =
        need(texts->is_list ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR));
    const hid_t object = need(H5Oopen(b->file, *texts->path ? texts->path : "/", H5P_DEFAULT));
    const hid_t attribute =
        need(H5Acreate2(object, texts->name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    if (count)
        need_done(H5Awrite(attribute, type, texts->texts));
    H5Aclose(attribute);
    H5Oclose(object);
    H5Sclose(space);
}

static void add_array(const builder *b, const sn_hdf5_array *array)
{
    hsize_t shape[SN_HDF5_MAX_RANK];
    for (size_t i = 0; i < array->rank; i++)
        shape[i] = array->shape[i];
    const hid_t space =
        need(array->rank ? H5Screate_simple((int)array->rank, shape, NULL) : H5Screate(H5S_SCALAR));
    const hid_t dataset = need(
        H5Dcreate2(b->file, array->path, H5T_IEEE_F32LE, space, b->links, b->arrays, H5P_DEFAULT));
    need_done(H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array->values));
    H5Dclose(dataset);
    H5Sclose(space);
}

static void send_file(const builder *b, int pipe)
{
    need_done(H5Fflush(b->file, H5F_SCOPE_GLOBAL));
    const ssize_t size = H5Fget_file_image(b->file, NULL, 0);
    void *const image = size > 0 ? malloc((size_t)size) : NULL;
    if (!image || H5Fget_file_image(b->file, image, (size_t)size) != size)
        _exit(1);
    const uint64_t said = (uint64_t)size;
    sn_hdf5_send(pipe, &said, sizeof said);
    sn_hdf5_send(pipe, image, (size_t)size);
}

__attribute__((visibility("default"))) void sn_hdf5_build(const sn_hdf5 *tree, int pipe)
{
    const builder b = begin();
    for (size_t i = 0; i < tree->group_count; i++)
        add_group(&b, tree->groups[i]);
    for (size_t i = 0; i < tree->array_count; i++)
        add_array(&b, &tree->arrays[i]);
    for (size_t i = 0; i < tree->texts_count; i++)
        add_texts(&b, &tree->texts[i]);
    send_file(&b, pipe);
    _exit(0);
}
