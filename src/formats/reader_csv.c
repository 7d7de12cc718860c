/*
 * CSV and TSV: records as texts with labels. What the columns are is in reader_columns.c.
 *
 * The delimiter is that of a first line "sep=;", which Excel writes and obeys, else the one that
 * the options name, else a tab for TSV; for CSV it is the one of , ; tab | that splits the first
 * record into the most fields, the first of them on ties.
 *
 * Blank lines are skipped, except in a file of one column, where each is a record with an empty
 * field.
 */
#include "reader.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

static const char DELIMITERS[] = ",;\t|";

/* The length of the first record. Its end is known before the delimiter is, because quotes come in
 * pairs with any delimiter. When the buffer does not hold the end, the length of the first line. */
static size_t first_record_length(const sn_line *first, const sn_input *input)
{
    const size_t limit = input->end - (size_t)(first->bytes - input->buffer);
    bool in_quotes = false;
    for (size_t i = 0; i < limit; i++) {
        in_quotes ^= first->bytes[i] == '"';
        if (!in_quotes && (first->bytes[i] == '\n' || first->bytes[i] == '\r'))
            return i;
    }
    return first->length;
}

static seqnet_status count_fields(size_t *count, char delimiter, const seqnet_reader *reader,
                                  seqnet_error *err)
{
    sn_csv csv;
    const sn_line first = sn_reader_first_line(reader);
    const bool no_quotes = reader->options.no_quotes;
    sn_csv_open(&csv, delimiter, no_quotes);
    const size_t length = no_quotes ? first.length : first_record_length(&first, &reader->input);
    const seqnet_status status = sn_csv_split(&csv, first.bytes, length, err);
    *count = csv.count;
    sn_csv_close(&csv);
    return status;
}

static bool separates_labels(const seqnet_reader *reader, char delimiter)
{
    const char *const separator = reader->options.label_separator;
    return separator && separator[0] == delimiter && delimiter != ',';
}

static seqnet_status find_delimiter(const seqnet_reader *reader, char *delimiter, seqnet_error *err)
{
    size_t most = 0;
    const bool tabs = reader->format == SEQNET_FORMAT_TSV;
    const char asked = reader->options.delimiter;
    const bool is_own = asked && !reader->options.remembered.delimiter;
    *delimiter = tabs && !is_own ? '\t' : asked ? asked : ',';
    if (tabs || is_own)
        return SEQNET_OK;
    if (asked) { /* a remembered one gives way where it splits nothing */
        SN_TRY(count_fields(&most, asked, reader, err));
        if (most > 1)
            return SEQNET_OK;
        most = 0;
    }
    for (const char *candidate = DELIMITERS; *candidate; candidate++) {
        size_t count;
        if (separates_labels(reader, *candidate))
            continue;
        SN_TRY(count_fields(&count, *candidate, reader, err));
        if (count > most)
            *delimiter = *candidate;
        most = count > most ? count : most;
    }
    return SEQNET_OK;
}

static seqnet_status keep_header(seqnet_reader *reader, const sn_csv_extent *extent,
                                 seqnet_error *err)
{
    sn_input *const input = &reader->input;
    reader->header_length = input->pos - input->start;
    reader->header_end = extent->end;
    SN_TRY(
        sn_copy_string(&reader->header, input->buffer + input->start, reader->header_length, err));
    sn_input_drop(input);
    return SEQNET_OK;
}

static seqnet_status check_added(const seqnet_reader *reader, seqnet_error *err)
{
    for (const char *const *added = reader->options.added_fields; added && *added; added++)
        for (size_t i = 0; i < reader->columns; i++)
            if (sn_name_is(sn_csv_field(&reader->csv, i), *added))
                return sn_fail(err, SEQNET_ERR_DATA,
                               "%s: has a column '%s' already; rename it or cut it off",
                               reader->place, *added);
    return SEQNET_OK;
}

/* Copies the fields that records need, and no others. */
static void keep_fields(seqnet_reader *reader)
{
    sn_csv *const csv = &reader->csv;
    csv->keeps_blank = reader->columns == 1;
    csv->keeps_all = false;
    for (size_t i = 0; i < reader->text_count; i++)
        sn_csv_keep(csv, reader->text_columns[i]);
    sn_csv_keep(csv, reader->label_column);
    sn_csv_keep(csv, reader->weight_column);
}

/* A place in the input. */
typedef struct mark {
    size_t pos, line;
} mark;

static mark mark_of(const sn_input *input)
{
    return (mark){input->pos, input->line};
}

static void go_to(sn_input *input, mark to)
{
    input->pos = input->scanned = to.pos;
    input->line = to.line;
}

/* `begin` is where the first record begins. */
static seqnet_status use_first_record(seqnet_reader *reader, const sn_csv_extent *extent,
                                      mark begin, seqnet_error *err)
{
    sn_input *const input = &reader->input;
    const mark behind = mark_of(input);
    bool header;
    go_to(input, begin);
    SN_TRY(sn_reader_find_columns(reader, extent->line, &header, err));
    if (header)
        SN_TRY(check_added(reader, err));
    keep_fields(reader);
    reader->found.header = header ? SEQNET_HEADER_YES : SEQNET_HEADER_NO;
    if (!header)
        return SEQNET_OK;
    go_to(input, behind);
    return keep_header(reader, extent, err);
}

char sn_reader_separator(const sn_line *line)
{
    static const char NAME[] = "sep=";
    enum { NAME_LENGTH = sizeof NAME - 1 };
    const bool is_quoted = line->length == NAME_LENGTH + 3 && line->bytes[0] == '"' &&
                           line->bytes[line->length - 1] == '"';
    const char *const bytes = line->bytes + is_quoted;
    if ((!is_quoted && line->length != NAME_LENGTH + 1) ||
        strncasecmp(bytes, NAME, NAME_LENGTH) != 0)
        return '\0';
    return bytes[NAME_LENGTH];
}

/* Obeys a first line that names the delimiter, and goes behind it. */
static void take_separator(seqnet_reader *reader)
{
    sn_line line;
    bool found;
    sn_input view = sn_input_buffered(&reader->input);
    if (sn_input_line(&view, &line, &found, NULL) != SEQNET_OK || !found)
        return;
    const char separator = sn_reader_separator(&line);
    if (!separator)
        return;
    if (!reader->options.delimiter || reader->options.remembered.delimiter)
        reader->options.delimiter = separator;
    reader->options.remembered.delimiter = false;
    go_to(&reader->input, mark_of(&view));
}

seqnet_status sn_reader_open_csv(seqnet_reader *reader, seqnet_error *err)
{
    char delimiter;
    bool found;
    sn_csv_extent extent;
    SN_TRY(sn_input_await_line(&reader->input, err));
    take_separator(reader);
    SN_TRY(sn_input_await_line(&reader->input, err));
    const mark begin = mark_of(&reader->input); /* stays valid, since start is 0 */
    SN_TRY(find_delimiter(reader, &delimiter, err));
    sn_csv_open(&reader->csv, delimiter, reader->options.no_quotes);
    reader->found.delimiter = delimiter;
    SN_TRY(sn_csv_next(&reader->csv, &reader->input, &extent, &found, err));
    if (!found) {
        go_to(&reader->input, begin);
        return SEQNET_OK;
    }
    reader->columns = reader->csv.count;
    if (reader->columns > SN_CSV_MAX_FIELDS)
        return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has more than %d fields; pass .delimiter",
                       reader->place, extent.line, SN_CSV_MAX_FIELDS);
    return use_first_record(reader, &extent, begin, err);
}

static seqnet_status wrong_count(const seqnet_reader *reader, size_t line, seqnet_error *err)
{
    const size_t count = reader->csv.count;
    const char *const names = reader->column_names;
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: %zu field%s, expected %zu%s%s%s; %s",
                   reader->place, line, count, count == 1 ? "" : "s", reader->columns,
                   *names ? " (" : "", names, *names ? ")" : "",
                   reader->options.no_quotes ? "pass .delimiter, or leave .no_quotes out"
                                             : "quote the text or pass .delimiter");
}

static seqnet_status set_weight(const seqnet_reader *reader, seqnet_record *record,
                                seqnet_error *err)
{
    double weight = 0;
    const sn_name field = sn_csv_field(&reader->csv, reader->weight_column);
    const bool is_number =
        strlen(field.bytes) == field.length && seqnet_parse_double(field.bytes, &weight);
    char shown[SN_READER_NAMES] = "";
    sn_names_add(shown, sizeof shown, "", field);
    return sn_reader_set_weight(reader, record, is_number, weight, shown, err);
}

/* Whether the record has nothing in any field. */
static bool is_blank(const seqnet_reader *reader, const seqnet_record *record)
{
    const sn_input *const input = &reader->input;
    const char *const raw = input->buffer + input->start;
    for (size_t i = 0; i < record->raw_end; i++)
        if (raw[i] != reader->csv.delimiter && !strchr("\" \t\r\n", raw[i]))
            return false;
    return true;
}

/* The lines within a quoted field of TSV that look like records: since texts have no tabs there,
 * such a quote is most likely a character like others. */
static size_t count_swallowed(const seqnet_reader *reader, sn_name field)
{
    size_t count = 0, tabs = 0;
    const char *const feed = memchr(field.bytes, '\n', field.length);
    if (!feed || reader->csv.delimiter != '\t' || reader->columns < 2)
        return 0;
    for (size_t i = (size_t)(feed - field.bytes) + 1; i < field.length; i++) {
        tabs = field.bytes[i] == '\n' ? 0 : tabs + (field.bytes[i] == '\t');
        const bool ends = i + 1 == field.length || field.bytes[i + 1] == '\n';
        count += ends && tabs + 1 == reader->columns;
    }
    return count;
}

static seqnet_status set_fields(seqnet_reader *reader, seqnet_record *record, seqnet_error *err)
{
    const sn_csv *const csv = &reader->csv;
    record->is_blank = is_blank(reader, record);
    if (csv->count != reader->columns)
        return record->is_blank ? SEQNET_OK : wrong_count(reader, record->line, err);
    for (size_t i = 0; i < reader->text_count; i++) {
        const sn_name text = sn_csv_field(csv, reader->text_columns[i]);
        record->swallowed += count_swallowed(reader, text);
        SN_TRY(sn_reader_add_text(reader, record, i, text.bytes, text.length, err));
    }
    if (reader->label_column != SN_CSV_NO_FIELD) {
        const sn_name label = sn_csv_field(csv, reader->label_column);
        SN_TRY(sn_reader_add_labels(reader, record, label.bytes, label.length, err));
    }
    return reader->weight_column == SN_CSV_NO_FIELD ? SEQNET_OK : set_weight(reader, record, err);
}

seqnet_status sn_reader_next_csv(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err)
{
    sn_csv_extent extent = {.end = SIZE_MAX};
    const seqnet_status status = sn_csv_next(&reader->csv, &reader->input, &extent, found, err);
    record->line = extent.line;
    record->raw_end = extent.end;
    if (status != SEQNET_OK || !*found)
        return status;
    return set_fields(reader, record, err);
}
