#include "data_options.h"

#include <string.h>

#include "errors.h"
#include "terminal.h"

data_options data_options_default(void)
{
    return (data_options){.data = seqnet_dataset_options_default()};
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

int parse_data_options(const command_spec *command, const option_spec *specs, size_t count,
                       int argc, char **argv, parsed_line *line, data_options *options)
{
    const int code = parse_options(command, specs, count, argc, argv, line);
    return code == PARSED ? data_options_finish(options) : code;
}
