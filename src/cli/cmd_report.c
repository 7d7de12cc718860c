/* seqnet report: a page about a model, for a browser. */
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "parts.h"
#include "report.h"
#include "terminal.h"

#define DEFAULT_REPORT "report.html"

static const command_spec COMMAND = {
    .name = "report",
    .arguments = "[DATA] [-m MODEL] [-o FILE] [options]",
    .summary = "Writes a page about a model for a browser: how good it is, and where not.",
    .details = DATA_HELP
    "It is read and encoded as the model's training data was. The page is one file without\n"
    "links to others: it can be mailed, printed and read on a phone. Without DATA it shows\n"
    "what the model's training record holds: learning curves and what was measured then.\n",
    .examples = "  seqnet report held_out.csv -m reviews.safetensors -o reviews.html\n"
                "  seqnet report imdb.npz && xdg-open " DEFAULT_REPORT "\n"
                "  seqnet report -m reviews.safetensors\n",
    .brief = "model output part by limit text-column label-column",
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

typedef struct report_options {
    const char *model, *output, *by;
    data_part part;
    int64_t limit, threads;
    bool force;
    data_options data;
} report_options;

/* Reports on a model and labelled rows. */
static int report_rows(report_subject *subject, const report_options *o)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    if (seqnet_model_load_dataset(subject->model, &dataset, subject->data, &o->data.data, &err) !=
        SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    const data_part part = choose_part(dataset, o->part);
    subject->dataset = dataset;
    subject->part = part_word((int)part);
    subject->parts = parts_of(part);
    const int code = write_report(subject, o->output, o->force);
    seqnet_dataset_free(dataset);
    return code;
}

static int report(const seqnet_model *model, const char *path, const char *data,
                  const report_options *o)
{
    report_subject subject = {.model = model,
                              .path = path,
                              .data = data,
                              .limit = (size_t)o->limit,
                              .threads = (size_t)o->threads,
                              .by = o->by};
    return data ? report_rows(&subject, o) : write_report(&subject, o->output, o->force);
}

/* Refuses options about rows where there are none. */
static int check_use(const report_options *o, const parsed_line *line)
{
    const void *const targets[] = {&o->part, &o->limit, &o->by};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const char *const name = given_name(line, targets[i]);
        if (name) {
            complain("--%s is about rows; name DATA, or leave it out", name);
            return EXIT_USAGE;
        }
    }
    return EXIT_DONE;
}

int command_report(int argc, char **argv)
{
    report_options o = {.output = DEFAULT_REPORT, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        CHOICE_OPTION("part", &o.part, part_word,
                      "rows to measure on; auto: the test part, or all of an undivided file"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        TEXT_OPTION("by", "COLUMN", &o.by, "also measure the rows by the values of this column"),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        GROUP("Model"),
        MODEL_OPTION(&o.model),
        GROUP("Output"),
        OUTPUT_OPTION(&o.output, "where the page goes, - for standard output"),
        FORCE_OPTION(&o.force, "replace a file that is not a report of seqnet's"),
        GROUP("General"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    const char *path;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &o.data);
    if (code != PARSED)
        return code;
    if (line.first == argc && check_use(&o, &line) != EXIT_DONE)
        return EXIT_USAGE;
    seqnet_model *model = NULL;
    code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE)
        o.data = with_remembered(&o.data, model, &line);
    o.data.data.keep_texts = true;
    o.data.data.records.keep_fields = o.by != NULL;
    if (code == EXIT_DONE)
        code = report(model, path, line.first < argc ? argv[line.first] : NULL, &o);
    seqnet_model_free(model);
    return code;
}
