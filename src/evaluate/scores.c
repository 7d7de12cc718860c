#include "scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "evaluate.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"
#include "scalar.h"
#include "scorer.h"
#include "vec.h"

#include "banned.h"

seqnet_status sn_scores_create(seqnet_scores **scores, size_t outputs, bool multi_label,
                               seqnet_error *err)
{
    SN_TRY(sn_alloc(scores, 1, sizeof **scores, err));
    (*scores)->outputs = outputs;
    (*scores)->multi_label = multi_label;
    return SEQNET_OK;
}

seqnet_status seqnet_scores_create(seqnet_scores **scores, const seqnet_model *model,
                                   seqnet_error *err)
{
    return sn_scores_create(scores, model->network.outputs, model->config.multi_label, err);
}

void seqnet_scores_free(seqnet_scores *scores)
{
    if (!scores)
        return;
    free(scores->logits);
    free(scores->labels);
    sn_label_sets_free(&scores->sets);
    free(scores);
}

seqnet_status sn_scores_reserve(seqnet_scores *scores, size_t count, seqnet_error *err)
{
    const size_t rows = scores->count + count;
    SN_TRY(sn_grow(&scores->logits, &scores->logits_capacity, rows * scores->outputs,
                   sizeof *scores->logits, err));
    return sn_grow(&scores->labels, &scores->labels_capacity, rows, sizeof *scores->labels, err);
}

void sn_scores_add(seqnet_scores *scores, const float *logits, const int32_t *labels, size_t count)
{
    const size_t outputs = scores->outputs;
    memcpy(scores->logits + scores->count * outputs, logits, count * outputs * sizeof *logits);
    memcpy(scores->labels + scores->count, labels, count * sizeof *labels);
    scores->count += count;
}

/* The numbers that the rows' sets have among those of the scores; *numbers is allocated. */
static seqnet_status number_sets(seqnet_scores *scores, const sn_rows *rows, size_t count,
                                 int32_t **numbers, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    int32_t *labels = NULL;
    SN_TRY(sn_alloc(numbers, count, sizeof **numbers, err));
    SN_GOTO(sn_alloc(&labels, scores->outputs, sizeof *labels, err));
    for (size_t i = 0; i < count; i++) {
        const sn_label_set set = sn_rows_labels(rows, i);
        if (set.count)
            memcpy(labels, set.labels, set.count * sizeof *labels);
        SN_GOTO(sn_label_sets_add(&scores->sets, labels, set.count, &(*numbers)[i], err));
    }
out:
    free(labels);
    return status;
}

seqnet_status sn_scores_add_rows(seqnet_scores *scores, const sn_rows *rows, const float *logits,
                                 seqnet_error *err)
{
    int32_t *numbers = NULL;
    seqnet_status status = sn_scores_reserve(scores, rows->count, err);
    if (status == SEQNET_OK && scores->multi_label)
        status = number_sets(scores, rows, rows->count, &numbers, err);
    if (status == SEQNET_OK)
        sn_scores_add(scores, logits, numbers ? numbers : rows->labels, rows->count);
    free(numbers);
    return status;
}

seqnet_status sn_score_rows(const sn_scorer *scorer, const sn_rows *rows, size_t count,
                            seqnet_scores *scores, seqnet_error *err)
{
    const size_t size = sn_block_rows(scores->outputs);
    const size_t before = scores->count;
    int32_t *numbers = NULL;
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_scores_reserve(scores, count, err));
    if (scores->multi_label)
        SN_GOTO(number_sets(scores, rows, count, &numbers, err));
    const int32_t *const labels = numbers ? numbers : rows->labels;
    for (size_t done = 0; done < count; done += size) {
        const size_t n = sn_smaller(count - done, size);
        SN_GOTO(sn_score_block(scorer, rows, done, n, err));
        sn_scores_add(scores, scorer->block->logits, labels + done, n);
    }
out:
    if (status != SEQNET_OK)
        scores->count = before;
    free(numbers);
    return status;
}

seqnet_status seqnet_model_score(const seqnet_model *model, const seqnet_dataset *dataset,
                                 seqnet_part part, size_t limit, size_t threads,
                                 seqnet_scores *scores, seqnet_error *err)
{
    const size_t count = sn_limited_rows(dataset, part, limit);
    sn_scorer scorer;
    if (scores->outputs != model->network.outputs ||
        scores->multi_label != model->config.multi_label)
        return sn_fail(err, SEQNET_ERR_USAGE, "scores of %zu classes, a model of %zu",
                       seqnet_scores_classes(scores), model->label_count);
    seqnet_status status = sn_scorer_init(&scorer, model, dataset, part, count, threads, err);
    if (status == SEQNET_OK)
        status = sn_score_rows(&scorer, &dataset->parts[part], count, scores, err);
    sn_scorer_release(&scorer);
    return status;
}

void seqnet_scores_uncalibrate(seqnet_scores *scores, const seqnet_model *model)
{
    sn_vec_scale(scores->logits, sn_model_raw_scale(model), scores->count * scores->outputs);
}

size_t seqnet_scores_count(const seqnet_scores *scores)
{
    return scores->count;
}

size_t seqnet_scores_classes(const seqnet_scores *scores)
{
    return scores->multi_label ? scores->outputs : sn_class_count(scores->outputs);
}

int32_t seqnet_scores_label(const seqnet_scores *scores, size_t row)
{
    return scores->labels[row];
}

void seqnet_scores_probabilities(const seqnet_scores *scores, size_t row, double *probabilities)
{
    sn_row_probabilities(scores->logits + row * scores->outputs, scores->outputs,
                         scores->multi_label, probabilities);
}

sn_label_set sn_scores_label_set(const seqnet_scores *scores, size_t row)
{
    return scores->multi_label ? sn_label_sets_get(&scores->sets, scores->labels[row])
                               : (sn_label_set){.labels = &scores->labels[row], .count = 1};
}

bool sn_scores_has_label(const seqnet_scores *scores, size_t row, size_t label)
{
    const sn_label_set set = sn_scores_label_set(scores, row);
    for (size_t i = 0; i < set.count; i++)
        if ((size_t)set.labels[i] == label)
            return true;
    return false;
}

seqnet_status sn_scores_totals(const seqnet_scores *scores, double **totals, seqnet_error *err)
{
    *totals = NULL;
    if (scores->multi_label || scores->outputs == 1)
        return SEQNET_OK;
    SN_TRY(sn_alloc(totals, scores->count, sizeof **totals, err));
    for (size_t row = 0; row < scores->count; row++)
        (*totals)[row] = sn_log_sum_exp(scores->logits + row * scores->outputs, scores->outputs);
    return SEQNET_OK;
}

double sn_scores_probability(const seqnet_scores *scores, const double *totals, size_t row,
                             size_t label)
{
    if (!totals)
        return seqnet_scores_probability(scores, row, label);
    return sn_scalar_exp((double)scores->logits[row * scores->outputs + label] - totals[row]);
}

double seqnet_scores_probability(const seqnet_scores *scores, size_t row, size_t label)
{
    const float *const logits = scores->logits + row * scores->outputs;
    double probability;
    if (!scores->multi_label)
        return sn_class_probability(logits, scores->outputs, label);
    sn_label_probabilities(logits + label, 1, &probability);
    return probability;
}

void seqnet_scores_set_threshold(seqnet_scores *scores, double threshold)
{
    scores->threshold = threshold;
}

size_t seqnet_scores_predicted(const seqnet_scores *scores, size_t row)
{
    const float *const logits = scores->logits + row * scores->outputs;
    if (scores->outputs == 1 && scores->threshold > 0.0)
        return sn_class_probability(logits, 1, 1) >= scores->threshold;
    return sn_predicted_class(logits, scores->outputs);
}

/* Goes in the blocks of a scorer, so that the losses are added in the same order as in
 * seqnet_model_evaluate and the sum has the same bits. */
void seqnet_scores_evaluate(const seqnet_scores *scores, seqnet_evaluation *evaluation)
{
    const size_t outputs = scores->outputs, size = sn_block_rows(outputs);
    double loss = sn_evaluation_loss(evaluation);
    for (size_t done = 0; done < scores->count; done += size) {
        const size_t count = sn_smaller(scores->count - done, size);
        loss += sn_evaluation_loss_of(scores->logits + done * outputs, outputs,
                                      scores->labels + done, count);
        for (size_t row = done; row < done + count; row++)
            sn_evaluation_count(evaluation, (size_t)scores->labels[row],
                                seqnet_scores_predicted(scores, row));
    }
    sn_evaluation_finish(evaluation, loss, scores->count);
}
