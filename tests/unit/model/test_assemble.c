/* A model made of its parts: what fits together becomes one, whatever the parts are from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/seqnet.h>

#include "assemble.h"
#include "memory.h"
#include "support.h"

static sn_model_config small_config(size_t outputs)
{
    return (sn_model_config){
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.units = 2, .id_count = 5}},
                   {.kind = SN_LSTM, .recurrent = {.units = 2}},
                   {.kind = SN_DENSE, .dense = {.units = outputs}}},
        .layer_count = 3,
        .maxlen = 4,
        .encoding = {.id_count = 5}};
}

static seqnet_model *outline_of(const sn_model_config *config, size_t labels)
{
    static const char *const names[] = {"bad", "good", "so-so"};
    seqnet_error err = {0};
    seqnet_model *model;
    assert_ok(sn_model_outline(&model, config, &err), &err);
    assert_ok(sn_model_set_labels(model, names, labels, &err), &err);
    assert_ok(sn_vocabulary_from_lines(&model->vocabulary, "a\nb\n", 4, &err), &err);
    return model;
}

static seqnet_model *make_outline(size_t labels)
{
    const sn_model_config config = small_config(1);
    return outline_of(&config, labels);
}

static char *make_record(void)
{
    char *record;
    assert_int_equal(sn_copy_string(&record, "{\"n\":1}", 7, NULL), SEQNET_OK);
    return record;
}

/* Own weights, all of them `value`. */
static float *give_weights(seqnet_model *model, float value)
{
    const size_t floats = model->network.table.floats;
    assert_int_equal(sn_alloc_floats(&model->owned_weights, floats, NULL), SEQNET_OK);
    for (size_t i = 0; i < floats; i++)
        model->owned_weights[i] = value;
    return model->owned_weights;
}

static void an_outline_has_all_but_weights(void **state)
{
    (void)state;
    seqnet_model *const model = make_outline(2);
    assert_int_equal(seqnet_model_layer_count(model), 3);
    assert_int_equal(seqnet_model_parameters(model), 5 * 2 + 2 * 8 + 2 * 8 + 8 + 2 + 1);
    assert_int_equal(seqnet_model_label_count(model), 2);
    assert_string_equal(seqnet_model_label_name(model, 1), "good");
    assert_non_null(strstr(seqnet_model_config_json(model), "\"maxlen\":4"));
    assert_null(model->weights);
    assert_string_equal(seqnet_model_fingerprint(model), "");
    seqnet_model_free(model);
}

static void comes_back_from_its_file(seqnet_model *model)
{
    seqnet_error err = {0};
    seqnet_model *loaded;
    const test_path path = in_folder("model");
    assert_ok(sn_model_complete(model, give_weights(model, 0.5F), make_record(), &err), &err);
    assert_string_equal(seqnet_model_training_json(model), "{\"n\":1}");
    assert_int_equal(strlen(seqnet_model_fingerprint(model)), 32);
    assert_ok(seqnet_model_save(model, path.text, NULL, &err), &err);
    assert_ok(seqnet_model_load(&loaded, path.text, &err), &err);
    assert_string_equal(seqnet_model_fingerprint(loaded), seqnet_model_fingerprint(model));
    assert_string_equal(seqnet_model_config_json(loaded), seqnet_model_config_json(model));
    seqnet_model_free(loaded);
    seqnet_model_free(model);
}

static void a_completed_model_comes_back_from_its_file(void **state)
{
    (void)state;
    comes_back_from_its_file(make_outline(2));
}

static void a_model_that_branches_comes_back_from_its_file(void **state)
{
    (void)state;
    sn_model_config config = {
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.units = 2, .id_count = 5}},
                   {.kind = SN_CONV1D, .conv1d = {.units = 3, .kernel_size = 2}},
                   {.kind = SN_POOLING},
                   {.kind = SN_CONV1D,
                    .conv1d = {.units = 2, .kernel_size = 3},
                    .input_count = 1,
                    .inputs = {0}},
                   {.kind = SN_FLATTEN},
                   {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {2, 4}},
                   {.kind = SN_BATCH_NORMALIZATION,
                    .batch_normalization = {SN_BATCH_NORMALIZATION_EPSILON}},
                   {.kind = SN_DENSE, .dense = {.units = 1}}},
        .layer_count = 8,
        .maxlen = 4,
        .encoding = {.id_count = 5}};
    seqnet_model *const model = outline_of(&config, 2);
    assert_int_equal(seqnet_model_parameters(model),
                     5 * 2 + (2 * 2 * 3 + 3) + (3 * 2 * 2 + 2) + 4 * 7 + 7 + 1);
    comes_back_from_its_file(model);
}

static void whose_weights_they_are_does_not_matter(void **state)
{
    (void)state;
    float weights[64];
    seqnet_error err = {0};
    seqnet_model *const own = make_outline(2), *const borrowing = make_outline(2);
    for (size_t i = 0; i < 64; i++)
        weights[i] = 0.25F;
    assert_ok(sn_model_complete(own, give_weights(own, 0.25F), make_record(), &err), &err);
    assert_ok(sn_model_complete(borrowing, weights, make_record(), &err), &err);
    assert_string_equal(own->fingerprint, borrowing->fingerprint);
    seqnet_model_free(own);
    seqnet_model_free(borrowing);
}

static void assert_refused(size_t labels, float weight, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_model *const model = make_outline(labels);
    assert_failure(sn_model_complete(model, give_weights(model, weight), make_record(), &err), &err,
                   SEQNET_ERR_MODEL, sentence);
    seqnet_model_free(model); /* the record with it */
}

static void what_does_not_fit_together_is_refused(void **state)
{
    (void)state;
    assert_refused(3, 0.5F, "is damaged: it names 3 classes, its network has 2");
    assert_refused(1, 0.5F, "is damaged: it names 1 classes, its network has 2");
    assert_refused(2, (float)NAN, "holds weights that are not finite");
    assert_refused(2, (float)INFINITY, "holds weights that are not finite");
}

static void a_configuration_without_a_network_is_refused(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *model;
    sn_model_config config = small_config(1);
    config.layer_count = 2; /* ends with the LSTM */
    assert_int_equal(sn_model_outline(&model, &config, &err), SEQNET_ERR_USAGE);
    assert_null(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outline_has_all_but_weights),
        cmocka_unit_test(a_completed_model_comes_back_from_its_file),
        cmocka_unit_test(a_model_that_branches_comes_back_from_its_file),
        cmocka_unit_test(whose_weights_they_are_does_not_matter),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(a_configuration_without_a_network_is_refused),
    };
    return cmocka_run_group_tests_name("assemble", tests, make_folder, remove_folder);
}
