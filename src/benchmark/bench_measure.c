/* The measurements of bench: see bench.h. */
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "figures.h"

enum {
    /* Calls before the ones that are measured. */
    LATENCY_WARMUP = 200,
    /* Rows of a batch of the pipeline, as in predict. */
    BATCH_ROWS = 256
};

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void summarise_samples(bench *b, measurement *m)
{
    const size_t n = b->sample_count;
    qsort(b->samples, n, sizeof *b->samples, compare_doubles);
    m->seconds = n % 2 ? b->samples[n / 2] : (b->samples[n / 2 - 1] + b->samples[n / 2]) / 2.0;
    m->best = b->samples[0];
}

static size_t count_tokens(const bench *b, seqnet_part part, size_t rows)
{
    size_t tokens = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t length;
        int32_t label;
        const int32_t *const ids = seqnet_dataset_row(b->dataset, part, row, &length, &label);
        tokens += seqnet_model_row_tokens(b->model, ids, length);
    }
    return tokens;
}

/* The ids of a test row without pads at its beginning and end: the predictor pads rows itself. */
static const int32_t *skip_pads(const bench *b, size_t row, size_t *length)
{
    int32_t label;
    const int32_t *ids = seqnet_dataset_row(b->dataset, SEQNET_TEST, row, length, &label);
    for (; *length > 0 && *ids == 0; ids++)
        --*length;
    while (*length > 0 && ids[*length - 1] == 0)
        --*length;
    return ids;
}

__attribute__((format(printf, 3, 4))) static seqnet_status
report(seqnet_error *err, seqnet_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return err->status = status;
}

/* Measures the recurrent matrix products alone. Backward needs two more of each: by the state and
 * by the weights. */
static seqnet_status measure_floor(const bench *b, measurement *m, bool backward, seqnet_error *err)
{
    if (m->tokens == 0)
        return report(err, SEQNET_ERR_DATA, "%s: the rows have no tokens, so nothing is measured",
                      m->what);
    const seqnet_floor_options options = {.units = b->units,
                                          .gates = b->gates,
                                          .tokens = m->tokens,
                                          .threads = m->threads,
                                          .backward = backward};
    m->products = backward ? 3.0 : 1.0;
    return seqnet_bench_floor(&options, &m->floor, err);
}

/* Collects the seconds of each epoch's steps. The first epoch warms up and does not count. */
static bool on_train_event(void *user, const seqnet_train_event *event)
{
    bench *const b = user;
    if (event->kind == SEQNET_TRAIN_BATCH_END && event->batch == event->batches && event->epoch > 1)
        b->samples[b->sample_count++] = event->seconds;
    return true;
}

seqnet_status measure_training(bench *b, measurement *m, seqnet_error *err)
{
    seqnet_model *model = NULL;
    seqnet_train_result result;
    seqnet_train_options options = b->options->train;
    options.epochs = b->options->runs + 1;
    options.threads = b->options->threads;
    options.callback = on_train_event;
    options.user = b;
    m->rows = b->train_rows;
    m->tokens = count_tokens(b, SEQNET_TRAIN, m->rows);
    seqnet_status status = measure_floor(b, m, true, err);
    if (status == SEQNET_OK)
        status = seqnet_model_train(&model, b->dataset, &options, &result, err);
    seqnet_model_free(model);
    return status;
}

seqnet_status measure_evaluation(bench *b, measurement *m, seqnet_error *err)
{
    m->rows = seqnet_dataset_count(b->dataset, SEQNET_TEST);
    m->tokens = count_tokens(b, SEQNET_TEST, m->rows);
    seqnet_evaluation e = {0};
    seqnet_status status = measure_floor(b, m, false, err);
    if (status == SEQNET_OK)
        status = seqnet_evaluation_init(&e, seqnet_model_label_count(b->model), err);
    for (int64_t run = 0; status == SEQNET_OK && run <= b->options->runs; run++) {
        const double start = seconds_now();
        status = seqnet_model_evaluate(b->model, b->dataset, SEQNET_TEST, 0,
                                       (size_t)b->options->threads, &e, err);
        if (run > 0) /* the first one warms up */
            b->samples[b->sample_count++] = seconds_now() - start;
    }
    seqnet_evaluation_free(&e);
    return status;
}

/* The test rows as text, one after the other in `bytes`. */
typedef struct texts {
    char *bytes;
    /* [rows + 1]: where each text begins; the last element is the number of bytes. */
    size_t *starts;
    /* The number of texts, and of the next one to read. */
    size_t rows, next;
    /* Timesteps that the model ran for the texts. */
    size_t tokens;
    size_t maxlen;
} texts;

/* Writes the words of a row with a blank behind each. An id without a word gets a word all the
 * same, so that the text has as many tokens as the row. Returns the number of bytes. With `to` NULL
 * it only counts them. */
static size_t write_text(const bench *b, size_t row, char *to)
{
    size_t length, used = 0;
    const int32_t *const ids = skip_pads(b, row, &length);
    for (size_t i = 0; i < length; i++) {
        size_t size;
        const char *word = seqnet_model_word(b->model, ids[i], &size);
        if (!word && i == 0) /* the start id: encoding the text adds it again */
            continue;
        if (!word) {
            word = "unknown";
            size = strlen(word);
        }
        if (to) {
            memcpy(to + used, word, size);
            to[used + size] = ' ';
        }
        used += size + 1;
    }
    return used;
}

static bool write_texts(const bench *b, texts *t)
{
    size_t size = 0;
    t->rows = seqnet_dataset_count(b->dataset, SEQNET_TEST);
    t->maxlen = b->maxlen;
    for (size_t row = 0; row < t->rows; row++)
        size += write_text(b, row, NULL);
    t->bytes = malloc(size ? size : 1);
    t->starts = malloc((t->rows + 1) * sizeof *t->starts);
    if (!t->bytes || !t->starts)
        return false;
    t->starts[0] = 0;
    for (size_t row = 0; row < t->rows; row++)
        t->starts[row + 1] = t->starts[row] + write_text(b, row, t->bytes + t->starts[row]);
    return true;
}

static seqnet_status read_texts(void *user, seqnet_batch *batch, seqnet_error *err)
{
    texts *const t = user;
    seqnet_status status = SEQNET_OK;
    for (; status == SEQNET_OK && t->next < t->rows && seqnet_batch_count(batch) < BATCH_ROWS;
         t->next++)
        status = seqnet_batch_add_text(batch, t->bytes + t->starts[t->next],
                                       t->starts[t->next + 1] - t->starts[t->next], err);
    return status;
}

/* The model runs the words of a text and the start id. */
static seqnet_status count_batch(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    (void)err;
    texts *const t = user;
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++)
        t->tokens += predictions[i].truncated ? t->maxlen : predictions[i].tokens + 1;
    return SEQNET_OK;
}

static seqnet_status time_stream(bench *b, texts *t, seqnet_error *err)
{
    const seqnet_pipeline pipeline = {.read = read_texts, .write = count_batch, .user = t};
    const seqnet_predictor_options options = {.threads = (size_t)b->options->threads};
    seqnet_status status = SEQNET_OK;
    for (int64_t run = 0; status == SEQNET_OK && run <= b->options->runs; run++) {
        seqnet_predictor *predictor;
        t->next = t->tokens = 0;
        const double start = seconds_now();
        status = seqnet_predictor_create(&predictor, b->model, &options, err);
        if (status != SEQNET_OK)
            return status;
        status = seqnet_predictor_run(predictor, &pipeline, err);
        seqnet_predictor_free(predictor);
        if (run > 0)
            b->samples[b->sample_count++] = seconds_now() - start;
    }
    return status;
}

seqnet_status measure_prediction(bench *b, measurement *m, seqnet_error *err)
{
    texts t = {0};
    seqnet_status status = SEQNET_OK;
    if (!write_texts(b, &t))
        status = report(err, SEQNET_ERR_MEMORY, "out of memory for the texts");
    if (status == SEQNET_OK)
        status = time_stream(b, &t, err);
    m->rows = t.rows;
    m->tokens = t.tokens;
    if (status == SEQNET_OK)
        status = measure_floor(b, m, false, err);
    free(t.bytes);
    free(t.starts);
    return status;
}

static seqnet_status time_row(bench *b, seqnet_predictor *predictor, seqnet_batch *batch,
                              seqnet_error *err)
{
    for (size_t call = 0; call < LATENCY_WARMUP + LATENCY_CALLS; call++) {
        const double start = seconds_now();
        const seqnet_status status = seqnet_predictor_score(predictor, batch, err);
        if (status != SEQNET_OK)
            return status;
        if (call >= LATENCY_WARMUP)
            b->samples[b->sample_count++] = seconds_now() - start;
    }
    return SEQNET_OK;
}

/* Adds a row that joins the ids of the test rows: *used of them, as many as --tokens says, but no
 * more than fit into maxlen or exist. */
static seqnet_status add_row(const bench *b, seqnet_batch *batch, size_t *used, seqnet_error *err)
{
    const size_t wanted = (size_t)b->options->tokens;
    const size_t tokens = wanted < b->maxlen ? wanted : b->maxlen;
    int32_t *const ids = calloc(tokens, sizeof *ids);
    if (!ids)
        return report(err, SEQNET_ERR_MEMORY, "out of memory for a row of %zu ids", tokens);
    const size_t rows = seqnet_dataset_count(b->dataset, SEQNET_TEST);
    *used = 0;
    for (size_t row = 0; row < rows && *used < tokens; row++) {
        size_t length;
        const int32_t *const from = skip_pads(b, row, &length);
        for (size_t i = 0; i < length && *used < tokens; i++)
            ids[(*used)++] = from[i];
    }
    const seqnet_status status = seqnet_batch_add_ids(batch, ids, *used, err);
    free(ids);
    return status;
}

seqnet_status measure_latency(bench *b, measurement *m, seqnet_error *err)
{
    seqnet_predictor *predictor = NULL;
    seqnet_batch *batch = NULL;
    const seqnet_predictor_options options = {.threads = 1};
    m->rows = 1;
    m->threads = options.threads;
    seqnet_status status = seqnet_predictor_create(&predictor, b->model, &options, err);
    if (status == SEQNET_OK)
        status = seqnet_batch_create(&batch, predictor, err);
    if (status == SEQNET_OK)
        status = add_row(b, batch, &m->tokens, err);
    if (status == SEQNET_OK)
        status = time_row(b, predictor, batch, err);
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    return status;
}
