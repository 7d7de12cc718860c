#include "training_record.h"

#include <math.h>
#include <stdio.h>

#include <seqnet/json.h>

#include "characters.h"
#include "gemm.h"
#include "kernels.h"
#include "remembered.h"

#include "banned.h"

/* Options that are off stay out of the record, so that it shows what a training used. */
static void add_if_set(seqnet_json *json, struct cJSON *parent, const char *name, double value)
{
    if (value != 0.0)
        seqnet_json_number(json, parent, name, value);
}

static void add_text(seqnet_json *json, struct cJSON *parent, const char *name, const char *text)
{
    if (text)
        seqnet_json_string(json, parent, name, text);
}

static void add_optimizer(seqnet_json *json, struct cJSON *object,
                          const seqnet_train_options *options)
{
    static const char *const optimizers[] = {[SEQNET_RMSPROP] = "rmsprop",
                                             [SEQNET_ADAM] = "adam",
                                             [SEQNET_LAZY_ADAM] = "lazy-adam",
                                             [SEQNET_ADAMW] = "adamw",
                                             [SEQNET_SGD] = "sgd"};
    static const char *const schedules[] = {[SEQNET_SCHEDULE_CONSTANT] = NULL,
                                            [SEQNET_SCHEDULE_LINEAR] = "linear",
                                            [SEQNET_SCHEDULE_COSINE] = "cosine"};
    seqnet_json_string(json, object, "optimizer", optimizers[options->optimizer]);
    seqnet_json_number(json, object, "lr", options->learning_rate);
    add_if_set(json, object, "weight_decay", options->weight_decay);
    add_if_set(json, object, "momentum", options->momentum);
    if (options->nesterov)
        seqnet_json_bool(json, object, "nesterov", true);
    add_text(json, object, "schedule", schedules[options->schedule]);
    add_if_set(json, object, "warmup", options->warmup);
    add_if_set(json, object, "clip_norm", options->clip_norm);
    add_if_set(json, object, "l2", options->l2);
}

static void add_options(seqnet_json *json, const seqnet_train_options *options,
                        double validation_split, bool multi_label)
{
    const char *const monitors[] = {
        [SEQNET_VAL_ACCURACY] = multi_label ? "val_f1" : "val_acc", [SEQNET_VAL_LOSS] = "val_loss"};
    static const char *const presets[] = {
        [SEQNET_PRESET_AUTO] = NULL,          [SEQNET_PRESET_KERAS] = "keras",
        [SEQNET_PRESET_TEXT] = "text",        [SEQNET_PRESET_LSTM] = "lstm",
        [SEQNET_PRESET_IDS] = "ids",          [SEQNET_PRESET_FAST] = "fast",
        [SEQNET_PRESET_ACCURATE] = "accurate"};
    struct cJSON *const object = seqnet_json_object(json, json->root, "options");
    add_text(json, object, "preset", presets[options->preset]);
    add_optimizer(json, object, options);
    seqnet_json_number(json, object, "batch_size", (double)options->batch_size);
    seqnet_json_number(json, object, "epochs", (double)options->epochs);
    seqnet_json_number(json, object, "validation_split", validation_split);
    if (options->reproducible)
        seqnet_json_bool(json, object, "reproducible", true);
    add_if_set(json, object, "word_dropout", options->word_dropout);
    add_if_set(json, object, "ema", options->ema);
    add_if_set(json, object, "precision", options->precision);
    add_if_set(json, object, "patience", (double)options->patience);
    seqnet_json_string(json, object, "monitor", monitors[options->monitor]);
    add_text(json, object, "class_weight", options->class_weight);
    add_text(json, object, "vectors", options->vectors);
}

static void add_measure(seqnet_json *json, struct cJSON *epoch, const char *name, double value)
{
    if (!isnan(value))
        seqnet_json_number(json, epoch, name, value);
}

static void add_history(seqnet_json *json, const sn_training_record *record)
{
    struct cJSON *const list = seqnet_json_list(json, json->root, "history");
    for (size_t i = 0; i < record->epochs_run; i++) {
        const sn_epoch_record *const epoch = &record->history[i];
        struct cJSON *const object = seqnet_json_object(json, list, NULL);
        seqnet_json_number(json, object, "epoch", (double)i + 1.0);
        add_measure(json, object, record->multi_label ? "f1" : "acc", epoch->accuracy);
        add_measure(json, object, "loss", epoch->loss);
        add_measure(json, object, record->multi_label ? "val_f1" : "val_acc", epoch->val_accuracy);
        add_measure(json, object, "val_loss", epoch->val_loss);
        add_measure(json, object, "seconds", epoch->seconds);
    }
}

/* Writes the digits themselves: not every 64-bit seed fits a double, which cJSON's numbers are. */
static void add_seed(seqnet_json *json, struct cJSON *parent, uint64_t seed)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)seed);
    seqnet_json_raw(json, parent, "seed", digits);
}

static void add_part(seqnet_json *json, struct cJSON *parts, const char *name,
                     const seqnet_part_measure *measure, bool multi_label)
{
    if (isnan(measure->loss))
        return;
    struct cJSON *const object = seqnet_json_object(json, parts, name);
    add_measure(json, object, multi_label ? "val_f1" : "val_acc", measure->accuracy);
    add_measure(json, object, "val_loss", measure->loss);
}

static void add_parts(seqnet_json *json, const seqnet_parts_report *report, bool multi_label)
{
    struct cJSON *const parts = seqnet_json_object(json, json->root, "parts");
    seqnet_json_number(json, parts, "ngrams", (double)report->ngrams);
    seqnet_json_number(json, parts, "ngram_rows", (double)report->rows);
    seqnet_json_number(json, parts, "ngram_cost", report->cost);
    add_measure(json, parts, "ngram_seconds", report->seconds);
    add_part(json, parts, "ngram_part", &report->ngram_part, multi_label);
    add_part(json, parts, "network", &report->network, multi_label);
    add_part(json, parts, "together", &report->together, multi_label);
    if (report->network_dropped)
        seqnet_json_bool(json, parts, "network_dropped", true);
    if (report->self_labelled == 0)
        return;
    seqnet_json_number(json, parts, "self_labelled", (double)report->self_labelled);
    add_part(json, parts, "taught", &report->taught, multi_label);
    add_part(json, parts, "self_trained", &report->self_trained, multi_label);
    if (report->self_training_dropped)
        seqnet_json_bool(json, parts, "self_training_dropped", true);
}

static void add_calibrated(seqnet_json *json, const seqnet_calibrated *calibrated)
{
    if (calibrated->temperature == 0.0)
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, "calibration");
    seqnet_json_number(json, object, "temperature", calibrated->temperature);
    seqnet_json_decimal(json, object, "ece_before", calibrated->ece_before, 6);
    seqnet_json_decimal(json, object, "ece_after", calibrated->ece_after, 6);
    seqnet_json_decimal(json, object, "loss_before", calibrated->loss_before, 6);
    seqnet_json_decimal(json, object, "loss_after", calibrated->loss_after, 6);
}

/* Of held-out rows: how many answers there are from the threshold on, and how many are right. */
static void add_precise(seqnet_json *json, const seqnet_precise *precise)
{
    if (precise->rows == 0)
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, "abstaining");
    seqnet_json_number(json, object, "precision", precise->precision);
    seqnet_json_bool(json, object, "reached", precise->is_reached);
    seqnet_json_number(json, object, "threshold", precise->point.threshold);
    seqnet_json_number(json, object, "answered", (double)precise->point.kept);
    seqnet_json_number(json, object, "right", (double)precise->point.right);
    seqnet_json_number(json, object, "rows", (double)precise->rows);
}

static void add_validated(seqnet_json *json, const sn_validated *validated)
{
    add_calibrated(json, &validated->calibrated);
    add_precise(json, &validated->precise);
}

/* A refit also trains on the validation rows. */
static void add_refit(seqnet_json *json, const sn_training_record *record)
{
    seqnet_json_bool(json, json->root, "refit", record->is_refitted);
    if (!record->is_refitted)
        return;
    seqnet_json_number(json, json->root, "refit_rows",
                       (double)(record->train_rows + record->validation_rows));
    if (record->refit_epochs)
        seqnet_json_number(json, json->root, "refit_epochs", (double)record->refit_epochs);
}

seqnet_status sn_training_record_to_json(char **json, const sn_training_record *record,
                                         const seqnet_train_options *options, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    struct cJSON *const root = made.root;
    add_text(&made, root, "command", options->command_line);
    seqnet_json_string(&made, root, "seqnet", SEQNET_VERSION);
    add_seed(&made, root, options->seed);
    add_text(&made, root, "data", record->data);
    seqnet_json_string(&made, root, "data_hash", record->data_hash);
    if (options->initial)
        seqnet_json_string(&made, root, "initial", seqnet_model_fingerprint(options->initial));
    add_text(&made, root, "word_index", record->word_index);
    if (record->resumed)
        seqnet_json_number(&made, root, "resumed", (double)record->resumed);
    sn_remembered_write(&made, record->origin);
    seqnet_json_number(&made, root, "train_rows", (double)record->train_rows);
    seqnet_json_number(&made, root, "validation_rows", (double)record->validation_rows);
    add_text(&made, root, "unlabeled", record->unlabeled);
    if (record->unlabeled)
        seqnet_json_number(&made, root, "unlabeled_rows", (double)record->unlabeled_rows);
    add_options(&made, options, record->validation_split, record->multi_label);
    seqnet_json_number(&made, root, "threads", (double)record->threads);
    if (options->reproducible) /* what else words depend on */
        seqnet_json_string(&made, root, "unicode", sn_unicode_version());
    else
        seqnet_json_string(&made, root, "blas", sn_gemm_name());
    seqnet_json_string(&made, root, "instruction_set", sn_kernels_best()->name);
    seqnet_json_number(&made, root, "kept_epoch", (double)record->kept_epoch);
    add_refit(&made, record);
    seqnet_json_string(&made, root, "stopped", record->stopped);
    if (record->process)
        seqnet_json_number(&made, root, "process", (double)record->process);
    if (record->parts)
        add_parts(&made, record->parts, record->multi_label);
    if (record->validated)
        add_validated(&made, record->validated);
    add_history(&made, record);
    return seqnet_json_end(&made, json, err);
}
