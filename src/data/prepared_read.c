/* Maps prepared files, of which prepared_write.c says what is in them. A file may hold anything, so
 * that all is checked that rows are used by: the offsets, ids and labels here, the rest by the hash
 * of the rows. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "dataset_options.h"
#include "file.h"
#include "file_kind.h"
#include "json.h"
#include "maxima.h"
#include "memory.h"
#include "remembered.h"
#include "safetensors.h"

#include "banned.h"

/* A file on its way into a dataset. */
typedef struct reading {
    seqnet_dataset *dataset;
    const char *path;
    sn_safetensors file;
    /* The object of prepared_write.c's describe. */
    cJSON *rows;
    /* Whether the texts are in the file, and whether they are wanted. */
    bool has_texts, wants_texts;
} reading;

bool sn_prepared_recognise(const char *path)
{
    uint8_t first[SN_FILE_KIND_BYTES];
    if (!sn_file_exists(path))
        return false;
    const size_t got = sn_file_begins(path, first, sizeof first);
    return sn_file_kind_of(first, got, path).class == SN_FILE_ROWS;
}

static seqnet_status damaged(const reading *r, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA, "%s: is damaged: %s; prepare it again", r->path, what);
}

static seqnet_status open_file(reading *r, seqnet_error *err)
{
    const sn_bytes bytes = {r->dataset->mapped.data, r->dataset->mapped.size};
    seqnet_error inner = {0};
    const seqnet_status status = sn_safetensors_open(&r->file, &bytes, r->path, &inner);
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner.message);
    if (status != SEQNET_OK)
        return damaged(r, "its header does not describe it, or it is cut short", err);
    const char *const version = sn_safetensors_metadata(&r->file, "format_version");
    if (version && strcmp(version, SN_PREPARED_VERSION) == 0)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: has format version %.20s, this seqnet reads version %s; prepare it again",
                   r->path, version ? version : "(none)", SN_PREPARED_VERSION);
}

/* Parses a metadata string. The caller deletes *root. */
static seqnet_status parse(const reading *r, const char *key, size_t values, cJSON **root,
                           seqnet_error *err)
{
    const sn_json_limits limits = {.values = values, .unique_keys = true};
    const char *const text = sn_safetensors_metadata(&r->file, key);
    seqnet_error inner = {0};
    *root = NULL;
    if (!text)
        return damaged(r, "its metadata lack what they need", err);
    const seqnet_status status = sn_json_parse(root, text, strlen(text), &limits, NULL, &inner);
    if (status == SEQNET_ERR_MEMORY)
        return sn_fail(err, status, "%s", inner.message);
    return status == SEQNET_OK ? SEQNET_OK : damaged(r, "its metadata are no JSON", err);
}

static bool flag(const reading *r, const char *key)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r->rows, key));
}

/* A whole number in a range. */
static bool number(const reading *r, const char *key, double low, double high, double *value)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(r->rows, key);
    *value = cJSON_IsNumber(item) ? item->valuedouble : low - 1.0;
    return *value >= low && *value <= high;
}

static const char *text(const reading *r, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(r->rows, key));
}

static seqnet_status read_encoding(const reading *r, seqnet_error *err)
{
    sn_encoding *const e = &r->dataset->encoding;
    const char *const rule = sn_safetensors_metadata(&r->file, "text_rule");
    double ids, skip, start, oov, from;
    if (!number(r, "id_count", 1, SN_MAX_ID, &ids) || !number(r, "skip_top", 0, INT32_MAX, &skip) ||
        !number(r, "start_char", SEQNET_ID_NONE, SN_MAX_ID, &start) ||
        !number(r, "oov_char", SEQNET_ID_NONE, SN_MAX_ID, &oov) ||
        !number(r, "index_from", -1, SN_MAX_ID, &from))
        return damaged(r, "a number of its metadata is out of range", err);
    *e = (sn_encoding){.id_count = (int32_t)ids,
                       .skip_top = (int32_t)skip,
                       .start_char = (int32_t)start,
                       .oov_char = (int32_t)oov,
                       .index_from = (int32_t)from};
    if (!rule || !sn_text_rule_parse(&e->rule, rule))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: cuts text by a rule '%.40s', which is not known here; prepare it again",
                       r->path, rule ? rule : "");
    return SEQNET_OK;
}

static seqnet_status copy_text(const reading *r, const char *key, char **copy, seqnet_error *err)
{
    const char *const found = text(r, key);
    return found ? sn_copy_string(copy, found, strlen(found), err) : SEQNET_OK;
}

static seqnet_status read_description(reading *r, seqnet_error *err)
{
    enum { VALUES = 64 };
    seqnet_dataset *const d = r->dataset;
    const char *separator;
    double width, share;
    SN_TRY(parse(r, "rows", VALUES, &r->rows, err));
    if (!number(r, "width", 0, SN_MAX_TIME, &width) ||
        !number(r, "validation_split", 0.0, 1.0, &share))
        return damaged(r, "a number of its metadata is out of range", err);
    d->from_text = flag(r, "from_text");
    d->is_generated = flag(r, "generated");
    d->final_ids = flag(r, "final_ids");
    d->multi_label = flag(r, "multi_label");
    d->own_validation = flag(r, "own_validation");
    d->width = (size_t)width;
    if (!sn_dataset_divides_itself(d))
        d->validation_split = share;
    separator = text(r, "label_separator");
    if (separator && strlen(separator) < SN_SEPARATOR)
        memcpy(d->label_separator, separator, strlen(separator) + 1);
    SN_TRY(copy_text(r, "source", &d->prepared_from, err));
    SN_TRY(copy_text(r, "unlabeled", &d->unlabeled_source, err));
    SN_TRY(copy_text(r, "word_index", &d->word_index_path, err));
    return read_encoding(r, err);
}

static seqnet_status take_labels(const reading *r, const cJSON *list, seqnet_error *err)
{
    const cJSON *name;
    size_t number = 0;
    if (!cJSON_IsArray(list))
        return damaged(r, "it has no list of labels", err);
    cJSON_ArrayForEach(name, list)
    {
        if (!cJSON_IsString(name))
            return damaged(r, "a label is no text", err);
        SN_TRY(sn_string_set_add(&r->dataset->labels, name->valuestring, strlen(name->valuestring),
                                 &number, err));
    }
    if (r->dataset->labels.count != (size_t)cJSON_GetArraySize(list))
        return damaged(r, "a label stands twice", err);
    return SEQNET_OK;
}

static seqnet_status read_labels(const reading *r, seqnet_error *err)
{
    cJSON *list;
    SN_TRY(parse(r, "labels", SN_MAX_LABELS + 1, &list, err));
    const seqnet_status status = take_labels(r, list, err);
    cJSON_Delete(list);
    return status;
}

static seqnet_status read_origin(const reading *r, seqnet_error *err)
{
    enum { VALUES = 256 };
    sn_remembered remembered;
    cJSON *checked;
    SN_TRY(parse(r, "origin", VALUES, &checked, err));
    cJSON_Delete(checked);
    seqnet_status status =
        sn_remembered_read(&remembered, sn_safetensors_metadata(&r->file, "origin"), err);
    if (status == SEQNET_OK)
        status = sn_origin_copy(&r->dataset->origin, &remembered.origin, err);
    sn_remembered_free(&remembered);
    return status;
}

/* The tensor GROUP.WHAT, of this type and one dimension; NULL when there is none. */
static const sn_st_tensor *find(const reading *r, const char *group, const char *what,
                                const char *dtype)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s%s%s", group, *what ? "." : "", what);
    const sn_st_tensor *const tensor = sn_safetensors_find(&r->file, name);
    return tensor && tensor->rank == 1 && strcmp(tensor->dtype, dtype) == 0 ? tensor : NULL;
}

static void *data_of(const sn_st_tensor *tensor)
{
    return (void *)(uintptr_t)tensor->data;
}

/* Whether offsets begin at 0, never descend, and end at `end`. */
static bool are_offsets(const sn_st_tensor *tensor, size_t end)
{
    const size_t *const offsets = data_of(tensor);
    const size_t count = tensor->shape[0];
    if ((uintptr_t)offsets % sizeof *offsets || count < 2 || offsets[0] != 0 ||
        offsets[count - 1] != end)
        return false;
    for (size_t i = 1; i < count; i++)
        if (offsets[i] < offsets[i - 1])
            return false;
    return true;
}

static seqnet_status check_ids(const reading *r, const sn_rows *rows, seqnet_error *err)
{
    const int32_t ids = r->dataset->encoding.id_count;
    size_t first, end;
    sn_rows_places(rows, &first, &end);
    for (size_t i = first; i < end; i++) {
        const int32_t id = sn_rows_id(rows, i);
        if (id < 0 || id >= ids)
            return damaged(r, "it has an id beyond its own ids", err);
    }
    return SEQNET_OK;
}

static seqnet_status check_labels(const reading *r, const sn_sequences *rows, seqnet_error *err)
{
    const seqnet_dataset *const d = r->dataset;
    const size_t labels = d->multi_label ? d->sets.count : d->labels.count;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->labels[i] < 0 || (size_t)rows->labels[i] >= labels)
            return damaged(r, "a row has a label beyond its own labels", err);
    return SEQNET_OK;
}

/* Maps the rows of a group, which may be none. */
static seqnet_status read_rows(const reading *r, const char *group, sn_sequences *rows,
                               seqnet_error *err)
{
    const sn_st_tensor *const offsets = find(r, group, "offsets", "U64");
    const sn_st_tensor *const labels = find(r, group, "labels", "I32");
    const sn_st_tensor *const weights = find(r, group, "weights", "F32");
    const sn_st_tensor *const narrow = find(r, group, "ids", "U16");
    const sn_st_tensor *const wide = find(r, group, "ids", "I32");
    if (!offsets)
        return SEQNET_OK;
    if (!labels || (!narrow && !wide) || offsets->shape[0] != labels->shape[0] + 1 ||
        (weights && weights->shape[0] != labels->shape[0]) ||
        !are_offsets(offsets, (narrow ? narrow : wide)->shape[0]) || (uintptr_t)labels->data % 4 ||
        (wide && (uintptr_t)wide->data % 4) || (narrow && (uintptr_t)narrow->data % 2))
        return damaged(r, "its rows do not fit each other", err);
    *rows = (sn_sequences){.ids = narrow ? NULL : data_of(wide),
                           .narrow = narrow ? data_of(narrow) : NULL,
                           .offsets = data_of(offsets),
                           .labels = data_of(labels),
                           .weights = weights ? data_of(weights) : NULL,
                           .count = labels->shape[0],
                           .is_borrowed = true,
                           .spill = rows->spill};
    const sn_rows view = sn_sequences_view(rows);
    SN_TRY(check_ids(r, &view, err));
    for (size_t i = 0; i < rows->count && weights; i++)
        if (!(rows->weights[i] >= 0.0F && rows->weights[i] <= 1e6F))
            return damaged(r, "a row has a weight that none can have", err);
    return SEQNET_OK;
}

static seqnet_status read_sets(const reading *r, seqnet_error *err)
{
    const sn_st_tensor *const offsets = find(r, "sets", "offsets", "U64");
    const sn_st_tensor *const labels = find(r, "sets", "labels", "I32");
    if (!r->dataset->multi_label)
        return SEQNET_OK;
    if (!offsets || !labels || !are_offsets(offsets, labels->shape[0]))
        return damaged(r, "its sets of labels do not fit each other", err);
    const size_t *const starts = data_of(offsets);
    int32_t *const values = data_of(labels);
    for (size_t i = 0; i < labels->shape[0]; i++)
        if (values[i] < 0 || (size_t)values[i] >= r->dataset->labels.count)
            return damaged(r, "a set of labels has one beyond its own labels", err);
    for (size_t i = 0; i + 1 < offsets->shape[0]; i++) {
        int32_t number;
        SN_TRY(sn_label_sets_add(&r->dataset->sets, values + starts[i], starts[i + 1] - starts[i],
                                 &number, err));
        if ((size_t)number != i)
            return damaged(r, "a set of labels stands twice", err);
    }
    return SEQNET_OK;
}

static seqnet_status read_vocabulary(const reading *r, seqnet_error *err)
{
    const sn_st_tensor *const words = find(r, "vocabulary", "", "U8");
    seqnet_error inner = {0};
    if (!words)
        return SEQNET_OK;
    const seqnet_status status = sn_vocabulary_from_lines(
        &r->dataset->vocabulary, (const char *)words->data, words->size, &inner);
    if (status == SEQNET_ERR_DATA)
        return damaged(r, "a word of its vocabulary stands twice", err);
    return status == SEQNET_OK ? status : sn_fail(err, status, "%s", inner.message);
}

/* Lists the texts of rows first .. first + count - 1 of a group. */
static seqnet_status list_texts(const reading *r, const char *group, size_t first, size_t count,
                                const sn_sequences *rows, sn_texts *list, seqnet_error *err)
{
    const sn_st_tensor *const bytes = find(r, group, "texts", "U8");
    const sn_st_tensor *const places = find(r, group, "text_offsets", "U64");
    if (count == 0)
        return SEQNET_OK;
    if (!bytes || !places || places->shape[0] != rows->count + 1 ||
        !are_offsets(places, bytes->shape[0]))
        return damaged(r, "its texts do not fit its rows", err);
    const size_t *const offsets = data_of(places);
    for (size_t i = 0; i < count; i++) {
        const size_t row = first + i, length = offsets[row + 1] - offsets[row];
        if (length > UINT32_MAX)
            return damaged(r, "it has a text of 4 GiB", err);
        const sn_text_info info = {.text = (const char *)bytes->data + offsets[row],
                                   .length = (uint32_t)length,
                                   .label = rows->labels[row],
                                   .line = (uint32_t)(i + 1)};
        SN_TRY(sn_texts_add(list, &info, rows->weights ? rows->weights[row] : 1.0F, err));
    }
    return SEQNET_OK;
}

/* Makes a corpus of the texts, which stay where they are. */
static seqnet_status read_texts(const reading *r, seqnet_error *err)
{
    seqnet_dataset *const d = r->dataset;
    sn_corpus *const corpus = &d->corpus;
    const char *const *const groups = sn_prepared_groups;
    const size_t train = d->parts[SEQNET_TRAIN].count;
    size_t number;
    if (!r->has_texts || !r->wants_texts)
        return SEQNET_OK;
    corpus->multi_label = d->multi_label;
    corpus->has_weights = d->fitted.weights != NULL;
    SN_TRY(sn_string_set_add(&corpus->sources, r->path, strlen(r->path), &number, err));
    SN_TRY(sn_string_set_copy(&corpus->labels, &d->labels, err));
    SN_TRY(sn_label_sets_copy(&corpus->sets, &d->sets, NULL, err));
    SN_TRY(list_texts(r, groups[0], 0, train, &d->fitted, &corpus->texts[SEQNET_TRAIN], err));
    SN_TRY(list_texts(r, groups[0], train, d->fitted.count - train, &d->fitted,
                      &corpus->texts[SEQNET_VALIDATION], err));
    SN_TRY(
        list_texts(r, groups[1], 0, d->tested.count, &d->tested, &corpus->texts[SEQNET_TEST], err));
    return list_texts(r, groups[2], 0, d->unlabeled.count, &d->unlabeled,
                      &corpus->texts[SN_UNLABELED], err);
}

/* A file that another program changed may still have rows that fit each other. */
static seqnet_status check_hash(const reading *r, seqnet_error *err)
{
    const char *const stored = sn_safetensors_metadata(&r->file, "data_hash");
    char hash[SEQNET_HASH_TEXT];
    SN_TRY(seqnet_dataset_hash(r->dataset, hash, err));
    if (stored && strcmp(stored, hash) == 0)
        return SEQNET_OK;
    return damaged(r, "its rows do not give its hash", err);
}

static seqnet_status read_all(reading *r, seqnet_error *err)
{
    seqnet_dataset *const d = r->dataset;
    double train;
    SN_TRY(open_file(r, err));
    SN_TRY(read_description(r, err));
    SN_TRY(read_labels(r, err));
    SN_TRY(read_origin(r, err));
    SN_TRY(read_vocabulary(r, err));
    SN_TRY(read_rows(r, sn_prepared_groups[0], &d->fitted, err));
    SN_TRY(read_rows(r, sn_prepared_groups[1], &d->tested, err));
    SN_TRY(read_rows(r, sn_prepared_groups[2], &d->unlabeled, err));
    SN_TRY(read_sets(r, err));
    SN_TRY(check_labels(r, &d->fitted, err));
    SN_TRY(check_labels(r, &d->tested, err));
    if (!number(r, "train_rows", 0.0, (double)d->fitted.count, &train))
        return damaged(r, "it tells of more training rows than it has", err);
    sn_dataset_show_parts(d, (size_t)train);
    SN_TRY(sn_dataset_widen(d, err));
    SN_TRY(check_hash(r, err));
    r->has_texts = find(r, sn_prepared_groups[0], "texts", "U8") ||
                   find(r, sn_prepared_groups[1], "texts", "U8");
    return read_texts(r, err);
}

/* Encodes the texts anew, with the words of a model. */
static seqnet_status encode_for(reading *r, const seqnet_dataset_options *options,
                                const sn_fixed_words *fixed, seqnet_error *err)
{
    seqnet_dataset *const d = r->dataset;
    if (!r->has_texts)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has no texts, which the words of this model are looked up in; prepare "
                       "it again with its texts, or name the texts themselves",
                       r->path);
    sn_sequences_free(&d->fitted);
    sn_sequences_free(&d->tested);
    sn_sequences_free(&d->unlabeled);
    sn_vocabulary_free(d->vocabulary);
    d->vocabulary = NULL;
    free(d->wide);
    d->wide = NULL;
    return sn_encode_corpus(d, &d->corpus, options, fixed, SEQNET_TEXT_RULE_AUTO, err);
}

/* Whether the rows, as they are in the file, are those of the model's training; else their texts
 * are encoded for it. */
static seqnet_status fit_to_model(reading *r, const seqnet_dataset_options *options,
                                  const sn_fixed_words *fixed, seqnet_error *err)
{
    seqnet_dataset *const d = r->dataset;
    const char *const hash = sn_safetensors_metadata(&r->file, "data_hash");
    d->is_training_data = fixed->data_hash && strcmp(fixed->data_hash, hash) == 0;
    if (d->from_text && !d->is_training_data)
        SN_TRY(encode_for(r, options, fixed, err));
    return sn_classes_renumber(d, fixed, err);
}

static seqnet_status read_for(reading *r, const seqnet_dataset_options *options,
                              const sn_fixed_words *fixed, seqnet_error *err)
{
    SN_TRY(read_all(r, err));
    if (fixed)
        SN_TRY(fit_to_model(r, options, fixed, err));
    if (options->keep_texts && r->dataset->from_text && !r->has_texts)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: was prepared without its texts, which n-grams and comparisons are of; "
                       "prepare it again with texts%s",
                       r->path, fixed ? "" : ", or choose .ngrams off");
    return SEQNET_OK;
}

seqnet_status sn_load_prepared(seqnet_dataset *dataset, const char *path,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_error *err)
{
    reading r = {.dataset = dataset, .path = path, .wants_texts = options->keep_texts || fixed};
    SN_TRY(sn_mapped_file_open(&dataset->mapped, path, err));
    seqnet_status status = read_for(&r, options, fixed, err);
    if (status == SEQNET_OK)
        status = sn_check_prepared_options(dataset, options, fixed != NULL, err);
    cJSON_Delete(r.rows);
    sn_safetensors_close(&r.file);
    return status;
}
