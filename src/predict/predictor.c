/*
 * A predictor turns texts into ids and scores them. It has one scorer for each thread, made when it
 * is first needed: a scorer tokenises a whole batch, keeps of each text the ids that fit into
 * maxlen (or all of them, in windows), and scores them with an engine of its own. Its engines share
 * one table of projections once there is enough to score.
 */
#include <seqnet/predict.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "cores.h"
#include "encoding.h"
#include "engine.h"
#include "memory.h"
#include "model.h"
#include "pad.h"
#include "pipeline.h"
#include "sequences.h"
#include "word_index.h"

#include "banned.h"

typedef struct scorer {
    sn_pool *pool; /* of one thread, the caller */
    sn_engine *engine;
    bool has_table; /* the predictor's */
    sn_tokenizer tokenizer;
    sn_encoded encoded;
    sn_sequences pieces;    /* of the batch under way, encoded: a row is one, or its windows */
    size_t *firsts;         /* [rows + 1]: where each row's pieces begin */
    const int32_t **starts; /* the pieces as an engine takes them */
    size_t *lengths;
    float *logits;
    size_t firsts_capacity, starts_capacity, lengths_capacity, logits_capacity;
} scorer;

struct seqnet_predictor {
    const seqnet_model *model;
    sn_vocabulary *own_vocabulary;   /* read from options.word_index */
    const sn_vocabulary *vocabulary; /* that, or the model's, or NULL */
    seqnet_long_texts long_texts;
    size_t threads;
    bool streams;    /* all threads score, and have been checked to fit into the memory */
    scorer *scorers; /* one per thread */
    pthread_mutex_t lock;
    const sn_engine *table; /* the scorer's engine that has made the table which all score with;
                               NULL: none has. Under the lock */
};

static seqnet_status init_predictor(seqnet_predictor *predictor, const seqnet_model *model,
                                    const seqnet_predictor_options *options, seqnet_error *err)
{
    predictor->model = model;
    predictor->vocabulary = model->vocabulary;
    predictor->long_texts = options->long_texts;
    if (options->word_index) {
        SN_TRY(sn_word_index_read(&predictor->own_vocabulary, options->word_index, err));
        predictor->vocabulary = predictor->own_vocabulary;
    }
    predictor->threads = options->threads ? options->threads : sn_usable_cores();
    return sn_alloc(&predictor->scorers, predictor->threads, sizeof *predictor->scorers, err);
}

seqnet_status seqnet_predictor_create(seqnet_predictor **predictor, const seqnet_model *model,
                                      const seqnet_predictor_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(predictor, 1, sizeof **predictor, err));
    pthread_mutex_init(&(*predictor)->lock, NULL);
    const seqnet_status status = init_predictor(*predictor, model, options, err);
    if (status != SEQNET_OK) {
        seqnet_predictor_free(*predictor);
        *predictor = NULL;
    }
    return status;
}

static void free_scorer(scorer *s)
{
    sn_engine_free(s->engine);
    sn_pool_free(s->pool);
    sn_tokenizer_free(&s->tokenizer);
    sn_encoded_free(&s->encoded);
    sn_sequences_free(&s->pieces);
    free(s->firsts);
    free(s->starts);
    free(s->lengths);
    free(s->logits);
}

void seqnet_predictor_free(seqnet_predictor *predictor)
{
    if (!predictor)
        return;
    for (size_t i = 0; predictor->scorers && i < predictor->threads; i++)
        free_scorer(&predictor->scorers[i]);
    free(predictor->scorers);
    pthread_mutex_destroy(&predictor->lock);
    sn_vocabulary_free(predictor->own_vocabulary);
    free(predictor);
}

/* Whether there is memory for so many scorers. */
static seqnet_status check_memory(const seqnet_predictor *predictor, size_t scorers,
                                  seqnet_error *err)
{
    return sn_engine_check_memory(&predictor->model->network, scorers, 1, false, err);
}

static seqnet_status open_scorer(const seqnet_predictor *predictor, scorer *s, seqnet_error *err)
{
    const seqnet_model *const model = predictor->model;
    if (s->engine)
        return SEQNET_OK;
    s->encoded.keep = predictor->long_texts == SEQNET_LONG_TRUNCATE ? model->config.maxlen : 0;
    s->encoded.cut = model->config.padding.truncating;
    if (!predictor->streams)
        SN_TRY(check_memory(predictor, 1, err));
    if (!s->pool) /* there is one when the engine could not be made */
        SN_TRY(sn_pool_create(&s->pool, 1, err));
    SN_TRY(
        sn_engine_create(&s->engine, &model->network, model->config.padding, s->pool, false, err));
    sn_engine_use(s->engine, model->weights);
    return SEQNET_OK;
}

seqnet_status seqnet_batch_create(seqnet_batch **batch, const seqnet_predictor *predictor,
                                  seqnet_error *err)
{
    SN_TRY(sn_alloc(batch, 1, sizeof **batch, err));
    (*batch)->config = &predictor->model->config;
    (*batch)->takes_text = predictor->vocabulary != NULL;
    return SEQNET_OK;
}

/* Both ends of a row that is too long, in place; returns its length then. */
static size_t keep_ends(int32_t *ids, size_t length, size_t maxlen)
{
    const size_t tail = maxlen / 2, head = maxlen - tail;
    memmove(ids + head, ids + length - tail, tail * sizeof *ids);
    return maxlen;
}

/* Windows of maxlen ids that begin half of that apart, but for the last, which ends with the row.
 */
static seqnet_status add_windows(sn_sequences *pieces, const int32_t *ids, size_t length,
                                 size_t maxlen, seqnet_error *err)
{
    const size_t step = maxlen > 1 ? maxlen / 2 : 1, last = length - maxlen;
    for (size_t start = 0; start < last; start += step)
        SN_TRY(sn_sequences_add(pieces, ids + start, maxlen, 0, err));
    return sn_sequences_add(pieces, ids + last, maxlen, 0, err);
}

/* Adds a text's ids, of which not all may fit. */
static seqnet_status add_pieces(const seqnet_predictor *predictor, scorer *s, seqnet_error *err)
{
    const sn_model_config *const config = &predictor->model->config;
    const size_t maxlen = config->maxlen;
    size_t length = s->encoded.length;
    if (length > maxlen && predictor->long_texts == SEQNET_LONG_WINDOW)
        return add_windows(&s->pieces, s->encoded.ids, length, maxlen, err);
    if (length > maxlen && predictor->long_texts == SEQNET_LONG_HEAD_TAIL)
        length = keep_ends(s->encoded.ids, length, maxlen);
    const int32_t *const ids =
        sn_truncate(s->encoded.ids, &length, maxlen, config->padding.truncating);
    return sn_sequences_add(&s->pieces, ids, length, 0, err);
}

/* Encodes one row of the batch, starting its prediction. */
static seqnet_status encode_row(const seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                size_t row, seqnet_error *err)
{
    const sn_model_config *const config = &predictor->model->config;
    sn_encoded *const encoded = &s->encoded;
    const sn_batch_row *const from = &batch->rows[row];
    s->firsts[row] = s->pieces.count;
    if (!from->is_text)
        return sn_sequences_add(&s->pieces, batch->ids + from->start, from->length, 0, err);
    SN_TRY(sn_encode_text(encoded, &config->encoding, predictor->vocabulary, &s->tokenizer,
                          batch->text + from->start, from->length, err));
    const bool loses =
        encoded->total > config->maxlen && predictor->long_texts != SEQNET_LONG_WINDOW;
    batch->predictions[row] =
        (seqnet_prediction){.tokens = encoded->tokens, .oov = encoded->oov, .truncated = loses};
    return add_pieces(predictor, s, err);
}

/* One table serves all threads, once there are texts enough for it to pay: it is as large as the
 * vocabulary. The thread that makes it keeps the others waiting, who would need it next. */
static void share_table(seqnet_predictor *predictor, scorer *s, const sn_minibatch *batch)
{
    if (s->has_table)
        return;
    pthread_mutex_lock(&predictor->lock);
    if (predictor->table)
        sn_engine_share_table(s->engine, predictor->table);
    else if (sn_engine_complete_table(s->engine, batch))
        predictor->table = s->engine;
    s->has_table = predictor->table != NULL;
    pthread_mutex_unlock(&predictor->lock);
}

/* The mean of what the pieces' logits [count, outputs] say; the class it predicts. */
static size_t average_pieces(const float *logits, size_t count, size_t outputs,
                             double *probabilities, double *scratch)
{
    const size_t classes = sn_class_count(outputs);
    size_t best = 0;
    memset(probabilities, 0, classes * sizeof *probabilities);
    for (size_t piece = 0; piece < count; piece++) {
        sn_probabilities(logits + piece * outputs, outputs, scratch);
        for (size_t c = 0; c < classes; c++)
            probabilities[c] += scratch[c] / (double)count;
    }
    for (size_t c = 1; c < classes; c++)
        best = probabilities[c] > probabilities[best] ? c : best;
    return best;
}

/* Predictions from the pieces' logits; there is room for the probabilities, and behind them for
 * those of one more row. */
static void finish_predictions(seqnet_batch *batch, const scorer *s, size_t outputs)
{
    const size_t classes = sn_class_count(outputs);
    double *const scratch = batch->probabilities + batch->count * classes;
    for (size_t row = 0; row < batch->count; row++) {
        seqnet_prediction *const prediction = &batch->predictions[row];
        double *const probabilities = batch->probabilities + row * classes;
        const float *const logits = s->logits + s->firsts[row] * outputs;
        const size_t pieces = s->firsts[row + 1] - s->firsts[row];
        if (pieces > 1) {
            prediction->label = average_pieces(logits, pieces, outputs, probabilities, scratch);
        } else {
            sn_probabilities(logits, outputs, probabilities);
            prediction->label = sn_predicted_class(logits, outputs);
        }
        prediction->probabilities = probabilities;
        prediction->probability = probabilities[prediction->label];
    }
}

/* Encodes the batch's rows into pieces, as an engine takes them. */
static seqnet_status load_pieces(const seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                 seqnet_error *err)
{
    const size_t rows = batch->count, outputs = predictor->model->network.outputs;
    SN_TRY(sn_grow(&s->firsts, &s->firsts_capacity, rows + 1, sizeof *s->firsts, err));
    SN_TRY(sn_grow(&batch->probabilities, &batch->probabilities_capacity,
                   (rows + 1) * sn_class_count(outputs), sizeof *batch->probabilities, err));
    s->pieces.count = 0;
    for (size_t row = 0; row < rows; row++)
        SN_TRY(encode_row(predictor, s, batch, row, err));
    const size_t count = s->firsts[rows] = s->pieces.count;
    SN_TRY(sn_grow(&s->starts, &s->starts_capacity, count, sizeof *s->starts, err));
    SN_TRY(sn_grow(&s->lengths, &s->lengths_capacity, count, sizeof *s->lengths, err));
    SN_TRY(sn_grow(&s->logits, &s->logits_capacity, count * outputs, sizeof *s->logits, err));
    for (size_t piece = 0; piece < count; piece++) {
        s->starts[piece] = sn_sequences_row(&s->pieces, piece);
        s->lengths[piece] = sn_sequences_length(&s->pieces, piece);
    }
    return SEQNET_OK;
}

static seqnet_status score_batch(seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                 seqnet_error *err)
{
    SN_TRY(open_scorer(predictor, s, err));
    SN_TRY(load_pieces(predictor, s, batch, err));
    const sn_minibatch pieces = {
        .rows = s->starts, .lengths = s->lengths, .count = s->pieces.count};
    share_table(predictor, s, &pieces);
    sn_engine_score(s->engine, &pieces, s->logits);
    finish_predictions(batch, s, predictor->model->network.outputs);
    return SEQNET_OK;
}

seqnet_status seqnet_predictor_score(seqnet_predictor *predictor, seqnet_batch *batch,
                                     seqnet_error *err)
{
    return score_batch(predictor, &predictor->scorers[0], batch, err);
}

/* A pipeline under way. Reading and writing may fail at the same time: each has its own error. */
typedef struct flow {
    seqnet_predictor *predictor;
    const seqnet_pipeline *pipeline;
    seqnet_error read_error, write_error;
} flow;

static bool read_batch(void *user, void *item)
{
    flow *const f = user;
    seqnet_batch *const batch = item;
    if (f->read_error.status != SEQNET_OK)
        return false;
    seqnet_batch_clear(batch);
    const seqnet_status status = f->pipeline->read(f->pipeline->user, batch, &f->read_error);
    f->read_error.status = status;
    return batch->count > 0;
}

static void work_batch(void *user, void *item, size_t worker)
{
    flow *const f = user;
    seqnet_batch *const batch = item;
    batch->error.status =
        score_batch(f->predictor, &f->predictor->scorers[worker], batch, &batch->error);
}

static bool write_batch(void *user, void *item)
{
    flow *const f = user;
    const seqnet_batch *const batch = item;
    if (batch->error.status != SEQNET_OK)
        f->write_error = batch->error;
    else
        f->write_error.status = f->pipeline->write(f->pipeline->user, batch, &f->write_error);
    return f->write_error.status == SEQNET_OK;
}

static const sn_pipeline_ops PIPELINE_OPS = {
    .read = read_batch, .work = work_batch, .write = write_batch};

seqnet_status seqnet_predictor_run(seqnet_predictor *predictor, const seqnet_pipeline *pipeline,
                                   seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    flow f = {.predictor = predictor, .pipeline = pipeline};
    const size_t count = sn_pipeline_items(predictor->threads);
    sn_pool *pool = NULL;
    void **batches = NULL;
    SN_TRY(check_memory(predictor, predictor->threads, err));
    predictor->streams = true;
    SN_GOTO(sn_alloc(&batches, count, sizeof *batches, err));
    for (size_t i = 0; i < count; i++)
        SN_GOTO(seqnet_batch_create((seqnet_batch **)&batches[i], predictor, err));
    SN_GOTO(sn_pool_create(&pool, predictor->threads, err));
    SN_GOTO(sn_pipeline_run(pool, &PIPELINE_OPS, &f, batches, count, err));
    const seqnet_error *const failure =
        f.write_error.status != SEQNET_OK ? &f.write_error : &f.read_error;
    status = failure->status;
    if (status != SEQNET_OK && err)
        *err = *failure;
out:
    predictor->streams = false;
    sn_pool_free(pool);
    for (size_t i = 0; batches && i < count; i++)
        seqnet_batch_free(batches[i]);
    free(batches);
    return status;
}
