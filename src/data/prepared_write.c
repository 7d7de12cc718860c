/*
 * Writes prepared files: a dataset as `seqnet prepare` writes it and training maps it, so that rows
 * that are larger than the memory are read when they are used. It is a safetensors file whose
 * metadata hold the labels, the text rule, how words became ids, and what a model remembers of its
 * data; the tensors are, for each GROUP of rows there is ("fitted": training rows with the
 * validation rows behind them, "test", "unlabeled"),
 *
 *     GROUP.offsets       U64 [rows + 1]   row i has the ids offsets[i] .. offsets[i + 1] - 1
 *     GROUP.text_offsets  U64 [rows + 1]   the same of the bytes of texts, where they were kept
 *     GROUP.labels        I32 [rows]       class indexes, or numbers of sets
 *     GROUP.weights       F32 [rows]       where rows have weights
 *     GROUP.ids           U16 or I32       U16 where all ids fit
 *     GROUP.texts         U8
 *
 * and vocabulary (U8, a word a line), sets.offsets (U64) and sets.labels (I32) of rows with any
 * number of labels. Wider elements come first, so that all are aligned.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/output.h>

#include "buffer.h"
#include "file_kind.h"
#include "memory.h"
#include "pieces.h"
#include "remembered.h"
#include "safetensors.h"

#include "banned.h"

enum {
    NAME = 32,
    /* Six of a group, the vocabulary, two of sets. */
    MOST_TENSORS = 6 * SN_PREPARED_GROUPS + 3,
    /* Elements that are converted at a time. */
    CHUNK = 2048,
    /* Bytes of texts that are written at a time. */
    TEXT_CHUNK = 1 << 16,
    METADATA = 8
};

const char *const sn_prepared_groups[SN_PREPARED_GROUPS] = {"fitted", "test", "unlabeled"};

/* Rows that are written as one group, with their texts as up to two lists. */
typedef struct row_group {
    sn_rows rows;
    const sn_texts *texts[2];
} row_group;

typedef struct writer {
    const seqnet_dataset *dataset;
    row_group groups[SN_PREPARED_GROUPS];
    bool has_texts;
    char names[MOST_TENSORS][NAME];
    sn_st_tensor tensors[MOST_TENSORS];
    size_t count;
} writer;

/* Appends a tensor of one dimension, and returns it. */
static sn_st_tensor *add(writer *w, const char *group, const char *what, const char *dtype,
                         size_t elements, size_t size, const void *data)
{
    char *const name = w->names[w->count];
    sn_st_tensor *const tensor = &w->tensors[w->count++];
    (void)snprintf(name, NAME, "%s%s%s", group, *what ? "." : "", what);
    *tensor = (sn_st_tensor){.name = name,
                             .dtype = dtype,
                             .rank = 1,
                             .shape = {elements},
                             .data = data,
                             .size = elements * size};
    return tensor;
}

static seqnet_status write_narrow(const void *user, seqnet_output *output, seqnet_error *err)
{
    const sn_rows *const rows = &((const row_group *)user)->rows;
    uint16_t chunk[CHUNK];
    size_t first, end;
    sn_rows_places(rows, &first, &end);
    for (size_t done = first; done < end; done += CHUNK) {
        const size_t count = sn_smaller(CHUNK, end - done);
        for (size_t i = 0; i < count; i++)
            chunk[i] = (uint16_t)sn_rows_id(rows, done + i);
        SN_TRY(seqnet_output_write(output, chunk, count * sizeof *chunk, err));
    }
    return SEQNET_OK;
}

static seqnet_status flush(sn_buffer *buffer, seqnet_output *output, seqnet_error *err)
{
    const size_t length = buffer->length;
    buffer->length = 0;
    return seqnet_output_write(output, buffer->bytes, length, err);
}

static seqnet_status write_list(sn_buffer *buffer, const sn_texts *texts, seqnet_output *output,
                                seqnet_error *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        size_t length;
        const char *const text = sn_texts_get(texts, i, &length);
        SN_TRY(sn_buffer_add(buffer, text, length, err));
        if (buffer->length >= TEXT_CHUNK)
            SN_TRY(flush(buffer, output, err));
    }
    return SEQNET_OK;
}

static seqnet_status write_texts(const void *user, seqnet_output *output, seqnet_error *err)
{
    const row_group *const group = user;
    sn_buffer buffer = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t list = 0; list < 2 && group->texts[list] && status == SEQNET_OK; list++)
        status = write_list(&buffer, group->texts[list], output, err);
    if (status == SEQNET_OK)
        status = flush(&buffer, output, err);
    sn_buffer_free(&buffer);
    return status;
}

static seqnet_status write_text_offsets(const void *user, seqnet_output *output, seqnet_error *err)
{
    const row_group *const group = user;
    uint64_t chunk[CHUNK / 8], offset = 0;
    size_t used = 0;
    chunk[used++] = offset;
    for (size_t list = 0; list < 2 && group->texts[list]; list++)
        for (size_t i = 0; i < group->texts[list]->count; i++) {
            offset += group->texts[list]->infos[i].length;
            chunk[used++] = offset;
            if (used < CHUNK / 8)
                continue;
            SN_TRY(seqnet_output_write(output, chunk, sizeof chunk, err));
            used = 0;
        }
    return seqnet_output_write(output, chunk, used * sizeof *chunk, err);
}

static size_t text_bytes(const row_group *group)
{
    size_t bytes = 0;
    for (size_t list = 0; list < 2 && group->texts[list]; list++)
        for (size_t i = 0; i < group->texts[list]->count; i++)
            bytes += group->texts[list]->infos[i].length;
    return bytes;
}

static bool is_narrow(const writer *w)
{
    return w->dataset->encoding.id_count <= UINT16_MAX + 1;
}

/* Lists the tensors of all groups whose elements have so many bytes. */
static void list_groups(writer *w, size_t width)
{
    for (size_t g = 0; g < SN_PREPARED_GROUPS; g++) {
        const row_group *const group = &w->groups[g];
        const sn_rows *const rows = &group->rows;
        const char *const name = sn_prepared_groups[g];
        const size_t ids = sn_rows_id_count(rows);
        if (rows->count == 0)
            continue;
        if (width == 8)
            add(w, name, "offsets", "U64", rows->count + 1, 8, rows->offsets);
        if (width == 8 && w->has_texts) {
            sn_st_tensor *const t = add(w, name, "text_offsets", "U64", rows->count + 1, 8, NULL);
            t->write = write_text_offsets;
            t->user = group;
        }
        if (width == 4)
            add(w, name, "labels", "I32", rows->count, 4, rows->labels);
        if (width == 4 && rows->weights)
            add(w, name, "weights", "F32", rows->count, 4, rows->weights);
        if (width == 4 && !is_narrow(w))
            add(w, name, "ids", "I32", ids, 4, rows->ids);
        if (width == 2 && is_narrow(w)) {
            sn_st_tensor *const t = add(w, name, "ids", "U16", ids, 2, rows->narrow);
            t->write = rows->narrow ? NULL : write_narrow;
            t->user = group;
        }
        if (width == 1 && w->has_texts) {
            sn_st_tensor *const t = add(w, name, "texts", "U8", text_bytes(group), 1, NULL);
            t->write = write_texts;
            t->user = group;
        }
    }
}

static void list_tensors(writer *w)
{
    const sn_label_sets *const sets = &w->dataset->sets;
    const bool has_sets = w->dataset->multi_label && sets->count;
    list_groups(w, 8);
    if (has_sets)
        add(w, "sets", "offsets", "U64", sets->count + 1, 8, sets->offsets);
    list_groups(w, 4);
    if (has_sets)
        add(w, "sets", "labels", "I32", sets->offsets[sets->count], 4, sets->labels);
    list_groups(w, 2);
    list_groups(w, 1);
    if (w->dataset->vocabulary) {
        size_t size;
        const char *const lines = sn_vocabulary_lines(w->dataset->vocabulary, SIZE_MAX, &size);
        add(w, "vocabulary", "", "U8", size, 1, lines);
    }
}

/* How the rows came about, as numbers and flags. */
static seqnet_status describe(const writer *w, char **text, seqnet_error *err)
{
    const seqnet_dataset *const d = w->dataset;
    const sn_encoding *const e = &d->encoding;
    seqnet_json json = seqnet_json_begin_object();
    struct cJSON *const root = json.root;
    seqnet_json_string(&json, root, "source", d->source);
    seqnet_json_bool(&json, root, "from_text", d->from_text);
    seqnet_json_bool(&json, root, "generated", seqnet_dataset_is_builtin(d));
    seqnet_json_bool(&json, root, "final_ids", d->final_ids);
    seqnet_json_bool(&json, root, "multi_label", d->multi_label);
    seqnet_json_bool(&json, root, "own_validation", d->own_validation);
    seqnet_json_string(&json, root, "label_separator", d->label_separator);
    seqnet_json_number(&json, root, "width", (double)d->width);
    seqnet_json_number(&json, root, "train_rows", (double)d->parts[SEQNET_TRAIN].count);
    seqnet_json_number(&json, root, "validation_split", d->validation_split);
    seqnet_json_number(&json, root, "id_count", e->id_count);
    seqnet_json_number(&json, root, "skip_top", e->skip_top);
    seqnet_json_number(&json, root, "start_char", e->start_char);
    seqnet_json_number(&json, root, "oov_char", e->oov_char);
    seqnet_json_number(&json, root, "index_from", e->index_from);
    if (d->unlabeled_source)
        seqnet_json_string(&json, root, "unlabeled", d->unlabeled_source);
    if (d->word_index_path)
        seqnet_json_string(&json, root, "word_index", d->word_index_path);
    return seqnet_json_end(&json, text, err);
}

static seqnet_status list_labels(const seqnet_dataset *dataset, char **text, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_list();
    for (size_t i = 0; i < dataset->labels.count; i++)
        seqnet_json_string(&json, json.root, NULL, sn_string_set_get(&dataset->labels, i, NULL));
    return seqnet_json_end(&json, text, err);
}

static seqnet_status write_origin(const sn_origin *origin, char **text, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    sn_remembered_write(&json, origin);
    return seqnet_json_end(&json, text, err);
}

static seqnet_status write_contents(writer *w, seqnet_output *output, seqnet_error *err)
{
    char rule[SN_TEXT_RULE_NAME], hash[SEQNET_HASH_TEXT];
    char *rows = NULL, *labels = NULL, *origin = NULL;
    seqnet_status status = SEQNET_OK;
    SN_GOTO(describe(w, &rows, err));
    SN_GOTO(list_labels(w->dataset, &labels, err));
    SN_GOTO(write_origin(&w->dataset->origin, &origin, err));
    SN_GOTO(seqnet_dataset_hash(w->dataset, hash, err));
    list_tensors(w);
    const sn_st_text metadata[METADATA] = {
        {"format", SN_ROWS_FORMAT}, /* first: file_kind.c looks for it there */
        {"format_version", SN_PREPARED_VERSION},
        {"seqnet_version", SEQNET_VERSION},
        {"rows", rows},
        {"labels", labels},
        {"text_rule", sn_text_rule_name(w->dataset->encoding.rule, rule)},
        {"origin", origin},
        {"data_hash", hash}};
    const sn_st_contents contents = {.metadata = metadata,
                                     .metadata_count = METADATA,
                                     .tensors = w->tensors,
                                     .tensor_count = w->count};
    status = sn_safetensors_write(&contents, output, err);
out:
    free(rows);
    free(labels);
    free(origin);
    return status;
}

static writer make_writer(const seqnet_dataset *dataset)
{
    const sn_texts *const texts = dataset->corpus.texts;
    writer w = {.dataset = dataset, .has_texts = dataset->parts[SEQNET_TRAIN].texts != NULL};
    w.groups[0] = (row_group){.rows = sn_dataset_fitted_rows(dataset),
                              .texts = {&texts[SEQNET_TRAIN], &texts[SEQNET_VALIDATION]}};
    w.groups[1] =
        (row_group){.rows = dataset->parts[SEQNET_TEST], .texts = {&texts[SEQNET_TEST], NULL}};
    w.groups[2] =
        (row_group){.rows = dataset->parts[SN_UNLABELED], .texts = {&texts[SN_UNLABELED], NULL}};
    return w;
}

seqnet_status seqnet_dataset_prepare(const seqnet_dataset *dataset, const char *path,
                                     bool *replaced, seqnet_error *err)
{
    seqnet_output *output;
    writer *w;
    if (sizeof(size_t) != sizeof(uint64_t))
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: prepared files are for machines of 64 bits",
                       path);
    SN_TRY(sn_alloc(&w, 1, sizeof *w, err));
    *w = make_writer(dataset);
    seqnet_status status = seqnet_output_open(&output, path, err);
    if (status == SEQNET_OK) {
        status = write_contents(w, output, err);
        if (status == SEQNET_OK)
            status = seqnet_output_commit(output, replaced, err);
        else
            seqnet_output_discard(output);
    }
    free(w);
    return status;
}
