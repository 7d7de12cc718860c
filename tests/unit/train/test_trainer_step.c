/*
 * What a step does to its gradients and with which rate: the norm that clips them, the penalty of
 * the kernels, the schedule; and that none of it depends on the threads.
 */
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

/* Makes an embedding so large that it is updated by row. */
enum { LARGE_DIM = 4096, ROWS = 24 };

/* The weights then show what the gradients were. */
static seqnet_train_options sgd_options(int64_t embedding_dim)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 3;
    options.units[0] = 5;
    options.embedding_dim = embedding_dim;
    options.batch_size = ROWS;
    options.threads = 2;
    options.optimizer = SEQNET_SGD;
    options.learning_rate = 0.5;
    return options;
}

static seqnet_trainer *open_trainer(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, corpus, options, &err), &err);
    return t;
}

/* A trainer after one step on the first rows. */
static seqnet_trainer *after_step(const seqnet_train_options *options, double *loss)
{
    sn_loss_sums sums = {0};
    seqnet_trainer *const t = open_trainer(options);
    sn_trainer_take_batch(t, 0, ROWS, &sums);
    if (loss)
        *loss = sums.loss;
    return t;
}

static size_t floats_of(const seqnet_trainer *t)
{
    return t->plan.outline->network.table.floats;
}

static double norm_of(const float *values, size_t count)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (double)values[i] * (double)values[i];
    return sqrt(squares);
}

/* ---- Clipping ---- */

static void check_clipping(int64_t embedding_dim, size_t tables)
{
    seqnet_train_options options = sgd_options(embedding_dim);
    seqnet_trainer *const plain = after_step(&options, NULL);
    const size_t floats = floats_of(plain);
    const double norm = norm_of(plain->scratch.gradients, floats);
    assert_int_equal(plain->plan.table_count, tables);
    options.clip_norm = 1.001 * norm;
    seqnet_trainer *const below = after_step(&options, NULL);
    assert_memory_equal(below->state.current, plain->state.current, floats * sizeof(float));
    options.clip_norm = 0.25 * norm;
    seqnet_trainer *const above = after_step(&options, NULL);
    assert_true(fabs(norm_of(above->scratch.gradients, floats) / options.clip_norm - 1.0) < 1e-6);
    for (size_t i = 0; i < floats; i++) {
        const double wanted = 0.25 * (double)plain->scratch.gradients[i];
        const double got = (double)above->scratch.gradients[i];
        assert_true(fabs(got - wanted) <= 1e-6 * fabs(wanted));
    }
    seqnet_trainer_free(plain);
    seqnet_trainer_free(below);
    seqnet_trainer_free(above);
}

static void the_norm_of_all_gradients_is_clipped(void **state)
{
    (void)state;
    check_clipping(4, 0);
}

static void the_norm_of_touched_rows_is_clipped(void **state)
{
    (void)state;
    check_clipping(LARGE_DIM, 1);
}

/* The clipped step is a step with the clipped gradients. */
static void the_weights_follow_the_clipped_gradients(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(4);
    options.clip_norm = 1e-3;
    seqnet_trainer *const fresh = open_trainer(&options), *const t = after_step(&options, NULL);
    for (size_t i = 0; i < floats_of(t); i++) {
        const double wanted =
            (double)fresh->state.current[i] - 0.5 * (double)t->scratch.gradients[i];
        assert_true(fabs((double)t->state.current[i] - wanted) < 1e-7);
    }
    seqnet_trainer_free(fresh);
    seqnet_trainer_free(t);
}

/* Rows without a gradient are not read: the norm does not see what is put there. */
static void rows_that_are_not_touched_are_not_read(void **state)
{
    (void)state;
    sn_loss_sums sums = {0};
    seqnet_train_options options = sgd_options(LARGE_DIM);
    options.clip_norm = 1e-3;
    seqnet_trainer *const t = open_trainer(&options);
    const sn_row_table *const table = &t->plan.tables[0];
    float *const last = t->scratch.gradients + sn_row_at(table, table->rows - 1);
    last[3] = NAN;
    sn_trainer_take_batch(t, 0, 1, &sums);
    for (size_t i = 0; i < t->scratch.touched[0].used; i++)
        assert_true((size_t)t->scratch.touched[0].ids[i] != table->rows - 1);
    assert_true(isnan(last[3]));
    assert_true(t->scratch.scale < 1.0F && t->scratch.scale > 0.0F);
    seqnet_trainer_free(t);
}

static void a_norm_that_is_not_finite_leaves_the_gradients(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(4);
    sn_loss_sums sums = {0};
    options.clip_norm = 1.0;
    seqnet_trainer *const t = open_trainer(&options);
    t->state.current[floats_of(t) - 1] = NAN; /* the bias of the output */
    sn_trainer_take_batch(t, 0, ROWS, &sums);
    assert_true(t->scratch.scale == 1.0F);
    assert_true(isnan(sums.loss));
    seqnet_trainer_free(t);
}

static void no_gradient_stays_none(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(4);
    options.clip_norm = 1e-6;
    options.class_weight = "balanced";
    sn_loss_sums sums = {0};
    seqnet_trainer *const fresh = open_trainer(&options), *const t = open_trainer(&options);
    t->plan.class_weights[0] = t->plan.class_weights[1] = 0.0F;
    sn_trainer_take_batch(t, 0, ROWS, &sums);
    assert_true(t->scratch.scale == 1.0F);
    assert_memory_equal(t->state.current, fresh->state.current, floats_of(t) * sizeof(float));
    seqnet_trainer_free(fresh);
    seqnet_trainer_free(t);
}

/* ---- The penalty ---- */

static bool is_kernel(const char *name)
{
    return strcmp(name, "lstm.kernel") == 0 || strcmp(name, "lstm.recurrent_kernel") == 0 ||
           strcmp(name, "dense.kernel") == 0;
}

static double kernel_squares(const seqnet_trainer *t)
{
    const sn_tensor_table *const table = &t->plan.outline->network.table;
    double squares = 0.0;
    for (size_t i = 0; i < table->count; i++)
        if (is_kernel(table->tensors[i].name))
            squares += pow(
                norm_of(t->state.current + table->tensors[i].offset, table->tensors[i].count), 2.0);
    return squares;
}

static void the_penalty_pulls_kernels_and_nothing_else(void **state)
{
    (void)state;
    double loss, more;
    seqnet_train_options options = sgd_options(4);
    seqnet_trainer *const fresh = open_trainer(&options), *const plain =
                                                              after_step(&options, &loss);
    options.l2 = 0.03;
    seqnet_trainer *const pulled = after_step(&options, &more);
    const sn_tensor_table *const table = &fresh->plan.outline->network.table;
    assert_int_equal(table->count, 6);
    for (size_t i = 0; i < table->count; i++)
        for (size_t k = 0; k < table->tensors[i].count; k++) {
            const size_t at = table->tensors[i].offset + k;
            const double pull = is_kernel(table->tensors[i].name)
                                    ? 2.0 * 0.03 * (double)fresh->state.current[at]
                                    : 0.0;
            const double got =
                (double)pulled->scratch.gradients[at] - (double)plain->scratch.gradients[at];
            assert_true(fabs(got - pull) < 1e-7);
        }
    assert_true(fabs(more - loss - ROWS * 0.03 * kernel_squares(fresh)) < 1e-6);
    seqnet_trainer_free(fresh);
    seqnet_trainer_free(plain);
    seqnet_trainer_free(pulled);
}

/* The first event at an epoch's end. */
static seqnet_train_event end_of_epoch(seqnet_trainer *t)
{
    seqnet_error err = {0};
    seqnet_train_event event;
    bool more;
    do {
        assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
        assert_true(more);
    } while (event.kind != SEQNET_TRAIN_EPOCH_END);
    return event;
}

static void both_losses_include_the_penalty(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(4);
    options.learning_rate = 1e-30; /* stands still */
    for (int mean = 0; mean < 2; mean++) {
        options.ema = mean ? 0.9 : 0.0;
        options.l2 = 0.0;
        seqnet_trainer *const plain = open_trainer(&options);
        options.l2 = 0.03;
        seqnet_trainer *const pulled = open_trainer(&options);
        const seqnet_train_event without = end_of_epoch(plain), with = end_of_epoch(pulled);
        const double penalty = 0.03 * kernel_squares(plain);
        assert_true(penalty > 0.1);
        assert_true(fabs(with.loss - without.loss - penalty) < 1e-6);
        assert_true(fabs(with.val_loss - without.val_loss - penalty) < 1e-6);
        seqnet_trainer_free(plain);
        seqnet_trainer_free(pulled);
    }
}

/* As Keras does, the gradient of the penalty is clipped with the rest. */
static void the_penalty_is_clipped_too(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(4);
    options.l2 = 10.0;
    options.clip_norm = 0.5;
    seqnet_trainer *const t = after_step(&options, NULL);
    assert_true(fabs(norm_of(t->scratch.gradients, floats_of(t)) - 0.5) < 1e-6);
    seqnet_trainer_free(t);
}

/* ---- The schedule ---- */

static void each_step_has_the_rate_of_its_number(void **state)
{
    (void)state;
    enum { BATCHES = 4, STEPS = 3 * BATCHES, WARMUP = 3 };
    seqnet_error err = {0};
    seqnet_train_options options = sgd_options(4);
    options.schedule = SEQNET_SCHEDULE_LINEAR;
    options.warmup = 0.25;
    seqnet_trainer *const t = open_trainer(&options);
    seqnet_train_event event;
    size_t s = 0;
    for (bool more = true; more;) {
        assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
        if (!more || event.kind != SEQNET_TRAIN_BATCH_END)
            continue;
        const double share =
            s < WARMUP ? (double)s / WARMUP : (double)(STEPS - s) / (STEPS - WARMUP);
        assert_true(fabs(t->state.optimizer.rate - 0.5 * share) < 1e-12);
        s++;
    }
    assert_int_equal(s, STEPS);
    seqnet_trainer_free(t);
}

static void a_second_training_has_a_schedule_of_its_own(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_trainer *t;
    seqnet_train_options options = sgd_options(4);
    options.schedule = SEQNET_SCHEDULE_COSINE;
    options.epochs = 2;
    assert_ok(sn_trainer_create(&t, corpus, true, &options, (sn_run_part){0}, &err), &err);
    assert_int_equal(t->plan.schedule.total, 2 * ((120 + ROWS - 1) / ROWS));
    seqnet_trainer_free(t);
    options.warmup = 1000.0;
    assert_ok(sn_trainer_create(&t, corpus, true, &options, (sn_run_part){0}, &err), &err);
    seqnet_trainer_free(t);
}

static void a_warm_up_leaves_steps(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_trainer *t;
    seqnet_train_options options = sgd_options(4);
    options.warmup = 12.0;
    assert_failure(seqnet_trainer_create(&t, corpus, &options, &err), &err, SEQNET_ERR_USAGE,
                   "a warm-up of 12 steps leaves none of the training's 12; choose a smaller "
                   ".warmup");
    options.warmup = 11.0;
    seqnet_trainer_free(open_trainer(&options));
}

/* ---- All of it ---- */

static void fingerprint_of(const seqnet_train_options *options, char fingerprint[40])
{
    seqnet_error err = {0};
    seqnet_model *model;
    seqnet_train_result result;
    assert_ok(seqnet_model_train(&model, corpus, options, &result, &err), &err);
    (void)snprintf(fingerprint, 40, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
}

static void assert_threads_do_not_matter(seqnet_train_options options)
{
    char first[40], other[40];
    options.threads = 1;
    fingerprint_of(&options, first);
    for (options.threads = 2; options.threads <= 3; options.threads++) {
        fingerprint_of(&options, other);
        assert_string_equal(first, other);
    }
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    static const seqnet_optimizer kinds[] = {SEQNET_RMSPROP, SEQNET_ADAM, SEQNET_LAZY_ADAM,
                                             SEQNET_ADAMW, SEQNET_SGD};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int variant = 0; variant < 3; variant++) {
            if (variant == 2 && kinds[k] != SEQNET_SGD)
                continue;
            seqnet_train_options options = sgd_options(variant == 2 ? LARGE_DIM : 8);
            seqnet_train_options_use_optimizer(&options, kinds[k]);
            options.epochs = 2;
            options.clip_norm = 0.05;
            options.l2 = 1e-3;
            options.schedule = SEQNET_SCHEDULE_COSINE;
            options.warmup = 3.0;
            options.momentum = variant == 1 && kinds[k] == SEQNET_SGD ? 0.9 : 0.0;
            options.nesterov = options.momentum > 0.0;
            options.ema = variant == 1 ? 0.9 : 0.0;
            assert_threads_do_not_matter(options);
        }
}

/* A table that is updated by row gives the bits of one that is updated as a whole. */
static void rows_on_their_own_change_no_bit_of_sgd(void **state)
{
    (void)state;
    seqnet_train_options options = sgd_options(LARGE_DIM);
    seqnet_trainer *const by_row = after_step(&options, NULL);
    seqnet_trainer *const fresh = open_trainer(&options);
    const size_t floats = floats_of(by_row);
    assert_int_equal(by_row->plan.table_count, 1);
    sn_optimizer whole;
    assert_int_equal(sn_optimizer_init(&whole, &by_row->plan.optimizer, floats, NULL), SEQNET_OK);
    sn_optimizer_begin_step(&whole);
    sn_optimizer_update(&whole, fresh->state.current, by_row->scratch.gradients, 0, floats);
    assert_memory_equal(fresh->state.current, by_row->state.current, floats * sizeof(float));
    sn_optimizer_free(&whole);
    seqnet_trainer_free(by_row);
    seqnet_trainer_free(fresh);
}

static void each_of_them_changes_the_fingerprint(void **state)
{
    (void)state;
    char prints[9][40];
    seqnet_train_options options[9];
    for (size_t i = 0; i < 9; i++)
        options[i] = sgd_options(8);
    options[1].momentum = options[2].momentum = 0.9;
    options[2].nesterov = true;
    options[3].clip_norm = 0.01;
    options[4].l2 = 0.1;
    options[5].schedule = SEQNET_SCHEDULE_LINEAR;
    options[6].schedule = SEQNET_SCHEDULE_COSINE;
    options[7].warmup = 0.5;
    seqnet_train_options_use_optimizer(&options[8], SEQNET_ADAMW);
    for (size_t i = 0; i < 9; i++) {
        fingerprint_of(&options[i], prints[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(prints[i], prints[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_norm_of_all_gradients_is_clipped),
        cmocka_unit_test(the_norm_of_touched_rows_is_clipped),
        cmocka_unit_test(the_weights_follow_the_clipped_gradients),
        cmocka_unit_test(rows_that_are_not_touched_are_not_read),
        cmocka_unit_test(a_norm_that_is_not_finite_leaves_the_gradients),
        cmocka_unit_test(no_gradient_stays_none),
        cmocka_unit_test(the_penalty_pulls_kernels_and_nothing_else),
        cmocka_unit_test(both_losses_include_the_penalty),
        cmocka_unit_test(the_penalty_is_clipped_too),
        cmocka_unit_test(each_step_has_the_rate_of_its_number),
        cmocka_unit_test(a_second_training_has_a_schedule_of_its_own),
        cmocka_unit_test(a_warm_up_leaves_steps),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(rows_on_their_own_change_no_bit_of_sgd),
        cmocka_unit_test(each_of_them_changes_the_fingerprint),
    };
    return cmocka_run_group_tests_name("trainer_step", tests, load_corpora, free_corpora);
}
