/* Writing chosen rows of a dataset with fields added to their own, and rows of ids as words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "dataset.h"
#include "memory.h"
#include "text_write.h"

#include "banned.h"

static seqnet_status append_word(sn_buffer *text, size_t before, const char *word, size_t length,
                                 seqnet_error *err)
{
    if (text->length > before)
        SN_TRY(sn_buffer_add_byte(text, ' ', err));
    return sn_buffer_add(text, word, length, err);
}

seqnet_status sn_dataset_decode(const seqnet_dataset *dataset, const sn_vocabulary *vocabulary,
                                seqnet_part part, size_t row, sn_buffer *text, seqnet_error *err)
{
    size_t count, length, first = 0;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &count, NULL);
    const size_t before = text->length;
    while (first < count && ids[first] == 0)
        first++;
    for (size_t i = first; i < count; i++) {
        if (ids[i] == 0 || (i == first && ids[i] == dataset->encoding.start_char))
            continue;
        const char *const word = sn_encoding_word(&dataset->encoding, vocabulary, ids[i], &length);
        SN_TRY(append_word(text, before, word ? word : "?", word ? length : 1, err));
    }
    return SEQNET_OK;
}

/* Rows that are being written. */
typedef struct row_writer {
    const seqnet_dataset *dataset;
    const seqnet_added_fields *added;
    seqnet_format format;
    /* The dataset's columns, or those that its rows get, and the added ones behind them. */
    sn_columns columns;
    /* The data has no columns of its own. */
    bool is_plain;
    /* Numbers of the columns of the source and the line, where the data is plain; and [added]. */
    size_t source, line, *numbers;
    /* [2 + added] */
    sn_field *fields;
    /* [labels]: the names of one row's labels. */
    const char **names;
    sn_buffer labels;
    sn_text_output *output;
} row_writer;

static void free_writer(row_writer *w)
{
    sn_columns_free(&w->columns);
    free(w->numbers);
    free(w->fields);
    free(w->names);
    sn_buffer_free(&w->labels);
}

static seqnet_status add_column(row_writer *w, const char *name, size_t *number, seqnet_error *err)
{
    const size_t before = w->columns.names.count;
    SN_TRY(sn_string_set_add(&w->columns.names, name, strlen(name), number, err));
    if (w->columns.names.count > before)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has a column '%.80s' already; rename or remove it",
                   w->dataset->source, name);
}

static seqnet_status make_columns(row_writer *w, seqnet_error *err)
{
    const sn_columns *const own = &w->dataset->corpus.columns;
    sn_columns *const columns = &w->columns;
    w->is_plain = !own->are_known;
    if (w->is_plain) {
        SN_TRY(add_column(w, "label", &columns->label, err));
        SN_TRY(add_column(w, "text", &columns->text, err));
        SN_TRY(add_column(w, "source", &w->source, err));
        SN_TRY(add_column(w, "line", &w->line, err));
    } else {
        SN_TRY(sn_string_set_copy(&columns->names, &own->names, err));
        columns->label = own->label;
        columns->text = own->text;
    }
    columns->are_known = true;
    for (size_t i = 0; i < w->added->count; i++)
        SN_TRY(add_column(w, w->added->names[i], &w->numbers[i], err));
    return SEQNET_OK;
}

/* Finds the form and the columns of the file. */
static seqnet_status plan(row_writer *w, const char *path, seqnet_error *err)
{
    w->format = seqnet_format_of_name(path);
    if (w->format != SEQNET_FORMAT_CSV && w->format != SEQNET_FORMAT_TSV &&
        w->format != SEQNET_FORMAT_JSONL)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: rows with their answers are CSV, TSV or JSON Lines; choose .csv, .tsv, "
                       ".jsonl, or one of these with .gz",
                       path);
    SN_TRY(sn_alloc(&w->numbers, w->added->count, sizeof *w->numbers, err));
    SN_TRY(sn_alloc(&w->fields, w->added->count + 2, sizeof *w->fields, err));
    SN_TRY(sn_alloc(&w->names, w->dataset->labels.count, sizeof *w->names, err));
    return make_columns(w, err);
}

seqnet_status seqnet_dataset_check_rows(const seqnet_dataset *dataset,
                                        const seqnet_added_fields *added, const char *path,
                                        seqnet_error *err)
{
    row_writer w = {.dataset = dataset, .added = added};
    const seqnet_status status = plan(&w, path, err);
    free_writer(&w);
    return status;
}

/* The labels of a row, which CSV and TSV show as one text. */
static seqnet_status name_labels(row_writer *w, const seqnet_written_row *row,
                                 sn_text_record *record, seqnet_error *err)
{
    const seqnet_dataset *const dataset = w->dataset;
    const sn_label_set set = sn_rows_labels(&dataset->parts[row->part], row->row);
    const char *const separator = *dataset->label_separator ? dataset->label_separator : ";";
    for (size_t i = 0; i < set.count; i++)
        w->names[i] = seqnet_dataset_label_name(dataset, set.labels[i]);
    record->labels = w->names;
    record->label_count = set.count;
    record->is_list = dataset->multi_label && w->format == SEQNET_FORMAT_JSONL;
    if (!dataset->multi_label || record->is_list)
        return SEQNET_OK;
    w->labels.length = 0;
    for (size_t i = 0; i < set.count; i++)
        SN_TRY(sn_buffer_format(&w->labels, err, "%s%s", i ? separator : "", w->names[i]));
    SN_TRY(sn_buffer_add_byte(&w->labels, '\0', err));
    w->names[0] = w->labels.bytes;
    record->label_count = 1;
    return SEQNET_OK;
}

static sn_field json_field(size_t column, const char *text)
{
    return (sn_field){.column = column, .is_json = true, .bytes = text, .length = strlen(text)};
}

/* The fields that are added to a row; `line` has room for its line. Returns their number. */
static size_t add_fields(const row_writer *w, const seqnet_written_row *row, char line[24])
{
    size_t count = 0, length, number;
    const char *source = NULL;
    const bool has_place = w->is_plain && seqnet_dataset_text(w->dataset, row->part, row->row,
                                                              &length, &source, &number);
    if (has_place) {
        (void)snprintf(line, 24, "%zu", number);
        w->fields[count++] =
            (sn_field){.column = w->source, .bytes = source, .length = strlen(source)};
        w->fields[count++] = json_field(w->line, line);
    }
    for (size_t i = 0; i < w->added->count; i++, count++) {
        w->fields[count] = json_field(w->numbers[i], row->values[i]);
        w->fields[count].is_json = w->added->are_json[i];
    }
    return count;
}

static seqnet_status write_row(row_writer *w, const seqnet_written_row *row, seqnet_error *err)
{
    char line[24];
    sn_text_record record = {.added = w->fields};
    SN_TRY(name_labels(w, row, &record, err));
    record.text =
        seqnet_dataset_text(w->dataset, row->part, row->row, &record.text_length, NULL, NULL);
    if (record.text && !w->is_plain)
        record.fields = sn_corpus_fields(record.text, record.text_length, &record.fields_length);
    if (!record.text) {
        record.text = row->words;
        record.text_length = strlen(row->words);
    }
    record.added_count = add_fields(w, row, line);
    return sn_text_output_add(w->output, &record, err);
}

seqnet_status seqnet_dataset_write_rows(const seqnet_dataset *dataset,
                                        const seqnet_written_row *rows, size_t count,
                                        const seqnet_added_fields *added, const char *path,
                                        bool *replaced, seqnet_error *err)
{
    row_writer w = {.dataset = dataset, .added = added};
    seqnet_written written = {0};
    seqnet_status status = plan(&w, path, err);
    if (status == SEQNET_OK)
        status = sn_text_output_open(&w.output, path, w.format, &w.columns, err);
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = write_row(&w, &rows[i], err);
    if (status == SEQNET_OK)
        status = sn_text_output_commit(w.output, &written, err);
    else
        sn_text_output_discard(w.output);
    if (replaced)
        *replaced = written.replaced;
    free_writer(&w);
    return status;
}
