/* Scores of models with n-grams: all ways to a score agree, and no neighbour changes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "blend.h"
#include "review_files.h"

enum { ROWS = 120, MODELS = 3 };

static seqnet_dataset *reviews;
/* Of both parts, of n-grams alone, and of both with any number of labels. */
static seqnet_model *models[MODELS];

static seqnet_model *train(const seqnet_dataset *dataset, seqnet_ngrams ngrams)
{
    seqnet_train_result result;
    seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, ngrams);
    options.maxlen = 8;
    options.refit = false;
    return train_quickly(dataset, &options, &result);
}

static int open_fixture(void **state)
{
    seqnet_dataset_options options = review_options();
    if (make_folder(state) != 0)
        return -1;
    reviews = load_reviews(write_reviews("r.csv", ROWS, 1).text, &options);
    models[0] = train(reviews, SEQNET_NGRAMS_BOTH);
    models[1] = train(reviews, SEQNET_NGRAMS_ONLY);
    options.labels.multi_label = true;
    seqnet_dataset *const labelled =
        load_reviews(write_labelled("l.jsonl", ROWS, 1).text, &options);
    models[2] = train(labelled, SEQNET_NGRAMS_BOTH);
    seqnet_dataset_free(labelled);
    return 0;
}

static int close_fixture(void **state)
{
    for (size_t i = 0; i < MODELS; i++)
        seqnet_model_free(models[i]);
    seqnet_dataset_free(reviews);
    return remove_folder(state);
}

static void logits_are_the_sum_of_the_parts(void **state)
{
    (void)state;
    static const char *const text = "the superb film";
    for (size_t i = 0; i < MODELS; i++) {
        const seqnet_model *const model = models[i];
        const sn_ngram_config *const config = &model->config.ngrams;
        const size_t outputs = config->outputs;
        float logits[8] = {1.0F, -2.0F, 3.0F, 0.5F}, svm[4], nb[4];
        const float before[] = {1.0F, -2.0F, 3.0F, 0.5F};
        sn_blend_scratch scratch = {0};
        sn_ngram_scorer scorer = {0};
        assert_int_equal(sn_blend_text(model, &scratch, text, strlen(text), logits, 2, NULL),
                         SEQNET_OK);
        assert_int_equal(sn_ngrams_score(model->ngrams, &scorer, text, strlen(text), svm, nb, NULL),
                         SEQNET_OK);
        for (size_t k = 0; k < 2 * outputs; k++) {
            const double network = sn_model_has_network(model) ? config->network_share : 0.0;
            const double expected = config->svm_share * (double)svm[k % outputs] +
                                    config->nb_share * (double)nb[k % outputs] +
                                    network * (double)before[k];
            assert_true(fabs((double)logits[k] - expected) < 1e-5);
        }
        sn_ngram_scorer_free(&scorer);
        sn_blend_scratch_free(&scratch);
        sn_blend_scratch_free(&scratch);
    }
}

/* Whatever an engine would have left there. */
static void a_model_without_a_network_ignores_its_logits(void **state)
{
    (void)state;
    sn_blend_scratch scratch = {0};
    float none = 0.0F, invalid = NAN;
    assert_int_equal(sn_blend_text(models[1], &scratch, "film", 4, &none, 1, NULL), SEQNET_OK);
    assert_int_equal(sn_blend_text(models[1], &scratch, "film", 4, &invalid, 1, NULL), SEQNET_OK);
    assert_true(none == invalid);
    sn_blend_scratch_free(&scratch);
}

static const char *const TEXTS[] = {
    "the film was superb",  "",       "awful awful awful dull plot with the film",
    "xyz \xff\xfe unknown", "lovely", "the film was awful its story was superb but the plot weak",
    "很好看的电影",         "third"};

enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

static void neighbours_change_no_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        scored_text together[TEXT_COUNT], backwards[TEXT_COUNT], alone;
        const char *turned[TEXT_COUNT];
        for (size_t t = 0; t < TEXT_COUNT; t++)
            turned[t] = TEXTS[TEXT_COUNT - 1 - t];
        score_texts(models[i], 1, TEXTS, TEXT_COUNT, together);
        score_texts(models[i], 3, turned, TEXT_COUNT, backwards);
        for (size_t t = 0; t < TEXT_COUNT; t++) {
            score_texts(models[i], 2, &TEXTS[t], 1, &alone);
            assert_memory_equal(&alone, &together[t], sizeof alone);
            assert_memory_equal(&alone, &backwards[TEXT_COUNT - 1 - t], sizeof alone);
        }
    }
}

/* The rows of a stream: TEXTS again and again, a few in each batch. */
typedef struct stream {
    size_t given, taken;
    const scored_text *expected;
    size_t labels;
} stream;

enum { STREAMED = 500, A_FEW = 7 };

static seqnet_status read_some(void *user, seqnet_batch *batch, seqnet_error *err)
{
    stream *const s = user;
    for (int i = 0; i < A_FEW && s->given < STREAMED; i++, s->given++) {
        const char *const text = TEXTS[s->given % TEXT_COUNT];
        SN_TRY(seqnet_batch_add_text(batch, text, strlen(text), err));
    }
    return SEQNET_OK;
}

static seqnet_status take_some(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    stream *const s = user;
    (void)err;
    for (size_t i = 0; i < seqnet_batch_count(batch); i++, s->taken++)
        assert_memory_equal(seqnet_batch_predictions(batch)[i].probabilities,
                            s->expected[s->taken % TEXT_COUNT].probabilities,
                            s->labels * sizeof(double));
    return SEQNET_OK;
}

static void a_pipeline_gives_the_same_scores(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        scored_text expected[TEXT_COUNT];
        seqnet_predictor *predictor;
        seqnet_error err = {0};
        score_texts(models[i], 1, TEXTS, TEXT_COUNT, expected);
        stream s = {.expected = expected, .labels = seqnet_model_label_count(models[i])};
        const seqnet_pipeline pipeline = {.read = read_some, .write = take_some, .user = &s};
        const seqnet_predictor_options settings = {.threads = 3};
        assert_ok(seqnet_predictor_create(&predictor, models[i], &settings, &err), &err);
        assert_ok(seqnet_predictor_run(predictor, &pipeline, &err), &err);
        assert_int_equal(s.taken, STREAMED);
        seqnet_predictor_free(predictor);
    }
}

static void rows_of_ids_are_refused(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 4, 5};
    for (size_t i = 0; i < MODELS; i++) {
        seqnet_predictor *predictor;
        seqnet_batch *batch;
        seqnet_error err = {0};
        const seqnet_predictor_options settings = {.threads = 1};
        assert_ok(seqnet_predictor_create(&predictor, models[i], &settings, &err), &err);
        assert_ok(seqnet_batch_create(&batch, predictor, &err), &err);
        assert_failure(seqnet_batch_add_ids(batch, ids, 3, &err), &err, SEQNET_ERR_MODEL,
                       "n-gram part, which reads texts");
        assert_int_equal(seqnet_batch_count(batch), 0);
        seqnet_batch_free(batch);
        seqnet_predictor_free(predictor);
    }
}

static seqnet_prediction predict_long(const seqnet_model *model, seqnet_long_texts long_texts)
{
    static double probabilities[2];
    static const char *const text = "superb lovely great the film was the plot its story was with "
                                    "the film the plot awful dull weak boring tedious clumsy";
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    const seqnet_predictor_options settings = {.threads = 1, .long_texts = long_texts};
    assert_int_equal(seqnet_predictor_create(&predictor, model, &settings, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_create(&batch, predictor, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_add_text(batch, text, strlen(text), NULL), SEQNET_OK);
    assert_int_equal(seqnet_predictor_score(predictor, batch, NULL), SEQNET_OK);
    seqnet_prediction prediction = seqnet_batch_predictions(batch)[0];
    memcpy(probabilities, prediction.probabilities, sizeof probabilities);
    prediction.probabilities = probabilities;
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    return prediction;
}

/* The network has windows, the n-grams the whole text. */
static void long_texts_can_be_scored_in_windows(void **state)
{
    (void)state;
    const double cut = predict_long(models[0], SEQNET_LONG_TRUNCATE).probabilities[1];
    const double ends = predict_long(models[0], SEQNET_LONG_HEAD_TAIL).probabilities[1];
    const double windows = predict_long(models[0], SEQNET_LONG_WINDOW).probabilities[1];
    assert_true(cut != ends && cut != windows);
    assert_true(predict_long(models[0], SEQNET_LONG_TRUNCATE).truncated);
    const double whole = predict_long(models[1], SEQNET_LONG_TRUNCATE).probabilities[1];
    assert_true(whole == predict_long(models[1], SEQNET_LONG_HEAD_TAIL).probabilities[1]);
    assert_true(whole == predict_long(models[1], SEQNET_LONG_WINDOW).probabilities[1]);
    assert_false(predict_long(models[1], SEQNET_LONG_TRUNCATE).truncated);
}

static void evaluation_agrees_with_predictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        seqnet_evaluation e, one;
        size_t correct = 0;
        double loss = 0.0;
        const size_t rows = seqnet_dataset_count(reviews, SEQNET_TRAIN);
        assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
        assert_int_equal(seqnet_evaluation_init(&one, 2, NULL), SEQNET_OK);
        assert_int_equal(seqnet_model_evaluate(models[i], reviews, SEQNET_TRAIN, 0, 3, &e, NULL),
                         SEQNET_OK);
        assert_int_equal(seqnet_model_evaluate(models[i], reviews, SEQNET_TRAIN, 0, 1, &one, NULL),
                         SEQNET_OK);
        assert_true(e.loss == one.loss && e.accuracy == one.accuracy);
        for (size_t row = 0; row < rows; row++) {
            size_t length;
            int32_t label;
            scored_text score;
            const sn_text_info *const info = &reviews->parts[SEQNET_TRAIN].texts[row];
            char text[256];
            assert_true(info->length < sizeof text);
            memcpy(text, info->text, info->length);
            text[info->length] = '\0';
            const char *const texts[] = {text};
            (void)seqnet_dataset_row(reviews, SEQNET_TRAIN, row, &length, &label);
            score_texts(models[i], 1, texts, 1, &score);
            correct += score.probabilities[label] > 0.5;
            loss -= log(score.probabilities[label]);
        }
        assert_int_equal(e.n, rows);
        assert_true(fabs(e.accuracy - (double)correct / (double)rows) < 1e-12);
        assert_true(fabs(e.loss - loss / (double)rows) < 1e-6);
        seqnet_evaluation_free(&e);
        seqnet_evaluation_free(&one);
    }
}

static void evaluation_needs_the_texts(void **state)
{
    (void)state;
    seqnet_dataset_options options = review_options();
    seqnet_evaluation e;
    seqnet_error err = {0};
    options.keep_texts = false;
    seqnet_dataset *const dataset = load_reviews(in_folder("r.csv").text, &options);
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    for (size_t i = 0; i < 2; i++)
        assert_failure(seqnet_model_evaluate(models[i], dataset, SEQNET_TRAIN, 0, 1, &e, &err),
                       &err, SEQNET_ERR_DATA, "texts were not kept");
    seqnet_evaluation_free(&e);
    seqnet_dataset_free(dataset);
    /* What is loaded for a model has them. */
    seqnet_dataset *loaded;
    assert_ok(seqnet_model_load_dataset(models[0], &loaded, in_folder("r.csv").text, NULL, &err),
              &err);
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    assert_ok(seqnet_model_evaluate(models[0], loaded, SEQNET_TRAIN, 0, 1, &e, &err), &err);
    seqnet_evaluation_free(&e);
    seqnet_dataset_free(loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_are_the_sum_of_the_parts),
        cmocka_unit_test(a_model_without_a_network_ignores_its_logits),
        cmocka_unit_test(neighbours_change_no_bit),
        cmocka_unit_test(a_pipeline_gives_the_same_scores),
        cmocka_unit_test(rows_of_ids_are_refused),
        cmocka_unit_test(long_texts_can_be_scored_in_windows),
        cmocka_unit_test(evaluation_agrees_with_predictions),
        cmocka_unit_test(evaluation_needs_the_texts),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
