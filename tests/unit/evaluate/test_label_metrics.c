/* Measures of rows with any number of labels, against numbers worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "scores.h"

enum { ROWS = 4, LABELS = 3 };

static const float LOGITS[ROWS * LABELS] = {2.0F,  -1.0F, 1.0F,  1.0F,  3.0F, -2.0F,
                                            -1.0F, -2.0F, -3.0F, -1.0F, 0.5F, -4.0F};

static void close_to(double value, double wanted)
{
    if (!(fabs(value - wanted) < 1e-12))
        fail_msg("%.17g, expected %.17g", value, wanted);
}

/* Four rows with the labels 0 2, 1, none and 0 1. */
static seqnet_scores *four_rows(void)
{
    seqnet_scores *scores;
    int32_t labels[ROWS][2] = {{0, 2}, {1, 0}, {0, 0}, {0, 1}}, numbers[ROWS];
    static const size_t counts[ROWS] = {2, 1, 0, 2};
    assert_int_equal(sn_scores_create(&scores, LABELS, true, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_reserve(scores, ROWS, NULL), SEQNET_OK);
    for (size_t row = 0; row < ROWS; row++)
        assert_int_equal(
            sn_label_sets_add(&scores->sets, labels[row], counts[row], &numbers[row], NULL),
            SEQNET_OK);
    sn_scores_add(scores, LOGITS, numbers, ROWS);
    return scores;
}

static void each_label(void **state)
{
    (void)state;
    seqnet_scores *const scores = four_rows();
    seqnet_label_metrics l[LABELS];
    seqnet_scores_label_metrics(scores, 0.5, l);
    assert_int_equal(l[0].rows, 2);
    assert_int_equal(l[0].predicted, 2);
    assert_int_equal(l[0].correct, 1);
    close_to(l[0].precision, 0.5);
    close_to(l[0].recall, 0.5);
    close_to(l[0].f1, 0.5);
    close_to(l[1].f1, 1.0);
    close_to(l[2].f1, 1.0);
    const seqnet_average micro = seqnet_micro_average(l, LABELS);
    close_to(micro.precision, 4.0 / 5.0);
    close_to(micro.recall, 4.0 / 5.0);
    close_to(micro.f1, 4.0 / 5.0);
    close_to(seqnet_macro_average(l, LABELS).f1, 2.5 / 3.0);
    seqnet_scores_label_metrics(scores, 1.0, l);
    close_to(seqnet_micro_average(l, LABELS).f1, 0.0);
    seqnet_scores_free(scores);
}

static void whole_rows(void **state)
{
    (void)state;
    seqnet_scores *const scores = four_rows();
    close_to(seqnet_scores_subset_accuracy(scores, 0.5), 2.0 / 4.0);
    close_to(seqnet_scores_subset_accuracy(scores, 1.0), 1.0 / 4.0);
    double loss = 0.0;
    static const double y[ROWS * LABELS] = {1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0};
    for (size_t i = 0; i < ROWS * LABELS; i++)
        loss += log(1.0 + exp(y[i] > 0.0 ? -(double)LOGITS[i] : (double)LOGITS[i]));
    close_to(seqnet_scores_label_loss(scores), loss / ROWS);
    size_t count;
    const int32_t *const labels = seqnet_scores_labels(scores, 3, &count);
    assert_int_equal(count, 2);
    assert_int_equal(labels[1], 1);
    (void)seqnet_scores_labels(scores, 2, &count);
    assert_int_equal(count, 0);
    assert_int_equal(seqnet_scores_classes(scores), LABELS);
    seqnet_scores_free(scores);
}

static void the_k_most_probable(void **state)
{
    (void)state;
    seqnet_scores *const scores = four_rows();
    const seqnet_average one = seqnet_scores_at_k(scores, 1), two = seqnet_scores_at_k(scores, 2);
    close_to(one.precision, 3.0 / 4.0);
    close_to(one.recall, 3.0 / 5.0);
    close_to(two.precision, 5.0 / 8.0);
    close_to(two.recall, 1.0);
    close_to(seqnet_scores_at_k(scores, 10).precision, 5.0 / 12.0);
    seqnet_scores_free(scores);
}

static void the_best_threshold(void **state)
{
    (void)state;
    seqnet_scores *const scores = four_rows();
    double threshold, f1;
    assert_int_equal(seqnet_scores_best_threshold(scores, &threshold, &f1, NULL), SEQNET_OK);
    close_to(threshold, 1.0 / (1.0 + exp(-0.5)));
    close_to(f1, 0.8);
    seqnet_label_metrics l[LABELS];
    seqnet_scores_label_metrics(scores, threshold, l);
    close_to(seqnet_micro_average(l, LABELS).f1, f1);
    seqnet_scores_free(scores);
}

static void without_rows_or_labels(void **state)
{
    (void)state;
    seqnet_scores *scores;
    double threshold, f1;
    int32_t none = 0;
    assert_int_equal(sn_scores_create(&scores, LABELS, true, NULL), SEQNET_OK);
    assert_int_equal(seqnet_scores_best_threshold(scores, &threshold, &f1, NULL), SEQNET_OK);
    close_to(threshold, 0.5);
    close_to(seqnet_scores_at_k(scores, 1).recall, 0.0);
    close_to(seqnet_scores_label_loss(scores), 0.0);
    assert_int_equal(sn_scores_reserve(scores, 1, NULL), SEQNET_OK);
    assert_int_equal(sn_label_sets_add(&scores->sets, &none, 0, &none, NULL), SEQNET_OK);
    sn_scores_add(scores, LOGITS, &none, 1);
    assert_int_equal(seqnet_scores_best_threshold(scores, &threshold, &f1, NULL), SEQNET_OK);
    close_to(threshold, 0.5);
    close_to(f1, 0.0);
    seqnet_scores_free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_label),
        cmocka_unit_test(whole_rows),
        cmocka_unit_test(the_k_most_probable),
        cmocka_unit_test(the_best_threshold),
        cmocka_unit_test(without_rows_or_labels),
    };
    return cmocka_run_group_tests_name("label_metrics", tests, NULL, NULL);
}
