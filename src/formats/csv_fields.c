#include "csv_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { PARSER_BLOCK = 1 << 12 };

static int never(unsigned char byte)
{
    (void)byte;
    return 0;
}

void sn_csv_open(sn_csv *csv, char delimiter, bool no_quotes)
{
    *csv = (sn_csv){.delimiter = delimiter, .no_quotes = no_quotes, .keeps_all = true};
    (void)csv_init(&csv->parser, CSV_STRICT);
    csv_set_delim(&csv->parser, (unsigned char)delimiter);
    csv_set_space_func(&csv->parser, never);
}

void sn_csv_close(sn_csv *csv)
{
    csv_free(&csv->parser);
    sn_buffer_free(&csv->bytes);
    free(csv->ends);
    *csv = (sn_csv){0};
}

void sn_csv_keep(sn_csv *csv, size_t column)
{
    if (column != SN_CSV_NO_FIELD)
        csv->kept[csv->kept_count++] = column;
}

static bool keeps(const sn_csv *csv, size_t column)
{
    bool found = csv->keeps_all;
    for (size_t i = 0; i < csv->kept_count && !found; i++)
        found = csv->kept[i] == column;
    return found;
}

static seqnet_status add_field(sn_csv *csv, const char *field, size_t length, seqnet_error *err)
{
    const size_t column = csv->count++;
    if (column >= SN_CSV_MAX_FIELDS)
        return SEQNET_OK;
    const size_t kept = keeps(csv, column) ? length : 0;
    SN_TRY(sn_grow(&csv->ends, &csv->ends_capacity, csv->count, sizeof *csv->ends, err));
    SN_TRY(sn_buffer_add(&csv->bytes, field, kept, err));
    SN_TRY(sn_buffer_add_byte(&csv->bytes, '\0', err));
    csv->ends[column] = csv->bytes.length;
    return SEQNET_OK;
}

static void on_field(void *field, size_t length, void *user)
{
    sn_csv *const csv = user;
    csv->field_line = csv->line;
    if (!csv->record_ended && csv->error.status == SEQNET_OK)
        (void)add_field(csv, field, length, &csv->error);
}

static void on_record(int last, void *user)
{
    (void)last;
    sn_csv *const csv = user;
    csv->record_ended = true;
}

static void begin_record(sn_csv *csv, size_t line)
{
    csv->count = csv->bytes.length = 0;
    csv->record_ended = false;
    csv->line = csv->field_line = line;
    csv->error.status = SEQNET_OK;
    csv->quote = SN_QUOTE_FINE;
}

/* Makes libcsv forget a record that failed, so that the next one begins outside of quotes. */
static void reset(sn_csv *csv)
{
    (void)csv_fini(&csv->parser, NULL, NULL, NULL);
}

static seqnet_status callback_failure(const sn_csv *csv, seqnet_error *err)
{
    if (csv->error.status == SEQNET_OK)
        return SEQNET_OK;
    return sn_fail(err, csv->error.status, "%s", csv->error.message);
}

/* libcsv's buffer for a field grows by one block at a time, which takes quadratic time for a long
 * field. A block as large as the buffer doubles it. */
static void set_block(struct csv_parser *parser, size_t length)
{
    const size_t size = csv_get_buffer_size(parser), larger = size > length ? size : length;
    csv_set_blk_size(parser, larger > PARSER_BLOCK ? larger : PARSER_BLOCK);
}

/* Whether the field so far is nothing but blanks. */
static bool is_blank_so_far(const struct csv_parser *parser)
{
    return parser->entry_pos > 0 && sn_is_blank((const char *)parser->entry_buf, parser->entry_pos);
}

/* What is wrong with a quote at which the strict parser stops. A quote inside an unquoted field is
 * a character like others; SN_QUOTE_FINE stands for it. */
static sn_csv_quote judge_quote(const sn_csv *csv, const char *rest, size_t length)
{
    const struct csv_parser *const parser = &csv->parser;
    const size_t used = parser->entry_pos;
    if (!parser->quoted)
        return is_blank_so_far(parser) ? SN_QUOTE_AFTER_BLANK : SN_QUOTE_FINE;
    size_t blanks = 0;
    while (blanks < length && sn_is_blank(rest + blanks, 1))
        blanks++;
    const bool ends = blanks == length || rest[blanks] == csv->delimiter || rest[blanks] == '\n';
    if (blanks && ends)
        return SN_QUOTE_BEFORE_BLANK;
    /* The field's last byte is the quote that would have closed it. */
    return used > 1 && parser->entry_buf[used - 2] == '\\' ? SN_QUOTE_ESCAPED
                                                           : SN_QUOTE_BEFORE_TEXT;
}

/* Lets the parser take one byte as it is. */
static size_t take_literally(sn_csv *csv, const char *byte)
{
    (void)csv_set_opts(&csv->parser, 0);
    const size_t taken = csv_parse(&csv->parser, byte, 1, on_field, on_record, csv);
    (void)csv_set_opts(&csv->parser, CSV_STRICT);
    return taken;
}

/* Feeds bytes to the parser; csv->quote tells of a misplaced quote, at which it stops. */
static seqnet_status feed(sn_csv *csv, const char *bytes, size_t length, seqnet_error *err)
{
    size_t done = 0;
    set_block(&csv->parser, length);
    while (done < length && csv->quote == SN_QUOTE_FINE) {
        done += csv_parse(&csv->parser, bytes + done, length - done, on_field, on_record, csv);
        if (done == length)
            break;
        const bool is_quote = csv_error(&csv->parser) == CSV_EPARSE;
        csv->quote = is_quote ? judge_quote(csv, bytes + done, length - done) : SN_QUOTE_FINE;
        const size_t taken =
            is_quote && csv->quote == SN_QUOTE_FINE ? take_literally(csv, bytes + done) : 0;
        if (csv->quote == SN_QUOTE_FINE && !taken)
            return sn_fail(err, SEQNET_ERR_MEMORY,
                           "out of memory for a CSV field of more than %zu bytes",
                           csv_get_buffer_size(&csv->parser));
        done += taken;
    }
    return callback_failure(csv, err);
}

/* Ends the record at the end of the input. Only a strict libcsv reports an open quote there. */
static seqnet_status end_record(sn_csv *csv, bool *open_quote, seqnet_error *err)
{
    (void)csv_set_opts(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    *open_quote = csv_fini(&csv->parser, on_field, on_record, csv) != 0;
    (void)csv_set_opts(&csv->parser, CSV_STRICT);
    return callback_failure(csv, err);
}

/* Feeds the input up to the next line end, which ends the record or is part of a quoted field. */
static seqnet_status feed_piece(sn_csv *csv, sn_input *input, seqnet_error *err)
{
    const size_t from = input->pos, stop = sn_input_piece_end(input);
    csv->line = input->line;
    input->pos = stop;
    SN_TRY(feed(csv, input->buffer + from, stop - from, err));
    if (csv->quote == SN_QUOTE_FINE && !csv->record_ended && input->buffer[stop - 1] == '\n')
        input->line++;
    return SEQNET_OK;
}

static seqnet_status need_more(const sn_csv *csv, sn_input *input, seqnet_error *err)
{
    if (input->pos - input->start < SN_CSV_MAX_RECORD)
        return sn_input_fill(input, err);
    input->at_end = input->ends_in_error = true;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: a record goes on for more than %d MiB from here, perhaps because a "
                   "quote is never closed; close it or pass .no_quotes",
                   sn_stream_place(input->stream), csv->field_line, SN_CSV_MAX_RECORD >> 20);
}

/* Reports a misplaced quote. The field may have begun lines before it. */
static seqnet_status misplaced(const sn_csv *csv, const sn_input *input, seqnet_error *err)
{
    static const struct {
        const char *fact, *remedy;
    } quotes[] = {
        [SN_QUOTE_BEFORE_TEXT] = {"text follows the quote that closes a field",
                                  "write quotes inside it twice (\"\"), or pass .no_quotes where "
                                  "quotes are ordinary characters"},
        [SN_QUOTE_ESCAPED] =
            {"a backslash stands before a quote inside a field, which CSV does not "
             "know",
             "write such quotes twice: sed 's/\\\\\"/\"\"/g'"},
        [SN_QUOTE_BEFORE_BLANK] = {"a blank follows the quote that closes a field",
                                   "take the blank out, or pass .no_quotes where quotes are "
                                   "ordinary characters"},
        [SN_QUOTE_AFTER_BLANK] = {
            "a blank stands before a quote that opens a field",
            "take the blank out, or pass .no_quotes where quotes are ordinary "
            "characters"}};
    char opened[48] = "";
    if (csv->field_line != csv->line)
        (void)snprintf(opened, sizeof opened, ", of the field that begins in line %zu",
                       csv->field_line);
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: %s%s; %s", sn_stream_place(input->stream),
                   csv->line, quotes[csv->quote].fact, opened, quotes[csv->quote].remedy);
}

static seqnet_status parse_to_end(sn_csv *csv, sn_input *input, seqnet_error *err)
{
    bool open_quote = false;
    while (!csv->record_ended && (input->pos < input->end || !input->at_end)) {
        SN_TRY(input->pos < input->end ? feed_piece(csv, input, err) : need_more(csv, input, err));
        if (csv->quote != SN_QUOTE_FINE)
            return misplaced(csv, input, err);
    }
    if (!csv->record_ended)
        SN_TRY(end_record(csv, &open_quote, err));
    input->ends_in_error = input->ends_in_error || open_quote;
    if (open_quote)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: a quote opens a field here and is never closed; close it or pass "
                       ".no_quotes",
                       sn_stream_place(input->stream), csv->field_line);
    return SEQNET_OK;
}

/* Sets the end of the record and skips its line end, which the last record may lack. */
static void take_line_end(sn_input *input, sn_csv_extent *extent)
{
    const char last = input->buffer[input->pos - 1];
    extent->end = input->pos - input->start - sn_is_line_end(last);
    if (last == '\r')
        sn_input_take_feed(input);
    input->line += sn_is_line_end(last);
}

/* Whether each line of the bytes has its quotes in pairs, as a record of its own would. */
static bool are_records(const char *bytes, const char *end)
{
    size_t quotes = 0;
    for (; bytes < end; bytes++) {
        quotes += *bytes == '"';
        if (*bytes == '\n' && quotes % 2)
            return false;
        quotes = *bytes == '\n' ? 0 : quotes;
    }
    return quotes % 2 == 0;
}

/* Goes on to the end of the line of which the parser has read a part; in which pieces the line
 * comes does not count. */
static void finish_line(sn_input *input)
{
    if (!sn_is_line_end(input->buffer[input->pos - 1]))
        input->pos = sn_input_await_piece_end(input);
}

/* Goes back to the end of the line in which the record begins, if the lines behind it may be
 * records that a misplaced quote has swallowed; else the record ends in the line of the quote. */
static void go_back(const sn_csv *csv, sn_input *input, size_t begin, const sn_csv_extent *extent)
{
    if (csv->quote == SN_QUOTE_FINE)
        return;
    finish_line(input);
    const size_t stopped = input->pos - input->start, line = input->line;
    if (line == extent->line)
        return;
    input->pos = input->scanned = input->start + begin;
    input->line = extent->line;
    input->pos = sn_input_await_piece_end(input);
    const size_t end = input->start + stopped;
    if (are_records(input->buffer + input->pos, input->buffer + end))
        return;
    input->pos = input->scanned = end;
    input->line = line;
}

static seqnet_status parse_record(sn_csv *csv, sn_input *input, sn_csv_extent *extent,
                                  seqnet_error *err)
{
    const size_t begin = input->pos - input->start;
    begin_record(csv, input->line);
    extent->line = input->line;
    const seqnet_status status = parse_to_end(csv, input, err);
    if (status != SEQNET_OK) {
        reset(csv);
        go_back(csv, input, begin, extent);
    }
    if (status == SEQNET_OK || csv->quote != SN_QUOTE_FINE)
        take_line_end(input, extent);
    else
        extent->end = input->pos - input->start;
    return status;
}

/* Skips line ends; *found becomes whether something else follows. */
static seqnet_status skip_blank_lines(const sn_csv *csv, sn_input *input, bool *found,
                                      seqnet_error *err)
{
    char last = '\0';
    for (;;) {
        for (; input->pos < input->end && sn_is_line_end(input->buffer[input->pos]); input->pos++) {
            const char byte = input->buffer[input->pos];
            input->line += byte == '\r' || last != '\r';
            last = byte;
        }
        *found = input->pos < input->end;
        if (*found || input->at_end)
            return SEQNET_OK;
        SN_TRY(need_more(csv, input, err));
    }
}

/* Reads the next record when blank lines are records, too; libcsv itself skips them. */
static seqnet_status next_of_all(sn_csv *csv, sn_input *input, sn_csv_extent *extent, bool *found,
                                 seqnet_error *err)
{
    while (input->pos == input->end && !input->at_end)
        SN_TRY(need_more(csv, input, err));
    *found = input->pos < input->end;
    if (!*found)
        return SEQNET_OK;
    if (!sn_is_line_end(input->buffer[input->pos]))
        return parse_record(csv, input, extent, err);
    begin_record(csv, input->line);
    input->pos++;
    take_line_end(input, extent);
    return add_field(csv, "", 0, err);
}

static seqnet_status split_at_delimiter(sn_csv *csv, const char *bytes, size_t length,
                                        seqnet_error *err)
{
    const char *const end = bytes + length;
    for (const char *stop; (stop = memchr(bytes, csv->delimiter, (size_t)(end - bytes))) != NULL;
         bytes = stop + 1)
        SN_TRY(add_field(csv, bytes, (size_t)(stop - bytes), err));
    return add_field(csv, bytes, (size_t)(end - bytes), err);
}

static seqnet_status split_line(sn_csv *csv, sn_input *input, sn_csv_extent *extent, bool *found,
                                seqnet_error *err)
{
    sn_line line;
    do {
        extent->line = input->line;
        SN_TRY(sn_input_line(input, &line, found, err));
    } while (*found && line.length == 0 && !csv->keeps_blank);
    if (!*found)
        return SEQNET_OK;
    extent->end = (size_t)(line.bytes - input->buffer) + line.length - input->start;
    begin_record(csv, line.number);
    return split_at_delimiter(csv, line.bytes, line.length, err);
}

seqnet_status sn_csv_next(sn_csv *csv, sn_input *input, sn_csv_extent *extent, bool *found,
                          seqnet_error *err)
{
    if (csv->no_quotes)
        return split_line(csv, input, extent, found, err);
    csv->field_line = extent->line = input->line;
    if (csv->keeps_blank)
        return next_of_all(csv, input, extent, found, err);
    SN_TRY(skip_blank_lines(csv, input, found, err));
    return *found ? parse_record(csv, input, extent, err) : SEQNET_OK;
}

seqnet_status sn_csv_split(sn_csv *csv, const char *bytes, size_t length, seqnet_error *err)
{
    begin_record(csv, 0);
    if (csv->no_quotes)
        return split_at_delimiter(csv, bytes, length, err);
    (void)csv_set_opts(&csv->parser, 0);
    const seqnet_status status = feed(csv, bytes, length, err);
    (void)csv_fini(&csv->parser, on_field, on_record, csv);
    (void)csv_set_opts(&csv->parser, CSV_STRICT);
    return status == SEQNET_OK ? callback_failure(csv, err) : status;
}

sn_name sn_csv_field(const sn_csv *csv, size_t column)
{
    const size_t start = column ? csv->ends[column - 1] : 0;
    return (sn_name){csv->bytes.bytes + start, csv->ends[column] - start - 1};
}
