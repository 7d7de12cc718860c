/* seqnet prepare: writes a dataset's rows to one file that training maps. */
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "next_step.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "recipe_defaults.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "prepare",
    .arguments = "DATA -o FILE [options]",
    .summary = "Writes DATA as rows of ids to one file, which train maps instead of reading it.",
    .details = DATA_HELP
    "FILE has the rows in their parts, the vocabulary, the labels and, for n-grams, the texts:\n"
    "everything that is decided before a training begins. 'seqnet train FILE' starts at once,\n"
    "needs little memory however large the data is, and gives the model that training on DATA\n"
    "with the same options gives. --no-texts makes FILE smaller, for networks alone\n"
    "(train --ngrams off).\n",
    .examples = "  seqnet prepare reviews.csv -o reviews.rows\n"
                "  seqnet train reviews.rows --seed 7\n",
    .brief = "output force test val validation-split test-split text-column label-column "
             "multi-label memory",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

typedef struct prepare_settings {
    data_options data;
    const char *output;
    bool force, no_texts;
} prepare_settings;

static int write_rows(const seqnet_dataset *dataset, const prepare_settings *s)
{
    seqnet_error err = {0};
    bool replaced = false;
    note_reading(dataset);
    int code = note_suspicions(dataset);
    if (code == EXIT_DONE)
        code = check_output(s->output, OUTPUT_DATA, s->force);
    if (code != EXIT_DONE)
        return code;
    if (seqnet_dataset_prepare(dataset, s->output, &replaced, &err) != SEQNET_OK)
        return fail(&err);
    note("prepared %zu training, %zu validation and %zu test rows: %s%s",
         seqnet_dataset_count(dataset, SEQNET_TRAIN),
         seqnet_dataset_count(dataset, SEQNET_VALIDATION),
         seqnet_dataset_count(dataset, SEQNET_TEST), s->output,
         replaced ? ", replacing an older file" : "");
    tell_next_with("seqnet train", s->output);
    return EXIT_DONE;
}

static int prepare(const char *data, prepare_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    if (!s->output) {
        complain("prepare needs a FILE to write: -o FILE; usage: seqnet prepare %s",
                 COMMAND.arguments);
        return EXIT_USAGE;
    }
    const int code = check_output(s->output, OUTPUT_DATA, s->force);
    if (code != EXIT_DONE)
        return code;
    s->data.data.keep_texts = !s->no_texts;
    if (seqnet_dataset_load(&dataset, data, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    add_input(seqnet_dataset_word_index_path(dataset)); /* perhaps found beside the data */
    const int written = write_rows(dataset, s);
    seqnet_dataset_free(dataset);
    return written;
}

int command_prepare(int argc, char **argv)
{
    prepare_settings s = {.data = data_options_default()};
    seqnet_split_options *const splits = &s.data.data.splits;
    splits->validation_split = SEQNET_SPLIT_AUTO;
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        PART_OPTIONS(s.data),
        FILE_OPTION("unlabeled", 0, &s.data.data.unlabeled,
                    "file or folder of texts without labels to learn from, too"),
        DERIVED(VALIDATION_DEFAULT, REAL_OPTION("validation-split", &splits->validation_split, 0.0, 0.999,
                    "share of the rows of texts to validate with")),
        REAL_OPTION("test-split", &splits->test_split, 0.0, 0.999,
                    "share of the rows of texts to test with"),
        INTEGER_OPTION("seed", 0, (int64_t *)&splits->seed, 0, 9.2e18,
                       "of splits, as train's --seed"),
        READER_OPTIONS(s.data),
        LABEL_OPTIONS(s.data),
        MULTI_LABEL_OPTION(s.data),
        WEIGHT_OPTION(s.data),
        GROUP("Words"),
        WORD_OPTIONS(s.data),
        GROUP("Output"),
        OUTPUT_OPTION(&s.output, "where the rows go"),
        FORCE_OPTION(&s.force, "replace a file"),
        FLAG_OPTION("no-texts", &s.no_texts, "leave the texts out, which only n-grams need"),
        GROUP("General"),
        MEMORY_OPTION(s.data),
        /* clang-format on */
    };
    parsed_line line;
    const int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc,
                                        argv, &line, &s.data);
    return code == PARSED ? prepare(argv[line.first], &s) : code;
}
