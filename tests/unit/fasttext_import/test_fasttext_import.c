/* Models of fastText say what fastText says, and what no model here can say is refused. The models
 * and the answers (fasttext predict-prob) are fastText's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/predict.h>

#include "fasttext_import.h"
#include "support.h"

#include "fasttext_data.h"

/* What fastText adds when it prints, and its digits. */
static const double ADDED = 1e-5, PRINTED = 2e-6;

static const seqnet_import_options OPTIONS = {.padding = SEQNET_IMPORT_AUTO};

static seqnet_model *import(const char *name)
{
    seqnet_error err = {0};
    seqnet_model *model;
    fasttext_data data = fasttext_data_open(name);
    assert_ok(sn_fasttext_import(&model, data.path, &OPTIONS, &err), &err);
    fasttext_data_close(&data);
    return model;
}

static size_t label_of(const seqnet_model *model, const char *name)
{
    size_t label = 0;
    while (strcmp(seqnet_model_label_name(model, label), name) != 0)
        assert_true(++label < seqnet_model_label_count(model));
    return label;
}

/* Compares a line of "__label__NAME PROBABILITY ..." with a prediction. */
static void compare_line(const seqnet_model *model, char *line, const seqnet_prediction *prediction,
                         double tolerance)
{
    char *rest = NULL;
    bool is_first = true;
    for (char *name = strtok_r(line, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        const size_t label = label_of(model, name + strlen("__label__"));
        const double expected = strtod(strtok_r(NULL, " ", &rest), NULL) - ADDED;
        if (is_first)
            assert_int_equal(prediction->label, label);
        assert_true(fabs(prediction->probabilities[label] - expected) < tolerance);
        is_first = false;
    }
}

static void compare_model(const char *name, double tolerance)
{
    char file[32];
    seqnet_error err = {0};
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    (void)snprintf(file, sizeof file, "%s.bin", name);
    seqnet_model *const model = import(file);
    (void)snprintf(file, sizeof file, "%s.expected", name);
    fasttext_data expected = fasttext_data_open(file), texts = fasttext_data_open("texts.txt");
    const seqnet_predictor_options options = {.threads = 1};
    assert_ok(seqnet_predictor_create(&predictor, model, &options, &err), &err);
    assert_ok(seqnet_batch_create(&batch, predictor, &err), &err);
    for (const char *text; (text = fasttext_data_line(&texts));)
        assert_ok(seqnet_batch_add_text(batch, text, strlen(text), &err), &err);
    assert_ok(seqnet_predictor_score(predictor, batch, &err), &err);
    assert_int_equal(seqnet_batch_count(batch), 10);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++)
        compare_line(model, fasttext_data_line(&expected), &seqnet_batch_predictions(batch)[i],
                     tolerance);
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    seqnet_model_free(model);
    fasttext_data_close(&expected);
    fasttext_data_close(&texts);
}

static void says_what_fasttext_says(void **state)
{
    (void)state;
    compare_model("plain", PRINTED);
    compare_model("ngrams", PRINTED);
}

/* fastText takes the logistic function from a table of steps of 1/32. */
static void gives_each_label_its_own_probability(void **state)
{
    (void)state;
    compare_model("ova", 0.25 / 32);
    seqnet_model *const model = import("ova.bin");
    assert_true(model->config.multi_label);
    assert_true(model->config.threshold == 0.5);
    seqnet_model_free(model);
}

/* A text of more features than a batch of texts of any other model may have. */
static void takes_texts_of_any_length(void **state)
{
    (void)state;
    enum { REPEATS = 40000 };
    seqnet_error err = {0};
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    seqnet_model *const model = import("plain.bin");
    const seqnet_predictor_options options = {.threads = 1};
    char *const text = malloc(6 * REPEATS);
    assert_non_null(text);
    for (size_t i = 0; i < REPEATS; i++)
        memcpy(text + 6 * i, i % 2 ? "great " : "other ", 6);
    assert_ok(seqnet_predictor_create(&predictor, model, &options, &err), &err);
    assert_ok(seqnet_batch_create(&batch, predictor, &err), &err);
    assert_ok(seqnet_batch_add_text(batch, text, 6 * REPEATS, &err), &err);
    assert_ok(seqnet_batch_add_text(batch, "great", 5, &err), &err);
    assert_ok(seqnet_predictor_score(predictor, batch, &err), &err);
    const seqnet_prediction *const p = seqnet_batch_predictions(batch);
    assert_false(p[0].truncated);
    assert_int_equal(p[0].label, label_of(model, "good"));
    assert_true(p[0].probability > p[1].probability); /* the end weighs less */
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    seqnet_model_free(model);
    free(text);
}

static void a_saved_model_is_the_same(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *const model = import("ngrams.bin"), *again;
    const test_path path = in_folder("model.safetensors");
    bool replaced;
    assert_string_equal(seqnet_model_label_name(model, 0), "good");
    assert_int_equal(model->network.layers[0].output.time, SN_MAX_FILE_TIME);
    assert_ok(seqnet_model_save(model, path.text, &replaced, &err), &err);
    assert_ok(seqnet_model_load(&again, path.text, &err), &err);
    assert_string_equal(again->fingerprint, model->fingerprint);
    assert_int_equal(again->config.encoding.rule.fasttext.word_ngrams, 3);
    seqnet_model_free(model);
    seqnet_model_free(again);
}

static void assert_refused(const char *name, const char *part)
{
    seqnet_error err = {0};
    seqnet_model *model;
    fasttext_data data = fasttext_data_open(name);
    assert_failure(sn_fasttext_import(&model, data.path, &OPTIONS, &err), &err, SEQNET_ERR_MODEL,
                   part);
    assert_null(model);
    fasttext_data_close(&data);
}

static void refuses_what_no_model_can_say(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *model;
    assert_refused("hs.bin", "-loss hs");
    assert_refused("skipgram.bin", "holds word vectors of fastText (skipgram) and no classifier");
    assert_refused("texts.txt", "is no model of fastText");
    assert_failure(sn_fasttext_import(&model, "/no/such.bin", &OPTIONS, &err), &err,
                   SEQNET_ERR_MODEL, "/no/such.bin: ");
}

static void count_note(void *user, const char *sentence)
{
    assert_non_null(strstr(sentence, "a probability of its own"));
    ++*(int *)user;
}

static void tells_what_is_different_and_refuses_options(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *model;
    int notes = 0;
    fasttext_data data = fasttext_data_open("ova.bin");
    seqnet_import_options options = {.note = count_note, .user = &notes};
    assert_ok(seqnet_import(&model, data.path, &options, &err), &err);
    assert_int_equal(notes, 1);
    assert_non_null(strstr(seqnet_model_training_json(model), "\"loss\":\"ova\""));
    seqnet_model_free(model);
    options.maxlen = 5;
    assert_failure(seqnet_import(&model, data.path, &options, &err), &err, SEQNET_ERR_USAGE,
                   "leave .maxlen out");
    fasttext_data_close(&data);
}

/* The labels of a model that was trained with another -label keep their names. */
static void keeps_names_without_the_usual_mark(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *model;
    fasttext_data data = fasttext_data_open("plain.bin");
    for (size_t i = 0; i + 9 < data.size; i++)
        if (memcmp(data.bytes + i, "__label__good", 13) == 0)
            data.bytes[i] = '#';
    assert_ok(sn_fasttext_import_bytes(&model, data.bytes, data.size, "x.bin", &err), &err);
    assert_string_equal(seqnet_model_label_name(model, 0), "#_label__good");
    assert_string_equal(seqnet_model_label_name(model, 1), "__label__bad");
    seqnet_model_free(model);
    fasttext_data_close(&data);
}

static void refuses_damage_or_makes_a_model(void **state)
{
    (void)state;
    fasttext_data data = fasttext_data_open("ngrams.bin");
    for (size_t bit = 0; bit < 8 * data.size; bit += 3) {
        seqnet_error err = {0};
        seqnet_model *model;
        data.bytes[bit / 8] ^= (char)(1 << bit % 8);
        const seqnet_status status =
            sn_fasttext_import_bytes(&model, data.bytes, data.size, "x.bin", &err);
        data.bytes[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(status == SEQNET_OK, model != NULL);
        if (status != SEQNET_OK)
            assert_failure(status, &err, SEQNET_ERR_MODEL, "x.bin");
        seqnet_model_free(model);
    }
    fasttext_data_close(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_fasttext_says),
        cmocka_unit_test(gives_each_label_its_own_probability),
        cmocka_unit_test(takes_texts_of_any_length),
        cmocka_unit_test(a_saved_model_is_the_same),
        cmocka_unit_test(refuses_what_no_model_can_say),
        cmocka_unit_test(tells_what_is_different_and_refuses_options),
        cmocka_unit_test(keeps_names_without_the_usual_mark),
        cmocka_unit_test(refuses_damage_or_makes_a_model),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
