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

static seqnet_status measure_rows(findings *f, seqnet_error *err)
{
    const report_subject *const s = f->subject;
    const measuring what = {.model = s->model,
                            .dataset = s->dataset,
                            .data = s->data,
                            .part = s->part,
                            .parts = s->parts,
                            .limit = s->limit,
                            .threads = s->threads,
                            .threshold = seqnet_model_threshold(s->model),
                            .by = s->by};
    TRY(measure(&what, &f->m, err));
    if (f->m.rows == 0)
        return FAIL(err, SEQNET_ERR_DATA, "%s: its %s part has no rows; choose another with --part",
                    s->data, s->part);
    TRY(find_mistakes(&f->m, &f->mistakes, &f->mistake_count, err));
    if (f->is_multi_label)
        return SEQNET_OK;
    TRY(seqnet_scores_raw_calibration(f->m.scores, f->model, &f->raw, err));
    f->has_raw = fabs(f->raw.error - f->m.calibration.error) > 1e-12;
    return seqnet_evaluation_confused(&f->m.counts, &f->confused, &f->confused_count, err);
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
        status = measure_rows(f, err);
    if (status != SEQNET_OK)
        free_findings(f);
    return status;
}

void free_findings(findings *f)
{
    cJSON_Delete(f->record);
    free_learning_curves(&f->curves);
    if (f->subject->dataset)
        free_measured(&f->m);
    free(f->mistakes);
    free(f->confused);
    *f = (findings){0};
}
