#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "cores.h"
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

/* Scores one block of rows; returns their summed loss. */
static double evaluate_block(sn_engine *engine, const sn_rows *rows, size_t first, size_t count,
                             sn_scored_block *block, seqnet_evaluation *evaluation)
{
    float *const logits = block->logits;
    for (size_t i = 0; i < count; i++) {
        block->row_ids[i] = sn_rows_ids(rows, first + i);
        block->lengths[i] = sn_rows_length(rows, first + i);
    }
    const sn_batch batch = {.rows = block->row_ids, .lengths = block->lengths, .count = count};
    sn_engine_score(engine, &batch, logits);
    sn_loss_sums sums = {0};
    const int32_t *const labels = rows->labels + first;
    const size_t outputs = engine->outputs, classes = evaluation->classes;
    sn_cross_entropy(logits, outputs, labels, NULL, count, 0.0F, NULL, &sums);
    for (size_t i = 0; i < count; i++) {
        const size_t label = (size_t)labels[i];
        const size_t predicted = sn_predicted_class(logits + i * outputs, outputs);
        evaluation->correct += predicted == label;
        if (evaluation->confusion)
            evaluation->confusion[label * classes + predicted]++;
    }
    return sums.loss;
}

void sn_evaluate_rows(sn_engine *engine, const sn_rows *rows, size_t first, size_t count,
                      sn_scored_block *block, seqnet_evaluation *evaluation)
{
    double loss = evaluation->loss * (double)evaluation->n;
    const size_t size = sn_smaller(SN_BLOCK_ROWS, SN_BLOCK_LOGITS / engine->outputs);
    for (size_t done = 0; done < count; done += size)
        loss += evaluate_block(engine, rows, first + done, sn_smaller(count - done, size), block,
                               evaluation);
    evaluation->n += count;
    const double n = (double)evaluation->n;
    evaluation->loss = evaluation->n ? loss / n : 0.0;
    evaluation->accuracy = evaluation->n ? (double)evaluation->correct / n : 0.0;
}

/* Whether the model knows all that the first `count` rows may hold. */
static seqnet_status check_rows(const seqnet_model *model, const seqnet_dataset *dataset,
                                const sn_rows *rows, size_t count, seqnet_error *err)
{
    if (dataset->encoding.id_count > model->config.encoding.id_count)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has ids below %d, the model below %d; load the data with the model's "
                       "options",
                       dataset->source, (int)dataset->encoding.id_count,
                       (int)model->config.encoding.id_count);
    for (size_t i = 0; i < count; i++)
        if (rows->labels[i] < 0 || (size_t)rows->labels[i] >= model->label_count)
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: has rows of class %d, the model %zu classes; load the data with "
                           "the model's options",
                           dataset->source, (int)rows->labels[i], model->label_count);
    return SEQNET_OK;
}

seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err)
{
    const sn_rows *const rows = &dataset->parts[part];
    const size_t count = limit && limit < rows->count ? limit : rows->count;
    sn_pool *pool = NULL;
    sn_engine *engine = NULL;
    sn_scored_block *block = NULL;
    seqnet_status status = SEQNET_OK;
    if (evaluation->classes != model->label_count)
        return sn_fail(err, SEQNET_ERR_USAGE, "an evaluation of %zu classes, a model of %zu",
                       evaluation->classes, model->label_count);
    SN_TRY(check_rows(model, dataset, rows, count, err));
    SN_GOTO(sn_pool_create(&pool, threads ? threads : sn_usable_cores(), err));
    SN_GOTO(sn_engine_create(&engine, &model->network, model->config.padding, pool, false, err));
    sn_engine_use(engine, model->weights);
    SN_GOTO(sn_alloc(&block, 1, sizeof *block, err));
    sn_evaluate_rows(engine, rows, 0, count, block, evaluation);
out:
    free(block);
    sn_engine_free(engine);
    sn_pool_free(pool);
    return status;
}
