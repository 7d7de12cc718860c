#include "each_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "figures.h"
#include "notes.h"
#include "outputs.h"
#include "terminal.h"

/* Whether a text is one word that ends as the name of a file does. */
static bool is_like_name(const char *text)
{
    static const char *const endings[] = {".csv", ".tsv", ".jsonl", ".ft", ".txt", ".npz", ".gz"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings && !strpbrk(text, " \t\n"); i++)
        if (ends_with(text, endings[i]))
            return true;
    return false;
}

void note_file_names(size_t count, char **texts, const char *does)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_there = access(texts[i], F_OK) == 0;
        if (!is_there && !is_like_name(texts[i]))
            continue;
        if (is_there)
            note("'%s' is taken for a text; --input %s what is in a file", texts[i], does);
        else
            note("'%s' is taken for a text; there is no such file", texts[i]);
        return;
    }
}

void add_text_inputs(const text_source *source)
{
    if (!source->input && source->count == 0)
        add_input("-");
    for (size_t i = 0; i < source->count && source->input; i++)
        add_input(source->arguments[i]);
}

/* Shows how much of the file is read, unless results appear on the terminal. */
static void draw_progress(const seqnet_reader *reader, size_t records, double began)
{
    if (!isatty(STDOUT_FILENO))
        progress_records(seqnet_reader_position(reader), seqnet_reader_size(reader), records,
                         seconds_now() - began);
}

static seqnet_status take_records(const char *file, seqnet_reader *reader, record_tallies *tallies,
                                  take_text *take, void *user, seqnet_error *err)
{
    bool found = true;
    const double began = seconds_now();
    for (size_t records = 1; !ferror(stdout); records++) {
        seqnet_record record;
        TRY(seqnet_reader_next(reader, &record, &found, err));
        if (!found)
            break;
        count_record(tallies, file, &record);
        const placed_text text = {record.line, record.text, record.text_length};
        TRY(take(user, &text, err));
        draw_progress(reader, records, began);
    }
    return SEQNET_OK;
}

/* Takes the records of a file, which are lines unless its name or an option says otherwise. */
static seqnet_status take_file(const text_source *source, const char *path, take_text *take,
                               void *user, seqnet_error *err)
{
    seqnet_reader *reader;
    seqnet_reader_options options = source->data->data.records.reader;
    record_tallies tallies = {0};
    if (options.format == SEQNET_FORMAT_AUTO)
        options.format = seqnet_format_of_name(path);
    if (options.format == SEQNET_FORMAT_AUTO)
        options.format = SEQNET_FORMAT_LINES;
    TRY(seqnet_reader_open(&reader, path, &options, err));
    const char *const file = strcmp(path, "-") == 0 ? "standard input" : path;
    const seqnet_status status = take_records(file, reader, &tallies, take, user, err);
    const char *const remark = seqnet_reader_remark(reader);
    progress_clear();
    note_fields(seqnet_reader_found(reader), false);
    if (remark)
        note("%s", in_options(remark).text);
    note_tallies(&tallies.invalid, &tallies.replaced, &tallies.swallowed);
    seqnet_reader_free(reader);
    return status;
}

seqnet_status each_text(const text_source *source, take_text *take, void *user, seqnet_error *err)
{
    if (!source->input && source->count == 0) {
        if (isatty(STDIN_FILENO))
            note("reading texts from the terminal, one a line; Ctrl-D ends");
        return take_file(source, "-", take, user, err);
    }
    if (source->input)
        TRY(take_file(source, source->input, take, user, err));
    for (size_t i = 0; i < source->count && !ferror(stdout); i++) {
        const char *const argument = source->arguments[i];
        const placed_text text = {i + 1, argument, strlen(argument)};
        TRY(source->input ? take_file(source, argument, take, user, err) : take(user, &text, err));
    }
    return SEQNET_OK;
}
