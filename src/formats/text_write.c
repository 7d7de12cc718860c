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
    SN_TRY(sn_buffer_format(&output->line, err, "label%ctext\n", delimiter_of(output)));
    return write_line(output, err);
}

seqnet_status sn_text_output_open(sn_text_output **output, const char *path, seqnet_format format,
                                  seqnet_error *err)
{
    SN_TRY(sn_alloc(output, 1, sizeof **output, err));
    (*output)->format = format;
    const seqnet_status status = start(*output, path, err);
    if (status != SEQNET_OK) {
        sn_text_output_discard(*output);
        *output = NULL;
    }
    return status;
}

static seqnet_status add_bytes(void *line, const char *bytes, size_t length, seqnet_error *err)
{
    return sn_buffer_add(line, bytes, length, err);
}

static seqnet_status add_field(sn_buffer *line, char delimiter, const char *text, size_t length,
                               seqnet_error *err)
{
    return seqnet_write_csv_field(add_bytes, line, text, length, delimiter, err);
}

static seqnet_status add_csv(sn_text_output *output, const char *text, size_t length,
                             const char *label, seqnet_error *err)
{
    const char delimiter = delimiter_of(output);
    SN_TRY(add_field(&output->line, delimiter, label, strlen(label), err));
    SN_TRY(sn_buffer_add_byte(&output->line, delimiter, err));
    SN_TRY(add_field(&output->line, delimiter, text, length, err));
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

static seqnet_status add_json_text(sn_buffer *line, const char *text, size_t length,
                                   seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(line, ",\"text\":", err));
    SN_TRY(add_json_string(line, text, length, err));
    return sn_buffer_add_text(line, "}\n", err);
}

static seqnet_status add_json(sn_buffer *line, const char *text, size_t length, const char *label,
                              seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(line, "{\"label\":", err));
    SN_TRY(add_json_string(line, label, strlen(label), err));
    return add_json_text(line, text, length, err);
}

static seqnet_status add_json_labels(sn_buffer *line, const char *text, size_t length,
                                     const char *const *labels, size_t count, seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(line, "{\"label\":[", err));
    for (size_t i = 0; i < count; i++) {
        SN_TRY(sn_buffer_add_text(line, i ? "," : "", err));
        SN_TRY(add_json_string(line, labels[i], strlen(labels[i]), err));
    }
    SN_TRY(sn_buffer_add_byte(line, ']', err));
    return add_json_text(line, text, length, err);
}

/* fastText's format has no way to write a line end in a record, which is one line. */
static void replace_line_ends(sn_buffer *line, size_t start)
{
    for (size_t i = start; i < line->length; i++)
        if (line->bytes[i] == '\n' || line->bytes[i] == '\r')
            line->bytes[i] = ' ';
}

/* Removes the first underscore of words that begin with the label prefix, since fastText would read
 * them as labels. */
static void hide_labels(sn_buffer *line, size_t start)
{
    char *const bytes = line->bytes;
    size_t used = start;
    for (size_t i = start; i < line->length; i++) {
        const bool begins = i == start || bytes[i - 1] == '\0' || strchr(BLANKS, bytes[i - 1]);
        const bool fits = line->length - i >= PREFIX_SIZE;
        if (!begins || !fits || memcmp(bytes + i, LABEL_PREFIX, PREFIX_SIZE) != 0)
            bytes[used++] = bytes[i];
    }
    line->length = used;
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

static seqnet_status add_fasttext(sn_buffer *line, const char *text, size_t length,
                                  const char *const *labels, size_t count, seqnet_error *err)
{
    for (size_t i = 0; i < count; i++)
        SN_TRY(add_fasttext_label(line, labels[i], err));
    const size_t start = line->length;
    SN_TRY(sn_buffer_add(line, text, length, err));
    replace_line_ends(line, start);
    hide_labels(line, start);
    return sn_buffer_add_byte(line, '\n', err);
}

seqnet_status sn_text_output_add(sn_text_output *output, const char *text, size_t length,
                                 const char *label, seqnet_error *err)
{
    output->line.length = 0;
    if (output->format == SEQNET_FORMAT_JSONL)
        SN_TRY(add_json(&output->line, text, length, label, err));
    else if (output->format == SEQNET_FORMAT_FASTTEXT)
        SN_TRY(add_fasttext(&output->line, text, length, &label, 1, err));
    else
        SN_TRY(add_csv(output, text, length, label, err));
    return write_line(output, err);
}

seqnet_status sn_text_output_add_labels(sn_text_output *output, const char *text, size_t length,
                                        const char *const *labels, size_t count, seqnet_error *err)
{
    output->line.length = 0;
    SN_TRY((output->format == SEQNET_FORMAT_JSONL ? add_json_labels : add_fasttext)(
        &output->line, text, length, labels, count, err));
    return write_line(output, err);
}

/* Frees all but the file. */
static void release(sn_text_output *output)
{
    if (output->compressed)
        (void)deflateEnd(&output->stream);
    sn_buffer_free(&output->line);
    free(output);
}

seqnet_status sn_text_output_commit(sn_text_output *output, bool *replaced, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    output->line.length = 0;
    if (output->compressed)
        status = deflate_line(output, Z_FINISH, err);
    if (status == SEQNET_OK)
        status = seqnet_output_commit(output->file, replaced, err);
    else
        seqnet_output_discard(output->file);
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
