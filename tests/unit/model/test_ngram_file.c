/* Model files with n-grams: what is written comes back, and nothing damaged is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "assemble.h"
#include "review_files.h"

/* Models of both parts, of n-grams alone and of a network alone, and where damaged ones go. */
static seqnet_model *both, *only, *plain;
static test_path damaged;

static seqnet_model *train(const seqnet_dataset *dataset, seqnet_ngrams ngrams)
{
    seqnet_train_result result;
    seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, ngrams);
    options.epochs = 1;
    options.refit = false;
    options.character_ngrams = 2;
    return train_quickly(dataset, &options, &result);
}

static int open_fixture(void **state)
{
    const seqnet_dataset_options options = review_options();
    if (make_folder(state) != 0)
        return -1;
    seqnet_dataset *const dataset = load_reviews(write_reviews("r.csv", 60, 1).text, &options);
    both = train(dataset, SEQNET_NGRAMS_BOTH);
    only = train(dataset, SEQNET_NGRAMS_ONLY);
    plain = train(dataset, SEQNET_NGRAMS_OFF);
    seqnet_dataset_free(dataset);
    damaged = in_folder("damaged");
    return 0;
}

static int close_fixture(void **state)
{
    seqnet_model_free(both);
    seqnet_model_free(only);
    seqnet_model_free(plain);
    return remove_folder(state);
}

static seqnet_model *save_and_load(const seqnet_model *model)
{
    seqnet_model *loaded;
    seqnet_error err = {0};
    assert_ok(seqnet_model_save(model, damaged.text, NULL, &err), &err);
    assert_ok(seqnet_model_load(&loaded, damaged.text, &err), &err);
    return loaded;
}

static void assert_same_scores(const seqnet_model *one, const seqnet_model *other)
{
    static const char *const texts[] = {"the film was superb and dull", "", "xyz",
                                        "great \xff plot"};
    scored_text left[4], right[4];
    score_texts(one, 1, texts, 4, left);
    score_texts(other, 2, texts, 4, right);
    assert_memory_equal(left, right, sizeof left);
}

static void what_is_saved_comes_back(void **state)
{
    (void)state;
    const seqnet_model *const models[] = {both, only, plain};
    for (size_t i = 0; i < 3; i++) {
        seqnet_model *const loaded = save_and_load(models[i]);
        assert_string_equal(seqnet_model_fingerprint(loaded), seqnet_model_fingerprint(models[i]));
        assert_string_equal(seqnet_model_config_json(loaded), seqnet_model_config_json(models[i]));
        const seqnet_ngram_info was = seqnet_model_ngrams(models[i]);
        const seqnet_ngram_info is = seqnet_model_ngrams(loaded);
        assert_memory_equal(&is, &was, sizeof is);
        assert_same_scores(loaded, models[i]);
        seqnet_model_free(loaded);
    }
}

/* The bytes of a model's file. The caller frees them. */
static unsigned char *bytes_of(const seqnet_model *model, size_t *size)
{
    seqnet_error err = {0};
    assert_ok(seqnet_model_save(model, damaged.text, NULL, &err), &err);
    FILE *const file = fopen(damaged.text, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *const bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static unsigned char *find(unsigned char *bytes, size_t size, const char *text)
{
    for (size_t at = 8; at + strlen(text) < size; at++)
        if (memcmp(bytes + at, text, strlen(text)) == 0)
            return bytes + at;
    return NULL;
}

static void older_programs_are_told_by_the_version(void **state)
{
    (void)state;
    const seqnet_model *const models[] = {both, only, plain};
    for (size_t i = 0; i < 3; i++) {
        size_t size;
        unsigned char *const bytes = bytes_of(models[i], &size);
        assert_true(
            find(bytes, size,
                 models[i] == plain ? "\"format_version\":\"1\"" : "\"format_version\":\"2\""));
        assert_true(!find(bytes, size, "ngrams") == (models[i] == plain));
        free(bytes);
    }
}

static void refused(const unsigned char *bytes, size_t size, const char *sentence)
{
    seqnet_model *loaded;
    seqnet_error err = {0};
    (void)write_file("damaged", bytes, size);
    assert_failure(seqnet_model_load(&loaded, damaged.text, &err), &err, SEQNET_ERR_MODEL,
                   sentence);
    assert_null(loaded);
}

/* A good file with one piece of its header replaced by another of the same length. */
static void refused_with(const seqnet_model *model, const char *old, const char *new,
                         const char *sentence)
{
    size_t size;
    unsigned char *const bytes = bytes_of(model, &size);
    unsigned char *const found = find(bytes, size, old);
    assert_int_equal(strlen(old), strlen(new));
    if (!found)
        fail_msg("the file has no %s", old);
    memcpy(found, new, strlen(new));
    refused(bytes, size, sentence);
    free(bytes);
}

static void missing_tensors_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"hashes", "scales", "idf", "svm", "nb", "ratios"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char old[32], new[32], sentence[64];
        (void)snprintf(old, sizeof old, "\"ngrams.%s\"", names[i]);
        (void)snprintf(new, sizeof new, "\"ngrams_%s\"", names[i]);
        (void)snprintf(sentence, sizeof sentence, "the tensor ngrams.%s is missing", names[i]);
        refused_with(both, old, new, sentence);
        refused_with(only, old, new, sentence);
    }
}

static void tensors_of_another_form_are_refused(void **state)
{
    (void)state;
    char old[64], new[64];
    const size_t count = only->ngrams->count;
    refused_with(only, "\"dtype\":\"U32\"", "\"dtype\":\"I32\"", "damaged");
    refused_with(only, "\"dtype\":\"I8\"", "\"dtype\":\"U8\"", "ngrams.svm is missing");
    refused_with(only, "\"dtype\":\"U8\"", "\"dtype\":\"I8\"", "ngrams.idf is missing");
    (void)snprintf(old, sizeof old, "\"shape\":[%zu,1]", count);
    (void)snprintf(new, sizeof new, "\"shape\":[1,%zu]", count);
    refused_with(only, old, new, "ngrams.svm is missing");
    (void)snprintf(new, sizeof new, "\"shape\":[%zu]  ", count);
    refused_with(only, old, new, "ngrams.svm is missing");
    refused_with(only, "\"shape\":[6,1]", "\"shape\":[1,6]", "ngrams.scales is missing");
    refused_with(only, "\"shape\":[6,1]", "\"shape\":[2,3]", "ngrams.scales is missing");
}

static void damaged_configurations_are_refused(void **state)
{
    (void)state;
    refused_with(only, "\\\"words\\\":2", "\\\"words\\\":0", "'words'");
    refused_with(only, "\\\"words\\\":2", "\\\"words\\\":9", "'words'");
    refused_with(only, "\\\"words\\\":2", "\\\"wordz\\\":2", "'words'");
    refused_with(only, "\\\"characters\\\":2", "\\\"characters\\\":9", "'characters'");
    refused_with(only, "\\\"characters\\\":2", "\\\"characters\\\":x", "configuration");
    refused_with(only, "\\\"outputs\\\":1", "\\\"outputs\\\":0", "'outputs'");
    refused_with(only, "\\\"outputs\\\":1", "\\\"outputs\\\":2", "ngrams.");
    refused_with(only, "\\\"outputs\\\":1", "\\\"outputs\\\":3", "classes");
    refused_with(both, "\\\"outputs\\\":1", "\\\"outputs\\\":2", "a network of 1 outputs beside");
    refused_with(only, "\\\"nb\\\":true", "\\\"nb\\\":null", "'nb'");
    refused_with(only, "\\\"nb\\\":true", "\\\"nb\\\":12.5", "'nb'");
    refused_with(only, "\\\"svm_share\\\":", "\\\"svm_shard\\\":", "'svm_share'");
    refused_with(only, "\\\"nb_share\\\":", "\\\"nb_shard\\\":", "'nb_share'");
    refused_with(only, "\\\"network_share\\\":", "\\\"network_shard\\\":", "'network_share'");
    refused_with(only, "\\\"network_share\\\":0", "\\\"network_share\\\":x", "configuration");
    refused_with(only, "\\\"source\\\":\\\"text\\\"", "\\\"source\\\":\\\"ids\\\" ", "'source'");
    refused_with(only, "\\\"layers\\\":[]", "\\\"layers\\\":{}", "'layers'");
    refused_with(only, "\\\"ngrams\\\":", "\\\"ngramz\\\":", "'layers'");
    refused_with(both, "\\\"ngrams\\\":", "\\\"ngramz\\\":", "fingerprint");
}

/* A model that is being damaged: its members are changed, and go back when it is over. */
static void refused_now(seqnet_model *model, const char *sentence)
{
    seqnet_model *loaded;
    seqnet_error err = {0};
    assert_ok(sn_model_compute_fingerprint(model, model->fingerprint, &err), &err);
    assert_ok(seqnet_model_save(model, damaged.text, NULL, &err), &err);
    assert_failure(seqnet_model_load(&loaded, damaged.text, &err), &err, SEQNET_ERR_MODEL,
                   sentence);
    assert_null(loaded);
}

static void hashes_that_do_not_ascend_are_refused(void **state)
{
    (void)state;
    seqnet_model *const model = save_and_load(only);
    sn_ngrams *const n = model->ngrams;
    const uint32_t hash = n->hashes[7];
    n->hashes[7] = n->hashes[6];
    refused_now(model, "is damaged: the hashes of its n-grams do not ascend");
    n->hashes[7] = n->hashes[8];
    refused_now(model, "do not ascend");
    n->hashes[7] = 0;
    refused_now(model, "do not ascend");
    n->hashes[7] = hash;
    seqnet_model_free(save_and_load(only));
    seqnet_model_free(model);
}

static void scales_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    seqnet_model *const model = save_and_load(both);
    for (size_t i = 0; i < SN_NGRAM_SCALES; i++) {
        const float scale = model->ngrams->scales[i];
        model->ngrams->scales[i] = i % 2 ? NAN : -INFINITY;
        refused_now(model, "holds n-grams whose scales are not finite numbers");
        model->ngrams->scales[i] = scale;
    }
    seqnet_model_free(model);
}

static void shares_out_of_range_are_refused(void **state)
{
    (void)state;
    static const double bad[] = {-0.001, -5.0, 1e7};
    seqnet_model *const model = save_and_load(both);
    const sn_ngram_config good = model->config.ngrams;
    for (size_t i = 0; i < 9; i++) {
        sn_ngram_config config = good;
        double *const shares[] = {&config.svm_share, &config.nb_share, &config.network_share};
        *shares[i / 3] = bad[i % 3];
        model->config.ngrams = config;
        cJSON_free(model->config_json);
        assert_int_equal(sn_config_to_json(&model->config, &model->config_json, NULL), SEQNET_OK);
        refused_now(model, "share' is not a number from 0 to 1000000");
    }
    seqnet_model_free(model);
}

/* As many hashes as the file has, but outputs whose weights would need far more memory. */
static void the_memory_is_that_of_the_file(void **state)
{
    (void)state;
    enum { HASHES = 1 << 20 };
    sn_ngram_spec spec = {.words = 1};
    static const char *names[SN_MAX_LABELS];
    static char text[SN_MAX_LABELS][8];
    for (size_t i = 0; i < SN_MAX_LABELS; i++) {
        (void)snprintf(text[i], sizeof text[i], "a%zu", i);
        names[i] = text[i];
    }
    const sn_model_config config = {
        .maxlen = 1,
        .encoding = {.id_count = 5},
        .row_kind = SN_ROWS_TEXT,
        .ngrams = {.words = 1, .outputs = SN_MAX_LABELS, .has_nb = true}};
    seqnet_model *model, *loaded;
    seqnet_error err = {0};
    assert_ok(sn_model_outline(&model, &config, &err), &err);
    assert_ok(sn_model_set_labels(model, names, SN_MAX_LABELS, &err), &err);
    assert_ok(sn_ngrams_create(&model->ngrams, &spec, HASHES, 1, false, &err), &err);
    model->training_json = strdup("{}");
    assert_ok(seqnet_model_save(model, damaged.text, NULL, &err), &err);
    assert_failure(seqnet_model_load(&loaded, damaged.text, &err), &err, SEQNET_ERR_MODEL,
                   "ngrams.svm is missing"); /* found before the scales, which are damaged, too */
    seqnet_model_free(model);
}

static void a_part_without_ngrams_comes_back(void **state)
{
    (void)state;
    seqnet_model *const model = save_and_load(only);
    sn_ngrams *empty;
    assert_int_equal(sn_ngrams_create(&empty, &model->ngrams->spec, 0, 1, true, NULL), SEQNET_OK);
    assert_int_equal(sn_ngrams_complete(empty, NULL), SEQNET_OK);
    sn_ngrams_free(model->ngrams);
    model->ngrams = empty;
    assert_int_equal(sn_model_compute_fingerprint(model, model->fingerprint, NULL), SEQNET_OK);
    seqnet_model *const loaded = save_and_load(model);
    assert_int_equal(seqnet_model_ngrams(loaded).count, 0);
    assert_same_scores(loaded, model);
    seqnet_model_free(loaded);
    seqnet_model_free(model);
}

static void the_fingerprint_is_of_all_arrays(void **state)
{
    (void)state;
    seqnet_model *const model = save_and_load(both);
    sn_ngram_tensor tensors[SN_NGRAM_TENSORS];
    const size_t count = sn_ngrams_tensors(model->ngrams, tensors);
    char changed[SN_HASH_TEXT];
    for (size_t i = 0; i < count; i++) {
        uint8_t *const last = (uint8_t *)tensors[i].data + tensors[i].bytes - 1;
        *last ^= 1;
        assert_int_equal(sn_model_compute_fingerprint(model, changed, NULL), SEQNET_OK);
        assert_string_not_equal(changed, seqnet_model_fingerprint(both));
        *last ^= 1;
    }
    assert_int_equal(sn_model_compute_fingerprint(model, changed, NULL), SEQNET_OK);
    assert_string_equal(changed, seqnet_model_fingerprint(both));
    seqnet_model_free(model);
}

/* Each byte in turn, with and without the fingerprint's check: a model or a sentence, no crash. */
static void changed_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char *const text = "the film was superb";
    size_t size;
    unsigned char *const bytes = bytes_of(only, &size);
    for (size_t at = 0; at < size; at += at < 4000 ? 7 : 61) {
        seqnet_model *loaded;
        seqnet_error err = {0};
        sn_bytes file;
        scored_text score;
        bytes[at] ^= 0x11;
        (void)write_file("damaged", bytes, size);
        bytes[at] ^= 0x11;
        assert_int_equal(sn_bytes_open(&file, damaged.text, SEQNET_ERR_MODEL, NULL), SEQNET_OK);
        const seqnet_status status =
            sn_model_load_bytes(&loaded, &file, damaged.text, at % 2, &err);
        if (status == SEQNET_OK) {
            if (loaded->vocabulary)
                score_texts(loaded, 1, &text, 1, &score);
            seqnet_model_free(loaded);
        } else {
            assert_int_equal(status, SEQNET_ERR_MODEL);
            assert_true(strlen(err.message) > 10);
        }
    }
    free(bytes);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    size_t size;
    unsigned char *const bytes = bytes_of(only, &size);
    for (size_t length = 0; length < size; length += 1 + length / 7)
        refused(bytes, length, damaged.text);
    refused(bytes, size - 1, damaged.text);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_comes_back),
        cmocka_unit_test(older_programs_are_told_by_the_version),
        cmocka_unit_test(missing_tensors_are_refused),
        cmocka_unit_test(tensors_of_another_form_are_refused),
        cmocka_unit_test(damaged_configurations_are_refused),
        cmocka_unit_test(hashes_that_do_not_ascend_are_refused),
        cmocka_unit_test(scales_that_are_not_finite_are_refused),
        cmocka_unit_test(shares_out_of_range_are_refused),
        cmocka_unit_test(the_memory_is_that_of_the_file),
        cmocka_unit_test(a_part_without_ngrams_comes_back),
        cmocka_unit_test(the_fingerprint_is_of_all_arrays),
        cmocka_unit_test(changed_bytes_do_no_harm),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
