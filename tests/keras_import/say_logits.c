/*
 * Imports a Keras model and scores rows of ids, for models.py:
 *
 *     say_logits MODEL [KEY=VALUE ...] < ROWS
 *
 * KEY is a field of seqnet_import_options; each line of ROWS has the ids of a row with blanks
 * between them. Prints a JSON object: logits, notes, labels and rows as the model has them; or
 * error and status.
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

static void read_input(void)
{
    static char line[MAX_LINE];
    while (given.count < MAX_ROWS && fgets(line, sizeof line, stdin)) {
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

int main(int argc, char **argv)
{
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    said s = {.json = seqnet_json_begin_object()};
    s.notes = seqnet_json_list(&s.json, s.json.root, "notes");
    seqnet_import_options options = seqnet_import_options_default();
    options.note = take_note;
    options.user = &s;
    if (argc < 2)
        return 2;
    for (int i = 2; i < argc; i++)
        set_option(&options, argv[i]);
    read_input();
    seqnet_status status = seqnet_import(&model, argv[1], &options, &err);
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
        return 7;
    puts(text);
    free(text);
    return 0;
}
