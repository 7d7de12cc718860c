/* seqnet evaluate: accuracy, loss and confusion matrix of a model on labelled data. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "label_report.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "evaluate",
    .arguments = "DATA [-m MODEL] [options]",
    .summary = "Measures a model on labelled data: accuracy, loss, confusion matrix, F1.",
    .details = DATA_HELP
    "It is read and encoded as the model's training data was. Data that the model was trained\n"
    "on is divided as in the training, so that its test and validation part can be measured.\n\n"
    "  seqnet evaluate imdb.npz\n"
    "  seqnet evaluate held_out.csv --json | jq .macro_f1\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

enum {
    /* The confusion matrix is printed for at most this many labels. */
    MATRIX_LABELS = 64,
    /* Pairs of labels that are printed instead of a larger matrix. */
    MOST_CONFUSED = 20
};

typedef enum evaluate_part {
    PART_AUTO,
    PART_TEST,
    PART_TRAIN,
    PART_VALIDATION,
    PART_ALL
} evaluate_part;

static const char *part_word(int value)
{
    switch ((evaluate_part)value) {
    case PART_AUTO:
        return "auto";
    case PART_TEST:
        return "test";
    case PART_TRAIN:
        return "train";
    case PART_VALIDATION:
        return "validation";
    case PART_ALL:
        return "all";
    }
    return NULL;
}

typedef struct evaluate_options {
    const char *model;
    evaluate_part part;
    int64_t limit, threads, k;
    double min_accuracy;
    /* Below 0: the model's. */
    double threshold;
    bool json;
    data_options data;
} evaluate_options;

/* What print_findings prints. */
typedef struct findings {
    const seqnet_model *model;
    const seqnet_evaluation *e;
    const char *data;
    evaluate_part part;
    /* The data is what the model was trained on. */
    bool is_training_data;
    /* [e->classes] */
    seqnet_label_metrics *labels;
    double macro_f1;
    /* The label that most rows have, and its share: what a model has to beat. */
    size_t majority;
    double majority_share;
    /* Confused pairs of labels, those with most rows first; NULL where the matrix is printed. */
    seqnet_confused *confused;
    size_t confused_count;
} findings;

static void find_majority(findings *f)
{
    for (size_t i = 0; i < f->e->classes; i++)
        if (f->labels[i].rows > f->labels[f->majority].rows)
            f->majority = i;
    f->majority_share = (double)f->labels[f->majority].rows / (double)f->e->n;
}

static bool has_matrix(const findings *f)
{
    return f->e->classes <= MATRIX_LABELS;
}

static seqnet_status find_out(findings *f, seqnet_error *err)
{
    f->labels = calloc(f->e->classes, sizeof *f->labels);
    if (!f->labels)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels",
                    f->e->classes);
    seqnet_evaluation_labels(f->e, f->labels);
    find_majority(f);
    f->macro_f1 = seqnet_macro_average(f->labels, f->e->classes).f1;
    return has_matrix(f) ? SEQNET_OK
                         : seqnet_evaluation_confused(f->e, &f->confused, &f->confused_count, err);
}

static const char *label_of(const findings *f, size_t label)
{
    return seqnet_model_label_name(f->model, label);
}

/* The number of cells of a terminal's line that the widest label fills. */
static int label_width(const findings *f)
{
    int width = 8;
    for (size_t i = 0; i < f->e->classes; i++) {
        const int length = (int)display_width(label_of(f, i));
        width = length > width ? length : width;
    }
    return width;
}

static void print_left(const char *text, int width)
{
    put_text(stdout, text);
    printf("%*s", width - (int)display_width(text), "");
}

static void print_right(const char *text, int width)
{
    printf("%*s", width - (int)display_width(text), "");
    put_text(stdout, text);
}

static void print_matrix(const findings *f, int width)
{
    const size_t classes = f->e->classes;
    printf("%*s  predicted\n%-*s", width, "", width, "true");
    for (size_t i = 0; i < classes; i++) {
        fputs("  ", stdout);
        print_right(label_of(f, i), width);
    }
    putchar('\n');
    for (size_t i = 0; i < classes; i++) {
        print_left(label_of(f, i), width);
        for (size_t k = 0; k < classes; k++)
            printf("  %*zu", width, f->e->confusion[i * classes + k]);
        putchar('\n');
    }
}

static void print_most_confused(const findings *f)
{
    printf("the confusion matrix of %zu labels is left out\n", f->e->classes);
    for (size_t i = 0; i < f->confused_count && i < MOST_CONFUSED; i++) {
        const seqnet_confused *const c = &f->confused[i];
        fputs("most confused: ", stdout);
        put_text(stdout, label_of(f, c->label));
        fputs(" -> ", stdout);
        put_text(stdout, label_of(f, c->predicted));
        printf(" %zu of %zu\n", c->n, f->labels[c->label].rows);
    }
}

static void print_figures(const findings *f, int width)
{
    printf("%*s  precision  recall      f1\n", width, "");
    for (size_t i = 0; i < f->e->classes; i++) {
        const seqnet_label_metrics *const l = &f->labels[i];
        print_left(label_of(f, i), width);
        printf("     %.4f  %.4f  %.4f\n", l->precision, l->recall, l->f1);
    }
}

static int print_text(const findings *f)
{
    const int width = label_width(f);
    put_text(stdout, f->data);
    printf(", %s part%s: %zu %s\naccuracy: %.4f\nloss: %.4f\nmacro f1: %.4f\n",
           part_word((int)f->part), f->part == PART_ALL ? "s" : "", f->e->n,
           plural(f->e->n, "row", "rows"), f->e->accuracy, f->e->loss, f->macro_f1);
    printf("majority: %.4f (always '", f->majority_share);
    put_text(stdout, label_of(f, f->majority));
    fputs("')\n\n", stdout);
    if (has_matrix(f))
        print_matrix(f, width);
    else
        print_most_confused(f);
    putchar('\n');
    print_figures(f, width);
    return EXIT_DONE;
}

static void add_matrix(seqnet_json *json, const findings *f)
{
    const size_t classes = f->e->classes, *cell = f->e->confusion;
    struct cJSON *const matrix = seqnet_json_list(json, json->root, "confusion");
    for (size_t i = 0; i < classes; i++) {
        struct cJSON *const row = seqnet_json_list(json, matrix, NULL);
        for (size_t k = 0; k < classes; k++, cell++)
            seqnet_json_number(json, row, NULL, (double)*cell);
    }
}

static void add_confused(seqnet_json *json, const findings *f)
{
    seqnet_json_null(json, json->root, "confusion");
    struct cJSON *const list = seqnet_json_list(json, json->root, "confused");
    for (size_t i = 0; i < f->confused_count; i++) {
        const seqnet_confused *const c = &f->confused[i];
        struct cJSON *const object = seqnet_json_object(json, list, NULL);
        seqnet_json_string(json, object, "label", label_of(f, c->label));
        seqnet_json_string(json, object, "predicted", label_of(f, c->predicted));
        seqnet_json_number(json, object, "n", (double)c->n);
    }
}

/* The figures of each label, as members of its name. */
static void add_labels(seqnet_json *json, const findings *f)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, "per_label");
    for (size_t i = 0; i < f->e->classes; i++) {
        const seqnet_label_metrics *const l = &f->labels[i];
        struct cJSON *const label = seqnet_json_object(json, object, label_of(f, i));
        seqnet_json_number(json, label, "precision", l->precision);
        seqnet_json_number(json, label, "recall", l->recall);
        seqnet_json_number(json, label, "f1", l->f1);
        seqnet_json_number(json, label, "rows", (double)l->rows);
    }
}

static int print_json(const findings *f)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "accuracy", f->e->accuracy);
    seqnet_json_number(&json, json.root, "loss", f->e->loss);
    seqnet_json_number(&json, json.root, "n", (double)f->e->n);
    seqnet_json_number(&json, json.root, "macro_f1", f->macro_f1);
    seqnet_json_string(&json, json.root, "data", f->data);
    seqnet_json_string(&json, json.root, "part", part_word((int)f->part));
    struct cJSON *const labels = seqnet_json_list(&json, json.root, "labels");
    (has_matrix(f) ? add_matrix : add_confused)(&json, f);
    struct cJSON *const f1 = seqnet_json_list(&json, json.root, "f1");
    for (size_t i = 0; i < f->e->classes; i++) {
        seqnet_json_string(&json, labels, NULL, label_of(f, i));
        seqnet_json_number(&json, f1, NULL, f->labels[i].f1);
    }
    add_labels(&json, f);
    struct cJSON *const majority = seqnet_json_object(&json, json.root, "majority");
    seqnet_json_string(&json, majority, "label", label_of(f, f->majority));
    seqnet_json_number(&json, majority, "share", f->majority_share);
    seqnet_json_bool(&json, json.root, "training_data", f->is_training_data);
    seqnet_json_string(&json, json.root, "fingerprint", seqnet_model_fingerprint(f->model));
    return print_json_line(&json);
}

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
                               const char *data, evaluate_part part)
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

/* Chooses the test part, or all rows if the data is not divided. */
static evaluate_part choose_part(const seqnet_dataset *dataset, evaluate_part asked)
{
    if (asked != PART_AUTO)
        return asked;
    if (seqnet_dataset_count(dataset, SEQNET_TEST) || !seqnet_dataset_is_text(dataset))
        return PART_TEST;
    return PART_ALL;
}

static seqnet_parts parts_of(evaluate_part part)
{
    static const seqnet_parts parts[] = {[PART_TRAIN] = 1U << SEQNET_TRAIN,
                                         [PART_TEST] = 1U << SEQNET_TEST,
                                         [PART_VALIDATION] = 1U << SEQNET_VALIDATION,
                                         [PART_ALL] = SEQNET_ALL_PARTS};
    return parts[part];
}

/* Adds up the evaluations of the chosen parts. --limit counts over all of them. */
static seqnet_status measure(const seqnet_model *model, const seqnet_dataset *dataset,
                             evaluate_part part, const evaluate_options *o, seqnet_evaluation *e,
                             seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    const size_t limit = (size_t)o->limit;
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS && status == SEQNET_OK; p++) {
        if (!(parts_of(part) & 1U << p) || (limit && e->n >= limit))
            continue;
        status = seqnet_model_evaluate(model, dataset, p, limit ? limit - e->n : 0,
                                       (size_t)o->threads, e, err);
    }
    return status;
}

/* Notes that the model gives all rows the same label. */
static void note_one_answer(const findings *f)
{
    for (size_t i = 0; i < f->e->classes; i++)
        if (f->labels[i].predicted == f->e->n && f->e->n > 1)
            note("the model answers '%s' for all %zu rows; see --class-weight balanced of train",
                 label_of(f, i), f->e->n);
}

static int print_findings(findings *f, bool json)
{
    seqnet_error err = {0};
    const seqnet_status status = find_out(f, &err);
    const int code = status == SEQNET_OK ? (json ? print_json : print_text)(f) : fail(&err);
    if (status == SEQNET_OK)
        note_one_answer(f);
    free(f->labels);
    free(f->confused);
    return code;
}

static int report(findings *f, const evaluate_options *o)
{
    if (f->e->n == 0) {
        complain("%s: its %s part has no rows; choose another with --part", f->data,
                 part_word((int)f->part));
        return SEQNET_ERR_DATA;
    }
    const int code = print_findings(f, o->json);
    if (code != EXIT_DONE || f->e->accuracy >= o->min_accuracy)
        return code;
    note("accuracy %.4f is below --min-accuracy %g", f->e->accuracy, o->min_accuracy);
    return EXIT_NEGATIVE;
}

static int evaluate_classes(const seqnet_model *model, const seqnet_dataset *dataset,
                            const char *data, evaluate_part part, const evaluate_options *o)
{
    seqnet_error err = {0};
    seqnet_evaluation e;
    seqnet_status status = seqnet_evaluation_init(&e, seqnet_model_label_count(model), &err);
    if (status == SEQNET_OK)
        status = measure(model, dataset, part, o, &e, &err);
    findings f = {.model = model,
                  .e = &e,
                  .data = data,
                  .part = part,
                  .is_training_data = seqnet_dataset_is_training_data(dataset)};
    const int code = status == SEQNET_OK ? report(&f, o) : fail(&err);
    seqnet_evaluation_free(&e);
    return code;
}

/* The same for rows with any number of labels. */
static int evaluate_labels(const seqnet_model *model, const seqnet_dataset *dataset,
                           const char *data, evaluate_part part, const evaluate_options *o)
{
    const label_report r = {.model = model,
                            .dataset = dataset,
                            .data = data,
                            .part = part_word((int)part),
                            .parts = parts_of(part),
                            .limit = (size_t)o->limit,
                            .threads = (size_t)o->threads,
                            .k = (size_t)o->k,
                            .threshold =
                                o->threshold < 0.0 ? seqnet_model_threshold(model) : o->threshold,
                            .min_f1 = o->min_accuracy,
                            .json = o->json};
    return report_labels(&r);
}

static int evaluate(const seqnet_model *model, const char *data, const evaluate_options *o)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    if (seqnet_model_load_dataset(model, &dataset, data, &o->data.data, &err) != SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    const evaluate_part part = choose_part(dataset, o->part);
    note_training_data(model, dataset, data, part);
    const int code = (seqnet_model_is_multi_label(model) ? evaluate_labels : evaluate_classes)(
        model, dataset, data, part, o);
    seqnet_dataset_free(dataset);
    return code;
}

int command_evaluate(int argc, char **argv)
{
    evaluate_options o = {.part = PART_AUTO, .k = 1, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&o.model),
        CHOICE_OPTION("part", &o.part, part_word,
                      "rows to measure on; auto: the test part, or all of an undivided file"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        REAL_OPTION("min-accuracy", &o.min_accuracy, 0.0, 1.0,
                    "exit with 1 when the accuracy (several labels a row: micro F1) is below X"),
        INTEGER_OPTION("top-k", 'k', &o.k, 1, 4096,
                       "several labels a row: also precision and recall of the K likeliest labels"),
        REAL_OPTION("threshold", &o.threshold, 0.0, 1.0,
                    "several labels a row: predict labels from X on (default: the model's)"),
        FLAG_OPTION("json", &o.json, "print one JSON object"),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    const char *path;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &o.data);
    if (code != PARSED)
        return code;
    const char *const labels_only = given_name(&line, &o.threshold) ? "threshold"
                                    : given_name(&line, &o.k)       ? "top-k"
                                                                    : NULL;
    if (!given_name(&line, &o.threshold))
        o.threshold = -1.0;
    seqnet_model *model = NULL;
    code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE && labels_only && !seqnet_model_is_multi_label(model)) {
        complain("--%s is for models of several labels a row; leave it out", labels_only);
        code = EXIT_USAGE;
    }
    if (code == EXIT_DONE)
        o.data = with_remembered(&o.data, model, &line);
    if (code == EXIT_DONE)
        code = evaluate(model, argv[line.first], &o);
    seqnet_model_free(model);
    return code;
}
