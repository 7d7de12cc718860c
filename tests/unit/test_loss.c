#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "loss.h"

static void values_and_gradients(void **state)
{
    (void)state;
    const float logits[] = {0.3F, -1.2F, 2.0F};
    const int32_t labels[] = {1, 0, 0};
    float d[3];
    sn_loss_sums sums = {0};
    sn_binary_cross_entropy(logits, labels, 3, 0.5F, d, &sums);
    double wanted = 0.0;
    for (size_t i = 0; i < 3; i++) {
        const double p = 1.0 / (1.0 + exp(-(double)logits[i]));
        wanted -= labels[i] ? log(p) : log(1.0 - p);
        assert_true(fabs((double)d[i] - 0.5 * (p - labels[i])) < 1e-7);
    }
    assert_true(fabs(sums.loss - wanted) < 1e-12);
    assert_int_equal(sums.correct, 2);
}

/* log(1 - sigmoid(200)) overflows in the plain form. */
static void extreme_logits_stay_finite(void **state)
{
    (void)state;
    const float logits[] = {200.0F, -200.0F, 1e30F};
    const int32_t labels[] = {0, 1, 1};
    sn_loss_sums sums = {0};
    sn_binary_cross_entropy(logits, labels, 3, 1.0F, NULL, &sums);
    assert_true(fabs(sums.loss - 400.0) < 1e-9);
    assert_int_equal(sums.correct, 1);
}

/* p > 0.5 strictly is class 1. */
static void a_logit_of_zero_is_class_0(void **state)
{
    (void)state;
    const float logits[] = {0.0F, 0.0F};
    const int32_t labels[] = {0, 1};
    sn_loss_sums sums = {0};
    sn_binary_cross_entropy(logits, labels, 2, 1.0F, NULL, &sums);
    assert_int_equal(sums.correct, 1);
}

static void a_nan_logit_makes_the_loss_nan(void **state)
{
    (void)state;
    const float logits[] = {NAN};
    const int32_t labels[] = {1};
    sn_loss_sums sums = {0};
    sn_binary_cross_entropy(logits, labels, 1, 1.0F, NULL, &sums);
    assert_true(isnan(sums.loss));
}

static void probabilities(void **state)
{
    (void)state;
    assert_true(sn_probability(0.0F) == 0.5);
    assert_true(fabs(sn_probability(2.0F) - 0.8807970779778823) < 1e-15);
    assert_true(fabs(sn_probability(-2.0F) - 0.11920292202211755) < 1e-15);
    assert_true(sn_probability(1000.0F) == 1.0);
    assert_true(sn_probability(-1000.0F) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_gradients),
        cmocka_unit_test(extreme_logits_stay_finite),
        cmocka_unit_test(a_logit_of_zero_is_class_0),
        cmocka_unit_test(a_nan_logit_makes_the_loss_nan),
        cmocka_unit_test(probabilities),
    };
    return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
