#include "fields.h"

#include <string.h>

#include <seqnet/seqnet.h>

#include "data_options.h"
#include "errors.h"
#include "regular_file.h"

/* Who takes the fields of a file. */
typedef struct field_offer {
    const answer *a;
    size_t count;
} field_offer;

static void offer_field(void *context, const char *name, const char *value)
{
    field_offer *const to = context;
    to->count++;
    offer(to->a, name, value);
}

/* The value of a choice that the line types, 0 where it types none. */
static int typed_choice(const typed_line *line, const char *name, option_words *words)
{
    const char *const typed = typed_value(line, name), *word;
    for (int i = 0; typed && (word = words(i)) != NULL; i++)
        if (strcmp(word, typed) == 0)
            return i;
    return 0;
}

/* How the line says that records are read. */
static data_options typed_options(const typed_line *line)
{
    data_options options = data_options_default();
    seqnet_reader_options *const reader = &options.data.records.reader;
    options.delimiter = typed_value(line, "delimiter");
    reader->format = (seqnet_format)typed_choice(line, "input-format", format_word);
    reader->header = (seqnet_header)typed_choice(line, "header", header_word);
    reader->encoding = typed_value(line, "encoding");
    reader->no_quotes = has_option(line, "no-quotes");
    return options;
}

static bool offer_fields_of(const answer *a, const char *path, const data_options *options)
{
    seqnet_error err = {0};
    field_offer to = {.a = a};
    if (is_regular_file(path))
        (void)seqnet_reader_list_fields(path, &options->data.records.reader, offer_field, &to,
                                        &err);
    return to.count > 0;
}

void offer_fields(const answer *a, const typed_line *line)
{
    static const char *const FILES[] = {"input", "train", "test", "val"};
    data_options options = typed_options(line);
    if (data_options_finish(&options) != PARSED)
        return;
    for (size_t i = 0; i < line->typed->count; i++)
        if (line->is_argument[i] && offer_fields_of(a, line->typed->words[i], &options))
            return;
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        const char *const path = typed_value(line, FILES[i]);
        if (path && offer_fields_of(a, path, &options))
            return;
    }
}
