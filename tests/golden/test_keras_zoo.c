/*
 * Published Keras models: logits of imported ones against those of an independent float64
 * reference, and refusals. Needs SEQNET_SHARED (models/, models/zoo/) and SEQNET_DATA (imdb.npz).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/import.h>

#include "dataset.h"
#include "encoding.h"
#include "engine.h"
#include "file.h"
#include "memory.h"
#include "model.h"

enum { ROWS = 10, PATH_SIZE = 4096 };

/* Ten rows of ids, and their lengths. */
typedef struct few_rows {
    int32_t *ids[ROWS];
    size_t lengths[ROWS];
} few_rows;

static char folder[PATH_SIZE];

static const char *in_folder(char path[PATH_SIZE], const char *name)
{
    assert_true(snprintf(path, PATH_SIZE, "%s/%s", folder, name) < PATH_SIZE);
    return path;
}

static cJSON *read_json(const char *path)
{
    sn_bytes bytes;
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    cJSON *const root = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(root);
    sn_bytes_close(&bytes);
    return root;
}

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* All ids of the first test reviews. */
static few_rows all_ids;

static void read_imdb(void)
{
    char path[PATH_SIZE];
    seqnet_dataset *dataset;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = SEQNET_NUM_WORDS_ALL_IDS;
    (void)snprintf(path, sizeof path, "%s/imdb.npz", getenv("SEQNET_DATA"));
    assert_int_equal(seqnet_dataset_load(&dataset, path, &options, NULL), SEQNET_OK);
    for (size_t i = 0; i < ROWS; i++) {
        int32_t label;
        const int32_t *const ids =
            seqnet_dataset_row(dataset, SEQNET_TEST, i, &all_ids.lengths[i], &label);
        assert_int_equal(
            sn_alloc(&all_ids.ids[i], all_ids.lengths[i] + 1, sizeof **all_ids.ids, NULL),
            SEQNET_OK);
        memcpy(all_ids.ids[i], ids, all_ids.lengths[i] * sizeof *ids);
    }
    seqnet_dataset_free(dataset);
}

/* The first test reviews with the ids that load_data gives below id_count: others are unknown. */
static few_rows imdb_rows(size_t id_count)
{
    enum { UNKNOWN = 2 };
    few_rows rows = all_ids;
    if (!all_ids.ids[0])
        read_imdb();
    for (size_t i = 0; i < ROWS; i++) {
        rows.lengths[i] = all_ids.lengths[i];
        assert_int_equal(sn_alloc(&rows.ids[i], rows.lengths[i] + 1, sizeof **rows.ids, NULL),
                         SEQNET_OK);
        for (size_t k = 0; k < rows.lengths[i]; k++)
            rows.ids[i][k] =
                (size_t)all_ids.ids[i][k] < id_count ? all_ids.ids[i][k] : (int32_t)UNKNOWN;
    }
    return rows;
}

static few_rows listed_rows(const cJSON *lists)
{
    few_rows rows;
    for (size_t i = 0; i < ROWS; i++) {
        const cJSON *const list = cJSON_GetArrayItem(lists, (int)i);
        const cJSON *id;
        size_t at = 0;
        rows.lengths[i] = (size_t)cJSON_GetArraySize(list);
        assert_int_equal(sn_alloc(&rows.ids[i], rows.lengths[i] + 1, sizeof **rows.ids, NULL),
                         SEQNET_OK);
        cJSON_ArrayForEach(id, list)
        {
            rows.ids[i][at++] = (int32_t)id->valuedouble;
        }
    }
    return rows;
}

static void free_rows(few_rows *rows)
{
    for (size_t i = 0; i < ROWS; i++)
        free(rows->ids[i]);
}

static void score(const seqnet_model *model, const few_rows *rows, sn_padding padding,
                  float *logits)
{
    sn_pool *pool;
    sn_engine *engine;
    assert_int_equal(sn_pool_create(&pool, 2, NULL), SEQNET_OK);
    assert_int_equal(sn_engine_create(&engine, &model->network, padding, pool, false, NULL),
                     SEQNET_OK);
    sn_engine_use(engine, model->weights);
    const sn_minibatch batch = {
        .rows = (const int32_t *const *)rows->ids, .lengths = rows->lengths, .count = ROWS};
    sn_engine_score(engine, &batch, logits);
    sn_engine_free(engine);
    sn_pool_free(pool);
}

/* Compares with logits: a list of numbers for one output, of lists for several. Returns the largest
 * difference beyond what is allowed. */
static double compare(const cJSON *expected, const float *logits, size_t outputs)
{
    double worst = 0.0;
    for (size_t i = 0; i < ROWS * outputs; i++) {
        const cJSON *const row = cJSON_GetArrayItem(expected, (int)(i / outputs));
        const cJSON *const item =
            cJSON_IsArray(row) ? cJSON_GetArrayItem(row, (int)(i % outputs)) : row;
        assert_true(cJSON_IsNumber(item));
        const double wanted = item->valuedouble;
        const double off = fabs((double)logits[i] - wanted) / (1e-4 + 1e-5 * fabs(wanted));
        worst = off > worst || isnan(off) ? off : worst;
    }
    return worst;
}

static int check_rows(const char *name, const seqnet_model *model, few_rows rows,
                      sn_padding padding, const cJSON *expected)
{
    float logits[ROWS * 64];
    assert_true(model->network.outputs <= 64);
    score(model, &rows, padding, logits);
    const double worst = compare(expected, logits, model->network.outputs);
    print_message("%s: %.3f of what logits may differ\n", name, worst);
    free_rows(&rows);
    return worst <= 1.0 ? 0 : 1;
}

static sn_padding padding_of(const cJSON *entry)
{
    const char *const padding = cJSON_GetStringValue(member(entry, "padding"));
    const char *const truncating = cJSON_GetStringValue(member(entry, "truncating"));
    return (sn_padding){padding && strcmp(padding, "post") == 0 ? SEQNET_POST : SEQNET_PRE,
                        truncating && strcmp(truncating, "post") == 0 ? SEQNET_POST : SEQNET_PRE};
}

/* The ids that the model's own tokenizer gives a sentence must be those of Keras. */
static int check_tokens(const char *name, const seqnet_model *model, const cJSON *entry)
{
    const cJSON *const sentences = member(entry, "sentences"), *const lists = member(entry, "ids");
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {.is_literal = true};
    int failures = 0;
    for (int i = 0; i < cJSON_GetArraySize(sentences); i++) {
        const char *const text = cJSON_GetArrayItem(sentences, i)->valuestring;
        const cJSON *const ids = cJSON_GetArrayItem(lists, i);
        assert_int_equal(sn_encode_text(&encoded, &model->config.encoding, model->vocabulary,
                                        &tokenizer, text, strlen(text), NULL),
                         SEQNET_OK);
        bool same = encoded.length == (size_t)cJSON_GetArraySize(ids);
        for (size_t k = 0; same && k < encoded.length; k++)
            same = cJSON_GetArrayItem(ids, (int)k)->valuedouble == (double)encoded.ids[k];
        if (!same)
            print_message("%s: other ids than Keras's for: %s\n", name, text);
        failures += !same;
    }
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    return failures ? 1 : 0;
}

/* Layers of the one file that has weights alone, as the author's code has them. */
static const char LAYERS[] =
    "[{\"class_name\": \"Embedding\", \"config\": {\"input_dim\": 6000, \"output_dim\": 32}},"
    " {\"class_name\": \"SpatialDropout1D\", \"config\": {\"rate\": 0.4}},"
    " {\"class_name\": \"LSTM\", \"config\": {\"units\": 64}},"
    " {\"class_name\": \"Dropout\", \"config\": {\"rate\": 0.2}},"
    " {\"class_name\": \"Dense\", \"config\": {\"units\": 1, \"activation\": \"sigmoid\"}}]";

static seqnet_status import(seqnet_model **model, const char *name, const cJSON *entry,
                            seqnet_error *err)
{
    static const char layer_file[] = "keras_zoo_layers.json";
    char path[PATH_SIZE];
    const cJSON *const maxlen = member(entry, "maxlen");
    seqnet_import_options options = seqnet_import_options_default();
    if (cJSON_IsNumber(maxlen))
        options.maxlen = (int64_t)maxlen->valuedouble;
    if (strcmp(cJSON_GetStringValue(member(entry, "kind")), "weights") == 0) {
        FILE *const file = fopen(layer_file, "w");
        assert_non_null(file);
        assert_true(fputs(LAYERS, file) >= 0);
        assert_int_equal(fclose(file), 0);
        options.layer_file = layer_file;
    }
    const seqnet_status status = seqnet_import(model, in_folder(path, name), &options, err);
    (void)remove(layer_file);
    return status;
}

static int check_refused(const char *name, const cJSON *entry)
{
    seqnet_error err = {0};
    seqnet_model *model;
    const seqnet_status status = import(&model, name, entry, &err);
    print_message("%s\n", err.message);
    seqnet_model_free(model);
    return status == SEQNET_ERR_MODEL && strstr(err.message, name) && !strchr(err.message, '\n')
               ? 0
               : 1;
}

static int check_imported(const char *name, const cJSON *entry)
{
    seqnet_error err = {0};
    seqnet_model *model;
    int failures = 0;
    const sn_padding keras = {SEQNET_PRE, SEQNET_PRE};
    if (import(&model, name, entry, &err) != SEQNET_OK) {
        print_message("%s\n", err.message);
        return 1;
    }
    const few_rows rows = imdb_rows((size_t)member(entry, "input_dim")->valuedouble);
    if (member(entry, "ids")) {
        failures += check_rows(name, model, listed_rows(member(entry, "ids")), padding_of(entry),
                               member(entry, "logits"));
        failures += check_rows(name, model, rows, keras, member(entry, "imdb_rows_logits"));
        failures += check_tokens(name, model, entry);
    } else
        failures += check_rows(name, model, rows, keras, member(entry, "logits"));
    seqnet_model_free(model);
    return failures;
}

static void begin(const char *inner)
{
    if (!getenv("SEQNET_DATA") || !getenv("SEQNET_SHARED")) {
        print_message("skipped: SEQNET_DATA and SEQNET_SHARED are not both set\n");
        skip();
    }
    (void)snprintf(folder, sizeof folder, "%s/%s", getenv("SEQNET_SHARED"), inner);
}

static void zoo_is_imported(void **state)
{
    char path[PATH_SIZE];
    const cJSON *entry;
    int failures = 0;
    (void)state;
    begin("models/zoo");
    cJSON *const expected = read_json(in_folder(path, "expected.json"));
    cJSON_ArrayForEach(entry, expected)
    {
        const bool refused = strcmp(cJSON_GetStringValue(member(entry, "kind")), "refuse") == 0;
        failures += (refused ? check_refused : check_imported)(entry->string, entry);
    }
    cJSON_Delete(expected);
    assert_int_equal(failures, 0);
}

static void imdb_models_are_imported(void **state)
{
    char path[PATH_SIZE];
    const cJSON *entry;
    int failures = 0;
    (void)state;
    begin("models");
    cJSON *const expected = read_json(in_folder(path, "expected.json"));
    cJSON_ArrayForEach(entry, expected)
    {
        seqnet_model *model;
        assert_int_equal(seqnet_import(&model, in_folder(path, entry->string), NULL, NULL),
                         SEQNET_OK);
        failures += check_rows(entry->string, model,
                               imdb_rows((size_t)member(entry, "num_words")->valuedouble),
                               (sn_padding){SEQNET_PRE, SEQNET_PRE}, member(entry, "first_logits"));
        seqnet_model_free(model);
    }
    cJSON_Delete(expected);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(imdb_models_are_imported),
                                       cmocka_unit_test(zoo_is_imported)};
    const int failures = cmocka_run_group_tests_name("published Keras models", tests, NULL, NULL);
    free_rows(&all_ids);
    return failures;
}
