/*
 * A predictor turns texts into rows of ids as they come (only the ids that fit into maxlen are
 * kept, so a long text costs no memory for long) and scores the rows in batches.
 */
#include <seqnet/model.h>

#include <stdlib.h>
#include <string.h>

#include "cores.h"
#include "encoding.h"
#include "evaluate.h"
#include "memory.h"
#include "model.h"
#include "pad.h"
#include "word_index.h"

#include "banned.h"

struct seqnet_predictor {
    const seqnet_model *model;
    sn_vocabulary *own_vocabulary;   /* read from options.word_index */
    const sn_vocabulary *vocabulary; /* that, or the model's, or NULL */
    sn_pool *pool;
    sn_engine *engine;
    sn_tokenizer tokenizer;
    sn_encoded encoded;
    sn_sequences pending;
    seqnet_prediction *predictions; /* one per pending row, filled in part when it is added */
    size_t capacity;
    bool scored; /* the pending rows were handed out: the next add starts anew */
};

static seqnet_status init_predictor(seqnet_predictor *predictor, const seqnet_model *model,
                                    const seqnet_predictor_options *options, seqnet_error *err)
{
    predictor->model = model;
    predictor->vocabulary = model->vocabulary;
    if (options->word_index) {
        SN_TRY(sn_word_index_read(&predictor->own_vocabulary, options->word_index, err));
        predictor->vocabulary = predictor->own_vocabulary;
    }
    const size_t threads = options->threads ? options->threads : sn_usable_cores();
    SN_TRY(sn_pool_create(&predictor->pool, threads, err));
    SN_TRY(sn_engine_create(&predictor->engine, &model->network, model->config.padding,
                            predictor->pool, false, err));
    sn_engine_use(predictor->engine, model->weights);
    return SEQNET_OK;
}

seqnet_status seqnet_predictor_create(seqnet_predictor **predictor, const seqnet_model *model,
                                      const seqnet_predictor_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(predictor, 1, sizeof **predictor, err));
    const seqnet_status status = init_predictor(*predictor, model, options, err);
    if (status != SEQNET_OK) {
        seqnet_predictor_free(*predictor);
        *predictor = NULL;
    }
    return status;
}

void seqnet_predictor_free(seqnet_predictor *predictor)
{
    if (!predictor)
        return;
    sn_engine_free(predictor->engine);
    sn_pool_free(predictor->pool);
    sn_vocabulary_free(predictor->own_vocabulary);
    sn_tokenizer_free(&predictor->tokenizer);
    sn_encoded_free(&predictor->encoded);
    sn_sequences_free(&predictor->pending);
    free(predictor->predictions);
    free(predictor);
}

static seqnet_status add_row(seqnet_predictor *predictor, const int32_t *ids, size_t length,
                             seqnet_prediction prediction, seqnet_error *err)
{
    const sn_model_config *const config = &predictor->model->config;
    if (predictor->scored) {
        predictor->pending.count = 0;
        predictor->scored = false;
    }
    const size_t row = predictor->pending.count;
    prediction.truncated = length > config->maxlen;
    ids = sn_truncate(ids, &length, config->maxlen, config->padding.truncating);
    SN_TRY(sn_grow(&predictor->predictions, &predictor->capacity, row + 1, sizeof prediction, err));
    predictor->predictions[row] = prediction;
    return sn_sequences_add(&predictor->pending, ids, length, 0, err);
}

seqnet_status seqnet_predictor_add_text(seqnet_predictor *predictor, const char *text,
                                        size_t length, seqnet_error *err)
{
    if (!predictor->vocabulary)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model was trained without a word index, so it cannot read text; pass "
                       "--word-index imdb_word_index.json, or rows of ids with --ids");
    sn_encoded *const encoded = &predictor->encoded;
    SN_TRY(sn_encode_text(encoded, &predictor->model->config.encoding, predictor->vocabulary,
                          &predictor->tokenizer, text, length, err));
    const seqnet_prediction counts = {.tokens = encoded->tokens, .oov = encoded->oov};
    return add_row(predictor, encoded->ids, encoded->length, counts, err);
}

seqnet_status seqnet_predictor_add_ids(seqnet_predictor *predictor, const int32_t *ids,
                                       size_t length, seqnet_error *err)
{
    const sn_encoding *const encoding = &predictor->model->config.encoding;
    seqnet_prediction counts = {.tokens = length};
    for (size_t i = 0; i < length; i++) {
        if (ids[i] < 0 || ids[i] >= encoding->id_count)
            return sn_fail(err, SEQNET_ERR_DATA, "id %d is outside the model's range 0 to %d",
                           ids[i], encoding->id_count - 1);
        counts.oov += ids[i] == encoding->oov_char;
    }
    return add_row(predictor, ids, length, counts, err);
}

static void finish_prediction(seqnet_prediction *prediction, float logit)
{
    const double positive = sn_probability(logit);
    prediction->probabilities[0] = 1.0 - positive;
    prediction->probabilities[1] = positive;
    prediction->label = logit > 0.0F;
    prediction->probability = prediction->probabilities[prediction->label];
}

static void score_block(seqnet_predictor *predictor, size_t first, size_t count)
{
    float logits[SN_SCORE_ROWS];
    sn_score_rows(predictor->engine, &predictor->pending, first, count, logits);
    for (size_t i = 0; i < count; i++)
        finish_prediction(&predictor->predictions[first + i], logits[i]);
}

size_t seqnet_predictor_score(seqnet_predictor *predictor, const seqnet_prediction **predictions)
{
    const size_t rows = predictor->scored ? 0 : predictor->pending.count;
    for (size_t first = 0; first < rows; first += SN_SCORE_ROWS)
        score_block(predictor, first, rows - first < SN_SCORE_ROWS ? rows - first : SN_SCORE_ROWS);
    predictor->scored = true;
    *predictions = predictor->predictions;
    return rows;
}
