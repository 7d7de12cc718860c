/* seqnet predict: one output line per text, in order. */
#include <inttypes.h>
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

/* Rows that are scored together. */
enum { BATCH_ROWS = 256 };

typedef struct predict_options {
    const char *model, *input, *word_index;
    bool json, ids, line_buffered;
    int64_t threads;
} predict_options;

typedef struct job {
    const predict_options *options;
    const seqnet_model *model;
    const char *model_path;
    seqnet_predictor *predictor;
    size_t pending, line; /* texts waiting; texts printed so far */
    int32_t *ids;         /* of the line under way, with --ids */
    size_t ids_capacity;
} job;

static void print_prediction_json(const job *j, const seqnet_prediction *p)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "line", (double)j->line);
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

/* Scores what is waiting and prints it. False when standard output does not take it. */
static bool flush(job *j)
{
    const seqnet_prediction *predictions;
    const size_t count = seqnet_predictor_score(j->predictor, &predictions);
    for (size_t i = 0; i < count; i++) {
        const seqnet_prediction *const p = &predictions[i];
        j->line++;
        if (j->options->json)
            print_prediction_json(j, p);
        else
            printf("%s\t%.6f\n", seqnet_model_label_name(j->model, p->label), p->probability);
    }
    j->pending = 0;
    if (j->options->line_buffered || isatty(STDOUT_FILENO))
        fflush(stdout);
    return !ferror(stdout);
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

/* Reads "1 14 22": ids between blanks or commas. Returns false, with the reason in `why`. */
static bool parse_ids(job *j, const char *line, size_t length, size_t *count, seqnet_error *why)
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
        if (!seqnet_parse_int64(word, &id) || id < INT32_MIN || id > INT32_MAX || size > 20) {
            (void)snprintf(why->message, sizeof why->message,
                           "'%s' is not an id; --ids takes lines such as '1 14 22 16'", word);
            return false;
        }
        if (!store_id(j, (*count)++, (int32_t)id)) {
            (void)snprintf(why->message, sizeof why->message, "out of memory for its ids");
            return false;
        }
    }
    return true;
}

/* Adds one text or row of ids; on failure prints the error, with `place` before it, after the lines
 * that came before. */
static int add(job *j, const char *text, size_t length, const char *place, size_t number)
{
    seqnet_error err = {.status = SEQNET_ERR_DATA};
    seqnet_status status;
    size_t count;
    if (!j->options->ids)
        status = seqnet_predictor_add_text(j->predictor, text, length, &err);
    else if (parse_ids(j, text, length, &count, &err))
        status = seqnet_predictor_add_ids(j->predictor, j->ids, count, &err);
    else
        status = err.status;
    if (status == SEQNET_OK) {
        j->pending++;
        return EXIT_DONE;
    }
    (void)flush(j);
    if (status == SEQNET_ERR_MODEL)
        complain("%s: %s", j->model_path, err.message);
    else
        complain("%s:%zu: %s", place, number, err.message);
    return status == SEQNET_ERR_MEMORY ? SEQNET_ERR_DATA : (int)status;
}

static int predict_arguments(job *j, int count, char **texts)
{
    for (int i = 0; i < count; i++) {
        const int code = add(j, texts[i], strlen(texts[i]), "argument", (size_t)i + 1);
        if (code != EXIT_DONE)
            return code;
        if (j->pending == BATCH_ROWS && !flush(j))
            return EXIT_DONE; /* main reports what happened to standard output */
    }
    (void)flush(j);
    return EXIT_DONE;
}

static int predict_lines(job *j, line_reader *reader)
{
    const char *line;
    size_t length, number = 0;
    const bool eager = j->options->line_buffered || isatty(STDOUT_FILENO);
    line_result result;
    while ((result = lines_next(reader, &line, &length)) == LINE_READ) {
        const int code = add(j, line, length, reader->name, ++number);
        if (code != EXIT_DONE)
            return code;
        /* Whoever waits for answers gets them before we wait for more input. */
        const bool full = j->pending == BATCH_ROWS || (eager && !lines_ready(reader));
        if (full && !flush(j))
            return EXIT_DONE;
    }
    (void)flush(j);
    return result == LINE_END ? EXIT_DONE : SEQNET_ERR_DATA;
}

static int predict_input(job *j)
{
    line_reader reader;
    const char *const input = j->options->input;
    const bool standard = !input || strcmp(input, "-") == 0;
    if (standard && isatty(STDIN_FILENO))
        note("reading texts from the terminal, one a line; Ctrl-D ends");
    const int opened = lines_open(&reader, input);
    if (opened != EXIT_DONE)
        return opened;
    const int code = predict_lines(j, &reader);
    lines_close(&reader);
    return code;
}

static int predict(const seqnet_model *model, const char *path, const predict_options *o, int count,
                   char **texts)
{
    seqnet_error err;
    const seqnet_predictor_options settings = {.threads = (size_t)o->threads,
                                               .word_index = o->word_index};
    job j = {.options = o, .model = model, .model_path = path};
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
