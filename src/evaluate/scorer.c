#include "scorer.h"

#include <stdlib.h>
#include <string.h>

#include "cores.h"
#include "dataset.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"

#include "banned.h"

size_t sn_block_rows(size_t outputs)
{
    return sn_smaller(SN_BLOCK_ROWS, SN_BLOCK_LOGITS / outputs);
}

static void run_network(const sn_scorer *scorer, const sn_rows *rows, size_t first, size_t count)
{
    sn_scored_block *const block = scorer->block;
    for (size_t i = 0; i < count; i++) {
        block->row_ids[i] = sn_rows_ids(rows, first + i);
        block->lengths[i] = sn_rows_length(rows, first + i);
    }
    const sn_minibatch batch = {.rows = block->row_ids, .lengths = block->lengths, .count = count};
    sn_engine_score(scorer->engine, &batch, block->logits);
}

/* Rows to which one task adds the n-gram part's decisions. */
enum { TASK_ROWS = 64 };

typedef struct blending {
    const sn_scorer *scorer;
    const sn_rows *rows;
    size_t first, count;
} blending;

static seqnet_status blend_rows(const blending *b, size_t task, sn_blend_scratch *scratch,
                                seqnet_error *err)
{
    const size_t end = sn_smaller((task + 1) * TASK_ROWS, b->count);
    for (size_t i = task * TASK_ROWS; i < end; i++) {
        const sn_text_info *const text = &b->rows->texts[b->first + i];
        SN_TRY(sn_blend_text(b->scorer->blended, scratch, text->text, text->length,
                             b->scorer->block->logits + i * b->scorer->outputs, 1, err));
    }
    return SEQNET_OK;
}

static void blend_task(void *context, size_t task, size_t worker)
{
    const blending *const b = context;
    seqnet_error *const error = &b->scorer->errors[worker];
    if (error->status == SEQNET_OK)
        error->status = blend_rows(b, task, &b->scorer->scratches[worker], error);
}

seqnet_status sn_score_block(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                             size_t count, seqnet_error *err)
{
    blending b = {.scorer = scorer, .rows = rows, .first = first, .count = count};
    if (scorer->engine)
        run_network(scorer, rows, first, count);
    if (!scorer->blended)
        return SEQNET_OK;
    sn_pool_run(scorer->pool, blend_task, &b, sn_pieces(count, TASK_ROWS));
    for (size_t i = 0; i < sn_pool_threads(scorer->pool); i++)
        if (scorer->errors[i].status != SEQNET_OK)
            return sn_fail(err, scorer->errors[i].status, "%s", scorer->errors[i].message);
    return SEQNET_OK;
}

size_t sn_limited_rows(const seqnet_dataset *dataset, seqnet_part part, size_t limit)
{
    const size_t count = dataset->parts[part].count;
    return limit && limit < count ? limit : count;
}

seqnet_status sn_check_model_rows(const seqnet_model *model, const seqnet_dataset *dataset,
                                  seqnet_part part, size_t count, seqnet_error *err)
{
    const sn_rows *const rows = &dataset->parts[part];
    if (dataset->encoding.id_count > model->config.encoding.id_count)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has ids below %d, the model below %d; load the data with the model's "
                       "options",
                       dataset->source, (int)dataset->encoding.id_count,
                       (int)model->config.encoding.id_count);
    if (count && (rows->sets != NULL) != model->config.multi_label)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: a row has %s, of the model not; load the data with the model's options",
                       dataset->source, rows->sets ? "any number of labels" : "one label");
    if (count && model->ngrams && !rows->texts)
        return sn_fail(
            err, SEQNET_ERR_DATA,
            "%s: its texts were not kept, which the model's n-grams are of; load the data with "
            "the model",
            dataset->source);
    for (size_t i = 0; i < count; i++) {
        const sn_label_set set = sn_rows_labels(rows, i);
        const int32_t highest = set.count ? set.labels[set.count - 1] : 0;
        if (highest < 0 || (size_t)highest >= model->label_count)
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: has rows of class %d, the model %zu classes; load the data with "
                           "the model's options",
                           dataset->source, (int)highest, model->label_count);
    }
    return SEQNET_OK;
}

seqnet_status sn_scorer_init(sn_scorer *scorer, const seqnet_model *model,
                             const seqnet_dataset *dataset, seqnet_part part, size_t count,
                             size_t threads, seqnet_error *err)
{
    *scorer = (sn_scorer){0};
    SN_TRY(sn_check_model_rows(model, dataset, part, count, err));
    SN_TRY(sn_pool_create(&scorer->pool, threads ? threads : sn_usable_cores(), err));
    scorer->outputs = model->network.outputs;
    if (sn_model_has_network(model)) {
        SN_TRY(sn_engine_create(&scorer->engine, &model->network, model->config.padding,
                                scorer->pool, false, err));
        sn_engine_use(scorer->engine, model->weights);
    }
    if (model->ngrams) {
        const size_t workers = sn_pool_threads(scorer->pool);
        scorer->blended = model;
        SN_TRY(sn_alloc(&scorer->scratches, workers, sizeof *scorer->scratches, err));
        SN_TRY(sn_alloc(&scorer->errors, workers, sizeof *scorer->errors, err));
    }
    return sn_alloc(&scorer->block, 1, sizeof *scorer->block, err);
}

void sn_scorer_release(sn_scorer *scorer)
{
    for (size_t i = 0; scorer->scratches && i < sn_pool_threads(scorer->pool); i++)
        sn_blend_scratch_free(&scorer->scratches[i]);
    free(scorer->scratches);
    free(scorer->errors);
    free(scorer->block);
    sn_engine_free(scorer->engine);
    sn_pool_free(scorer->pool);
    *scorer = (sn_scorer){0};
}
