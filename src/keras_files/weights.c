#include "weights.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

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

const char *const SN_WEIGHTS_EXTRAS[] = {SN_WEIGHTS_SEQNET,     SN_WEIGHTS_WORDS,
                                         SN_WEIGHTS_LABELS,     SN_WEIGHTS_TOKENIZER,
                                         SN_WEIGHTS_WORD_INDEX, NULL};

seqnet_status sn_weights_add_asset(sn_weights_file *file, const char *name, char *bytes,
                                   size_t size, seqnet_error *err)
{
    const seqnet_status status = add(&file->assets, &file->asset_count, sizeof *file->assets, err);
    if (status != SEQNET_OK) {
        free(bytes);
        return status;
    }
    sn_weights_asset *const asset = &file->assets[file->asset_count - 1];
    asset->bytes = bytes;
    asset->size = size;
    return copy(&asset->name, name, err);
}

const sn_weights_asset *sn_weights_file_asset(const sn_weights_file *file, const char *name)
{
    for (size_t i = 0; i < file->asset_count; i++)
        if (strcmp(file->assets[i].name, name) == 0)
            return &file->assets[i];
    return NULL;
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
