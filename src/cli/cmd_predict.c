/* seqnet predict: one output line per text, in order. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json.h"
#include "lines.h"
#include "options.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "predict",
    .arguments = "[TEXT...] [--input FILE] [-m MODEL] [options]",
    .summary = "Classifies texts: the arguments, the lines of a file, or those of standard input.",
    .details = "Prints exactly one line per text: its label, a tab and the label's probability.\n\n"
               "  seqnet predict \"a wonderful film\" \"two hours of boredom\"\n"
               "  cut -f 3 tickets.tsv | seqnet predict --json | jq -r .label\n",
    .max_arguments = (size_t)-1};

/* A batch is full with so many texts, or so many bytes of them. */
enum { BATCH_ROWS = 256, BATCH_BYTES = 1 << 20 };

typedef struct predict_options {
    const char *model, *input, *word_index;
    bool json, ids, line_buffered;
    int64_t threads;
} predict_options;

/* One run. In a stream, reading and writing may go on at the same time: the reading side has
 * `reader` to `ids_capacity`, the writing side `printed`; the rest does not change. */
typedef struct job {
    const predict_options *options;
    const seqnet_model *model;
    const char *model_path;
    seqnet_predictor *predictor;
    bool eager; /* whoever waits for answers gets them before we wait for more input */
    line_reader reader;
    bool input_failed; /* and was told */
    bool refused;      /* the line under way */
    size_t line;       /* its number, from 1 */
    int32_t *ids;      /* of it, with --ids */
    size_t ids_capacity;
    size_t printed; /* predictions so far */
} job;

static void print_prediction_json(const job *j, const seqnet_prediction *p)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "line", (double)j->printed);
    cJSON_AddStringToObject(root, "label", seqnet_model_label_name(j->model, p->label));
    add_decimal(root, "probability", p->probability, 6);
    cJSON *const all = cJSON_AddObjectToObject(root, "probabilities");
    for (size_t i = 0; i < seqnet_model_label_count(j->model); i++)
        add_decimal(all, seqnet_model_label_name(j->model, i), p->probabilities[i], 6);
    cJSON_AddNumberToObject(root, "tokens", (double)p->tokens);
    cJSON_AddNumberToObject(root, "oov", (double)p->oov);
    cJSON_AddBoolToObject(root, "truncated", p->truncated);
    print_json_line(root);
}

/* Ends the program at once: another thread may be waiting for input that is long in coming. To be
 * called right after the failure, which errno tells. */
static _Noreturn void give_up_output(void)
{
    _exit(output_failed(errno));
}

static seqnet_status print_batch(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    (void)err;
    job *const j = user;
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++) {
        const seqnet_prediction *const p = &predictions[i];
        j->printed++;
        if (j->options->json)
            print_prediction_json(j, p);
        else
            printf("%s\t%.6f\n", seqnet_model_label_name(j->model, p->label), p->probability);
        if (ferror(stdout))
            give_up_output();
    }
    if (j->eager && fflush(stdout) != 0)
        give_up_output();
    return SEQNET_OK;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static bool store_id(job *j, size_t index, int32_t id)
{
    if (index == j->ids_capacity) {
        const size_t capacity = index ? index * 2 : 512;
        int32_t *const grown = realloc(j->ids, capacity * sizeof *grown);
        if (!grown)
            return false;
        j->ids = grown;
        j->ids_capacity = capacity;
    }
    j->ids[index] = id;
    return true;
}

/* Reads "1 14 22": ids between blanks or commas. */
static seqnet_status parse_ids(job *j, const char *line, size_t length, size_t *count,
                               seqnet_error *err)
{
    *count = 0;
    for (size_t pos = 0; pos < length;) {
        char word[24];
        int64_t id;
        size_t end = pos;
        while (end < length && !is_separator(line[end]))
            end++;
        const size_t size = end - pos;
        const char *const start = line + pos;
        pos = end + (end < length);
        if (size == 0)
            continue;
        (void)snprintf(word, sizeof word, "%.*s", (int)(size < 23 ? size : 23), start);
        if (strlen(word) != size || !seqnet_parse_int64(word, &id) || id < INT32_MIN ||
            id > INT32_MAX) {
            (void)snprintf(err->message, sizeof err->message,
                           "'%s' %s; --ids takes lines such as '1 14 22 16'", word,
                           memchr(start, 0, size) ? "goes on after a NUL byte" : "is not an id");
            return SEQNET_ERR_DATA;
        }
        if (!store_id(j, (*count)++, (int32_t)id)) {
            (void)snprintf(err->message, sizeof err->message, "out of memory for its ids");
            return SEQNET_ERR_DATA;
        }
    }
    return SEQNET_OK;
}

/* Adds one text or row of ids to the batch. */
static seqnet_status add(job *j, seqnet_batch *batch, const char *text, size_t length,
                         seqnet_error *err)
{
    size_t count;
    seqnet_status status;
    j->line++;
    if (!j->options->ids)
        status = seqnet_batch_add_text(batch, text, length, err);
    else if ((status = parse_ids(j, text, length, &count, err)) == SEQNET_OK)
        status = seqnet_batch_add_ids(batch, j->ids, count, err);
    j->refused = status != SEQNET_OK;
    return status;
}

/* Tells why a text could not be classified; returns an exit code. */
static int refuse(const job *j, const char *place, const seqnet_error *err)
{
    if (err->status == SEQNET_ERR_MEMORY) /* not the input's fault */
        return fail(err);
    if (err->status == SEQNET_ERR_MODEL)
        complain("%s: %s", j->model_path, err->message);
    else if (j->refused)
        complain("%s:%zu: %s", place, j->line, err->message);
    else
        complain("%s: %s", place, err->message);
    return (int)err->status;
}

static bool is_full(const seqnet_batch *batch)
{
    return seqnet_batch_count(batch) >= BATCH_ROWS || seqnet_batch_bytes(batch) >= BATCH_BYTES;
}

static int predict_arguments(job *j, int count, char **texts)
{
    seqnet_error err = {0};
    seqnet_batch *batch;
    if (seqnet_batch_create(&batch, j->predictor, &err) != SEQNET_OK)
        return fail(&err);
    seqnet_status status = SEQNET_OK;
    for (int i = 0; i < count && status == SEQNET_OK;) {
        seqnet_batch_clear(batch);
        while (i < count && !is_full(batch) && status == SEQNET_OK) {
            status = add(j, batch, texts[i], strlen(texts[i]), &err);
            i++;
        }
        err.status = status;
        seqnet_error failure = {0}; /* of scoring: what came before a bad argument is answered */
        if (seqnet_predictor_score(j->predictor, batch, &failure) != SEQNET_OK) {
            err = failure;
            status = failure.status;
            j->refused = false;
        } else {
            (void)print_batch(j, batch, &failure);
        }
    }
    seqnet_batch_free(batch);
    return status == SEQNET_OK ? EXIT_DONE : refuse(j, "argument", &err);
}

static seqnet_status read_lines(void *user, seqnet_batch *batch, seqnet_error *err)
{
    job *const j = user;
    const char *line;
    size_t length;
    if (j->input_failed)
        return SEQNET_OK;
    do {
        const line_result result = lines_next(&j->reader, &line, &length);
        j->input_failed = result == LINE_FAILED;
        if (result != LINE_READ)
            return SEQNET_OK;
        const seqnet_status status = add(j, batch, line, length, err);
        if (status != SEQNET_OK)
            return status;
    } while (!is_full(batch) && !(j->eager && !lines_ready(&j->reader)));
    return SEQNET_OK;
}

static int predict_lines(job *j)
{
    seqnet_error err = {0};
    const seqnet_stream stream = {.read = read_lines, .write = print_batch, .user = j};
    err.status = seqnet_predictor_stream(j->predictor, &stream, &err);
    if (err.status != SEQNET_OK)
        return refuse(j, j->reader.name, &err);
    return j->input_failed ? SEQNET_ERR_DATA : EXIT_DONE;
}

static int predict_input(job *j)
{
    const char *const input = j->options->input;
    const bool standard = !input || strcmp(input, "-") == 0;
    if (standard && isatty(STDIN_FILENO))
        note("reading texts from the terminal, one a line; Ctrl-D ends");
    const int opened = lines_open(&j->reader, input);
    if (opened != EXIT_DONE)
        return opened;
    const int code = predict_lines(j);
    lines_close(&j->reader);
    return code;
}

static int predict(const seqnet_model *model, const char *path, const predict_options *o, int count,
                   char **texts)
{
    seqnet_error err;
    const seqnet_predictor_options settings = {.threads = (size_t)o->threads,
                                               .word_index = o->word_index};
    job j = {.options = o,
             .model = model,
             .model_path = path,
             .eager = o->line_buffered || isatty(STDOUT_FILENO)};
    if (seqnet_predictor_create(&j.predictor, model, &settings, &err) != SEQNET_OK)
        return fail(&err);
    const int code = count ? predict_arguments(&j, count, texts) : predict_input(&j);
    seqnet_predictor_free(j.predictor);
    free(j.ids);
    return code;
}

int command_predict(int argc, char **argv)
{
    predict_options o = {0};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&o.model),
        FILE_OPTION("input", 'i', &o.input, "classify the lines of FILE, - for standard input"),
        FLAG_OPTION("json", &o.json, "print one JSON object per text"),
        FLAG_OPTION("ids", &o.ids, "texts are rows of ids, start id included"),
        FILE_OPTION("word-index", 0, &o.word_index,
                    "imdb_word_index.json, for a model trained without one"),
        FLAG_OPTION("line-buffered", &o.line_buffered,
                    "print each answer as soon as its line is read"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    int first;
    const char *path;
    const int parsed =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &first);
    if (parsed != PARSED)
        return parsed;
    int count = argc - first;
    if (count == 1 && strcmp(argv[first], "-") == 0)
        count = 0; /* standard input, as for --input */
    if (count && o.input) {
        complain("texts as arguments and --input exclude each other");
        return EXIT_USAGE;
    }
    seqnet_model *model = NULL;
    int code = open_model(&model, o.model, &path);
    if (code == EXIT_DONE)
        code = predict(model, path, &o, count, argv + first);
    seqnet_model_free(model);
    return code;
}
