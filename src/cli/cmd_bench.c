/* seqnet bench: how fast this machine trains, evaluates and predicts, next to the matrix products
 * that the work cannot do without. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "nearest.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "bench",
    .arguments = "[train] [evaluate] [predict] [latency] [activations] [options]",
    .summary = "Measures speed on this machine.",
    .details =
        "  train        epochs without validation: every optimiser step over the training rows\n"
        "  evaluate     scoring the test rows\n"
        "  predict      the test rows as text, tokenised and scored\n"
        "  latency      one row of --tokens ids\n"
        "  activations  largest error of exp, sigmoid and tanh over all floats in [-90, 90]\n\n"
        "Without a name: the first four, or with --model those that score. Times are medians of\n"
        "--runs, for latency of 2000 calls on one thread. The floor is the time of the recurrent\n"
        "matrix products alone, 16 rows a step, for the same tokens on the same threads: three\n"
        "for training, one for scoring; the GFLOP/s count these only.\n\n"
        "  seqnet bench --data imdb.npz\n"
        "  seqnet bench train --data imdb.npz --batch-size 1024 --json\n",
    .max_arguments = (size_t)-1};

enum { MAX_RUNS = 1000, LATENCY_WARMUP = 200, LATENCY_CALLS = 2000, BATCH_ROWS = 256 };

typedef struct bench_options {
    const char *data, *model, *word_index;
    int64_t threads, runs, tokens;
    int64_t num_words;
    seqnet_train_options train;
    bool json;
} bench_options;

/* A command's run: what the measurements share. */
typedef struct bench {
    const bench_options *options;
    seqnet_dataset *dataset;
    seqnet_model *model;
    size_t units, maxlen, num_words;
    size_t train_rows; /* of the training part, without those that validate */
    double samples[MAX_RUNS > LATENCY_CALLS ? MAX_RUNS : LATENCY_CALLS];
    size_t sample_count;
} bench;

typedef struct measurement {
    const char *what;
    size_t rows, tokens, threads;
    double seconds, best; /* median and smallest */
    double floor;         /* seconds; 0: does not apply */
    double products;      /* recurrent matrix products per token */
} measurement;

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Median and smallest of the samples, which it sorts. */
static void summarise(bench *b, measurement *m)
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

/* The ids of a test row without the pads it may begin or end with. */
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

static seqnet_status measure_floor(const bench *b, measurement *m, bool backward, seqnet_error *err)
{
    if (m->tokens == 0)
        return report(err, SEQNET_ERR_DATA, "%s: the rows have no tokens, so nothing is measured",
                      m->what);
    const seqnet_floor_options options = {
        .units = b->units, .tokens = m->tokens, .threads = m->threads, .backward = backward};
    m->products = backward ? 3.0 : 1.0;
    return seqnet_bench_floor(&options, &m->floor, err);
}

/* ---- train ---- */

/* Collects the seconds of each epoch's steps; the first epoch warms up. */
static bool on_train_event(void *user, const seqnet_train_event *event)
{
    bench *const b = user;
    if (event->kind == SEQNET_TRAIN_BATCH_END && event->batch == event->batches && event->epoch > 1)
        b->samples[b->sample_count++] = event->seconds;
    return true;
}

static seqnet_status bench_train(bench *b, measurement *m, seqnet_error *err)
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

/* ---- evaluate ---- */

static seqnet_status bench_evaluate(bench *b, measurement *m, seqnet_error *err)
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

/* ---- predict ---- */

/* The test rows as text, one after the other. */
typedef struct texts {
    char *bytes;
    size_t *starts; /* rows + 1 */
    size_t rows, next;
    size_t tokens; /* that were run for them */
    size_t maxlen;
} texts;

/* The words of a row separated by blanks, for ids without one some word, so that the text has as
 * many tokens as the row; without a place to put them it only counts bytes. */
static size_t write_text(const bench *b, size_t row, char *to)
{
    size_t length, used = 0;
    const int32_t *const ids = skip_pads(b, row, &length);
    for (size_t i = 0; i < length; i++) {
        size_t size;
        const char *word = seqnet_model_word(b->model, ids[i], &size);
        if (!word && i == 0) /* the start id, which a text is given anyway */
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

/* A text is run as its words and the start id. */
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
    const seqnet_stream stream = {.read = read_texts, .write = count_batch, .user = t};
    const seqnet_predictor_options options = {.threads = (size_t)b->options->threads};
    seqnet_status status = SEQNET_OK;
    for (int64_t run = 0; status == SEQNET_OK && run <= b->options->runs; run++) {
        seqnet_predictor *predictor;
        t->next = t->tokens = 0;
        const double start = seconds_now();
        status = seqnet_predictor_create(&predictor, b->model, &options, err);
        if (status != SEQNET_OK)
            return status;
        status = seqnet_predictor_stream(predictor, &stream, err);
        seqnet_predictor_free(predictor);
        if (run > 0)
            b->samples[b->sample_count++] = seconds_now() - start;
    }
    return status;
}

static seqnet_status bench_predict(bench *b, measurement *m, seqnet_error *err)
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

/* ---- latency ---- */

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

/* Adds a row of the ids of the test rows, one after the other, as many as are asked for, fit into
 * maxlen, and there are: *used. */
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

static seqnet_status bench_latency(bench *b, measurement *m, seqnet_error *err)
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

/* ---- The table ---- */

/* In bytes. Linux's getrusage would count what the program had that started this one. */
static double peak_memory(void)
{
    static const char name[] = "VmHWM:";
    char line[256];
    double kilobytes = 0.0;
    FILE *const status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, name, sizeof name - 1) == 0)
            kilobytes = strtod(line + sizeof name - 1, NULL);
    if (status)
        (void)fclose(status);
    if (kilobytes > 0.0)
        return kilobytes * 1024.0;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024.0;
}

static int print_measurement_json(const bench *b, const measurement *m)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "what", m->what);
    seqnet_json_number(&json, json.root, "rows", (double)m->rows);
    seqnet_json_number(&json, json.root, "tokens", (double)m->tokens);
    seqnet_json_number(&json, json.root, "num_words", (double)b->num_words);
    seqnet_json_number(&json, json.root, "batch_size", (double)b->options->train.batch_size);
    seqnet_json_number(&json, json.root, "maxlen", (double)b->maxlen);
    seqnet_json_number(&json, json.root, "units", (double)b->units);
    seqnet_json_number(&json, json.root, "threads", (double)m->threads);
    seqnet_json_number(&json, json.root, "runs", (double)b->sample_count);
    if (m->floor > 0.0) {
        seqnet_json_number(&json, json.root, "seconds", m->seconds);
        seqnet_json_number(&json, json.root, "best_seconds", m->best);
        seqnet_json_number(&json, json.root, "floor_seconds", m->floor);
        seqnet_json_number(&json, json.root, "ratio", m->seconds / m->floor);
        const double flops = m->products * 8.0 * (double)(b->units * b->units * m->tokens);
        seqnet_json_number(&json, json.root, "tokens_per_second", (double)m->tokens / m->seconds);
        seqnet_json_number(&json, json.root, "gflops", flops / m->seconds * 1e-9);
    } else {
        seqnet_json_number(&json, json.root, "microseconds", m->seconds * 1e6);
        seqnet_json_number(&json, json.root, "best_microseconds", m->best * 1e6);
    }
    seqnet_json_number(&json, json.root, "peak_memory", peak_memory());
    seqnet_json_string(&json, json.root, "blas", seqnet_blas_name());
    seqnet_json_string(&json, json.root, "instruction_set", seqnet_instruction_set());
    return print_json_line(&json);
}

static int print_measurement(const bench *b, const measurement *m)
{
    printf("%-8s  %6zu rows  %9zu tokens  ", m->what, m->rows, m->tokens);
    if (m->floor > 0.0)
        printf("%7.3f s  best %7.3f s  floor %7.3f s  ratio %5.2f  %6.2f M tokens/s  %6.1f "
               "GFLOP/s\n",
               m->seconds, m->best, m->floor, m->seconds / m->floor,
               (double)m->tokens / m->seconds * 1e-6,
               m->products * 8.0 * (double)(b->units * b->units * m->tokens) / m->seconds * 1e-9);
    else
        printf("%7.1f us best %7.1f us\n", m->seconds * 1e6, m->best * 1e6);
    return EXIT_DONE;
}

static int print_activation(const bench_options *o, const seqnet_activation_error *worst)
{
    if (!o->json) {
        printf("%-8s  %-11s  at most %.3f ULP, at %.9g\n", worst->function, worst->instruction_set,
               worst->ulp, worst->at);
        return EXIT_DONE;
    }
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "what", "activations");
    seqnet_json_string(&json, json.root, "function", worst->function);
    seqnet_json_string(&json, json.root, "instruction_set", worst->instruction_set);
    seqnet_json_decimal(&json, json.root, "ulp", worst->ulp, 3);
    seqnet_json_number(&json, json.root, "at", worst->at);
    return print_json_line(&json);
}

static int bench_activations(const bench_options *o)
{
    const size_t count = seqnet_bench_activation_count();
    for (size_t i = 0; i < count; i++) {
        seqnet_error err = {0};
        seqnet_activation_error worst;
        progress_draw(i, count, "all floats in [-90, 90]");
        if (seqnet_bench_activation(i, 1, (size_t)o->threads, &worst, &err) != SEQNET_OK)
            return fail(&err);
        progress_clear();
        const int code = print_activation(o, &worst);
        if (code != EXIT_DONE)
            return code;
        if (!flush_output())
            return SEQNET_ERR_WRITE;
    }
    return EXIT_DONE;
}

typedef struct subject {
    const char *name;
    seqnet_status (*run)(bench *b, measurement *m, seqnet_error *err);
} subject;

/* "activations" needs no data and is not among them. */
static const subject SUBJECTS[] = {{"train", bench_train},
                                   {"evaluate", bench_evaluate},
                                   {"predict", bench_predict},
                                   {"latency", bench_latency}};
enum { SUBJECT_COUNT = sizeof SUBJECTS / sizeof *SUBJECTS };

static int run_subject(bench *b, const subject *s)
{
    seqnet_error err = {0};
    measurement m = {.what = s->name, .threads = (size_t)b->options->threads};
    b->sample_count = 0;
    progress_draw(0, 1, s->name);
    const seqnet_status status = s->run(b, &m, &err);
    progress_clear();
    if (status != SEQNET_OK)
        return fail(&err);
    summarise(b, &m);
    const int code = (b->options->json ? print_measurement_json : print_measurement)(b, &m);
    return code != EXIT_DONE || flush_output() ? code : SEQNET_ERR_WRITE;
}

static bool stop_after_first_batch(void *user, const seqnet_train_event *event)
{
    ((bench *)user)->train_rows = event->train_rows;
    return event->kind != SEQNET_TRAIN_BATCH_END;
}

/* Without a model one optimiser step makes one: how fast it is does not depend on how good it is.
 */
static seqnet_status make_model(bench *b, seqnet_error *err)
{
    seqnet_train_result result;
    seqnet_train_options options = b->options->train;
    options.threads = b->options->threads;
    options.callback = stop_after_first_batch;
    options.user = b;
    const seqnet_status status = seqnet_model_train(&b->model, b->dataset, &options, &result, err);
    return status == SEQNET_INTERRUPTED ? SEQNET_OK : status;
}

static int open_data(bench *b)
{
    seqnet_error err = {0};
    const bench_options *const o = b->options;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.word_index = o->word_index;
    data.num_words = o->num_words;
    const char *path;
    if (o->model) {
        const int code = open_model(&b->model, o->model, &path);
        if (code != EXIT_DONE)
            return code;
    }
    seqnet_status status =
        b->model ? seqnet_model_load_dataset(b->model, &b->dataset, o->data, NULL, &err)
                 : seqnet_dataset_load(&b->dataset, o->data, &data, &err);
    if (status == SEQNET_OK && !b->model)
        status = make_model(b, &err);
    if (status != SEQNET_OK)
        return fail(&err);
    b->units = seqnet_model_layer(b->model, 1).features;
    const seqnet_layer_info embedding = seqnet_model_layer(b->model, 0);
    b->maxlen = embedding.time;
    b->num_words = embedding.parameters / embedding.features;
    note_blas_problem();
    return EXIT_DONE;
}

static bool is_wanted(const char *name, int count, char **names)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

/* Runs it if there is what it needs. What was asked for by name is an error without. */
static int run_if_possible(bench *b, const subject *s, bool named)
{
    if (s->run == bench_train && b->options->model)
        return EXIT_DONE;
    if (s->run != bench_predict || seqnet_model_vocabulary_size(b->model))
        return run_subject(b, s);
    const char *const reason =
        b->options->model ? "the model has no words" : "it needs a word index (--word-index)";
    if (!named) {
        note("predict is left out: %s", reason);
        return EXIT_DONE;
    }
    complain("predict cannot be measured: %s", reason);
    return SEQNET_ERR_MODEL;
}

static int run_subjects(const bench_options *o, int count, char **names)
{
    static bench b;
    b = (bench){.options = o};
    int code = EXIT_DONE;
    for (size_t i = 0; i < SUBJECT_COUNT && code == EXIT_DONE; i++) {
        if (!is_wanted(SUBJECTS[i].name, count, names))
            continue;
        if (!b.dataset)
            code = open_data(&b);
        if (code == EXIT_DONE)
            code = run_if_possible(&b, &SUBJECTS[i], count > 0);
    }
    if (b.dataset && code == EXIT_DONE && !o->json)
        printf("batch %zu, maxlen %zu, %zu units, %zu threads, peak memory %.0f MB; %s; %s\n",
               (size_t)o->train.batch_size, b.maxlen, b.units, (size_t)o->threads,
               peak_memory() * 1e-6, seqnet_blas_name(), seqnet_instruction_set());
    seqnet_model_free(b.model);
    seqnet_dataset_free(b.dataset);
    if (code == EXIT_DONE && count && is_wanted("activations", count, names))
        code = bench_activations(o);
    return code;
}

static const char *subject_name(const void *context, size_t i)
{
    (void)context;
    return i < SUBJECT_COUNT ? SUBJECTS[i].name : "activations";
}

static int check_names(int count, char **names)
{
    for (int i = 0; i < count; i++) {
        size_t k = 0;
        while (k <= SUBJECT_COUNT && strcmp(names[i], subject_name(NULL, k)) != 0)
            k++;
        if (k <= SUBJECT_COUNT)
            continue;
        const char *const near = nearest_word(names[i], subject_name, NULL, SUBJECT_COUNT + 1);
        complain("'%s' is nothing to measure; %s%s%s", names[i], near ? "did you mean '" : "",
                 near ? near : "'seqnet bench --help' lists what is", near ? "'?" : "");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* The name of an option that was typed and that only a new model has; NULL when there is none. */
static const char *new_model_option(const bench_options *o, const parsed_line *line)
{
    const void *const targets[] = {&o->train.units,     &o->train.batch_size, &o->train.maxlen,
                                   &o->train.mask_zero, &o->word_index,       &o->num_words};
    const char *name = NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets && !name; i++)
        name = given_name(line, targets[i]);
    return name;
}

/* A trained model is scored with, as it is. */
static int check_model_options(const bench_options *o, const parsed_line *line, int count,
                               char **names)
{
    const char *const refused = new_model_option(o, line);
    if (o->model && refused) {
        complain("--%s is for a new model, and --model brings one: leave one of them out", refused);
        return EXIT_USAGE;
    }
    if (o->model && count && is_wanted("train", count, names)) {
        complain("'train' trains a new model, and --model brings one: leave one of them out");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* What was not typed gets the defaults of train. */
static void fill_defaults(bench_options *o, const parsed_line *line)
{
    seqnet_train_options train = seqnet_train_options_default();
    copy_given(line, &o->train, &train, sizeof train);
    o->train = train;
    if (!o->threads)
        o->threads = (int64_t)seqnet_usable_cores();
}

int command_bench(int argc, char **argv)
{
    bench_options o = {
        .data = "builtin:demo", .runs = 5, .tokens = 230, .num_words = SEQNET_NUM_WORDS_AUTO};
    const option_spec options[] = {
        /* clang-format off */
        FILE_OPTION("data", 0, &o.data, "data to work on"),
        FILE_OPTION("model", 'm', &o.model, "model to score with (default: one of a single step)"),
        FILE_OPTION("word-index", 0, &o.word_index, "imdb_word_index.json, if not beside the data"),
        INTEGER_OPTION("num-words", 0, &o.num_words, 0, INT32_MAX,
                       "keep ids below N, 0 for all (default: as train)"),
        INTEGER_OPTION("runs", 0, &o.runs, 1, MAX_RUNS, "measure so often, after one run to warm up"),
        INTEGER_OPTION("batch-size", 0, &o.train.batch_size, 1, 1000000,
                       "rows per optimiser step (default: as train)"),
        INTEGER_OPTION("maxlen", 0, &o.train.maxlen, 1, 100000,
                       "timesteps (default: the longest row, at most 500)"),
        INTEGER_OPTION("units", 0, &o.train.units, 1, 4096, "LSTM units (default: as train)"),
        FLAG_OPTION("mask-zero", &o.train.mask_zero, "skip padding"),
        INTEGER_OPTION("tokens", 0, &o.tokens, 1, 100000,
                       "ids of the row that latency scores, at most maxlen"),
        FLAG_OPTION("json", &o.json, "print one JSON object per measurement"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (parsed != PARSED)
        return parsed;
    const int count = argc - line.first;
    char **const names = argv + line.first;
    int code = check_names(count, names);
    if (code == EXIT_DONE)
        code = check_model_options(&o, &line, count, names);
    if (code != EXIT_DONE)
        return code;
    fill_defaults(&o, &line);
    return run_subjects(&o, count, names);
}
