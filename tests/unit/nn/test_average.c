/*
 * The average of the weights against its definition in double precision, whole and by row; and that
 * neither cutting the work nor naming rows in another order changes a bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "average.h"
#include "rng.h"

enum { ROWS = 70, SIZE = 19, TABLE = ROWS * SIZE, REST = 1500, FLOATS = TABLE + REST };

/* Weights, their optimiser and average, and the same average as it is defined. */
typedef struct run {
    sn_optimizer optimizer;
    sn_average average;
    float weights[FLOATS], gradients[FLOATS];
    double wanted[FLOATS];
    int32_t rows[ROWS]; /* that have a gradient in this step */
    size_t count;
    sn_rng rng;
} run;

static void open_run(run *r, sn_optimizer_kind kind, double decay)
{
    memset(r, 0, sizeof *r);
    sn_rng_seed(&r->rng, 21, SN_RNG_INIT);
    for (size_t i = 0; i < FLOATS; i++) {
        r->weights[i] = (float)(sn_rng_uniform(&r->rng) - 0.5);
        r->wanted[i] = (double)r->weights[i];
    }
    assert_int_equal(sn_optimizer_init(&r->optimizer,
                                       &(sn_optimizer_spec){.kind = kind, .learning_rate = 0.01},
                                       FLOATS, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_optimizer_use_rows(&r->optimizer, &(sn_row_table){0, ROWS, SIZE}, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_average_init(&r->average, decay, r->weights, FLOATS, NULL), SEQNET_OK);
    if (r->optimizer.table_count > 0)
        assert_int_equal(sn_average_use_rows(&r->average, &(sn_row_table){0, ROWS, SIZE}, NULL),
                         SEQNET_OK);
}

static void close_run(run *r)
{
    sn_optimizer_free(&r->optimizer);
    sn_average_free(&r->average);
}

/* Gradients for some rows, the higher the more seldom: row 0 in each step, the last never; now and
 * then for all others. */
static void draw_gradients(run *r)
{
    const bool all = r->optimizer.steps % 50 == 30;
    memset(r->gradients, 0, TABLE * sizeof *r->gradients);
    r->count = 0;
    for (int32_t row = 0; row < ROWS - 1; row++) {
        if (sn_rng_below(&r->rng, (uint64_t)row * (uint64_t)row / 8 + 1) > 0 && !all)
            continue;
        r->rows[r->count++] = row;
        for (size_t i = 0; i < SIZE; i++)
            r->gradients[(size_t)row * SIZE + i] = (float)(sn_rng_uniform(&r->rng) - 0.4);
    }
    for (size_t i = TABLE; i < FLOATS; i++)
        r->gradients[i] = (float)(sn_rng_uniform(&r->rng) - 0.6);
}

/* A step, cut into tasks of `floats` and of `rows`. */
static void step(run *r, size_t floats, size_t rows)
{
    const bool by_row = r->optimizer.table_count > 0;
    sn_optimizer_begin_step(&r->optimizer);
    sn_average_begin_step(&r->average);
    for (size_t at = by_row ? TABLE : 0; at < FLOATS; at += floats)
        sn_average_update(&r->average, &r->optimizer, r->weights, r->gradients, at,
                          at + floats < FLOATS ? floats : FLOATS - at);
    for (size_t at = 0; by_row && at < r->count; at += rows)
        sn_average_update_rows(&r->average, &r->optimizer, 0, r->weights, r->gradients,
                               r->rows + at, at + rows < r->count ? rows : r->count - at);
}

static void define(run *r, double decay, size_t t)
{
    const double d = fmin(decay, (1.0 + (double)t) / (10.0 + (double)t));
    for (size_t i = 0; i < FLOATS; i++)
        r->wanted[i] = d * r->wanted[i] + (1.0 - d) * (double)r->weights[i];
}

static void assert_defined(const run *r)
{
    agreement a = {0};
    for (size_t i = 0; i < FLOATS; i++)
        agreement_add(&a, (double)r->average.weights[i], r->wanted[i]);
    if (!agreement_within(&a, 1e-6))
        fail_msg("step %zu: error %g of %g", r->average.steps, a.worst, a.largest);
}

static void check(sn_optimizer_kind kind, double decay)
{
    static run r;
    open_run(&r, kind, decay);
    sn_average_settle(&r.average, r.weights); /* before any step, it is what it starts from */
    assert_memory_equal(r.average.weights, r.weights, sizeof r.weights);
    for (size_t t = 1; t <= 400; t++) {
        draw_gradients(&r);
        step(&r, 500, 9);
        define(&r, decay, t);
        if (t < 20 || t % 97 == 0) { /* and goes on */
            sn_average_settle(&r.average, r.weights);
            assert_defined(&r);
        }
    }
    sn_average_settle(&r.average, r.weights);
    assert_defined(&r);
    sn_average_settle(&r.average, r.weights); /* twice is once */
    assert_defined(&r);
    close_run(&r);
}

static void the_whole_average_is_as_defined(void **state)
{
    (void)state;
    check(SN_ADAM, 0.99);
    check(SN_ADAM, 0.9);
    check(SN_ADAM, 0.0);
}

static void rows_can_wait(void **state)
{
    (void)state;
    static const double decays[] = {0.0, 0.5, 0.9, 0.99, 0.999, 1.0};
    for (size_t i = 0; i < sizeof decays / sizeof *decays; i++) {
        check(SN_RMSPROP, decays[i]);
        check(SN_LAZY_ADAM, decays[i]);
        check(SN_SGD, decays[i]);
    }
}

/* A row's average lags behind until it is settled, or has its next gradient. */
static void rows_wait_until_they_are_settled(void **state)
{
    (void)state;
    static run r;
    open_run(&r, SN_RMSPROP, 0.9);
    r.rows[0] = 3;
    r.count = 1;
    for (size_t i = 0; i < SIZE; i++)
        r.gradients[3 * SIZE + i] = 1.0F;
    step(&r, FLOATS, ROWS);
    r.count = 0;
    const float once = r.average.weights[3 * SIZE];
    for (int t = 0; t < 30; t++)
        step(&r, FLOATS, ROWS);
    assert_true(r.average.weights[3 * SIZE] == once);
    sn_average_settle(&r.average, r.weights);
    assert_true(fabsf(r.average.weights[3 * SIZE] - r.weights[3 * SIZE]) < 1e-3F);
    assert_true(fabsf(once - r.weights[3 * SIZE]) > 1e-3F);
    close_run(&r);
}

static void cutting_does_not_change_a_bit(void **state)
{
    (void)state;
    static const sn_optimizer_kind kinds[] = {SN_RMSPROP, SN_ADAM, SN_LAZY_ADAM};
    static run one, other;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        open_run(&one, kinds[k], 0.95);
        open_run(&other, kinds[k], 0.95);
        for (size_t t = 1; t <= 60; t++) {
            draw_gradients(&one);
            draw_gradients(&other);
            for (size_t i = 0; i < other.count / 2; i++) { /* backwards */
                const int32_t row = other.rows[i];
                other.rows[i] = other.rows[other.count - 1 - i];
                other.rows[other.count - 1 - i] = row;
            }
            step(&one, FLOATS, ROWS);
            step(&other, 1 + t * 13, 1 + t % 7);
        }
        sn_average_settle(&one.average, one.weights);
        sn_average_settle(&other.average, other.weights);
        assert_memory_equal(one.weights, other.weights, sizeof one.weights);
        assert_memory_equal(one.average.weights, other.average.weights, sizeof one.weights);
        close_run(&one);
        close_run(&other);
    }
}

/* Averaging does not move the weights, and without an average there is only the optimiser. */
static void weights_do_not_depend_on_it(void **state)
{
    (void)state;
    static run with, without;
    open_run(&with, SN_RMSPROP, 0.9);
    open_run(&without, SN_RMSPROP, 0.9);
    for (size_t t = 1; t <= 20; t++) {
        draw_gradients(&with);
        draw_gradients(&without);
        step(&with, 700, 4);
        sn_optimizer_begin_step(&without.optimizer);
        sn_average_update(NULL, &without.optimizer, without.weights, without.gradients, TABLE,
                          REST);
        sn_average_update_rows(NULL, &without.optimizer, 0, without.weights, without.gradients,
                               without.rows, without.count);
    }
    assert_memory_equal(with.weights, without.weights, sizeof with.weights);
    close_run(&with);
    close_run(&without);
}

/* A copy is what settling would give, and the average goes on as if nobody had looked. */
static void a_copy_is_settled_and_changes_nothing(void **state)
{
    (void)state;
    static const sn_optimizer_kind kinds[] = {SN_RMSPROP, SN_ADAM, SN_LAZY_ADAM};
    static run watched, alone;
    static float copy[FLOATS];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        open_run(&watched, kinds[k], 0.95);
        open_run(&alone, kinds[k], 0.95);
        for (size_t t = 1; t <= 60; t++) {
            draw_gradients(&watched);
            draw_gradients(&alone);
            step(&watched, FLOATS, ROWS);
            step(&alone, FLOATS, ROWS);
            sn_average_copy(&watched.average, watched.weights, copy);
        }
        assert_memory_equal(watched.average.weights, alone.average.weights, sizeof copy);
        sn_average_settle(&alone.average, alone.weights);
        assert_memory_equal(copy, alone.average.weights, sizeof copy);
        close_run(&watched);
        close_run(&alone);
    }
}

/* The same rows as two tables, which do not begin with the slab, and as none. */
static void tables_may_lie_anywhere(void **state)
{
    (void)state;
    enum { FIRST = 7, ROW = 5, SPLIT = 3, GAP = 2, LENGTH = FIRST + ROW * 8 + GAP };
    static const sn_row_table tables[] = {{FIRST, SPLIT, ROW},
                                          {FIRST + SPLIT * ROW + GAP, 8 - SPLIT, ROW}};
    static const int32_t rows[][2] = {{0, 2}, {1, 4}};
    float by_row[LENGTH], whole[LENGTH], gradients[LENGTH] = {0};
    sn_optimizer sparse, dense;
    sn_average average, plain;
    for (size_t i = 0; i < LENGTH; i++)
        by_row[i] = whole[i] = (float)i - 20.0F;
    assert_int_equal(
        sn_optimizer_init(&sparse, &(sn_optimizer_spec){.kind = SN_RMSPROP, .learning_rate = 0.01},
                          LENGTH, NULL),
        SEQNET_OK);
    assert_int_equal(
        sn_optimizer_init(&dense, &(sn_optimizer_spec){.kind = SN_RMSPROP, .learning_rate = 0.01},
                          LENGTH, NULL),
        SEQNET_OK);
    assert_int_equal(sn_average_init(&average, 0.9, by_row, LENGTH, NULL), SEQNET_OK);
    assert_int_equal(sn_average_init(&plain, 0.9, whole, LENGTH, NULL), SEQNET_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(sn_optimizer_use_rows(&sparse, &tables[i], NULL), SEQNET_OK);
        assert_int_equal(sn_average_use_rows(&average, &tables[i], NULL), SEQNET_OK);
        for (size_t r = 0; r < 2; r++)
            for (size_t k = 0; k < ROW; k++)
                gradients[sn_row_at(&tables[i], (size_t)rows[i][r]) + k] = 0.5F + (float)k;
    }
    for (int t = 0; t < 20; t++) {
        sn_optimizer_begin_step(&dense);
        sn_average_begin_step(&plain);
        sn_average_update(&plain, &dense, whole, gradients, 0, LENGTH);
        sn_optimizer_begin_step(&sparse);
        sn_average_begin_step(&average);
        for (size_t i = 0; i < 2; i++)
            sn_average_update_rows(&average, &sparse, i, by_row, gradients, rows[i], 2);
    }
    assert_memory_equal(by_row, whole, sizeof whole);
    assert_true(by_row[tables[1].offset + 4 * ROW] != (float)(tables[1].offset + 4 * ROW) - 20.0F);
    sn_average_settle(&average, by_row);
    for (size_t i = 0; i < LENGTH; i++)
        assert_true(fabsf(average.weights[i] - plain.weights[i]) < 1e-4F);
    sn_optimizer_free(&sparse);
    sn_optimizer_free(&dense);
    sn_average_free(&average);
    sn_average_free(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_average_is_as_defined),
        cmocka_unit_test(rows_can_wait),
        cmocka_unit_test(rows_wait_until_they_are_settled),
        cmocka_unit_test(cutting_does_not_change_a_bit),
        cmocka_unit_test(weights_do_not_depend_on_it),
        cmocka_unit_test(a_copy_is_settled_and_changes_nothing),
        cmocka_unit_test(tables_may_lie_anywhere),
    };
    return cmocka_run_group_tests_name("average", tests, NULL, NULL);
}
