/* seqnet compare: two or more models on the same rows, and whether one is better by more than
 * chance. */
#include <stdio.h>
#include <stdlib.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "comparison.h"
#include "data_options.h"
#include "errors.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "parts.h"
#include "terminal.h"

enum { MOST_MODELS = 64 };

static const command_spec COMMAND = {
    .name = "compare",
    .arguments = "MODEL MODEL... DATA [options]",
    .summary = "Measures models on the same rows, and tells whether the others are better than the "
               "first one by more than chance.",
    .details = DATA_HELP
    "It is read as the first model's training data was. What is beyond chance is told by the 95 % "
    "interval of the accuracies' difference (paired bootstrap) and by McNemar's exact test.\n",
    .examples = "  seqnet compare lstm.safetensors gru.safetensors imdb.npz\n"
                "  seqnet compare a.safetensors b.safetensors new.csv --errors-to differ.csv\n"
                "  seqnet compare old.st new.st test.csv --require better && mv new.st old.st\n",
    .brief = "part errors-to require json text-column label-column seed threads",
    .min_arguments = 3,
    .max_arguments = MOST_MODELS + 1,
    .reads_arguments = true};

typedef enum requirement { REQUIRE_NOTHING, REQUIRE_NOT_WORSE, REQUIRE_BETTER } requirement;

static const char *requirement_word(int value)
{
    switch ((requirement)value) {
    case REQUIRE_NOTHING:
        return "nothing";
    case REQUIRE_NOT_WORSE:
        return "not-worse";
    case REQUIRE_BETTER:
        return "better";
    }
    return NULL;
}

typedef struct compare_options {
    data_part part;
    requirement require;
    int64_t limit, threads, seed;
    const char *errors_to;
    bool json, force;
    data_options data;
} compare_options;

/* The models with what each makes of the rows. */
typedef struct contestants {
    seqnet_model *models[MOST_MODELS];
    seqnet_dataset *datasets[MOST_MODELS];
    measured measured[MOST_MODELS];
    const char *names[MOST_MODELS];
    size_t count;
} contestants;

static void free_contestants(contestants *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free_measured(&c->measured[i]);
        seqnet_dataset_free(c->datasets[i]);
        seqnet_model_free(c->models[i]);
    }
    free(c);
}

static seqnet_status load_models(contestants *c, char **names, size_t count, seqnet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        TRY(seqnet_model_load(&c->models[i], names[i], err));
        c->names[i] = names[i];
        c->count = i + 1;
        if (seqnet_model_is_multi_label(c->models[i]) != seqnet_model_is_multi_label(c->models[0]))
            return FAIL(err, SEQNET_ERR_MODEL,
                        "%s: gives a row %s, %s does not; compare models of one kind", names[i],
                        seqnet_model_is_multi_label(c->models[i]) ? "any number of labels"
                                                                  : "one label",
                        names[0]);
    }
    return SEQNET_OK;
}

/* The rows as each model sees them: the same texts, or the same archive. */
static seqnet_status load_rows(contestants *c, const char *data, const compare_options *o,
                               seqnet_error *err)
{
    TRY(seqnet_model_load_dataset(c->models[0], &c->datasets[0], data, &o->data.data, err));
    const bool is_text = seqnet_dataset_is_text(c->datasets[0]);
    for (size_t i = 1; i < c->count; i++) {
        seqnet_error own = {0};
        const seqnet_status status =
            is_text
                ? seqnet_model_recode_dataset(c->models[i], &c->datasets[i], c->datasets[0], &own)
                : seqnet_model_load_dataset(c->models[i], &c->datasets[i], data, &o->data.data,
                                            &own);
        if (status != SEQNET_OK) /* which of the models the sentence is about */
            return FAIL(err, status, "%.200s: %.800s", c->names[i], own.message);
    }
    return SEQNET_OK;
}

/* Notes which models have been trained on the rows. */
static void note_seen(const contestants *c, data_part part)
{
    for (size_t i = 0; i < c->count; i++)
        for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS; p++)
            if (parts_of(part) & 1U << p && seqnet_dataset_count(c->datasets[0], p) &&
                seqnet_model_has_seen(c->models[i], c->datasets[i], p)) {
                note("%s was trained with some of these rows: the figures flatter it", c->names[i]);
                break;
            }
}

static seqnet_status measure_all(contestants *c, const char *data, data_part part,
                                 const compare_options *o, seqnet_error *err)
{
    for (size_t i = 0; i < c->count; i++) {
        const bool multi_label = seqnet_model_is_multi_label(c->models[i]);
        const measuring what = {.model = c->models[i],
                                .dataset = c->datasets[i],
                                .data = data,
                                .part = part_word((int)part),
                                .parts = parts_of(part),
                                .limit = (size_t)o->limit,
                                .threads = (size_t)o->threads,
                                .threshold =
                                    multi_label ? seqnet_model_threshold(c->models[i]) : 0.0};
        TRY(measure(&what, &c->measured[i], err));
        if (c->measured[i].rows == 0)
            return FAIL(err, SEQNET_ERR_DATA,
                        "%s: its %s part has no rows; choose another with --part", data,
                        part_word((int)part));
    }
    return SEQNET_OK;
}

static seqnet_status print_all(const contestants *c, const compare_options *o, verdict *worst,
                               seqnet_error *err)
{
    comparison found = {.measured = c->measured, .names = c->names, .count = c->count};
    seqnet_status status = compare_models(&found, (uint64_t)o->seed, err);
    if (status == SEQNET_OK)
        status = (o->json ? print_comparison_json : print_comparison_text)(&found, err);
    if (status == SEQNET_OK && o->errors_to)
        status = write_disagreements(&found, o->errors_to, err);
    *worst = VERDICT_BETTER;
    for (size_t i = 1; i < found.count && status == SEQNET_OK; i++) {
        const verdict v = verdict_of(&found.differences[i]);
        *worst = v < *worst ? v : *worst;
    }
    free(found.differences);
    return status;
}

/* Whether the verdict on the last model is what was required; notes so if not. */
static int pass_requirement(verdict worst, requirement require)
{
    if (require == REQUIRE_NOTHING || (require == REQUIRE_NOT_WORSE && worst != VERDICT_WORSE) ||
        worst == VERDICT_BETTER)
        return EXIT_DONE;
    note("not %s than the first model by more than chance: --require %s",
         require == REQUIRE_BETTER ? "better" : "as good or better",
         requirement_word((int)require));
    return EXIT_NEGATIVE;
}

static seqnet_status run(contestants *c, const char *data, const compare_options *o, verdict *worst,
                         seqnet_error *err)
{
    TRY(load_rows(c, data, o, err));
    note_reading(c->datasets[0]);
    if (o->errors_to)
        TRY(check_disagreements_file(c->datasets[0], c->count, o->errors_to, err));
    const data_part part = choose_part(c->datasets[0], o->part);
    note_seen(c, part);
    TRY(measure_all(c, data, part, o, err));
    return print_all(c, o, worst, err);
}

static int compare(char **names, size_t count, const char *data, compare_options *o,
                   const parsed_line *line)
{
    seqnet_error err = {0};
    verdict worst = VERDICT_SAME;
    contestants *const c = calloc(1, sizeof *c);
    if (!c) {
        (void)FAIL(&err, SEQNET_ERR_MEMORY, "out of memory for %zu models", count);
        return fail(&err);
    }
    seqnet_status status = load_models(c, names, count, &err);
    if (status == SEQNET_OK) {
        o->data = with_remembered(&o->data, c->models[0], line);
        o->data.data.keep_texts = true;
        o->data.data.records.keep_fields = o->errors_to != NULL;
        status = run(c, data, o, &worst, &err);
    }
    free_contestants(c);
    return status == SEQNET_OK ? pass_requirement(worst, o->require) : fail(&err);
}

int command_compare(int argc, char **argv)
{
    compare_options o = {.part = PART_AUTO, .seed = 1, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        CHOICE_OPTION("part", &o.part, part_word,
                      "rows to measure on; auto: the test part, or all of an undivided file"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        GROUP("Output"),
        TEXT_OPTION("errors-to", "FILE", &o.errors_to,
                    "write the rows for which they differ; all answers, .csv, .tsv or .jsonl"),
        FORCE_OPTION(&o.force, "let a file be replaced that holds no answers"),
        CHOICE_OPTION("require", &o.require, requirement_word,
                      "exit with 1 unless all others are so; compared with the first model"),
        FLAG_OPTION("json", &o.json, "print one JSON object"),
        GROUP("General"),
        THREADS_OPTION(&o.threads),
        INTEGER_OPTION("seed", 0, &o.seed, 0, 9.2e18, "of the samples that give the interval"),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &o.data);
    if (code != PARSED)
        return code;
    code = o.errors_to ? check_output(o.errors_to, OUTPUT_MISTAKES, o.force) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    char **const names = argv + line.first;
    const size_t count = (size_t)(argc - line.first) - 1;
    return compare(names, count, names[count], &o, &line);
}
