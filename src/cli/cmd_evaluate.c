/* seqnet evaluate: how good a model is on labelled data, which rows it predicts wrong, and whether
 * that is good enough for a script to go on. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "evaluation_report.h"
#include "gates.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "parts.h"
#include "record.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "evaluate",
    .arguments = "DATA [-m MODEL] [options]",
    .summary =
        "Measures a model on labelled data: accuracy, each label, what is confused, which rows "
        "are wrong.",
    .details = DATA_HELP
    "It is read and encoded as the model's training data was. Data that the model was trained\n"
    "on is divided as in the training, so that its test and validation part can be measured.\n",
    .examples = "  seqnet evaluate imdb.npz\n"
                "  seqnet evaluate tickets.csv --errors=20 --by month\n"
                "  seqnet evaluate held_out.csv --errors-to wrong.csv\n"
                "  seqnet evaluate held_out.csv --json > now.json\n"
                "  seqnet evaluate new.csv --not-below now.json --min-recall urgent=0.9 || exit\n",
    .brief = "model part errors errors-to by matrix json min-accuracy text-column label-column",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

typedef struct evaluate_options {
    const char *model, *by, *errors_to, *predictions;
    data_part part;
    int64_t limit, threads, k, errors;
    double threshold;
    bool raw;
    gates gates;
    bool json, matrix, force;
    data_options data;
} evaluate_options;

/* Whether the model was trained again on all rows, the validation rows among them. */
static bool is_refit(const seqnet_model *model)
{
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    const bool is = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(record, "refit"));
    cJSON_Delete(record);
    return is;
}

/* Notes that the data is what the model was trained on, and what the chosen part is then. */
static void note_training_data(const seqnet_model *model, const seqnet_dataset *dataset,
                               const char *data, data_part part)
{
    const bool has_tests = seqnet_dataset_count(dataset, SEQNET_TEST) > 0;
    const bool is_divided = !seqnet_dataset_is_text(dataset) || seqnet_dataset_is_builtin(dataset);
    if (!seqnet_dataset_is_training_data(dataset) ||
        (part == PART_TEST && (is_divided || !has_tests)))
        return;
    if (part == PART_TEST)
        note("%s is what the model was trained on; these are the rows that were set aside to test "
             "with",
             data);
    else if (part == PART_VALIDATION)
        note("%s is what the model was trained on; these are the rows that chose its best epoch%s",
             data,
             is_refit(model) ? ", and it was trained on them again: the figures flatter it" : "");
    else
        note("%s is what the model was trained on: the figures flatter it%s", data,
             has_tests ? "; --part test measures on the rows that were set aside" : "");
}

/* Notes that the model gives all rows the same label. */
static void note_one_answer(const measured *m)
{
    for (size_t i = 0; i < m->classes && !m->multi_label; i++)
        if (m->labels[i].predicted == m->rows && m->labels[i].rows < m->rows && m->rows > 1)
            note("the model answers '%s' for all %zu rows; see --class-weight balanced of train",
                 measured_label(m, i), m->rows);
}

/* Prints the figures, and writes the files that were asked for. */
static seqnet_status show(const measured *m, const evaluate_options *o, size_t *mistakes,
                          seqnet_error *err)
{
    const report_options report = {.matrix = o->matrix, .mistakes = (size_t)o->errors};
    mistake *list;
    TRY(find_mistakes(m, &list, mistakes, err));
    seqnet_status status =
        (o->json ? print_evaluation_json : print_evaluation_text)(m, &report, list, *mistakes, err);
    if (status == SEQNET_OK && o->errors_to)
        status = write_mistakes(m, list, *mistakes, o->errors_to, err);
    if (status == SEQNET_OK && o->predictions)
        status = write_predictions(m, o->predictions, err);
    free(list);
    return status;
}

static int report(const measured *m, const evaluate_options *o)
{
    seqnet_error err = {0};
    size_t mistakes;
    if (m->rows == 0) {
        complain("%s: its %s part has no rows; choose another with --part", m->what.data,
                 m->what.part);
        return SEQNET_ERR_DATA;
    }
    if (show(m, o, &mistakes, &err) != SEQNET_OK)
        return fail(&err);
    note_one_answer(m);
    const int code = pass_gates(&o->gates, m);
    if (code == EXIT_DONE && mistakes > 0 && !o->errors && !o->json)
        tell_next_like_typed("seqnet evaluate --errors");
    return code;
}

static int evaluate_part_of(const seqnet_model *model, const seqnet_dataset *dataset,
                            const char *data, data_part part, const evaluate_options *o)
{
    seqnet_error err = {0};
    measured m;
    const bool multi_label = seqnet_model_is_multi_label(model);
    const measuring what = {.model = model,
                            .dataset = dataset,
                            .data = data,
                            .part = part_word((int)part),
                            .parts = parts_of(part),
                            .limit = (size_t)o->limit,
                            .threads = (size_t)o->threads,
                            .k = (size_t)o->k,
                            .threshold = o->threshold > 0.0 ? o->threshold
                                         : multi_label      ? seqnet_model_threshold(model)
                                                            : 0.0,
                            .raw = o->raw,
                            .by = o->by};
    const seqnet_status status = measure(&what, &m, &err);
    const int code = status == SEQNET_OK ? report(&m, o) : fail(&err);
    free_measured(&m);
    return code;
}

static int evaluate(const seqnet_model *model, const char *data, const evaluate_options *o)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    if (seqnet_model_load_dataset(model, &dataset, data, &o->data.data, &err) != SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    seqnet_status status = SEQNET_OK;
    if (o->errors_to)
        status = check_answers_file(dataset, o->errors_to, &err);
    if (status == SEQNET_OK && o->predictions)
        status = check_answers_file(dataset, o->predictions, &err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(dataset);
        return fail(&err);
    }
    const data_part part = choose_part(dataset, o->part);
    note_training_data(model, dataset, data, part);
    const int code = evaluate_part_of(model, dataset, data, part, o);
    seqnet_dataset_free(dataset);
    return code;
}

/* Refuses what the model cannot be asked for, before its rows are read. */
static int check_model(const seqnet_model *model, const char *data, const evaluate_options *o)
{
    if (o->threshold > 0.0 && !seqnet_model_is_multi_label(model) &&
        seqnet_model_label_count(model) > 2) {
        complain("--threshold is for models of two labels, or of several labels a row; leave it "
                 "out");
        return EXIT_USAGE;
    }
    if (o->k > (int64_t)seqnet_model_label_count(model)) {
        complain("--top-k %d: the model has %zu labels; choose no more", (int)o->k,
                 seqnet_model_label_count(model));
        return EXIT_USAGE;
    }
    return check_gates(&o->gates, model, data);
}

static int check_outputs(const evaluate_options *o)
{
    static const char *const no_endings[] = {NULL};
    int code = EXIT_DONE;
    if (o->errors_to)
        code = check_output(o->errors_to, OUTPUT_MISTAKES, o->force);
    if (code == EXIT_DONE && o->predictions)
        code = check_output(o->predictions, OUTPUT_PREDICTIONS, o->force);
    if (code == EXIT_DONE && o->errors_to && o->predictions &&
        is_same_output(o->errors_to, o->predictions, no_endings)) {
        complain("%s: --errors-to and --predictions are one file; name two", o->predictions);
        code = EXIT_USAGE;
    }
    return code;
}

/* The rows' texts and fields are kept where they are going to be shown. */
static void keep_what_is_shown(evaluate_options *o)
{
    const bool shown = o->errors || o->errors_to || o->predictions || o->by;
    o->data.data.keep_texts = o->data.data.keep_texts || shown;
    o->data.data.records.keep_fields = o->errors_to || o->predictions || o->by;
}

int command_evaluate(int argc, char **argv)
{
    evaluate_options o = {.part = PART_AUTO, .threshold = -1.0, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        CHOICE_OPTION("part", &o.part, part_word,
                      "rows to measure on; auto: the test part, or all of an undivided file"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        GROUP("Model"),
        MODEL_OPTION(&o.model),
        FLAG_OPTION("raw", &o.raw, "measure probabilities as they are before calibration"),
        DERIVED("the model's", REAL_OPTION("threshold", &o.threshold, 1e-6, 1.0,
                    "predict labels, of two the second one, from X on")),
        GROUP("Output"),
        OPTIONAL_INTEGER_OPTION("errors", &o.errors, 1, 1e9, "10",
                                "list the N surest mistakes; 10 unless N is given"),
        TEXT_OPTION("errors-to", "FILE", &o.errors_to,
                         "write all mistakes; .csv, .tsv or .jsonl, with the columns of DATA"),
        TEXT_OPTION("predictions", "FILE", &o.predictions, "write all rows with their predictions"),
        TEXT_OPTION("by", "COLUMN", &o.by,
                    "accuracy for each value of a column or key; of dates for each month"),
        FLAG_OPTION("matrix", &o.matrix, "show the confusion matrix and all labels; however many"),
        INTEGER_OPTION("top-k", 'k', &o.k, 1, 4096,
                       "also precision and recall of the K likeliest labels"),
        FLAG_OPTION("json", &o.json, "print one JSON object"),
        FORCE_OPTION(&o.force, "let files be replaced that hold no answers"),
        REAL_OPTION("min-accuracy", &o.gates.min_accuracy, 0.0, 1.0,
                    "exit with 1 when the accuracy is below X; of several labels a row micro F1"),
        REAL_OPTION("min-macro-f1", &o.gates.min_macro_f1, 0.0, 1.0,
                    "exit with 1 when the macro F1 is below X"),
        TEXTS_OPTION("min-recall", "LABEL=X", o.gates.min_recall, MOST_RECALLS,
                     "exit with 1 when the recall of a label is below X"),
        FILE_OPTION("not-below", 0, &o.gates.not_below,
                    "exit with 1 when the accuracy, with its interval, is below that of an earlier --json"),
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
    seqnet_model *model = NULL;
    code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE)
        code = check_outputs(&o);
    if (code == EXIT_DONE)
        code = check_model(model, argv[line.first], &o);
    if (code == EXIT_DONE)
        o.data = with_remembered(&o.data, model, &line);
    keep_what_is_shown(&o);
    if (code == EXIT_DONE)
        code = evaluate(model, argv[line.first], &o);
    seqnet_model_free(model);
    return code;
}
