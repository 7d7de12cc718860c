/* The file of a checkpoint: see checkpoint.h. */
#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/checkpoint.h>
#include <seqnet/number.h>

#include "hash.h"
#include "memory.h"
#include "safetensors.h"
#include "utf8.h"

#include "banned.h"

static const char FORMAT[] = "seqnet checkpoint";
static const char VERSION[] = "1";

/* Strings of each file, and with those that some have. */
enum { TEXTS = 8, MOST_TEXTS = 10 };

static const char *const DTYPES[] = {[SN_ARRAY_F32] = "F32",
                                     [SN_ARRAY_F64] = "F64",
                                     [SN_ARRAY_U64] = "U64",
                                     [SN_ARRAY_U32] = "U32",
                                     [SN_ARRAY_U8] = "U8"};

static bool find_type(const char *dtype, sn_array_type *type)
{
    for (size_t i = 0; i < sizeof DTYPES / sizeof *DTYPES; i++)
        if (strcmp(DTYPES[i], dtype) == 0) {
            *type = (sn_array_type)i;
            return true;
        }
    return false;
}

static void hash_text(sn_hasher *hasher, const char *text)
{
    const char *const shown = text ? text : "";
    sn_hasher_add_number(hasher, strlen(shown));
    sn_hasher_add(hasher, shown, strlen(shown));
}

static seqnet_status hash_all(const sn_stored_array *arrays, size_t count,
                              const sn_checkpoint_texts *texts, char hash[SN_HASH_TEXT],
                              seqnet_error *err)
{
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    hash_text(&hasher, texts->run);
    hash_text(&hasher, texts->place);
    hash_text(&hasher, texts->machine);
    hash_text(&hasher, texts->command);
    hash_text(&hasher, texts->note);
    sn_hasher_add_number(&hasher, (size_t)texts->resumed);
    for (size_t i = 0; i < count; i++) {
        const size_t size = arrays[i].count * sn_array_type_size(arrays[i].type);
        if (size == 0) /* where it stands among others that are empty is not kept */
            continue;
        hash_text(&hasher, arrays[i].name);
        hash_text(&hasher, DTYPES[arrays[i].type]);
        sn_hasher_add_number(&hasher, size);
        sn_hasher_add(&hasher, arrays[i].bytes, size);
    }
    sn_hasher_end(&hasher, hash);
    return SEQNET_OK;
}

static seqnet_status write_file(const char *path, const sn_st_contents *contents, size_t *bytes,
                                seqnet_error *err)
{
    seqnet_output *output;
    SN_TRY(seqnet_output_open(&output, path, err));
    const seqnet_status status = sn_safetensors_write(contents, output, err);
    if (status == SEQNET_OK)
        return seqnet_output_commit(output, NULL, err);
    seqnet_output_discard(output);
    *bytes = 0;
    return status;
}

static seqnet_status save(const char *path, const sn_stored_array *arrays, size_t count,
                          const sn_checkpoint_texts *texts, size_t *bytes, seqnet_error *err)
{
    char hash[SN_HASH_TEXT], resumed[24];
    sn_st_tensor *tensors;
    SN_TRY(hash_all(arrays, count, texts, hash, err));
    SN_TRY(sn_alloc(&tensors, count, sizeof *tensors, err));
    *bytes = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t size = arrays[i].count * sn_array_type_size(arrays[i].type);
        tensors[i] = (sn_st_tensor){.name = arrays[i].name,
                                    .dtype = DTYPES[arrays[i].type],
                                    .rank = 1,
                                    .shape = {arrays[i].count},
                                    .data = arrays[i].bytes,
                                    .size = size};
        *bytes += size;
    }
    (void)snprintf(resumed, sizeof resumed, "%" PRIu64, texts->resumed);
    sn_st_text metadata[MOST_TEXTS] = {
        {"format", FORMAT},
        {"format_version", VERSION},
        {"seqnet_version", SEQNET_VERSION},
        {"run", texts->run},
        {"place", texts->place},
        {"machine", texts->machine},
        {"resumed", resumed},
        {"hash", hash},
    };
    size_t used = TEXTS;
    if (texts->command)
        metadata[used++] = (sn_st_text){"command", texts->command};
    if (texts->note)
        metadata[used++] = (sn_st_text){"note", texts->note};
    const sn_st_contents contents = {
        .metadata = metadata, .metadata_count = used, .tensors = tensors, .tensor_count = count};
    const seqnet_status status = write_file(path, &contents, bytes, err);
    free(tensors);
    return status;
}

/* JSON is UTF-8: replaces a text that is not by a copy that is, which the caller frees as *made. */
static seqnet_status clean(char **text, char **made, seqnet_error *err)
{
    *made = NULL;
    if (!*text || sn_utf8_is_clean(*text, strlen(*text)))
        return SEQNET_OK;
    SN_TRY(sn_utf8_clean(made, *text, strlen(*text), err));
    *text = *made;
    return SEQNET_OK;
}

seqnet_status sn_checkpoint_save(const char *path, const sn_stored_array *arrays, size_t count,
                                 const sn_checkpoint_texts *texts, size_t *bytes, seqnet_error *err)
{
    sn_checkpoint_texts stored = *texts;
    char *command, *note = NULL;
    seqnet_status status = clean(&stored.command, &command, err);
    if (status == SEQNET_OK)
        status = clean(&stored.note, &note, err);
    if (status == SEQNET_OK)
        status = save(path, arrays, count, &stored, bytes, err);
    free(command);
    free(note);
    return status;
}

static seqnet_status damaged(const char *place, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: %s; begin anew without .resume", place,
                   what);
}

static seqnet_status check_format(const sn_safetensors *file, const char *place, seqnet_error *err)
{
    const char *const format = sn_safetensors_metadata(file, "format");
    const char *const version = sn_safetensors_metadata(file, "format_version");
    if (!format || strcmp(format, FORMAT) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       format && strcmp(format, "seqnet") == 0
                           ? "%s: is a model, not the checkpoint of a training that is under way; "
                             "begin a training with its weights with .initial"
                           : "%s: is not a checkpoint of seqnet's; .resume takes what .checkpoint "
                             "has written",
                       place);
    if (!version || strcmp(version, VERSION) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: has checkpoint version %.20s, this seqnet reads version %s; go on with "
                       "the seqnet that wrote it, or begin anew without .resume",
                       place, version ? version : "none", VERSION);
    return SEQNET_OK;
}

static seqnet_status copy_text(char **text, const sn_safetensors *file, const char *key,
                               seqnet_error *err)
{
    const char *const stored = sn_safetensors_metadata(file, key);
    *text = NULL;
    return stored ? sn_copy_string(text, stored, strlen(stored), err) : SEQNET_OK;
}

static seqnet_status read_texts(sn_checkpoint_texts *texts, const sn_safetensors *file,
                                const char *place, seqnet_error *err)
{
    int64_t resumed = -1;
    const char *const number = sn_safetensors_metadata(file, "resumed");
    SN_TRY(copy_text(&texts->run, file, "run", err));
    SN_TRY(copy_text(&texts->place, file, "place", err));
    SN_TRY(copy_text(&texts->machine, file, "machine", err));
    SN_TRY(copy_text(&texts->command, file, "command", err));
    SN_TRY(copy_text(&texts->note, file, "note", err));
    if (!texts->run || !texts->place || !texts->machine || !number ||
        !seqnet_parse_int64(number, &resumed) || resumed < 0)
        return damaged(place, "a string of its metadata is missing", err);
    texts->resumed = (uint64_t)resumed;
    return SEQNET_OK;
}

static seqnet_status list_arrays(sn_stored_array **arrays, size_t *count,
                                 const sn_safetensors *file, const char *place, seqnet_error *err)
{
    SN_TRY(sn_alloc(arrays, file->count, sizeof **arrays, err));
    for (size_t i = 0; i < file->count; i++) {
        const sn_st_tensor *const tensor = &file->tensors[i];
        sn_stored_array array = {.bytes = tensor->data};
        if (!find_type(tensor->dtype, &array.type) || tensor->rank != 1 ||
            strlen(tensor->name) >= sizeof array.name)
            return damaged(place, "an array is of another type or shape than seqnet writes", err);
        array.count = tensor->shape[0];
        (void)snprintf(array.name, sizeof array.name, "%s", tensor->name);
        (*arrays)[(*count)++] = array;
    }
    return SEQNET_OK;
}

static seqnet_status read_file(const sn_safetensors *file, sn_stored_array **arrays, size_t *count,
                               sn_checkpoint_texts *texts, const char *place, seqnet_error *err)
{
    char hash[SN_HASH_TEXT];
    const char *const stored = sn_safetensors_metadata(file, "hash");
    SN_TRY(check_format(file, place, err));
    SN_TRY(read_texts(texts, file, place, err));
    SN_TRY(list_arrays(arrays, count, file, place, err));
    SN_TRY(hash_all(*arrays, *count, texts, hash, err));
    if (!stored || strcmp(stored, hash) != 0)
        return damaged(place, "its contents do not give its hash", err);
    return SEQNET_OK;
}

seqnet_status sn_checkpoint_parse(const sn_bytes *bytes, sn_stored_array **arrays, size_t *count,
                                  sn_checkpoint_texts *texts, const char *place, seqnet_error *err)
{
    sn_safetensors file;
    *arrays = NULL;
    *count = 0;
    *texts = (sn_checkpoint_texts){0};
    const seqnet_status opened = sn_safetensors_open(&file, bytes, place, err);
    if (opened != SEQNET_OK)
        return opened;
    const seqnet_status status = read_file(&file, arrays, count, texts, place, err);
    sn_safetensors_close(&file);
    return status;
}

seqnet_status sn_checkpoint_read(const char *path, sn_bytes *bytes, sn_stored_array **arrays,
                                 size_t *count, sn_checkpoint_texts *texts, seqnet_error *err)
{
    *arrays = NULL;
    *count = 0;
    *texts = (sn_checkpoint_texts){0};
    SN_TRY(sn_bytes_open(bytes, path, SEQNET_ERR_MODEL, err));
    return sn_checkpoint_parse(bytes, arrays, count, texts, path, err);
}

void sn_checkpoint_texts_free(sn_checkpoint_texts *texts)
{
    free(texts->run);
    free(texts->place);
    free(texts->machine);
    free(texts->command);
    free(texts->note);
    *texts = (sn_checkpoint_texts){0};
}

struct seqnet_checkpoint {
    sn_checkpoint_texts texts;
};

seqnet_status seqnet_checkpoint_load(seqnet_checkpoint **checkpoint, const char *path,
                                     seqnet_error *err)
{
    sn_bytes bytes;
    sn_stored_array *arrays;
    size_t count;
    SN_TRY(sn_alloc(checkpoint, 1, sizeof **checkpoint, err));
    const seqnet_status status =
        sn_checkpoint_read(path, &bytes, &arrays, &count, &(*checkpoint)->texts, err);
    free(arrays);
    sn_bytes_close(&bytes);
    if (status != SEQNET_OK) {
        seqnet_checkpoint_free(*checkpoint);
        *checkpoint = NULL;
    }
    return status;
}

void seqnet_checkpoint_free(seqnet_checkpoint *checkpoint)
{
    if (checkpoint)
        sn_checkpoint_texts_free(&checkpoint->texts);
    free(checkpoint);
}

const char *seqnet_checkpoint_place(const seqnet_checkpoint *checkpoint)
{
    return checkpoint->texts.place;
}

const char *seqnet_checkpoint_machine(const seqnet_checkpoint *checkpoint)
{
    return checkpoint->texts.machine;
}

const char *seqnet_checkpoint_command(const seqnet_checkpoint *checkpoint)
{
    return checkpoint->texts.command;
}

const char *seqnet_checkpoint_note(const seqnet_checkpoint *checkpoint)
{
    return checkpoint->texts.note;
}

uint64_t seqnet_checkpoint_resumed(const seqnet_checkpoint *checkpoint)
{
    return checkpoint->texts.resumed;
}

bool seqnet_checkpoint_recognise(const char *path)
{
    return sn_safetensors_tells(path, "format", FORMAT);
}
