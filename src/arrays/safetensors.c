#include "safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>

#include "cursor.h"
#include "json.h"
#include "memory.h"

#include "banned.h"

enum {
    LENGTH_BYTES = 8,
    DATA_ALIGNMENT = 64,
    MAX_HEADER = 100000000,
    MAX_TENSORS = 4096,
    MAX_VALUES = 16 * MAX_TENSORS
};

static const char METADATA[] = "__metadata__";

static void add_tensor(seqnet_json *json, const sn_st_tensor *tensor, size_t offset)
{
    cJSON *const entry = seqnet_json_object(json, json->root, tensor->name);
    seqnet_json_string(json, entry, "dtype", tensor->dtype);
    cJSON *const shape = seqnet_json_list(json, entry, "shape");
    for (size_t i = 0; i < tensor->rank; i++)
        seqnet_json_number(json, shape, NULL, (double)tensor->shape[i]);
    cJSON *const offsets = seqnet_json_list(json, entry, "data_offsets");
    seqnet_json_number(json, offsets, NULL, (double)offset);
    seqnet_json_number(json, offsets, NULL, (double)(offset + tensor->size));
}

static seqnet_status print_header(char **text, const sn_st_contents *contents, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    cJSON *const metadata = seqnet_json_object(&json, json.root, METADATA);
    for (size_t i = 0; i < contents->metadata_count; i++)
        seqnet_json_string(&json, metadata, contents->metadata[i].key, contents->metadata[i].text);
    size_t offset = 0;
    for (size_t i = 0; i < contents->tensor_count; i++) {
        add_tensor(&json, &contents->tensors[i], offset);
        offset += contents->tensors[i].size;
    }
    return seqnet_json_end(&json, text, err);
}

/* Writes the length, the header and the spaces behind it. */
static seqnet_status write_header(seqnet_output *output, const char *header, seqnet_error *err)
{
    static const char spaces[DATA_ALIGNMENT + 1] =
        "                                                                ";
    const size_t text = strlen(header);
    const size_t fill = (DATA_ALIGNMENT - (LENGTH_BYTES + text) % DATA_ALIGNMENT) % DATA_ALIGNMENT;
    uint8_t length[LENGTH_BYTES];
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        length[i] = (uint8_t)((uint64_t)(text + fill) >> 8 * i);
    SN_TRY(seqnet_output_write(output, length, sizeof length, err));
    SN_TRY(seqnet_output_write(output, header, text, err));
    return seqnet_output_write(output, spaces, fill, err);
}

seqnet_status sn_safetensors_write(const sn_st_contents *contents, seqnet_output *output,
                                   seqnet_error *err)
{
    char *header;
    SN_TRY(print_header(&header, contents, err));
    seqnet_status status = write_header(output, header, err);
    free(header);
    for (size_t i = 0; i < contents->tensor_count && status == SEQNET_OK; i++) {
        const sn_st_tensor *const tensor = &contents->tensors[i];
        status = tensor->write ? tensor->write(tensor->user, output, err)
                               : seqnet_output_write(output, tensor->data, tensor->size, err);
    }
    return status;
}

static seqnet_status damaged(const char *place, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: %s; train or copy it again", place,
                   what);
}

/* Reads a whole, non-negative JSON number as a size. JSON numbers are exact up to 2^53 only. */
static bool read_size(const cJSON *item, size_t *size)
{
    const double value = cJSON_IsNumber(item) ? item->valuedouble : -1.0;
    if (!(value >= 0.0 && value <= 0x1p53) || value != (double)(uint64_t)value)
        return false;
    *size = (size_t)value;
    return true;
}

static bool read_shape(sn_st_tensor *tensor, const cJSON *shape, size_t *elements)
{
    *elements = 1;
    if (!cJSON_IsArray(shape))
        return false;
    const cJSON *item;
    cJSON_ArrayForEach(item, shape)
    {
        size_t length;
        if (tensor->rank == SN_ST_MAX_RANK || !read_size(item, &length))
            return false;
        if (length && *elements > SIZE_MAX / 8 / length)
            return false;
        tensor->shape[tensor->rank++] = length;
        *elements *= length;
    }
    return true;
}

static size_t element_size(const char *dtype)
{
    static const struct {
        const char *name;
        size_t size;
    } types[] = {{"F64", 8},  {"U64", 8}, {"F32", 4}, {"I32", 4}, {"U32", 4},
                 {"BF16", 2}, {"U16", 2}, {"U8", 1},  {"I8", 1}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(dtype, types[i].name) == 0)
            return types[i].size;
    return 0;
}

/* Fills one tensor from its entry in the header; `data` is the bytes behind the header. */
static bool read_tensor(sn_st_tensor *tensor, const cJSON *entry, const sn_cursor *data)
{
    const cJSON *const dtype = cJSON_GetObjectItemCaseSensitive(entry, "dtype");
    const cJSON *const offsets = cJSON_GetObjectItemCaseSensitive(entry, "data_offsets");
    size_t elements, begin, end;
    if (!cJSON_IsString(dtype) || !element_size(dtype->valuestring))
        return false;
    if (!read_shape(tensor, cJSON_GetObjectItemCaseSensitive(entry, "shape"), &elements))
        return false;
    if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
        !read_size(cJSON_GetArrayItem(offsets, 0), &begin) ||
        !read_size(cJSON_GetArrayItem(offsets, 1), &end))
        return false;
    if (begin > end || end > sn_cursor_left(data) ||
        end - begin != elements * element_size(dtype->valuestring))
        return false;
    tensor->name = entry->string;
    tensor->dtype = dtype->valuestring;
    tensor->data = data->pos + begin;
    tensor->size = end - begin;
    return true;
}

static int compare_places(const void *left, const void *right)
{
    const sn_st_tensor *const a = left, *const b = right;
    if (a->data != b->data)
        return a->data < b->data ? -1 : 1;
    return (a->size > b->size) - (a->size < b->size);
}

static seqnet_status read_tensors(sn_safetensors *file, const sn_cursor *data, const char *place,
                                  seqnet_error *err)
{
    const int entries = cJSON_GetArraySize(file->header);
    if (entries > MAX_TENSORS)
        return damaged(place, "its header lists too many tensors", err);
    SN_TRY(sn_alloc(&file->tensors, (size_t)entries, sizeof *file->tensors, err));
    for (const cJSON *entry = file->header->child; entry; entry = entry->next) {
        if (strcmp(entry->string, METADATA) == 0)
            continue;
        if (!read_tensor(&file->tensors[file->count++], entry, data))
            return damaged(
                place, "a tensor's type, shape or place is wrong, or the file is cut short", err);
    }
    qsort(file->tensors, file->count, sizeof *file->tensors, compare_places);
    const uint8_t *expected = data->pos;
    for (size_t i = 0; i < file->count; expected += file->tensors[i++].size)
        if (file->tensors[i].data != expected)
            return damaged(place, "its tensors overlap or leave a hole", err);
    if (expected != data->end)
        return damaged(place, "it is longer than its tensors", err);
    return SEQNET_OK;
}

static seqnet_status check_metadata(const sn_safetensors *file, const char *place,
                                    seqnet_error *err)
{
    const cJSON *item;
    if (file->metadata && !cJSON_IsObject(file->metadata))
        return damaged(place, "its metadata is not an object", err);
    cJSON_ArrayForEach(item, file->metadata)
    {
        if (!cJSON_IsString(item))
            return damaged(place, "its metadata holds something else than strings", err);
    }
    return SEQNET_OK;
}

static seqnet_status parse_header(sn_safetensors *file, const char *text, size_t length,
                                  const char *place, seqnet_error *err)
{
    static const sn_json_limits limits = {.values = MAX_VALUES, .unique_keys = true};
    char what[sizeof err->message];
    seqnet_error inner = {0};
    const seqnet_status status = sn_json_parse(&file->header, text, length, &limits, NULL, &inner);
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner.message);
    (void)snprintf(what, sizeof what, "its header is not JSON as it should be (%.900s)",
                   inner.message);
    if (status != SEQNET_OK)
        return damaged(place, what, err);
    return cJSON_IsObject(file->header) ? SEQNET_OK
                                        : damaged(place, "its header is no JSON object", err);
}

/* Reads the header; `data` becomes the bytes behind it. */
static seqnet_status open_header(sn_safetensors *file, const sn_bytes *bytes, const char *place,
                                 sn_cursor *data, seqnet_error *err)
{
    sn_cursor cursor = sn_cursor_over(bytes->data, bytes->size);
    uint64_t length;
    const uint8_t *text;
    if (!sn_cursor_uint(&cursor, LENGTH_BYTES, &length) || length < 2 || length > MAX_HEADER ||
        cursor.pos == cursor.end || *cursor.pos != '{')
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is not a model file (safetensors); train one with seqnet_model_train",
                       place);
    if (!sn_cursor_take(&cursor, (size_t)length, &text))
        return damaged(place, "it ends inside its header", err);
    SN_TRY(parse_header(file, (const char *)text, (size_t)length, place, err));
    file->metadata = cJSON_GetObjectItemCaseSensitive(file->header, METADATA);
    *data = cursor;
    return check_metadata(file, place, err);
}

seqnet_status sn_safetensors_open_header(sn_safetensors *file, const sn_bytes *bytes,
                                         const char *place, seqnet_error *err)
{
    sn_cursor data;
    *file = (sn_safetensors){0};
    const seqnet_status status = open_header(file, bytes, place, &data, err);
    if (status != SEQNET_OK)
        sn_safetensors_close(file);
    return status;
}

seqnet_status sn_safetensors_open(sn_safetensors *file, const sn_bytes *bytes, const char *place,
                                  seqnet_error *err)
{
    sn_cursor data;
    *file = (sn_safetensors){0};
    seqnet_status status = open_header(file, bytes, place, &data, err);
    if (status == SEQNET_OK)
        status = read_tensors(file, &data, place, err);
    if (status != SEQNET_OK)
        sn_safetensors_close(file);
    return status;
}

size_t sn_safetensors_header_end(const uint8_t *start, size_t size)
{
    sn_cursor cursor = sn_cursor_over(start, size);
    uint64_t length;
    if (!sn_cursor_uint(&cursor, LENGTH_BYTES, &length) || length > MAX_HEADER)
        return 0;
    return LENGTH_BYTES + (size_t)length;
}

void sn_safetensors_close(sn_safetensors *file)
{
    cJSON_Delete(file->header);
    free(file->tensors);
    *file = (sn_safetensors){0};
}

const sn_st_tensor *sn_safetensors_find(const sn_safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *sn_safetensors_metadata(const sn_safetensors *file, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(file->metadata, key);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool header_tells(const sn_bytes *header, const char *key, const char *text)
{
    sn_safetensors file;
    if (sn_safetensors_open_header(&file, header, "", NULL) != SEQNET_OK)
        return false;
    const char *const told = sn_safetensors_metadata(&file, key);
    const bool is_told = told && strcmp(told, text) == 0;
    sn_safetensors_close(&file);
    return is_told;
}

bool sn_safetensors_tells(const char *path, const char *key, const char *text)
{
    uint8_t length[LENGTH_BYTES], *bytes;
    if (!sn_file_exists(path) || sn_file_begins(path, length, sizeof length) < sizeof length)
        return false;
    const size_t size = sn_safetensors_header_end(length, sizeof length);
    if (size == 0 || sn_alloc(&bytes, size, 1, NULL) != SEQNET_OK)
        return false;
    const sn_bytes header = {.data = bytes, .size = sn_file_begins(path, bytes, size)};
    const bool is_told = header_tells(&header, key, text);
    free(bytes);
    return is_told;
}
