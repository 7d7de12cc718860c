/* The mean norms of a model's gradients by its states, as the public API gives them. What they are
 * is checked in engine/test_state_norms.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "assemble.h"
#include "dataset.h"
#include "engine.h"
#include "small_model.h"

enum { MAXLEN = 11 }; /* of the small model */

static int train_model(void **state)
{
    (void)state;
    return train_small_model("builtin:demo:400", 1);
}

static seqnet_state_gradients gradients_of(seqnet_part part, size_t limit)
{
    seqnet_error err = {0};
    seqnet_state_gradients g;
    if (seqnet_model_state_gradients(model, dataset, part, limit, NULL, &g, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    return g;
}

static void each_timestep_has_a_norm(void **state)
{
    (void)state;
    seqnet_state_gradients g = gradients_of(SEQNET_TEST, 40);
    assert_int_equal(g.time, MAXLEN);
    assert_int_equal(g.rows, 40);
    assert_string_equal(g.layer, "lstm");
    for (size_t t = 0; t < g.time; t++)
        assert_true(isfinite(g.norms[t]) && g.norms[t] > 0.0);
    assert_int_equal(seqnet_steps_behind(&g, 0), MAXLEN - 1);
    assert_int_equal(seqnet_steps_behind(&g, MAXLEN - 1), 0);
    seqnet_state_gradients_free(&g);
    assert_null(g.norms);
}

static void they_are_of_128_rows_unless_asked_otherwise(void **state)
{
    (void)state;
    static const struct {
        seqnet_part part;
        size_t limit, rows;
    } cases[] = {{SEQNET_TRAIN, 0, 128}, {SEQNET_TEST, 0, 80}, {SEQNET_TRAIN, 5, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seqnet_state_gradients g = gradients_of(cases[i].part, cases[i].limit);
        assert_int_equal(g.rows, cases[i].rows);
        seqnet_state_gradients_free(&g);
    }
}

/* More rows than a shard of the engine has give the mean of what each gives alone. */
static void they_are_means_over_rows(void **state)
{
    (void)state;
    enum { ROWS = SN_SHARD_ROWS + 3 };
    const sn_rows *const rows = &dataset->parts[SEQNET_TEST];
    sn_pool *pool;
    sn_engine *engine;
    double sums[MAXLEN] = {0};
    seqnet_state_gradients g = gradients_of(SEQNET_TEST, ROWS);
    assert_int_equal(sn_pool_create(&pool, 1, NULL), SEQNET_OK);
    assert_int_equal(
        sn_engine_plain_create(&engine, &model->network, model->config.padding, pool, true, NULL),
        SEQNET_OK);
    sn_engine_use(engine, model->weights);
    for (size_t row = 0; row < ROWS; row++) {
        const int32_t *const ids = sn_rows_ids(rows, row, NULL);
        const size_t length = sn_rows_length(rows, row);
        const sn_minibatch batch = {
            .rows = &ids, .lengths = &length, .labels = rows->labels + row, .count = 1};
        sn_engine_plain_state_norms(engine, &batch, &model->network.layers[1], sums);
    }
    for (size_t t = 0; t < MAXLEN; t++)
        assert_true(fabs(sums[t] / ROWS - g.norms[t]) < 1e-5 * g.norms[t]);
    sn_engine_free(engine);
    sn_pool_free(pool);
    seqnet_state_gradients_free(&g);
}

/* After the last step the gradient is that through the Dense layer: |p - y| times the norm of its
 * kernel. */
static void the_last_one_follows_from_the_probability(void **state)
{
    (void)state;
    seqnet_scores *scores;
    double probabilities[2], squares = 0.0;
    seqnet_state_gradients g = gradients_of(SEQNET_TEST, 1);
    assert_int_equal(seqnet_scores_create(&scores, model, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_score(model, dataset, SEQNET_TEST, 1, 1, scores, NULL),
                     SEQNET_OK);
    seqnet_scores_probabilities(scores, 0, probabilities);
    const float *const kernel = model->weights + model->network.layers[2].offsets[0];
    for (size_t k = 0; k < 5; k++)
        squares += (double)kernel[k] * (double)kernel[k];
    const double error = 1.0 - probabilities[seqnet_scores_label(scores, 0)];
    assert_true(fabs(g.norms[MAXLEN - 1] - error * sqrt(squares)) < 1e-6);
    seqnet_scores_free(scores);
    seqnet_state_gradients_free(&g);
}

static void assert_refused(const seqnet_model *asked, seqnet_part part, const char *layer,
                           seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_state_gradients g;
    assert_int_equal(seqnet_model_state_gradients(asked, dataset, part, 0, layer, &g, &err),
                     status);
    assert_string_equal(err.message, sentence);
    assert_null(g.norms);
}

static void refuses_a_model_without_a_recurrent_layer(void **state)
{
    (void)state;
    seqnet_model *bag;
    const sn_model_config config = {
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.units = 2, .id_count = 500}},
                   {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MEAN}},
                   {.kind = SN_DENSE, .dense = {.units = 1}}},
        .layer_count = 3,
        .maxlen = 4,
        .encoding = {.id_count = 500}};
    assert_int_equal(sn_model_outline(&bag, &config, NULL), SEQNET_OK);
    assert_refused(bag, SEQNET_TEST, NULL, SEQNET_ERR_USAGE,
                   "the model has no recurrent layer, so there are no states that its loss could "
                   "have gradients by");
    seqnet_model_free(bag);
}

static void refuses_what_is_not_there(void **state)
{
    (void)state;
    seqnet_state_gradients g;
    assert_refused(model, SEQNET_TEST, "gru", SEQNET_ERR_USAGE,
                   "the model has no recurrent layer 'gru'; its first is 'lstm'");
    assert_refused(model, SEQNET_TEST, "dense", SEQNET_ERR_USAGE,
                   "the model has no recurrent layer 'dense'; its first is 'lstm'");
    assert_refused(model, SEQNET_VALIDATION, "lstm", SEQNET_ERR_DATA,
                   "builtin:demo:400: has no rows in this part to take gradients of");
    assert_int_equal(seqnet_model_state_gradients(model, dataset, SEQNET_TEST, 3, "lstm", &g, NULL),
                     SEQNET_OK);
    seqnet_state_gradients_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_timestep_has_a_norm),
        cmocka_unit_test(they_are_of_128_rows_unless_asked_otherwise),
        cmocka_unit_test(they_are_means_over_rows),
        cmocka_unit_test(the_last_one_follows_from_the_probability),
        cmocka_unit_test(refuses_a_model_without_a_recurrent_layer),
        cmocka_unit_test(refuses_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, train_model, free_small_model);
}
