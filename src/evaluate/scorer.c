#include "scorer.h"

#include <stdlib.h>

#include "cores.h"
#include "dataset.h"
#include "memory.h"
#include "model.h"
#include "ngram_rows.h"
#include "pieces.h"
#include "vec.h"

#include "banned.h"

size_t sn_block_rows(size_t outputs)
{
    return sn_smaller(SN_BLOCK_ROWS, SN_BLOCK_LOGITS / outputs);
}

void sn_scored_block_free(sn_scored_block *block)
{
    if (block)
        free(block->wide);
    free(block);
}

/* Finds the ids of rows, and widens them where that is needed. */
static seqnet_status load_rows(sn_scored_block *block, const sn_rows *rows, size_t first,
                               size_t count, seqnet_error *err)
{
    const size_t start = rows->offsets[first], ids = rows->offsets[first + count] - start;
    if (rows->narrow)
        SN_TRY(sn_grow(&block->wide, &block->wide_capacity, ids + 1, sizeof *block->wide, err));
    const int32_t *const all = sn_rows_stretch(rows, start, ids, block->wide);
    for (size_t i = 0; i < count; i++) {
        block->row_ids[i] = all + (rows->offsets[first + i] - start);
        block->lengths[i] = sn_rows_length(rows, first + i);
    }
    return SEQNET_OK;
}

/* Of processes that score together each does a part of the rows. */
static seqnet_status run_network(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                                 size_t count, seqnet_error *err)
{
    const size_t rank = seqnet_comm_rank(scorer->comm), outputs = scorer->outputs;
    const size_t begin = sn_comm_piece(scorer->comm, count, rank);
    const size_t own = sn_comm_piece(scorer->comm, count, rank + 1) - begin;
    sn_scored_block *const block = scorer->block;
    float *const logits = block->logits + begin * outputs;
    SN_TRY(load_rows(block, rows, first + begin, own, err));
    const sn_minibatch batch = {.rows = block->row_ids, .lengths = block->lengths, .count = own};
    sn_engine_score(scorer->engine, &batch, logits);
    sn_vec_scale(logits, scorer->scale, own * outputs);
    sn_comm_gather_pieces(scorer->comm, block->logits, count, outputs * sizeof *block->logits);
    return SEQNET_OK;
}

static seqnet_status add_ngrams(const sn_scorer *scorer, const sn_rows *rows, seqnet_error *err)
{
    const size_t outputs = scorer->outputs;
    float *const svm = scorer->decisions, *const nb = svm + SN_BLOCK_LOGITS;
    SN_TRY(sn_ngrams_score_rows(scorer->blended->ngrams, rows, svm, nb, scorer->pool, err));
    for (size_t i = 0; i < rows->count; i++)
        sn_blend_logits(scorer->blended, svm + i * outputs, nb + i * outputs,
                        scorer->block->logits + i * outputs, 1);
    return SEQNET_OK;
}

seqnet_status sn_score_block(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                             size_t count, seqnet_error *err)
{
    const sn_rows block = sn_rows_slice(rows, first, count);
    if (scorer->engine)
        SN_TRY(run_network(scorer, rows, first, count, err));
    return scorer->blended ? add_ngrams(scorer, &block, err) : SEQNET_OK;
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
    scorer->scale = sn_model_logit_scale(model);
    if (sn_model_has_network(model)) {
        SN_TRY(sn_engine_create(&scorer->engine, &model->network, model->config.padding,
                                scorer->pool, false, err));
        sn_engine_use(scorer->engine, model->weights);
    }
    if (model->ngrams) {
        scorer->blended = model;
        SN_TRY(sn_alloc_floats(&scorer->decisions, 2 * SN_BLOCK_LOGITS, err));
    }
    return sn_alloc(&scorer->block, 1, sizeof *scorer->block, err);
}

void sn_scorer_release(sn_scorer *scorer)
{
    free(scorer->decisions);
    sn_scored_block_free(scorer->block);
    sn_engine_free(scorer->engine);
    sn_pool_free(scorer->pool);
    *scorer = (sn_scorer){0};
}
