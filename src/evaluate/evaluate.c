#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"

#include "banned.h"

seqnet_evaluation seqnet_evaluation_totals(size_t classes)
{
    return (seqnet_evaluation){.classes = classes};
}

seqnet_status seqnet_evaluation_init(seqnet_evaluation *evaluation, size_t classes,
                                     seqnet_error *err)
{
    *evaluation = seqnet_evaluation_totals(classes);
    if (classes > SN_MAX_LABELS)
        return sn_fail(err, SEQNET_ERR_USAGE, "an evaluation is of at most %d classes, not %zu",
                       SN_MAX_LABELS, classes);
    return sn_alloc(&evaluation->confusion, classes * classes, sizeof *evaluation->confusion, err);
}

void seqnet_evaluation_clear(seqnet_evaluation *evaluation)
{
    const size_t cells = evaluation->classes * evaluation->classes;
    if (evaluation->confusion)
        memset(evaluation->confusion, 0, cells * sizeof *evaluation->confusion);
    evaluation->n = evaluation->correct = 0;
    evaluation->accuracy = evaluation->loss = 0.0;
}

void seqnet_evaluation_free(seqnet_evaluation *evaluation)
{
    free(evaluation->confusion);
    *evaluation = (seqnet_evaluation){0};
}

double sn_evaluation_loss_of(const float *logits, size_t outputs, const int32_t *labels,
                             size_t count)
{
    sn_loss_sums sums = {0};
    sn_cross_entropy(logits, outputs, labels, NULL, count, 0.0F, NULL, &sums);
    return sums.loss;
}

void sn_evaluation_count(seqnet_evaluation *evaluation, size_t label, size_t predicted)
{
    evaluation->correct += predicted == label;
    if (evaluation->confusion)
        evaluation->confusion[label * evaluation->classes + predicted]++;
}

double sn_evaluation_add(seqnet_evaluation *evaluation, const float *logits, size_t outputs,
                         const int32_t *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sn_evaluation_count(evaluation, (size_t)labels[i],
                            sn_predicted_class(logits + i * outputs, outputs));
    return sn_evaluation_loss_of(logits, outputs, labels, count);
}

double sn_evaluation_loss(const seqnet_evaluation *evaluation)
{
    return evaluation->loss * (double)evaluation->n;
}

void sn_evaluation_finish(seqnet_evaluation *evaluation, double loss, size_t count)
{
    evaluation->n += count;
    const double n = (double)evaluation->n;
    evaluation->loss = evaluation->n ? loss / n : 0.0;
    evaluation->accuracy = evaluation->n ? (double)evaluation->correct / n : 0.0;
}

seqnet_status sn_evaluate_rows(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                               size_t count, seqnet_evaluation *evaluation, seqnet_error *err)
{
    const size_t size = sn_block_rows(scorer->outputs);
    double loss = sn_evaluation_loss(evaluation);
    for (size_t done = 0; done < count; done += size) {
        const size_t n = sn_smaller(count - done, size);
        SN_TRY(sn_score_block(scorer, rows, first + done, n, err));
        loss += sn_evaluation_add(evaluation, scorer->block->logits, scorer->outputs,
                                  rows->labels + first + done, n);
    }
    sn_evaluation_finish(evaluation, loss, count);
    return SEQNET_OK;
}

seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err)
{
    const size_t count = sn_limited_rows(dataset, part, limit);
    sn_scorer scorer;
    if (evaluation->classes != model->label_count)
        return sn_fail(err, SEQNET_ERR_USAGE, "an evaluation of %zu classes, a model of %zu",
                       evaluation->classes, model->label_count);
    if (model->config.multi_label)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "an evaluation is of rows of one label; score a model of many labels");
    seqnet_status status = sn_scorer_init(&scorer, model, dataset, part, count, threads, err);
    if (status == SEQNET_OK)
        status = sn_evaluate_rows(&scorer, &dataset->parts[part], 0, count, evaluation, err);
    sn_scorer_release(&scorer);
    return status;
}
