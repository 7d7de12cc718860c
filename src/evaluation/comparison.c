#include "comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answered_rows.h"
#include "errors.h"
#include "mistakes.h"

/* Samples of rows from which an interval comes: fewer where rows are many. */
enum { MOST_REPLICATES = 10000, LEAST_REPLICATES = 1000, DRAWS = 200000000 };

static size_t replicates_for(size_t rows)
{
    const size_t affordable = DRAWS / rows;
    return affordable > MOST_REPLICATES    ? MOST_REPLICATES
           : affordable < LEAST_REPLICATES ? LEAST_REPLICATES
                                           : affordable;
}

/* The name of a row's label: it may have another number in another model. */
static const char *label_name(const measured *m, size_t row)
{
    return measured_label(m, (size_t)seqnet_scores_label(m->scores, row));
}

static bool is_same_row(const measured *a, const measured *b, size_t row)
{
    return a->multi_label || strcmp(label_name(a, row), label_name(b, row)) == 0;
}

static seqnet_status count_pairs(const measured *a, const measured *b, seqnet_paired *paired,
                                 seqnet_error *err)
{
    *paired = (seqnet_paired){.n = a->rows};
    if (a->rows != b->rows)
        return FAIL(err, SEQNET_ERR_DATA,
                    "%s: has %zu rows for one model and %zu for another; choose models of one kind",
                    a->what.data, a->rows, b->rows);
    for (size_t row = 0; row < a->rows; row++) {
        if (!is_same_row(a, b, row))
            return FAIL(err, SEQNET_ERR_DATA,
                        "%s: row %zu has another label for one model than for another; choose "
                        "models of the same labels",
                        a->what.data, row + 1);
        const bool first = a->is_right[row], second = b->is_right[row];
        paired->only_first += first && !second;
        paired->only_second += second && !first;
    }
    return SEQNET_OK;
}

seqnet_status compare_models(comparison *c, uint64_t seed, seqnet_error *err)
{
    c->differences = calloc(c->count, sizeof *c->differences);
    if (!c->differences)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu models", c->count);
    for (size_t i = 1; i < c->count; i++) {
        difference *const d = &c->differences[i];
        TRY(count_pairs(&c->measured[0], &c->measured[i], &d->paired, err));
        d->value = c->measured[i].accuracy - c->measured[0].accuracy;
        d->p_value = seqnet_paired_p_value(&d->paired);
        TRY(seqnet_paired_interval(&d->paired, replicates_for(d->paired.n), seed, &d->interval,
                                   err));
    }
    return SEQNET_OK;
}

verdict verdict_of(const difference *d)
{
    return d->interval.low > 0.0    ? VERDICT_BETTER
           : d->interval.high < 0.0 ? VERDICT_WORSE
                                    : VERDICT_SAME;
}

/* The labels that a model predicts for a row, allocated; NULL without memory. */
static char *predicted_text(const measured *m, size_t row, seqnet_error *err)
{
    named_answer answer;
    if (name_answer(m, row, &answer, err) != SEQNET_OK)
        return NULL;
    free(answer.label);
    return answer.predicted;
}

static seqnet_status disagree(const comparison *c, size_t row, bool *differ, seqnet_error *err)
{
    char *const first = predicted_text(&c->measured[0], row, err);
    seqnet_status status = first ? SEQNET_OK : SEQNET_ERR_MEMORY;
    *differ = false;
    for (size_t i = 1; i < c->count && status == SEQNET_OK && !*differ; i++) {
        char *const other = predicted_text(&c->measured[i], row, err);
        status = other ? SEQNET_OK : SEQNET_ERR_MEMORY;
        *differ = other && strcmp(first, other) != 0;
        free(other);
    }
    free(first);
    return status;
}

/* Appends a row with the answers of all models. */
static seqnet_status append_answers(const comparison *c, answered_rows *rows, size_t row,
                                    size_t *labels, seqnet_error *err)
{
    char **values;
    TRY(append_answered_row(rows, &c->measured[0], row, &values, err));
    for (size_t i = 0; i < c->count; i++) {
        double probability;
        (void)predicted_labels(&c->measured[i], row, labels, &probability);
        values[2 * i] = predicted_text(&c->measured[i], row, err);
        values[2 * i + 1] = probability_text(probability);
    }
    return SEQNET_OK;
}

/* The names of the added fields. */
enum { ADDED_NAME_SIZE = 40 };
typedef struct answer_fields {
    char (*texts)[ADDED_NAME_SIZE];
    const char **names;
    bool *are_json;
} answer_fields;

static void free_fields(answer_fields *f)
{
    free(f->texts);
    free(f->names);
    free(f->are_json);
}

static seqnet_status name_fields(answer_fields *f, size_t models, seqnet_error *err)
{
    f->texts = calloc(2 * models, sizeof *f->texts);
    f->names = calloc(2 * models, sizeof *f->names);
    f->are_json = calloc(2 * models, sizeof *f->are_json);
    if (!f->texts || !f->names || !f->are_json)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu models", models);
    for (size_t i = 0; i < 2 * models; i++) {
        f->are_json[i] = i % 2 == 1;
        (void)snprintf(f->texts[i], ADDED_NAME_SIZE, "%s_%zu",
                       f->are_json[i] ? "probability" : "prediction", i / 2 + 1);
        f->names[i] = f->texts[i];
    }
    return SEQNET_OK;
}

seqnet_status check_disagreements_file(const seqnet_dataset *dataset, size_t models,
                                       const char *path, seqnet_error *err)
{
    answer_fields fields = {0};
    seqnet_status status = name_fields(&fields, models, err);
    const seqnet_added_fields added = {
        .names = fields.names, .are_json = fields.are_json, .count = 2 * models};
    if (status == SEQNET_OK)
        status = seqnet_dataset_check_rows(dataset, &added, path, err);
    free_fields(&fields);
    return status;
}

static seqnet_status collect(const comparison *c, answered_rows *rows, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    size_t most = 0;
    for (size_t i = 0; i < c->count; i++)
        most = c->measured[i].classes > most ? c->measured[i].classes : most;
    size_t *const labels = calloc(most, sizeof *labels);
    if (!labels)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu models", c->count);
    for (size_t row = 0; row < c->measured[0].rows && status == SEQNET_OK; row++) {
        bool differ;
        status = disagree(c, row, &differ, err);
        if (status == SEQNET_OK && differ)
            status = append_answers(c, rows, row, labels, err);
    }
    free(labels);
    return status;
}

seqnet_status write_disagreements(const comparison *c, const char *path, seqnet_error *err)
{
    answered_rows rows;
    answer_fields fields = {0};
    seqnet_status status = make_answered_rows(&rows, c->measured[0].rows, 2 * c->count, err);
    if (status == SEQNET_OK)
        status = name_fields(&fields, c->count, err);
    if (status == SEQNET_OK)
        status = collect(c, &rows, err);
    const seqnet_added_fields added = {
        .names = fields.names, .are_json = fields.are_json, .count = 2 * c->count};
    if (status == SEQNET_OK)
        status = write_answered_rows(&rows, &c->measured[0], &added, path, err);
    free_answered_rows(&rows);
    free_fields(&fields);
    return status;
}
