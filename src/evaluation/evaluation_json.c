/* What evaluate --json prints: one object, with what belongs to a label under its name. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <seqnet/json.h>

#include "errors.h"
#include "evaluation_report.h"
#include "json_line.h"

/* A matrix of more labels is replaced by the list of its cells that are not 0. */
enum { JSON_MATRIX_LABELS = 512 };

void add_interval(seqnet_json *json, struct cJSON *parent, const char *key,
                  seqnet_interval interval)
{
    struct cJSON *const object = seqnet_json_object(json, parent, key);
    seqnet_json_number(json, object, "low", interval.low);
    seqnet_json_number(json, object, "high", interval.high);
}

static void add_average(seqnet_json *json, const char *key, seqnet_average average)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, key);
    seqnet_json_number(json, object, "precision", average.precision);
    seqnet_json_number(json, object, "recall", average.recall);
    seqnet_json_number(json, object, "f1", average.f1);
}

static void add_at_k(seqnet_json *json, size_t k, seqnet_average at_k)
{
    char key[32];
    (void)snprintf(key, sizeof key, "p_at_%zu", k);
    seqnet_json_number(json, json->root, key, at_k.precision);
    (void)snprintf(key, sizeof key, "r_at_%zu", k);
    seqnet_json_number(json, json->root, key, at_k.recall);
}

/* The first members, on which others rely. */
static void add_class_head(seqnet_json *json, const measured *m)
{
    seqnet_json_number(json, json->root, "accuracy", m->accuracy);
    seqnet_json_number(json, json->root, "loss", m->loss);
    seqnet_json_number(json, json->root, "n", (double)m->rows);
    add_interval(json, json->root, "accuracy_interval", m->interval);
    if (m->what.threshold > 0.0)
        seqnet_json_number(json, json->root, "threshold", m->what.threshold);
    struct cJSON *const majority = seqnet_json_object(json, json->root, "majority");
    seqnet_json_string(json, majority, "label", measured_label(m, m->majority));
    seqnet_json_number(json, majority, "share", m->majority_share);
}

static void add_label_head(seqnet_json *json, const measured *m)
{
    seqnet_json_number(json, json->root, "threshold", m->what.threshold);
    seqnet_json_number(json, json->root, "micro_f1", m->micro.f1);
    seqnet_json_number(json, json->root, "micro_precision", m->micro.precision);
    seqnet_json_number(json, json->root, "micro_recall", m->micro.recall);
    seqnet_json_number(json, json->root, "subset_accuracy", m->accuracy);
    add_interval(json, json->root, "subset_accuracy_interval", m->interval);
    seqnet_json_number(json, json->root, "loss", m->loss);
    seqnet_json_number(json, json->root, "n", (double)m->rows);
}

static void add_calibration(seqnet_json *json, const measured *m)
{
    seqnet_json_number(json, json->root, "ece", m->calibration.error);
    struct cJSON *const bins = seqnet_json_list(json, json->root, "calibration");
    for (size_t b = 0; b < SEQNET_CALIBRATION_BINS; b++) {
        const size_t n = m->calibration.bins[b].n, correct = m->calibration.bins[b].correct;
        struct cJSON *const bin = seqnet_json_object(json, bins, NULL);
        seqnet_json_number(json, bin, "above", (double)b / SEQNET_CALIBRATION_BINS);
        seqnet_json_number(json, bin, "n", (double)n);
        seqnet_json_number(json, bin, "confidence",
                           n ? m->calibration.bins[b].confidence : (double)NAN);
        seqnet_json_number(json, bin, "accuracy", n ? (double)correct / (double)n : (double)NAN);
    }
}

/* Of a model that leaves answers open. */
static void add_answered(seqnet_json *json, const measured *m)
{
    struct cJSON *const object = seqnet_json_object(json, json->root, "answered");
    seqnet_json_number(json, object, "from", m->answers_from);
    seqnet_json_number(json, object, "n", (double)m->answered);
    seqnet_json_number(json, object, "right", (double)m->answered_right);
}

static void add_matrix(seqnet_json *json, const measured *m)
{
    const size_t *cell = m->counts.confusion;
    struct cJSON *const matrix = seqnet_json_list(json, json->root, "confusion");
    for (size_t i = 0; i < m->classes; i++) {
        struct cJSON *const row = seqnet_json_list(json, matrix, NULL);
        for (size_t k = 0; k < m->classes; k++, cell++)
            seqnet_json_number(json, row, NULL, (double)*cell);
    }
}

static seqnet_status add_confused(seqnet_json *json, const measured *m, seqnet_error *err)
{
    seqnet_confused *confused;
    size_t count;
    TRY(seqnet_evaluation_confused(&m->counts, &confused, &count, err));
    struct cJSON *const list = seqnet_json_list(json, json->root, "confused");
    for (size_t i = 0; i < count; i++) {
        struct cJSON *const object = seqnet_json_object(json, list, NULL);
        seqnet_json_string(json, object, "label", measured_label(m, confused[i].label));
        seqnet_json_string(json, object, "predicted", measured_label(m, confused[i].predicted));
        seqnet_json_number(json, object, "n", (double)confused[i].n);
    }
    free(confused);
    return SEQNET_OK;
}

struct cJSON *add_label_figures(seqnet_json *json, struct cJSON *parent, const measured *m,
                                size_t label)
{
    const seqnet_label_metrics *const l = &m->labels[label];
    struct cJSON *const object = seqnet_json_object(json, parent, measured_label(m, label));
    seqnet_json_number(json, object, "precision", l->precision);
    seqnet_json_number(json, object, "recall", l->recall);
    seqnet_json_number(json, object, "f1", l->f1);
    seqnet_json_number(json, object, "rows", (double)l->rows);
    return object;
}

static void add_labels(seqnet_json *json, const measured *m)
{
    struct cJSON *const names = seqnet_json_list(json, json->root, "labels");
    for (size_t i = 0; i < m->classes; i++)
        seqnet_json_string(json, names, NULL, measured_label(m, i));
    struct cJSON *const object = seqnet_json_object(json, json->root, "per_label");
    for (size_t i = 0; i < m->classes; i++) {
        struct cJSON *const label = add_label_figures(json, object, m, i);
        seqnet_json_number(json, label, "roc_auc", m->areas[i].roc);
        seqnet_json_number(json, label, "pr_auc", m->areas[i].precision_recall);
    }
}

static void add_slices(seqnet_json *json, struct cJSON *parent, const char *key,
                       const slice_table *table)
{
    struct cJSON *const list = seqnet_json_list(json, parent, key);
    for (size_t i = 0; i < table->count; i++) {
        const slice *const s = &table->slices[i];
        struct cJSON *const object = seqnet_json_object(json, list, NULL);
        seqnet_json_string(json, object, "slice", s->name);
        seqnet_json_number(json, object, "n", (double)s->rows);
        seqnet_json_number(json, object, "accuracy", (double)s->right / (double)s->rows);
        add_interval(json, object, "interval", seqnet_wilson_interval(s->right, s->rows));
    }
}

static void add_all_slices(seqnet_json *json, const measured *m)
{
    struct cJSON *const slices = seqnet_json_object(json, json->root, "slices");
    add_slices(json, slices, "length", &m->by_length);
    add_slices(json, slices, "unknown", &m->by_unknown);
    if (m->what.by)
        add_slices(json, slices, m->what.by, &m->by_field);
}

static void add_figures(seqnet_json *json, const measured *m)
{
    (m->multi_label ? add_label_head : add_class_head)(json, m);
    seqnet_json_number(json, json->root, "macro_f1", m->macro.f1);
    add_average(json, "macro", m->macro);
    add_average(json, "weighted", m->weighted);
    seqnet_json_number(json, json->root, "roc_auc", m->area.roc);
    seqnet_json_number(json, json->root, "pr_auc", m->area.precision_recall);
    seqnet_json_number(json, json->root, "brier", m->brier);
    if (m->multi_label || m->what.k)
        add_at_k(json, 1, m->at_1);
    if (m->what.k > 1)
        add_at_k(json, m->what.k, m->at_k);
    if (!m->multi_label)
        add_calibration(json, m);
    if (m->answers_from > 0.0)
        add_answered(json, m);
    seqnet_json_string(json, json->root, "data", m->what.data);
    seqnet_json_string(json, json->root, "part", m->what.part);
}

static seqnet_status build(seqnet_json *json, const measured *m, const report_options *options,
                           const mistake *list, size_t count, seqnet_error *err)
{
    add_figures(json, m);
    add_labels(json, m);
    if (!m->multi_label && m->classes <= JSON_MATRIX_LABELS)
        add_matrix(json, m);
    if (!m->multi_label)
        TRY(add_confused(json, m, err));
    add_all_slices(json, m);
    if (options->mistakes)
        TRY(add_mistakes(json, m, list, count, options->mistakes, err));
    seqnet_json_bool(json, json->root, "training_data",
                     seqnet_dataset_is_training_data(m->what.dataset));
    seqnet_json_string(json, json->root, "fingerprint", seqnet_model_fingerprint(m->what.model));
    return SEQNET_OK;
}

seqnet_status print_evaluation_json(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    const seqnet_status status = build(&json, m, options, list, count, err);
    if (status == SEQNET_OK)
        return write_json_line(stdout, &json, err);
    seqnet_json_drop(&json);
    return status;
}
