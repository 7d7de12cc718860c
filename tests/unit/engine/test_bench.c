/*
 * What benchmarks compare with: the error of the activation functions, on every 1009th float, which
 * activations.h promises; and that the floor is a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "activations.h"
#include "support.h"

enum { STRIDE = 1009 };

static double promised_ulp(const char *function)
{
    if (strcmp(function, "exp") == 0)
        return SN_EXP_ULP;
    return strcmp(function, "sigmoid") == 0 ? SN_SIGMOID_ULP : SN_TANH_ULP;
}

static void activations_keep_their_promise(void **state)
{
    (void)state;
    const size_t count = seqnet_bench_activation_count();
    assert_true(count >= 3 && count % 3 == 0);
    for (size_t i = 0; i < count; i++) {
        seqnet_activation_error e;
        assert_int_equal(seqnet_bench_activation(i, STRIDE, 0, &e, NULL), SEQNET_OK);
        print_message("%s, %s: at most %.3f ULP, at %.9g\n", e.function, e.instruction_set, e.ulp,
                      e.at);
        assert_true(e.ulp > 0.5);
        assert_true(e.ulp <= promised_ulp(e.function));
        assert_true(fabs(e.at) <= 90.0);
    }
}

static void threads_do_not_change_what_is_found(void **state)
{
    (void)state;
    seqnet_activation_error one, three;
    assert_int_equal(seqnet_bench_activation(2, 99991, 1, &one, NULL), SEQNET_OK);
    assert_int_equal(seqnet_bench_activation(2, 99991, 3, &three, NULL), SEQNET_OK);
    assert_string_equal(one.function, "tanh");
    assert_true(one.ulp == three.ulp && one.at == three.at);
}

/* Now the largest error found is at a positive number, now at a negative one, even where the stride
 * is even. */
static void either_sign_is_tried(void **state)
{
    (void)state;
    bool negative = false, positive = false;
    for (size_t stride = 100000; stride < 100040; stride += 2) {
        seqnet_activation_error e;
        assert_int_equal(seqnet_bench_activation(0, stride, 0, &e, NULL), SEQNET_OK);
        negative = negative || e.at < 0.0;
        positive = positive || e.at > 0.0;
    }
    assert_true(negative && positive);
}

static void there_are_no_others(void **state)
{
    (void)state;
    seqnet_error err;
    seqnet_activation_error e;
    assert_failure(seqnet_bench_activation(seqnet_bench_activation_count(), STRIDE, 1, &e, &err),
                   &err, SEQNET_ERR_USAGE, "no activation number");
}

/* More tokens take longer, and three products longer than one. */
static void the_floor_is_a_time(void **state)
{
    (void)state;
    enum { TOKENS = 200000 };
    double none, one, three;
    seqnet_floor_options options = {.units = 32, .gates = 4, .threads = 1};
    assert_int_equal(seqnet_bench_floor(&options, &none, NULL), SEQNET_OK);
    options.tokens = TOKENS;
    assert_int_equal(seqnet_bench_floor(&options, &one, NULL), SEQNET_OK);
    options.backward = true;
    assert_int_equal(seqnet_bench_floor(&options, &three, NULL), SEQNET_OK);
    assert_true(none >= 0.0);
    assert_true(one > none);
    assert_true(three > one);
}

static void products_have_speeds(void **state)
{
    (void)state;
    enum { UNITS = 5 }; /* our loops take them in sixteens */
    bool multiplies_by_step = false, sums = false;
    for (size_t i = 0; i < seqnet_bench_product_count(); i++) {
        seqnet_product_speed speed;
        assert_int_equal(seqnet_bench_product(i, UNITS, &speed, NULL), SEQNET_OK);
        assert_true(speed.blas > 0.0 && speed.plain > 0.0);
        multiplies_by_step |= speed.n == 4 * UNITS && speed.k == UNITS && speed.own > 0.0;
        sums |= speed.m == UNITS && speed.n == 4 * UNITS && speed.k > UNITS && speed.own == 0.0;
    }
    assert_true(multiplies_by_step && sums);
    seqnet_product_speed none;
    const size_t count = seqnet_bench_product_count();
    assert_int_equal(seqnet_bench_product(count, UNITS, &none, NULL), SEQNET_ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_keep_their_promise),
        cmocka_unit_test(threads_do_not_change_what_is_found),
        cmocka_unit_test(either_sign_is_tried),
        cmocka_unit_test(products_have_speeds),
        cmocka_unit_test(there_are_no_others),
        cmocka_unit_test(the_floor_is_a_time),
    };
    return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
