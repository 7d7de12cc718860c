#include "evaluate.h"

#include "cores.h"
#include "dataset.h"
#include "model.h"

#include "banned.h"

enum { BLOCK_ROWS = 4096 };

/* Scores one block of rows; returns their summed loss. */
static double evaluate_block(sn_engine *engine, const sn_sequences *rows, size_t first,
                             size_t count, seqnet_evaluation *evaluation)
{
    const int32_t *row_ids[BLOCK_ROWS];
    size_t lengths[BLOCK_ROWS];
    float logits[BLOCK_ROWS];
    for (size_t i = 0; i < count; i++) {
        row_ids[i] = sn_sequences_row(rows, first + i);
        lengths[i] = sn_sequences_length(rows, first + i);
    }
    sn_engine_score(engine, &(sn_batch){.rows = row_ids, .lengths = lengths, .count = count},
                    logits);
    sn_loss_sums sums = {0};
    const int32_t *const labels = rows->labels + first;
    sn_binary_cross_entropy(logits, labels, count, 0.0F, NULL, &sums);
    for (size_t i = 0; i < count; i++)
        evaluation->confusion[labels[i]][logits[i] > 0.0F]++;
    return sums.loss;
}

void sn_evaluate_rows(sn_engine *engine, const sn_sequences *rows, size_t first, size_t count,
                      seqnet_evaluation *evaluation)
{
    double loss = evaluation->loss * (double)evaluation->n;
    for (size_t done = 0; done < count; done += BLOCK_ROWS) {
        const size_t left = count - done;
        loss += evaluate_block(engine, rows, first + done, left < BLOCK_ROWS ? left : BLOCK_ROWS,
                               evaluation);
    }
    evaluation->n += count;
    const size_t correct = evaluation->confusion[0][0] + evaluation->confusion[1][1];
    evaluation->loss = evaluation->n ? loss / (double)evaluation->n : 0.0;
    evaluation->accuracy = evaluation->n ? (double)correct / (double)evaluation->n : 0.0;
}

seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err)
{
    const sn_sequences *const rows = &dataset->parts[part];
    const size_t count = limit && limit < rows->count ? limit : rows->count;
    sn_pool *pool = NULL;
    sn_engine *engine = NULL;
    seqnet_status status = SEQNET_OK;
    if (dataset->encoding.id_count > model->config.encoding.id_count)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has ids below %d, the model below %d; load the data with the model's "
                       "options",
                       dataset->source, (int)dataset->encoding.id_count,
                       (int)model->config.encoding.id_count);
    SN_GOTO(sn_pool_create(&pool, threads ? threads : sn_usable_cores(), err));
    SN_GOTO(sn_engine_create(&engine, &model->network, model->config.padding, pool, false, err));
    sn_engine_use(engine, model->weights);
    sn_evaluate_rows(engine, rows, 0, count, evaluation);
out:
    sn_engine_free(engine);
    sn_pool_free(pool);
    return status;
}
