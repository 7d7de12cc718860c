#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#include "loss.h"

static void values_and_gradients(void **state)
{
    (void)state;
    const float logits[] = {0.3F, -1.2F, 2.0F};
    const int32_t labels[] = {1, 0, 0};
    float d[3];
    sn_loss_sums sums = {0};
    sn_cross_entropy(logits, 1, labels, NULL, 3, 0.5F, d, &sums);
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
    sn_cross_entropy(logits, 1, labels, NULL, 3, 1.0F, NULL, &sums);
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
    sn_cross_entropy(logits, 1, labels, NULL, 2, 1.0F, NULL, &sums);
    assert_int_equal(sums.correct, 1);
}

static void a_nan_logit_makes_the_loss_nan(void **state)
{
    (void)state;
    const float logits[] = {NAN};
    const int32_t labels[] = {1};
    sn_loss_sums sums = {0};
    sn_cross_entropy(logits, 1, labels, NULL, 1, 1.0F, NULL, &sums);
    assert_true(isnan(sums.loss));
}

/* The probability of class 1 by one logit. */
static double positive(float logit)
{
    double p[2];
    sn_probabilities(&logit, 1, p);
    assert_true(p[0] == 1.0 - p[1]);
    return p[1];
}

static void probabilities(void **state)
{
    (void)state;
    assert_true(positive(0.0F) == 0.5);
    assert_true(fabs(positive(2.0F) - 0.8807970779778823) < 1e-15);
    assert_true(fabs(positive(-2.0F) - 0.11920292202211755) < 1e-15);
    assert_true(positive(1000.0F) == 1.0);
    assert_true(positive(-1000.0F) == 0.0);
}

/* ---- One logit for each class ---- */

enum { K = 4 };

static void softmax_values_and_gradients(void **state)
{
    (void)state;
    const float logits[3 * K] = {0.3F, -1.2F, 2.0F, 0.1F, 1.0F,  0.5F,
                                 0.2F, -3.0F, 0.0F, 0.7F, -0.1F, 0.6F};
    const int32_t labels[3] = {2, 3, 1};
    float d[3 * K];
    sn_loss_sums sums = {0};
    double wanted = 0.0;
    sn_cross_entropy(logits, K, labels, NULL, 3, 0.5F, d, &sums);
    for (size_t row = 0; row < 3; row++) {
        double total = 0.0, p[K];
        for (size_t k = 0; k < K; k++)
            total += exp((double)logits[row * K + k]);
        sn_probabilities(logits + row * K, K, p);
        for (size_t k = 0; k < K; k++) {
            const bool is_label = (size_t)labels[row] == k;
            assert_true(fabs(p[k] - exp((double)logits[row * K + k]) / total) < 1e-15);
            assert_true(fabs((double)d[row * K + k] - 0.5 * (p[k] - is_label)) < 1e-7);
        }
        wanted -= log(p[labels[row]]);
    }
    assert_true(fabs(sums.loss - wanted) < 1e-12);
    assert_int_equal(sums.correct, 2);
}

/* Two logits are one logit, their difference. */
static void softmax_of_two_is_the_sigmoid(void **state)
{
    (void)state;
    const float two[4] = {0.25F, 1.5F, -0.5F, -2.0F}, one[2] = {1.25F, -1.5F};
    const int32_t labels[2] = {1, 1};
    float d_two[4], d_one[2];
    double p_two[2], p_one[2];
    sn_loss_sums sums_two = {0}, sums_one = {0};
    sn_cross_entropy(two, 2, labels, NULL, 2, 1.0F, d_two, &sums_two);
    sn_cross_entropy(one, 1, labels, NULL, 2, 1.0F, d_one, &sums_one);
    assert_true(fabs(sums_two.loss - sums_one.loss) < 1e-14);
    assert_int_equal(sums_two.correct, sums_one.correct);
    for (size_t row = 0; row < 2; row++) {
        sn_probabilities(two + 2 * row, 2, p_two);
        sn_probabilities(one + row, 1, p_one);
        assert_true(fabs(p_two[0] - p_one[0]) < 1e-15 && fabs(p_two[1] - p_one[1]) < 1e-15);
        assert_true(fabsf(d_two[2 * row + 1] - d_one[row]) < 1e-7F);
        assert_true(fabsf(d_two[2 * row] + d_one[row]) < 1e-7F);
    }
}

static void extreme_softmax_logits_stay_finite(void **state)
{
    (void)state;
    const float logits[2 * K] = {1000.0F, -1000.0F, 0.0F, 999.0F, -1e30F, -1e30F, -1e30F, -1e30F};
    const int32_t labels[2] = {1, 0};
    double p[K];
    sn_loss_sums sums = {0};
    sn_cross_entropy(logits, K, labels, NULL, 2, 1.0F, NULL, &sums);
    assert_true(fabs(sums.loss - (2000.0 + log1p(exp(-1.0)) + log(K))) < 1e-9);
    sn_probabilities(logits, K, p);
    assert_true(p[1] == 0.0 && p[2] == 0.0 && fabs(p[0] + p[3] - 1.0) < 1e-12);
}

static void of_equal_logits_the_lowest_class_wins(void **state)
{
    (void)state;
    const float logits[2 * 3] = {1.0F, 1.0F, 0.0F, -2.0F, 3.0F, 3.0F};
    const int32_t labels[2] = {0, 2};
    sn_loss_sums sums = {0};
    assert_int_equal(sn_predicted_class(logits, 3), 0);
    assert_int_equal(sn_predicted_class(logits + 3, 3), 1);
    sn_cross_entropy(logits, 3, labels, NULL, 2, 1.0F, NULL, &sums);
    assert_int_equal(sums.correct, 1);
}

static void a_nan_among_the_logits_makes_the_loss_nan(void **state)
{
    (void)state;
    for (size_t at = 0; at < K; at++) {
        float logits[K] = {0};
        const int32_t label = 1;
        sn_loss_sums sums = {0};
        logits[at] = NAN;
        sn_cross_entropy(logits, K, &label, NULL, 1, 1.0F, NULL, &sums);
        assert_true(isnan(sums.loss));
    }
}

/* ---- Weights ---- */

/* Rows with weights 2, 0 and 0.5: the sums of the same rows twice, never, and half. */
static void check_weights(size_t outputs)
{
    static const float logits[] = {0.3F, -1.2F, 2.0F, 0.1F, 1.0F, 0.5F, 0.2F, -3.0F, 0.4F};
    static const float weights[3] = {2.0F, 0.0F, 0.5F};
    const int32_t labels[3] = {1, 0, 1};
    float plain[9], weighted[9];
    sn_loss_sums sums = {0};
    double wanted = 0.0;
    sn_cross_entropy(logits, outputs, labels, weights, 3, 0.25F, weighted, &sums);
    const size_t correct = sums.correct;
    for (size_t row = 0; row < 3; row++) {
        sn_loss_sums one = {0};
        sn_cross_entropy(logits + row * outputs, outputs, labels + row, NULL, 1, 0.25F,
                         plain + row * outputs, &one);
        wanted += (double)weights[row] * one.loss;
        for (size_t k = row * outputs; k < (row + 1) * outputs; k++)
            assert_true(weighted[k] == weights[row] * plain[k]);
    }
    assert_true(fabs(sums.loss - wanted) < 1e-12);
    sums = (sn_loss_sums){0};
    sn_cross_entropy(logits, outputs, labels, NULL, 3, 0.25F, plain, &sums);
    assert_int_equal(correct, sums.correct); /* a matter of rows, not of weights */
}

static void a_row_counts_by_its_weight(void **state)
{
    (void)state;
    check_weights(1);
    check_weights(2);
    check_weights(3);
}

static void label_sets_sum_their_sigmoids(void **state)
{
    (void)state;
    enum { LABELS = 3 };
    const float logits[2 * LABELS] = {0.3F, -1.2F, 2.0F, -0.5F, 0.7F, 1.1F};
    static const double y[2 * LABELS] = {1, 0, 1, 0, 0, 0};
    int32_t labels[] = {2, 0, 2}, numbers[2];
    float d[2 * LABELS];
    sn_label_sets sets = {0};
    sn_loss_sums sums = {0};
    assert_int_equal(sn_label_sets_add(&sets, labels, 3, &numbers[0], NULL), SEQNET_OK);
    assert_int_equal(sn_label_sets_add(&sets, labels, 0, &numbers[1], NULL), SEQNET_OK);
    sn_label_cross_entropy(logits, LABELS, &sets, numbers, NULL, 2, 0.5F, d, &sums);
    double wanted = 0.0, p[2 * LABELS];
    sn_label_probabilities(logits, 2 * LABELS, p);
    for (size_t i = 0; i < 2 * LABELS; i++) {
        assert_true(fabs(p[i] - 1.0 / (1.0 + exp(-(double)logits[i]))) < 1e-12);
        wanted -= y[i] > 0 ? log(p[i]) : log(1.0 - p[i]);
        assert_true(fabs((double)d[i] - 0.5 * (p[i] - y[i])) < 1e-7);
    }
    assert_true(fabs(sums.loss - wanted) < 1e-12);
    assert_int_equal(sums.correct, 2); /* 0 and 2 of the first row */
    assert_int_equal(sums.marks, 2 + 2 + 2);
    const float weights[] = {2.0F, 0.0F};
    sn_loss_sums weighted = {0}, first = {0};
    sn_label_cross_entropy(logits, LABELS, &sets, numbers, weights, 2, 0.5F, d, &weighted);
    sn_label_cross_entropy(logits, LABELS, &sets, numbers, NULL, 1, 0.5F, NULL, &first);
    assert_true(weighted.loss == 2.0 * first.loss);
    assert_true(d[LABELS] == 0.0F && fabs((double)d[0] - (p[0] - 1.0)) < 1e-6);
    sn_label_sets_free(&sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_gradients),
        cmocka_unit_test(extreme_logits_stay_finite),
        cmocka_unit_test(a_logit_of_zero_is_class_0),
        cmocka_unit_test(a_nan_logit_makes_the_loss_nan),
        cmocka_unit_test(probabilities),
        cmocka_unit_test(softmax_values_and_gradients),
        cmocka_unit_test(softmax_of_two_is_the_sigmoid),
        cmocka_unit_test(extreme_softmax_logits_stay_finite),
        cmocka_unit_test(of_equal_logits_the_lowest_class_wins),
        cmocka_unit_test(a_nan_among_the_logits_makes_the_loss_nan),
        cmocka_unit_test(a_row_counts_by_its_weight),
        cmocka_unit_test(label_sets_sum_their_sigmoids),
    };
    return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
