#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "kernels.h"
#include "optimizer.h"
#include "rng.h"

enum { N = 37, STEPS = 20 };

/* Keras's formulas in float64. */
typedef struct reference {
    double w, m, v;
} reference;

static void reference_sgd(reference *r, const sn_optimizer_spec *o, double g)
{
    if (o->momentum == 0.0) {
        r->w -= o->learning_rate * g;
        return;
    }
    r->m = o->momentum * r->m - o->learning_rate * g;
    r->w += o->nesterov ? o->momentum * r->m - o->learning_rate * g : r->m;
}

static void reference_step(reference *r, const sn_optimizer_spec *o, double g, int t)
{
    if (o->kind == SN_SGD) {
        reference_sgd(r, o, g);
        return;
    }
    if (o->kind == SN_RMSPROP) {
        r->v = 0.9 * r->v + 0.1 * g * g;
        r->w -= o->learning_rate * g / sqrt(r->v + 1e-7);
        return;
    }
    if (o->kind == SN_ADAMW)
        r->w -= o->learning_rate * o->weight_decay * r->w;
    r->m = 0.9 * r->m + 0.1 * g;
    r->v = 0.999 * r->v + 0.001 * g * g;
    r->w -=
        o->learning_rate * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t)) * r->m / (sqrt(r->v) + 1e-7);
}

static const sn_optimizer_spec RMSPROP = {.kind = SN_RMSPROP, .learning_rate = 1e-3};
static const sn_optimizer_spec ADAM = {.kind = SN_ADAM, .learning_rate = 1e-3};
static const sn_optimizer_spec LAZY_ADAM = {.kind = SN_LAZY_ADAM, .learning_rate = 1e-3};
static const sn_optimizer_spec ADAMW = {
    .kind = SN_ADAMW, .learning_rate = 1e-2, .weight_decay = 0.5};
static const sn_optimizer_spec SGD = {.kind = SN_SGD, .learning_rate = 3.0};
static const sn_optimizer_spec MOMENTUM = {.kind = SN_SGD, .learning_rate = 3.0, .momentum = 0.8};
static const sn_optimizer_spec NESTEROV = {
    .kind = SN_SGD, .learning_rate = 3.0, .momentum = 0.8, .nesterov = true};

/* Element 0 has no gradient after the first step: its moments must go on decaying, so that a
 * gradient at the end meets the decayed ones. Element 1 never has a gradient. */
static float gradient(size_t i, int t)
{
    if (i == 1 || (i == 0 && t > 1 && t < STEPS))
        return 0.0F;
    return 1e-4F * (float)(i + 1) * (t % 3 ? 1.0F : -2.0F);
}

static void check(const sn_optimizer_spec *spec)
{
    sn_optimizer optimizer;
    reference wanted[N];
    float weights[N], gradients[N];
    assert_int_equal(sn_optimizer_init(&optimizer, spec, N, NULL), SEQNET_OK);
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5F;
        wanted[i] = (reference){.w = 0.5};
    }
    for (int t = 1; t <= STEPS; t++) {
        for (size_t i = 0; i < N; i++) {
            gradients[i] = gradient(i, t);
            reference_step(&wanted[i], spec, (double)gradients[i], t);
        }
        sn_optimizer_begin_step(&optimizer);
        sn_optimizer_update(&optimizer, weights, gradients, 0, 5); /* in two parts */
        sn_optimizer_update(&optimizer, weights, gradients, 5, N - 5);
    }
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs((double)weights[i] - wanted[i].w) < 1e-6);
        if (optimizer.velocity)
            assert_true(fabs((double)optimizer.velocity[i] - wanted[i].v) <= 1e-6 * wanted[i].v);
        if (optimizer.momentum)
            assert_true(fabs((double)optimizer.momentum[i] - wanted[i].m) <= 1e-8);
    }
    assert_true(weights[1] == 0.5F || spec->weight_decay > 0.0);
    assert_true(fabsf(weights[2] - 0.5F) > 1e-4F);
    sn_optimizer_free(&optimizer);
}

static void rmsprop_follows_keras(void **state)
{
    (void)state;
    check(&RMSPROP);
}

static void adam_follows_keras(void **state)
{
    (void)state;
    check(&ADAM);
}

static void adamw_follows_keras(void **state)
{
    (void)state;
    check(&ADAMW);
}

static void sgd_follows_keras(void **state)
{
    (void)state;
    check(&SGD);
    check(&MOMENTUM);
    check(&NESTEROV);
}

/* Whoever sets another learning rate before a step gets it for that step, weight decay included. */
static void the_learning_rate_may_change(void **state)
{
    (void)state;
    static const sn_optimizer_spec *const specs[] = {&RMSPROP, &ADAM, &ADAMW, &SGD, &NESTEROV};
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        sn_optimizer optimizer;
        float weight = 0.5F;
        reference wanted = {.w = 0.5};
        assert_int_equal(sn_optimizer_init(&optimizer, specs[k], 1, NULL), SEQNET_OK);
        for (int t = 1; t <= STEPS; t++) {
            const float g = gradient(4, t);
            sn_optimizer_spec now = *specs[k];
            now.learning_rate = optimizer.learning_rate = specs[k]->learning_rate / t;
            reference_step(&wanted, &now, (double)g, t);
            sn_optimizer_begin_step(&optimizer);
            sn_optimizer_update(&optimizer, &weight, &g, 0, 1);
        }
        assert_true(fabs((double)weight - wanted.w) < 1e-6);
        sn_optimizer_free(&optimizer);
    }
}

static void cutting_does_not_change_a_bit(void **state)
{
    (void)state;
    enum { FLOATS = 151 };
    static const sn_optimizer_spec *const specs[] = {&RMSPROP, &ADAM,     &ADAMW,
                                                     &SGD,     &MOMENTUM, &NESTEROV};
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        sn_optimizer whole, cut;
        float one[FLOATS], other[FLOATS], gradients[FLOATS];
        sn_rng rng;
        sn_rng_seed(&rng, 3, SN_RNG_INIT);
        assert_int_equal(sn_optimizer_init(&whole, specs[k], FLOATS, NULL), SEQNET_OK);
        assert_int_equal(sn_optimizer_init(&cut, specs[k], FLOATS, NULL), SEQNET_OK);
        for (size_t i = 0; i < FLOATS; i++)
            one[i] = other[i] = (float)sn_rng_uniform(&rng) - 0.5F;
        for (size_t t = 1; t <= STEPS; t++) {
            for (size_t i = 0; i < FLOATS; i++)
                gradients[i] = (float)sn_rng_uniform(&rng) - 0.5F;
            sn_optimizer_begin_step(&whole);
            sn_optimizer_update(&whole, one, gradients, 0, FLOATS);
            sn_optimizer_begin_step(&cut);
            for (size_t at = 0; at < FLOATS; at += t)
                sn_optimizer_update(&cut, other, gradients, at, at + t < FLOATS ? t : FLOATS - at);
        }
        assert_memory_equal(one, other, sizeof one);
        sn_optimizer_free(&whole);
        sn_optimizer_free(&cut);
    }
}

/* The epsilon stands inside the root: a tiny gradient moves by lr g / sqrt(1e-7), not by lr. */
static void rmsprop_epsilon_is_inside_the_root(void **state)
{
    (void)state;
    sn_optimizer optimizer;
    float weight = 0.0F;
    const float g = 1e-8F;
    assert_int_equal(sn_optimizer_init(&optimizer, &RMSPROP, 1, NULL), SEQNET_OK);
    sn_optimizer_begin_step(&optimizer);
    sn_optimizer_update(&optimizer, &weight, &g, 0, 1);
    assert_true(fabs((double)weight + 1e-3 * 1e-8 / sqrt(1e-7)) < 1e-12);
    sn_optimizer_free(&optimizer);
}

/* Rows updated when they have a gradient get the bits of rows updated in every step. */
static void check_rows(const sn_optimizer_spec *spec)
{
    enum { ROWS = 23, SIZE = 19, FLOATS = ROWS * SIZE, LONG = 3000 };
    static float every[FLOATS], some[FLOATS], gradients[FLOATS];
    sn_optimizer dense, sparse;
    sn_rng rng;
    sn_rng_seed(&rng, 8, SN_RNG_INIT);
    assert_int_equal(sn_optimizer_init(&dense, spec, FLOATS, NULL), SEQNET_OK);
    assert_int_equal(sn_optimizer_init(&sparse, spec, FLOATS, NULL), SEQNET_OK);
    assert_int_equal(sn_optimizer_use_rows(&sparse, &(sn_row_table){0, ROWS, SIZE}, NULL),
                     SEQNET_OK);
    for (size_t i = 0; i < FLOATS; i++)
        every[i] = some[i] = (float)sn_rng_uniform(&rng) - 0.5F;
    const unsigned before = sn_subnormals_flush(); /* as training does */
    for (size_t t = 1; t <= LONG; t++) {
        int32_t rows[ROWS];
        size_t count = 0;
        memset(gradients, 0, sizeof gradients);
        for (int32_t r = ROWS; r-- > 0;) {
            /* Row 0 comes twice, at the start and at the end; the others ever more seldom. */
            if (r == 0 ? t > 1 && t < LONG : sn_rng_below(&rng, (uint32_t)(r * r)) > 0)
                continue;
            rows[count++] = r;
            for (size_t i = 0; i < SIZE; i++)
                gradients[(size_t)r * SIZE + i] = (float)(sn_rng_uniform(&rng) - 0.5);
        }
        sn_optimizer_begin_step(&dense);
        sn_optimizer_update(&dense, every, gradients, 0, FLOATS);
        sn_optimizer_begin_step(&sparse);
        sn_optimizer_update_rows(&sparse, 0, some, gradients, rows, count);
        assert_memory_equal(every, some, sizeof every);
    }
    sn_subnormals_restore(before);
    sn_optimizer_free(&dense);
    sn_optimizer_free(&sparse);
}

static void rows_can_wait_for_their_gradient(void **state)
{
    (void)state;
    check_rows(&RMSPROP);
    check_rows(&SGD);
}

/* Rows with a gradient follow Adam's formulas as if the other steps had not been, but for the bias
 * correction, which counts all steps; the others stay as they are, moments included. */
static void lazy_adam_leaves_rows_alone(void **state)
{
    (void)state;
    enum { ROWS = 11, SIZE = 19, REST = 7, FLOATS = ROWS * SIZE + REST, LONG = 60 };
    float weights[FLOATS], gradients[FLOATS] = {0};
    reference wanted[FLOATS];
    sn_optimizer optimizer;
    sn_rng rng;
    sn_rng_seed(&rng, 9, SN_RNG_INIT);
    assert_int_equal(sn_optimizer_init(&optimizer, &LAZY_ADAM, FLOATS, NULL), SEQNET_OK);
    assert_int_equal(sn_optimizer_use_rows(&optimizer, &(sn_row_table){0, ROWS, SIZE}, NULL),
                     SEQNET_OK);
    assert_true(optimizer.table_count > 0);
    for (size_t i = 0; i < FLOATS; i++) {
        weights[i] = 0.5F;
        wanted[i] = (reference){.w = 0.5};
    }
    for (int t = 1; t <= LONG; t++) {
        int32_t rows[ROWS];
        size_t count = 0;
        memset(gradients, 0, sizeof gradients);
        for (int32_t r = 0; r < ROWS; r++) {
            const bool has_gradient = sn_rng_below(&rng, (uint64_t)r + 1) == 0;
            if (has_gradient || r % 2) /* odd rows are named without one, too */
                rows[count++] = r;
            for (size_t i = (size_t)r * SIZE; has_gradient && i < ((size_t)r + 1) * SIZE; i++) {
                gradients[i] = (float)(sn_rng_uniform(&rng) - 0.5);
                reference_step(&wanted[i], &LAZY_ADAM, (double)gradients[i], t);
            }
        }
        for (size_t i = ROWS * SIZE; i < FLOATS; i++) { /* behind the table it is Adam */
            gradients[i] = t % 3 ? 0.0F : 0.1F;
            reference_step(&wanted[i], &LAZY_ADAM, (double)gradients[i], t);
        }
        const float untouched = weights[2 * SIZE];
        const bool waits = gradients[2 * SIZE] == 0.0F;
        sn_optimizer_begin_step(&optimizer);
        sn_optimizer_update(&optimizer, weights, gradients, ROWS * SIZE, REST);
        sn_optimizer_update_rows(&optimizer, 0, weights, gradients, rows, count);
        assert_true(!waits || weights[2 * SIZE] == untouched);
    }
    for (size_t i = 0; i < FLOATS; i++) {
        assert_true(fabs((double)weights[i] - wanted[i].w) < 1e-6);
        assert_true(fabs((double)optimizer.velocity[i] - wanted[i].v) <= 1e-5 * wanted[i].v);
        assert_true(fabs((double)optimizer.momentum[i] - wanted[i].m) <= 1e-7);
    }
    sn_optimizer_free(&optimizer);
}

static void what_moves_without_a_gradient_takes_no_rows(void **state)
{
    (void)state;
    static const sn_optimizer_spec *const specs[] = {&ADAM, &ADAMW, &MOMENTUM, &NESTEROV};
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        sn_optimizer optimizer;
        assert_false(sn_optimizer_waits(specs[k]));
        assert_int_equal(sn_optimizer_init(&optimizer, specs[k], 4, NULL), SEQNET_OK);
        assert_int_equal(sn_optimizer_use_rows(&optimizer, &(sn_row_table){0, 2, 2}, NULL),
                         SEQNET_OK);
        assert_int_equal(optimizer.table_count, 0);
        sn_optimizer_free(&optimizer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rmsprop_follows_keras),
        cmocka_unit_test(adam_follows_keras),
        cmocka_unit_test(adamw_follows_keras),
        cmocka_unit_test(sgd_follows_keras),
        cmocka_unit_test(the_learning_rate_may_change),
        cmocka_unit_test(cutting_does_not_change_a_bit),
        cmocka_unit_test(rmsprop_epsilon_is_inside_the_root),
        cmocka_unit_test(rows_can_wait_for_their_gradient),
        cmocka_unit_test(lazy_adam_leaves_rows_alone),
        cmocka_unit_test(what_moves_without_a_gradient_takes_no_rows),
    };
    return cmocka_run_group_tests_name("optimizer", tests, NULL, NULL);
}
