/* seqnet load: reads a dataset, says what is in it, writes it in another form. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "figures.h"
#include "next_step.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "load",
    .arguments = "DATA [-o FILE] [options]",
    .summary = "Reads a dataset, says what is in it, and with -o writes it in another form.",
    .details = DATA_HELP
    "FILE is CSV, TSV, JSON Lines, fastText or .npz by its ending (.csv .tsv .jsonl .ft, each\n"
    "also with .gz; .npz holds padded ids), or with '/' behind its name a folder of texts.\n"
    "CSV, TSV and JSON Lines keep all columns.\n",
    .examples = "  seqnet load imdb.npz --num-words 10000 --head 3\n"
                "  seqnet load aclImdb --part train -o reviews.csv.gz\n",
    .brief = "output force part head test val test-split validation-split input-format text-column "
             "label-column",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

/* The ids of a row that are shown when nobody asked for rows. */
enum { FEW_IDS = 14 };

/* The parts that --part names. */
typedef enum load_part { LOAD_ALL, LOAD_TRAIN, LOAD_TEST, LOAD_VALIDATION } load_part;

static const char *part_word(int value)
{
    switch ((load_part)value) {
    case LOAD_ALL:
        return "all";
    case LOAD_TRAIN:
        return "train";
    case LOAD_TEST:
        return "test";
    case LOAD_VALIDATION:
        return "validation";
    }
    return NULL;
}

static seqnet_parts parts_of(load_part part)
{
    switch (part) {
    case LOAD_ALL:
        return SEQNET_ALL_PARTS;
    case LOAD_TRAIN:
        return 1U << SEQNET_TRAIN;
    case LOAD_TEST:
        return 1U << SEQNET_TEST;
    case LOAD_VALIDATION:
        return 1U << SEQNET_VALIDATION;
    }
    return 0;
}

static void print_part(FILE *out, const seqnet_dataset *dataset, seqnet_part part,
                       const seqnet_part_summary *s)
{
    fprintf(out, "%s: lengths %zu to %zu, mean %.2f, median %zu; ", seqnet_part_name(part),
            s->min_length, s->max_length, s->mean_length, s->median_length);
    print_labels(out, dataset, part, false);
    fprintf(out, "; out of vocabulary %.2f %%\n", percent(s->oov, s->tokens));
}

/* Prints the first words of a row, with ? for an id without a word. */
static void print_words(FILE *out, const seqnet_dataset *dataset, const int32_t *ids, size_t shown)
{
    fputc(' ', out);
    for (size_t i = 0; i < shown; i++) {
        size_t bytes;
        const char *const word = seqnet_dataset_word(dataset, ids[i], &bytes);
        fputc(' ', out);
        put_bytes(out, word ? word : "?", word ? bytes : 1);
    }
}

static void print_row_labels(FILE *out, const seqnet_dataset *dataset, seqnet_part part, size_t row)
{
    size_t count;
    const int32_t *const labels = seqnet_dataset_row_labels(dataset, part, row, &count);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? " " : "", out);
        put_text(out, seqnet_dataset_label_name(dataset, labels[i]));
    }
    if (count == 0)
        fputs("no label", out);
}

/* Prints a row, `most` of its ids and words. */
static void print_row(FILE *out, const seqnet_dataset *dataset, seqnet_part part, size_t row,
                      size_t most)
{
    size_t length;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, NULL);
    fprintf(out, "%s[%zu] ", seqnet_part_name(part), row);
    print_row_labels(out, dataset, part, row);
    fprintf(out, ", %zu %s:", length, plural(length, "id", "ids"));
    const size_t shown = length < most ? length : most;
    const char *const end = shown < length ? " ...\n" : "\n";
    for (size_t i = 0; i < shown; i++)
        fprintf(out, " %" PRId32, ids[i]);
    fputs(end, out);
    if (seqnet_dataset_vocabulary_size(dataset) == 0)
        return;
    print_words(out, dataset, ids, shown);
    fputs(end, out);
}

/* Whether the part gets a line. An .npz always has a training and a test part, even if one is
 * empty; of texts, only a part with rows counts. */
static bool is_worth_a_line(const seqnet_dataset *dataset, seqnet_part part)
{
    return seqnet_dataset_count(dataset, part) > 0 ||
           (part != SEQNET_VALIDATION && !seqnet_dataset_is_text(dataset));
}

static void print_count(FILE *out, const seqnet_dataset *dataset, seqnet_part part)
{
    const size_t count = seqnet_dataset_count(dataset, part);
    fprintf(out, "%zu %s %s\n", count, seqnet_part_name(part),
            plural(count, "sequence", "sequences"));
}

static void print_vocabulary(FILE *out, const seqnet_dataset *dataset)
{
    char number[GROUPED_NUMBER];
    const char *const index = seqnet_dataset_word_index_path(dataset);
    const size_t words = seqnet_dataset_vocabulary_size(dataset);
    fprintf(out, "ids: 0 to %zu; vocabulary: ", seqnet_dataset_id_count(dataset) - 1);
    if (!words && !seqnet_dataset_is_text(dataset)) {
        fputs(seqnet_dataset_word_index_problem(dataset)
                  ? "none (the word index is left out)\n"
                  : "none (no word index was found; name one with --word-index)\n",
              out);
        return;
    }
    fprintf(out, "%s %s%s", grouped(words, number), plural(words, "word", "words"),
            index ? " in " : "");
    put_text(out, index ? index : "");
    fputc('\n', out);
}

static void print_dataset(const seqnet_dataset *dataset,
                          const seqnet_part_summary summaries[SEQNET_PARTS], size_t head,
                          size_t most)
{
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        if (is_worth_a_line(dataset, part))
            print_count(out, dataset, part);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        if (is_worth_a_line(dataset, part))
            print_part(out, dataset, part, &summaries[part]);
    print_vocabulary(out, dataset);
    const size_t count = seqnet_dataset_count(dataset, SEQNET_TRAIN);
    for (size_t row = 0; row < head && row < count; row++)
        print_row(out, dataset, SEQNET_TRAIN, row, most);
    end_wrapped(&text);
}

typedef struct load_options {
    data_options data;
    const char *output;
    load_part part;
    int64_t head;
    bool force;
    /* Rows are shown whole, since it was asked for them. */
    bool shows_whole_rows;
} load_options;

/* Writes a label in fastText's form, as much of it as a note shows. Returns whether the form
 * differs from the label. */
enum { SHOWN_LABEL = 80 };
static bool change_label(const char *name, char changed[SHOWN_LABEL])
{
    bool differs = false;
    (void)snprintf(changed, SHOWN_LABEL, "%s", name);
    for (char *c = changed; *c; c++)
        *c = seqnet_fasttext_label_character(*c);
    for (; *name && !differs; name++)
        differs = seqnet_fasttext_label_character(*name) != *name;
    return differs;
}

static void note_changed_labels(const seqnet_dataset *dataset, const char *output)
{
    if (seqnet_format_of_name(output) != SEQNET_FORMAT_FASTTEXT)
        return;
    for (size_t i = 0; i < seqnet_dataset_label_count(dataset); i++) {
        char changed[SHOWN_LABEL];
        const char *const name = seqnet_dataset_label_name(dataset, (int32_t)i);
        if (!change_label(name, changed))
            continue;
        note("labels with blanks are written with _: '%.79s' as '%s'", name, changed);
        return;
    }
}

/* What a form without columns is called; NULL: the form has columns. */
static const char *form_without_columns(const char *output)
{
    if (ends_with(output, "/"))
        return "a folder";
    if (ends_with(output, ".npz"))
        return "an .npz";
    return seqnet_format_of_name(output) == SEQNET_FORMAT_FASTTEXT ? "fastText's form" : NULL;
}

/* Notes which fields of the records the form of the output has no place for. */
static void note_left_out_fields(const seqnet_dataset *dataset, const char *output)
{
    char names[200] = "";
    size_t used = 0;
    const char *const form = form_without_columns(output);
    const size_t count = seqnet_dataset_field_count(dataset);
    for (size_t i = 0; i < count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%.60s", i ? ", " : "",
                                 seqnet_dataset_field_name(dataset, i));
    if (form && count)
        note("%s: %s has no place for the %s %s%s: left out", output, form,
             plural(count, "column", "columns"), names, used < sizeof names ? "" : "...");
}

/* Notes what fastText's format changes in texts. */
static void note_changed_texts(const seqnet_written *written)
{
    if (written->line_ends)
        note("line ends became spaces in %zu %s", written->line_ends,
             plural(written->line_ends, "text", "texts"));
    if (written->label_words)
        note("%zu %s of the texts would be read as labels and lost the first underscore",
             written->label_words, plural(written->label_words, "word", "words"));
}

static seqnet_status write_output(const seqnet_dataset *dataset, const load_options *o,
                                  seqnet_written *written, seqnet_error *err)
{
    const seqnet_pad_options longest = {0};
    if (ends_with(o->output, ".npz") && parts_of(o->part) != SEQNET_ALL_PARTS) {
        return FAIL(err, SEQNET_ERR_USAGE,
                    "%s: an .npz has a train and a test part; leave --part out, or write another "
                    "format",
                    o->output);
    }
    if (ends_with(o->output, ".npz"))
        return seqnet_dataset_write_padded(dataset, &longest, o->output, &written->replaced, err);
    if (ends_with(o->output, "/"))
        return seqnet_dataset_write_folder(dataset, parts_of(o->part), o->output, err);
    return seqnet_dataset_write(dataset, parts_of(o->part), SEQNET_FORMAT_AUTO, o->output, written,
                                err);
}

static size_t count_rows(const seqnet_dataset *dataset, seqnet_parts parts)
{
    size_t rows = 0;
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        rows += parts & (1U << part) ? seqnet_dataset_count(dataset, part) : 0;
    return rows;
}

static seqnet_status summarise(const seqnet_dataset *dataset,
                               seqnet_part_summary summaries[SEQNET_PARTS], seqnet_error *err)
{
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        TRY(seqnet_dataset_summarise(dataset, part, &summaries[part], err));
    return SEQNET_OK;
}

/* Checks everything that can fail before the file is written. */
static int load(const seqnet_dataset *dataset, const char *data, const load_options *o)
{
    seqnet_error err = {0};
    seqnet_part_summary summaries[SEQNET_PARTS];
    seqnet_written written = {0};
    note_reading(dataset);
    const int code = note_suspicions(dataset);
    if (code != EXIT_DONE)
        return code;
    if (summarise(dataset, summaries, &err) != SEQNET_OK)
        return fail(&err);
    if (o->output && count_rows(dataset, parts_of(o->part)) == 0) {
        complain("%s: its %s part has no rows; choose another with --part", data,
                 part_word((int)o->part));
        return SEQNET_ERR_DATA;
    }
    if (o->output && write_output(dataset, o, &written, &err) != SEQNET_OK)
        return fail(&err);
    if (o->output) {
        note_left_out_fields(dataset, o->output);
        note_changed_labels(dataset, o->output);
        note_changed_texts(&written);
    }
    print_dataset(dataset, summaries, (size_t)o->head, o->shows_whole_rows ? SIZE_MAX : FEW_IDS);
    (void)flush_output();
    if (o->output) {
        note("wrote %s%s", o->output, written.replaced ? ", replacing an older file" : "");
        if (o->part == LOAD_ALL)
            tell_next_with(seqnet_dataset_is_multi_label(dataset) ? "seqnet train --multi-label"
                                                                  : "seqnet train",
                           o->output);
    }
    return EXIT_DONE;
}

/* Writes a folder of texts, which must not exist yet. */
static int check_file(const load_options *o)
{
    if (!o->output)
        return EXIT_DONE;
    if (ends_with(o->output, "/") && access(o->output, F_OK) == 0) {
        complain("%s: cannot be made: File exists; name a folder that is not there yet", o->output);
        return SEQNET_ERR_WRITE;
    }
    if (ends_with(o->output, "/"))
        return EXIT_DONE;
    return check_output(o->output, OUTPUT_DATA, o->force);
}

int command_load(int argc, char **argv)
{
    seqnet_error err = {0};
    load_options o = {.data = data_options_default(), .head = 1};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        PART_OPTIONS(o.data),
        SPLIT_OPTIONS(o.data),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        MULTI_LABEL_OPTION(o.data),
        GROUP("Words"),
        WORD_OPTIONS(o.data),
        GROUP("Output"),
        OUTPUT_OPTION(&o.output, "write the data there, in the form its name tells"),
        FORCE_OPTION(&o.force, "replace a file"),
        CHOICE_OPTION("part", &o.part, part_word, "what -o writes"),
        INTEGER_OPTION("head", 0, &o.head, 0, 1e9, "show the first N training rows, whole"),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &o.data);
    if (code != PARSED)
        return code;
    o.data.data.keep_texts = o.output != NULL;
    o.data.data.records.keep_fields = o.output != NULL;
    o.data.data.labels.any = true;
    o.shows_whole_rows = given_name(&line, &o.head) != NULL;
    code = check_file(&o);
    if (code != EXIT_DONE)
        return code;
    seqnet_dataset *dataset = NULL;
    if (seqnet_dataset_load(&dataset, argv[line.first], &o.data.data, &err) != SEQNET_OK)
        return fail(&err);
    add_input(seqnet_dataset_word_index_path(dataset)); /* perhaps found beside the data */
    code = check_file(&o);
    if (code == EXIT_DONE)
        code = load(dataset, argv[line.first], &o);
    seqnet_dataset_free(dataset);
    return code;
}
