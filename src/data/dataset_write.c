/* Writing a dataset's texts in another form: one file, or a folder of files. Rows of ids are
 * written as the words they stand for. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "dataset.h"
#include "memory.h"
#include "text_write.h"

#include "banned.h"

/* A row's text; `buffer` holds it where it has to be put together. */
static seqnet_status text_of(const seqnet_dataset *dataset, sn_buffer *buffer, seqnet_part part,
                             size_t row, const char **text, size_t *length, seqnet_error *err)
{
    *text = seqnet_dataset_text(dataset, part, row, length, NULL, NULL);
    if (*text)
        return SEQNET_OK;
    buffer->length = 0;
    SN_TRY(sn_dataset_decode(dataset, dataset->vocabulary, part, row, buffer, err));
    *text = buffer->bytes ? buffer->bytes : "";
    *length = buffer->length;
    return SEQNET_OK;
}

/* Takes one row; `user` is the writer's. */
typedef seqnet_status take_row(void *user, seqnet_part part, size_t row, const char *text,
                               size_t length, const char *label, seqnet_error *err);

static seqnet_status check_words(const seqnet_dataset *dataset, seqnet_error *err)
{
    if (dataset->from_text || dataset->vocabulary)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: holds ids and there is no word index to read them with; pass "
                   ".word_index",
                   dataset->source);
}

static size_t rows_of(const seqnet_dataset *dataset, seqnet_parts parts, size_t part)
{
    return parts & 1U << part ? dataset->parts[part].count : 0;
}

static seqnet_status for_each_row(const seqnet_dataset *dataset, seqnet_parts parts, take_row *take,
                                  void *user, seqnet_error *err)
{
    sn_buffer buffer = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < rows_of(dataset, parts, p); row++) {
            const char *text;
            size_t length;
            const int32_t label = dataset->parts[p].labels[row];
            SN_GOTO(text_of(dataset, &buffer, (seqnet_part)p, row, &text, &length, err));
            SN_GOTO(take(user, (seqnet_part)p, row, text, length,
                         seqnet_dataset_label_name(dataset, label), err));
        }
out:
    sn_buffer_free(&buffer);
    return status;
}

/* A file that is being written, and the columns when the texts have further fields. */
typedef struct file_writer {
    sn_text_output *output;
    const sn_columns *columns;
} file_writer;

static seqnet_status add_row(void *user, seqnet_part part, size_t row, const char *text,
                             size_t length, const char *label, seqnet_error *err)
{
    const file_writer *const writer = user;
    (void)part;
    (void)row;
    sn_text_record record = {
        .text = text, .text_length = length, .labels = &label, .label_count = 1};
    if (writer->columns)
        record.fields = sn_corpus_fields(text, length, &record.fields_length);
    return sn_text_output_add(writer->output, &record, err);
}

static void use_labels(sn_label_set set, bool *used)
{
    for (size_t i = 0; i < set.count; i++)
        used[set.labels[i]] = true;
}

/* Which labels occur in the rows that are to be written; *used is allocated. */
static seqnet_status find_used_labels(const seqnet_dataset *dataset, seqnet_parts parts,
                                      bool **used, seqnet_error *err)
{
    SN_TRY(sn_alloc(used, dataset->labels.count, sizeof **used, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < rows_of(dataset, parts, p); row++)
            use_labels(sn_rows_labels(&dataset->parts[p], row), *used);
    return SEQNET_OK;
}

/* The name of another label, before `label`, that fastText would not tell from it; or NULL. */
static const char *merged_with(const seqnet_dataset *dataset, const bool *used, size_t label)
{
    const char *const name = seqnet_dataset_label_name(dataset, (int32_t)label);
    for (size_t i = 0; i < label; i++) {
        const char *const other = seqnet_dataset_label_name(dataset, (int32_t)i);
        if (used[i] && seqnet_fasttext_same_label(name, other))
            return other;
    }
    return NULL;
}

/* Blanks in labels become underscores, which must not make one class of two. */
static seqnet_status check_fasttext_labels(const seqnet_dataset *dataset, seqnet_parts parts,
                                           seqnet_error *err)
{
    bool *used;
    seqnet_status status = SEQNET_OK;
    SN_TRY(find_used_labels(dataset, parts, &used, err));
    for (size_t i = 0; i < dataset->labels.count && status == SEQNET_OK; i++) {
        const char *const other = used[i] ? merged_with(dataset, used, i) : NULL;
        if (other)
            status = sn_fail(err, SEQNET_ERR_DATA,
                             "the labels '%.80s' and '%.80s' are the same in fastText's format, "
                             "which has no blanks in labels; rename one with .map, or write "
                             "another format",
                             other, seqnet_dataset_label_name(dataset, (int32_t)i));
    }
    free(used);
    return status;
}

/* Writes a row with any number of labels; `names` has room for them. */
static seqnet_status write_label_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                     const file_writer *writer, sn_buffer *buffer,
                                     const char **names, seqnet_error *err)
{
    const sn_label_set set = sn_rows_labels(&dataset->parts[part], row);
    const char *text;
    size_t length;
    SN_TRY(text_of(dataset, buffer, part, row, &text, &length, err));
    for (size_t i = 0; i < set.count; i++)
        names[i] = seqnet_dataset_label_name(dataset, set.labels[i]);
    sn_text_record record = {.text = text,
                             .text_length = length,
                             .labels = names,
                             .label_count = set.count,
                             .is_list = true};
    if (writer->columns)
        record.fields = sn_corpus_fields(text, length, &record.fields_length);
    return sn_text_output_add(writer->output, &record, err);
}

static seqnet_status write_label_rows(const seqnet_dataset *dataset, seqnet_parts parts,
                                      const file_writer *writer, seqnet_error *err)
{
    sn_buffer buffer = {0};
    const char **names = NULL;
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_alloc(&names, dataset->labels.count, sizeof *names, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < rows_of(dataset, parts, p); row++)
            SN_GOTO(write_label_row(dataset, (seqnet_part)p, row, writer, &buffer, names, err));
out:
    sn_buffer_free(&buffer);
    free(names);
    return status;
}

static seqnet_status refuse_labels(const char *path, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: this form holds one label a row; choose .jsonl or .ft (fastText), or leave "
                   ".multi_label out",
                   path);
}

seqnet_status seqnet_dataset_write(const seqnet_dataset *dataset, seqnet_parts parts,
                                   seqnet_format format, const char *path, seqnet_written *written,
                                   seqnet_error *err)
{
    const sn_columns *const columns = &dataset->corpus.columns;
    file_writer writer = {.columns = columns->are_known ? columns : NULL};
    if (format == SEQNET_FORMAT_AUTO)
        format = seqnet_format_of_name(path);
    if (format == SEQNET_FORMAT_AUTO || format == SEQNET_FORMAT_LINES)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: its ending tells no format; choose .csv, .tsv, .jsonl, .ft (fastText), "
                       "one of these with .gz, .npz, or a folder's name with '/' behind it",
                       path);
    if (dataset->multi_label && format != SEQNET_FORMAT_JSONL && format != SEQNET_FORMAT_FASTTEXT)
        return refuse_labels(path, err);
    SN_TRY(check_words(dataset, err));
    if (format == SEQNET_FORMAT_FASTTEXT)
        SN_TRY(check_fasttext_labels(dataset, parts, err));
    SN_TRY(sn_text_output_open(&writer.output, path, format, writer.columns, err));
    const seqnet_status status = dataset->multi_label
                                     ? write_label_rows(dataset, parts, &writer, err)
                                     : for_each_row(dataset, parts, add_row, &writer, err);
    if (status == SEQNET_OK)
        return sn_text_output_commit(writer.output, written, err);
    sn_text_output_discard(writer.output);
    return status;
}

static seqnet_status check_folder_name(const char *label, seqnet_error *err)
{
    if (*label == '\0' || *label == '.' || strchr(label, '/') || strcmp(label, "unsup") == 0)
        return sn_fail(err, SEQNET_ERR_WRITE,
                       "the label '%.80s' cannot be a folder's name; rename it with .map", label);
    return SEQNET_OK;
}

static seqnet_status check_folder_names(const seqnet_dataset *dataset, seqnet_parts parts,
                                        seqnet_error *err)
{
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < rows_of(dataset, parts, p); row++)
            SN_TRY(check_folder_name(
                seqnet_dataset_label_name(dataset, dataset->parts[p].labels[row]), err));
    return SEQNET_OK;
}

static seqnet_status add_file(void *user, seqnet_part part, size_t row, const char *text,
                              size_t length, const char *label, seqnet_error *err)
{
    return sn_folder_output_add(user, part, row, text, length, label, err);
}

seqnet_status seqnet_dataset_write_folder(const seqnet_dataset *dataset, seqnet_parts parts,
                                          const char *path, seqnet_error *err)
{
    sn_folder_output *output;
    if (dataset->multi_label)
        return refuse_labels(path, err);
    SN_TRY(check_words(dataset, err));
    SN_TRY(check_folder_names(dataset, parts, err));
    SN_TRY(sn_folder_output_open(&output, path, err));
    const seqnet_status status = for_each_row(dataset, parts, add_file, output, err);
    if (status == SEQNET_OK)
        return sn_folder_output_commit(output, err);
    sn_folder_output_discard(output);
    return status;
}
