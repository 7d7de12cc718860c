/*
 * The format of an input: the one that the options name, else that of the name's ending, else the
 * one that the first line that is not blank looks like:
 *
 *   it begins with {                                       JSON Lines
 *   it begins with the label prefix                        fastText
 *   one of its fields, separated by tabs or commas, is a
 *   name that the options name or that is known            TSV, CSV
 *   labels are wanted and it has exactly one tab           TSV
 *   labels are wanted and the lines read so far have the
 *   same number of fields separated by commas, at least 2  CSV
 *
 * Any other input is lines.
 */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "file.h"

#include "banned.h"

enum { SAMPLE = 64, MAX_HEADER = 1 << 20 };

seqnet_format seqnet_format_of_name(const char *path)
{
    static const struct {
        const char *ending;
        seqnet_format format;
    } endings[] = {{".csv", SEQNET_FORMAT_CSV},     {".tsv", SEQNET_FORMAT_TSV},
                   {".jsonl", SEQNET_FORMAT_JSONL}, {".ndjson", SEQNET_FORMAT_JSONL},
                   {".json", SEQNET_FORMAT_JSONL},  {".ft", SEQNET_FORMAT_FASTTEXT}};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (sn_has_ending_packed(path, endings[i].ending))
            return endings[i].format;
    return SEQNET_FORMAT_AUTO;
}

sn_line sn_reader_first_line(const seqnet_reader *reader)
{
    const sn_input *const input = &reader->input;
    sn_line line = {.bytes = input->buffer + input->pos};
    for (size_t i = input->pos; i < input->end; i++) {
        const char byte = input->buffer[i];
        if (byte != '\n' && byte != '\r')
            continue;
        line.length = (size_t)(input->buffer + i - line.bytes);
        if (!sn_is_blank(line.bytes, line.length))
            return line;
        line.bytes = input->buffer + i + 1;
    }
    line.length = (size_t)(input->buffer + input->end - line.bytes);
    if (sn_is_blank(line.bytes, line.length))
        line.length = 0;
    return line;
}

/* Whether a field is a known name, without spaces around it. A line that is known to be a header
 * may have such spaces; here "a long story, message" is prose. */
static bool is_known(sn_name name)
{
    const bool bare = name.length > 0 && name.bytes[0] != ' ' && name.bytes[name.length - 1] != ' ';
    return bare && (sn_text_name_rank(name) != SN_NAME_UNKNOWN ||
                    sn_label_name_rank(name) != SN_NAME_UNKNOWN);
}

static seqnet_status looks_like_header(const seqnet_reader *reader, char delimiter, bool *header,
                                       seqnet_error *err)
{
    sn_csv csv;
    const sn_line first = sn_reader_first_line(reader);
    *header = false;
    if (first.length > MAX_HEADER)
        return SEQNET_OK;
    sn_csv_open(&csv, delimiter, reader->options.no_quotes);
    const seqnet_status status = sn_csv_split(&csv, first.bytes, first.length, err);
    for (size_t i = 0; i < csv.count && i < SN_CSV_MAX_FIELDS && status == SEQNET_OK; i++) {
        const sn_name name = sn_csv_field(&csv, i);
        *header |= csv.count >= 2 && (is_known(name) || sn_reader_is_asked(reader, name));
    }
    sn_csv_close(&csv);
    return status;
}

/* Whether a field is one word, as names of columns mostly are: letters, digits and _, no digit
 * first. */
static bool is_one_word(sn_name field)
{
    for (size_t i = 0; i < field.length; i++) {
        const char byte = field.bytes[i], small = (char)(byte | 0x20);
        const bool is_digit = byte >= '0' && byte <= '9';
        if (!(small >= 'a' && small <= 'z') && (unsigned char)byte < 0x80 && byte != '_' &&
            !(is_digit && i > 0))
            return false;
    }
    return field.length > 0;
}

/* Whether the fields of a line look like the names of columns: each is a word or two, and one of
 * them is known or is what the options name. */
static seqnet_status looks_like_names(const seqnet_reader *reader, const sn_line *line,
                                      char delimiter, bool *names, seqnet_error *err)
{
    enum { LONGEST = 40 };
    sn_csv csv;
    bool are_short = true, is_known_name = false, are_words = true;
    sn_csv_open(&csv, delimiter, false);
    const seqnet_status status = sn_csv_split(&csv, line->bytes, line->length, err);
    for (size_t i = 0; i < csv.count && i < SN_CSV_MAX_FIELDS && status == SEQNET_OK; i++) {
        const sn_name name = sn_csv_field(&csv, i);
        are_short = are_short && name.length <= LONGEST;
        are_words = are_words && is_one_word(name);
        is_known_name = is_known_name || is_known(name) || sn_reader_is_asked(reader, name);
    }
    *names = csv.count >= 2 && are_short && (is_known_name || are_words);
    sn_csv_close(&csv);
    return status;
}

/* Whether a line begins an object or an array of objects. */
static bool looks_like_json(const sn_line *line)
{
    size_t first = 0, end = line->length;
    while (first < end && line->bytes[first] == ' ')
        first++;
    while (end > first && line->bytes[end - 1] == ' ')
        end--;
    if (first < end && line->bytes[first] == '[')
        return first + 1 == end || line->bytes[first + 1] == '{';
    return end - first > 4 && line->bytes[first] == '{' && line->bytes[end - 1] == '}' &&
           memchr(line->bytes + first, '"', end - first) != NULL;
}

seqnet_status sn_reader_look_at_line(seqnet_reader *reader, const sn_line *line, seqnet_error *err)
{
    static const struct {
        char delimiter;
        const char *format;
    } forms[] = {{'\t', "tsv"}, {',', "csv"}, {';', "csv"}, {'|', "csv"}};
    const bool has_tab = memchr(line->bytes, '\t', line->length) != NULL;
    const char *format = looks_like_json(line)       ? "jsonl"
                         : has_tab                   ? "tsv"
                         : sn_reader_separator(line) ? "csv"
                                                     : NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && !format && line->length < MAX_HEADER;
         i++) {
        bool names = false;
        if (memchr(line->bytes, forms[i].delimiter, line->length))
            SN_TRY(looks_like_names(reader, line, forms[i].delimiter, &names, err));
        format = names ? forms[i].format : NULL;
    }
    if (!format)
        return SEQNET_OK;
    return sn_format(&reader->remark, err,
                     "%s: looks like %s, but each line is taken for a text; pass .format %s",
                     reader->place,
                     *format == 'j'   ? "JSON Lines"
                     : *format == 't' ? "TSV"
                                      : "CSV",
                     format);
}

static bool has_one_tab(const sn_line *line)
{
    const char *const tab = memchr(line->bytes, '\t', line->length);
    if (!tab)
        return false;
    return !memchr(tab + 1, '\t', line->length - (size_t)(tab + 1 - line->bytes));
}

/* Whether the records in the buffer have the same number of fields, at least 2. The last record may
 * be cut off, so it does not count then. */
static bool looks_like_csv(const seqnet_reader *reader)
{
    sn_csv csv;
    sn_csv_extent extent;
    size_t columns = 0;
    bool found = true, same = true;
    sn_input view = sn_input_buffered(&reader->input);
    sn_csv_open(&csv, ',', reader->options.no_quotes);
    for (size_t i = 0; i < SAMPLE && same; i++) {
        const seqnet_status status = sn_csv_next(&csv, &view, &extent, &found, NULL);
        const bool is_cut_off = view.start + extent.end == view.end && !reader->input.at_end;
        if (!found || is_cut_off)
            break;
        columns = columns ? columns : csv.count;
        same = status == SEQNET_OK && csv.count == columns;
    }
    sn_csv_close(&csv);
    return same && columns >= 2;
}

static seqnet_status format_of_fields(seqnet_reader *reader, const sn_line *first,
                                      seqnet_error *err)
{
    const bool wants_label = reader->options.wants_label;
    bool tabs, commas;
    SN_TRY(looks_like_header(reader, '\t', &tabs, err));
    SN_TRY(looks_like_header(reader, ',', &commas, err));
    if (tabs || (!commas && wants_label && has_one_tab(first)))
        reader->format = SEQNET_FORMAT_TSV;
    else if (commas || (wants_label && looks_like_csv(reader)))
        reader->format = SEQNET_FORMAT_CSV;
    if (reader->format == SEQNET_FORMAT_CSV)
        reader->options.delimiter = ',';
    return SEQNET_OK;
}

static seqnet_status format_of_content(seqnet_reader *reader, seqnet_error *err)
{
    const char *const prefix = reader->options.label_prefix;
    const sn_line first = sn_reader_first_line(reader);
    size_t spaces = 0;
    while (spaces < first.length && (first.bytes[spaces] == ' ' || first.bytes[spaces] == '\t'))
        spaces++;
    const size_t length = first.length - spaces;
    reader->format = SEQNET_FORMAT_LINES;
    if (length == 0)
        return SEQNET_OK;
    if (first.bytes[spaces] == '{')
        reader->format = SEQNET_FORMAT_JSONL;
    else if (length >= strlen(prefix) && memcmp(first.bytes + spaces, prefix, strlen(prefix)) == 0)
        reader->format = SEQNET_FORMAT_FASTTEXT;
    else if (reader->options.delimiter && !reader->options.remembered.delimiter)
        reader->format = reader->options.delimiter == '\t' ? SEQNET_FORMAT_TSV : SEQNET_FORMAT_CSV;
    else
        return format_of_fields(reader, &first, err);
    return SEQNET_OK;
}

/* A field that the caller's own options name; NULL for none. */
static const char *asked_field(const seqnet_reader_options *o)
{
    if (o->text_fields[0] && !o->remembered.text)
        return o->text_fields[0];
    if (o->label_field && !o->remembered.label)
        return o->label_field;
    return o->weight_field;
}

static seqnet_status check_fields(const seqnet_reader *reader, seqnet_error *err)
{
    const seqnet_reader_options *const o = &reader->options;
    const char *const field = asked_field(o);
    const bool lines = reader->format == SEQNET_FORMAT_LINES;
    if (lines && o->wants_label)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: is not in a format with labels (CSV, TSV, JSON Lines, fastText); pass "
                       ".format",
                       reader->place);
    if (field && (lines || reader->format == SEQNET_FORMAT_FASTTEXT))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has no field '%.80s', being taken for %s; pass .format", reader->place,
                       field, lines ? "lines of text" : "fastText lines");
    return SEQNET_OK;
}

seqnet_status sn_reader_detect(seqnet_reader *reader, const char *path, seqnet_error *err)
{
    reader->format = reader->options.format;
    if (reader->format == SEQNET_FORMAT_LINES)
        return check_fields(reader, err);
    SN_TRY(sn_input_await_line(&reader->input, err));
    if (reader->options.wants_label && sn_reader_first_line(reader).length == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is empty", reader->place);
    if (reader->format == SEQNET_FORMAT_AUTO)
        reader->format = seqnet_format_of_name(path);
    if (reader->format == SEQNET_FORMAT_AUTO)
        SN_TRY(format_of_content(reader, err));
    return check_fields(reader, err);
}
