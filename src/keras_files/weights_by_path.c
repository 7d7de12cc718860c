/*
 * Keras 3, and `.keras` of 2.12 to 2.15: a group for each attribute of the model that has state,
 * "layers/lstm/cell", in it a group "vars", in it the arrays "0", "1", and so on. The group "vars"
 * may have an attribute with the layer's name. Keras 2.12 and 2.13 call the first group
 * "_layer_checkpoint_dependencies"; on Windows Keras 2 writes a path as one name with backslashes.
 */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "weights_parts.h"

#include "banned.h"

#define VARS       "vars"
#define OLD_LAYERS "_layer_checkpoint_dependencies"
#define LAYERS     "layers"

static bool begins_with(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The path as Keras 3 writes it; the caller frees it. */
static seqnet_status normalise(char **path, const char *stored, seqnet_error *err)
{
    SN_TRY(sn_copy_string(path, stored, strlen(stored), err));
    for (char *c = *path; *c; c++)
        if (*c == '\\')
            *c = '/';
    if (!begins_with(*path, OLD_LAYERS))
        return SEQNET_OK;
    char *const old = *path;
    const seqnet_status status = sn_format(path, err, LAYERS "%s", old + sizeof OLD_LAYERS - 1);
    free(old);
    return status;
}

/* Whether the path belongs to the training, not to the model. */
static bool is_training(const char *path)
{
    return begins_with(path, "optimizer") || begins_with(path, "metrics");
}

/* Where the last element of a path begins. */
static size_t last_element(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

/* Cuts "/vars" off a path, or "vars" that is all of it; false where it does not end so. */
static bool cut_vars(char *path)
{
    const size_t last = last_element(path);
    if (strcmp(path + last, VARS) != 0)
        return false;
    path[last ? last - 1 : 0] = '\0';
    return true;
}

static seqnet_status take_group(sn_weights_file *file, const sn_hdf5 *tree, const char *stored,
                                seqnet_error *err)
{
    char *path;
    SN_TRY(normalise(&path, stored, err));
    const sn_hdf5_texts *const label = sn_hdf5_find_texts(tree, stored, "name");
    seqnet_status status = SEQNET_OK;
    if (!is_training(path) && cut_vars(path))
        status = sn_weights_add_layer(file, path,
                                      label && label->count == 1 ? label->texts[0] : NULL, err);
    free(path);
    return status;
}

/* Takes an array that is one of "vars"; no other belongs to Keras. */
static seqnet_status take_array(sn_weights_file *file, sn_hdf5_array *array, seqnet_error *err)
{
    char *path, *layer = NULL;
    SN_TRY(normalise(&path, array->path, err));
    const size_t last = last_element(path);
    seqnet_status status = sn_copy_string(&layer, path, last ? last - 1 : 0, err);
    if (status == SEQNET_OK && !is_training(path) && cut_vars(layer))
        status = sn_weights_add_array(file, layer, path, array->shape, array->rank, array->count,
                                      &array->values, err);
    free(layer);
    free(path);
    return status;
}

static int compare_layers(const void *a, const void *b)
{
    const sn_weights_layer *const one = a, *const other = b;
    return sn_weights_compare_names(one->name, other->name);
}

static int compare_arrays(const void *a, const void *b)
{
    const sn_weights_array *const one = a, *const other = b;
    return sn_weights_compare_names(one->name, other->name);
}

/* Names an array that is there and cannot be read. */
static seqnet_status check_omitted(const sn_hdf5 *tree, const char *place, seqnet_error *err)
{
    char shown[SN_WEIGHTS_SHOWN];
    for (size_t i = 0; i < tree->omitted_count; i++) {
        const sn_hdf5_omitted *const omitted = &tree->omitted[i];
        if (!is_training(omitted->path))
            return sn_fail(err, SEQNET_ERR_MODEL, "%s: '%s' in it %s; have the model saved again",
                           place, sn_weights_shown(omitted->path, shown), omitted->why);
    }
    return SEQNET_OK;
}

seqnet_status sn_weights_by_path(sn_weights_file *file, sn_hdf5 *tree, const char *place,
                                 seqnet_error *err)
{
    file->layout = SN_WEIGHTS_BY_PATH;
    for (size_t i = 0; i < tree->group_count; i++)
        SN_TRY(take_group(file, tree, tree->groups[i], err));
    if (file->layer_count == 0)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is an HDF5 file, but not one of Keras: it has neither layer_names nor "
                       "groups of variables; name a model that Keras has saved",
                       place);
    SN_TRY(check_omitted(tree, place, err));
    for (size_t i = 0; i < tree->array_count; i++)
        SN_TRY(take_array(file, &tree->arrays[i], err));
    qsort(file->layers, file->layer_count, sizeof *file->layers, compare_layers);
    if (file->array_count)
        qsort(file->arrays, file->array_count, sizeof *file->arrays, compare_arrays);
    return SEQNET_OK;
}
