/*
 * The state of a training is complete: a fresh trainer of the same plan that is given its arrays
 * goes on as the first one would have, to the bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "demo_rows.h"
#include "support.h"
#include "trained.h"
#include "trainer.h"

/* Makes an embedding so large that RMSprop updates it by row. */
enum { LARGE_DIM = 4096, EPOCHS = 3, BATCHES = 4, EVENTS = 1 + EPOCHS * (BATCHES + 2) };

/* 120 training rows, the last fifth of which validates: four batches of 24. */
static seqnet_train_options small_options(seqnet_optimizer optimizer, double ema)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = EPOCHS;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 24;
    options.threads = 2;
    options.learning_rate = 0.02; /* so that a later epoch need not be better */
    options.optimizer = optimizer;
    options.ema = ema;
    return options;
}

/* All that draws random numbers, and weights. */
static void add_everything(seqnet_train_options *options)
{
    options->dropout = 0.3;
    options->word_dropout = 0.2;
    options->recurrent_dropout = 0.25;
    options->class_weight = "balanced";
}

static seqnet_trainer *open_trainer(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, corpus, options, &err), &err);
    return t;
}

/* Goes on by so many events, or to the end; returns how many there were. */
static size_t go_on(seqnet_trainer *t, size_t events)
{
    seqnet_error err = {0};
    for (size_t i = 0; i < events; i++) {
        seqnet_train_event event;
        bool more;
        assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
        if (!more)
            return i;
    }
    return events;
}

static outcome finish(seqnet_trainer *t)
{
    seqnet_error err = {0};
    seqnet_model *model;
    (void)go_on(t, SIZE_MAX);
    assert_ok(seqnet_trainer_model(t, &model, &err), &err);
    const seqnet_train_result result = seqnet_trainer_result(t);
    seqnet_trainer_free(t);
    return outcome_of(model, &result);
}

static sn_named_arrays arrays_of(seqnet_trainer *t)
{
    sn_named_arrays arrays = {0};
    assert_int_equal(sn_train_state_list(&t->state, &t->plan, &arrays, NULL), SEQNET_OK);
    return arrays;
}

/* Copies all arrays but the one of this name (NULL: all). */
static void copy_state(seqnet_trainer *to, seqnet_trainer *from, const char *but)
{
    sn_named_arrays source = arrays_of(from), target = arrays_of(to);
    size_t left_out = 0;
    assert_int_equal(source.count, target.count);
    for (size_t i = 0; i < source.count; i++) {
        const sn_named_array *const array = &source.items[i];
        assert_string_equal(array->name, target.items[i].name);
        assert_int_equal(array->type, target.items[i].type);
        assert_int_equal(array->count, target.items[i].count);
        if (but && strcmp(but, array->name) == 0)
            left_out++;
        else
            memcpy(target.items[i].data, array->data,
                   array->count * sn_array_type_size(array->type));
    }
    assert_int_equal(left_out, but != NULL);
    sn_named_arrays_free(&source);
    sn_named_arrays_free(&target);
}

/* What a fresh trainer comes to that takes over after so many events. */
static outcome taken_over(const seqnet_train_options *options, size_t events, const char *but)
{
    seqnet_trainer *const first = open_trainer(options), *const second = open_trainer(options);
    assert_int_equal(go_on(first, events), events);
    copy_state(second, first, but);
    seqnet_trainer_free(first);
    return finish(second);
}

/* Takes over after every `stride` events: in the middle of epochs and at their ends. */
static void check(const seqnet_train_options *options, size_t stride)
{
    const outcome whole = finish(open_trainer(options));
    assert_int_equal(whole.result.epochs_run, EPOCHS);
    for (size_t events = 0; events <= EVENTS; events += stride) {
        const outcome parts = taken_over(options, events, NULL);
        assert_same(&parts, &whole);
    }
}

static void check_optimizer(seqnet_optimizer optimizer)
{
    for (int everything = 0; everything < 2; everything++)
        for (int mean = 0; mean < 2; mean++) {
            seqnet_train_options options = small_options(optimizer, mean ? 0.9 : 0.0);
            if (everything)
                add_everything(&options);
            check(&options, 1);
        }
}

static void rmsprop_goes_on(void **state)
{
    (void)state;
    check_optimizer(SEQNET_RMSPROP);
}

static void adam_goes_on(void **state)
{
    (void)state;
    check_optimizer(SEQNET_ADAM);
}

static void lazy_adam_goes_on(void **state)
{
    (void)state;
    check_optimizer(SEQNET_LAZY_ADAM);
}

static void adamw_goes_on(void **state)
{
    (void)state;
    check_optimizer(SEQNET_ADAMW);
}

static void sgd_goes_on(void **state)
{
    (void)state;
    check_optimizer(SEQNET_SGD);
    for (int nesterov = 0; nesterov < 2; nesterov++) {
        seqnet_train_options options = small_options(SEQNET_SGD, 0.9);
        options.momentum = 0.9;
        options.nesterov = nesterov;
        check(&options, 4);
    }
}

static void schedules_go_on(void **state)
{
    (void)state;
    static const seqnet_schedule kinds[] = {SEQNET_SCHEDULE_CONSTANT, SEQNET_SCHEDULE_LINEAR,
                                            SEQNET_SCHEDULE_COSINE};
    static const seqnet_optimizer optimizers[] = {SEQNET_RMSPROP, SEQNET_ADAMW, SEQNET_SGD};
    for (size_t k = 0; k < 3; k++) {
        seqnet_train_options options = small_options(optimizers[k], 0.0);
        options.schedule = kinds[k];
        options.warmup = 0.3;
        options.clip_norm = 0.05;
        options.l2 = 1e-3;
        check(&options, 3);
    }
}

static void rows_that_wait_for_their_gradient_go_on(void **state)
{
    (void)state;
    for (int variant = 0; variant < 3; variant++) {
        const seqnet_optimizer optimizer = variant == 2 ? SEQNET_SGD : SEQNET_RMSPROP;
        seqnet_train_options options = small_options(optimizer, variant == 1 ? 0.9 : 0.0);
        options.embedding_dim = LARGE_DIM;
        seqnet_trainer *const t = open_trainer(&options);
        assert_int_equal(t->plan.table_count, 1);
        seqnet_trainer_free(t);
        check(&options, 5);
    }
}

static void patience_goes_on(void **state)
{
    (void)state;
    seqnet_train_options options = small_options(SEQNET_RMSPROP, 0.0);
    options.epochs = 9;
    options.patience = 2;
    options.learning_rate = 1e-30; /* stands still: the third epoch is the last */
    const outcome whole = finish(open_trainer(&options));
    assert_true(whole.result.stopped_early);
    for (size_t events = 0; events <= EVENTS; events++) {
        const outcome parts = taken_over(&options, events, NULL);
        assert_same(&parts, &whole);
        assert_true(parts.result.stopped_early);
    }
}

/* In the second epoch, before its end. */
static void assert_needed(const seqnet_train_options *options, const char *const *names)
{
    const size_t events = 1 + (BATCHES + 2) + 3;
    const outcome whole = taken_over(options, events, NULL);
    for (; *names; names++) {
        const outcome without = taken_over(options, events, *names);
        if (strcmp(without.fingerprint, whole.fingerprint) == 0)
            fail_msg("%s is not needed", *names);
    }
}

static void no_array_is_there_in_vain(void **state)
{
    (void)state;
    static const char *const of_adam[] = {"current",
                                          "optimizer.steps",
                                          "optimizer.velocity",
                                          "optimizer.momentum",
                                          "average.steps",
                                          "average.weights",
                                          "order",
                                          "shuffle",
                                          "dropout",
                                          "word_dropout",
                                          "done",
                                          NULL};
    static const char *const of_rows[] = {"optimizer.velocity", "optimizer.decayed.0",
                                          "average.log", "average.row_logs.0", NULL};
    static const char *const of_sgd[] = {"optimizer.steps", "optimizer.momentum", NULL};
    seqnet_train_options options = small_options(SEQNET_ADAM, 0.9);
    seqnet_dataset *const divided = corpus;
    corpus = whole_corpus; /* the last epoch is kept */
    add_everything(&options);
    assert_needed(&options, of_adam);
    options = small_options(SEQNET_RMSPROP, 0.9);
    options.embedding_dim = LARGE_DIM;
    assert_needed(&options, of_rows);
    options = small_options(SEQNET_SGD, 0.0);
    options.momentum = 0.9;
    options.schedule = SEQNET_SCHEDULE_LINEAR;
    assert_needed(&options, of_sgd);
    corpus = divided;
}

static void names_are_unique(void **state)
{
    (void)state;
    seqnet_train_options options = small_options(SEQNET_LAZY_ADAM, 0.9);
    seqnet_trainer *const t = open_trainer(&options);
    sn_named_arrays arrays = arrays_of(t);
    assert_true(arrays.count > 20);
    for (size_t i = 0; i < arrays.count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(arrays.items[i].name, arrays.items[k].name);
    sn_named_arrays_free(&arrays);
    seqnet_trainer_free(t);
}

/* Looking at the weights does not change what comes of them. */
static void the_weights_are_seen_without_being_changed(void **state)
{
    (void)state;
    seqnet_train_options options = small_options(SEQNET_LAZY_ADAM, 0.9);
    const outcome whole = finish(open_trainer(&options));
    seqnet_trainer *const t = open_trainer(&options);
    const size_t floats = t->plan.outline->network.table.floats;
    float *const seen = malloc(floats * sizeof *seen);
    assert_non_null(seen);
    assert_int_equal(go_on(t, 4), 4);
    sn_train_state_weights(&t->state, &t->plan, seen);
    assert_memory_not_equal(seen, t->state.current, floats * sizeof *seen);
    assert_memory_not_equal(seen, t->state.average.weights, floats * sizeof *seen);
    free(seen);
    const outcome watched = finish(t);
    assert_same(&watched, &whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rmsprop_goes_on),
        cmocka_unit_test(adam_goes_on),
        cmocka_unit_test(lazy_adam_goes_on),
        cmocka_unit_test(adamw_goes_on),
        cmocka_unit_test(sgd_goes_on),
        cmocka_unit_test(schedules_go_on),
        cmocka_unit_test(rows_that_wait_for_their_gradient_go_on),
        cmocka_unit_test(patience_goes_on),
        cmocka_unit_test(no_array_is_there_in_vain),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(the_weights_are_seen_without_being_changed),
    };
    return cmocka_run_group_tests_name("trainer_state", tests, load_corpora, free_corpora);
}
