/* A training in the caller's hands: its events, its models, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/seqnet.h>

#include "demo_rows.h"
#include "support.h"
#include "trainer.h"

static int open_fixture(void **state)
{
    return make_folder(state) != 0 || load_corpora(state);
}

static int close_fixture(void **state)
{
    (void)free_corpora(state);
    return remove_folder(state);
}

/* 96 training rows and 24 that validate: three batches. */
static seqnet_train_options small_options(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 2;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 40;
    options.threads = 1;
    options.optimizer = SEQNET_LAZY_ADAM;
    options.ema = 0.9;
    return options;
}

static seqnet_trainer *open_trainer(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, corpus, options, &err), &err);
    return t;
}

static seqnet_train_event next(seqnet_trainer *t)
{
    seqnet_error err = {0};
    seqnet_train_event event;
    bool more;
    assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
    assert_true(more);
    return event;
}

static void assert_over(seqnet_trainer *t)
{
    seqnet_train_event event;
    bool more;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(seqnet_trainer_step(t, &event, &more, NULL), SEQNET_OK);
        assert_false(more);
    }
}

typedef struct fingerprint {
    char text[40];
} fingerprint;

static fingerprint print_of(seqnet_model *model)
{
    fingerprint print;
    (void)snprintf(print.text, sizeof print.text, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
    return print;
}

static fingerprint model_of(seqnet_trainer *t)
{
    seqnet_error err = {0};
    seqnet_model *model;
    assert_ok(seqnet_trainer_model(t, &model, &err), &err);
    return print_of(model);
}

static fingerprint trained(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_model *model;
    seqnet_train_result result;
    assert_ok(seqnet_model_train(&model, corpus, options, &result, &err), &err);
    return print_of(model);
}

static void events_come_in_order(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    seqnet_trainer *const t = open_trainer(&options);
    const seqnet_train_event begin = next(t);
    assert_int_equal(begin.kind, SEQNET_TRAIN_BEGIN);
    assert_int_equal(begin.epoch, 0);
    assert_int_equal(begin.epochs, 2);
    assert_int_equal(begin.train_rows, 96);
    assert_int_equal(begin.validation_rows, 24);
    assert_int_equal(seqnet_model_layer_count(begin.model), 3);
    for (size_t epoch = 1; epoch <= 2; epoch++) {
        assert_int_equal(next(t).kind, SEQNET_TRAIN_EPOCH_BEGIN);
        for (size_t batch = 1; batch <= 3; batch++) {
            const seqnet_train_event event = next(t);
            assert_int_equal(event.kind, SEQNET_TRAIN_BATCH_END);
            assert_int_equal(event.epoch, epoch);
            assert_int_equal(event.batch, batch);
            assert_int_equal(event.batches, 3);
            assert_true(event.loss > 0.0 && isnan(event.val_loss));
        }
        const seqnet_train_event end = next(t);
        assert_int_equal(end.kind, SEQNET_TRAIN_EPOCH_END);
        assert_int_equal(end.epoch, epoch);
        assert_true(end.val_loss > 0.0);
        assert_int_equal(seqnet_trainer_result(t).epochs_run, epoch);
    }
    assert_over(t);
    assert_false(seqnet_trainer_result(t).stopped_early);
    seqnet_trainer_free(t);
}

/* The event says which epoch is the best so far, and the result has the measures of that one. */
static void the_result_is_that_of_the_best_epoch(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    options.epochs = 8;
    options.learning_rate = 0.1; /* so high that some epoch is worse than one before */
    seqnet_trainer *const t = open_trainer(&options);
    seqnet_train_event best = {0};
    size_t worse = 0;
    assert_true(isnan(seqnet_trainer_result(t).accuracy) && isnan(seqnet_trainer_result(t).loss));
    for (size_t i = 0; i < 1 + 8 * 5; i++) {
        const seqnet_train_event event = next(t);
        worse += event.kind == SEQNET_TRAIN_EPOCH_END && !event.is_best;
        best = event.is_best ? event : best;
        const seqnet_train_result result = seqnet_trainer_result(t);
        assert_int_equal(result.kept_epoch, best.epoch);
        if (best.epoch)
            assert_true(result.accuracy == best.accuracy && result.loss == best.loss &&
                        result.val_accuracy == best.val_accuracy);
    }
    assert_true(worse > 0);
    seqnet_trainer_free(t);
}

static void steps_make_the_model_that_a_training_makes(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    seqnet_trainer *const t = open_trainer(&options);
    for (size_t i = 0; i < 1 + 2 * 5; i++)
        (void)next(t);
    assert_over(t);
    assert_string_equal(model_of(t).text, trained(&options).text);
    seqnet_trainer_free(t);
}

/* A model can be taken, and saved, at any time, which changes nothing. */
static void models_are_taken_while_it_goes_on(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const test_path path = in_folder("saved");
    const seqnet_train_options options = small_options();
    seqnet_trainer *const t = open_trainer(&options);
    fingerprint before = {""};
    size_t different = 0;
    for (size_t i = 0; i < 1 + 2 * 5; i++) {
        (void)next(t);
        const fingerprint now = model_of(t);
        different += strcmp(now.text, before.text) != 0;
        before = now;
        seqnet_model *saved;
        bool replaced;
        assert_ok(seqnet_trainer_save(t, path.text, &replaced, &err), &err);
        assert_int_equal(replaced, i > 0);
        assert_ok(seqnet_model_load(&saved, path.text, &err), &err);
        assert_string_equal(print_of(saved).text, now.text);
    }
    assert_true(different > 4); /* each step of the first epoch gives another */
    assert_string_equal(before.text, trained(&options).text);
    seqnet_trainer_free(t);
}

static void a_model_outlives_its_trainer(void **state)
{
    (void)state;
    seqnet_model *model;
    const seqnet_train_options options = small_options();
    seqnet_trainer *const t = open_trainer(&options);
    for (size_t i = 0; i < 6; i++)
        (void)next(t);
    assert_int_equal(seqnet_trainer_model(t, &model, NULL), SEQNET_OK);
    seqnet_trainer_free(t);
    assert_int_equal(seqnet_model_label_count(model), 2);
    assert_true(seqnet_model_vocabulary_size(model) > 0);
    seqnet_model_free(model);
}

static void after_the_conclusion_there_is_still_the_model(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    for (size_t events = 3; events < 8; events += 4) { /* in the first epoch, and behind it */
        seqnet_trainer *const t = open_trainer(&options);
        for (size_t i = 0; i < events; i++)
            (void)next(t);
        const fingerprint before = model_of(t);
        sn_trainer_conclude(t);
        assert_null(t->state.current);
        assert_null(t->state.optimizer.velocity);
        assert_null(t->state.average.weights);
        assert_null(t->scratch.engine);
        assert_null(t->scratch.pool);
        assert_null(t->scratch.gradients);
        assert_null(t->plan.outline);
        assert_string_equal(model_of(t).text, before.text);
        seqnet_trainer_free(t);
    }
}

static void divergence_ends_it_for_good(void **state)
{
    (void)state;
    seqnet_train_event event;
    bool more;
    seqnet_train_options options = small_options();
    options.optimizer = SEQNET_RMSPROP;
    options.ema = 0.0;
    options.learning_rate = 1e38;
    seqnet_trainer *const t = open_trainer(&options);
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < 12 && status == SEQNET_OK; i++)
        status = seqnet_trainer_step(t, &event, &more, NULL);
    const uint64_t steps = t->state.steps;
    for (int i = 0; i < 2; i++) {
        seqnet_error err = {0};
        assert_int_equal(status, SEQNET_ERR_DIVERGED);
        status = seqnet_trainer_step(t, &event, &more, &err);
        assert_false(more);
        assert_non_null(strstr(err.message, "NaN or infinite in the first epoch"));
    }
    assert_int_equal(t->state.steps, steps);
    seqnet_trainer_free(t);
}

static void what_cannot_be_used_gives_no_trainer(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_trainer *t;
    seqnet_train_options options = small_options();
    options.units[0] = 0;
    assert_failure(seqnet_trainer_create(&t, corpus, &options, &err), &err, SEQNET_ERR_USAGE,
                   "units");
    assert_null(t);
    seqnet_trainer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_order),
        cmocka_unit_test(the_result_is_that_of_the_best_epoch),
        cmocka_unit_test(steps_make_the_model_that_a_training_makes),
        cmocka_unit_test(models_are_taken_while_it_goes_on),
        cmocka_unit_test(a_model_outlives_its_trainer),
        cmocka_unit_test(after_the_conclusion_there_is_still_the_model),
        cmocka_unit_test(divergence_ends_it_for_good),
        cmocka_unit_test(what_cannot_be_used_gives_no_trainer),
    };
    return cmocka_run_group_tests_name("trainer_events", tests, open_fixture, close_fixture);
}
