/*
 * CSV and TSV: what the columns are, and records as texts with labels.
 *
 * The delimiter, unless the options name it, is a tab for TSV; for CSV it is the one of , ; tab |
 * that splits the first record into the most fields, the first of them on ties.
 *
 * Blank lines are skipped, except in a file of one column, where each is a record with an empty
 * field.
 *
 * The first record is a header when one of its fields is a name that the options name or a known
 * name. The text is the column that the options name, else the one with the best known name, else,
 * of two columns, the one that is not the label. Without a header it is the only column or, of two,
 * the one whose fields are longer in the first records; then the other one is the label.
 */
#include "reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

enum { SAMPLE = 64, NUMBER = 24 };

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
    *delimiter = reader->options.delimiter ? reader->options.delimiter : tabs ? '\t' : ',';
    if (reader->options.delimiter || tabs)
        return SEQNET_OK;
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

/* The number of a column, from 1, that `asked` stands for; 0 when it stands for none. */
static size_t column_number(const seqnet_reader *reader, const char *asked)
{
    int64_t number;
    if (!asked || !seqnet_parse_int64(asked, &number) || number < 1)
        return 0;
    return (uint64_t)number <= reader->columns ? (size_t)number : 0;
}

bool sn_reader_is_asked(const seqnet_reader *reader, sn_name name)
{
    const seqnet_reader_options *const o = &reader->options;
    const char *const asked[] = {o->text_field, o->label_field, o->weight_field};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        int64_t number;
        if (sn_name_is(name, asked[i]) && !seqnet_parse_int64(asked[i], &number))
            return true;
    }
    return false;
}

static bool has_header(const seqnet_reader *reader)
{
    if (reader->options.header != SEQNET_HEADER_AUTO)
        return reader->options.header == SEQNET_HEADER_YES;
    for (size_t i = 0; i < reader->columns; i++) {
        const sn_name name = sn_csv_field(&reader->csv, i);
        if (sn_text_name_rank(name) != SN_NAME_UNKNOWN ||
            sn_label_name_rank(name) != SN_NAME_UNKNOWN || sn_reader_is_asked(reader, name))
            return true;
    }
    return false;
}

static void list_columns(const seqnet_reader *reader, const char *between, char *list)
{
    *list = '\0';
    for (size_t i = 0; i < reader->columns; i++)
        sn_names_add(list, SN_READER_NAMES, between, sn_csv_field(&reader->csv, i));
}

/* "4 columns (a, b, c, d)"; "4 columns" without a header. */
static void describe_columns(const seqnet_reader *reader, bool header, char *text, size_t room)
{
    char names[SN_READER_NAMES] = "";
    if (header)
        list_columns(reader, ", ", names);
    (void)snprintf(text, room, "%zu column%s%s%s%s", reader->columns,
                   reader->columns == 1 ? "" : "s", *names ? " (" : "", names, *names ? ")" : "");
}

static seqnet_status no_such_column(const seqnet_reader *reader, const char *asked, bool header,
                                    seqnet_error *err)
{
    char columns[SN_READER_NAMES + NUMBER + 16];
    describe_columns(reader, header, columns, sizeof columns);
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has no column '%.80s'; it has %s%s", reader->place,
                   asked, columns, header ? "" : " without names");
}

/* Finds the column with the name or number `asked`; SN_CSV_NO_FIELD for NULL. */
static seqnet_status find_asked(const seqnet_reader *reader, const char *asked, bool header,
                                size_t *column, seqnet_error *err)
{
    *column = SN_CSV_NO_FIELD;
    if (!asked)
        return SEQNET_OK;
    for (size_t i = 0; header && i < reader->columns; i++)
        if (sn_name_is(sn_csv_field(&reader->csv, i), asked)) {
            *column = i;
            return SEQNET_OK;
        }
    const size_t number = column_number(reader, asked);
    if (!number)
        return no_such_column(reader, asked, header, err);
    *column = number - 1;
    return SEQNET_OK;
}

static size_t best_known(const seqnet_reader *reader, size_t (*rank_of)(sn_name), size_t taken)
{
    size_t best = SN_CSV_NO_FIELD, best_rank = SN_NAME_UNKNOWN;
    for (size_t i = 0; i < reader->columns; i++) {
        const size_t rank = rank_of(sn_csv_field(&reader->csv, i));
        if (i != taken && rank < best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

/* Adds up the lengths of the fields in the buffer's records, the first one included. */
static void add_up_lengths(const seqnet_reader *reader, size_t sums[2])
{
    sn_csv csv;
    sn_csv_extent extent;
    sn_input view = sn_input_buffered(&reader->input);
    bool found = true;
    sn_csv_open(&csv, reader->csv.delimiter, reader->csv.no_quotes);
    for (size_t i = 0; i < SAMPLE; i++) {
        if (sn_csv_next(&csv, &view, &extent, &found, NULL) != SEQNET_OK || !found)
            break;
        const bool is_cut_off = view.start + extent.end == view.end && !reader->input.at_end;
        for (size_t column = 0; column < 2 && csv.count == 2 && !is_cut_off; column++)
            sums[column] += sn_csv_field(&csv, column).length;
    }
    sn_csv_close(&csv);
}

static void choose_without_header(seqnet_reader *reader)
{
    size_t sums[2] = {0};
    if (reader->columns == 1)
        reader->text_column = 0;
    if (reader->columns != 2)
        return;
    if (reader->text_column == SN_CSV_NO_FIELD && reader->label_column == SN_CSV_NO_FIELD) {
        add_up_lengths(reader, sums);
        reader->text_column = sums[0] <= sums[1];
    }
    if (reader->text_column == SN_CSV_NO_FIELD)
        reader->text_column = 1 - reader->label_column;
    if (reader->label_column == SN_CSV_NO_FIELD)
        reader->label_column = 1 - reader->text_column;
}

static void choose_with_header(seqnet_reader *reader)
{
    if (reader->text_column == SN_CSV_NO_FIELD)
        reader->text_column = best_known(reader, sn_text_name_rank, reader->label_column);
    if (reader->label_column == SN_CSV_NO_FIELD)
        reader->label_column = best_known(reader, sn_label_name_rank, reader->text_column);
    if (reader->text_column != SN_CSV_NO_FIELD)
        return;
    if (reader->columns == 1)
        reader->text_column = 0;
    else if (reader->columns == 2 && reader->label_column != SN_CSV_NO_FIELD)
        reader->text_column = 1 - reader->label_column;
}

static seqnet_status cannot_choose(const seqnet_reader *reader, const char *what, bool header,
                                   seqnet_error *err)
{
    /* A column's name in the options makes the first record a header, so names may help. */
    const bool named = header || reader->options.header == SEQNET_HEADER_AUTO;
    char columns[SN_READER_NAMES + NUMBER + 16];
    describe_columns(reader, named, columns, sizeof columns);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "which column is the %s? %s has %s; pass .%s_field %sNUMBER", what,
                   reader->place, columns, what, named ? "NAME or " : "");
}

static seqnet_status find_columns(seqnet_reader *reader, bool header, seqnet_error *err)
{
    const seqnet_reader_options *const asked = &reader->options;
    SN_TRY(find_asked(reader, asked->text_field, header, &reader->text_column, err));
    SN_TRY(find_asked(reader, asked->label_field, header, &reader->label_column, err));
    SN_TRY(find_asked(reader, asked->weight_field, header, &reader->weight_column, err));
    if (header)
        choose_with_header(reader);
    else
        choose_without_header(reader);
    if (reader->text_column == SN_CSV_NO_FIELD)
        return cannot_choose(reader, "text", header, err);
    if (reader->label_column == SN_CSV_NO_FIELD && asked->wants_label)
        return cannot_choose(reader, "label", header, err);
    return SEQNET_OK;
}

/* A column as the caller sees it: its name, or its number. */
static seqnet_status name_column(const seqnet_reader *reader, size_t column, bool header,
                                 char **name, seqnet_error *err)
{
    char number[NUMBER];
    if (column == SN_CSV_NO_FIELD)
        return SEQNET_OK;
    const int digits = snprintf(number, sizeof number, "%zu", column + 1);
    const sn_name field = sn_csv_field(&reader->csv, column);
    return header ? sn_copy_string(name, field.bytes, field.length, err)
                  : sn_copy_string(name, number, (size_t)digits, err);
}

static seqnet_status keep_header(seqnet_reader *reader, const sn_csv_extent *extent,
                                 seqnet_error *err)
{
    sn_input *const input = &reader->input;
    list_columns(reader, ",", reader->column_names);
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

static seqnet_status use_first_record(seqnet_reader *reader, const sn_csv_extent *extent,
                                      size_t begin, seqnet_error *err)
{
    sn_csv *const csv = &reader->csv;
    sn_input *const input = &reader->input;
    const bool header = has_header(reader);
    const size_t behind = input->pos, line_behind = input->line;
    input->pos = begin;
    input->line = 1;
    if (header)
        SN_TRY(check_added(reader, err));
    SN_TRY(find_columns(reader, header, err));
    SN_TRY(name_column(reader, reader->text_column, header, &reader->text_field, err));
    SN_TRY(name_column(reader, reader->label_column, header, &reader->label_field, err));
    csv->keeps_blank = reader->columns == 1;
    csv->keeps_all = false;
    csv->kept[0] = reader->text_column;
    csv->kept[1] = reader->label_column;
    csv->kept[2] = reader->weight_column;
    if (!header)
        return SEQNET_OK;
    input->pos = behind;
    input->line = line_behind;
    return keep_header(reader, extent, err);
}

seqnet_status sn_reader_open_csv(seqnet_reader *reader, seqnet_error *err)
{
    char delimiter;
    bool found;
    sn_csv_extent extent;
    SN_TRY(sn_input_await_line(&reader->input, err));
    const size_t begin = reader->input.pos; /* stays valid, since start is 0 */
    SN_TRY(find_delimiter(reader, &delimiter, err));
    sn_csv_open(&reader->csv, delimiter, reader->options.no_quotes);
    SN_TRY(sn_csv_next(&reader->csv, &reader->input, &extent, &found, err));
    if (!found) {
        reader->input.pos = begin;
        reader->input.line = 1;
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

static seqnet_status set_fields(seqnet_reader *reader, seqnet_record *record, seqnet_error *err)
{
    const sn_csv *const csv = &reader->csv;
    if (csv->count != reader->columns)
        return wrong_count(reader, record->line, err);
    const sn_name text = sn_csv_field(csv, reader->text_column);
    record->text = text.bytes;
    record->text_length = text.length;
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
