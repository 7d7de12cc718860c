/* seqnet evaluate: accuracy, loss and confusion matrix of a model on labelled data. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "data_options.h"
#include "json.h"
#include "options.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "evaluate",
    .arguments = "DATA [-m MODEL] [options]",
    .summary = "Measures a model on labelled data: accuracy, loss, confusion matrix, F1.",
    .details = DATA_HELP
    "It is encoded as the model was trained: its num_words, its vocabulary, its text rule.\n\n"
    "  seqnet evaluate imdb.npz\n"
    "  seqnet evaluate held_out.csv --json | jq .macro_f1\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

static const char *const PARTS[] = {"auto", "test", "train", "validation", "all", NULL};
enum { PART_AUTO, PART_TEST, PART_TRAIN, PART_VALIDATION, PART_ALL };

typedef struct evaluate_options {
    const char *model;
    size_t part;
    int64_t limit, threads;
    double min_accuracy;
    bool json;
    data_options data;
} evaluate_options;

/* How one label does: of the rows predicted so and of those that are so, the share that is right.
 */
typedef struct label_figures {
    size_t rows, predicted, right;
    double precision, recall, f1;
} label_figures;

static double ratio(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

static label_figures figures_of(const seqnet_evaluation *e, size_t label)
{
    label_figures f = {.right = e->confusion[label * e->classes + label]};
    for (size_t i = 0; i < e->classes; i++) {
        f.rows += e->confusion[label * e->classes + i];
        f.predicted += e->confusion[i * e->classes + label];
    }
    f.precision = ratio((double)f.right, (double)f.predicted);
    f.recall = ratio((double)f.right, (double)f.rows);
    f.f1 = ratio(2.0 * f.precision * f.recall, f.precision + f.recall);
    return f;
}

/* The mean over labels that occur, in the rows or in the predictions. */
static double macro_f1(const seqnet_evaluation *e)
{
    double sum = 0.0, labels = 0.0;
    for (size_t i = 0; i < e->classes; i++) {
        const label_figures f = figures_of(e, i);
        sum += f.f1;
        labels += f.rows + f.predicted > 0;
    }
    return ratio(sum, labels);
}

static int label_width(const seqnet_model *model)
{
    int width = 8;
    for (size_t i = 0; i < seqnet_model_label_count(model); i++) {
        const int length = (int)strlen(seqnet_model_label_name(model, i));
        width = length > width ? length : width;
    }
    return width;
}

static void print_confusion(const seqnet_model *model, const seqnet_evaluation *e, int width)
{
    printf("%*s  predicted\n%-*s", width, "", width, "true");
    for (size_t i = 0; i < e->classes; i++)
        printf("  %*s", width, seqnet_model_label_name(model, i));
    putchar('\n');
    for (size_t i = 0; i < e->classes; i++) {
        printf("%-*s", width, seqnet_model_label_name(model, i));
        for (size_t k = 0; k < e->classes; k++)
            printf("  %*zu", width, e->confusion[i * e->classes + k]);
        putchar('\n');
    }
}

static void print_figures(const seqnet_model *model, const seqnet_evaluation *e, int width)
{
    printf("%*s  precision  recall      f1\n", width, "");
    for (size_t i = 0; i < e->classes; i++) {
        const label_figures f = figures_of(e, i);
        printf("%-*s     %.4f  %.4f  %.4f\n", width, seqnet_model_label_name(model, i), f.precision,
               f.recall, f.f1);
    }
}

static void print_text(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                       size_t part)
{
    const int width = label_width(model);
    printf("%s, %s part%s: %zu rows\naccuracy: %.4f\nloss: %.4f\nmacro f1: %.4f\n\n", data,
           PARTS[part], part == PART_ALL ? "s" : "", e->n, e->accuracy, e->loss, macro_f1(e));
    print_confusion(model, e, width);
    putchar('\n');
    print_figures(model, e, width);
}

static cJSON *confusion_to_json(const seqnet_evaluation *e)
{
    cJSON *const confusion = cJSON_CreateArray();
    for (size_t i = 0; i < e->classes; i++) {
        cJSON *const row = cJSON_CreateArray();
        for (size_t k = 0; k < e->classes; k++)
            cJSON_AddItemToArray(row, cJSON_CreateNumber((double)e->confusion[i * e->classes + k]));
        cJSON_AddItemToArray(confusion, row);
    }
    return confusion;
}

static void print_json(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                       size_t part)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "accuracy", e->accuracy);
    cJSON_AddNumberToObject(root, "loss", e->loss);
    cJSON_AddNumberToObject(root, "n", (double)e->n);
    cJSON_AddNumberToObject(root, "macro_f1", macro_f1(e));
    cJSON_AddStringToObject(root, "data", data);
    cJSON_AddStringToObject(root, "part", PARTS[part]);
    cJSON *const labels = cJSON_AddArrayToObject(root, "labels");
    cJSON_AddItemToObject(root, "confusion", confusion_to_json(e));
    cJSON *const f1 = cJSON_AddArrayToObject(root, "f1");
    for (size_t i = 0; i < e->classes; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(seqnet_model_label_name(model, i)));
        cJSON_AddItemToArray(f1, cJSON_CreateNumber(figures_of(e, i).f1));
    }
    cJSON_AddStringToObject(root, "fingerprint", seqnet_model_fingerprint(model));
    print_json_line(root);
}

/* The test part, or all rows of data that is not divided. */
static size_t choose_part(const seqnet_dataset *dataset, size_t asked)
{
    if (asked != PART_AUTO)
        return asked;
    if (seqnet_dataset_count(dataset, SEQNET_TEST) || !seqnet_dataset_is_text(dataset))
        return PART_TEST;
    return PART_ALL;
}

/* Adds up the parts asked for; --limit counts over all of them. */
static seqnet_status measure(const seqnet_model *model, const seqnet_dataset *dataset, size_t part,
                             const evaluate_options *o, seqnet_evaluation *e, seqnet_error *err)
{
    static const size_t names[SEQNET_PARTS] = {[SEQNET_TRAIN] = PART_TRAIN,
                                               [SEQNET_TEST] = PART_TEST,
                                               [SEQNET_VALIDATION] = PART_VALIDATION};
    seqnet_status status = SEQNET_OK;
    const size_t limit = (size_t)o->limit;
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS && status == SEQNET_OK; p++) {
        if ((part != names[p] && part != PART_ALL) || (limit && e->n >= limit))
            continue;
        status = seqnet_model_evaluate(model, dataset, p, limit ? limit - e->n : 0,
                                       (size_t)o->threads, e, err);
    }
    return status;
}

static int report(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                  size_t part, const evaluate_options *o)
{
    if (e->n == 0) {
        complain("%s: its %s part has no rows; choose another with --part", data, PARTS[part]);
        return SEQNET_ERR_DATA;
    }
    (o->json ? print_json : print_text)(model, e, data, part);
    if (e->accuracy >= o->min_accuracy)
        return EXIT_DONE;
    note("accuracy %.4f is below --min-accuracy %g", e->accuracy, o->min_accuracy);
    return EXIT_NEGATIVE;
}

static int evaluate(const seqnet_model *model, const char *data, const evaluate_options *o)
{
    seqnet_error err;
    seqnet_dataset *dataset = NULL;
    seqnet_evaluation e = {0};
    if (seqnet_model_load_dataset(model, &dataset, data, &o->data.data, &err) != SEQNET_OK)
        return fail(&err);
    note_reading(dataset);
    const size_t part = choose_part(dataset, o->part);
    seqnet_status status = seqnet_evaluation_init(&e, seqnet_model_label_count(model), &err);
    if (status == SEQNET_OK)
        status = measure(model, dataset, part, o, &e, &err);
    seqnet_dataset_free(dataset);
    const int code = status == SEQNET_OK ? report(model, &e, data, part, o) : fail(&err);
    seqnet_evaluation_free(&e);
    return code;
}

int command_evaluate(int argc, char **argv)
{
    evaluate_options o = {.part = PART_AUTO, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&o.model),
        CHOICE_OPTION("part", &o.part, PARTS,
                      "rows to measure on; auto: the test part, or all of an undivided file"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        REAL_OPTION("min-accuracy", &o.min_accuracy, 0.0, 1.0,
                    "exit with 1 when the accuracy is below X"),
        FLAG_OPTION("json", &o.json, "print one JSON object"),
        READER_OPTIONS(o.data),
        LABEL_OPTIONS(o.data),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    int first;
    const char *path;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &first, &o.data);
    if (code != PARSED)
        return code;
    seqnet_model *model = NULL;
    code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE)
        code = evaluate(model, argv[first], &o);
    seqnet_model_free(model);
    return code;
}
