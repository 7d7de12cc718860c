/* Measures of scored rows against scikit-learn's, SciPy's and NumPy's (make_metric_cases.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include <seqnet/metrics.h>

#include "metric_cases.h"
#include "rng.h"
#include "scores.h"

enum { MOST_CLASSES = 5 };
enum { ROC, AVERAGE_PRECISION, BRIER, CALIBRATION, LOSS, MACRO_F1, WEIGHTED_F1, RECALL_AT_2 };

static void close_to(double value, double wanted)
{
    if (!(fabs(value - wanted) < 1e-9))
        fail_msg("%.17g, expected %.17g", value, wanted);
}

typedef struct metric_case {
    size_t rows, classes;
    /* How many of the labels occur; the last ones do not. */
    size_t occurring;
    const float *logits;
    const int32_t *labels;
    const double *roc, *average_precision, *others;
} metric_case;

#define CASE(NAME, CLASSES)                                                                        \
    {                                                                                              \
        .rows = sizeof NAME##_labels / sizeof *NAME##_labels, .classes = (CLASSES),                \
        .occurring = sizeof NAME##_roc / sizeof *NAME##_roc, .logits = NAME##_logits,              \
        .labels = NAME##_labels, .roc = NAME##_roc, .average_precision = NAME##_average_precision, \
        .others = NAME##_others                                                                    \
    }

static const metric_case CASES[] = {CASE(two, 2), CASE(five, 5)};

static seqnet_scores *scores_of(const metric_case *c)
{
    seqnet_scores *scores;
    const size_t outputs = c->classes == 2 ? 1 : c->classes;
    assert_int_equal(sn_scores_create(&scores, outputs, false, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_reserve(scores, c->rows, NULL), SEQNET_OK);
    sn_scores_add(scores, c->logits, c->labels, c->rows);
    return scores;
}

static void areas_of_labels(void **state)
{
    (void)state;
    for (const metric_case *c = CASES; c < CASES + sizeof CASES / sizeof *CASES; c++) {
        seqnet_scores *const scores = scores_of(c);
        seqnet_areas areas[MOST_CLASSES];
        assert_int_equal(seqnet_scores_areas(scores, areas, NULL), SEQNET_OK);
        for (size_t k = 0; k < c->classes; k++) {
            const bool occurs = k < c->occurring;
            assert_int_equal(occurs, !isnan(areas[k].roc));
            assert_int_equal(occurs, !isnan(areas[k].precision_recall));
            if (!occurs)
                continue;
            close_to(areas[k].roc, c->roc[k]);
            close_to(areas[k].precision_recall, c->average_precision[k]);
        }
        const seqnet_areas macro = seqnet_macro_areas(areas, c->classes);
        close_to(macro.roc, c->others[ROC]);
        close_to(macro.precision_recall, c->others[AVERAGE_PRECISION]);
        seqnet_scores_free(scores);
    }
}

static void a_curve_ends_with_all_rows(void **state)
{
    (void)state;
    seqnet_scores *const scores = scores_of(&CASES[1]);
    seqnet_curve curve;
    assert_int_equal(seqnet_scores_curve(scores, 1, &curve, NULL), SEQNET_OK);
    size_t with = 0;
    for (size_t row = 0; row < CASES[1].rows; row++)
        with += CASES[1].labels[row] == 1;
    assert_int_equal(curve.positives, with);
    assert_int_equal(curve.positives + curve.negatives, CASES[1].rows);
    for (size_t i = 1; i < curve.count; i++)
        assert_true(curve.points[i].threshold < curve.points[i - 1].threshold);
    assert_int_equal(curve.points[curve.count - 1].true_positives, with);
    close_to(seqnet_curve_areas(&curve).roc, CASES[1].roc[1]);
    seqnet_curve_free(&curve);
    seqnet_scores_free(scores);
}

static void probabilities_and_counts(void **state)
{
    (void)state;
    for (const metric_case *c = CASES; c < CASES + sizeof CASES / sizeof *CASES; c++) {
        seqnet_scores *const scores = scores_of(c);
        seqnet_label_metrics labels[MOST_CLASSES];
        seqnet_evaluation e;
        close_to(seqnet_scores_brier(scores), c->others[BRIER]);
        close_to(seqnet_scores_calibration(scores).error, c->others[CALIBRATION]);
        assert_int_equal(seqnet_evaluation_init(&e, c->classes, NULL), SEQNET_OK);
        seqnet_scores_evaluate(scores, &e);
        close_to(e.loss, c->others[LOSS]);
        seqnet_evaluation_labels(&e, labels);
        close_to(seqnet_macro_average(labels, c->classes).f1, c->others[MACRO_F1]);
        close_to(seqnet_weighted_average(labels, c->classes).f1, c->others[WEIGHTED_F1]);
        close_to(seqnet_scores_at_k(scores, 2).recall, c->others[RECALL_AT_2]);
        close_to(seqnet_scores_at_k(scores, 1).recall, e.accuracy);
        seqnet_evaluation_free(&e);
        seqnet_scores_free(scores);
    }
}

static void a_threshold_moves_the_answers(void **state)
{
    (void)state;
    seqnet_scores *const scores = scores_of(&CASES[0]);
    const double threshold = 0.7;
    size_t wanted = 0;
    double p[2];
    for (size_t row = 0; row < CASES[0].rows; row++) {
        seqnet_scores_probabilities(scores, row, p);
        wanted += (p[1] >= threshold) == (CASES[0].labels[row] == 1);
    }
    seqnet_evaluation e = seqnet_evaluation_totals(2);
    seqnet_scores_evaluate(scores, &e);
    assert_int_not_equal(e.correct, wanted);
    seqnet_scores_set_threshold(scores, threshold);
    e = seqnet_evaluation_totals(2);
    seqnet_scores_evaluate(scores, &e);
    assert_int_equal(e.correct, wanted);
    seqnet_scores_free(scores);
}

static void intervals_of_shares(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wilson_cases / sizeof *wilson_cases; i += 4) {
        const double *const c = wilson_cases + i;
        const seqnet_interval interval = seqnet_wilson_interval((size_t)c[0], (size_t)c[1]);
        close_to(interval.low, c[2]);
        close_to(interval.high, c[3]);
    }
    assert_true(seqnet_wilson_interval(0, 0).high == 1.0);
}

static void exact_tests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mcnemar_cases / sizeof *mcnemar_cases; i += 3) {
        const double *const c = mcnemar_cases + i;
        const seqnet_paired paired = {
            .n = 10000, .only_first = (size_t)c[0], .only_second = (size_t)c[1]};
        close_to(seqnet_paired_p_value(&paired), c[2]);
    }
}

/* For many rows the difference is nearly normal. */
static void bootstrapped_intervals(void **state)
{
    (void)state;
    const seqnet_paired paired = {.n = 5000, .only_first = 200, .only_second = 260};
    const double mean = 60.0 / 5000.0, deviation = sqrt((460.0 / 5000.0 - mean * mean) / 5000.0);
    seqnet_interval one, same, other;
    assert_int_equal(seqnet_paired_interval(&paired, 2000, 1, &one, NULL), SEQNET_OK);
    assert_int_equal(seqnet_paired_interval(&paired, 2000, 1, &same, NULL), SEQNET_OK);
    assert_int_equal(seqnet_paired_interval(&paired, 2000, 2, &other, NULL), SEQNET_OK);
    assert_true(fabs(one.low - (mean - 1.96 * deviation)) < 0.15 * deviation);
    assert_true(fabs(one.high - (mean + 1.96 * deviation)) < 0.15 * deviation);
    assert_true(one.low == same.low && one.high == same.high);
    assert_true(one.low != other.low || one.high != other.high);
}

/* Of pairs of equally good models about one of twenty is told apart by its interval: 200 samples of
 * 400 rows, of which each model alone has 6 % right. */
static void false_alarms(void **state)
{
    (void)state;
    enum { PAIRS = 200, ROWS = 400, REPLICATES = 500 };
    size_t alarms = 0;
    sn_rng rng;
    sn_rng_seed(&rng, 7, SN_RNG_SPLIT);
    for (size_t pair = 0; pair < PAIRS; pair++) {
        seqnet_paired paired = {.n = ROWS};
        seqnet_interval interval;
        for (size_t row = 0; row < ROWS; row++) {
            const double chance = sn_rng_uniform(&rng);
            paired.only_first += chance < 0.06;
            paired.only_second += chance >= 0.94;
        }
        assert_int_equal(seqnet_paired_interval(&paired, REPLICATES, 1, &interval, NULL),
                         SEQNET_OK);
        alarms += interval.low > 0.0 || interval.high < 0.0;
    }
    print_message("%zu false alarms in %d pairs\n", alarms, PAIRS);
    assert_true(alarms >= 4 && alarms <= 18);
}

static void no_rows(void **state)
{
    (void)state;
    seqnet_scores *scores;
    seqnet_areas areas[2];
    assert_int_equal(sn_scores_create(&scores, 1, false, NULL), SEQNET_OK);
    assert_int_equal(seqnet_scores_areas(scores, areas, NULL), SEQNET_OK);
    assert_true(isnan(areas[0].roc) && isnan(seqnet_macro_areas(areas, 2).precision_recall));
    assert_true(seqnet_scores_brier(scores) == 0.0);
    assert_true(seqnet_scores_calibration(scores).error == 0.0);
    seqnet_scores_free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_of_labels),
        cmocka_unit_test(a_curve_ends_with_all_rows),
        cmocka_unit_test(probabilities_and_counts),
        cmocka_unit_test(a_threshold_moves_the_answers),
        cmocka_unit_test(intervals_of_shares),
        cmocka_unit_test(exact_tests),
        cmocka_unit_test(bootstrapped_intervals),
        cmocka_unit_test(false_alarms),
        cmocka_unit_test(no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
