/*
 * Imports Keras models and scores rows of ids, for run.py. A request is a line
 *
 *     MODEL [TAB KEY=VALUE ...]
 *
 * in which KEY is a field of seqnet_import_options, a line with the number of rows, and a line for
 * each row, its ids with blanks between them. The answer to each is a line, a JSON object: logits,
 * notes, labels and records as the model has them; or error and status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/import.h>
#include <seqnet/json.h>

#include "engine.h"
#include "memory.h"
#include "model.h"

enum { MAX_ROWS = 64, MAX_IDS = 4096, MAX_LINE = 65536 };

typedef struct read_rows {
    int32_t ids[MAX_ROWS][MAX_IDS];
    const int32_t *rows[MAX_ROWS];
    size_t lengths[MAX_ROWS], count;
} read_rows;

static read_rows given;

static char line[MAX_LINE];

static bool read_line(void)
{
    if (!fgets(line, sizeof line, stdin))
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static void read_input(void)
{
    const long count = read_line() ? strtol(line, NULL, 10) : 0;
    given = (read_rows){.count = 0};
    while ((long)given.count < count && given.count < MAX_ROWS && read_line()) {
        char *at = line, *end;
        size_t *const length = &given.lengths[given.count];
        for (long id = strtol(at, &end, 10); end != at && *length < MAX_IDS;
             id = strtol(at, &end, 10)) {
            given.ids[given.count][(*length)++] = (int32_t)id;
            at = end;
        }
        given.rows[given.count] = given.ids[given.count];
        given.count++;
    }
}

static void set_option(seqnet_import_options *options, const char *text)
{
    const struct {
        const char *key;
        const char **target;
    } texts[] = {{"config=", &options->config},         {"layer_file=", &options->layer_file},
                 {"tokenizer=", &options->tokenizer},   {"labels=", &options->labels},
                 {"word_index=", &options->word_index}, {NULL, NULL}};
    for (size_t i = 0; texts[i].key; i++)
        if (strncmp(text, texts[i].key, strlen(texts[i].key)) == 0)
            *texts[i].target = text + strlen(texts[i].key);
    if (strncmp(text, "maxlen=", 7) == 0)
        options->maxlen = strtol(text + 7, NULL, 10);
    if (strncmp(text, "num_words=", 10) == 0)
        options->num_words = strtol(text + 10, NULL, 10);
    if (strcmp(text, "padding=pre") == 0)
        options->padding = SEQNET_IMPORT_PRE;
    if (strcmp(text, "truncating=pre") == 0)
        options->truncating = SEQNET_IMPORT_PRE;
}

typedef struct said {
    seqnet_json json;
    struct cJSON *notes;
} said;

static void take_note(void *user, const char *sentence)
{
    said *const s = user;
    seqnet_json_string(&s->json, s->notes, NULL, sentence);
}

static seqnet_status score(said *s, const seqnet_model *model, seqnet_error *err)
{
    sn_pool *pool;
    sn_engine *engine;
    const size_t outputs = model->network.outputs;
    float *logits;
    SN_TRY(sn_pool_create(&pool, 1, err));
    SN_TRY(sn_engine_create(&engine, &model->network, model->config.padding, pool, false, err));
    SN_TRY(sn_alloc_floats(&logits, MAX_ROWS * outputs, err));
    sn_engine_use(engine, model->weights);
    const sn_minibatch batch = {.rows = given.rows, .lengths = given.lengths, .count = given.count};
    if (given.count)
        sn_engine_score(engine, &batch, logits);
    struct cJSON *const list = seqnet_json_list(&s->json, s->json.root, "logits");
    for (size_t i = 0; i < given.count * outputs; i++)
        seqnet_json_number(&s->json, list, NULL, (double)logits[i]);
    free(logits);
    sn_engine_free(engine);
    sn_pool_free(pool);
    return SEQNET_OK;
}

static void add_model(said *s, const seqnet_model *model)
{
    struct cJSON *const root = s->json.root;
    struct cJSON *const labels = seqnet_json_list(&s->json, root, "labels");
    for (size_t i = 0; i < model->label_count; i++)
        seqnet_json_string(&s->json, labels, NULL, model->label_names[i]);
    seqnet_json_bool(&s->json, root, "multi_label", model->config.multi_label);
    seqnet_json_raw(&s->json, root, "config", model->config_json);
    seqnet_json_raw(&s->json, root, "training", model->training_json);
}

/* Answers one request; `request` is its first line. */
static bool answer(char *request)
{
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    said s = {.json = seqnet_json_begin_object()};
    s.notes = seqnet_json_list(&s.json, s.json.root, "notes");
    seqnet_import_options options = seqnet_import_options_default();
    options.note = take_note;
    options.user = &s;
    char *rest = NULL;
    const char *const path = strtok_r(request, "\t", &rest);
    for (const char *text; (text = strtok_r(NULL, "\t", &rest)) != NULL;)
        set_option(&options, text);
    read_input();
    seqnet_status status = seqnet_import(&model, path, &options, &err);
    if (status == SEQNET_OK)
        status = score(&s, model, &err);
    if (status == SEQNET_OK)
        add_model(&s, model);
    else {
        seqnet_json_string(&s.json, s.json.root, "error", err.message);
        seqnet_json_number(&s.json, s.json.root, "status", (double)status);
    }
    seqnet_model_free(model);
    char *text;
    if (seqnet_json_end(&s.json, &text, &err) != SEQNET_OK)
        return false;
    puts(text);
    free(text);
    return fflush(stdout) == 0;
}

int main(void)
{
    static char request[MAX_LINE];
    while (read_line()) {
        memcpy(request, line, strlen(line) + 1);
        if (!answer(request))
            return 1;
    }
    return 0;
}
