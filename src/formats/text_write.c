#include "text_write.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <seqnet/output.h>

#include "buffer.h"
#include "file.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

static const char LABEL_PREFIX[] = "__label__", BLANKS[] = " \t\n\r\v\f";

enum { PREFIX_SIZE = sizeof LABEL_PREFIX - 1 };
enum { CHUNK = 1 << 16, GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8 };

struct sn_text_output {
    seqnet_output *file;
    seqnet_format format;
    bool compressed;
    z_stream stream;
    seqnet_written written;
    /* NULL: label and text. */
    const sn_columns *columns;
    /* [columns]: the fields of the record that is being written; bytes NULL where it has none. */
    sn_field *fields;
    /* A field on its way into the record. */
    sn_buffer scratch;
    /* The labels as JSON. */
    sn_buffer labels;
    /* The record that is being written. */
    sn_buffer line;
    unsigned char chunk[CHUNK];
};

/* Compresses the line; with `flush` Z_FINISH, also ends the gzip data. */
static seqnet_status deflate_line(sn_text_output *output, int flush, seqnet_error *err)
{
    output->stream.next_in = (unsigned char *)output->line.bytes;
    output->stream.avail_in = (uInt)output->line.length;
    do {
        output->stream.next_out = output->chunk;
        output->stream.avail_out = CHUNK;
        (void)deflate(&output->stream, flush);
        SN_TRY(seqnet_output_write(output->file, output->chunk, CHUNK - output->stream.avail_out,
                                   err));
    } while (output->stream.avail_out == 0);
    return SEQNET_OK;
}

static seqnet_status write_line(sn_text_output *output, seqnet_error *err)
{
    if (!output->compressed)
        return seqnet_output_write(output->file, output->line.bytes, output->line.length, err);
    if (output->line.length > UINT32_MAX / 2)
        return sn_fail(err, SEQNET_ERR_WRITE, "a text of more than 2 GB cannot be compressed");
    return deflate_line(output, Z_NO_FLUSH, err);
}

static char delimiter_of(const sn_text_output *output)
{
    return output->format == SEQNET_FORMAT_TSV ? '\t' : ',';
}

static seqnet_status add_bytes(void *line, const char *bytes, size_t length, seqnet_error *err)
{
    return sn_buffer_add(line, bytes, length, err);
}

/* Appends a field of CSV or TSV; the delimiter comes before all but the first one. */
static seqnet_status add_field(sn_text_output *output, bool is_first, const char *text,
                               size_t length, seqnet_error *err)
{
    const char delimiter = delimiter_of(output);
    if (!is_first)
        SN_TRY(sn_buffer_add_byte(&output->line, delimiter, err));
    return seqnet_write_csv_field(add_bytes, &output->line, text, length, delimiter, err);
}

static seqnet_status add_header(sn_text_output *output, seqnet_error *err)
{
    const sn_columns *const columns = output->columns;
    if (!columns)
        return sn_buffer_format(&output->line, err, "label%ctext\n", delimiter_of(output));
    for (size_t i = 0; i < columns->names.count; i++) {
        size_t length;
        const char *const name = sn_string_set_get(&columns->names, i, &length);
        SN_TRY(add_field(output, i == 0, name, length, err));
    }
    return sn_buffer_add_byte(&output->line, '\n', err);
}

static seqnet_status start(sn_text_output *output, const char *path, seqnet_error *err)
{
    if (sn_has_ending(path, ".gz")) {
        if (deflateInit2(&output->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
                         GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
            return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for compression");
        output->compressed = true;
    }
    SN_TRY(seqnet_output_open(&output->file, path, err));
    if (output->format != SEQNET_FORMAT_CSV && output->format != SEQNET_FORMAT_TSV)
        return SEQNET_OK;
    SN_TRY(add_header(output, err));
    return write_line(output, err);
}

seqnet_status sn_text_output_open(sn_text_output **output, const char *path, seqnet_format format,
                                  const sn_columns *columns, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    SN_TRY(sn_alloc(output, 1, sizeof **output, err));
    (*output)->format = format;
    (*output)->columns = columns;
    if (columns)
        status = sn_alloc(&(*output)->fields, columns->names.count, sizeof *(*output)->fields, err);
    if (status == SEQNET_OK)
        status = start(*output, path, err);
    if (status != SEQNET_OK) {
        sn_text_output_discard(*output);
        *output = NULL;
    }
    return status;
}

static seqnet_status add_csv(sn_text_output *output, const sn_text_record *record,
                             seqnet_error *err)
{
    SN_TRY(add_field(output, true, record->labels[0], strlen(record->labels[0]), err));
    SN_TRY(add_field(output, false, record->text, record->text_length, err));
    return sn_buffer_add_byte(&output->line, '\n', err);
}

static seqnet_status add_json_string(sn_buffer *line, const char *text, size_t length,
                                     seqnet_error *err)
{
    char *clean;
    SN_TRY(sn_utf8_clean(&clean, text, length, err));
    cJSON *const string = cJSON_CreateString(clean);
    char *const quoted = cJSON_PrintUnformatted(string);
    seqnet_status status;
    if (quoted)
        status = sn_buffer_add_text(line, quoted, err);
    else
        status = sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a text");
    cJSON_free(quoted);
    cJSON_Delete(string);
    free(clean);
    return status;
}

/* The labels of a record: one string, or an array of any number of them. */
static seqnet_status add_json_labels(sn_buffer *line, const sn_text_record *record,
                                     seqnet_error *err)
{
    if (!record->is_list)
        return add_json_string(line, record->labels[0], strlen(record->labels[0]), err);
    SN_TRY(sn_buffer_add_byte(line, '[', err));
    for (size_t i = 0; i < record->label_count; i++) {
        SN_TRY(sn_buffer_add_text(line, i ? "," : "", err));
        SN_TRY(add_json_string(line, record->labels[i], strlen(record->labels[i]), err));
    }
    return sn_buffer_add_byte(line, ']', err);
}

/* Sorts the fields of a record by their columns, with its text and its labels among them. */
static seqnet_status sort_fields(sn_text_output *output, const sn_text_record *record,
                                 seqnet_error *err)
{
    const sn_columns *const columns = output->columns;
    sn_field field;
    size_t at = 0;
    memset(output->fields, 0, columns->names.count * sizeof *output->fields);
    while (sn_field_next(&field, record->fields, record->fields_length, &at))
        output->fields[field.column] = field;
    for (size_t i = 0; i < record->added_count; i++)
        output->fields[record->added[i].column] = record->added[i];
    output->fields[columns->text] =
        (sn_field){.bytes = record->text, .length = record->text_length};
    output->labels.length = 0;
    if (record->is_list)
        SN_TRY(add_json_labels(&output->labels, record, err));
    output->fields[columns->label] =
        record->is_list
            ? (sn_field){.is_json = true,
                         .bytes = output->labels.bytes,
                         .length = output->labels.length}
            : (sn_field){.bytes = record->labels[0], .length = strlen(record->labels[0])};
    return SEQNET_OK;
}

static seqnet_status add_csv_columns(sn_text_output *output, seqnet_error *err)
{
    for (size_t i = 0; i < output->columns->names.count; i++) {
        sn_buffer *const text = &output->scratch;
        text->length = 0;
        if (output->fields[i].bytes)
            SN_TRY(sn_field_add_text(text, &output->fields[i], err));
        SN_TRY(add_field(output, i == 0, text->length ? text->bytes : "", text->length, err));
    }
    return sn_buffer_add_byte(&output->line, '\n', err);
}

static seqnet_status add_json(sn_buffer *line, const sn_text_record *record, seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(line, "{\"label\":", err));
    SN_TRY(add_json_labels(line, record, err));
    SN_TRY(sn_buffer_add_text(line, ",\"text\":", err));
    SN_TRY(add_json_string(line, record->text, record->text_length, err));
    return sn_buffer_add_text(line, "}\n", err);
}

static seqnet_status add_json_member(sn_buffer *line, const char *name, size_t length,
                                     const sn_field *field, seqnet_error *err)
{
    SN_TRY(add_json_string(line, name, length, err));
    SN_TRY(sn_buffer_add_byte(line, ':', err));
    if (field->is_json)
        return sn_buffer_add(line, field->bytes, field->length, err);
    return add_json_string(line, field->bytes, field->length, err);
}

static seqnet_status add_json_columns(sn_text_output *output, seqnet_error *err)
{
    const char *before = "{";
    for (size_t i = 0; i < output->columns->names.count; i++) {
        size_t length;
        const char *const name = sn_string_set_get(&output->columns->names, i, &length);
        if (!output->fields[i].bytes)
            continue;
        SN_TRY(sn_buffer_add_text(&output->line, before, err));
        SN_TRY(add_json_member(&output->line, name, length, &output->fields[i], err));
        before = ",";
    }
    return sn_buffer_add_text(&output->line, "}\n", err);
}

/* fastText's format has no way to write a line end in a record, which is one line. Returns whether
 * there was one in the text; none is lost at its end. */
static bool replace_line_ends(sn_buffer *line, size_t start)
{
    bool found = false, is_followed = false;
    for (size_t i = line->length; i-- > start;)
        if (line->bytes[i] == '\n' || line->bytes[i] == '\r') {
            line->bytes[i] = ' ';
            found = found || is_followed;
        } else {
            is_followed = true;
        }
    return found;
}

/* Removes the first underscore of words that begin with the label prefix, since fastText would read
 * them as labels. Returns how many there are. */
static size_t hide_labels(sn_buffer *line, size_t start)
{
    char *const bytes = line->bytes;
    size_t used = start;
    for (size_t i = start; i < line->length; i++) {
        const bool begins = i == start || bytes[i - 1] == '\0' || strchr(BLANKS, bytes[i - 1]);
        const bool fits = line->length - i >= PREFIX_SIZE;
        if (!begins || !fits || memcmp(bytes + i, LABEL_PREFIX, PREFIX_SIZE) != 0)
            bytes[used++] = bytes[i];
    }
    const size_t hidden = line->length - used;
    line->length = used;
    return hidden;
}

static seqnet_status add_fasttext_label(sn_buffer *line, const char *label, seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(line, LABEL_PREFIX, err));
    const size_t start = line->length;
    SN_TRY(sn_buffer_add_text(line, label, err));
    for (size_t i = start; i < line->length; i++)
        line->bytes[i] = seqnet_fasttext_label_character(line->bytes[i]);
    return sn_buffer_add_byte(line, ' ', err);
}

static seqnet_status add_fasttext(sn_text_output *output, const sn_text_record *record,
                                  seqnet_error *err)
{
    sn_buffer *const line = &output->line;
    for (size_t i = 0; i < record->label_count; i++)
        SN_TRY(add_fasttext_label(line, record->labels[i], err));
    const size_t start = line->length;
    SN_TRY(sn_buffer_add(line, record->text, record->text_length, err));
    output->written.line_ends += replace_line_ends(line, start);
    output->written.label_words += hide_labels(line, start);
    return sn_buffer_add_byte(line, '\n', err);
}

static seqnet_status add_columns(sn_text_output *output, const sn_text_record *record,
                                 seqnet_error *err)
{
    SN_TRY(sort_fields(output, record, err));
    return output->format == SEQNET_FORMAT_JSONL ? add_json_columns(output, err)
                                                 : add_csv_columns(output, err);
}

seqnet_status sn_text_output_add(sn_text_output *output, const sn_text_record *record,
                                 seqnet_error *err)
{
    output->line.length = 0;
    if (output->format == SEQNET_FORMAT_FASTTEXT)
        SN_TRY(add_fasttext(output, record, err));
    else if (output->columns)
        SN_TRY(add_columns(output, record, err));
    else if (output->format == SEQNET_FORMAT_JSONL)
        SN_TRY(add_json(&output->line, record, err));
    else
        SN_TRY(add_csv(output, record, err));
    return write_line(output, err);
}

/* Frees all but the file. */
static void release(sn_text_output *output)
{
    if (output->compressed)
        (void)deflateEnd(&output->stream);
    sn_buffer_free(&output->line);
    sn_buffer_free(&output->scratch);
    sn_buffer_free(&output->labels);
    free(output->fields);
    free(output);
}

seqnet_status sn_text_output_commit(sn_text_output *output, seqnet_written *written,
                                    seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    output->line.length = 0;
    if (output->compressed)
        status = deflate_line(output, Z_FINISH, err);
    if (status == SEQNET_OK)
        status = seqnet_output_commit(output->file, &output->written.replaced, err);
    else
        seqnet_output_discard(output->file);
    if (written)
        *written = output->written;
    release(output);
    return status;
}

void sn_text_output_discard(sn_text_output *output)
{
    if (!output)
        return;
    seqnet_output_discard(output->file);
    release(output);
}
