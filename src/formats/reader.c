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
#include <unistd.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum { PLACE = 1040, MOST_SEPARATOR = 15 };

static const char EMPTY_NAME[] = "the name of a field must not be empty";

seqnet_reader_options seqnet_reader_options_default(void)
{
    return (seqnet_reader_options){.label_prefix = "__label__", .text_separator = " | "};
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
    if (is_empty(options->encoding))
        return "the name of the encoding must not be empty";
    if (!prefix || !*prefix || strpbrk(prefix, " \t\n\v\f\r"))
        return "the label prefix must be text without spaces";
    if (is_empty(options->label_field) || is_empty(options->weight_field))
        return EMPTY_NAME;
    for (const char *const *text = options->text_fields; *text; text++) {
        if (is_empty(*text))
            return EMPTY_NAME;
        if (options->label_field && strcmp(*text, options->label_field) == 0)
            return "the text and the label must be different fields";
    }
    if (!may_separate(options->label_separator))
        return "the label separator must be 1 to 15 bytes without quotes and line ends";
    return NULL;
}

static seqnet_status open_reader(seqnet_reader *reader, sn_byte_stream *stream, const char *path,
                                 seqnet_error *err)
{
    const sn_text_options text = {.encoding = reader->options.encoding,
                                  .may_be_utf8 = reader->options.remembered.encoding,
                                  .takes_marked = reader->options.takes_marked};
    sn_input_open(&reader->input, stream);
    SN_TRY(sn_stream_expect_text(stream, &text, err));
    reader->place = sn_stream_place(reader->input.stream);
    reader->label_column = reader->weight_column = SN_CSV_NO_FIELD;
    SN_TRY(sn_reader_detect(reader, path, err));
    reader->found = reader->options;
    reader->found.format = reader->format;
    reader->found.text_fields[0] = reader->found.label_field = NULL; /* until they are found */
    if (reader->format == SEQNET_FORMAT_CSV || reader->format == SEQNET_FORMAT_TSV)
        SN_TRY(sn_reader_open_csv(reader, err));
    if (reader->format == SEQNET_FORMAT_JSONL)
        SN_TRY(sn_reader_open_json(reader, err));
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

/* Refuses the name of a corpus that is made up, which has texts for training and no file. */
static seqnet_status check_path(const char *path, seqnet_error *err)
{
    if (strncmp(path, "builtin:", 8) != 0 || access(path, F_OK) == 0)
        return SEQNET_OK;
    return sn_fail(
        err, SEQNET_ERR_DATA,
        "%.500s: is no file; a built-in corpus is for what takes a data set, as training "
        "and evaluation do; name a file here",
        path);
}

seqnet_status seqnet_reader_open(seqnet_reader **reader, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err)
{
    sn_byte_stream *stream;
    *reader = NULL;
    SN_TRY(check_options(options, err));
    SN_TRY(check_path(path, err));
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
    for (size_t i = 0; i < SEQNET_TEXT_FIELDS; i++)
        free(reader->text_fields[i]);
    free(reader->label_field);
    free(reader->remark);
    free(reader->header);
    sn_buffer_free(&reader->scratch);
    free(reader->cleaned);
    free(reader->labels);
    free(reader);
}

seqnet_format seqnet_reader_format(const seqnet_reader *reader)
{
    return reader->format;
}

const seqnet_reader_options *seqnet_reader_found(const seqnet_reader *reader)
{
    return &reader->found;
}

const char *seqnet_reader_remark(const seqnet_reader *reader)
{
    return reader->remark;
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

/* Lines may be fastText's: their labels are no words. */
static seqnet_status next_without_labels(seqnet_reader *reader, seqnet_record *record,
                                         seqnet_error *err)
{
    bool found;
    SN_TRY(sn_reader_leave_labels_out(reader, record, &found, err));
    if (!found || reader->remark)
        return SEQNET_OK;
    return sn_format(&reader->remark, err,
                     "%s:%zu: words that begin with %s are labels, and left out of the texts",
                     reader->place, record->line, reader->options.label_prefix);
}

static seqnet_status next_text(seqnet_reader *reader, seqnet_record *record, bool *found,
                               seqnet_error *err)
{
    sn_line line;
    SN_TRY(take_line(&reader->input, record, &line, found, err));
    if (!*found)
        return SEQNET_OK;
    record->text = line.bytes;
    record->text_length = line.length;
    if (reader->options.plain_lines)
        return SEQNET_OK;
    if (line.number == 1 && !reader->options.takes_marked)
        SN_TRY(sn_reader_look_at_line(reader, &line, err));
    return next_without_labels(reader, record, err);
}

seqnet_status sn_reader_next_line(seqnet_reader *reader, seqnet_record *record, sn_line *line,
                                  bool *found, seqnet_error *err)
{
    do
        SN_TRY(take_line(&reader->input, record, line, found, err));
    while (*found && sn_is_blank(line->bytes, line->length));
    return SEQNET_OK;
}

void sn_reader_set_found(seqnet_reader *reader)
{
    seqnet_reader_options *const found = &reader->found;
    for (size_t i = 0; i <= SEQNET_TEXT_FIELDS; i++)
        found->text_fields[i] = i < reader->text_count ? reader->text_fields[i] : NULL;
    found->label_field = reader->label_field;
}

seqnet_status sn_reader_add_text(seqnet_reader *reader, seqnet_record *record, size_t index,
                                 const char *text, size_t length, seqnet_error *err)
{
    sn_buffer *const joined = &reader->scratch;
    record->text = text;
    record->text_length = length;
    if (reader->text_count == 1)
        return SEQNET_OK;
    if (index == 0)
        joined->length = 0;
    else
        SN_TRY(sn_buffer_add_text(joined, reader->options.text_separator, err));
    SN_TRY(sn_buffer_add(joined, text, length, err));
    record->text = joined->bytes ? joined->bytes : "";
    record->text_length = joined->length;
    return SEQNET_OK;
}

/* A label that is not UTF-8 is refused: replaced characters could make two labels one. */
static seqnet_status bad_label(const seqnet_reader *reader, const seqnet_record *record,
                               const char *label, size_t length, seqnet_error *err)
{
    char shown[SN_READER_NAMES] = "";
    sn_names_add(shown, sizeof shown, "", (sn_name){label, length});
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: the label '%s' is not UTF-8; pass .encoding, such as WINDOWS-1252",
                   reader->place, record->line, shown);
}

seqnet_status sn_reader_set_label(const seqnet_reader *reader, seqnet_record *record,
                                  const char *label, size_t length, seqnet_error *err)
{
    const size_t given = length;
    sn_utf8_trim(&label, &length);
    if (length == 0 && reader->options.wants_label && !reader->options.many_labels &&
        !record->is_blank)
        return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has no label; give it one or leave it out",
                       reader->place, record->line);
    if (reader->options.wants_label && sn_utf8_count_invalid(label, length))
        return bad_label(reader, record, label, length, err);
    record->is_trimmed = record->is_trimmed || length < given;
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
        const char *piece = field + start;
        size_t size_of_piece = end - start;
        sn_utf8_trim(&piece, &size_of_piece);
        if (size_of_piece)
            SN_TRY(sn_reader_add_label(reader, record, piece, size_of_piece, err));
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

static size_t count_nuls(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\0';
    return count;
}

/* Looks at the bytes of a record: counts what its text cannot hold. A NUL makes a record with a
 * label one that cannot be read, since it is hardly meant. */
static seqnet_status check_bytes(const seqnet_reader *reader, seqnet_record *record,
                                 seqnet_status status, seqnet_error *err)
{
    if (record->raw_length && memchr(record->raw, '\0', record->raw_length)) {
        if (reader->options.wants_label)
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s:%zu: holds a NUL byte; take it out with tr -d "
                           "'\\000'",
                           reader->place, record->line);
        record->replaced += count_nuls(record->text, record->text_length);
    }
    record->invalid += sn_utf8_count_invalid(record->text, record->text_length);
    return status;
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
    const bool is_whole = status == SEQNET_OK && *found;
    if (is_whole || (status == SEQNET_ERR_DATA && !input->ends_in_error))
        status = check_bytes(reader, record, status, err);
    status = place_memory(reader, record->line, status, err);
    record->ends_input = status != SEQNET_OK && input->ends_in_error;
    return status;
}

void seqnet_tally_add(seqnet_tally *tally, size_t count, const char *path, size_t line)
{
    if (count && !tally->count && line)
        (void)snprintf(tally->first, sizeof tally->first, "%.270s:%zu", path, line);
    else if (count && !tally->count)
        (void)snprintf(tally->first, sizeof tally->first, "%.299s", path);
    tally->count += count;
}

size_t seqnet_text_invalid(const char *text, size_t length)
{
    return sn_utf8_count_invalid(text, length);
}

bool seqnet_reader_ready(seqnet_reader *reader)
{
    return sn_input_ready(&reader->input);
}

size_t seqnet_reader_position(const seqnet_reader *reader)
{
    const sn_input *const input = &reader->input;
    const size_t position = sn_stream_position(input->stream);
    return sn_stream_transforms(input->stream) ? position : position - (input->end - input->pos);
}

size_t seqnet_reader_size(const seqnet_reader *reader)
{
    return sn_stream_size(reader->input.stream);
}
