/*
 * exp, sigmoid and tanh against the double functions of libm, on every 1009th float there is: the
 * promise of activations.h, measured. Then limits, and that neither length nor place matters.
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

enum { STEP = 1009, CHUNK = 4096 };

typedef void activation(const float *x, float *y, size_t count);

/* One function under test: its exact twin, where accuracy is promised, and its range. */
typedef struct subject {
    const char *name;
    activation *f;
    double (*exact)(double x);
    float domain;    /* |x| up to which ULPs are counted */
    float low, high; /* bounds of the result */
} subject;

static double exact_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static const subject EXP = {"exp", sn_exp, exp, 87.0F, 0.0F, INFINITY};
static const subject SIGMOID = {"sigmoid", sn_sigmoid, exact_sigmoid, 87.0F, 0.0F, 1.0F};
static const subject TANH = {"tanh", sn_tanh, tanh, FLT_MAX, -1.0F, 1.0F};

/* Distance in units of the last place of the exact value as a float. */
static double ulps(float got, double exact)
{
    return fabs((double)got - exact) / ldexp(1.0, ilogb(exact) - (FLT_MANT_DIG - 1));
}

/* Fills x with every STEP-th bit pattern from *bits on; returns how many. */
static size_t next_patterns(float x[CHUNK], uint64_t *bits)
{
    size_t count = 0;
    for (; count < CHUNK && *bits <= UINT32_MAX; *bits += STEP) {
        const uint32_t pattern = (uint32_t)*bits;
        memcpy(&x[count++], &pattern, sizeof pattern);
    }
    return count;
}

/* The error of one result, 0 where none is promised; fails on a result outside the range. */
static double check_value(const subject *s, float x, float y)
{
    if (isnan(x)) {
        if (!isnan(y))
            fail_msg("%s(NaN) is %g", s->name, (double)y);
        return 0.0;
    }
    if (!(y >= s->low && y <= s->high))
        fail_msg("%s(%.9g) is %.9g", s->name, (double)x, (double)y);
    const double exact = s->exact((double)x);
    const int promised = fabsf(x) <= s->domain && fabs(exact) >= (double)FLT_MIN;
    return promised ? ulps(y, exact) : 0.0;
}

static void measure(const subject *s)
{
    static float x[CHUNK], y[CHUNK];
    double worst = 0.0, worst_x = 0.0;
    uint64_t bits = 0;
    for (size_t count; (count = next_patterns(x, &bits)) > 0;) {
        s->f(x, y, count);
        for (size_t i = 0; i < count; i++) {
            const double error = check_value(s, x[i], y[i]);
            if (error > worst) {
                worst = error;
                worst_x = (double)x[i];
            }
        }
    }
    print_message("%s: at most %.3f ULP, at %.9g\n", s->name, worst, worst_x);
    assert_true(worst <= 4.0);
}

static void exp_is_within_4_ulp(void **state)
{
    (void)state;
    measure(&EXP);
}

static void sigmoid_is_within_4_ulp(void **state)
{
    (void)state;
    measure(&SIGMOID);
}

static void tanh_is_within_4_ulp(void **state)
{
    (void)state;
    measure(&TANH);
}

static float value_of(const subject *s, float x)
{
    float y = -99.0F;
    s->f(&x, &y, 1);
    return y;
}

static void exp_has_its_limits(void **state)
{
    (void)state;
    assert_true(value_of(&EXP, INFINITY) == INFINITY);
    assert_true(value_of(&EXP, -INFINITY) == 0.0F);
    assert_true(value_of(&EXP, FLT_MAX) == INFINITY);
    assert_true(value_of(&EXP, 89.0F) == INFINITY);
    assert_true(value_of(&EXP, 88.0F) < INFINITY);
    assert_true(value_of(&EXP, -88.0F) == 0.0F);
    assert_true(value_of(&EXP, -87.0F) >= FLT_MIN);
    assert_true(value_of(&EXP, 0.0F) == 1.0F);
    assert_true(value_of(&EXP, -0.0F) == 1.0F);
    assert_true(isnan(value_of(&EXP, NAN)));
}

/* The lower limit may stay below the smallest normal number instead of 0. */
static void sigmoid_has_its_limits(void **state)
{
    (void)state;
    static const float far[] = {100.0F, 1e10F, FLT_MAX, INFINITY};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        assert_true(value_of(&SIGMOID, far[i]) == 1.0F);
        assert_true(value_of(&SIGMOID, -far[i]) < FLT_MIN);
    }
    assert_true(value_of(&SIGMOID, 0.0F) == 0.5F);
    assert_true(value_of(&SIGMOID, -0.0F) == 0.5F);
    assert_true(isnan(value_of(&SIGMOID, NAN)));
}

static void tanh_has_its_limits(void **state)
{
    (void)state;
    static const float far[] = {10.0F, 100.0F, FLT_MAX, INFINITY};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        assert_true(value_of(&TANH, far[i]) == 1.0F);
        assert_true(value_of(&TANH, -far[i]) == -1.0F);
    }
    assert_true(value_of(&TANH, 0.0F) == 0.0F);
    assert_true(value_of(&TANH, FLT_MIN) == FLT_MIN);
    assert_true(isnan(value_of(&TANH, NAN)));
}

static void tanh_is_odd(void **state)
{
    (void)state;
    for (float x = 1e-6F; x < 12.0F; x *= 1.07F)
        assert_true(value_of(&TANH, -x) == -value_of(&TANH, x));
}

/* tanh changes its formula at 0.625: no step there. */
static void tanh_does_not_fall_where_its_formulas_meet(void **state)
{
    (void)state;
    float x = 0.625F, below = 0.625F;
    for (int i = 0; i < 1000; i++) {
        x = nextafterf(x, 1.0F);
        below = nextafterf(below, 0.0F);
    }
    assert_true(value_of(&TANH, below) < value_of(&TANH, x));
    assert_true(ulps(value_of(&TANH, 0.625F), tanh(0.625)) <= 4.0);
    assert_true(ulps(value_of(&TANH, nextafterf(0.625F, 0.0F)), tanh(0.625)) <= 5.0);
}

/* Whatever the length and the alignment, each element gets the same bits and no other is written.
 */
static void assert_same_everywhere(const subject *s)
{
    enum { LONGEST = 67, GUARD = 3 };
    float x[LONGEST + 2 * GUARD], y[LONGEST + 2 * GUARD];
    for (size_t length = 0; length <= LONGEST; length++)
        for (size_t start = 0; start < GUARD; start++) {
            for (size_t i = 0; i < LONGEST + 2 * GUARD; i++) {
                x[i] = ((float)i - 31.0F) * 0.37F;
                y[i] = 1234.5F;
            }
            s->f(x + start, y + start, length);
            for (size_t i = 0; i < LONGEST + 2 * GUARD; i++) {
                const int inside = i >= start && i < start + length;
                assert_true(y[i] == (inside ? value_of(s, x[i]) : 1234.5F));
            }
            s->f(x + start, x + start, length);
            assert_memory_equal(x + start, y + start, length * sizeof *x);
        }
}

static void length_and_place_do_not_matter(void **state)
{
    (void)state;
    assert_same_everywhere(&EXP);
    assert_same_everywhere(&SIGMOID);
    assert_same_everywhere(&TANH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_within_4_ulp),
        cmocka_unit_test(sigmoid_is_within_4_ulp),
        cmocka_unit_test(tanh_is_within_4_ulp),
        cmocka_unit_test(exp_has_its_limits),
        cmocka_unit_test(sigmoid_has_its_limits),
        cmocka_unit_test(tanh_has_its_limits),
        cmocka_unit_test(tanh_is_odd),
        cmocka_unit_test(tanh_does_not_fall_where_its_formulas_meet),
        cmocka_unit_test(length_and_place_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
