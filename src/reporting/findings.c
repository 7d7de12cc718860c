#include "findings.h"

#include <math.h>
#include <stdlib.h>

#include "errors.h"

double record_number(const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

const char *record_text(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

const char *label_of(const findings *f, size_t label)
{
    return seqnet_model_label_name(f->model, label);
}

double majority_share(const findings *f)
{
    return f->rows ? (double)f->labels[f->majority].rows / (double)f->rows : 0.0;
}

static seqnet_status score_rows(findings *f, seqnet_error *err)
{
    const report_subject *const s = f->subject;
    TRY(seqnet_scores_create(&f->scores, f->model, err));
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS; p++) {
        const size_t done = seqnet_scores_count(f->scores);
        if (s->parts & 1U << p && (s->limit == 0 || done < s->limit))
            TRY(seqnet_model_score(f->model, s->dataset, p, s->limit ? s->limit - done : 0,
                                   s->threads, f->scores, err));
    }
    f->rows = seqnet_scores_count(f->scores);
    return f->rows
               ? SEQNET_OK
               : FAIL(err, SEQNET_ERR_DATA,
                      "%s: its %s part has no rows; choose another with --part", s->data, s->part);
}

/* Measures rows with one label each. */
static seqnet_status measure_classes(findings *f, seqnet_error *err)
{
    TRY(seqnet_evaluation_init(&f->evaluation, f->classes, err));
    seqnet_scores_evaluate(f->scores, &f->evaluation);
    seqnet_evaluation_labels(&f->evaluation, f->labels);
    f->interval = seqnet_wilson_interval(f->evaluation.correct, f->rows);
    f->calibration = seqnet_scores_calibration(f->scores);
    return seqnet_evaluation_confused(&f->evaluation, &f->confused, &f->confused_count, err);
}

/* Measures rows with any number of labels. */
static void measure_labels(findings *f)
{
    seqnet_scores_label_metrics(f->scores, f->subject->threshold, f->labels);
    f->label_loss = seqnet_scores_label_loss(f->scores);
    f->subset_accuracy = seqnet_scores_subset_accuracy(f->scores, f->subject->threshold);
}

static void find_majority(findings *f)
{
    for (size_t i = 0; i < f->classes; i++)
        if (f->labels[i].rows > f->labels[f->majority].rows)
            f->majority = i;
}

static seqnet_status measure(findings *f, seqnet_error *err)
{
    f->labels = calloc(f->classes, sizeof *f->labels);
    f->areas = calloc(f->classes, sizeof *f->areas);
    if (!f->labels || !f->areas)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels",
                    f->classes);
    TRY(score_rows(f, err));
    if (f->is_multi_label)
        measure_labels(f);
    else
        TRY(measure_classes(f, err));
    TRY(seqnet_scores_areas(f->scores, f->areas, err));
    f->macro_areas = seqnet_macro_areas(f->areas, f->classes);
    f->brier = seqnet_scores_brier(f->scores);
    f->macro = seqnet_macro_average(f->labels, f->classes);
    f->micro = seqnet_micro_average(f->labels, f->classes);
    f->weighted = seqnet_weighted_average(f->labels, f->classes);
    find_majority(f);
    return SEQNET_OK;
}

static seqnet_status read_record(findings *f, seqnet_error *err)
{
    const char *const record = seqnet_model_training_json(f->model);
    f->record = cJSON_Parse(record);
    if (!f->record)
        return FAIL(err, SEQNET_ERR_MEMORY, "%s: out of memory for the training record",
                    f->subject->path);
    return read_learning_curves(&f->curves, f->subject->path, record, err);
}

seqnet_status find_out(findings *f, const report_subject *subject, seqnet_error *err)
{
    *f = (findings){.subject = subject,
                    .model = subject->model,
                    .is_multi_label = seqnet_model_is_multi_label(subject->model),
                    .classes = seqnet_model_label_count(subject->model)};
    seqnet_status status = read_record(f, err);
    if (status == SEQNET_OK && subject->dataset)
        status = measure(f, err);
    if (status != SEQNET_OK)
        free_findings(f);
    return status;
}

void free_findings(findings *f)
{
    cJSON_Delete(f->record);
    free_learning_curves(&f->curves);
    seqnet_scores_free(f->scores);
    seqnet_evaluation_free(&f->evaluation);
    free(f->labels);
    free(f->areas);
    free(f->confused);
    *f = (findings){0};
}
