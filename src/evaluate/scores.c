#include "scores.h"

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "evaluate.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"
#include "scorer.h"

#include "banned.h"

seqnet_status sn_scores_create(seqnet_scores **scores, size_t outputs, seqnet_error *err)
{
    SN_TRY(sn_alloc(scores, 1, sizeof **scores, err));
    (*scores)->outputs = outputs;
    return SEQNET_OK;
}

seqnet_status seqnet_scores_create(seqnet_scores **scores, const seqnet_model *model,
                                   seqnet_error *err)
{
    return sn_scores_create(scores, model->network.outputs, err);
}

void seqnet_scores_free(seqnet_scores *scores)
{
    if (!scores)
        return;
    free(scores->logits);
    free(scores->labels);
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

static void add_rows(seqnet_scores *scores, const sn_scorer *scorer, const sn_rows *rows,
                     size_t count)
{
    const size_t size = sn_block_rows(scores->outputs);
    for (size_t done = 0; done < count; done += size) {
        const size_t n = sn_smaller(count - done, size);
        sn_score_block(scorer->engine, rows, done, n, scorer->block);
        sn_scores_add(scores, scorer->block->logits, rows->labels + done, n);
    }
}

seqnet_status seqnet_model_score(const seqnet_model *model, const seqnet_dataset *dataset,
                                 seqnet_part part, size_t limit, size_t threads,
                                 seqnet_scores *scores, seqnet_error *err)
{
    const size_t count = sn_limited_rows(dataset, part, limit);
    sn_scorer scorer;
    if (scores->outputs != model->network.outputs)
        return sn_fail(err, SEQNET_ERR_USAGE, "scores of %zu classes, a model of %zu",
                       seqnet_scores_classes(scores), model->label_count);
    seqnet_status status = sn_scorer_init(&scorer, model, dataset, part, count, threads, err);
    if (status == SEQNET_OK)
        status = sn_scores_reserve(scores, count, err);
    if (status == SEQNET_OK)
        add_rows(scores, &scorer, &dataset->parts[part], count);
    sn_scorer_release(&scorer);
    return status;
}

size_t seqnet_scores_count(const seqnet_scores *scores)
{
    return scores->count;
}

size_t seqnet_scores_classes(const seqnet_scores *scores)
{
    return sn_class_count(scores->outputs);
}

int32_t seqnet_scores_label(const seqnet_scores *scores, size_t row)
{
    return scores->labels[row];
}

void seqnet_scores_probabilities(const seqnet_scores *scores, size_t row, double *probabilities)
{
    sn_probabilities(scores->logits + row * scores->outputs, scores->outputs, probabilities);
}

/* Goes in the blocks of a scorer, so that the losses are added in the same order as in
 * seqnet_model_evaluate and the sum has the same bits. */
void seqnet_scores_evaluate(const seqnet_scores *scores, seqnet_evaluation *evaluation)
{
    const size_t outputs = scores->outputs, size = sn_block_rows(outputs);
    double loss = sn_evaluation_loss(evaluation);
    for (size_t done = 0; done < scores->count; done += size)
        loss += sn_evaluation_add(evaluation, scores->logits + done * outputs, outputs,
                                  scores->labels + done, sn_smaller(scores->count - done, size));
    sn_evaluation_finish(evaluation, loss, scores->count);
}
