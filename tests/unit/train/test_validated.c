/* What a training learns of its validation rows: calibration, the threshold of a precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <seqnet/metrics.h>

#include "validated.h"

enum { COUNT = 200 };

static int32_t ids[1], labels[COUNT];
static size_t offsets[COUNT + 1];
static float logits[COUNT];
static const sn_rows ROWS = {.ids = ids, .offsets = offsets, .labels = labels, .count = COUNT};

/* Half of the rows have the logit 3 and are right in nine of ten cases, the others 1 and in six. */
static seqnet_scores *make_scores(void)
{
    seqnet_scores *scores;
    for (size_t i = 0; i < COUNT; i++) {
        logits[i] = i % 2 ? 3.0F : 1.0F;
        labels[i] = (i / 2) % 10 < (i % 2 ? 9U : 6U);
    }
    assert_int_equal(sn_scores_create(&scores, 1, false, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_add_rows(scores, &ROWS, logits, NULL), SEQNET_OK);
    return scores;
}

static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static void both_sides_of_the_calibration(void **state)
{
    (void)state;
    seqnet_scores *const scores = make_scores();
    sn_validated v = {0};
    sn_model_config config = {.encoding = {.start_char = 1, .oov_char = 2}};
    const seqnet_train_options options = {0};
    assert_int_equal(sn_validated_measure(&v, scores, &ROWS, &options, 2.0, &config, NULL),
                     SEQNET_OK);
    const double after = (fabs(0.9 - sigmoid(3.0)) + fabs(0.6 - sigmoid(1.0))) / 2.0;
    const double before = (fabs(0.9 - sigmoid(6.0)) + fabs(0.6 - sigmoid(2.0))) / 2.0;
    assert_true(v.calibrated.temperature == 2.0);
    assert_true(fabs(v.calibrated.ece_after - after) < 1e-6);
    assert_true(fabs(v.calibrated.ece_before - before) < 1e-6);
    assert_true(v.calibrated.loss_before > v.calibrated.loss_after);
    assert_non_null(strstr(v.profile, "\"rows\":200,\"predicted\":[0,200],\"actual\":[50,150]"));
    assert_null(strstr(v.profile, "refitted"));
    assert_true(config.abstain_below == 0.0 && v.precise.rows == 0);
    sn_validated_free(&v);
    seqnet_scores_free(scores);
}

static void a_precision_that_is_reached_and_one_that_is_not(void **state)
{
    (void)state;
    seqnet_scores *const scores = make_scores();
    sn_validated v = {0};
    sn_model_config config = {.encoding = {.start_char = 1, .oov_char = 2}};
    seqnet_train_options options = {.precision = 0.85, .refit = true};
    assert_int_equal(sn_validated_measure(&v, scores, &ROWS, &options, 0.0, &config, NULL),
                     SEQNET_OK);
    assert_true(v.precise.is_reached && v.precise.rows == COUNT);
    assert_true(v.precise.point.kept == 100 && v.precise.point.right == 90);
    assert_true(config.abstain_below == v.precise.point.threshold);
    assert_true(config.abstain_below <= sigmoid(3.0) && config.abstain_below > sigmoid(3.0) - 2e-4);
    assert_true(v.calibrated.temperature == 0.0);
    assert_null(strstr(v.profile, "refitted")); /* not yet */
    options.precision = 0.95;
    assert_int_equal(sn_validated_measure(&v, scores, &ROWS, &options, 0.0, &config, NULL),
                     SEQNET_OK);
    assert_true(!v.precise.is_reached && config.abstain_below == 0.0);
    assert_int_equal(v.precise.point.kept, 100);
    sn_validated_free(&v);
    seqnet_scores_free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_the_calibration),
        cmocka_unit_test(a_precision_that_is_reached_and_one_that_is_not)};
    return cmocka_run_group_tests_name("validated", tests, NULL, NULL);
}
