#include "data_options.h"

#include <string.h>

#include "errors.h"
#include "figures.h"
#include "terminal.h"

/* Draws how much of DATA is read; one file is read at a time. */
static void draw_reading(size_t position, size_t size, size_t records)
{
    static double began;
    static size_t latest;
    const bool is_first = latest == 0 || records < latest;
    if (is_first)
        began = seconds_now();
    latest = position == size ? 0 : records;
    if (position == size)
        progress_clear();
    else if (!is_first)
        progress_records(position, size, records, seconds_now() - began);
}

data_options data_options_default(void)
{
    data_options options = {.data = seqnet_dataset_options_default()};
    options.data.records.progress = draw_reading;
    return options;
}

static int set_delimiter(data_options *options)
{
    const char *const given = options->delimiter;
    if (!given)
        return PARSED;
    if (strcmp(given, "tab") == 0 || strcmp(given, "\\t") == 0) {
        options->data.records.reader.delimiter = '\t';
        return PARSED;
    }
    if (strlen(given) != 1 || *given == '"' || *given == '\n' || *given == '\r') {
        complain("--delimiter '%s': expected one character other than a quote, or 'tab'", given);
        return EXIT_USAGE;
    }
    options->data.records.reader.delimiter = *given;
    return PARSED;
}

int data_options_finish(data_options *options)
{
    seqnet_reader_options *const reader = &options->data.records.reader;
    reader->takes_marked = reader->format == SEQNET_FORMAT_LINES;
    return set_delimiter(options);
}

/* What the line says is not remembered. */
static void forget_given(seqnet_dataset_options *data, const data_options *typed,
                         const parsed_line *line)
{
    const seqnet_reader_options *const reader = &typed->data.records.reader;
    seqnet_reader_options *const r = &data->records.reader;
    r->remembered.text &= !given_name(line, reader->text_fields);
    r->remembered.label &= !given_name(line, &reader->label_field);
    if (given_name(line, reader->text_fields) && r->remembered.header) { /* of other data */
        r->header = SEQNET_HEADER_AUTO;
        r->remembered.header = false;
    }
    r->remembered.header &= !given_name(line, &reader->header);
    r->remembered.no_quotes &= !given_name(line, &reader->no_quotes);
    r->remembered.encoding &= !given_name(line, &reader->encoding);
    r->remembered.delimiter &= !typed->delimiter;
    data->labels.map_is_remembered &= !given_name(line, &typed->data.labels.map);
    if (typed->delimiter)
        r->delimiter = reader->delimiter;
    if (reader->header == SEQNET_HEADER_NO && r->remembered.text) { /* there are no names */
        r->text_fields[0] = r->label_field = NULL;
        r->remembered.text = r->remembered.label = false;
    }
}

data_options with_remembered(const data_options *typed, const seqnet_model *model,
                             const parsed_line *line)
{
    data_options merged = *typed;
    seqnet_model_recall(model, &merged.data);
    copy_given(line, typed, &merged, sizeof merged);
    forget_given(&merged.data, typed, line);
    return merged;
}

int parse_data_options(const command_spec *command, const option_spec *specs, size_t count,
                       int argc, char **argv, parsed_line *line, data_options *options)
{
    const int code = parse_options(command, specs, count, argc, argv, line);
    return code == PARSED ? data_options_finish(options) : code;
}
