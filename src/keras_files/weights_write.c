#include "weights_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5_file.h"
#include "memory.h"
#include "npy.h"
#include "zip_write.h"

#include "banned.h"

#define WHOLE_MODEL "model_weights"

/* ---- A tree that is filled. Its strings are its own, its values are the file's. */

typedef struct filling {
    sn_hdf5 tree;
    size_t group_room, texts_room, array_room;
    seqnet_error *err;
} filling;

static seqnet_status copy(char **slot, const char *text, seqnet_error *err)
{
    return sn_copy_string(slot, text, strlen(text), err);
}

/* Adds a group; the path is moved from *path. */
static seqnet_status add_group(filling *f, char *path)
{
    sn_hdf5 *const t = &f->tree;
    const seqnet_status status =
        sn_grow(&t->groups, &f->group_room, t->group_count + 1, sizeof *t->groups, f->err);
    if (status == SEQNET_OK)
        t->groups[t->group_count++] = path;
    else
        free(path);
    return status;
}

/* Begins an attribute of `count` strings, which the caller sets. */
static seqnet_status add_texts(filling *f, const char *path, const char *name, size_t count,
                               bool is_list, sn_hdf5_texts **added)
{
    sn_hdf5 *const t = &f->tree;
    SN_TRY(sn_grow(&t->texts, &f->texts_room, t->texts_count + 1, sizeof *t->texts, f->err));
    sn_hdf5_texts *const texts = *added = &t->texts[t->texts_count++];
    *texts = (sn_hdf5_texts){.is_list = is_list};
    SN_TRY(copy(&texts->path, path, f->err));
    SN_TRY(copy(&texts->name, name, f->err));
    SN_TRY(sn_alloc(&texts->texts, count, sizeof *texts->texts, f->err));
    texts->count = count;
    return SEQNET_OK;
}

static seqnet_status add_text(filling *f, const char *path, const char *name, const char *text)
{
    sn_hdf5_texts *added;
    if (!text)
        return SEQNET_OK;
    SN_TRY(add_texts(f, path, name, 1, false, &added));
    return copy(&added->texts[0], text, f->err);
}

/* Adds an array; the path is moved from *path. */
static seqnet_status add_array(filling *f, char *path, const sn_weights_array *array)
{
    sn_hdf5 *const t = &f->tree;
    const seqnet_status status =
        sn_grow(&t->arrays, &f->array_room, t->array_count + 1, sizeof *t->arrays, f->err);
    if (status != SEQNET_OK) {
        free(path);
        return status;
    }
    sn_hdf5_array *const added = &t->arrays[t->array_count++];
    *added = (sn_hdf5_array){
        .path = path, .rank = array->rank, .values = array->values, .count = array->count};
    for (size_t i = 0; i < array->rank; i++)
        added->shape[i] = array->shape[i];
    return SEQNET_OK;
}

static seqnet_status write_tree(sn_buffer *bytes, filling *f)
{
    return sn_hdf5_write(&f->tree, bytes, f->err);
}

static void drop(filling *f)
{
    for (size_t i = 0; i < f->tree.array_count; i++)
        f->tree.arrays[i].values = NULL;
    sn_hdf5_free(&f->tree);
}

/* ---- .h5 */

static bool belongs(const sn_weights_array *array, const sn_weights_layer *layer)
{
    return strcmp(array->layer, layer->name) == 0;
}

static size_t count_arrays(const sn_weights_file *file, const sn_weights_layer *layer)
{
    size_t count = 0;
    for (size_t i = 0; i < file->array_count; i++)
        count += belongs(&file->arrays[i], layer);
    return count;
}

/* The group of a layer, its arrays and the list of their names. */
static seqnet_status add_layer(filling *f, const sn_weights_file *file,
                               const sn_weights_layer *layer)
{
    sn_hdf5_texts *names;
    char *path, *group;
    size_t number = 0;
    SN_TRY(sn_format(&group, f->err, WHOLE_MODEL "/%s", layer->name));
    SN_TRY(add_group(f, group));
    SN_TRY(add_texts(f, group, "weight_names", count_arrays(file, layer), true, &names));
    for (size_t i = 0; i < file->array_count; i++) {
        const sn_weights_array *const array = &file->arrays[i];
        if (!belongs(array, layer))
            continue;
        SN_TRY(copy(&names->texts[number++], array->name, f->err));
        SN_TRY(sn_format(&path, f->err, "%s/%s", group, array->name));
        SN_TRY(add_array(f, path, array));
    }
    return SEQNET_OK;
}

static seqnet_status add_layers(filling *f, const sn_weights_file *file)
{
    sn_hdf5_texts *names;
    char *base;
    SN_TRY(copy(&base, WHOLE_MODEL, f->err));
    SN_TRY(add_group(f, base));
    SN_TRY(add_texts(f, base, "layer_names", file->layer_count, true, &names));
    for (size_t i = 0; i < file->layer_count; i++)
        SN_TRY(copy(&names->texts[i], file->layers[i].name, f->err));
    for (size_t i = 0; i < file->layer_count; i++)
        SN_TRY(add_layer(f, file, &file->layers[i]));
    return SEQNET_OK;
}

static seqnet_status add_own_weights(filling *f)
{
    sn_hdf5_texts *names;
    char *path;
    SN_TRY(copy(&path, WHOLE_MODEL "/top_level_model_weights", f->err));
    SN_TRY(add_group(f, path));
    return add_texts(f, path, "weight_names", 0, true, &names);
}

static seqnet_status add_assets(filling *f, const sn_weights_file *file)
{
    for (size_t i = 0; i < file->asset_count; i++) {
        const sn_weights_asset *const asset = &file->assets[i];
        if (asset->size > SN_HDF5_MAX_TEXT || memchr(asset->bytes, '\0', asset->size))
            return sn_fail(f->err, SEQNET_ERR_USAGE,
                           "%s of the model is %s; write a Keras archive (.output_format keras)",
                           asset->name,
                           asset->size > SN_HDF5_MAX_TEXT ? "too long for HDF5"
                                                          : "no text that HDF5 could hold");
        SN_TRY(add_text(f, "", asset->name, asset->bytes));
    }
    return SEQNET_OK;
}

static seqnet_status fill_h5(filling *f, const sn_weights_file *file)
{
    static const char *const places[] = {"", WHOLE_MODEL};
    SN_TRY(add_layers(f, file));
    SN_TRY(add_own_weights(f));
    SN_TRY(add_text(f, "", "model_config", file->config));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        SN_TRY(add_text(f, places[i], "backend", file->backend));
        SN_TRY(add_text(f, places[i], "keras_version", file->keras_version));
    }
    return add_assets(f, file);
}

seqnet_status sn_weights_write_h5(sn_buffer *bytes, const sn_weights_file *file, seqnet_error *err)
{
    filling f = {.err = err};
    seqnet_status status = fill_h5(&f, file);
    if (status == SEQNET_OK)
        status = write_tree(bytes, &f);
    drop(&f);
    return status;
}

/* ---- .keras */

static seqnet_status fill_places(filling *f, const sn_weights_file *file)
{
    for (size_t i = 0; i < file->layer_count; i++) {
        const sn_weights_layer *const layer = &file->layers[i];
        char *path;
        SN_TRY(sn_format(&path, f->err, "%s%svars", layer->name, *layer->name ? "/" : ""));
        SN_TRY(add_group(f, path));
        SN_TRY(add_text(f, path, "name", layer->label));
    }
    for (size_t i = 0; i < file->array_count; i++) {
        char *path;
        SN_TRY(copy(&path, file->arrays[i].name, f->err));
        SN_TRY(add_array(f, path, &file->arrays[i]));
    }
    return SEQNET_OK;
}

static seqnet_status write_metadata(char **text, const sn_weights_file *file, seqnet_error *err)
{
    /* The time is fixed, so that equal models give equal files. */
    return sn_format(text, err,
                     "{\"keras_version\": \"%s\", \"date_saved\": \"1980-01-01@00:00:00\"}",
                     file->keras_version);
}

static sn_zip_member member_of_text(const char *name, const char *text)
{
    return (sn_zip_member){.name = name, .bytes = text, .size = strlen(text)};
}

/* Puts the assets behind `count` members. */
static size_t list_assets(sn_zip_member *members, size_t count, const sn_weights_file *file)
{
    for (size_t i = 0; i < file->asset_count; i++)
        members[count++] = (sn_zip_member){.name = file->assets[i].name,
                                           .bytes = file->assets[i].bytes,
                                           .size = file->assets[i].size};
    return count;
}

static seqnet_status write_keras(sn_buffer *bytes, const sn_weights_file *file,
                                 const char *metadata, const sn_buffer *weights, seqnet_error *err)
{
    sn_zip_member *members;
    SN_TRY(sn_alloc(&members, file->asset_count + 3, sizeof *members, err));
    members[0] = member_of_text("metadata.json", metadata);
    members[1] = member_of_text("config.json", file->config);
    members[2] = (sn_zip_member){
        .name = "model.weights.h5", .bytes = weights->bytes, .size = weights->length};
    const size_t count = list_assets(members, 3, file);
    const seqnet_status status = sn_zip_write(bytes, members, count, false, err);
    free(members);
    return status;
}

seqnet_status sn_weights_write_keras(sn_buffer *bytes, const sn_weights_file *file,
                                     seqnet_error *err)
{
    filling f = {.err = err};
    sn_buffer weights = {0};
    char *metadata = NULL;
    seqnet_status status = fill_places(&f, file);
    if (status == SEQNET_OK)
        status = write_tree(&weights, &f);
    if (status == SEQNET_OK)
        status = write_metadata(&metadata, file, err);
    if (status == SEQNET_OK)
        status = write_keras(bytes, file, metadata, &weights, err);
    free(metadata);
    sn_buffer_free(&weights);
    drop(&f);
    return status;
}

/* ---- .npz */

/* Members and what they are made of. */
typedef struct arrays {
    sn_zip_member *members;
    sn_buffer *bytes;
    char **names, *metadata;
    size_t count;
} arrays;

static seqnet_status make_arrays(arrays *a, const sn_weights_file *file, seqnet_error *err)
{
    SN_TRY(
        sn_alloc(&a->members, file->array_count + file->asset_count + 2, sizeof *a->members, err));
    SN_TRY(sn_alloc(&a->bytes, file->array_count, sizeof *a->bytes, err));
    SN_TRY(sn_alloc(&a->names, file->array_count, sizeof *a->names, err));
    for (size_t i = 0; i < file->array_count; i++) {
        const sn_weights_array *const array = &file->arrays[i];
        a->count = i + 1;
        SN_TRY(sn_format(&a->names[i], err, "%s.npy", array->name));
        SN_TRY(sn_npy_write_floats(&a->bytes[i], array->rank, array->shape, array->values, err));
        a->members[i] = (sn_zip_member){
            .name = a->names[i], .bytes = a->bytes[i].bytes, .size = a->bytes[i].length};
    }
    return SEQNET_OK;
}

static seqnet_status write_npz(sn_buffer *bytes, arrays *a, const sn_weights_file *file,
                               seqnet_error *err)
{
    SN_TRY(make_arrays(a, file, err));
    SN_TRY(write_metadata(&a->metadata, file, err));
    size_t count = a->count;
    a->members[count++] = member_of_text("metadata.json", a->metadata);
    a->members[count++] = member_of_text("config.json", file->config);
    return sn_zip_write(bytes, a->members, list_assets(a->members, count, file), true, err);
}

seqnet_status sn_weights_write_npz(sn_buffer *bytes, const sn_weights_file *file, seqnet_error *err)
{
    arrays a = {0};
    const seqnet_status status = write_npz(bytes, &a, file, err);
    for (size_t i = 0; i < a.count; i++) {
        sn_buffer_free(&a.bytes[i]);
        free(a.names[i]);
    }
    free(a.metadata);
    free(a.bytes);
    free(a.names);
    free(a.members);
    return status;
}
