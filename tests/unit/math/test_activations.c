/*
 * The limits of every instruction set's exp, sigmoid and tanh, as activations.h states them, and
 * that neither length nor place matters. How exact they are in between: test_bench.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "activations.h"
#include "kernels.h"

typedef enum subject { EXP, SIGMOID, TANH } subject;

typedef void activation(const float *x, float *y, size_t count);

/* The kernels under test; main() runs all tests once for each instruction set. */
static const sn_kernels *kernels;

static activation *function_of(subject s)
{
    return s == EXP ? kernels->exp : s == SIGMOID ? kernels->sigmoid : kernels->tanh;
}

static float value_of(subject s, float x)
{
    float y = -99.0F;
    function_of(s)(&x, &y, 1);
    return y;
}

static void exp_has_its_limits(void **state)
{
    (void)state;
    assert_true(value_of(EXP, INFINITY) == INFINITY);
    assert_true(value_of(EXP, -INFINITY) == 0.0F);
    assert_true(value_of(EXP, FLT_MAX) == INFINITY);
    assert_true(value_of(EXP, 89.0F) == INFINITY);
    assert_true(value_of(EXP, 88.5F) < INFINITY);
    assert_true(value_of(EXP, 88.7228F) < INFINITY);
    assert_true(value_of(EXP, -88.0F) == 0.0F);
    assert_true(value_of(EXP, -87.0F) >= FLT_MIN);
    assert_true(value_of(EXP, 0.0F) == 1.0F);
    assert_true(value_of(EXP, -0.0F) == 1.0F);
    assert_true(isnan(value_of(EXP, NAN)));
}

/* The lower limit may stay below the smallest normal number instead of 0. */
static void sigmoid_has_its_limits(void **state)
{
    (void)state;
    static const float far[] = {100.0F, 1e10F, FLT_MAX, INFINITY};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        assert_true(value_of(SIGMOID, far[i]) == 1.0F);
        assert_true(value_of(SIGMOID, -far[i]) < FLT_MIN);
    }
    assert_true(value_of(SIGMOID, 0.0F) == 0.5F);
    assert_true(value_of(SIGMOID, -0.0F) == 0.5F);
    assert_true(isnan(value_of(SIGMOID, NAN)));
}

static void tanh_has_its_limits(void **state)
{
    (void)state;
    static const float far[] = {10.0F, 100.0F, FLT_MAX, INFINITY};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        assert_true(value_of(TANH, far[i]) == 1.0F);
        assert_true(value_of(TANH, -far[i]) == -1.0F);
    }
    assert_true(value_of(TANH, 0.0F) == 0.0F);
    assert_true(value_of(TANH, FLT_MIN) == FLT_MIN);
    assert_true(isnan(value_of(TANH, NAN)));
}

static void tanh_is_odd(void **state)
{
    (void)state;
    for (float x = 1e-6F; x < 12.0F; x *= 1.07F)
        assert_true(value_of(TANH, -x) == -value_of(TANH, x));
    assert_true(signbit(value_of(TANH, -0.0F)));
    assert_false(signbit(value_of(TANH, 0.0F)));
}

/* Where tanh x is x to the last bit; a formula like 1 - 2 / (e^2x + 1) would give 0. */
static void tanh_keeps_its_digits_near_0(void **state)
{
    (void)state;
    for (float x = FLT_MIN; x < 1e-8F; x *= 1.3F)
        assert_true(value_of(TANH, x) == x);
}

/* Whatever the length and the alignment, each element gets the same bits and no other is written.
 */
static void assert_same_everywhere(subject s)
{
    enum { LONGEST = 67, GUARD = 3 };
    float x[LONGEST + 2 * GUARD], y[LONGEST + 2 * GUARD];
    for (size_t length = 0; length <= LONGEST; length++)
        for (size_t start = 0; start < GUARD; start++) {
            for (size_t i = 0; i < LONGEST + 2 * GUARD; i++) {
                x[i] = ((float)i - 31.0F) * 0.37F;
                y[i] = 1234.5F;
            }
            function_of(s)(x + start, y + start, length);
            for (size_t i = 0; i < LONGEST + 2 * GUARD; i++) {
                const int inside = i >= start && i < start + length;
                assert_true(y[i] == (inside ? value_of(s, x[i]) : 1234.5F));
            }
            function_of(s)(x + start, x + start, length);
            assert_memory_equal(x + start, y + start, length * sizeof *x);
        }
}

static void length_and_place_do_not_matter(void **state)
{
    (void)state;
    assert_same_everywhere(EXP);
    assert_same_everywhere(SIGMOID);
    assert_same_everywhere(TANH);
}

static void the_public_functions_are_the_best_kernels(void **state)
{
    (void)state;
    static const float x[3] = {-1.3F, 0.2F, 2.5F};
    float best[3], got[3];
    sn_kernels_best()->exp(x, best, 3);
    sn_exp(x, got, 3);
    assert_memory_equal(got, best, sizeof got);
    sn_kernels_best()->sigmoid(x, best, 3);
    sn_sigmoid(x, got, 3);
    assert_memory_equal(got, best, sizeof got);
    sn_kernels_best()->tanh(x, best, 3);
    sn_tanh(x, got, 3);
    assert_memory_equal(got, best, sizeof got);
}

/* Of every activation at some x: the value and the slope. */
static void activations_are_those_of_keras(void **state)
{
    (void)state;
    static const float x[5] = {-4.0F, -1.0F, 0.5F, 2.8F, 4.0F};
    static const struct {
        double y[5], slope[5];
    } wanted[SN_ACTIVATIONS] = {
        [SN_ACTIVATION_OWN] = {{-4, -1, 0.5, 2.8, 4}, {1, 1, 1, 1, 1}},
        [SN_LINEAR] = {{-4, -1, 0.5, 2.8, 4}, {1, 1, 1, 1, 1}},
        [SN_RELU] = {{0, 0, 0.5, 2.8, 4}, {0, 0, 1, 1, 1}},
        [SN_TANH] = {{-0.99932930, -0.76159416, 0.46211716, 0.99263152, 0.99932930},
                     {0.00134095, 0.41997434, 0.78644773, 0.01468267, 0.00134095}},
        [SN_SIGMOID] = {{0.01798621, 0.26894142, 0.62245933, 0.94267582, 0.98201379},
                        {0.01766271, 0.19661193, 0.23500371, 0.05403812, 0.01766271}},
        [SN_HARD_SIGMOID] = {{0, 1.0 / 3, 0.58333333, 0.96666667, 1},
                             {0, 1.0 / 6, 1.0 / 6, 1.0 / 6, 0}},
        [SN_HARD_SIGMOID_02] = {{0, 0.3, 0.6, 1, 1}, {0, 0.2, 0.2, 0, 0}}};
    static const float dy[5] = {10, 10, 10, 10, 10};
    for (int kind = 0; kind < SN_ACTIVATIONS; kind++) {
        float y[5], dx[5];
        sn_activate(kind, x, y, 5);
        sn_activation_backward(kind, y, dy, dx, 5);
        for (size_t i = 0; i < 5; i++) {
            assert_true(fabs((double)y[i] - wanted[kind].y[i]) < 1e-6);
            assert_true(fabs((double)dx[i] - 10.0 * wanted[kind].slope[i]) < 1e-5);
        }
    }
}

static void activations_keep_a_nan(void **state)
{
    (void)state;
    const float x = NAN;
    for (int kind = 0; kind < SN_ACTIVATIONS; kind++) {
        float y = 0.0F;
        sn_activate(kind, &x, &y, 1);
        assert_true(isnan(y));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_has_its_limits),
        cmocka_unit_test(sigmoid_has_its_limits),
        cmocka_unit_test(tanh_has_its_limits),
        cmocka_unit_test(tanh_is_odd),
        cmocka_unit_test(tanh_keeps_its_digits_near_0),
        cmocka_unit_test(length_and_place_do_not_matter),
        cmocka_unit_test(the_public_functions_are_the_best_kernels),
        cmocka_unit_test(activations_are_those_of_keras),
        cmocka_unit_test(activations_keep_a_nan),
    };
    int failures = 0;
    for (int isa = 0; isa < SN_ISA_COUNT; isa++) {
        kernels = sn_kernels_of((sn_isa)isa);
        if (kernels)
            failures += cmocka_run_group_tests_name(kernels->name, tests, NULL, NULL);
    }
    return failures;
}
