#include "training_record.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gemm.h"
#include "kernels.h"
#include "memory.h"
#include "utf8_clean.h"

#include "banned.h"

static void add_if_set(cJSON *json, const char *name, double value)
{
    if (value != 0.0)
        cJSON_AddNumberToObject(json, name, value);
}

/* Paths and the command line may hold any bytes, JSON only UTF-8. Without memory it is left out. */
static void add_text(cJSON *json, const char *name, const char *text)
{
    char *clean;
    if (!text || sn_utf8_clean(&clean, text, strlen(text), NULL) != SEQNET_OK)
        return;
    cJSON_AddStringToObject(json, name, clean);
    free(clean);
}

static cJSON *options_to_json(const seqnet_train_options *options)
{
    cJSON *const json = cJSON_CreateObject();
    static const char *const optimizers[] = {
        [SEQNET_RMSPROP] = "rmsprop", [SEQNET_ADAM] = "adam", [SEQNET_LAZY_ADAM] = "lazy-adam"};
    cJSON_AddStringToObject(json, "optimizer", optimizers[options->optimizer]);
    cJSON_AddNumberToObject(json, "lr", options->learning_rate);
    cJSON_AddNumberToObject(json, "batch_size", (double)options->batch_size);
    cJSON_AddNumberToObject(json, "epochs", (double)options->epochs);
    cJSON_AddNumberToObject(json, "validation_split", options->validation_split);
    add_if_set(json, "word_dropout", options->word_dropout);
    add_if_set(json, "ema", options->ema);
    add_if_set(json, "patience", (double)options->patience);
    add_text(json, "class_weight", options->class_weight);
    add_text(json, "vectors", options->vectors);
    return json;
}

static void add_measure(cJSON *epoch, const char *name, double value)
{
    if (!isnan(value))
        cJSON_AddNumberToObject(epoch, name, value);
}

static cJSON *history_to_json(const sn_training_record *record)
{
    cJSON *const list = cJSON_CreateArray();
    for (size_t i = 0; i < record->epochs_run; i++) {
        const sn_epoch_record *const epoch = &record->history[i];
        cJSON *const json = cJSON_CreateObject();
        cJSON_AddNumberToObject(json, "epoch", (double)i + 1.0);
        add_measure(json, "acc", epoch->accuracy);
        add_measure(json, "loss", epoch->loss);
        add_measure(json, "val_acc", epoch->val_accuracy);
        add_measure(json, "val_loss", epoch->val_loss);
        add_measure(json, "seconds", epoch->seconds);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

seqnet_status sn_training_record_to_json(char **json, const sn_training_record *record,
                                         const seqnet_train_options *options, seqnet_error *err)
{
    cJSON *const root = cJSON_CreateObject();
    add_text(root, "command", options->command_line);
    cJSON_AddStringToObject(root, "seqnet", SEQNET_VERSION);
    /* A 64-bit seed need not fit a JSON number. */
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)options->seed);
    cJSON_AddRawToObject(root, "seed", seed);
    add_text(root, "data", record->data);
    cJSON_AddStringToObject(root, "data_hash", record->data_hash);
    add_text(root, "word_index", record->word_index);
    cJSON_AddNumberToObject(root, "train_rows", (double)record->train_rows);
    cJSON_AddNumberToObject(root, "validation_rows", (double)record->validation_rows);
    cJSON_AddItemToObject(root, "options", options_to_json(options));
    cJSON_AddNumberToObject(root, "threads", (double)record->threads);
    cJSON_AddStringToObject(root, "blas", sn_gemm_name());
    cJSON_AddStringToObject(root, "instruction_set", sn_kernels_best()->name);
    cJSON_AddNumberToObject(root, "kept_epoch", (double)record->kept_epoch);
    if (record->refit_epochs)
        cJSON_AddNumberToObject(root, "refit_epochs", (double)record->refit_epochs);
    cJSON_AddStringToObject(root, "stopped", record->stopped);
    if (record->process)
        cJSON_AddNumberToObject(root, "process", (double)record->process);
    cJSON_AddItemToObject(root, "history", history_to_json(record));
    char *const text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (!text)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for the training record");
    const seqnet_status status = sn_copy_string(json, text, strlen(text), err);
    cJSON_free(text);
    return status;
}
