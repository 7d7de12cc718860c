/* Where predict takes its texts from: arguments, and the records of files. */
#include "predict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "figures.h"
#include "notes.h"
#include "terminal.h"

/* A batch is full with this number of rows, or of bytes. */
enum { BATCH_ROWS = 256, BATCH_BYTES = 1 << 20 };

static bool append(byte_buffer *buffer, const void *bytes, size_t length)
{
    if (length > buffer->capacity - buffer->length) {
        const size_t capacity = 2 * (buffer->length + length);
        char *const grown = realloc(buffer->bytes, capacity);
        if (!grown)
            return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for a record");
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static bool store_id(job *j, size_t index, int32_t id)
{
    if (index == j->ids_capacity) {
        const size_t capacity = index ? index * 2 : 512;
        int32_t *const grown = realloc(j->ids, capacity * sizeof *grown);
        if (!grown)
            return false;
        j->ids = grown;
        j->ids_capacity = capacity;
    }
    j->ids[index] = id;
    return true;
}

/* Parses "1 14 22", ids between blanks or commas, into j->ids. */
static seqnet_status parse_ids(job *j, const char *line, size_t length, size_t *count,
                               seqnet_error *err)
{
    *count = 0;
    for (size_t pos = 0; pos < length;) {
        char word[24];
        int64_t id;
        size_t end = pos;
        while (end < length && !is_separator(line[end]))
            end++;
        const size_t size = end - pos;
        const char *const start = line + pos;
        pos = end + (end < length);
        if (size == 0)
            continue;
        (void)snprintf(word, sizeof word, "%.*s", (int)(size < 23 ? size : 23), start);
        if (strlen(word) != size || !seqnet_parse_int64(word, &id) || id < INT32_MIN ||
            id > INT32_MAX) {
            return FAIL(err, SEQNET_ERR_DATA, "'%s' %s; --ids takes lines such as '1 14 22 16'",
                        word, memchr(start, 0, size) ? "goes on after a NUL byte" : "is not an id");
        }
        if (!store_id(j, (*count)++, (int32_t)id)) {
            return no_memory(err);
        }
    }
    return SEQNET_OK;
}

/* Writes the note of a record and the bytes that go with it into j->note. */
static bool write_note(job *j, record_note note, const char *raw)
{
    note.file = j->file;
    note.line = j->line;
    note.record = j->file_records + 1;
    note.before_length = j->before.length;
    j->note.length = 0;
    return append(&j->note, &note, sizeof note) &&
           append(&j->note, j->before.bytes, j->before.length) &&
           append(&j->note, raw, note.raw_length);
}

/* Passes what the answer needs to the writing side, as a note of the last row. If that fails the
 * row is dropped, because it would get a wrong answer without its note. */
static seqnet_status attach_note(job *j, seqnet_batch *batch, record_note note, const char *raw,
                                 seqnet_error *err)
{
    if (!j->wants_note)
        return SEQNET_OK;
    const seqnet_status status =
        write_note(j, note, raw) ? seqnet_batch_set_note(batch, j->note.bytes, j->note.length, err)
                                 : no_memory(err);
    if (status == SEQNET_OK)
        j->before.length = 0;
    else
        seqnet_batch_drop_last(batch);
    return status;
}

/* Adds one text or row of ids to the batch. */
static seqnet_status add(job *j, seqnet_batch *batch, const char *text, size_t length,
                         seqnet_error *err)
{
    size_t count;
    seqnet_status status;
    if (!j->options->ids)
        status = seqnet_batch_add_text(batch, text, length, err);
    else if ((status = parse_ids(j, text, length, &count, err)) == SEQNET_OK)
        status = seqnet_batch_add_ids(batch, j->ids, count, err);
    j->is_refused = status != SEQNET_OK;
    return status;
}

int refuse_text(const job *j, const seqnet_error *err)
{
    const shown_sentence message = in_options(err->message);
    if (err->status == SEQNET_ERR_MODEL)
        complain("%s: %s", j->model_path, message.text);
    else if (strncmp(err->message, "out of memory", 13) == 0) /* the message names no file */
        complain("%s: does not fit into the memory (%s); use fewer threads (-j 1), or a machine "
                 "with more memory",
                 j->model_path, message.text);
    else if (j->is_refused && err->status != SEQNET_ERR_MEMORY)
        complain("%s:%zu: %s", j->file, j->line, message.text);
    else
        return fail(err);
    return exit_code(err->status);
}

bool is_full(const seqnet_batch *batch)
{
    return seqnet_batch_count(batch) >= BATCH_ROWS || seqnet_batch_bytes(batch) >= BATCH_BYTES;
}

seqnet_status add_argument(job *j, seqnet_batch *batch, const char *text, seqnet_error *err)
{
    j->line++;
    TRY(add(j, batch, text, strlen(text), err));
    seqnet_tally_add(&j->tallies.invalid, seqnet_text_invalid(text, strlen(text)), j->file,
                     j->line);
    const seqnet_status status = attach_note(j, batch, (record_note){0}, "", err);
    j->file_records++;
    return status;
}

/* Chooses lines, unless the name of the file or an option says otherwise. The content does not
 * decide, because that of a pipe is not known before its first record must be answered. */
static seqnet_format choose_format(const job *j, const char *file)
{
    const seqnet_format named = j->options->data.data.records.reader.format;
    if (named != SEQNET_FORMAT_AUTO)
        return named;
    if (j->options->answers.annotate)
        return SEQNET_FORMAT_AUTO;
    const seqnet_format by_name = seqnet_format_of_name(file);
    return by_name == SEQNET_FORMAT_AUTO ? SEQNET_FORMAT_LINES : by_name;
}

static seqnet_status check_annotated(const job *j, seqnet_error *err)
{
    const seqnet_format format = seqnet_reader_format(j->reader);
    if (format == SEQNET_FORMAT_CSV || format == SEQNET_FORMAT_TSV || format == SEQNET_FORMAT_JSONL)
        return SEQNET_OK;
    return FAIL(err, SEQNET_ERR_USAGE,
                "%.500s: --annotate is for CSV, TSV and JSON Lines; pass --input-format, or put "
                "answers beside lines with paste",
                j->file);
}

static size_t byte_order_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Keeps the header for comparison, and to be printed before the first record, with the added names.
 * A byte order mark is printed, but not compared. */
static seqnet_status take_header(job *j, const char *header, size_t length, size_t end,
                                 seqnet_error *err)
{
    char added[ADDED_HEADER];
    const size_t mark = byte_order_mark(header, end);
    const size_t added_length = added_header(&j->added, seqnet_reader_delimiter(j->reader), added);
    j->format = seqnet_reader_format(j->reader);
    if (length && (!append(&j->header, header + mark, end - mark) ||
                   !append(&j->before, header, end) || !append(&j->before, added, added_length) ||
                   !append(&j->before, header + end, length - end)))
        return no_memory(err);
    return SEQNET_OK;
}

/* Prepares to copy a further file, whose records follow those of the first one below its header:
 * both must have the same format and header. */
static seqnet_status continue_copy(job *j, const char *header, size_t end, seqnet_error *err)
{
    const size_t mark = byte_order_mark(header, end), length = end - mark;
    if (seqnet_reader_format(j->reader) != j->format || length != j->header.length ||
        (length && memcmp(header + mark, j->header.bytes, length) != 0))
        return FAIL(err, SEQNET_ERR_DATA,
                    "%.500s: is in another format or has another header than the file before it; "
                    "annotate it on its own",
                    j->file);
    if (j->is_line_open && !append(&j->before, "\n", 1))
        return no_memory(err);
    return SEQNET_OK;
}

static seqnet_status begin_file(job *j, seqnet_error *err)
{
    size_t length, end;
    const char *const header = seqnet_reader_header(j->reader, &length, &end);
    j->opened++;
    if (!j->options->answers.annotate)
        return SEQNET_OK;
    TRY(check_annotated(j, err));
    return j->opened == 1 ? take_header(j, header, length, end, err)
                          : continue_copy(j, header, end, err);
}

static void note_line_end(job *j, const seqnet_record *record)
{
    const size_t length = record->raw_length;
    if (length)
        j->is_line_open = record->raw[length - 1] != '\n' && record->raw[length - 1] != '\r';
}

/* Notes once which fields are taken, and what was assumed. JSON Lines have no fields before their
 * first record. */
static void note_input(job *j)
{
    const seqnet_reader_options *const found = seqnet_reader_found(j->reader);
    const char *const remark = seqnet_reader_remark(j->reader);
    if (!j->has_noted_fields && found->text_fields[0]) {
        note_fields(found, false);
        j->has_noted_fields = true;
    }
    if (!j->has_noted_remark && remark) {
        note("%s", in_options(remark).text);
        j->has_noted_remark = true;
    }
}

static void close_reader(job *j)
{
    seqnet_reader_free(j->reader);
    j->reader = NULL;
}

static seqnet_status open_next(job *j, seqnet_error *err)
{
    seqnet_reader_options options = j->options->data.data.records.reader;
    const char *const path = j->first_file ? j->first_file : *j->files++;
    j->file_count -= !j->first_file;
    j->first_file = NULL;
    j->file = strcmp(path, "-") == 0 ? "standard input" : path;
    j->file_records = 0;
    j->file_began = seconds_now();
    options.format = j->options->ids ? SEQNET_FORMAT_LINES : choose_format(j, path);
    options.plain_lines = j->options->ids;
    if (j->options->answers.annotate)
        options.added_fields = j->added.list;
    TRY(seqnet_reader_open(&j->reader, path, &options, err));
    const seqnet_status status = begin_file(j, err);
    if (status != SEQNET_OK) /* no record of this file may be taken for a bad one */
        close_reader(j);
    return status;
}

seqnet_status read_header(job *j, seqnet_error *err)
{
    TRY(open_next(j, err));
    close_reader(j);
    j->before.length = 0;
    return SEQNET_OK;
}

/* Reads the next record of all files. *found becomes false after the last one. */
static seqnet_status next_record(job *j, seqnet_record *record, bool *found, seqnet_error *err)
{
    *found = false;
    while (j->reader || j->first_file || j->file_count) {
        if (!j->reader)
            TRY(open_next(j, err));
        const seqnet_status status = seqnet_reader_next(j->reader, record, found, err);
        j->line = record->line;
        note_line_end(j, record);
        if (status == SEQNET_OK)
            note_input(j);
        if (status != SEQNET_OK || *found)
            return status;
        if (j->file_records == 0)
            note("%s: is empty", j->file);
        if (j->options->answers.annotate && !append(&j->before, record->raw, record->raw_length))
            return no_memory(err);
        close_reader(j);
    }
    return SEQNET_OK;
}

static seqnet_status add_record(job *j, seqnet_batch *batch, const seqnet_record *record,
                                bool is_bad, seqnet_error *err)
{
    TRY(add(j, batch, is_bad ? "" : record->text, is_bad ? 0 : record->text_length, err));
    const bool copies = j->options->answers.annotate;
    const record_note note = {.is_bad = is_bad,
                              .format = seqnet_reader_format(j->reader),
                              .delimiter = seqnet_reader_delimiter(j->reader),
                              .raw_length = copies ? record->raw_length : 0,
                              .raw_end = copies ? record->raw_end : 0};
    return attach_note(j, batch, note, record->raw, err);
}

/* Shows how much of the file is read, and how fast, unless answers appear on the terminal. */
static void draw_progress(const job *j)
{
    if (!j->is_interactive)
        progress_records(seqnet_reader_position(j->reader), seqnet_reader_size(j->reader),
                         j->file_records, seconds_now() - j->file_began);
}

seqnet_status read_records(void *user, seqnet_batch *batch, seqnet_error *err)
{
    job *const j = user;
    do {
        seqnet_record record = {0};
        bool found;
        j->is_refused = false;
        const seqnet_status status = next_record(j, &record, &found, err);
        const bool is_bad = status == SEQNET_ERR_DATA && j->reader &&
                            j->options->data.data.records.skip_bad && !record.ends_input;
        if (status != SEQNET_OK && !is_bad)
            return status;
        if (!found && !is_bad)
            return SEQNET_OK;
        TRY(add_record(j, batch, &record, is_bad, err));
        j->file_records++;
        count_record(&j->tallies, j->file, &record);
    } while (!is_full(batch) &&
             !(j->is_interactive && j->reader && !seqnet_reader_ready(j->reader)));
    if (j->reader)
        draw_progress(j);
    return SEQNET_OK;
}

void release_input(job *j)
{
    close_reader(j);
    free(j->ids);
    free(j->before.bytes);
    free(j->header.bytes);
    free(j->note.bytes);
}
