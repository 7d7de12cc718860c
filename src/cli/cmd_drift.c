/* seqnet drift: are new texts like those that a model was validated with? */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "predict.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "drift",
    .arguments = "[NEW...] [-m MODEL] [options]",
    .summary =
        "Compares new texts, without their labels, with those that a model was validated with.",
    .details =
        "NEW are files as predict reads them, or - for standard input. Unknown words, lengths,\n"
        "predicted labels and their probabilities are compared with those of the model's held-out\n"
        "rows: PSI is the population stability index (by custom below 0.1 little change, above\n"
        "0.25 a great one), p the probability of so large a difference by chance. The exit code "
        "is\n"
        "1 when a change is beyond chance (all four together at 5 %) and its PSI above --max. Of "
        "a\n"
        "model that was trained again on all rows, and so is surer, only a fall of confidence "
        "counts.\n",
    .examples = "  seqnet drift -m tickets.safetensors tickets-2024-06.csv\n"
                "  seqnet drift -m tickets.safetensors new.csv || mail -s drift me\n",
    .brief = "model max json input-format text-column threads",
    .max_arguments = (size_t)-1,
    .reads_arguments = true};

/* The probability of a false alarm. */
static const double LEVEL = 0.05;

enum {
    /* Labels whose shares are printed. */
    MOST_LABELS_SHOWN = 5,
    /* Below this number of rows only great changes stand out. */
    FEW_ROWS = 100,
    /* Of two bins each is expected to hold five of them: fewer rows cannot be compared. */
    LEAST_ROWS = 10,
    /* Columns of a terminal on which all figures of a feature fit beside each other. */
    WHOLE_LINE = 60
};

typedef struct drift_options {
    predict_options predict;
    double max;
    bool json;
} drift_options;

/* A run: the job that reads texts comes first, so that its functions take the run for it. */
typedef struct drift_run {
    job job;
    seqnet_drift *drift;
} drift_run;

static const char *const KEYS[SEQNET_DRIFT_FEATURES] = {[SEQNET_DRIFT_UNKNOWN] = "unknown_words",
                                                        [SEQNET_DRIFT_WORDS] = "words",
                                                        [SEQNET_DRIFT_LABELS] = "labels",
                                                        [SEQNET_DRIFT_CONFIDENCE] = "confidence"};
static const char *const TITLES[SEQNET_DRIFT_FEATURES] = {[SEQNET_DRIFT_UNKNOWN] = "unknown words",
                                                          [SEQNET_DRIFT_WORDS] = "words a text",
                                                          [SEQNET_DRIFT_LABELS] = "labels",
                                                          [SEQNET_DRIFT_CONFIDENCE] = "confidence"};

static seqnet_status count_batch(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    drift_run *const run = user;
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    (void)err;
    for (size_t i = 0; i < seqnet_batch_count(batch); i++) {
        record_note note = {0};
        size_t length;
        const char *const bytes = seqnet_batch_note(batch, i, &length);
        if (length)
            memcpy(&note, bytes, sizeof note);
        if (!note.is_bad)
            seqnet_drift_add(run->drift, &predictions[i], run->job.options->ids);
    }
    return SEQNET_OK;
}

/* Whether the rows are too few for any feature to be compared. */
static bool tells_nothing(const seqnet_drift_report *report)
{
    return report->rows < LEAST_ROWS || report->held_out_rows < LEAST_ROWS;
}

/* `only_falls`: nothing but a fall counts. */
static const char *size_word(const seqnet_drift_change *change, bool only_falls)
{
    if (!change->is_found)
        return only_falls ? "no fall" : "no change";
    return change->psi > SEQNET_PSI_GREAT   ? "great change"
           : change->psi > SEQNET_PSI_SMALL ? "change"
                                            : "small change";
}

/* Whether a line has room for the column of p, which the words behind it sum up. */
static bool shows_p(void)
{
    return line_cells(STDOUT_FILENO) >= WHOLE_LINE;
}

static int psi_cells(void)
{
    return shows_p() ? 7 : 6;
}

static void print_mean(seqnet_drift_feature feature, double mean)
{
    if (feature == SEQNET_DRIFT_UNKNOWN)
        printf("%7.1f %%", 100.0 * mean);
    else
        printf(feature == SEQNET_DRIFT_WORDS ? "%9.1f" : "%9.3f", mean);
}

static void print_change(const drift_run *run, const seqnet_drift_report *report,
                         seqnet_drift_feature feature)
{
    const bool is_refitted = seqnet_model_held_out(run->job.model)->is_refitted;
    const seqnet_drift_change *const c = &report->changes[feature];
    if (!c->is_known)
        return;
    printf("%-13s", TITLES[feature]);
    if (feature == SEQNET_DRIFT_LABELS) {
        printf("%18s", "");
    } else {
        print_mean(feature, c->before);
        print_mean(feature, c->now);
    }
    printf("%*.3f", psi_cells(), c->psi);
    if (shows_p())
        printf(c->p < 1e-4 ? " <0.0001" : "%8.4f", c->p);
    printf("%s%s\n", shows_p() ? "  " : " ",
           tells_nothing(report) ? "too few rows"
                                 : size_word(c, is_refitted && feature == SEQNET_DRIFT_CONFIDENCE));
}

/* The share of a label among new rows less that among held-out rows. */
static double label_change(const drift_run *run, size_t label)
{
    const seqnet_held_out *const held_out = seqnet_model_held_out(run->job.model);
    return (double)seqnet_drift_predicted(run->drift, label) /
               (double)seqnet_drift_rows(run->drift) -
           (double)held_out->predicted[label] / (double)held_out->rows;
}

static void print_label(const drift_run *run, size_t label)
{
    const seqnet_held_out *const held_out = seqnet_model_held_out(run->job.model);
    fputs("  ", stdout);
    put_text(stdout, seqnet_model_label_name(run->job.model, label));
    printf(": %.1f %% -> %.1f %%\n", percent(held_out->predicted[label], held_out->rows),
           percent(seqnet_drift_predicted(run->drift, label), seqnet_drift_rows(run->drift)));
}

/* Prints the labels whose shares have changed most, the greatest change first. */
static void print_labels_changed(const drift_run *run)
{
    const size_t labels = seqnet_model_label_count(run->job.model);
    double last = (double)INFINITY;
    size_t shown = 0;
    while (shown < MOST_LABELS_SHOWN && shown < labels) {
        double most = -1.0;
        for (size_t i = 0; i < labels; i++) {
            const double change = fabs(label_change(run, i));
            most = change < last && change > most ? change : most;
        }
        if (!(most > 0.0))
            return;
        for (size_t i = 0; i < labels && shown < MOST_LABELS_SHOWN; i++)
            if (fabs(label_change(run, i)) == most) {
                print_label(run, i);
                shown++;
            }
        last = most;
    }
}

static bool is_beyond(const seqnet_drift_report *report, double max)
{
    return report->is_found && report->changes[report->worst].psi > max;
}

static void print_verdict(const seqnet_drift_report *report, double max)
{
    const char *const title = TITLES[report->worst];
    const double psi = report->changes[report->worst].psi;
    if (is_beyond(report, max))
        printf("drift: %s most, PSI %.3f, above %g\n", title, psi, max);
    else if (report->is_found)
        printf("slight drift: %s most, PSI %.3f, not above %g\n", title, psi, max);
    else if (tells_nothing(report))
        puts("too few rows to tell of drift");
    else
        puts("no drift: nothing has changed beyond chance");
}

static int print_as_text(const drift_run *run, const seqnet_drift_report *report, double max)
{
    char rows[GROUPED_NUMBER], held_out[GROUPED_NUMBER];
    printf("%s new %s against %s held-out %s\n", grouped(report->rows, rows),
           plural(report->rows, "row", "rows"), grouped(report->held_out_rows, held_out),
           plural(report->held_out_rows, "row", "rows"));
    printf("%-13s%9s%9s%*s%s\n", "mean", "held out", "new", psi_cells(), "PSI",
           shows_p() ? "       p" : "");
    for (seqnet_drift_feature f = 0; f < SEQNET_DRIFT_FEATURES; f++) {
        print_change(run, report, f);
        if (f == SEQNET_DRIFT_LABELS && report->changes[f].is_found)
            print_labels_changed(run);
    }
    print_verdict(report, max);
    return EXIT_DONE;
}

static void add_change(seqnet_json *json, struct cJSON *features, const seqnet_drift_report *report,
                       seqnet_drift_feature feature)
{
    const seqnet_drift_change *const c = &report->changes[feature];
    if (!c->is_known)
        return;
    struct cJSON *const object = seqnet_json_object(json, features, KEYS[feature]);
    seqnet_json_decimal(json, object, "psi", c->psi, 6);
    seqnet_json_decimal(json, object, "p_value", c->p, 6);
    seqnet_json_number(json, object, "bins", (double)c->bins);
    if (feature != SEQNET_DRIFT_LABELS) {
        seqnet_json_decimal(json, object, "held_out", c->before, 6);
        seqnet_json_decimal(json, object, "new", c->now, 6);
    }
    seqnet_json_bool(json, object, "changed", c->is_found);
}

static void add_labels(seqnet_json *json, const drift_run *run)
{
    const seqnet_held_out *const held_out = seqnet_model_held_out(run->job.model);
    struct cJSON *const labels = seqnet_json_object(json, json->root, "labels");
    for (size_t i = 0; i < held_out->labels; i++) {
        struct cJSON *const object =
            seqnet_json_object(json, labels, seqnet_model_label_name(run->job.model, i));
        seqnet_json_number(json, object, "held_out", (double)held_out->predicted[i]);
        seqnet_json_number(json, object, "new", (double)seqnet_drift_predicted(run->drift, i));
    }
}

static int print_as_json(const drift_run *run, const seqnet_drift_report *report, double max)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "n", (double)report->rows);
    seqnet_json_number(&json, json.root, "held_out_n", (double)report->held_out_rows);
    seqnet_json_string(&json, json.root, "worst", KEYS[report->worst]);
    seqnet_json_decimal(&json, json.root, "psi", report->changes[report->worst].psi, 6);
    seqnet_json_bool(&json, json.root, "changed", report->is_found);
    seqnet_json_number(&json, json.root, "max", max);
    seqnet_json_bool(&json, json.root, "drifted", is_beyond(report, max));
    struct cJSON *const features = seqnet_json_object(&json, json.root, "features");
    for (seqnet_drift_feature f = 0; f < SEQNET_DRIFT_FEATURES; f++)
        add_change(&json, features, report, f);
    add_labels(&json, run);
    return print_json_line(&json);
}

static int report_drift(const drift_run *run, const drift_options *o)
{
    seqnet_error err = {0};
    seqnet_drift_report report;
    if (seqnet_drift_rows(run->drift) == 0) {
        complain("%s: no row could be read; pass texts, or another --text-column",
                 run->job.file ? run->job.file : "standard input");
        return SEQNET_ERR_DATA;
    }
    if (seqnet_drift_measure(run->drift, LEVEL, &report, &err) != SEQNET_OK)
        return fail(&err);
    if (report.rows < FEW_ROWS)
        note("%zu %s few: only great changes stand out", report.rows,
             plural(report.rows, "row is", "rows are"));
    const int code = (o->json ? print_as_json : print_as_text)(run, &report, o->max);
    return code == EXIT_DONE && is_beyond(&report, o->max) ? EXIT_NEGATIVE : code;
}

static int read_rows(drift_run *run, const drift_options *o)
{
    seqnet_error err = {0};
    const seqnet_predictor_options settings = {.threads = (size_t)o->predict.threads,
                                               .word_index = o->predict.word_index};
    const seqnet_pipeline pipeline = {.read = read_records, .write = count_batch, .user = run};
    job *const j = &run->job;
    if (seqnet_drift_create(&run->drift, j->model, &err) != SEQNET_OK) {
        complain("%s: %s", j->model_path, err.message);
        return exit_code(err.status);
    }
    if (seqnet_predictor_create(&j->predictor, j->model, &settings, &err) != SEQNET_OK)
        return fail(&err);
    err.status = seqnet_predictor_run(j->predictor, &pipeline, &err);
    progress_clear();
    return err.status == SEQNET_OK ? EXIT_DONE : refuse_text(j, &err);
}

static int compare(const seqnet_model *model, const char *path, const drift_options *o, int count,
                   char **files)
{
    drift_run run = {.job = {.options = &o->predict,
                             .model = model,
                             .model_path = path,
                             .wants_note = o->predict.data.data.records.skip_bad,
                             .first_file = count ? files[0] : "-",
                             .files = count ? files + 1 : NULL,
                             .file_count = count ? (size_t)count - 1 : 0}};
    int code = read_rows(&run, o);
    if (code == EXIT_DONE)
        note_tallies(&run.job.tallies.invalid, &run.job.tallies.replaced,
                     &run.job.tallies.swallowed);
    if (code == EXIT_DONE)
        code = report_drift(&run, o);
    release_input(&run.job);
    seqnet_predictor_free(run.job.predictor);
    seqnet_drift_free(run.drift);
    return code;
}

int command_drift(int argc, char **argv)
{
    drift_options o = {.predict = {.answers = {.top_k = 1}, .data = data_options_default()},
                       .max = SEQNET_PSI_SMALL};
    predict_options *const p = &o.predict;
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        READER_OPTIONS(p->data),
        PREFIX_OPTION(p->data),
        FLAG_OPTION("skip-bad", &p->data.data.records.skip_bad,
                    "leave out records that cannot be read"),
        FLAG_OPTION("ids", &p->ids, "texts are rows of ids, start id included"),
        GROUP("Words"),
        FILE_OPTION("word-index", 0, &p->word_index,
                    "imdb_word_index.json, for a model trained without one"),
        GROUP("Model"),
        MODEL_OPTION(&p->model),
        GROUP("Output"),
        REAL_OPTION("max", &o.max, 0.0, 1e6, "the largest PSI that is no drift"),
        FLAG_OPTION("json", &o.json, "print one JSON object, in one line"),
        GROUP("General"),
        THREADS_OPTION(&p->threads),
        /* clang-format on */
    };
    parsed_line line;
    const char *path;
    seqnet_model *model = NULL;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (code == PARSED)
        code = data_options_finish(&p->data);
    if (code != PARSED)
        return code;
    if (line.first == argc)
        add_input("-");
    code = open_model(&model, p->model, &path);
    if (code == EXIT_DONE) {
        p->data = with_remembered(&p->data, model, &line);
        code = compare(model, path, &o, argc - line.first, argv + line.first);
    }
    seqnet_model_free(model);
    return code;
}
