/* Measures of rows with any number of labels: functions of the scores alone. */
#include <stdlib.h>

#include "memory.h"
#include "pieces.h"
#include "scores.h"

#include "banned.h"

static double ratio(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

static const float *logits_of(const seqnet_scores *scores, size_t row)
{
    return scores->logits + row * scores->outputs;
}

static double probability_of(float logit)
{
    double probability;
    sn_label_probabilities(&logit, 1, &probability);
    return probability;
}

bool seqnet_scores_is_multi_label(const seqnet_scores *scores)
{
    return scores->multi_label;
}

const int32_t *seqnet_scores_labels(const seqnet_scores *scores, size_t row, size_t *count)
{
    const sn_label_set set = sn_scores_label_set(scores, row);
    *count = set.count;
    return set.labels;
}

static void count_row(const seqnet_scores *scores, size_t row, double threshold,
                      seqnet_label_metrics *labels)
{
    const sn_label_set set = sn_scores_label_set(scores, row);
    const float *const logits = logits_of(scores, row);
    for (size_t i = 0; i < set.count; i++) {
        labels[set.labels[i]].rows++;
        labels[set.labels[i]].correct += probability_of(logits[set.labels[i]]) >= threshold;
    }
    for (size_t k = 0; k < scores->outputs; k++)
        labels[k].predicted += probability_of(logits[k]) >= threshold;
}

void seqnet_scores_label_metrics(const seqnet_scores *scores, double threshold,
                                 seqnet_label_metrics *labels)
{
    for (size_t k = 0; k < scores->outputs; k++)
        labels[k] = (seqnet_label_metrics){0};
    for (size_t row = 0; row < scores->count; row++)
        count_row(scores, row, threshold, labels);
    for (seqnet_label_metrics *l = labels; l < labels + scores->outputs; l++) {
        l->precision = ratio((double)l->correct, (double)l->predicted);
        l->recall = ratio((double)l->correct, (double)l->rows);
        l->f1 = ratio(2.0 * (double)l->correct, (double)(l->predicted + l->rows));
    }
}

sn_loss_sums sn_scores_sums(const seqnet_scores *scores)
{
    sn_loss_sums sums = {0};
    sn_label_cross_entropy(scores->logits, scores->outputs, &scores->sets, scores->labels, NULL,
                           scores->count, 0.0F, NULL, &sums);
    return sums;
}

double seqnet_scores_label_loss(const seqnet_scores *scores)
{
    return ratio(sn_scores_sums(scores).loss, (double)scores->count);
}

bool seqnet_scores_is_exact(const seqnet_scores *scores, size_t row, double threshold)
{
    const sn_label_set set = sn_scores_label_set(scores, row);
    size_t next = 0;
    for (size_t k = 0; k < scores->outputs; k++) {
        const bool is_label = next < set.count && (size_t)set.labels[next] == k;
        next += is_label;
        if (is_label != (probability_of(logits_of(scores, row)[k]) >= threshold))
            return false;
    }
    return true;
}

double seqnet_scores_subset_accuracy(const seqnet_scores *scores, double threshold)
{
    size_t exact = 0;
    for (size_t row = 0; row < scores->count; row++)
        exact += seqnet_scores_is_exact(scores, row, threshold);
    return ratio((double)exact, (double)scores->count);
}

/* How many labels of a row are more probable than one of them, or as probable and lower. */
static size_t rank_of(const seqnet_scores *scores, size_t row, size_t label)
{
    const float *const logits = logits_of(scores, row);
    size_t rank = 0;
    if (scores->outputs == 1 && !scores->multi_label)
        return sn_predicted_class(logits, 1) != label;
    for (size_t k = 0; k < scores->outputs; k++)
        rank += logits[k] > logits[label] || (logits[k] == logits[label] && k < label);
    return rank;
}

seqnet_average seqnet_scores_at_k(const seqnet_scores *scores, size_t k)
{
    const size_t most = sn_smaller(k ? k : 1, seqnet_scores_classes(scores));
    size_t hits = 0, labels = 0;
    for (size_t row = 0; row < scores->count; row++) {
        const sn_label_set set = sn_scores_label_set(scores, row);
        labels += set.count;
        for (size_t i = 0; i < set.count; i++)
            hits += rank_of(scores, row, (size_t)set.labels[i]) < most;
    }
    const double predicted = (double)most * (double)scores->count;
    return (seqnet_average){.precision = ratio((double)hits, predicted),
                            .recall = ratio((double)hits, (double)labels),
                            .f1 = ratio(2.0 * (double)hits, predicted + (double)labels)};
}

/* A label of a row with its probability, and whether the row has it. */
typedef struct candidate {
    double probability;
    bool is_label;
} candidate;

static int compare_candidates(const void *left, const void *right)
{
    const candidate *const a = left, *const b = right;
    return (a->probability < b->probability) - (a->probability > b->probability);
}

/* Lists the labels of all rows; returns how many of them the rows have. */
static size_t list_candidates(const seqnet_scores *scores, candidate *list)
{
    size_t labels = 0;
    for (size_t row = 0; row < scores->count; row++, list += scores->outputs) {
        const sn_label_set set = sn_scores_label_set(scores, row);
        for (size_t k = 0; k < scores->outputs; k++)
            list[k] = (candidate){.probability = probability_of(logits_of(scores, row)[k])};
        for (size_t i = 0; i < set.count; i++)
            list[set.labels[i]].is_label = true;
        labels += set.count;
    }
    return labels;
}

seqnet_status seqnet_scores_best_threshold(const seqnet_scores *scores, double *threshold,
                                           double *f1, seqnet_error *err)
{
    const size_t count = scores->count * scores->outputs;
    candidate *list;
    double best = 0.0;
    size_t correct = 0;
    *threshold = 0.5;
    SN_TRY(sn_alloc(&list, count, sizeof *list, err));
    const size_t labels = list_candidates(scores, list);
    if (count)
        qsort(list, count, sizeof *list, compare_candidates);
    for (size_t i = 0; i < count; i++) {
        correct += list[i].is_label;
        if (i + 1 < count && list[i + 1].probability == list[i].probability)
            continue; /* both are predicted, or neither */
        const double value = ratio(2.0 * (double)correct, (double)(i + 1 + labels));
        if (value > best) {
            best = value;
            *threshold = list[i].probability;
        }
    }
    free(list);
    if (f1)
        *f1 = best;
    return SEQNET_OK;
}
