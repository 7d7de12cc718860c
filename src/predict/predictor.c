/*
 * A predictor turns texts into ids and scores them. It has one scorer for each thread, which makes
 * its engine when it first scores. A scorer tokenises a whole batch, turns each row into windows of
 * at most maxlen ids, and scores the windows with its own engine. A row has one window, unless it
 * is a long text that is read in overlapping windows (SEQNET_LONG_WINDOW). The model's n-gram part,
 * which reads whole texts, adds to the logits of all windows of a row. The engines share one table
 * of projections once there is enough to score.
 */
#include <seqnet/predict.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "blend.h"
#include "cores.h"
#include "encoding.h"
#include "engine.h"
#include "memory.h"
#include "model.h"
#include "pad.h"
#include "pipeline.h"
#include "sequences.h"
#include "vec.h"
#include "word_index.h"

#include "banned.h"

typedef struct scorer {
    /* One thread, the caller: scorers run beside each other. */
    sn_pool *pool;
    sn_engine *engine;
    /* The engine scores with the predictor's table. */
    bool has_table;
    sn_blend_scratch blend;
    sn_tokenizer tokenizer;
    sn_encoded encoded;
    /* The windows of the batch that is being scored, as ids. */
    sn_sequences windows;
    /* [rows + 1]: the number of each row's first window; the last element is their count. */
    size_t *firsts;
    /* [windows]: the ids of each window, as an engine takes them. */
    const int32_t **starts;
    size_t *lengths;
    /* [windows, outputs] */
    float *logits;
    /* Elements allocated in each array. */
    size_t firsts_capacity, starts_capacity, lengths_capacity, logits_capacity;
} scorer;

struct seqnet_predictor {
    const seqnet_model *model;
    /* Read from options.word_index, or NULL. */
    sn_vocabulary *own_vocabulary;
    /* own_vocabulary, else the model's, else NULL: the predictor takes ids only. */
    const sn_vocabulary *vocabulary;
    seqnet_long_texts long_texts;
    bool raw;
    size_t threads;
    /* A pipeline is running: the memory for a scorer of every thread has been checked. */
    bool is_running;
    /* [threads] */
    scorer *scorers;
    /* Guards `table`. */
    pthread_mutex_t lock;
    /* The engine that has made the table which all engines score with; NULL: none has. */
    const sn_engine *table;
};

static seqnet_status init_predictor(seqnet_predictor *predictor, const seqnet_model *model,
                                    const seqnet_predictor_options *options, seqnet_error *err)
{
    predictor->model = model;
    predictor->vocabulary = model->vocabulary;
    predictor->long_texts = options->long_texts;
    predictor->raw = options->raw;
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
    static const seqnet_predictor_options defaults = {0};
    SN_TRY(sn_alloc(predictor, 1, sizeof **predictor, err));
    pthread_mutex_init(&(*predictor)->lock, NULL);
    const seqnet_status status =
        init_predictor(*predictor, model, options ? options : &defaults, err);
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
    sn_blend_scratch_free(&s->blend);
    sn_tokenizer_free(&s->tokenizer);
    sn_encoded_free(&s->encoded);
    sn_sequences_free(&s->windows);
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

/* Checks that there is memory for this number of scorers. */
static seqnet_status check_memory(const seqnet_predictor *predictor, size_t scorers,
                                  seqnet_error *err)
{
    if (!sn_model_has_network(predictor->model))
        return SEQNET_OK;
    return sn_engine_check_memory(&predictor->model->network, scorers, 1, false, err);
}

static seqnet_status open_scorer(const seqnet_predictor *predictor, scorer *s, seqnet_error *err)
{
    const seqnet_model *const model = predictor->model;
    s->encoded.keep = predictor->long_texts == SEQNET_LONG_TRUNCATE ? model->config.maxlen : 0;
    s->encoded.cut = model->config.padding.truncating;
    if (s->engine || !sn_model_has_network(model))
        return SEQNET_OK;
    if (!predictor->is_running)
        SN_TRY(check_memory(predictor, 1, err));
    if (!s->pool) /* an earlier call may have failed after this */
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

/* Reduces a row that is too long to its two ends, in place. Returns its new length. */
static size_t keep_ends(int32_t *ids, size_t length, size_t maxlen)
{
    const size_t tail = maxlen / 2, head = maxlen - tail;
    memmove(ids + head, ids + length - tail, tail * sizeof *ids);
    return maxlen;
}

/* Adds windows of maxlen ids. Each begins half a window after the one before it, except that the
 * last window ends where the row does. */
static seqnet_status add_overlapping(sn_sequences *windows, const int32_t *ids, size_t length,
                                     size_t maxlen, seqnet_error *err)
{
    const size_t step = maxlen > 1 ? maxlen / 2 : 1, last = length - maxlen;
    for (size_t start = 0; start < last; start += step)
        SN_TRY(sn_sequences_add(windows, ids + start, maxlen, 0, err));
    return sn_sequences_add(windows, ids + last, maxlen, 0, err);
}

/* Adds the encoded text, cut or divided as the option for long texts says. */
static seqnet_status add_text(const seqnet_predictor *predictor, scorer *s, seqnet_error *err)
{
    const sn_model_config *const config = &predictor->model->config;
    const size_t maxlen = config->maxlen;
    size_t length = s->encoded.length;
    if (length > maxlen && predictor->long_texts == SEQNET_LONG_WINDOW)
        return add_overlapping(&s->windows, s->encoded.ids, length, maxlen, err);
    if (length > maxlen && predictor->long_texts == SEQNET_LONG_HEAD_TAIL)
        length = keep_ends(s->encoded.ids, length, maxlen);
    const int32_t *const ids =
        sn_truncate(s->encoded.ids, &length, maxlen, config->padding.truncating);
    return sn_sequences_add(&s->windows, ids, length, 0, err);
}

/* Turns one row of the batch into windows, and fills the counts of its prediction. */
static seqnet_status encode_row(const seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                size_t row, seqnet_error *err)
{
    const sn_model_config *const config = &predictor->model->config;
    sn_encoded *const encoded = &s->encoded;
    const sn_batch_row *const from = &batch->rows[row];
    s->firsts[row] = s->windows.count;
    if (!from->is_text)
        return sn_sequences_add(&s->windows, batch->ids + from->start, from->length, 0, err);
    SN_TRY(sn_encode_text(encoded, &config->encoding, predictor->vocabulary, &s->tokenizer,
                          batch->text + from->start, from->length, err));
    const bool is_truncated = sn_model_has_network(predictor->model) &&
                              encoded->total > config->maxlen &&
                              predictor->long_texts != SEQNET_LONG_WINDOW;
    batch->predictions[row] = (seqnet_prediction){
        .tokens = encoded->tokens, .oov = encoded->oov, .truncated = is_truncated};
    return add_text(predictor, s, err);
}

/* Gives the engine the table of projections, which one engine makes for all once a batch is large
 * enough to pay for it. The lock is held meanwhile: the other threads would need the table next, so
 * waiting for it costs them less than projecting the same ids again. */
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

/* Averages the probabilities of a row's windows, whose logits are [count, outputs]. Returns the
 * most probable class. `scratch` has room for one row's probabilities. */
static size_t average_windows(const float *logits, size_t count, size_t outputs, bool multi_label,
                              double *probabilities, double *scratch)
{
    const size_t classes = sn_class_count(outputs);
    size_t best = 0;
    memset(probabilities, 0, classes * sizeof *probabilities);
    for (size_t window = 0; window < count; window++) {
        sn_row_probabilities(logits + window * outputs, outputs, multi_label, scratch);
        for (size_t c = 0; c < classes; c++)
            probabilities[c] += scratch[c] / (double)count;
    }
    for (size_t c = 1; c < classes; c++)
        best = probabilities[c] > probabilities[best] ? c : best;
    return best;
}

/* Fills the predictions from the windows' logits. batch->probabilities has room for one row more
 * than the batch has, which serves as scratch. */
static void finish_predictions(seqnet_batch *batch, const scorer *s, size_t outputs,
                               bool multi_label)
{
    const size_t classes = sn_class_count(outputs);
    double *const scratch = batch->probabilities + batch->count * classes;
    for (size_t row = 0; row < batch->count; row++) {
        seqnet_prediction *const prediction = &batch->predictions[row];
        double *const probabilities = batch->probabilities + row * classes;
        const float *const logits = s->logits + s->firsts[row] * outputs;
        const size_t count = s->firsts[row + 1] - s->firsts[row];
        if (count > 1) {
            prediction->label =
                average_windows(logits, count, outputs, multi_label, probabilities, scratch);
        } else {
            sn_row_probabilities(logits, outputs, multi_label, probabilities);
            prediction->label = sn_predicted_class(logits, outputs);
        }
        prediction->probabilities = probabilities;
        prediction->probability = probabilities[prediction->label];
    }
}

/* Turns the batch's rows into windows, as an engine takes them, and makes room for the results. */
static seqnet_status load_windows(const seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                  seqnet_error *err)
{
    const size_t rows = batch->count, outputs = predictor->model->network.outputs;
    SN_TRY(sn_grow(&s->firsts, &s->firsts_capacity, rows + 1, sizeof *s->firsts, err));
    SN_TRY(sn_grow(&batch->probabilities, &batch->probabilities_capacity,
                   (rows + 1) * sn_class_count(outputs), sizeof *batch->probabilities, err));
    s->windows.count = 0;
    for (size_t row = 0; row < rows; row++)
        SN_TRY(encode_row(predictor, s, batch, row, err));
    const size_t count = s->firsts[rows] = s->windows.count;
    SN_TRY(sn_grow(&s->starts, &s->starts_capacity, count, sizeof *s->starts, err));
    SN_TRY(sn_grow(&s->lengths, &s->lengths_capacity, count, sizeof *s->lengths, err));
    SN_TRY(sn_grow(&s->logits, &s->logits_capacity, count * outputs, sizeof *s->logits, err));
    for (size_t window = 0; window < count; window++) {
        s->starts[window] = sn_sequences_row(&s->windows, window);
        s->lengths[window] = sn_sequences_length(&s->windows, window);
    }
    return SEQNET_OK;
}

/* Computes the logits of all windows with the network. */
static void run_network(seqnet_predictor *predictor, scorer *s)
{
    const sn_minibatch windows = {
        .rows = s->starts, .lengths = s->lengths, .count = s->windows.count};
    share_table(predictor, s, &windows);
    sn_engine_score(s->engine, &windows, s->logits);
    sn_vec_scale(s->logits, sn_model_logit_scale(predictor->model),
                 windows.count * predictor->model->network.outputs);
}

/* Adds what the n-grams of the batch's texts say to the logits of their windows. */
static seqnet_status blend_texts(const seqnet_model *model, scorer *s, const seqnet_batch *batch,
                                 seqnet_error *err)
{
    const size_t outputs = model->network.outputs;
    for (size_t row = 0; row < batch->count; row++) {
        const sn_batch_row *const from = &batch->rows[row];
        const size_t first = s->firsts[row], count = s->firsts[row + 1] - first;
        SN_TRY(sn_blend_text(model, &s->blend, batch->text + from->start, from->length,
                             s->logits + first * outputs, count, err));
    }
    return SEQNET_OK;
}

static seqnet_status score_batch(seqnet_predictor *predictor, scorer *s, seqnet_batch *batch,
                                 seqnet_error *err)
{
    SN_TRY(open_scorer(predictor, s, err));
    SN_TRY(load_windows(predictor, s, batch, err));
    if (sn_model_has_network(predictor->model))
        run_network(predictor, s);
    if (predictor->model->ngrams)
        SN_TRY(blend_texts(predictor->model, s, batch, err));
    if (predictor->raw)
        sn_vec_scale(s->logits, sn_model_raw_scale(predictor->model),
                     s->windows.count * predictor->model->network.outputs);
    finish_predictions(batch, s, predictor->model->network.outputs,
                       predictor->model->config.multi_label);
    return SEQNET_OK;
}

seqnet_status seqnet_predictor_score(seqnet_predictor *predictor, seqnet_batch *batch,
                                     seqnet_error *err)
{
    return score_batch(predictor, &predictor->scorers[0], batch, err);
}

/* One run of a pipeline. Reading and writing may fail at the same time, so each has its own error.
 */
typedef struct pipeline_run {
    seqnet_predictor *predictor;
    const seqnet_pipeline *pipeline;
    seqnet_error read_error, write_error;
} pipeline_run;

static bool read_batch(void *user, void *item)
{
    pipeline_run *const run = user;
    seqnet_batch *const batch = item;
    if (run->read_error.status != SEQNET_OK)
        return false;
    seqnet_batch_clear(batch);
    const seqnet_status status = run->pipeline->read(run->pipeline->user, batch, &run->read_error);
    run->read_error.status = status;
    return batch->count > 0;
}

/* A failure stays with its batch, so that write_batch reports it after the batches before it. */
static void work_batch(void *user, void *item, size_t worker)
{
    pipeline_run *const run = user;
    seqnet_batch *const batch = item;
    const seqnet_pipeline *const pipeline = run->pipeline;
    batch->error.status =
        score_batch(run->predictor, &run->predictor->scorers[worker], batch, &batch->error);
    if (batch->error.status == SEQNET_OK && pipeline->render)
        batch->error.status = pipeline->render(pipeline->user, batch, &batch->error);
}

static bool write_batch(void *user, void *item)
{
    pipeline_run *const run = user;
    const seqnet_batch *const batch = item;
    if (batch->error.status != SEQNET_OK)
        run->write_error = batch->error;
    else
        run->write_error.status =
            run->pipeline->write(run->pipeline->user, batch, &run->write_error);
    return run->write_error.status == SEQNET_OK;
}

static const sn_pipeline_ops PIPELINE_OPS = {
    .read = read_batch, .work = work_batch, .write = write_batch};

seqnet_status seqnet_predictor_run(seqnet_predictor *predictor, const seqnet_pipeline *pipeline,
                                   seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    pipeline_run run = {.predictor = predictor, .pipeline = pipeline};
    const size_t count = sn_pipeline_items(predictor->threads);
    sn_pool *pool = NULL;
    void **batches = NULL;
    SN_TRY(check_memory(predictor, predictor->threads, err));
    predictor->is_running = true;
    SN_GOTO(sn_alloc(&batches, count, sizeof *batches, err));
    for (size_t i = 0; i < count; i++)
        SN_GOTO(seqnet_batch_create((seqnet_batch **)&batches[i], predictor, err));
    SN_GOTO(sn_pool_create(&pool, predictor->threads, err));
    SN_GOTO(sn_pipeline_run(pool, &PIPELINE_OPS, &run, batches, count, err));
    /* The pipeline stops at either error. What could not be written comes first in the output. */
    const seqnet_error *const failure =
        run.write_error.status != SEQNET_OK ? &run.write_error : &run.read_error;
    status = failure->status;
    if (status != SEQNET_OK && err)
        *err = *failure;
out:
    predictor->is_running = false;
    sn_pool_free(pool);
    for (size_t i = 0; batches && i < count; i++)
        seqnet_batch_free(batches[i]);
    free(batches);
    return status;
}
