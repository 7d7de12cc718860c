/* seqnet info: what a model file holds. */
#include <cjson/cJSON.h>
#include <stdio.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "info",
    .arguments = "[MODEL] [options]",
    .summary = "Shows what a model file holds: layers, labels, vocabulary, training record.",
    .details = "MODEL defaults to $SEQNET_MODEL, then ./" DEFAULT_MODEL ".\n\n"
               "  seqnet info --json | jq .training.history\n",
    .max_arguments = 1,
    .reads_arguments = true};

static void print_as_json(const seqnet_model *model, const char *path)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "file", path);
    cJSON_AddStringToObject(root, "fingerprint", seqnet_model_fingerprint(model));
    cJSON_AddNumberToObject(root, "parameters", (double)seqnet_model_parameters(model));
    cJSON *const labels = cJSON_AddArrayToObject(root, "labels");
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        cJSON_AddItemToArray(labels, cJSON_CreateString(seqnet_model_label_name(model, i)));
    cJSON_AddNumberToObject(root, "vocabulary", (double)seqnet_model_vocabulary_size(model));
    cJSON_AddRawToObject(root, "config", seqnet_model_config_json(model));
    cJSON_AddRawToObject(root, "training", seqnet_model_training_json(model));
    print_json_line(root);
}

/* Prints "key: value" for a string or number of the record, nothing when it has none. */
static void print_field(const cJSON *record, const char *key, const char *title)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(record, key);
    if (cJSON_IsString(item))
        printf("%s: %s\n", title, item->valuestring);
    else if (cJSON_IsNumber(item))
        printf("%s: %.15g\n", title, item->valuedouble);
}

static double measure(const cJSON *epoch, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(epoch, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0.0;
}

static void print_history(const cJSON *record)
{
    const cJSON *epoch;
    const double kept = measure(record, "kept_epoch");
    cJSON_ArrayForEach(epoch, cJSON_GetObjectItemCaseSensitive(record, "history"))
    {
        const double number = measure(epoch, "epoch");
        printf("  epoch %2.0f  acc %.4f  loss %.4f", number, measure(epoch, "acc"),
               measure(epoch, "loss"));
        if (cJSON_HasObjectItem(epoch, "val_acc"))
            printf("  val_acc %.4f  val_loss %.4f", measure(epoch, "val_acc"),
                   measure(epoch, "val_loss"));
        puts(number == kept ? "  kept" : "");
    }
}

static void print_as_text(const seqnet_model *model, const char *path)
{
    char words[GROUPED_NUMBER];
    print_summary(stdout, model);
    printf("\nfile: %s\nfingerprint: %s\nlabels:", path, seqnet_model_fingerprint(model));
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        printf(" %s", seqnet_model_label_name(model, i));
    const size_t known = seqnet_model_vocabulary_size(model);
    printf("\nvocabulary: %s\n",
           known ? grouped(known, words) : "none (trained without a word index; takes ids only)");
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    print_field(record, "command", "command");
    print_field(record, "seed", "seed");
    print_field(record, "data", "data");
    print_field(record, "data_hash", "data hash");
    print_field(record, "train_rows", "training rows");
    print_field(record, "validation_rows", "validation rows");
    print_field(record, "stopped", "training");
    print_history(record);
    cJSON_Delete(record);
}

int command_info(int argc, char **argv)
{
    bool json = false;
    const option_spec options[] = {
        /* clang-format off */
        FLAG_OPTION("json", &json, "print one JSON object"),
        /* clang-format on */
    };
    int first;
    const char *path;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &first);
    if (parsed != PARSED)
        return parsed;
    seqnet_model *model = NULL;
    const int code = open_model(&model, first < argc ? argv[first] : NULL, &path);
    if (code == EXIT_DONE)
        (json ? print_as_json : print_as_text)(model, path);
    seqnet_model_free(model);
    return code;
}
