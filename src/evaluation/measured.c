#include "measured.h"

#include <stdlib.h>

#include "errors.h"

const char *measured_label(const measured *m, size_t label)
{
    return seqnet_model_label_name(m->what.model, label);
}

static bool has_label(const int32_t *labels, size_t count, size_t label)
{
    for (size_t i = 0; i < count; i++)
        if ((size_t)labels[i] == label)
            return true;
    return false;
}

/* The labels of a row that reach the threshold, and how far the most mistaken one is off. */
static size_t reaching_labels(const measured *m, size_t row, size_t *labels, double *mistaken)
{
    size_t true_count, count = 0;
    const int32_t *const true_labels = seqnet_scores_labels(m->scores, row, &true_count);
    *mistaken = 0.0;
    for (size_t k = 0; k < m->classes; k++) {
        const double p = seqnet_scores_probability(m->scores, row, k);
        const double off = has_label(true_labels, true_count, k) ? 1.0 - p : p;
        *mistaken = off > *mistaken ? off : *mistaken;
        if (p >= m->what.threshold)
            labels[count++] = k;
    }
    return count;
}

size_t predicted_labels(const measured *m, size_t row, size_t *labels, double *probability)
{
    if (m->multi_label)
        return reaching_labels(m, row, labels, probability);
    labels[0] = seqnet_scores_predicted(m->scores, row);
    *probability = seqnet_scores_probability(m->scores, row, labels[0]);
    return 1;
}

static seqnet_status score_parts(measured *m, seqnet_error *err)
{
    const measuring *const w = &m->what;
    TRY(seqnet_scores_create(&m->scores, w->model, err));
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS; p++) {
        const size_t done = seqnet_scores_count(m->scores);
        if (w->parts & 1U << p && (w->limit == 0 || done < w->limit))
            TRY(seqnet_model_score(w->model, w->dataset, p, w->limit ? w->limit - done : 0,
                                   w->threads, m->scores, err));
    }
    m->rows = seqnet_scores_count(m->scores);
    if (w->raw)
        seqnet_scores_uncalibrate(m->scores, w->model);
    if (w->threshold > 0.0 && !m->multi_label)
        seqnet_scores_set_threshold(m->scores, w->threshold);
    return SEQNET_OK;
}

/* Rows are scored part after part, in their order; the last part may be cut. */
static void find_places(measured *m)
{
    size_t done = 0;
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS; p++) {
        const size_t count = m->what.parts & 1U << p ? seqnet_dataset_count(m->what.dataset, p) : 0;
        for (size_t row = 0; row < count && done < m->rows; row++)
            m->places[done++] = (row_place){p, row};
    }
}

static bool row_is_right(const measured *m, size_t row)
{
    if (m->multi_label)
        return seqnet_scores_is_exact(m->scores, row, m->what.threshold);
    return seqnet_scores_predicted(m->scores, row) == (size_t)seqnet_scores_label(m->scores, row);
}

static seqnet_status look_at_rows(measured *m, seqnet_error *err)
{
    m->places = calloc(m->rows + 1, sizeof *m->places);
    m->is_right = calloc(m->rows + 1, sizeof *m->is_right);
    if (!m->places || !m->is_right)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu rows", m->rows);
    find_places(m);
    for (size_t row = 0; row < m->rows; row++) {
        m->is_right[row] = row_is_right(m, row);
        m->right += m->is_right[row];
    }
    return SEQNET_OK;
}

/* Counts the rows that the model answers. Its threshold is one of calibrated probabilities. */
static void count_answered(measured *m)
{
    m->answers_from = m->what.raw ? 0.0 : seqnet_model_abstain_below(m->what.model);
    for (size_t row = 0; row < m->rows && m->answers_from > 0.0; row++) {
        const size_t label = seqnet_scores_predicted(m->scores, row);
        if (seqnet_scores_probability(m->scores, row, label) < m->answers_from)
            continue;
        m->answered++;
        m->answered_right += m->is_right[row];
    }
}

/* The figures of rows with one label each. */
static seqnet_status count_classes(measured *m, seqnet_error *err)
{
    TRY(seqnet_evaluation_init(&m->counts, m->classes, err));
    seqnet_scores_evaluate(m->scores, &m->counts);
    m->loss = m->counts.loss;
    seqnet_evaluation_labels(&m->counts, m->labels);
    m->calibration = seqnet_scores_calibration(m->scores);
    count_answered(m);
    return SEQNET_OK;
}

/* The figures of rows with any number of labels. */
static void count_labels(measured *m)
{
    m->loss = seqnet_scores_label_loss(m->scores);
    seqnet_scores_label_metrics(m->scores, m->what.threshold, m->labels);
}

static void find_majority(measured *m)
{
    for (size_t i = 0; i < m->classes; i++)
        if (m->labels[i].rows > m->labels[m->majority].rows)
            m->majority = i;
    m->majority_share = m->rows ? (double)m->labels[m->majority].rows / (double)m->rows : 0.0;
}

static void find_averages(measured *m)
{
    m->accuracy = m->rows ? (double)m->right / (double)m->rows : 0.0;
    m->interval = seqnet_wilson_interval(m->right, m->rows);
    m->macro = seqnet_macro_average(m->labels, m->classes);
    m->weighted = seqnet_weighted_average(m->labels, m->classes);
    m->micro = seqnet_micro_average(m->labels, m->classes);
    m->at_1 = seqnet_scores_at_k(m->scores, 1);
    if (m->what.k)
        m->at_k = seqnet_scores_at_k(m->scores, m->what.k);
    m->area =
        m->classes == 2 && !m->multi_label ? m->areas[1] : seqnet_macro_areas(m->areas, m->classes);
    m->brier = seqnet_scores_brier(m->scores);
    find_majority(m);
}

static seqnet_status find_figures(measured *m, seqnet_error *err)
{
    m->labels = calloc(m->classes, sizeof *m->labels);
    m->areas = calloc(m->classes, sizeof *m->areas);
    if (!m->labels || !m->areas)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels",
                    m->classes);
    TRY(seqnet_scores_areas(m->scores, m->areas, err));
    if (m->multi_label)
        count_labels(m);
    else
        TRY(count_classes(m, err));
    find_averages(m);
    return SEQNET_OK;
}

static seqnet_status make_slices(measured *m, seqnet_error *err)
{
    const sliced_rows rows = {.dataset = m->what.dataset,
                              .data = m->what.data,
                              .places = m->places,
                              .right = m->is_right,
                              .count = m->rows};
    TRY(slice_by_words(&rows, &m->by_length, &m->by_unknown, err));
    return m->what.by ? slice_by_field(&rows, m->what.by, &m->by_field, err) : SEQNET_OK;
}

seqnet_status measure(const measuring *what, measured *m, seqnet_error *err)
{
    *m = (measured){.what = *what,
                    .classes = seqnet_model_label_count(what->model),
                    .multi_label = seqnet_model_is_multi_label(what->model)};
    TRY(score_parts(m, err));
    TRY(look_at_rows(m, err));
    TRY(find_figures(m, err));
    return make_slices(m, err);
}

void free_measured(measured *m)
{
    seqnet_scores_free(m->scores);
    seqnet_evaluation_free(&m->counts);
    free(m->places);
    free(m->is_right);
    free(m->labels);
    free(m->areas);
    free_slices(&m->by_length);
    free_slices(&m->by_unknown);
    free_slices(&m->by_field);
    *m = (measured){0};
}
