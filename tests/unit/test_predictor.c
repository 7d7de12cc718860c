/* Predictions: texts and ids, counts, order, long and empty input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

static seqnet_model *model;
static seqnet_predictor *predictor;
static seqnet_batch *batch;

static int open_predictor(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_train_result result;
    const seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    const seqnet_predictor_options settings = {.threads = 2};
    options.epochs = 1;
    options.units = 6;
    options.maxlen = 12;
    if (seqnet_dataset_load(&dataset, "builtin:demo:400", &data, NULL) != SEQNET_OK)
        return -1;
    const seqnet_status status = seqnet_model_train(&model, dataset, &options, &result, NULL);
    seqnet_dataset_free(dataset);
    if (status != SEQNET_OK)
        return -1;
    return seqnet_predictor_create(&predictor, model, &settings, NULL) != SEQNET_OK ||
           seqnet_batch_create(&batch, predictor, NULL) != SEQNET_OK;
}

static int close_predictor(void **state)
{
    (void)state;
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    seqnet_model_free(model);
    return 0;
}

static void add(const char *text)
{
    assert_int_equal(seqnet_batch_add_text(batch, text, strlen(text), NULL), SEQNET_OK);
}

/* Scores the rows added since the last call. */
static const seqnet_prediction *score(size_t count)
{
    assert_int_equal(seqnet_batch_count(batch), count);
    assert_int_equal(seqnet_predictor_score(predictor, batch, NULL), SEQNET_OK);
    seqnet_batch_clear(batch);
    return seqnet_batch_predictions(batch);
}

static seqnet_prediction score_one(void)
{
    return score(1)[0];
}

static void probabilities_belong_together(void **state)
{
    (void)state;
    add("The film was good.");
    const seqnet_prediction p = score_one();
    assert_true(fabs(p.probabilities[0] + p.probabilities[1] - 1.0) < 1e-12);
    assert_true(p.probability == p.probabilities[p.label]);
    assert_true(p.probability >= 0.5);
    assert_int_equal(p.tokens, 4);
    assert_int_equal(p.oov, 0);
    assert_false(p.truncated);
}

static void unknown_words_are_counted(void **state)
{
    (void)state;
    add("the zyxwv film qqqqq");
    const seqnet_prediction p = score_one();
    assert_int_equal(p.tokens, 4);
    assert_int_equal(p.oov, 2);
}

/* The start id counts towards maxlen: 11 words fit into 12 timesteps. */
static void truncation_is_reported(void **state)
{
    (void)state;
    add("a a a a a a a a a a a");
    assert_false(score_one().truncated);
    add("a a a a a a a a a a a a");
    assert_true(score_one().truncated);
}

/* Truncating "pre" keeps the end of a long text. */
static void the_end_of_a_long_text_counts(void **state)
{
    (void)state;
    add("good the film was the film was the film was the film was bad");
    const double one = score_one().probabilities[0];
    add("bad the film was the film was the film was the film was bad");
    assert_true(one == score_one().probabilities[0]);
    add("good the film was the film was the film was the film was good");
    assert_true(one != score_one().probabilities[0]);
}

static void empty_and_odd_texts_are_scored(void **state)
{
    (void)state;
    add("");
    add("   ...   ");
    assert_int_equal(seqnet_batch_add_text(batch, "\0\xff\xfe x", 5, NULL), SEQNET_OK);
    const seqnet_prediction *const p = score(3);
    assert_int_equal(p[0].tokens, 0);
    assert_true(p[0].probability == p[1].probability);
    assert_int_equal(p[2].tokens, 2);
    assert_int_equal(p[2].oov, 2);
}

static void order_is_kept_in_a_large_batch(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    static const char *const texts[3] = {"the film was good", "the film was not good at all", ""};
    double wanted[3];
    for (size_t i = 0; i < 3; i++) {
        add(texts[i]);
        wanted[i] = score_one().probabilities[1];
    }
    for (size_t i = 0; i < MANY; i++)
        add(texts[i % 3]);
    const seqnet_prediction *const p = score(MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_true(p[i].probabilities[1] == wanted[i % 3]);
    (void)score(0);
}

static void ids_are_taken_as_they_are(void **state)
{
    (void)state;
    seqnet_error err;
    add("the film");
    const double text = score_one().probabilities[1];
    seqnet_dataset *dataset;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:400", &options, NULL), SEQNET_OK);
    int32_t ids[3] = {1, 0, 0};
    for (int32_t id = 0; id < (int32_t)seqnet_dataset_id_count(dataset); id++) {
        size_t length;
        const char *const word = seqnet_dataset_word(dataset, id, &length);
        if (word && length == 3 && memcmp(word, "the", 3) == 0)
            ids[1] = id;
        if (word && length == 4 && memcmp(word, "film", 4) == 0)
            ids[2] = id;
    }
    const int32_t too_large = (int32_t)seqnet_dataset_id_count(dataset), negative = -1;
    seqnet_dataset_free(dataset);
    assert_true(ids[1] > 0 && ids[2] > 0);
    assert_int_equal(seqnet_batch_add_ids(batch, ids, 3, NULL), SEQNET_OK);
    assert_true(score_one().probabilities[1] == text);
    assert_int_equal(seqnet_batch_add_ids(batch, &too_large, 1, &err), SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "outside"));
    assert_int_equal(seqnet_batch_add_ids(batch, &negative, 1, &err), SEQNET_ERR_DATA);
}

static void evaluation_agrees_with_predictions(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_evaluation e = {0};
    assert_int_equal(seqnet_model_load_dataset(model, &dataset, "builtin:demo:400", NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 2, &e, NULL), SEQNET_OK);
    const size_t rows = seqnet_dataset_count(dataset, SEQNET_TEST);
    size_t confusion[2][2] = {{0}};
    double loss = 0.0;
    for (size_t row = 0; row < rows; row++) {
        size_t length;
        int32_t label;
        const int32_t *const ids = seqnet_dataset_row(dataset, SEQNET_TEST, row, &length, &label);
        assert_int_equal(seqnet_batch_add_ids(batch, ids, length, NULL), SEQNET_OK);
        const seqnet_prediction p = score_one();
        confusion[label][p.label]++;
        loss -= log(p.probabilities[label]);
    }
    assert_memory_equal(confusion, e.confusion, sizeof confusion);
    assert_int_equal(e.n, rows);
    assert_true(fabs(e.loss - loss / (double)rows) < 1e-6);
    assert_true(fabs(e.accuracy - (double)(confusion[0][0] + confusion[1][1]) / (double)rows) <
                1e-12);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_belong_together),
        cmocka_unit_test(unknown_words_are_counted),
        cmocka_unit_test(truncation_is_reported),
        cmocka_unit_test(the_end_of_a_long_text_counts),
        cmocka_unit_test(empty_and_odd_texts_are_scored),
        cmocka_unit_test(order_is_kept_in_a_large_batch),
        cmocka_unit_test(ids_are_taken_as_they_are),
        cmocka_unit_test(evaluation_agrees_with_predictions),
    };
    return cmocka_run_group_tests_name("predictor", tests, open_predictor, close_predictor);
}
