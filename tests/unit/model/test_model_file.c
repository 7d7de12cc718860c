/* Model files: what is written comes back, and nothing damaged is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <seqnet/seqnet.h>

#include "assemble.h"
#include "support.h"

static char path[128];    /* a good file */
static char damaged[128]; /* where damaged copies go */
static unsigned char *bytes;
static size_t size;

static seqnet_model *train_small(void)
{
    seqnet_dataset *dataset;
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 1;
    options.units[0] = 3;
    options.embedding_dim = 2;
    data.words.num_words = 20;
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:100", &data, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_train(&model, dataset, &options, &result, NULL), SEQNET_OK);
    seqnet_dataset_free(dataset);
    return model;
}

static int write_good_file(void **state)
{
    assert_int_equal(make_folder(state), 0);
    memcpy(path, in_folder("good").text, sizeof path);
    memcpy(damaged, in_folder("damaged").text, sizeof damaged);
    seqnet_model *const model = train_small();
    bool replaced = true;
    assert_int_equal(seqnet_model_save(model, path, &replaced, NULL), SEQNET_OK);
    assert_false(replaced);
    seqnet_model_free(model);
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(size);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    return 0;
}

static int remove_files(void **state)
{
    free(bytes);
    return remove_folder(state);
}

static void write_bytes(const void *data, size_t count)
{
    FILE *const file = fopen(damaged, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, count, file), count);
    fclose(file);
}

static void refused(const void *data, size_t count, const char *expected)
{
    seqnet_model *model;
    seqnet_error err = {0};
    write_bytes(data, count);
    const seqnet_status status = seqnet_model_load(&model, damaged, &err);
    if (status != SEQNET_ERR_MODEL || (expected && !strstr(err.message, expected)))
        fail_msg("status %d, '%s', expected '%s'", status, err.message, expected ? expected : "");
    assert_null(model);
}

static void what_is_saved_comes_back(void **state)
{
    (void)state;
    seqnet_model *const trained = train_small();
    seqnet_model *loaded;
    assert_int_equal(seqnet_model_load(&loaded, path, NULL), SEQNET_OK);
    assert_string_equal(seqnet_model_fingerprint(loaded), seqnet_model_fingerprint(trained));
    assert_string_equal(seqnet_model_config_json(loaded), seqnet_model_config_json(trained));
    assert_memory_equal(loaded->weights, trained->weights,
                        trained->network.table.floats * sizeof(float));
    assert_int_equal(seqnet_model_parameters(loaded), 20 * 2 + (2 + 3 + 1) * 12 + 4);
    assert_int_equal(seqnet_model_vocabulary_size(loaded), 16); /* ids 4 to 19 */
    assert_string_equal(seqnet_model_label_name(loaded, 1), "positive");
    assert_null(loaded->owned_weights); /* the file's, not copied */
    seqnet_model_free(loaded);
    seqnet_model_free(trained);
}

/* The format as its specification has it: length, JSON, tensors without holes from a multiple
 * of 64. */
static void the_file_is_safetensors(void **state)
{
    (void)state;
    uint64_t header = 0;
    for (size_t i = 8; i-- > 0;)
        header = header << 8 | bytes[i];
    assert_int_equal((8 + header) % 64, 0);
    cJSON *const root = cJSON_ParseWithLength((const char *)bytes + 8, header);
    assert_true(cJSON_IsObject(root));
    size_t end = 0, tensors = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, root)
    {
        if (strcmp(entry->string, "__metadata__") == 0)
            continue;
        const cJSON *const offsets = cJSON_GetObjectItem(entry, "data_offsets");
        assert_int_equal(cJSON_GetArrayItem(offsets, 0)->valuedouble, end);
        end = (size_t)cJSON_GetArrayItem(offsets, 1)->valuedouble;
        tensors++;
    }
    assert_int_equal(tensors, 7);
    assert_int_equal(8 + header + end, size);
    assert_non_null(cJSON_GetObjectItem(root, "embedding.embeddings"));
    assert_non_null(cJSON_GetObjectItem(root, "lstm.recurrent_kernel"));
    assert_non_null(cJSON_GetObjectItem(root, "vocabulary"));
    cJSON_Delete(root);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t length = 0; length < size; length += 1 + length / 97)
        refused(bytes, length, NULL);
    refused(bytes, size - 1, NULL);
}

static void a_changed_byte_is_noticed(void **state)
{
    (void)state;
    unsigned char *const copy = malloc(size + 1);
    for (size_t at = 0; at < size; at++) {
        memcpy(copy, bytes, size);
        copy[at] ^= 0x55;
        seqnet_model *model = NULL;
        write_bytes(copy, size);
        const seqnet_status status = seqnet_model_load(&model, damaged, NULL);
        /* Only the program's version, the key of the record's hash and the spaces behind the header
         * carry no check. */
        if (status == SEQNET_OK)
            seqnet_model_free(model);
        else
            assert_int_equal(status, SEQNET_ERR_MODEL);
    }
    memcpy(copy, bytes, size);
    copy[size - 1] ^= 1; /* the vocabulary */
    refused(copy, size, "fingerprint");
    memcpy(copy, bytes, size);
    copy[size] = 0;
    refused(copy, size + 1, "longer");
    free(copy);
}

/* The good file with one piece of its header replaced by another of the same length. */
static void refused_with(const char *old, const char *new, const char *expected)
{
    const size_t length = strlen(old);
    assert_int_equal(length, strlen(new));
    unsigned char *const copy = malloc(size);
    memcpy(copy, bytes, size);
    size_t found = 0;
    for (size_t at = 8; at + length < size && !found; at++)
        if (memcmp(copy + at, old, length) == 0)
            found = at;
    assert_true(found > 0);
    memcpy(copy + found, new, length);
    refused(copy, size, expected);
    free(copy);
}

static void wrong_headers_are_refused(void **state)
{
    (void)state;
    refused_with("\"format_version\":\"1\"", "\"format_version\":\"9\"", "format version 9");
    refused_with("\"format\":\"seqnet\"", "\"format\":\"seqnut\"", "not a seqnet model");
    refused_with("\"text_rule\":\"keras\"", "\"text_rule\":\"kerab\"", "newer seqnet");
    refused_with("\"dtype\":\"F32\"", "\"dtype\":\"F16\"", "damaged");
    refused_with("\"shape\":[20,2]", "\"shape\":[2,20]", "damaged");
    refused_with("\"shape\":[20,2]", "\"shape\":[-0,2]", "damaged");
    refused_with("\"data_offsets\":[0,160]", "\"data_offsets\":[4,164]", "damaged");
    refused_with("\"data_offsets\":[0,160]", "\"data_offsets\":[0,999]", "damaged");
    refused_with("\"embedding.embeddings\"", "\"embedding.embeddingx\"", "embedding.embeddings");
    refused_with("\\\"maxlen\\\":", "\\\"maxlem\\\":", "maxlen");
    refused_with("\\\"units\\\":3", "\\\"units\\\":0", "units");
    refused_with("\\\"type\\\":\\\"lstm\\\"", "\\\"type\\\":\\\"lxtm\\\"", "type");
    refused_with("\\\"num_words\\\":20", "\\\"num_words\\\":21", "num_words");
    refused_with("[\\\"negative\\\",", "[123456789123,", "class");
}

static const char HELD_OUT[] = "{\"rows\":4,\"predicted\":[3,1],\"actual\":[2,2],"
                               "\"confidence\":{\"mean\":0.7500,\"edges\":[0.75],\"counts\":[2,2]},"
                               "\"words\":{\"mean\":2.0000,\"edges\":[],\"counts\":[4]},"
                               "\"curve\":{\"thresholds\":[],\"kept\":[],\"right\":[]}}";

/* Replaces the first `old` in the file at `damaged`, of the same length. */
static void patch_damaged(const char *old, const char *new)
{
    FILE *const file = fopen(damaged, "r+b");
    assert_non_null(file);
    char *const text = malloc(2 * size);
    const size_t read = fread(text, 1, 2 * size, file), length = strlen(old);
    size_t at = 0;
    while (at + length < read && memcmp(text + at, old, length) != 0)
        at++;
    assert_true(at + length < read);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fwrite(new, 1, strlen(new), file), length);
    fclose(file);
    free(text);
}

/* The profile of held-out rows is not part of the fingerprint; a changed one is refused. */
static void the_profile_comes_back(void **state)
{
    (void)state;
    seqnet_model *const trained = train_small();
    seqnet_model *loaded;
    seqnet_error err = {0};
    assert_null(seqnet_model_held_out(trained));
    assert_null(seqnet_model_held_out_json(trained));
    assert_int_equal(sn_model_set_held_out(trained, HELD_OUT, "test", NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_save(trained, damaged, NULL, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_load(&loaded, damaged, NULL), SEQNET_OK);
    assert_string_equal(seqnet_model_held_out_json(loaded), HELD_OUT);
    assert_int_equal(seqnet_model_held_out(loaded)->predicted[0], 3);
    assert_string_equal(seqnet_model_fingerprint(loaded), seqnet_model_fingerprint(trained));
    seqnet_model_free(loaded);
    seqnet_model_free(trained);
    patch_damaged("\\\"predicted\\\":[3,1]", "\\\"predicted\\\":[2,2]");
    assert_int_equal(seqnet_model_load(&loaded, damaged, &err), SEQNET_ERR_MODEL);
    assert_non_null(strstr(err.message, "profile of held-out rows does not give its hash"));
    patch_damaged("held_out_hash", "held_out_hush");
    assert_int_equal(seqnet_model_load(&loaded, damaged, &err), SEQNET_OK);
    seqnet_model_free(loaded);
    patch_damaged("\\\"predicted\\\":[2,2]", "\\\"predicted\\\":[2,9]");
    assert_int_equal(seqnet_model_load(&loaded, damaged, &err), SEQNET_ERR_MODEL);
    assert_non_null(strstr(err.message, "it does not add up"));
}

/* A model as small as can be, of `outputs` logits, with `labels` labels "a0", "a1", ... */
static seqnet_model *make_model(size_t outputs, size_t labels)
{
    static char text[SN_MAX_LABELS][24];
    static const char *names[SN_MAX_LABELS];
    seqnet_model *const model = calloc(1, sizeof *model);
    model->config = (sn_model_config){
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.units = 2, .id_count = 5}},
                   {.kind = SN_LSTM, .recurrent = {.units = 2}},
                   {.kind = SN_DENSE, .dense = {.units = outputs}}},
        .layer_count = 3,
        .maxlen = 4,
        .encoding = {.id_count = 5}};
    for (size_t i = 0; i < labels; i++) {
        (void)snprintf(text[i], sizeof text[i], "a%zu", i);
        names[i] = text[i];
    }
    assert_int_equal(sn_network_init(&model->network, model->config.layers, 3, 4, NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&model->config, &model->config_json, NULL), SEQNET_OK);
    assert_int_equal(sn_model_set_labels(model, names, labels, NULL), SEQNET_OK);
    model->owned_weights = calloc(model->network.table.floats, sizeof(float));
    model->weights = model->owned_weights;
    model->training_json = calloc(3, 1);
    memcpy(model->training_json, "{}", 2);
    assert_int_equal(sn_model_compute_fingerprint(model, model->fingerprint, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_save(model, damaged, NULL, NULL), SEQNET_OK);
    return model;
}

static void any_number_of_labels_comes_back(void **state)
{
    (void)state;
    static const size_t outputs[] = {1, 2, 3, 17, SN_MAX_LABELS};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        const size_t labels = outputs[i] == 1 ? 2 : outputs[i];
        seqnet_model *const made = make_model(outputs[i], labels);
        seqnet_model *loaded;
        assert_int_equal(seqnet_model_load(&loaded, damaged, NULL), SEQNET_OK);
        assert_int_equal(seqnet_model_label_count(loaded), labels);
        for (size_t k = 0; k < labels; k++)
            assert_string_equal(seqnet_model_label_name(loaded, k),
                                seqnet_model_label_name(made, k));
        assert_int_equal(loaded->network.outputs, outputs[i]);
        seqnet_model_free(loaded);
        seqnet_model_free(made);
    }
}

static void labels_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const size_t outputs[] = {1, 1, 2, 5}, labels[] = {1, 3, 3, 4};
    for (size_t i = 0; i < 4; i++) {
        seqnet_model *loaded;
        seqnet_error err = {0};
        seqnet_model_free(make_model(outputs[i], labels[i]));
        assert_failure(seqnet_model_load(&loaded, damaged, &err), &err, SEQNET_ERR_MODEL,
                       "classes");
    }
    static const char *names[SN_MAX_LABELS + 1];
    seqnet_model model = {0};
    seqnet_error err = {0};
    assert_failure(sn_model_set_labels(&model, names, SN_MAX_LABELS + 1, &err), &err,
                   SEQNET_ERR_USAGE, "4096");
}

static void every_layer_comes_back(void **state)
{
    (void)state;
    static const char *const parts[SN_POOLINGS] = {
        [SN_POOL_MAX] = "{\"type\":\"pooling\",\"mode\":\"max\"},{\"type\":\"dropout\"",
        [SN_POOL_MEAN] = "\"mode\":\"mean\"",
        [SN_POOL_MAX_MEAN] = "\"mode\":\"max_mean\"",
        [SN_POOL_MAX_ALL] = "\"mode\":\"max_all\""};
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        const sn_model_config config = {
            .layers = {{.kind = SN_EMBEDDING,
                        .embedding = {.units = 2, .id_count = 5, .mask_zero = true}},
                       {.kind = SN_LSTM, .recurrent = {.units = 3, .return_sequences = true}},
                       {.kind = SN_POOLING, .pooling = {.mode = (int)mode}},
                       {.kind = SN_DROPOUT, .dropout = {.rate = 0.3}},
                       {.kind = SN_DENSE, .dense = {.units = 4}}},
            .layer_count = 5,
            .maxlen = 6,
            .encoding = {.id_count = 5}};
        sn_model_config read;
        char *json, *again;
        assert_int_equal(sn_config_to_json(&config, &json, NULL), SEQNET_OK);
        assert_non_null(strstr(json, parts[mode]));
        assert_non_null(strstr(json, "{\"type\":\"dropout\",\"rate\":0.3}"));
        assert_int_equal(sn_config_from_json(&read, json, "x", NULL), SEQNET_OK);
        assert_int_equal(read.layers[2].pooling.mode, mode);
        assert_true(read.layers[3].dropout.rate == 0.3);
        assert_int_equal(sn_config_to_json(&read, &again, NULL), SEQNET_OK);
        assert_string_equal(json, again);
        free(again);
        free(json);
    }
}

static void config_refused(const char *layer, const char *expected)
{
    char json[512];
    sn_model_config config;
    seqnet_error err = {0};
    (void)snprintf(json, sizeof json,
                   "{\"layers\":[{\"type\":\"embedding\",\"id_count\":5,\"units\":2,"
                   "\"mask_zero\":true},%s],\"maxlen\":6,\"padding\":\"pre\","
                   "\"truncating\":\"pre\",\"source\":\"ids\",\"encoding\":{\"num_words\":5,"
                   "\"skip_top\":0,\"start_char\":1,\"oov_char\":2,\"index_from\":3}}",
                   layer);
    assert_failure(sn_config_from_json(&config, json, "x", &err), &err, SEQNET_ERR_MODEL, expected);
}

static void layers_of_another_kind_are_refused(void **state)
{
    (void)state;
    config_refused("{\"type\":\"pooling\",\"mode\":\"min\"}", "'mode'");
    config_refused("{\"type\":\"pooling\"}", "'mode'");
    config_refused("{\"type\":\"dropout\",\"rate\":1}", "'rate'");
    config_refused("{\"type\":\"dropout\",\"rate\":-0.1}", "'rate'");
    config_refused("{\"type\":\"dropout\",\"rate\":\"x\"}", "'rate'");
    config_refused("{\"type\":\"swish\"}", "'type'");
    config_refused("{\"type\":\"conv1d\",\"filters\":3}", "'kernel_size'");
    config_refused("{\"type\":\"conv1d\",\"filters\":3,\"kernel_size\":0}", "'kernel_size'");
    config_refused("{\"type\":\"conv1d\",\"filters\":3,\"kernel_size\":1e15}", "'kernel_size'");
    config_refused("{\"type\":\"conv1d\",\"filters\":65537,\"kernel_size\":1}", "'filters'");
    config_refused("{\"type\":\"conv1d\",\"filters\":3,\"kernel_size\":1,\"padding\":\"causal\"}",
                   "'padding'");
    config_refused("{\"type\":\"max_pooling1d\",\"pool_size\":-1}", "'pool_size'");
    config_refused("{\"type\":\"dense\",\"units\":1,\"activation\":\"softmax\"}", "'activation'");
    config_refused("{\"type\":\"dense\",\"units\":1,\"activation\":null}", "'activation'");
    config_refused("{\"type\":\"activation\",\"activation\":0}", "'activation'");
    config_refused("{\"type\":\"batch_normalization\",\"epsilon\":0}", "'epsilon'");
    config_refused("{\"type\":\"batch_normalization\",\"epsilon\":1.5}", "'epsilon'");
    config_refused("{\"type\":\"batch_normalization\",\"epsilon\":\"x\"}", "'epsilon'");
}

static void inputs_that_are_no_layers_are_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {"[]",    "0",       "[-1]",     "[0.5]",
                                        "[64]",  "[1e300]", "[\"0\"]",  "{\"a\":0}",
                                        "[[0]]", "null",    "[0,null]", "[0,0,0,0,0,0,0,0,0]"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char layer[128];
        (void)snprintf(layer, sizeof layer, "{\"type\":\"concatenate\",\"inputs\":%s}", lists[i]);
        config_refused(layer, "'inputs' is not a list of the numbers of layers");
    }
}

static void the_text_rule_comes_back(void **state)
{
    (void)state;
    seqnet_model *const model = train_small();
    seqnet_model *loaded = NULL;
    seqnet_error err = {0};
    char keras[SN_HASH_TEXT];
    memcpy(keras, model->fingerprint, sizeof keras);
    model->config.encoding.rule =
        (sn_text_rule){.kind = SN_TEXT_RULE_UNICODE, .drop_digits = true, .cjk_pairs = true};
    assert_ok(sn_model_compute_fingerprint(model, model->fingerprint, &err), &err);
    assert_string_not_equal(model->fingerprint, keras);
    assert_ok(seqnet_model_save(model, damaged, NULL, &err), &err);
    assert_ok(seqnet_model_load(&loaded, damaged, &err), &err);
    assert_int_equal(loaded->config.encoding.rule.kind, SN_TEXT_RULE_UNICODE);
    assert_true(loaded->config.encoding.rule.drop_digits);
    assert_true(loaded->config.encoding.rule.cjk_pairs);
    seqnet_model_free(loaded);
    seqnet_model_free(model);
}

static void labels_that_stand_twice_are_refused(void **state)
{
    (void)state;
    refused_with("[\\\"negative\\\",", "[\\\"positive\\\",", "'positive' stands twice");
    refused_with("[\\\"negative\\\",", "[\\\"\\\"        ,", "is empty");
    refused_with("[\\\"negative\\\",", "[\\\"nega\x01ive\\\",", "control character");
    refused_with("[\\\"negative\\\",", "[\\\"n\\\\ud83d\\\",", "surrogate");
    refused_with("[\\\"negative\\\",", "[\\\"n\\\\u0000\\\",", "NUL character");
}

static void a_training_record_is_checked(void **state)
{
    (void)state;
    refused_with("\\\"seed\\\":1,", "\\\"seed\\\":2,", "does not give its hash");
    refused_with("\\\"seed\\\":1,", "\\\"seed\\\":01", "does not give its hash");
}

/* Older files have no hash of the record; then its grammar is checked. */
static void an_older_training_record_is_json(void **state)
{
    (void)state;
    seqnet_model *const model = train_small();
    static const char *const records[] = {"not json", "{\"a\":1},\"labels\":[]", "[1]",
                                          "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        free(model->training_json);
        model->training_json = strdup(records[i]);
        assert_int_equal(seqnet_model_save(model, damaged, NULL, NULL), SEQNET_OK);
        seqnet_model *loaded;
        seqnet_error err = {0};
        assert_int_equal(seqnet_model_load(&loaded, damaged, &err), SEQNET_ERR_MODEL);
        assert_non_null(strstr(err.message, "training record"));
    }
    seqnet_model_free(model);
}

static void keys_that_stand_twice_are_refused(void **state)
{
    (void)state;
    refused_with("\"text_rule\":\"keras\"", "\"format\":\"seqnet\"  ", "stands twice");
    refused_with("\\\"maxlen\\\":", "\\\"source\\\":", "stands twice");
}

static void models_are_recognised_by_their_header(void **state)
{
    (void)state;
    assert_true(seqnet_model_recognise(path));
    write_bytes(bytes, size - 50); /* damaged, but one of ours */
    assert_true(seqnet_model_recognise(damaged));
    write_bytes("label,text\npos,fine\n", 20);
    assert_false(seqnet_model_recognise(damaged));
    write_bytes("\x20\0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"pt\"}}", 40);
    assert_false(seqnet_model_recognise(damaged));
    write_bytes("\xff\xff\xff\xff\xff\xff\xff\x7f{", 9);
    assert_false(seqnet_model_recognise(damaged));
    write_bytes("", 0);
    assert_false(seqnet_model_recognise(damaged));
    assert_false(seqnet_model_recognise(test_folder));
    assert_false(seqnet_model_recognise("/nonexistent/model"));
}

static void weights_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    uint64_t header = 0;
    for (size_t i = 8; i-- > 0;)
        header = header << 8 | bytes[i];
    unsigned char *const copy = malloc(size);
    memcpy(copy, bytes, size);
    memcpy(copy + 8 + header + 40, "\x00\x00\xc0\x7f", 4);
    refused(copy, size, "not finite");
    free(copy);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    static const unsigned char huge[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, '{'};
    static const char zip[] = "PK\x03\x04 a zip archive";
    refused(zip, sizeof zip,
            "is a zip archive, not a model of seqnet; train one with seqnet train");
    refused("\x89HDF\r\n\x1a\n and more", 17, "make a model of it: seqnet_import");
    refused("", 0, "empty");
    refused(huge, sizeof huge, "is binary data of an unknown kind, not text");
    refused("\x02\0\0\0\0\0\0\0{}", 10, "format");
    refused("\x10\0\0\0\0\0\0\0{\"a\":{\"b\":1}}   ", 24, NULL);
    seqnet_model *model;
    seqnet_error err;
    assert_int_equal(seqnet_model_load(&model, test_folder, &err), SEQNET_ERR_MODEL);
    assert_non_null(strstr(err.message, "folder"));
    assert_int_equal(seqnet_model_load(&model, "/nonexistent/x", &err), SEQNET_ERR_MODEL);
}

static void saving_reports_what_happened(void **state)
{
    (void)state;
    seqnet_model *const model = train_small();
    seqnet_error err;
    bool replaced = false;
    assert_int_equal(seqnet_model_save(model, damaged, NULL, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_save(model, damaged, &replaced, NULL), SEQNET_OK);
    assert_true(replaced);
    const test_path full = safe_device("full", 7);
    if (full.text[0])
        assert_int_equal(seqnet_model_save(model, full.text, NULL, &err), SEQNET_ERR_WRITE);
    assert_int_equal(seqnet_model_save(model, "/nonexistent/m", NULL, &err), SEQNET_ERR_WRITE);
    assert_int_equal(seqnet_output_check(test_folder, &err), SEQNET_ERR_WRITE);
    assert_int_equal(seqnet_output_check(damaged, &err), SEQNET_OK);
    seqnet_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_comes_back),
        cmocka_unit_test(the_file_is_safetensors),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(a_changed_byte_is_noticed),
        cmocka_unit_test(wrong_headers_are_refused),
        cmocka_unit_test(the_profile_comes_back),
        cmocka_unit_test(any_number_of_labels_comes_back),
        cmocka_unit_test(labels_that_do_not_fit_are_refused),
        cmocka_unit_test(every_layer_comes_back),
        cmocka_unit_test(layers_of_another_kind_are_refused),
        cmocka_unit_test(inputs_that_are_no_layers_are_refused),
        cmocka_unit_test(the_text_rule_comes_back),
        cmocka_unit_test(labels_that_stand_twice_are_refused),
        cmocka_unit_test(a_training_record_is_checked),
        cmocka_unit_test(an_older_training_record_is_json),
        cmocka_unit_test(keys_that_stand_twice_are_refused),
        cmocka_unit_test(models_are_recognised_by_their_header),
        cmocka_unit_test(weights_that_are_not_finite_are_refused),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(saving_reports_what_happened),
    };
    return cmocka_run_group_tests_name("model file", tests, write_good_file, remove_files);
}
