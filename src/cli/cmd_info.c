/* seqnet info: what a model file holds. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "open_model.h"
#include "options.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "info",
    .arguments = "[MODEL] [options]",
    .summary = "Shows what a model file holds: layers, labels, vocabulary, training record.",
    .details = "MODEL defaults to $SEQNET_MODEL, then ./" DEFAULT_MODEL ".\n",
    .examples = "  seqnet info --json | jq .training.history\n"
                "  seqnet info --json | jq .layers > layers.json\n",
    .max_arguments = 1,
    .reads_arguments = true};

static int print_as_json(const seqnet_model *model, const char *path)
{
    seqnet_error err = {0};
    char *layers = NULL, *rule = NULL;
    if (seqnet_model_layers_json(model, &layers, &err) != SEQNET_OK ||
        seqnet_model_text_rule(model, &rule, &err) != SEQNET_OK) {
        free(layers);
        return fail(&err);
    }
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "file", path);
    seqnet_json_string(&json, json.root, "fingerprint", seqnet_model_fingerprint(model));
    seqnet_json_number(&json, json.root, "parameters", (double)seqnet_model_parameters(model));
    struct cJSON *const labels = seqnet_json_list(&json, json.root, "labels");
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        seqnet_json_string(&json, labels, NULL, seqnet_model_label_name(model, i));
    if (seqnet_model_is_multi_label(model)) {
        seqnet_json_bool(&json, json.root, "multi_label", true);
        seqnet_json_number(&json, json.root, "threshold", seqnet_model_threshold(model));
    }
    seqnet_json_number(&json, json.root, "vocabulary", (double)seqnet_model_vocabulary_size(model));
    if (seqnet_model_vocabulary_size(model) > 0)
        seqnet_json_string(&json, json.root, "text_rule", rule);
    free(rule);
    seqnet_json_raw(&json, json.root, "layers", layers);
    free(layers);
    seqnet_json_raw(&json, json.root, "config", seqnet_model_config_json(model));
    seqnet_json_raw(&json, json.root, "training", seqnet_model_training_json(model));
    if (seqnet_model_held_out_json(model))
        seqnet_json_raw(&json, json.root, "held_out", seqnet_model_held_out_json(model));
    return print_json_line(&json);
}

static void print_line(FILE *out, const char *title, const char *text)
{
    fprintf(out, "%s: ", title);
    put_text(out, text);
    fputc('\n', out);
}

/* Prints "key: value" for a string or number of the record; prints nothing if the record lacks it.
 */
static void print_field(FILE *out, const cJSON *record, const char *key, const char *title)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(record, key);
    if (cJSON_IsString(item))
        print_line(out, title, item->valuestring);
    else if (cJSON_IsNumber(item))
        fprintf(out, "%s: %.15g\n", title, item->valuedouble);
}

/* Prints ", key value" for a number or a word of the options, and ", key" for what is true. */
static void print_asked(FILE *out, const cJSON *options, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(options, key);
    if (!cJSON_IsNumber(item) && !cJSON_IsString(item) && !cJSON_IsTrue(item))
        return;
    fprintf(out, ", %s", key);
    if (cJSON_IsNumber(item))
        fprintf(out, " %.15g", item->valuedouble);
    if (cJSON_IsString(item)) {
        fputc(' ', out);
        put_text(out, item->valuestring);
    }
}

/* Prints the optimiser and what was asked of its steps, unless it is RMSprop and nothing was. */
static void print_optimizer(FILE *out, const cJSON *options)
{
    static const char *const asked[] = {"weight_decay", "momentum",  "nesterov", "schedule",
                                        "warmup",       "clip_norm", "l2"};
    enum { COUNT = sizeof asked / sizeof *asked };
    const cJSON *const name = cJSON_GetObjectItemCaseSensitive(options, "optimizer");
    size_t set = 0;
    for (size_t i = 0; i < COUNT; i++)
        set += cJSON_HasObjectItem(options, asked[i]) ? 1 : 0;
    if (!cJSON_IsString(name) || (set == 0 && strcmp(name->valuestring, "rmsprop") == 0))
        return;
    fprintf(out, "optimizer: ");
    put_text(out, name->valuestring);
    print_asked(out, options, "lr");
    for (size_t i = 0; i < COUNT; i++)
        print_asked(out, options, asked[i]);
    fputc('\n', out);
}

static double measure(const cJSON *epoch, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(epoch, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0.0;
}

static void print_epoch(FILE *out, const cJSON *epoch, const char *mark)
{
    const bool has_f1 = cJSON_HasObjectItem(epoch, "f1");
    const char *const key = has_f1 ? "f1" : "acc", *const val_key = has_f1 ? "val_f1" : "val_acc";
    fprintf(out, "  epoch %2.0f  %s %.4f  loss %.4f", measure(epoch, "epoch"), key,
            measure(epoch, key), measure(epoch, "loss"));
    if (cJSON_HasObjectItem(epoch, val_key))
        fprintf(out, "  %s %.4f  val_loss %.4f", val_key, measure(epoch, val_key),
                measure(epoch, "val_loss"));
    fprintf(out, "%s\n", mark);
}

/* Prints the epochs. The model has the kept epoch's weights, unless a refit followed: then that
 * epoch was only the best one. */
static void print_history(FILE *out, const cJSON *record)
{
    const cJSON *epoch;
    const double kept = measure(record, "kept_epoch"), again = measure(record, "refit_epochs");
    cJSON_ArrayForEach(epoch, cJSON_GetObjectItemCaseSensitive(record, "history"))
    {
        const bool is_kept = measure(epoch, "epoch") == kept;
        print_epoch(out, epoch, !is_kept ? "" : again > 0.0 ? "  best" : "  kept");
    }
}

/* Prints that the model was trained again, if it was. */
static void print_refit(FILE *out, const cJSON *record)
{
    const double again = measure(record, "refit_epochs");
    if (again > 0.0)
        fprintf(out, "trained again on all %.0f rows for %.0f %s\n",
                measure(record, "train_rows") + measure(record, "validation_rows"), again,
                again == 1.0 ? "epoch" : "epochs");
}

/* Prints which epoch was kept, and what n-grams or always the same answer reach on the same rows.
 */
static void print_outcome(FILE *out, const cJSON *outcome)
{
    const cJSON *const most = cJSON_GetObjectItemCaseSensitive(outcome, "majority");
    const char *const label = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(most, "label"));
    const cJSON *const baseline = cJSON_GetObjectItemCaseSensitive(outcome, "baseline");
    const bool has_f1 = cJSON_HasObjectItem(outcome, "val_f1");
    const char *const key = has_f1 ? "val_f1" : "val_acc";
    const double rows = measure(outcome, "validation_rows");
    if (measure(outcome, "kept_epoch") > 0.0)
        fprintf(out, "kept epoch: %.0f of %.0f\n", measure(outcome, "kept_epoch"),
                measure(outcome, "epochs"));
    if (rows > 0.0 && cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(outcome, key)))
        fprintf(out, "validation: %s %.4f, loss %.4f on %.0f rows\n",
                has_f1 ? "micro F1" : "accuracy", measure(outcome, key),
                measure(outcome, "val_loss"), rows);
    if (baseline)
        fprintf(out, "baseline: n-grams alone %.4f\n",
                measure(baseline, has_f1 ? "micro_f1" : "accuracy"));
    if (label) {
        fprintf(out, "baseline: always '");
        put_text(out, label);
        fprintf(out, "' %.4f\n", measure(most, "share"));
    }
}

/* Prints what the model had to pass and whether it did. */
static void print_gates(FILE *out, const cJSON *gates)
{
    static const char *const names[][2] = {{"min_accuracy", "--min-accuracy"},
                                           {"if_better", "--if-better"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cJSON *const gate = cJSON_GetObjectItemCaseSensitive(gates, names[i][0]);
        const cJSON *const passed = cJSON_GetObjectItemCaseSensitive(gate, "passed");
        if (cJSON_IsBool(passed))
            fprintf(out, "%s: %s\n", names[i][1], cJSON_IsTrue(passed) ? "passed" : "not passed");
    }
}

/* Prints the model card, if there is one. */
static void print_card(FILE *out, const cJSON *record)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(record, "card"))
    {
        if (cJSON_IsString(item))
            print_line(out, item->string, item->valuestring);
        else if (cJSON_IsNumber(item))
            fprintf(out, "%s: %.15g\n", item->string, item->valuedouble);
    }
}

/* Prints where an imported model came from, and what was assumed about it. */
static void print_import(FILE *out, const cJSON *imported)
{
    const cJSON *note;
    print_field(out, imported, "file", "imported from");
    print_field(out, imported, "keras_version", "version of Keras");
    print_field(out, imported, "file_hash", "hash of the file");
    print_field(out, imported, "tokenizer", "tokenizer");
    print_field(out, imported, "word_index", "word index");
    cJSON_ArrayForEach(note, cJSON_GetObjectItemCaseSensitive(imported, "notes"))
    {
        if (cJSON_IsString(note))
            print_line(out, "note", in_options(note->valuestring).text);
    }
}

static void print_record(FILE *out, const cJSON *record)
{
    print_card(out, record);
    print_field(out, record, "command", "command");
    print_import(out, cJSON_GetObjectItemCaseSensitive(record, "imported"));
    print_field(out, record, "seed", "seed");
    print_field(out, record, "data", "data");
    print_field(out, record, "data_hash", "data hash");
    print_field(out, record, "train_rows", "training rows");
    print_field(out, record, "validation_rows", "validation rows");
    print_field(out, record, "unlabeled", "texts without labels");
    print_field(out, record, "unlabeled_rows", "rows without labels");
    const cJSON *const outcome = cJSON_GetObjectItemCaseSensitive(record, "outcome");
    print_field(out, outcome, "recipe", "recipe");
    print_optimizer(out, cJSON_GetObjectItemCaseSensitive(record, "options"));
    print_field(out, record, "initial", "begun with the weights of");
    print_field(out, record, "resumed", "went on from a checkpoint");
    print_field(out, cJSON_HasObjectItem(outcome, "stopped") ? outcome : record, "stopped",
                "training");
    print_history(out, record);
    print_outcome(out, outcome);
    print_refit(out, record);
    const cJSON *const test = cJSON_GetObjectItemCaseSensitive(record, "test");
    const char *const key = cJSON_HasObjectItem(test, "micro_f1") ? "micro_f1" : "accuracy";
    if (test)
        fprintf(out, "test: %s %.4f, loss %.4f on %.0f rows\n", key[0] == 'm' ? "micro F1" : key,
                measure(test, key), measure(test, "loss"), measure(test, "n"));
    print_gates(out, cJSON_GetObjectItemCaseSensitive(outcome, "gates"));
}

static void print_model(FILE *out, const seqnet_model *model, const char *path)
{
    char words[GROUPED_NUMBER];
    print_summary(out, model, line_cells(STDOUT_FILENO));
    fputc('\n', out);
    print_line(out, "file", path);
    fprintf(out, "fingerprint: %s\nlabels: ", seqnet_model_fingerprint(model));
    const size_t labels = seqnet_model_label_count(model);
    for (size_t i = 0; i < shown_labels(labels); i++) {
        fputs(i ? ", " : "", out);
        put_text(out, seqnet_model_label_name(model, i));
    }
    print_shown(out, labels);
    if (seqnet_model_is_multi_label(model))
        fprintf(out, "\nmulti-label: any number of labels a row, threshold %.6g",
                seqnet_model_threshold(model));
    if (seqnet_model_is_reproducible(model))
        fputs("\nreproducible: the same training gives this fingerprint on every machine", out);
    const double temperature = seqnet_model_temperature(model);
    if (temperature > 0.0)
        fprintf(out, "\ntemperature: %.6g, which logits are divided by", temperature);
    if (seqnet_model_abstain_below(model) > 0.0)
        fprintf(out, "\nanswers: from the probability %g on", seqnet_model_abstain_below(model));
    const seqnet_held_out *const held_out = seqnet_model_held_out(model);
    if (held_out)
        fprintf(out, "\nheld-out rows: %zu, mean confidence %.3f, %.1f words a row", held_out->rows,
                held_out->confidence.mean, held_out->words.mean);
    const size_t known = seqnet_model_vocabulary_size(model);
    fprintf(out, "\nvocabulary: %s\n",
            known ? grouped(known, words) : "none (trained without a word index; takes ids only)");
}

static int print_as_text(const seqnet_model *model, const char *path)
{
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    if (!record) {
        complain("%s: out of memory for the training record", path);
        return SEQNET_ERR_DATA;
    }
    char *rule;
    if (seqnet_model_text_rule(model, &rule, NULL) != SEQNET_OK) {
        complain("%s: out of memory for the text rule", path);
        cJSON_Delete(record);
        return SEQNET_ERR_DATA;
    }
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    print_model(out, model, path);
    if (seqnet_model_vocabulary_size(model) > 0)
        print_line(out, "text rule", rule);
    free(rule);
    print_record(out, record);
    end_wrapped(&text);
    cJSON_Delete(record);
    return EXIT_DONE;
}

int command_info(int argc, char **argv)
{
    bool json = false;
    const option_spec options[] = {
        /* clang-format off */
        FLAG_OPTION("json", &json, "print one JSON object"),
        /* clang-format on */
    };
    parsed_line line;
    const char *path;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (parsed != PARSED)
        return parsed;
    seqnet_model *model = NULL;
    int code = open_model(&model, line.first < argc ? argv[line.first] : NULL, &path);
    if (code == EXIT_DONE)
        code = (json ? print_as_json : print_as_text)(model, path);
    seqnet_model_free(model);
    return code;
}
