/*
 * A field as bytes: its column and its length as size_t, whether it is JSON as one byte, then its
 * own bytes.
 */
#include "record_fields.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum {
    /* Each row of a table has a field for each column, so that keys which are data would take all
     * memory. */
    MAX_COLUMNS = 10000,
    FIELD_HEAD = 2 * sizeof(size_t) + 1,
    NUMBERED_NAME = 32
};

/* The name of a text that has none in its file. */
static const char TEXT[] = "text";

void sn_columns_free(sn_columns *columns)
{
    sn_string_set_free(&columns->names);
    *columns = (sn_columns){0};
}

static seqnet_status add_column(sn_columns *columns, const char *place, const char *name,
                                size_t length, size_t *number, seqnet_error *err)
{
    SN_TRY(sn_string_set_add(&columns->names, name, length, number, err));
    if (columns->names.count > MAX_COLUMNS)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has more than %d different fields, too many to be written again; leave "
                       "some out",
                       place, MAX_COLUMNS);
    return SEQNET_OK;
}

static bool is_taken(const size_t *numbers, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* Whether a column is the whole text. Columns that are joined stay columns of their own, beside
 * their text. */
static bool is_text(const seqnet_reader *reader, size_t column)
{
    return reader->text_count == 1 && column == reader->text_columns[0];
}

/* The name of a column of the file; without a header "label", "text" or "columnN". */
static seqnet_status name_column(sn_buffer *name, const seqnet_reader *reader, const sn_csv *header,
                                 size_t column, seqnet_error *err)
{
    name->length = 0;
    if (header) {
        const sn_name field = sn_csv_field(header, column);
        return sn_buffer_add(name, field.bytes, field.length, err);
    }
    if (is_text(reader, column) || column == reader->label_column)
        return sn_buffer_add_text(name, is_text(reader, column) ? TEXT : "label", err);
    return sn_buffer_format(name, err, "column%zu", column + 1);
}

/* Numbers a name that may be taken by one of the first `count` columns: then a number follows it.
 */
static seqnet_status number_name(sn_field_keeper *keeper, const seqnet_reader *reader,
                                 sn_buffer *name, size_t count, size_t *number, seqnet_error *err)
{
    const size_t length = name->length;
    for (size_t copy = 2;; copy++) {
        SN_TRY(add_column(keeper->columns, reader->place, name->bytes ? name->bytes : "",
                          name->length, number, err));
        if (!is_taken(keeper->numbers, count, *number))
            return SEQNET_OK;
        name->length = length;
        SN_TRY(sn_buffer_format(name, err, "_%zu", copy));
    }
}

static seqnet_status number_column(sn_field_keeper *keeper, const seqnet_reader *reader,
                                   const sn_csv *header, size_t column, seqnet_error *err)
{
    sn_buffer name = {0};
    seqnet_status status = name_column(&name, reader, header, column, err);
    if (status == SEQNET_OK)
        status = number_name(keeper, reader, &name, column, &keeper->numbers[column], err);
    sn_buffer_free(&name);
    return status;
}

/* The column of the text: one of the file's, or one that joined columns get. */
static seqnet_status number_text(sn_field_keeper *keeper, const seqnet_reader *reader,
                                 size_t *number, seqnet_error *err)
{
    sn_buffer name = {0};
    *number = keeper->numbers[reader->text_columns[0]];
    if (reader->text_count == 1)
        return SEQNET_OK;
    seqnet_status status = sn_buffer_add_text(&name, TEXT, err);
    if (status == SEQNET_OK)
        status = number_name(keeper, reader, &name, reader->columns, number, err);
    sn_buffer_free(&name);
    return status;
}

/* Numbers the columns of a file. Those of its text and its label are those of the first file. */
static seqnet_status number_columns(sn_field_keeper *keeper, const seqnet_reader *reader,
                                    const sn_csv *header, seqnet_error *err)
{
    sn_columns *const columns = keeper->columns;
    const bool is_first = !columns->are_known;
    SN_TRY(sn_alloc(&keeper->numbers, reader->columns, sizeof *keeper->numbers, err));
    for (size_t i = 0; i < reader->columns; i++) {
        const bool is_own = !is_text(reader, i) && i != reader->label_column;
        keeper->numbers[i] = SIZE_MAX;
        if (is_own || is_first)
            SN_TRY(number_column(keeper, reader, header, i, err));
    }
    if (is_first) {
        SN_TRY(number_text(keeper, reader, &columns->text, err));
        columns->label = keeper->numbers[reader->label_column];
        columns->are_known = true;
    }
    return SEQNET_OK;
}

static size_t skip(const char *text, size_t length, size_t at, const char *characters)
{
    while (at < length && text[at] != '\0' && strchr(characters, text[at]))
        at++;
    return at;
}

/* Where the header begins behind a byte order mark and blank lines. */
static size_t header_begin(const seqnet_reader *reader)
{
    const bool marked = reader->header_end >= SN_UTF8_MARK_SIZE &&
                        memcmp(reader->header, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0;
    return skip(reader->header, reader->header_end, marked ? SN_UTF8_MARK_SIZE : 0, "\r\n");
}

static seqnet_status start_csv(sn_field_keeper *keeper, seqnet_reader *reader, seqnet_error *err)
{
    sn_csv header;
    reader->csv.keeps_all = true;
    if (reader->columns == 0 || reader->label_column == SN_CSV_NO_FIELD)
        return SEQNET_OK;
    if (!reader->header)
        return number_columns(keeper, reader, NULL, err);
    const size_t begin = header_begin(reader);
    sn_csv_open(&header, reader->csv.delimiter, reader->csv.no_quotes);
    seqnet_status status =
        sn_csv_split(&header, reader->header + begin, reader->header_end - begin, err);
    if (status == SEQNET_OK)
        status = number_columns(keeper, reader, &header, err);
    sn_csv_close(&header);
    return status;
}

seqnet_status sn_field_keeper_start(sn_field_keeper *keeper, sn_columns *columns,
                                    seqnet_reader *reader, seqnet_error *err)
{
    *keeper = (sn_field_keeper){.columns = columns};
    if (reader->format == SEQNET_FORMAT_CSV || reader->format == SEQNET_FORMAT_TSV)
        return start_csv(keeper, reader, err);
    return SEQNET_OK;
}

static seqnet_status keep(sn_field_keeper *keeper, size_t column, bool is_json, const char *bytes,
                          size_t length, seqnet_error *err)
{
    const char json = (char)is_json;
    SN_TRY(sn_buffer_add(&keeper->fields, &column, sizeof column, err));
    SN_TRY(sn_buffer_add(&keeper->fields, &length, sizeof length, err));
    SN_TRY(sn_buffer_add(&keeper->fields, &json, 1, err));
    return sn_buffer_add(&keeper->fields, bytes, length, err);
}

static bool is_own(const sn_columns *columns, size_t column)
{
    return column != SIZE_MAX && column != columns->text && column != columns->label;
}

static seqnet_status take_csv(sn_field_keeper *keeper, const seqnet_reader *reader,
                              seqnet_error *err)
{
    for (size_t i = 0; i < reader->columns && keeper->numbers; i++) {
        const sn_name field = sn_csv_field(&reader->csv, i);
        if (is_own(keeper->columns, keeper->numbers[i]))
            SN_TRY(keep(keeper, keeper->numbers[i], false, field.bytes, field.length, err));
    }
    return SEQNET_OK;
}

/* The end of the string that begins at `at`. */
static size_t string_end(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at < length ? at + 1 : length;
}

/* The end of the value that begins at `at`; the text is known to be JSON. */
static size_t value_end(const char *text, size_t length, size_t at)
{
    size_t depth = 0;
    while (at < length) {
        const char c = text[at];
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at = c == '"' ? string_end(text, length, at) : at + 1;
    }
    while (at > 0 && strchr(" \t\r\n", text[at - 1]))
        at--;
    return at;
}

static bool is_name(const char *name, const char *field)
{
    return field && strcmp(name, field) == 0;
}

/* Names the column of a text or a label after its key, unless another file named it. */
static seqnet_status use_key(sn_field_keeper *keeper, const seqnet_reader *reader, const char *key,
                             size_t *column, seqnet_error *err)
{
    if (keeper->columns->are_known || *column != SIZE_MAX)
        return SEQNET_OK;
    return add_column(keeper->columns, reader->place, key, strlen(key), column, err);
}

static seqnet_status take_member(sn_field_keeper *keeper, const seqnet_reader *reader,
                                 const char *key, const char *value, size_t length, size_t *text,
                                 size_t *label, seqnet_error *err)
{
    size_t column;
    if (reader->text_count == 1 && is_name(key, reader->text_fields[0]))
        return use_key(keeper, reader, key, text, err);
    if (is_name(key, reader->label_field))
        return use_key(keeper, reader, key, label, err);
    SN_TRY(add_column(keeper->columns, reader->place, key, strlen(key), &column, err));
    if (keeper->columns->are_known && !is_own(keeper->columns, column))
        return SEQNET_OK;
    return keep(keeper, column, true, value, length, err);
}

/* The members of the tree come in the order of the text. */
static seqnet_status take_json(sn_field_keeper *keeper, const seqnet_reader *reader,
                               const seqnet_record *record, seqnet_error *err)
{
    static const char BETWEEN[] = " \t\r\n,", COLON[] = " \t\r\n:";
    const char *const raw = record->raw;
    const size_t length = record->raw_end;
    size_t text = SIZE_MAX, label = SIZE_MAX;
    const char *const brace = memchr(raw, '{', length); /* blank lines may be before it */
    size_t at = brace ? (size_t)(brace - raw) + 1 : length;
    for (const cJSON *member = reader->object->child; member; member = member->next) {
        at = skip(raw, length, at, BETWEEN);
        at = skip(raw, length, string_end(raw, length, at), COLON);
        const size_t end = value_end(raw, length, at);
        SN_TRY(take_member(keeper, reader, member->string, raw + at, end - at, &text, &label, err));
        at = end;
    }
    if (keeper->columns->are_known || !reader->label_field)
        return SEQNET_OK;
    /* Those within other objects get columns of their own. */
    SN_TRY(use_key(keeper, reader, reader->label_field, &label, err));
    SN_TRY(use_key(keeper, reader, reader->text_count == 1 ? reader->text_fields[0] : TEXT, &text,
                   err));
    keeper->columns->text = text;
    keeper->columns->label = label;
    keeper->columns->are_known = true;
    return SEQNET_OK;
}

seqnet_status sn_field_keeper_take(sn_field_keeper *keeper, const seqnet_reader *reader,
                                   const seqnet_record *record, seqnet_error *err)
{
    keeper->fields.length = 0;
    if (reader->format == SEQNET_FORMAT_JSONL)
        return take_json(keeper, reader, record, err);
    if (reader->format == SEQNET_FORMAT_CSV || reader->format == SEQNET_FORMAT_TSV)
        return take_csv(keeper, reader, err);
    return SEQNET_OK;
}

void sn_field_keeper_free(sn_field_keeper *keeper)
{
    free(keeper->numbers);
    sn_buffer_free(&keeper->fields);
    *keeper = (sn_field_keeper){0};
}

bool sn_field_next(sn_field *field, const char *fields, size_t length, size_t *at)
{
    if (*at >= length)
        return false;
    const char *const head = fields + *at;
    memcpy(&field->column, head, sizeof field->column);
    memcpy(&field->length, head + sizeof field->column, sizeof field->length);
    field->is_json = head[FIELD_HEAD - 1] != 0;
    field->bytes = head + FIELD_HEAD;
    *at += FIELD_HEAD + field->length;
    return true;
}

seqnet_status sn_field_add_text(sn_buffer *text, const sn_field *field, seqnet_error *err)
{
    static const sn_json_limits LIMITS = {.values = 1, .repairs = true};
    cJSON *string;
    if (!field->is_json || field->length == 0 || field->bytes[0] != '"')
        return sn_buffer_add(text, field->bytes, field->length, err);
    SN_TRY(sn_json_parse(&string, field->bytes, field->length, &LIMITS, NULL, err));
    const seqnet_status status = sn_buffer_add_text(text, string->valuestring, err);
    cJSON_Delete(string);
    return status;
}
