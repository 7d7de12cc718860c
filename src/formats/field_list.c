/*
 * The fields of a file by the names that options have for them, for who chooses among them. The
 * reader opens the file as it does for records; since no field needs to be chosen for that, column
 * 1 stands for the text.
 */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

#include "banned.h"

enum { MOST_FIELDS = 4096, LONGEST_NAME = 400, NUMBER = 24 };

/* Who takes the fields. */
typedef struct field_receiver {
    seqnet_field_taker *take;
    void *context;
} field_receiver;

static bool is_printable(sn_name name)
{
    for (size_t i = 0; i < name.length; i++)
        if ((unsigned char)name.bytes[i] < ' ' || name.bytes[i] == 0x7f)
            return false;
    return sn_utf8_count_invalid(name.bytes, name.length) == 0;
}

/* Whether a column's name stands for it and no other one, and can be typed. */
static bool is_usable(const seqnet_reader *reader, size_t column)
{
    const sn_name name = sn_csv_field(&reader->csv, column);
    if (name.length == 0 || name.length > LONGEST_NAME || !is_printable(name))
        return false;
    for (size_t i = 0; i < reader->columns; i++)
        if (i != column && sn_name_equals(sn_csv_field(&reader->csv, i), name))
            return false;
    return true;
}

/* Takes a column, of which `names` has the name and `values` what stands in it. */
static void take_column(const seqnet_reader *reader, bool header, const sn_csv *values,
                        size_t column, const field_receiver *to)
{
    char number[NUMBER];
    const bool is_named = header && is_usable(reader, column);
    (void)snprintf(number, sizeof number, "%zu", column + 1);
    const char *const name = is_named ? sn_csv_field(&reader->csv, column).bytes : number;
    to->take(to->context, name, column < values->count ? sn_csv_field(values, column).bytes : "");
}

/* The reader stands behind the header, if there is one, and holds the first record. */
static void take_columns(const seqnet_reader *reader, const field_receiver *to)
{
    sn_csv first;
    sn_csv_extent extent;
    bool found = false;
    const bool header = reader->found.header == SEQNET_HEADER_YES;
    sn_input view = sn_input_buffered(&reader->input);
    sn_csv_open(&first, reader->csv.delimiter, reader->csv.no_quotes);
    if (sn_csv_next(&first, &view, &extent, &found, NULL) != SEQNET_OK || !found)
        first.count = 0;
    for (size_t i = 0; i < reader->columns && i < MOST_FIELDS; i++)
        take_column(reader, header, &first, i, to);
    sn_csv_close(&first);
}

/* Takes the members of an object; `path` are the keys that lead to it, each with a dot behind. */
static void take_members(const cJSON *object, const char *path, const field_receiver *to)
{
    char name[LONGEST_NAME], number[NUMBER];
    for (const cJSON *member = object->child; member; member = member->next) {
        const int length = snprintf(name, sizeof name - 1, "%s%s", path, member->string);
        if (length < 1 || length >= (int)sizeof name - 1 ||
            !is_printable((sn_name){name, (size_t)length}))
            continue;
        (void)snprintf(number, sizeof number, "%.15g", member->valuedouble);
        if (cJSON_IsObject(member) && member->child) {
            name[length] = '.';
            name[length + 1] = '\0';
            take_members(member, name, to);
        } else {
            to->take(to->context, name,
                     cJSON_IsString(member)   ? member->valuestring
                     : cJSON_IsNumber(member) ? number
                                              : "");
        }
    }
}

static seqnet_status take_keys(seqnet_reader *reader, const field_receiver *to, seqnet_error *err)
{
    cJSON *object = NULL;
    const seqnet_status status = sn_reader_first_object(reader, &object, err);
    if (object)
        take_members(object, "", to);
    cJSON_Delete(object);
    return status;
}

static bool has_columns(seqnet_format format)
{
    return format == SEQNET_FORMAT_CSV || format == SEQNET_FORMAT_TSV;
}

/* Opens a file whose columns no known name shows as data with labels, which shows them. */
static seqnet_status open_as_data(seqnet_reader **reader, const char *path,
                                  seqnet_reader_options *options)
{
    options->wants_label = true;
    options->label_field = "2";
    return seqnet_reader_open(reader, path, options, NULL);
}

seqnet_status seqnet_reader_list_fields(const char *path, const seqnet_reader_options *options,
                                        seqnet_field_taker *take, void *context, seqnet_error *err)
{
    seqnet_reader *reader;
    const field_receiver to = {take, context};
    seqnet_reader_options any = *options;
    memset(any.text_fields, 0, sizeof any.text_fields);
    any.text_fields[0] = "1";
    any.label_field = any.weight_field = NULL;
    any.wants_label = false;
    seqnet_status status = seqnet_reader_open(&reader, path, &any, err);
    if (status == SEQNET_ERR_DATA && options->format == SEQNET_FORMAT_AUTO &&
        open_as_data(&reader, path, &any) == SEQNET_OK)
        status = SEQNET_OK;
    if (status == SEQNET_OK && has_columns(reader->format))
        take_columns(reader, &to);
    if (status == SEQNET_OK && reader->format == SEQNET_FORMAT_JSONL)
        status = take_keys(reader, &to, err);
    seqnet_reader_free(reader);
    return status;
}
