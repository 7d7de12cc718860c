/*
 * The limits of every instruction set's exp, sigmoid and tanh, as activations.h states them, and
 * that neither length nor place matters. How exact they are in between: test_bench.c. Then the
 * activations of layers.
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

static void activations_of_layers_have_kerass_values(void **state)
{
    (void)state;
    static const float x[] = {-4.0F, -2.75F, -0.5F, 0.0F, 0.5F, 2.75F, 4.0F};
    enum { COUNT = sizeof x / sizeof *x };
    for (size_t i = 0; i < COUNT; i++) {
        const double v = (double)x[i], sigmoid = 1.0 / (1.0 + exp(-v));
        const double wanted[SN_ACTIVATIONS] = {
            [SN_ACTIVATION_OWN] = v,
            [SN_LINEAR] = v,
            [SN_RELU] = fmax(v, 0.0),
            [SN_TANH] = tanh(v),
            [SN_SIGMOID] = sigmoid,
            [SN_HARD_SIGMOID] = fmin(fmax(v / 6.0 + 0.5, 0.0), 1.0),
            [SN_HARD_SIGMOID_02] = fmin(fmax(0.2 * v + 0.5, 0.0), 1.0),
            [SN_ELU] = v > 0.0 ? v : expm1(v),
            [SN_SELU] = 1.0507009873554805 * (v > 0.0 ? v : 1.6732632423543772 * expm1(v)),
            [SN_SOFTSIGN] = v / (1.0 + fabs(v)),
            [SN_LEAKY_RELU] = v > 0.0 ? v : 0.2 * v};
        for (int a = 0; a < SN_ACTIVATIONS; a++) {
            float y[COUNT], in_place[COUNT];
            sn_activate(a, x, y, COUNT);
            assert_true(fabs((double)y[i] - wanted[a]) < 1e-6);
            memcpy(in_place, x, sizeof x);
            sn_activate(a, in_place, in_place, COUNT);
            assert_memory_equal(in_place, y, sizeof y);
        }
    }
}

static void activations_of_layers_have_slopes(void **state)
{
    (void)state;
    static const float x[] = {-4.0F, -2.75F, -0.4F, 0.4F, 2.75F, 4.0F}, h = 1.0F / 64.0F;
    for (int a = 0; a < SN_ACTIVATIONS; a++)
        for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
            const float d_y = -3.0F, around[2] = {x[i] - h, x[i] + h};
            float y, d_x, ends[2];
            sn_activate(a, &x[i], &y, 1);
            sn_activate(a, around, ends, 2);
            sn_activate_backward(a, &y, &d_y, &d_x, 1);
            assert_true(fabsf(d_x + 3.0F * (ends[1] - ends[0]) / (2.0F * h)) < 2e-4F);
            sn_activate_backward(a, &y, &d_y, &y, 1); /* in the place of the values */
            assert_true(y == d_x);
        }
}

static void nan_passes_activations_of_layers(void **state)
{
    (void)state;
    for (int a = 0; a < SN_ACTIVATIONS; a++) {
        float y = NAN;
        sn_activate(a, &y, &y, 1);
        assert_true(isnan(y));
    }
}

static void all_activations_but_a_layers_own_have_words(void **state)
{
    (void)state;
    assert_null(sn_activation_words[SN_ACTIVATION_OWN]);
    for (int a = SN_ACTIVATION_OWN + 1; a < SN_ACTIVATIONS; a++)
        assert_non_null(sn_activation_words[a]);
    assert_string_equal(sn_activation_words[SN_HARD_SIGMOID], "hard_sigmoid");
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
        cmocka_unit_test(activations_of_layers_have_kerass_values),
        cmocka_unit_test(activations_of_layers_have_slopes),
        cmocka_unit_test(nan_passes_activations_of_layers),
        cmocka_unit_test(all_activations_but_a_layers_own_have_words),
    };
    int failures = 0;
    for (int i = 0; i < SN_ISA_COUNT * SN_ARITHMETICS; i++) {
        kernels = sn_kernels_of((sn_isa)(i / SN_ARITHMETICS), (sn_arithmetic)(i % SN_ARITHMETICS));
        if (kernels)
            failures += cmocka_run_group_tests_name(kernels->name, tests, NULL, NULL);
    }
    return failures;
}
