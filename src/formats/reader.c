/*
 * Opening, accessors, and the formats that are lines and nothing else. What a format's records are
 * is in reader_csv.c, reader_json.c and reader_fasttext.c; the choice of a format in
 * reader_detect.c; the bytes come from reader_input.c.
 */
#include "reader.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { PLACE = 1040, MOST_SEPARATOR = 15 };

seqnet_reader_options seqnet_reader_options_default(void)
{
    return (seqnet_reader_options){.label_prefix = "__label__"};
}

static bool is_empty(const char *text)
{
    return text && !*text;
}

static bool may_separate(const char *separator)
{
    return !separator ||
           (*separator && strlen(separator) <= MOST_SEPARATOR && !strpbrk(separator, "\"\r\n"));
}

const char *seqnet_reader_options_check(const seqnet_reader_options *options)
{
    const char delimiter = options->delimiter;
    const char *const prefix = options->label_prefix;
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
        return "the delimiter must not be a quote or a line end";
    if (!prefix || !*prefix || strpbrk(prefix, " \t\n\v\f\r"))
        return "the label prefix must be text without spaces";
    if (is_empty(options->text_field) || is_empty(options->label_field) ||
        is_empty(options->weight_field))
        return "the name of a field must not be empty";
    if (options->text_field && options->label_field &&
        strcmp(options->text_field, options->label_field) == 0)
        return "the text and the label must be different fields";
    if (!may_separate(options->label_separator))
        return "the label separator must be 1 to 15 bytes without quotes and line ends";
    return NULL;
}

static seqnet_status open_reader(seqnet_reader *reader, sn_byte_stream *stream, const char *path,
                                 seqnet_error *err)
{
    sn_input_open(&reader->input, stream);
    reader->place = sn_stream_place(reader->input.stream);
    SN_TRY(sn_reader_detect(reader, path, err));
    if (reader->format == SEQNET_FORMAT_CSV || reader->format == SEQNET_FORMAT_TSV)
        return sn_reader_open_csv(reader, err);
    if (reader->format == SEQNET_FORMAT_JSONL)
        return sn_reader_open_json(reader, err);
    return SEQNET_OK;
}

/* An error of memory names the record that does not fit. */
static seqnet_status place_memory(const seqnet_reader *reader, size_t line, seqnet_status status,
                                  seqnet_error *err)
{
    char place[PLACE];
    if (status != SEQNET_ERR_MEMORY)
        return status;
    (void)snprintf(place, sizeof place, "%.1000s:%zu", reader->place, line);
    return sn_memory_place(status, place, "split it, or use a machine with more memory", err);
}

static seqnet_status check_options(const seqnet_reader_options *options, seqnet_error *err)
{
    const char *const reason = seqnet_reader_options_check(options);
    return reason ? sn_fail(err, SEQNET_ERR_USAGE, "%s", reason) : SEQNET_OK;
}

seqnet_status sn_reader_open_stream(seqnet_reader **reader, sn_byte_stream *stream,
                                    const char *path, const seqnet_reader_options *options,
                                    seqnet_error *err)
{
    *reader = NULL;
    seqnet_status status = check_options(options, err);
    if (status == SEQNET_OK)
        status = sn_alloc(reader, 1, sizeof **reader, err);
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    (*reader)->options = *options;
    status = open_reader(*reader, stream, path, err);
    status = place_memory(*reader, 1, status, err);
    if (status != SEQNET_OK) {
        seqnet_reader_free(*reader);
        *reader = NULL;
    }
    return status;
}

seqnet_status seqnet_reader_open(seqnet_reader **reader, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err)
{
    sn_byte_stream *stream;
    *reader = NULL;
    SN_TRY(check_options(options, err));
    SN_TRY(sn_stream_open(&stream, path, err));
    return sn_reader_open_stream(reader, stream, path, options, err);
}

seqnet_status sn_reader_open_bytes(seqnet_reader **reader, const void *bytes, size_t size,
                                   const char *path, const seqnet_reader_options *options,
                                   seqnet_error *err)
{
    sn_byte_stream *stream;
    const char *const place = sn_shown_path(path);
    *reader = NULL;
    SN_TRY(sn_stream_open_bytes(&stream, bytes, size, place, err));
    return sn_reader_open_stream(reader, stream, path, options, err);
}

void seqnet_reader_free(seqnet_reader *reader)
{
    if (!reader)
        return;
    sn_input_close(&reader->input);
    sn_csv_close(&reader->csv);
    cJSON_Delete(reader->object);
    free(reader->text_field);
    free(reader->label_field);
    free(reader->header);
    sn_buffer_free(&reader->scratch);
    free(reader->labels);
    free(reader);
}

seqnet_format seqnet_reader_format(const seqnet_reader *reader)
{
    return reader->format;
}

const char *seqnet_reader_text_field(const seqnet_reader *reader)
{
    return reader->text_field;
}

const char *seqnet_reader_label_field(const seqnet_reader *reader)
{
    return reader->label_field;
}

char seqnet_reader_delimiter(const seqnet_reader *reader)
{
    return reader->csv.delimiter;
}

const char *seqnet_reader_header(const seqnet_reader *reader, size_t *length, size_t *end)
{
    *length = reader->header_length;
    *end = reader->header_end;
    return reader->header ? reader->header : "";
}

static seqnet_status take_line(sn_input *input, seqnet_record *record, sn_line *line, bool *found,
                               seqnet_error *err)
{
    record->line = input->line;
    SN_TRY(sn_input_line(input, line, found, err));
    if (*found)
        record->raw_end = (size_t)(line->bytes - input->buffer) + line->length - input->start;
    return SEQNET_OK;
}

static seqnet_status next_text(seqnet_reader *reader, seqnet_record *record, bool *found,
                               seqnet_error *err)
{
    sn_line line;
    SN_TRY(take_line(&reader->input, record, &line, found, err));
    if (*found) {
        record->text = line.bytes;
        record->text_length = line.length;
    }
    return SEQNET_OK;
}

seqnet_status sn_reader_next_line(seqnet_reader *reader, seqnet_record *record, sn_line *line,
                                  bool *found, seqnet_error *err)
{
    do
        SN_TRY(take_line(&reader->input, record, line, found, err));
    while (*found && sn_is_blank(line->bytes, line->length));
    return SEQNET_OK;
}

seqnet_status sn_reader_set_label(const seqnet_reader *reader, seqnet_record *record,
                                  const char *label, size_t length, seqnet_error *err)
{
    if (length == 0 && reader->options.wants_label && !reader->options.many_labels)
        return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has no label; give it one or leave it out",
                       reader->place, record->line);
    record->label = length ? label : NULL;
    record->label_length = length;
    if (record->label_count == 0)
        record->label_count = length > 0;
    return SEQNET_OK;
}

seqnet_status sn_reader_add_label(seqnet_reader *reader, seqnet_record *record, const char *label,
                                  size_t length, seqnet_error *err)
{
    if (length == 0 && record->label)
        return SEQNET_OK;
    SN_TRY(sn_reader_set_label(reader, record, label, length, err));
    if (!record->label)
        return SEQNET_OK;
    SN_TRY(sn_grow(&reader->labels, &reader->labels_capacity, reader->label_count + 1,
                   sizeof *reader->labels, err));
    reader->labels[reader->label_count++] =
        (seqnet_record_label){record->label, record->label_length};
    record->labels = reader->labels;
    record->label_count = reader->label_count;
    record->label = reader->labels[0].text;
    record->label_length = reader->labels[0].length;
    return SEQNET_OK;
}

/* The first separator in text[0 .. length), or its end. */
static size_t piece_length(const char *text, size_t length, const char *separator, size_t size)
{
    size_t end = 0;
    while (end < length && (length - end < size || memcmp(text + end, separator, size) != 0))
        end++;
    return end;
}

seqnet_status sn_reader_add_labels(seqnet_reader *reader, seqnet_record *record, const char *field,
                                   size_t length, seqnet_error *err)
{
    const char *const separator = reader->options.label_separator;
    const size_t size = separator ? strlen(separator) : 0;
    if (!separator)
        return sn_reader_add_label(reader, record, field, length, err);
    for (size_t start = 0, end; start < length; start = end + size) {
        end = start + piece_length(field + start, length - start, separator, size);
        size_t first = start, last = end;
        while (first < last && sn_is_blank(field + first, 1))
            first++;
        while (first < last && sn_is_blank(field + last - 1, 1))
            last--;
        if (first < last)
            SN_TRY(sn_reader_add_label(reader, record, field + first, last - first, err));
    }
    return record->label ? SEQNET_OK : sn_reader_add_label(reader, record, "", 0, err);
}

seqnet_status sn_reader_set_weight(const seqnet_reader *reader, seqnet_record *record,
                                   bool is_number, double weight, const char *shown,
                                   seqnet_error *err)
{
    if (!is_number || !isfinite(weight) || weight < 0)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: the weight '%s' is not a number of at least 0; correct it",
                       reader->place, record->line, shown);
    record->weight = weight;
    return SEQNET_OK;
}

static seqnet_status next_of_format(seqnet_reader *reader, seqnet_record *record, bool *found,
                                    seqnet_error *err)
{
    switch (reader->format) {
    case SEQNET_FORMAT_CSV:
    case SEQNET_FORMAT_TSV:
        return sn_reader_next_csv(reader, record, found, err);
    case SEQNET_FORMAT_JSONL:
        return sn_reader_next_json(reader, record, found, err);
    case SEQNET_FORMAT_FASTTEXT:
        return sn_reader_next_fasttext(reader, record, found, err);
    case SEQNET_FORMAT_AUTO:
    case SEQNET_FORMAT_LINES:
        break;
    }
    return next_text(reader, record, found, err);
}

/* Sets the raw bytes of a record, of a malformed record, or of the blank lines at the end. */
static void set_raw(const sn_input *input, seqnet_record *record)
{
    record->raw = input->buffer ? input->buffer + input->start : "";
    record->raw_length = input->pos - input->start;
    if (record->raw_end > record->raw_length)
        record->raw_end = record->raw_length;
}

seqnet_status seqnet_reader_next(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err)
{
    sn_input *const input = &reader->input;
    *record = (seqnet_record){.text = "", .weight = 1, .raw_end = SIZE_MAX};
    *found = false;
    if (reader->has_returned_record) /* the first record keeps a byte order mark */
        sn_input_drop(input);
    reader->has_returned_record = true;
    reader->label_count = 0;
    seqnet_status status = sn_input_begin(input, err);
    if (status == SEQNET_OK)
        status = next_of_format(reader, record, found, err);
    set_raw(input, record);
    status = place_memory(reader, record->line, status, err);
    record->ends_input = status != SEQNET_OK && input->ends_in_error;
    return status;
}

bool seqnet_reader_ready(seqnet_reader *reader)
{
    return sn_input_ready(&reader->input);
}

size_t seqnet_reader_position(const seqnet_reader *reader)
{
    const sn_input *const input = &reader->input;
    const size_t position = sn_stream_position(input->stream);
    return sn_stream_inflates(input->stream) ? position : position - (input->end - input->pos);
}

size_t seqnet_reader_size(const seqnet_reader *reader)
{
    return sn_stream_size(reader->input.stream);
}
