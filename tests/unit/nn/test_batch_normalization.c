/* BatchNormalization as it scores. Its gradients: tests/grad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "one_layer.h"

enum { B = 3, T = 4, FEATURES = 5, GAMMA = 0, BETA = 5, MEAN = 10, VARIANCE = 15 };

static void check(size_t time, double epsilon)
{
    one_layer o;
    const sn_layer_spec spec = {.kind = SN_BATCH_NORMALIZATION, .batch_normalization = {epsilon}};
    one_layer_open(&o, spec, (sn_shape){time, FEATURES}, B);
    const float *const w = o.weights;
    for (size_t k = 0; k < FEATURES; k++)
        o.weights[VARIANCE + k] = 0.01F * (float)k;
    one_layer_run(&o);
    assert_int_equal(o.layer.output.time, time);
    for (size_t i = 0; i < o.inputs; i++) {
        const size_t k = i % FEATURES;
        const double deviation = sqrt((double)w[VARIANCE + k] + epsilon);
        const double scaled = ((double)o.input[i] - (double)w[MEAN + k]) / deviation;
        const double wanted = (double)w[GAMMA + k] * scaled + (double)w[BETA + k];
        assert_true(fabs((double)o.output[i] - wanted) < 1e-5 * (1.0 + fabs(wanted)));
    }
    one_layer_close(&o);
}

static void it_scores_with_the_moving_mean_and_variance(void **state)
{
    (void)state;
    check(T, SN_BATCH_NORMALIZATION_EPSILON);
    check(0, SN_BATCH_NORMALIZATION_EPSILON);
    check(0, 0.25);
}

static void it_starts_as_in_keras(void **state)
{
    (void)state;
    one_layer o;
    static const char *const names[] = {"layer.gamma", "layer.beta", "layer.moving_mean",
                                        "layer.moving_variance"};
    one_layer_open(&o, (sn_layer_spec){.kind = SN_BATCH_NORMALIZATION}, (sn_shape){0, FEATURES}, 1);
    o.layer.ops->initialise(&o.layer, o.weights, NULL, NULL);
    assert_int_equal(o.table.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(o.table.tensors[i].name, names[i]);
        for (size_t k = 0; k < FEATURES; k++)
            assert_true(o.weights[i * FEATURES + k] == (i == 0 || i == 3 ? 1.0F : 0.0F));
    }
    one_layer_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_scores_with_the_moving_mean_and_variance),
        cmocka_unit_test(it_starts_as_in_keras),
    };
    return cmocka_run_group_tests_name("batch normalization", tests, NULL, NULL);
}
