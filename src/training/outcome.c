#include "outcome.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "json_line.h"
#include "terminal.h"

majority find_majority(const seqnet_dataset *dataset, seqnet_part part)
{
    int32_t best = 0;
    const size_t rows = seqnet_dataset_count(dataset, part);
    if (rows == 0 || seqnet_dataset_is_multi_label(dataset))
        return (majority){.share = (double)NAN};
    for (size_t i = 0; i < seqnet_dataset_label_count(dataset); i++)
        if (seqnet_dataset_class_count(dataset, part, (int32_t)i) >
            seqnet_dataset_class_count(dataset, part, best))
            best = (int32_t)i;
    const double count = (double)seqnet_dataset_class_count(dataset, part, best);
    return (majority){.label = seqnet_dataset_label_name(dataset, best),
                      .share = count / (double)rows};
}

/* Whether a baseline would take more than a few seconds, and these more than a small part of the
 * training's: each label has a classifier of its own, and a network has one for all. */
static bool is_costly(const seqnet_dataset *dataset, const seqnet_train_options *options)
{
    static const double FEW_SECONDS = 5e7; /* tokens that classifiers see in a pass */
    enum { LABELS_PER_EPOCH = 8 };
    seqnet_part_summary summary = {0};
    (void)seqnet_dataset_summarise(dataset, SEQNET_TRAIN, &summary, NULL);
    const double labels = (double)seqnet_dataset_label_count(dataset);
    return labels * (double)summary.tokens > FEW_SECONDS &&
           labels > LABELS_PER_EPOCH * (double)options->epochs;
}

/* A baseline is no reason to fail: the training may need less memory. */
static double measure_baseline(const seqnet_dataset *dataset, const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_baseline baseline;
    const size_t threads = (size_t)options->threads;
    if (seqnet_dataset_count(dataset, SEQNET_VALIDATION) == 0)
        return (double)NAN;
    if (is_costly(dataset, options)) {
        note("no baseline is measured: with %zu labels it would take too long",
             seqnet_dataset_label_count(dataset));
        return (double)NAN;
    }
    progress_draw(0, 1, "n-grams as a baseline");
    const seqnet_status status = seqnet_dataset_baseline(dataset, threads, &baseline, &err);
    progress_clear();
    if (status != SEQNET_OK) {
        note("no baseline is measured: %s", in_options(err.message).text);
        return (double)NAN;
    }
    note(
        "baseline: words and pairs of words alone reach %s %.4f on the %zu validation rows (%.1fs)",
        measure_name(dataset), baseline.accuracy, baseline.rows, baseline.seconds);
    return baseline.accuracy;
}

void begin_outcome(train_outcome *o, const seqnet_dataset *dataset,
                   const seqnet_train_options *options, bool measures_baseline)
{
    const bool has_texts = options->ngrams != SEQNET_NGRAMS_OFF && seqnet_dataset_is_text(dataset);
    *o = (train_outcome){.dataset = dataset,
                         .has_ngrams = has_texts,
                         .majority = find_majority(dataset, SEQNET_VALIDATION),
                         .ngrams = (double)NAN};
    note("recipe: %s", recipe_line(options, has_texts, o->recipe));
    if (!o->has_ngrams && measures_baseline)
        o->ngrams = measure_baseline(dataset, options);
}

void end_outcome(train_outcome *o, const seqnet_train_result *result, const char *stopped)
{
    o->stopped = stopped;
    if (o->has_ngrams && !isnan(result->parts.network.loss)) /* else they are the model */
        o->ngrams = result->parts.ngram_part.accuracy;
}

static void note_majority(const train_outcome *o, seqnet_part part, double accuracy)
{
    const majority m = find_majority(o->dataset, part);
    if (!m.label || isnan(accuracy))
        return;
    if (accuracy > m.share)
        note("always '%s' would reach %.4f on the %s rows", m.label, m.share,
             seqnet_part_name(part));
    else
        note("no better than always '%s', which reaches %.4f on the %s rows; see --class-weight "
             "balanced, and evaluate",
             m.label, m.share, seqnet_part_name(part));
}

void note_comparison(const train_outcome *o, const seqnet_train_result *result,
                     const model_measure *test)
{
    const bool has_hint =
        seqnet_dataset_is_text(o->dataset) && !seqnet_dataset_is_builtin(o->dataset);
    if (!o->has_ngrams && result->val_accuracy <= o->ngrams)
        note("no better than words and pairs of words alone, which reach %.4f on the validation "
             "rows%s",
             o->ngrams, has_hint ? "; see --preset text and fast" : "");
    if (tests_texts(o->dataset))
        note_majority(o, SEQNET_TEST, test->accuracy);
    else
        note_majority(o, SEQNET_VALIDATION, result->val_accuracy);
}

static void add_baselines(seqnet_json *json, const train_outcome *o, bool multi_label)
{
    if (o->majority.label) {
        struct cJSON *const object = seqnet_json_object(json, json->root, "majority");
        seqnet_json_string(json, object, "label", o->majority.label);
        seqnet_json_number(json, object, "share", o->majority.share);
    }
    if (isnan(o->ngrams))
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, "baseline");
    seqnet_json_string(json, object, "of",
                       o->has_ngrams ? "the model's n-grams" : "words and pairs of words");
    seqnet_json_number(json, object, measure_key(multi_label), o->ngrams);
}

static void add_minimum(seqnet_json *json, struct cJSON *gates, const model_target *target)
{
    struct cJSON *const gate = seqnet_json_object(json, gates, "min_accuracy");
    seqnet_json_number(json, gate, "least", target->min_accuracy);
    seqnet_json_number(json, gate, "accuracy", target->candidate.accuracy);
    seqnet_json_bool(json, gate, "passed", target->reaches_minimum);
}

static void add_measured(seqnet_json *json, struct cJSON *parent, const char *key,
                         const model_measure *m)
{
    struct cJSON *const object = seqnet_json_object(json, parent, key);
    seqnet_json_number(json, object, "accuracy", m->accuracy);
    seqnet_json_number(json, object, "loss", m->loss);
}

static void add_comparison(seqnet_json *json, struct cJSON *gates, const model_target *target)
{
    struct cJSON *const gate = seqnet_json_object(json, gates, "if_better");
    add_measured(json, gate, "new", &target->candidate);
    if (target->has_older)
        add_measured(json, gate, "older", &target->older);
    else
        seqnet_json_null(json, gate, "older");
    seqnet_json_bool(json, gate, "passed", target->is_better);
}

/* What the model had to pass. */
static void add_gates(seqnet_json *json, const model_target *target)
{
    if (!target->is_judged)
        return;
    struct cJSON *const gates = seqnet_json_object(json, json->root, "gates");
    seqnet_json_string(json, gates, "part", seqnet_part_name(target->part));
    if (target->min_accuracy > 0.0)
        add_minimum(json, gates, target);
    if (target->if_better)
        add_comparison(json, gates, target);
}

/* What both the last line of JSON and the record tell, and nothing that depends on the time. */
static void add_facts(seqnet_json *json, const train_outcome *o, const seqnet_train_result *result,
                      const model_target *target)
{
    const bool multi_label = result->multi_label;
    struct cJSON *const root = json->root;
    seqnet_json_string(json, root, "recipe", o->recipe);
    seqnet_json_string(json, root, "stopped", o->stopped);
    seqnet_json_number(json, root, "kept_epoch", (double)result->kept_epoch);
    seqnet_json_number(json, root, "epochs", (double)result->epochs_run);
    seqnet_json_number(json, root, multi_label ? "f1" : "acc", result->accuracy);
    seqnet_json_number(json, root, "loss", result->loss);
    seqnet_json_number(json, root, multi_label ? "val_f1" : "val_acc", result->val_accuracy);
    seqnet_json_number(json, root, "val_loss", result->val_loss);
    seqnet_json_number(json, root, "validation_rows",
                       (double)seqnet_dataset_count(o->dataset, SEQNET_VALIDATION));
    add_baselines(json, o, multi_label);
    add_gates(json, target);
}

void record_outcome(seqnet_model *model, const train_outcome *o, const seqnet_train_result *result,
                    const model_target *target)
{
    seqnet_error err = {0};
    char *text;
    seqnet_json json = seqnet_json_begin_object();
    add_facts(&json, o, result, target);
    seqnet_status status = seqnet_json_end(&json, &text, &err);
    if (status == SEQNET_OK)
        status = seqnet_model_record(model, "outcome", text, &err);
    free(text);
    if (status != SEQNET_OK)
        note("the model does not tell what its training came to: %s", in_options(err.message).text);
}

static void add_part(seqnet_json *json, struct cJSON *parts, const char *name,
                     const seqnet_part_measure *part, bool multi_label)
{
    if (isnan(part->loss))
        return;
    struct cJSON *const object = seqnet_json_object(json, parts, name);
    seqnet_json_number(json, object, multi_label ? "val_f1" : "val_acc", part->accuracy);
    seqnet_json_number(json, object, "val_loss", part->loss);
}

static void add_parts(seqnet_json *json, const seqnet_train_result *result)
{
    const seqnet_parts_report *const parts = &result->parts;
    struct cJSON *const object = seqnet_json_object(json, json->root, "parts");
    add_part(json, object, "ngrams", &parts->ngram_part, result->multi_label);
    add_part(json, object, "network", &parts->network, result->multi_label);
    add_part(json, object, "together", &parts->together, result->multi_label);
    seqnet_json_bool(json, object, "network_dropped", parts->network_dropped);
}

/* What calibration made of the probabilities of the validation rows. */
static void add_calibration(seqnet_json *json, const seqnet_calibrated *c)
{
    if (!(c->temperature > 0.0))
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, "calibration");
    seqnet_json_number(json, object, "temperature", c->temperature);
    seqnet_json_number(json, object, "ece_before", c->ece_before);
    seqnet_json_number(json, object, "ece_after", c->ece_after);
}

/* Which answers the model gives: those from a probability on. */
static void add_precision(seqnet_json *json, const seqnet_precise *p)
{
    if (!(p->precision > 0.0) || p->rows == 0)
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, "precision");
    seqnet_json_number(json, object, "wanted", p->precision);
    seqnet_json_bool(json, object, "reached", p->is_reached);
    seqnet_json_number(json, object, "threshold", p->point.threshold);
    seqnet_json_number(json, object, "rows", (double)p->rows);
    seqnet_json_number(json, object, "answered", (double)p->point.kept);
    seqnet_json_number(json, object, "right", (double)p->point.right);
}

/* What the second training, on all rows, was. */
static void add_refit(seqnet_json *json, const train_outcome *o, const seqnet_train_result *result)
{
    if (!result->is_refitted) {
        seqnet_json_bool(json, json->root, "refit", false);
        return;
    }
    struct cJSON *const object = seqnet_json_object(json, json->root, "refit");
    seqnet_json_number(json, object, "rows",
                       (double)(seqnet_dataset_count(o->dataset, SEQNET_TRAIN) +
                                seqnet_dataset_count(o->dataset, SEQNET_VALIDATION)));
    seqnet_json_number(json, object, "epochs", (double)result->refit_epochs);
}

static void add_path(seqnet_json *json, const char *key, const char *path)
{
    if (path)
        seqnet_json_string(json, json->root, key, path);
    else
        seqnet_json_null(json, json->root, key);
}

/* Where the model is. */
static void add_file(seqnet_json *json, const model_target *target, const seqnet_model *model)
{
    const bool is_saved = target->written == target->path;
    seqnet_json_bool(json, json->root, "saved", is_saved);
    add_path(json, "file", is_saved ? target->path : NULL);
    if (target->written && !is_saved)
        add_path(json, "beside", target->written);
    seqnet_json_bool(json, json->root, "replaced", is_saved && target->replaced);
    add_path(json, "fingerprint", model ? seqnet_model_fingerprint(model) : NULL);
}

int print_outcome_json(const train_outcome *o, const seqnet_train_result *result,
                       const model_target *target, const seqnet_model *model,
                       const model_measure *test, double seconds)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_bool(&json, json.root, "done", true);
    add_facts(&json, o, result, target);
    if (test && tests_texts(o->dataset)) {
        struct cJSON *const object = seqnet_json_object(&json, json.root, "test");
        seqnet_json_number(&json, object, measure_key(result->multi_label), test->accuracy);
        seqnet_json_number(&json, object, "loss", test->loss);
        seqnet_json_number(&json, object, "n", (double)test->rows);
    }
    if (result->parts.words)
        add_parts(&json, result);
    add_calibration(&json, &result->calibrated);
    add_precision(&json, &result->precise);
    add_refit(&json, o, result);
    add_file(&json, target, model);
    seqnet_json_decimal(&json, json.root, "seconds", seconds, 3);
    return print_json_line(&json);
}
