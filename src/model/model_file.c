/*
 * A model as a safetensors file. The tensors of the table come in slab order, so that the file's
 * data is the slab; then come those of the n-gram part and "vocabulary", one word per line. The
 * metadata strings are:
 *
 *     format          "seqnet"
 *     format_version  "1", with n-grams "2"; other versions are refused by name
 *     seqnet_version  version of the program that wrote the file
 *     config          JSON: layers, maxlen, padding, encoding
 *     labels          JSON: list of class names
 *     text_rule       how text becomes words
 *     training        JSON: the training record
 *     training_hash   hash of the record's text; files of older versions lack it
 *     held_out        JSON: what the model did on rows that were held out, and held_out_hash, the
 *                     hash of this text; both are absent where there were no such rows
 *     fingerprint     checked when the file is read
 */
#include "assemble.h"
#include "bfloat16.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>

#include "builtin.h"
#include "file_kind.h"
#include "memory.h"
#include "safetensors.h"
#include "text_rule.h"

#include "banned.h"

static const char FORMAT[] = "seqnet";
static const char FORMAT_VERSION[] = "1", NGRAM_VERSION[] = "2";
static const char VOCABULARY[] = "vocabulary";

enum {
    METADATA_COUNT = 11,
    /* JSON values of a training record: some for each epoch. */
    MAX_RECORD_VALUES = 1 << 20
};

static seqnet_status labels_to_json(const seqnet_model *model, char **text, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_list();
    for (size_t i = 0; i < model->label_count; i++)
        seqnet_json_string(&json, json.root, NULL, model->label_names[i]);
    return seqnet_json_end(&json, text, err);
}

static seqnet_status hash_text(const char *text, char hash[SN_HASH_TEXT], seqnet_error *err)
{
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    sn_hasher_add(&hasher, text, strlen(text));
    sn_hasher_end(&hasher, hash);
    return SEQNET_OK;
}

/* Whether tensor number `index` of the network is stored in 16 bits a number. Models of a network
 * alone are stored as versions before n-grams read them. */
static bool is_packed(const seqnet_model *model, size_t index)
{
    const sn_tensor *const tensor = &model->network.table.tensors[index];
    return model->ngrams && sn_bfloat16_holds(model->weights + tensor->offset, tensor->count);
}

/* Bytes of the tensors that describe_tensors packs. */
static size_t packed_bytes(const seqnet_model *model)
{
    size_t floats = 0;
    for (size_t i = 0; i < model->network.table.count; i++)
        floats += is_packed(model, i) ? model->network.table.tensors[i].count : 0;
    return 2 * floats;
}

/* Fills the list of the model's tensors; returns their number. `packed` is room for packed_bytes.
 */
static size_t describe_tensors(const seqnet_model *model, sn_st_tensor *tensors, uint8_t *packed)
{
    const sn_tensor_table *const table = &model->network.table;
    sn_ngram_tensor parts[SN_NGRAM_TENSORS];
    const size_t part_count = model->ngrams ? sn_ngrams_tensors(model->ngrams, parts) : 0;
    size_t count = table->count;
    for (size_t i = 0; i < table->count; i++) {
        const sn_tensor *const tensor = &table->tensors[i];
        tensors[i] = (sn_st_tensor){.name = tensor->name,
                                    .dtype = "F32",
                                    .rank = tensor->rank,
                                    .data = (const uint8_t *)(model->weights + tensor->offset),
                                    .size = tensor->count * sizeof(float)};
        memcpy(tensors[i].shape, tensor->shape, tensor->rank * sizeof *tensor->shape);
        if (!is_packed(model, i))
            continue;
        sn_bfloat16_pack(packed, model->weights + tensor->offset, tensor->count);
        tensors[i].dtype = "BF16";
        tensors[i].data = packed;
        tensors[i].size = 2 * tensor->count;
        packed += tensors[i].size;
    }
    for (size_t i = 0; i < part_count; i++)
        tensors[count++] = (sn_st_tensor){.name = parts[i].name,
                                          .dtype = parts[i].type,
                                          .rank = parts[i].rank,
                                          .shape = {parts[i].shape[0], parts[i].shape[1]},
                                          .data = parts[i].data,
                                          .size = parts[i].bytes};
    if (model->vocabulary) {
        sn_st_tensor *const words = &tensors[count++];
        *words = (sn_st_tensor){.name = VOCABULARY, .dtype = "U8", .rank = 1};
        words->data =
            (const uint8_t *)sn_vocabulary_lines(model->vocabulary, SIZE_MAX, &words->size);
        words->shape[0] = words->size;
    }
    return count;
}

/* Writes the file to an open output. */
static seqnet_status write_model(const seqnet_model *model, const char *labels,
                                 seqnet_output *output, seqnet_error *err)
{
    char rule[SN_TEXT_RULE_NAME], hash[SN_HASH_TEXT], held_out_hash[SN_HASH_TEXT] = "";
    sn_st_tensor *tensors;
    uint8_t *packed = NULL;
    const size_t most = model->network.table.count + SN_NGRAM_TENSORS + 1;
    SN_TRY(hash_text(model->training_json, hash, err));
    if (model->held_out_json)
        SN_TRY(hash_text(model->held_out_json, held_out_hash, err));
    SN_TRY(sn_alloc(&tensors, most, sizeof *tensors, err));
    seqnet_status status = sn_alloc(&packed, packed_bytes(model), 1, err);
    if (status != SEQNET_OK) {
        free(tensors);
        return status;
    }
    const size_t count = describe_tensors(model, tensors, packed);
    const sn_st_text metadata[METADATA_COUNT] = {
        {"format", FORMAT},
        {"format_version", model->ngrams ? NGRAM_VERSION : FORMAT_VERSION},
        {"seqnet_version", SEQNET_VERSION},
        {"config", model->config_json},
        {"labels", labels},
        {"text_rule", sn_text_rule_name(model->config.encoding.rule, rule)},
        {"training", model->training_json},
        {"training_hash", hash},
        {"fingerprint", model->fingerprint},
        {"held_out", model->held_out_json},
        {"held_out_hash", held_out_hash}};
    const sn_st_contents contents = {.metadata = metadata,
                                     .metadata_count =
                                         METADATA_COUNT - (model->held_out_json ? 0 : 2),
                                     .tensors = tensors,
                                     .tensor_count = count};
    status = sn_safetensors_write(&contents, output, err);
    free(packed);
    free(tensors);
    return status;
}

static seqnet_status open_and_write(const seqnet_model *model, seqnet_output **output,
                                    const char *path, seqnet_error *err)
{
    char *labels;
    SN_TRY(labels_to_json(model, &labels, err));
    seqnet_status status = seqnet_output_open(output, path, err);
    if (status == SEQNET_OK)
        status = write_model(model, labels, *output, err);
    free(labels);
    return status;
}

seqnet_status seqnet_model_save(const seqnet_model *model, const char *path, bool *replaced,
                                seqnet_error *err)
{
    seqnet_output *output = NULL;
    const seqnet_status status = open_and_write(model, &output, path, err);
    if (status == SEQNET_OK)
        return seqnet_output_commit(output, replaced, err);
    seqnet_output_discard(output);
    return status;
}

seqnet_status sn_model_save_soon(const seqnet_model *model, const char *path, seqnet_error *err)
{
    seqnet_output *output = NULL;
    const seqnet_status status = open_and_write(model, &output, path, err);
    if (status == SEQNET_OK)
        return seqnet_output_commit_soon(output, err);
    seqnet_output_discard(output);
    return status;
}

static seqnet_status required(const sn_safetensors *file, const char *key, const char **value,
                              const char *place, seqnet_error *err)
{
    *value = sn_safetensors_metadata(file, key);
    if (*value)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: its metadata has no '%s', so seqnet did not write it", place, key);
}

/* A checkpoint (checkpoint/checkpoint.h) says where its training is. */
static seqnet_status refuse_checkpoint(const sn_safetensors *file, const char *place,
                                       seqnet_error *err)
{
    const char *const where = sn_safetensors_metadata(file, "place");
    return sn_fail(
        err, SEQNET_ERR_MODEL,
        "%s: is the checkpoint of a training under way (%.160s), not a model; go on with "
        "seqnet_model_train and .resume",
        place, where ? where : "somewhere");
}

static seqnet_status check_format(const sn_safetensors *file, const char *place, seqnet_error *err)
{
    const char *format, *version;
    SN_TRY(required(file, "format", &format, place, err));
    if (strcmp(format, "seqnet checkpoint") == 0)
        return refuse_checkpoint(file, place, err);
    if (strcmp(format, FORMAT) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is a safetensors file, but not a seqnet model",
                       place);
    SN_TRY(required(file, "format_version", &version, place, err));
    if (strcmp(version, FORMAT_VERSION) != 0 && strcmp(version, NGRAM_VERSION) != 0)
        return sn_fail(
            err, SEQNET_ERR_MODEL,
            "%s: has format version %.20s, this seqnet reads versions %s and %s; use the seqnet "
            "that wrote it or train again",
            place, version, FORMAT_VERSION, NGRAM_VERSION);
    return SEQNET_OK;
}

static seqnet_status read_text_rule(sn_text_rule *rule, const sn_safetensors *file,
                                    const char *place, seqnet_error *err)
{
    const char *name;
    SN_TRY(required(file, "text_rule", &name, place, err));
    if (sn_text_rule_parse(rule, name))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: cuts text by a rule '%.40s', which is not known here: it was made by a "
                   "newer seqnet; use that one",
                   place, name);
}

static seqnet_status take_labels(seqnet_model *model, const cJSON *list, const char *place,
                                 seqnet_error *err)
{
    const size_t count = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
    const char **names = NULL;
    const cJSON *name;
    size_t i = 0;
    seqnet_status status = SEQNET_OK;
    if (count < 2 || count > SN_MAX_LABELS)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: does not name 2 to %d classes", place,
                       SN_MAX_LABELS);
    SN_GOTO(sn_alloc(&names, count, sizeof *names, err));
    cJSON_ArrayForEach(name, list)
    {
        if (!cJSON_IsString(name))
            SN_GOTO(sn_fail(err, SEQNET_ERR_MODEL, "%s: has a class without a name", place));
        names[i++] = name->valuestring;
    }
    SN_GOTO(sn_model_check_names(names, count, place, err));
    SN_GOTO(sn_model_set_labels(model, names, count, err));
out:
    free(names);
    return status;
}

static seqnet_status read_labels(seqnet_model *model, const char *json, const char *place,
                                 seqnet_error *err)
{
    cJSON *list;
    SN_TRY(sn_config_parse(&list, json, SN_MAX_LABELS + 1, "list of labels", place, err));
    const seqnet_status status = take_labels(model, list, place, err);
    cJSON_Delete(list);
    return status;
}

/* Checks that a text of the metadata has the hash that is stored under `key`, if any is. */
static seqnet_status check_hash(const sn_safetensors *file, const char *text, const char *key,
                                const char *what, const char *place, seqnet_error *err)
{
    char hash[SN_HASH_TEXT];
    const char *const stored = sn_safetensors_metadata(file, key);
    SN_TRY(hash_text(text, hash, err));
    if (stored && strcmp(stored, hash) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: its %s does not give its hash",
                       place, what);
    return SEQNET_OK;
}

/* The record is printed as it stands, so it must be a JSON object, and the one that was written. */
static seqnet_status read_training(char **json, const sn_safetensors *file, const char *place,
                                   seqnet_error *err)
{
    cJSON *record;
    const char *training;
    SN_TRY(required(file, "training", &training, place, err));
    SN_TRY(check_hash(file, training, "training_hash", "training record", place, err));
    SN_TRY(sn_config_parse(&record, training, MAX_RECORD_VALUES, "training record", place, err));
    const bool is_object = cJSON_IsObject(record);
    cJSON_Delete(record);
    if (!is_object)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is damaged: its training record is no JSON object", place);
    return sn_copy_string(json, training, strlen(training), err);
}

/* Reads the profile of held-out rows, which may be absent. */
static seqnet_status read_held_out(seqnet_model *model, const sn_safetensors *file,
                                   const char *place, seqnet_error *err)
{
    const char *const json = sn_safetensors_metadata(file, "held_out");
    if (!json)
        return SEQNET_OK;
    SN_TRY(check_hash(file, json, "held_out_hash", "profile of held-out rows", place, err));
    return sn_model_set_held_out(model, json, place, err);
}

/* Turns an error about a file's contents into one about the file: "PLACE: BEFORE its sentence". A
 * lack of memory is not the file's fault, and keeps its sentence. */
static seqnet_status blame_file(seqnet_status status, const seqnet_error *inner, const char *place,
                                const char *before, seqnet_error *err)
{
    if (status == SEQNET_OK)
        return status;
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner->message);
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: %s%s", place, before, inner->message);
}

static seqnet_status make_outline(seqnet_model **model, const sn_model_config *config,
                                  const char *place, seqnet_error *err)
{
    seqnet_error inner = {0};
    return blame_file(sn_model_outline(model, config, &inner), &inner, place,
                      "its configuration is damaged: ", err);
}

static seqnet_status refuse_tensor(const char *name, const char *place, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: is damaged: the tensor %s is missing or does not fit its configuration",
                   place, name);
}

static bool is_bfloat16(const sn_st_tensor *stored)
{
    return strcmp(stored->dtype, "BF16") == 0;
}

static seqnet_status check_tensor(const sn_safetensors *file, size_t index, const sn_tensor *tensor,
                                  const char *place, seqnet_error *err)
{
    const sn_st_tensor *const stored = index < file->count ? &file->tensors[index] : NULL;
    if (!stored || strcmp(stored->name, tensor->name) != 0 ||
        (strcmp(stored->dtype, "F32") != 0 && !is_bfloat16(stored)) ||
        stored->rank != tensor->rank ||
        memcmp(stored->shape, tensor->shape, tensor->rank * sizeof *tensor->shape) != 0)
        return refuse_tensor(tensor->name, place, err);
    return SEQNET_OK;
}

/* Makes a slab of tensors of which some have 16 bits a number. */
static seqnet_status unpack_weights(seqnet_model *model, const sn_safetensors *file,
                                    const float **weights, seqnet_error *err)
{
    const sn_tensor_table *const table = &model->network.table;
    SN_TRY(sn_alloc_floats(&model->owned_weights, table->floats, err));
    for (size_t i = 0; i < table->count; i++) {
        const sn_st_tensor *const stored = &file->tensors[i];
        float *const to = model->owned_weights + table->tensors[i].offset;
        if (is_bfloat16(stored))
            sn_bfloat16_unpack(to, stored->data, table->tensors[i].count);
        else if (stored->size)
            memcpy(to, stored->data, stored->size);
    }
    *weights = model->owned_weights;
    return SEQNET_OK;
}

/* Tensors of floats lie in the file as in a slab, so that the checked data is used in place: the
 * pages of a mapped file are read when they are needed. */
static seqnet_status find_weights(seqnet_model *model, const sn_safetensors *file,
                                  const float **weights, const char *place, seqnet_error *err)
{
    const sn_tensor_table *const table = &model->network.table;
    bool is_packed = false;
    for (size_t i = 0; i < table->count; i++) {
        SN_TRY(check_tensor(file, i, &table->tensors[i], place, err));
        is_packed |= is_bfloat16(&file->tensors[i]);
    }
    if (table->count == 0)
        return SEQNET_OK;
    if (is_packed)
        return unpack_weights(model, file, weights, err);
    const uintptr_t address = (uintptr_t)file->tensors[0].data;
    if (address % sizeof(float) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: its data is not aligned", place);
    *weights = (const float *)address;
    return SEQNET_OK;
}

static seqnet_status read_vocabulary(seqnet_model *model, const sn_safetensors *file,
                                     const char *place, seqnet_error *err)
{
    seqnet_error inner = {0};
    const sn_st_tensor *const words = sn_safetensors_find(file, VOCABULARY);
    if (!words)
        return SEQNET_OK;
    if (strcmp(words->dtype, "U8") != 0 || words->rank != 1)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: its vocabulary is not text", place);
    const seqnet_status status = sn_vocabulary_from_lines(
        &model->vocabulary, (const char *)words->data, words->size, &inner);
    return blame_file(status, &inner, place, "is damaged: ", err);
}

static const sn_st_tensor *find_array(const sn_safetensors *file, const sn_ngram_tensor *array)
{
    const sn_st_tensor *const found = sn_safetensors_find(file, array->name);
    const bool fits = found && strcmp(found->dtype, array->type) == 0 &&
                      found->rank == array->rank && found->size == array->bytes &&
                      memcmp(found->shape, array->shape, array->rank * sizeof *array->shape) == 0;
    return fits ? found : NULL;
}

static seqnet_status copy_arrays(sn_ngrams *ngrams, const sn_safetensors *file, const char *place,
                                 seqnet_error *err)
{
    sn_ngram_tensor arrays[SN_NGRAM_TENSORS];
    const size_t count = sn_ngrams_tensors(ngrams, arrays);
    for (size_t i = 0; i < count; i++) {
        const sn_st_tensor *const stored = find_array(file, &arrays[i]);
        if (!stored)
            return refuse_tensor(arrays[i].name, place, err);
        if (stored->size)
            memcpy(arrays[i].data, stored->data, stored->size);
    }
    return SEQNET_OK;
}

/* The arrays are copied, so that they are aligned wherever the file has them. */
static seqnet_status read_ngrams(seqnet_model *model, const sn_safetensors *file, const char *place,
                                 seqnet_error *err)
{
    const sn_ngram_config *const config = &model->config.ngrams;
    const sn_ngram_spec spec = {.words = config->words,
                                .characters = config->characters,
                                .rule = model->config.encoding.rule};
    const sn_st_tensor *const hashes = sn_safetensors_find(file, "ngrams.hashes");
    const sn_st_tensor *const weights = sn_safetensors_find(file, "ngrams.svm");
    seqnet_error inner = {0};
    const size_t count = hashes && hashes->rank == 1 ? hashes->shape[0] : 0;
    if (count > SN_MAX_NGRAMS)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: it has too many n-grams", place);
    /* Before there is memory for them: a damaged number of outputs may ask for any amount. */
    if ((weights ? weights->size : 0) / config->outputs < count)
        return refuse_tensor("ngrams.svm", place, err);
    SN_TRY(sn_ngrams_create(&model->ngrams, &spec, count, config->outputs, config->has_nb, err));
    SN_TRY(copy_arrays(model->ngrams, file, place, err));
    return blame_file(sn_ngrams_complete(model->ngrams, &inner), &inner, place,
                      "is damaged: ", err);
}

static seqnet_status check_fingerprint(const seqnet_model *model, const char *stored,
                                       const char *place, seqnet_error *err)
{
    if (strcmp(stored, model->fingerprint) != 0)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is damaged: its contents do not give its fingerprint %.32s", place,
                       stored);
    return SEQNET_OK;
}

static seqnet_status read_outline(seqnet_model **model, const sn_safetensors *file,
                                  const char *place, seqnet_error *err)
{
    const char *json, *labels;
    sn_model_config config;
    SN_TRY(check_format(file, place, err));
    SN_TRY(required(file, "config", &json, place, err));
    SN_TRY(required(file, "labels", &labels, place, err));
    SN_TRY(sn_config_from_json(&config, json, place, err));
    SN_TRY(read_text_rule(&config.encoding.rule, file, place, err));
    return make_outline(model, &config, place, err);
}

static seqnet_status fill_outline(seqnet_model *model, const sn_safetensors *file,
                                  const char *place, seqnet_error *err)
{
    seqnet_error inner = {0};
    const float *weights = NULL;
    SN_TRY(read_training(&model->training_json, file, place, err));
    SN_TRY(sn_remembered_read(&model->remembered, model->training_json, err));
    SN_TRY(read_labels(model, sn_safetensors_metadata(file, "labels"), place, err));
    SN_TRY(blame_file(sn_model_check_labels(model, &inner), &inner, place, "", err));
    SN_TRY(read_held_out(model, file, place, err));
    SN_TRY(find_weights(model, file, &weights, place, err));
    SN_TRY(read_vocabulary(model, file, place, err));
    if (model->config.ngrams.words)
        SN_TRY(read_ngrams(model, file, place, err));
    return blame_file(sn_model_complete(model, weights, model->training_json, &inner), &inner,
                      place, "", err);
}

static seqnet_status read_model(seqnet_model **model, const sn_safetensors *file, const char *place,
                                bool is_trusted, seqnet_error *err)
{
    const char *fingerprint;
    SN_TRY(read_outline(model, file, place, err));
    SN_TRY(fill_outline(*model, file, place, err));
    SN_TRY(required(file, "fingerprint", &fingerprint, place, err));
    return is_trusted ? SEQNET_OK : check_fingerprint(*model, fingerprint, place, err);
}

seqnet_status sn_model_load_bytes(seqnet_model **model, sn_bytes *bytes, const char *place,
                                  bool is_trusted, seqnet_error *err)
{
    sn_safetensors file;
    *model = NULL;
    seqnet_status status = sn_safetensors_open(&file, bytes, place, err);
    if (status == SEQNET_OK) {
        status = read_model(model, &file, place, is_trusted, err);
        sn_safetensors_close(&file);
    }
    if (status == SEQNET_OK) {
        (*model)->file = *bytes;
        *bytes = (sn_bytes){0};
        return status;
    }
    sn_bytes_close(bytes);
    seqnet_model_free(*model);
    *model = NULL;
    return status;
}

/* Refuses other kinds of files by their names. */
static seqnet_status check_kind(const sn_bytes *bytes, const char *path, seqnet_error *err)
{
    const sn_file_kind kind = sn_file_kind_of(bytes->data, bytes->size, path);
    if (kind.class == SN_FILE_TEXT || kind.class == SN_FILE_SAFETENSORS)
        return SEQNET_OK;
    if (kind.class == SN_FILE_POINTER || kind.class == SN_FILE_MODEL)
        return sn_file_kind_fail(&kind, path, SEQNET_ERR_MODEL, err);
    if (sn_is_gzip(bytes->data, bytes->size))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is compressed with gzip; unpack the model with gunzip", path);
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: %s, not a model of seqnet; train one with seqnet train", path, kind.fact);
}

seqnet_status seqnet_model_load(seqnet_model **model, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    *model = NULL;
    const bool is_builtin = sn_builtin_named(path);
    SN_TRY(sn_builtin_check(path, err));
    seqnet_status status = is_builtin ? sn_builtin_open(&bytes, err)
                                      : sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err);
    if (!is_builtin && status == SEQNET_OK && (status = check_kind(&bytes, path, err)) != SEQNET_OK)
        sn_bytes_close(&bytes);
    if (status == SEQNET_OK)
        status = sn_model_load_bytes(model, &bytes, path, false, err);
    return sn_memory_place(status, path, "close other programs, or use a smaller model", err);
}

bool seqnet_model_recognise(const char *path)
{
    return sn_safetensors_tells(path, "format", FORMAT);
}
