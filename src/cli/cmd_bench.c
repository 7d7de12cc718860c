/* seqnet bench: how fast this machine trains, evaluates and predicts, next to the matrix products
 * that the work cannot do without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "commands.h"
#include "errors.h"
#include "nearest.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "bench",
    .arguments = "[train] [evaluate] [predict] [latency] [products] [activations] [options]",
    .summary = "Measures speed on this machine.",
    .details =
        "  train        epochs without validation: every optimiser step over the training rows\n"
        "  evaluate     scoring the test rows\n"
        "  predict      the test rows as text, tokenised and scored\n"
        "  latency      one row of --tokens ids\n"
        "  products     an LSTM's matrix products by OpenBLAS, by our own loops and by plain ones\n"
        "  activations  largest error of exp, sigmoid and tanh over all floats in [-90, 90]\n\n"
        "Without a name: the first four, or with --model those that score. Times are medians of\n"
        "--runs, for latency of 2000 calls on one thread. The floor is the time of the recurrent\n"
        "matrix products alone, 16 rows a step, for the same tokens on the same threads: three\n"
        "for training, one for scoring; the GFLOP/s count these only. Products are M x N x K, on "
        "one\n"
        "thread; what stands first is OpenBLAS.\n",
    .examples = "  seqnet bench --data imdb.npz\n"
                "  seqnet bench train --data imdb.npz --batch-size 1024 --json\n"
                "  seqnet bench products --units 64\n",
    .brief = "data model runs json threads",
    .max_arguments = (size_t)-1};

static int bench_product(const bench_options *o, size_t i)
{
    seqnet_error err = {0};
    seqnet_product_speed speed;
    if (i == 0)
        note_blas_problem();
    if (seqnet_bench_product(i, (size_t)o->train.units[0], &speed, &err) != SEQNET_OK)
        return fail(&err);
    progress_clear();
    const int code = print_product(o, &speed);
    if (code == EXIT_DONE && i + 1 == seqnet_bench_product_count() && !o->json)
        print_kernels();
    return code;
}

static int bench_activation(const bench_options *o, size_t i)
{
    seqnet_error err = {0};
    seqnet_activation_error worst;
    if (seqnet_bench_activation(i, 1, (size_t)o->threads, &worst, &err) != SEQNET_OK)
        return fail(&err);
    progress_clear();
    return print_activation(o, &worst);
}

/* The subjects that need neither data nor a model: each measures a number of things. */
typedef struct list_subject {
    const char *name, *progress;
    size_t (*count)(void);
    /* Measures number i, prints it and returns an exit code. */
    int (*run)(const bench_options *o, size_t i);
} list_subject;

static const list_subject LISTS[] = {
    {"products", "matrix products", seqnet_bench_product_count, bench_product},
    {"activations", "all floats in [-90, 90]", seqnet_bench_activation_count, bench_activation}};
enum { LIST_COUNT = sizeof LISTS / sizeof *LISTS };

static int run_list(const bench_options *o, const list_subject *list)
{
    const size_t count = list->count();
    for (size_t i = 0; i < count; i++) {
        progress_draw(i, count, list->progress);
        const int code = list->run(o, i);
        if (code != EXIT_DONE)
            return code;
        if (!flush_output())
            return SEQNET_ERR_WRITE;
    }
    return EXIT_DONE;
}

typedef struct subject {
    const char *name;
    measuring *run;
} subject;

/* The subjects that need data and a model. */
static const subject SUBJECTS[] = {{"train", measure_training},
                                   {"evaluate", measure_evaluation},
                                   {"predict", measure_prediction},
                                   {"latency", measure_latency}};
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
    summarise_samples(b, &m);
    const int code = print_measurement(b, &m);
    return code != EXIT_DONE || flush_output() ? code : SEQNET_ERR_WRITE;
}

static bool stop_after_first_batch(void *user, const seqnet_train_event *event)
{
    ((bench *)user)->train_rows = event->train_rows;
    return event->kind != SEQNET_TRAIN_BATCH_END;
}

/* Makes a model by one optimiser step, without --model: the speed does not depend on the weights.
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

/* The first recurrent layer; in a model without one the last layer, which has no gates. */
static seqnet_layer_info find_recurrent(const seqnet_model *model)
{
    size_t i = 0;
    while (i + 1 < seqnet_model_layer_count(model) && seqnet_model_layer(model, i).gates == 0)
        i++;
    return seqnet_model_layer(model, i);
}

static int open_data(bench *b)
{
    seqnet_error err = {0};
    const bench_options *const o = b->options;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.words.word_index = o->word_index;
    data.words.num_words = o->num_words;
    data.splits.validation_split = 0.2; /* as train does with ids */
    data.splits.tail = true;
    const char *path;
    if (o->model) {
        const int code = open_model(&b->model, o->model, &path);
        if (code != EXIT_DONE)
            return code;
        if (seqnet_model_ngrams(b->model).words) {
            complain("%s: reads n-grams, and benchmarks are of networks alone (train --ngrams off)",
                     path);
            return EXIT_USAGE;
        }
    }
    seqnet_status status =
        b->model ? seqnet_model_load_dataset(b->model, &b->dataset, o->data, NULL, &err)
                 : seqnet_dataset_load(&b->dataset, o->data, &data, &err);
    if (status == SEQNET_OK && !b->model)
        status = make_model(b, &err);
    if (status != SEQNET_OK)
        return fail(&err);
    const seqnet_layer_info embedding = seqnet_model_layer(b->model, 0);
    const seqnet_layer_info recurrent = find_recurrent(b->model);
    b->units = recurrent.features;
    b->gates = recurrent.gates;
    if (recurrent.gates == 0) {
        complain("%s: has no recurrent layer, whose products a benchmark compares with", o->model);
        return EXIT_USAGE;
    }
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

/* Runs the subject if the model has what it needs. If not, this is an error only for a subject that
 * the command line names. */
static int run_if_possible(bench *b, const subject *s, bool is_named)
{
    if (s->run == measure_training && b->options->model)
        return EXIT_DONE;
    if (s->run != measure_prediction || seqnet_model_vocabulary_size(b->model))
        return run_subject(b, s);
    const char *const reason =
        b->options->model ? "the model has no words" : "it needs a word index (--word-index)";
    if (!is_named) {
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
        print_setting(&b);
    seqnet_model_free(b.model);
    seqnet_dataset_free(b.dataset);
    for (size_t i = 0; i < LIST_COUNT && count && code == EXIT_DONE; i++)
        if (is_wanted(LISTS[i].name, count, names))
            code = run_list(o, &LISTS[i]);
    return code;
}

static const char *subject_name(const void *context, size_t i)
{
    (void)context;
    return i < SUBJECT_COUNT ? SUBJECTS[i].name : LISTS[i - SUBJECT_COUNT].name;
}

static int check_names(int count, char **names)
{
    const size_t all = SUBJECT_COUNT + LIST_COUNT;
    for (int i = 0; i < count; i++) {
        size_t k = 0;
        while (k < all && strcmp(names[i], subject_name(NULL, k)) != 0)
            k++;
        if (k < all)
            continue;
        const char *const near = nearest_word(names[i], subject_name, NULL, all);
        complain("'%s' is nothing to measure; %s%s%s", names[i], near ? "did you mean '" : "",
                 near ? near : "'seqnet bench --help' lists what is", near ? "'?" : "");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* The name of a typed option that only a new model has; NULL when none was typed. */
static const char *new_model_option(const bench_options *o, const parsed_line *line)
{
    const void *const targets[] = {&o->train.units[0],  &o->train.batch_size, &o->train.maxlen,
                                   &o->train.mask_zero, &o->word_index,       &o->num_words};
    const char *name = NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets && !name; i++)
        name = given_name(line, targets[i]);
    return name;
}

/* Refuses options that --model excludes: a trained model is measured as it is. */
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

/* Options that were not typed get the defaults of train. */
static void fill_defaults(bench_options *o, const parsed_line *line)
{
    seqnet_train_options train = seqnet_train_options_default();
    copy_given(line, &o->train, &train, sizeof train);
    o->train = train;
    if (!o->threads)
        o->threads = (int64_t)seqnet_usable_cores();
}

static int start(bench_options *o, const parsed_line *line, int count, char **names)
{
    int code = check_names(count, names);
    if (code == EXIT_DONE)
        code = check_model_options(o, line, count, names);
    if (code != EXIT_DONE)
        return code;
    fill_defaults(o, line);
    return run_subjects(o, count, names);
}

int command_bench(int argc, char **argv)
{
    bench_options o = {
        .data = "builtin:demo", .runs = 5, .tokens = 230, .num_words = SEQNET_NUM_WORDS_AUTO};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("data", 0, &o.data, "data to work on"),
        FILE_OPTION("word-index", 0, &o.word_index, "imdb_word_index.json, if not beside the data"),
        DERIVED("as train", INTEGER_OPTION("num-words", 0, &o.num_words, 0, INT32_MAX,
                       "keep ids below N; 0: all of them")),
        DERIVED("the longest row, at most 500", INTEGER_OPTION("maxlen", 0, &o.train.maxlen, 1, 100000,
                       "timesteps")),
        GROUP("Model"),
        DERIVED("one of a single step", FILE_OPTION("model", 'm', &o.model, "model to score with")),
        DERIVED("as train", INTEGER_OPTION("units", 0, &o.train.units[0], 1, 4096, "LSTM units")),
        FLAG_OPTION("mask-zero", &o.train.mask_zero, "skip padding"),
        GROUP("Training"),
        DERIVED("as train", INTEGER_OPTION("batch-size", 0, &o.train.batch_size, 1, 1000000,
                       "rows per optimiser step")),
        GROUP("Output"),
        INTEGER_OPTION("runs", 0, &o.runs, 1, MAX_RUNS,
                       "measure so often, after one run to warm up"),
        INTEGER_OPTION("tokens", 0, &o.tokens, 1, 100000,
                       "ids of the row that latency scores, at most maxlen"),
        FLAG_OPTION("json", &o.json, "print one JSON object per measurement"),
        GROUP("General"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (parsed != PARSED)
        return parsed;
    return start(&o, &line, argc - line.first, argv + line.first);
}
