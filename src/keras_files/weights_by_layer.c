/*
 * Keras 1 and 2, and Keras 3's own `.h5`: in the group "model_weights" of a whole model, or at the
 * root of a file of weights, the attribute layer_names lists the layers, and in the group of each
 * layer the attribute weight_names lists its arrays by their paths from that group. What does not
 * fit into one attribute (64 kB) is spread over layer_names0, layer_names1, and so on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "weights_parts.h"

#include "banned.h"

#define WHOLE_MODEL "model_weights"
#define LAYERS      "layer_names"
#define WEIGHTS     "weight_names"
#define OWN_WEIGHTS "top_level_model_weights"

enum { NAME = 48 };

/* A list of names, which may lie in several attributes. */
typedef struct names {
    const sn_hdf5 *tree;
    const char *path, *name;
    /* The attribute that is read, how many were, and the next name in it. */
    const sn_hdf5_texts *part;
    size_t parts, next;
} names;

static const sn_hdf5_texts *find_part(const names *list, size_t number)
{
    char name[NAME];
    (void)snprintf(name, sizeof name, "%s%zu", list->name, number);
    return sn_hdf5_find_texts(list->tree, list->path, name);
}

static names begin(const sn_hdf5 *tree, const char *path, const char *name)
{
    names list = {.tree = tree, .path = path, .name = name};
    list.part = sn_hdf5_find_texts(tree, path, name);
    if (!list.part)
        list.part = find_part(&list, list.parts++);
    else
        list.parts = SIZE_MAX;
    return list;
}

/* The next name; NULL at the end. */
static const char *next(names *list)
{
    while (list->part && list->next == list->part->count) {
        list->part = list->parts == SIZE_MAX ? NULL : find_part(list, list->parts++);
        list->next = 0;
    }
    return list->part ? list->part->texts[list->next++] : NULL;
}

/* The group of the layers: "model_weights", "" for the root, or NULL. */
static const char *find_base(const sn_hdf5 *tree)
{
    static const char *const bases[] = {WHOLE_MODEL, ""};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (begin(tree, bases[i], LAYERS).part)
            return bases[i];
    return NULL;
}

bool sn_weights_has_layers(const sn_hdf5 *tree)
{
    return find_base(tree) != NULL;
}

/* The path of a member of a group; the caller frees it. */
static seqnet_status join(char **path, const char *group, const char *member, seqnet_error *err)
{
    while (*member == '/')
        member++;
    return sn_format(path, err, "%s%s%s", group, *group ? "/" : "", member);
}

static seqnet_status missing(const sn_hdf5 *tree, const char *path, const char *layer,
                             const char *name, const char *place, seqnet_error *err)
{
    char shown_layer[SN_WEIGHTS_SHOWN], shown[SN_WEIGHTS_SHOWN];
    const char *const why = sn_hdf5_find_omitted(tree, path);
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: the array '%s' of layer '%s' %s; have the model saved again", place,
                   sn_weights_shown(name, shown), sn_weights_shown(layer, shown_layer),
                   why ? why : "is not in the file");
}

static seqnet_status take_array(sn_weights_file *file, sn_hdf5 *tree, const char *group,
                                const char *layer, const char *name, const char *place,
                                seqnet_error *err)
{
    char *path;
    SN_TRY(join(&path, group, name, err));
    sn_hdf5_array *const array = sn_hdf5_find_array(tree, path);
    const seqnet_status status =
        array && array->values ? sn_weights_add_array(file, layer, name, array->shape, array->rank,
                                                      array->count, &array->values, err)
                               : missing(tree, path, layer, name, place, err);
    free(path);
    return status;
}

static seqnet_status take_layer(sn_weights_file *file, sn_hdf5 *tree, const char *base,
                                const char *layer, const char *place, seqnet_error *err)
{
    char *group;
    SN_TRY(sn_weights_add_layer(file, layer, NULL, err));
    SN_TRY(join(&group, base, layer, err));
    names list = begin(tree, group, WEIGHTS);
    seqnet_status status = SEQNET_OK;
    for (const char *name; status == SEQNET_OK && (name = next(&list)) != NULL;)
        status = take_array(file, tree, group, layer, name, place, err);
    free(group);
    return status;
}

/* Whether there are arrays that belong to the model itself and to no layer. */
static seqnet_status has_own(const sn_hdf5 *tree, const char *base, bool *has, seqnet_error *err)
{
    char *group;
    SN_TRY(join(&group, base, OWN_WEIGHTS, err));
    names list = begin(tree, group, WEIGHTS);
    *has = next(&list) != NULL;
    free(group);
    return SEQNET_OK;
}

static seqnet_status copy_text(char **slot, const sn_hdf5 *tree, const char *path, const char *name,
                               seqnet_error *err)
{
    const sn_hdf5_texts *const found = sn_hdf5_find_texts(tree, path, name);
    if (!found || found->count != 1 || *slot)
        return SEQNET_OK;
    return sn_copy_string(slot, found->texts[0], strlen(found->texts[0]), err);
}

static seqnet_status take_texts(sn_weights_file *file, const sn_hdf5 *tree, const char *path,
                                seqnet_error *err)
{
    SN_TRY(copy_text(&file->config, tree, path, "model_config", err));
    SN_TRY(copy_text(&file->training_config, tree, path, "training_config", err));
    SN_TRY(copy_text(&file->keras_version, tree, path, "keras_version", err));
    return copy_text(&file->backend, tree, path, "backend", err);
}

/* What seqnet has written beside the weights. */
static seqnet_status take_extras(sn_weights_file *file, const sn_hdf5 *tree, seqnet_error *err)
{
    for (const char *const *name = SN_WEIGHTS_EXTRAS; *name; name++) {
        char *bytes = NULL;
        SN_TRY(copy_text(&bytes, tree, "", *name, err));
        if (bytes)
            SN_TRY(sn_weights_add_asset(file, *name, bytes, strlen(bytes), err));
    }
    return SEQNET_OK;
}

seqnet_status sn_weights_by_layer(sn_weights_file *file, sn_hdf5 *tree, const char *place,
                                  seqnet_error *err)
{
    bool has;
    const char *const base = find_base(tree);
    file->layout = SN_WEIGHTS_BY_LAYER;
    SN_TRY(take_texts(file, tree, "", err));
    SN_TRY(take_texts(file, tree, base, err));
    SN_TRY(take_extras(file, tree, err));
    names list = begin(tree, base, LAYERS);
    for (const char *layer; (layer = next(&list)) != NULL;)
        SN_TRY(take_layer(file, tree, base, layer, place, err));
    SN_TRY(has_own(tree, base, &has, err));
    return has ? take_layer(file, tree, base, OWN_WEIGHTS, place, err) : SEQNET_OK;
}
