/*
 * `.keras` of Keras 2.12 and later: a zip archive of metadata.json, config.json, model.weights.h5
 * and perhaps assets, such as vocabularies; or the folder that Keras writes in its place on
 * request.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/output.h>

#include "buffer.h"
#include "json.h"
#include "memory.h"
#include "weights_parts.h"

#include "banned.h"

#define CONFIG   "config.json"
#define METADATA "metadata.json"
#define WEIGHTS  "model.weights.h5"
#define SHARDS   "model.weights.json"
#define ASSETS   "assets/"

enum {
    MAX_MEMBERS = 1 << 14,
    MAX_JSON_BYTES = 16 << 20,
    MAX_JSON_VALUES = 1 << 20,
    MAX_ASSET_BYTES = 256 << 20,
    MAX_DEPTH = 8
};

bool sn_weights_is_keras(const sn_zip *archive)
{
    return sn_zip_has(archive, CONFIG) || sn_zip_has(archive, WEIGHTS) ||
           sn_zip_has(archive, SHARDS);
}

static seqnet_status too_large(const char *place, const char *name, seqnet_error *err)
{
    char shown[SN_WEIGHTS_SHOWN];
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: its member '%s' is larger than that of a model; have it saved again", place,
                   sn_weights_shown(name, shown));
}

/* Takes the version of Keras from the metadata; those that are no JSON say nothing. */
static seqnet_status take_version(sn_weights_file *file, const char *text, size_t size,
                                  seqnet_error *err)
{
    static const sn_json_limits limits = {.values = MAX_JSON_VALUES, .repairs = true};
    cJSON *root;
    size_t repaired;
    const seqnet_status parsed = sn_json_parse(&root, text, size, &limits, &repaired, err);
    if (parsed != SEQNET_OK)
        return parsed == SEQNET_ERR_MEMORY ? parsed : SEQNET_OK;
    const cJSON *const version = cJSON_GetObjectItemCaseSensitive(root, "keras_version");
    seqnet_status status = SEQNET_OK;
    if (cJSON_IsString(version) && !file->keras_version)
        status = sn_copy_string(&file->keras_version, version->valuestring,
                                strlen(version->valuestring), err);
    cJSON_Delete(root);
    return status;
}

/* The bytes that assets take. */
static size_t asset_bytes(const sn_weights_file *file)
{
    size_t sum = 0;
    for (size_t i = 0; i < file->asset_count; i++)
        sum += file->assets[i].size;
    return sum;
}

static seqnet_status no_weights(const char *place, bool has_shards, seqnet_error *err)
{
    if (has_shards)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: its weights are split into several files (" SHARDS "), which is not "
                       "supported; have it saved without max_shard_size",
                       place);
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: has a configuration and no weights (" WEIGHTS "); have it saved again",
                   place);
}

/* ---- The archive */

/* Unpacks a member of at most `most` bytes; the caller frees *text. */
static seqnet_status inflate(const sn_zip *a, const char *name, uint64_t most, char **text,
                             size_t *size)
{
    uint64_t said;
    uint8_t *data;
    if (sn_zip_size(a, name, &said) && said > most)
        return too_large(a->place, name, a->err);
    SN_TRY(sn_zip_inflate(a, name, &data, size));
    *text = (char *)data;
    return SEQNET_OK;
}

static seqnet_status take_metadata(sn_weights_file *file, const sn_zip *a)
{
    size_t size;
    char *text;
    if (!sn_zip_has(a, METADATA))
        return SEQNET_OK;
    SN_TRY(inflate(a, METADATA, MAX_JSON_BYTES, &text, &size));
    const seqnet_status status = take_version(file, text, size, a->err);
    free(text);
    return status;
}

static bool is_asset(const char *name)
{
    const size_t length = strlen(name);
    for (const char *const *extra = SN_WEIGHTS_EXTRAS; *extra; extra++)
        if (strcmp(name, *extra) == 0)
            return true;
    return strncmp(name, ASSETS, sizeof ASSETS - 1) == 0 && length >= sizeof ASSETS &&
           name[length - 1] != '/';
}

seqnet_status sn_weights_take_assets(sn_weights_file *file, const sn_zip *a)
{
    const size_t count = sn_zip_count(a);
    if (count > MAX_MEMBERS)
        return sn_fail(a->err, SEQNET_ERR_MODEL,
                       "%s: has %zu members, a model has fewer; have it saved again", a->place,
                       count);
    SN_TRY(take_metadata(file, a));
    if (sn_zip_has(a, CONFIG) && !file->config) {
        size_t size;
        SN_TRY(inflate(a, CONFIG, MAX_JSON_BYTES, &file->config, &size));
    }
    for (size_t i = 0; i < count; i++) {
        char *bytes;
        size_t size;
        const char *const name = sn_zip_name(a, i);
        if (!is_asset(name))
            continue;
        SN_TRY(inflate(a, name, MAX_ASSET_BYTES - asset_bytes(file), &bytes, &size));
        SN_TRY(sn_weights_add_asset(file, name, bytes, size, a->err));
    }
    return SEQNET_OK;
}

static seqnet_status take_weights(sn_weights_file *file, const sn_zip *a)
{
    uint64_t size;
    if (!sn_zip_has(a, WEIGHTS))
        return no_weights(a->place, sn_zip_has(a, SHARDS), a->err);
    if (sn_zip_size(a, WEIGHTS, &size) && size > sn_hdf5_most_bytes(a->size))
        return too_large(a->place, WEIGHTS, a->err);
    const int fd = seqnet_temporary_file();
    if (fd < 0)
        return sn_weights_no_temporary(a->err);
    seqnet_status status = sn_zip_copy(a, WEIGHTS, fd);
    if (status == SEQNET_OK)
        status = sn_weights_of_hdf5(file, fd, a->place, a->err);
    close(fd);
    return status;
}

seqnet_status sn_weights_of_keras(sn_weights_file *file, const sn_zip *archive)
{
    SN_TRY(sn_weights_take_assets(file, archive));
    return take_weights(file, archive);
}

/* ---- The folder */

/* Reads a file of at most `most` bytes; the caller frees *text, which a NUL follows. */
static seqnet_status read_text(const char *path, size_t most, char **text, size_t *size,
                               seqnet_error *err)
{
    sn_bytes bytes;
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    *size = bytes.size;
    const seqnet_status status = bytes.size > most
                                     ? too_large(path, path, err)
                                     : sn_copy_string(text, (const char *)bytes.data, *size, err);
    sn_bytes_close(&bytes);
    return status;
}

static seqnet_status take_file(sn_weights_file *file, const char *path, const char *name,
                               seqnet_error *err)
{
    char *text;
    size_t size;
    SN_TRY(read_text(path, MAX_ASSET_BYTES - asset_bytes(file), &text, &size, err));
    return sn_weights_add_asset(file, name, text, size, err);
}

/* Takes the files of a folder of assets; `name` is the folder's name within the model. */
static seqnet_status take_files(sn_weights_file *file, const char *folder, const char *name,
                                unsigned depth, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    DIR *const entries = depth < MAX_DEPTH ? opendir(folder) : NULL;
    for (struct dirent *entry; entries && status == SEQNET_OK && (entry = readdir(entries));) {
        char *path = NULL, *member = NULL;
        if (entry->d_name[0] == '.')
            continue;
        status = sn_format(&path, err, "%s/%s", folder, entry->d_name);
        if (status == SEQNET_OK)
            status = sn_format(&member, err, "%s/%s", name, entry->d_name);
        if (status == SEQNET_OK)
            status = sn_file_exists(path) ? take_file(file, path, member, err)
                                          : take_files(file, path, member, depth + 1, err);
        free(member);
        free(path);
    }
    if (entries)
        closedir(entries);
    return status;
}

/* The paths of what a folder may have. */
typedef struct folder {
    char *config, *metadata, *weights, *shards, *assets;
} folder;

static seqnet_status read_folder(sn_weights_file *file, const folder *paths, const char *path,
                                 seqnet_error *err)
{
    char *text;
    size_t size;
    if (!sn_file_exists(paths->config))
        return sn_weights_other_folder(path, err);
    SN_TRY(read_text(paths->config, MAX_JSON_BYTES, &file->config, &size, err));
    if (sn_file_exists(paths->metadata)) {
        SN_TRY(read_text(paths->metadata, MAX_JSON_BYTES, &text, &size, err));
        const seqnet_status status = take_version(file, text, size, err);
        free(text);
        SN_TRY(status);
    }
    SN_TRY(take_files(file, paths->assets, "assets", 0, err));
    return sn_file_exists(paths->weights) ? sn_weights_of_path(file, paths->weights, err)
                                          : no_weights(path, sn_file_exists(paths->shards), err);
}

seqnet_status sn_weights_of_folder(sn_weights_file *file, const char *path, seqnet_error *err)
{
    folder paths = {0};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_format(&paths.config, err, "%s/" CONFIG, path));
    SN_GOTO(sn_format(&paths.metadata, err, "%s/" METADATA, path));
    SN_GOTO(sn_format(&paths.weights, err, "%s/" WEIGHTS, path));
    SN_GOTO(sn_format(&paths.shards, err, "%s/" SHARDS, path));
    SN_GOTO(sn_format(&paths.assets, err, "%s/assets", path));
    status = read_folder(file, &paths, path, err);
out:
    free(paths.config);
    free(paths.metadata);
    free(paths.weights);
    free(paths.shards);
    free(paths.assets);
    return status;
}
