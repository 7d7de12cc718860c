/* seqnet evaluate: accuracy, loss and confusion matrix of a model on labelled data. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "evaluate",
    .arguments = "DATA [-m MODEL] [options]",
    .summary = "Measures a model on labelled data: accuracy, loss, confusion matrix.",
    .details = "The data is encoded as the model was trained: its num_words, its vocabulary.\n\n"
               "  seqnet evaluate imdb.npz\n"
               "  seqnet evaluate imdb.npz --json --limit 5000\n",
    .min_arguments = 1,
    .max_arguments = 1};

static const char *const PARTS[] = {"test", "train", "all", NULL};
enum { PART_TEST, PART_TRAIN, PART_ALL };

typedef struct evaluate_options {
    const char *model;
    size_t part;
    int64_t limit, threads;
    double min_accuracy;
    bool json;
} evaluate_options;

static void print_text(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                       size_t part)
{
    int width = 8;
    for (size_t i = 0; i < e->classes; i++) {
        const int length = (int)strlen(seqnet_model_label_name(model, i));
        width = length > width ? length : width;
    }
    printf("%s, %s part%s: %zu rows\naccuracy: %.4f\nloss: %.4f\n\n", data, PARTS[part],
           part == PART_ALL ? "s" : "", e->n, e->accuracy, e->loss);
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

static void print_json(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                       size_t part)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "accuracy", e->accuracy);
    cJSON_AddNumberToObject(root, "loss", e->loss);
    cJSON_AddNumberToObject(root, "n", (double)e->n);
    cJSON_AddStringToObject(root, "data", data);
    cJSON_AddStringToObject(root, "part", PARTS[part]);
    cJSON *const labels = cJSON_AddArrayToObject(root, "labels");
    cJSON *const confusion = cJSON_AddArrayToObject(root, "confusion");
    for (size_t i = 0; i < e->classes; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(seqnet_model_label_name(model, i)));
        cJSON *const row = cJSON_CreateArray();
        for (size_t k = 0; k < e->classes; k++)
            cJSON_AddItemToArray(row, cJSON_CreateNumber((double)e->confusion[i * e->classes + k]));
        cJSON_AddItemToArray(confusion, row);
    }
    cJSON_AddStringToObject(root, "fingerprint", seqnet_model_fingerprint(model));
    print_json_line(root);
}

/* Adds up the parts asked for; --limit counts over all of them. */
static seqnet_status measure(const seqnet_model *model, const seqnet_dataset *dataset,
                             const evaluate_options *o, seqnet_evaluation *e, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    const size_t limit = (size_t)o->limit;
    for (seqnet_part part = SEQNET_TRAIN; part <= SEQNET_TEST && status == SEQNET_OK; part++) {
        const size_t wanted = part == SEQNET_TRAIN ? PART_TRAIN : PART_TEST;
        if ((o->part != wanted && o->part != PART_ALL) || (limit && e->n >= limit))
            continue;
        status = seqnet_model_evaluate(model, dataset, part, limit ? limit - e->n : 0,
                                       (size_t)o->threads, e, err);
    }
    return status;
}

static int report(const seqnet_model *model, const seqnet_evaluation *e, const char *data,
                  const evaluate_options *o)
{
    if (e->n == 0) {
        complain("%s: its %s part has no rows; choose another with --part", data, PARTS[o->part]);
        return SEQNET_ERR_DATA;
    }
    (o->json ? print_json : print_text)(model, e, data, o->part);
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
    seqnet_status status = seqnet_model_load_dataset(model, &dataset, data, &err);
    if (status == SEQNET_OK)
        status = seqnet_evaluation_init(&e, seqnet_model_label_count(model), &err);
    if (status == SEQNET_OK)
        status = measure(model, dataset, o, &e, &err);
    seqnet_dataset_free(dataset);
    const int code = status == SEQNET_OK ? report(model, &e, data, o) : fail(&err);
    seqnet_evaluation_free(&e);
    return code;
}

int command_evaluate(int argc, char **argv)
{
    evaluate_options o = {.part = PART_TEST};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&o.model),
        CHOICE_OPTION("part", &o.part, PARTS, "rows to measure on"),
        INTEGER_OPTION("limit", 0, &o.limit, 1, 1e15, "only the first N rows"),
        REAL_OPTION("min-accuracy", &o.min_accuracy, 0.0, 1.0,
                    "exit with 1 when the accuracy is below X"),
        FLAG_OPTION("json", &o.json, "print one JSON object"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    int first;
    const char *path;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &first);
    if (parsed != PARSED)
        return parsed;
    seqnet_model *model = NULL;
    int code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE)
        code = evaluate(model, argv[first], &o);
    seqnet_model_free(model);
    return code;
}
