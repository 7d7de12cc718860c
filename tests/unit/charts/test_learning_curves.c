/* Curves from training records, and charts of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "curves_chart.h"
#include "small_charts.h"

static const char VALIDATED[] =
    "{\"kept_epoch\":2,\"refit\":false,\"history\":["
    "{\"epoch\":1,\"acc\":0.5,\"loss\":0.7,\"val_acc\":0.6,\"val_loss\":0.65,\"seconds\":1.5},"
    "{\"epoch\":2,\"acc\":0.75,\"val_acc\":0.7,\"val_loss\":null,\"seconds\":1}]}";
static const char UNVALIDATED[] = "{\"kept_epoch\":1,\"refit_epochs\":3,\"history\":["
                                  "{\"epoch\":1,\"acc\":0.5,\"loss\":0.7,\"seconds\":1}]}";

static learning_curves curves_of(const char *path, const char *record)
{
    learning_curves curves;
    seqnet_error err = {0};
    assert_int_equal(read_learning_curves(&curves, path, record, &err), SEQNET_OK);
    return curves;
}

static void test_a_record_gives_its_numbers(void **state)
{
    (void)state;
    learning_curves c = curves_of("m", VALIDATED);
    assert_int_equal(c.epochs, 2);
    assert_int_equal(c.kept, 2);
    assert_int_equal(c.refit_epochs, 0);
    assert_true(curve_values(&c, CURVE_ACC)[1] == 0.75);
    assert_true(curve_values(&c, CURVE_VAL_LOSS)[0] == 0.65);
    assert_true(isnan(curve_values(&c, CURVE_VAL_LOSS)[1]));
    assert_true(isnan(curve_values(&c, CURVE_LOSS)[1]));
    assert_true(curve_values(&c, CURVE_SECONDS)[0] == 1.5);
    assert_false(is_kept(&c, 0));
    assert_true(is_kept(&c, 1));
    free_learning_curves(&c);
}

static void test_odd_records_have_no_epochs(void **state)
{
    (void)state;
    const char *const records[] = {"{}", "{\"history\":[]}", "{\"history\":5,\"kept_epoch\":\"x\"}",
                                   "{\"history\":null,\"kept_epoch\":-1e300}"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        learning_curves c = curves_of("m", records[i]);
        assert_int_equal(c.epochs, 0);
        assert_int_equal(c.kept, 0);
        assert_false(has_curve(&c, CURVE_ACC));
        free_learning_curves(&c);
    }
    learning_curves c = curves_of("m", "{\"history\":[5,\"x\",{}]}");
    assert_int_equal(c.epochs, 3);
    assert_false(has_curve(&c, CURVE_EPOCH));
    free_learning_curves(&c);
}

static void test_one_model_shows_training_and_validation(void **state)
{
    (void)state;
    seqnet_error err = {0};
    curves_chart made;
    learning_curves c = curves_of("dir.d/my.model.safetensors", VALIDATED);
    assert_int_equal(make_curves_chart(&made, &c, 1, METRIC_AUTO, NULL, NULL, &err), SEQNET_OK);
    assert_string_equal(made.chart.title, "my.model");
    assert_int_equal(made.chart.line_count, 2);
    assert_string_equal(made.chart.names[0], "training");
    assert_string_equal(made.chart.names[1], "validation");
    assert_int_equal(made.chart.panel_count, 2);
    assert_string_equal(made.chart.panels[0].y.title, "accuracy");
    assert_string_equal(made.chart.panels[1].y.title, "loss (nats)");
    assert_true(made.chart.panels[0].series[1].y[0] == 0.6);
    assert_true(made.chart.panels[1].series[0].y[0] == 0.7);
    assert_int_equal(made.chart.panels[1].series[1].marked, 1);
    assert_string_equal(made.chart.mark_name, "kept epoch: 2");
    free_curves_chart(&made);
    free_learning_curves(&c);
}

static void test_models_are_compared_by_validation(void **state)
{
    (void)state;
    seqnet_error err = {0};
    curves_chart made;
    learning_curves c[] = {curves_of("a/m.safetensors", VALIDATED),
                           curves_of("b/m.safetensors", UNVALIDATED)};
    assert_int_equal(make_curves_chart(&made, c, 2, METRIC_AUTO, NULL, NULL, &err), SEQNET_OK);
    assert_string_equal(made.chart.title, "Learning curves");
    assert_string_equal(made.chart.names[0], "a/m"); /* both files are named m */
    assert_string_equal(made.chart.names[1], "b/m (training)");
    assert_string_equal(made.chart.panels[0].y.title, "accuracy");
    assert_true(made.chart.panels[0].series[0].y[0] == 0.6);
    assert_true(made.chart.panels[0].series[1].y[0] == 0.5);
    assert_string_equal(made.chart.mark_name, "best epoch"); /* one was trained again */
    free_curves_chart(&made);
    free_learning_curves(&c[0]);
    free_learning_curves(&c[1]);
}

static void test_a_metric_is_one_panel(void **state)
{
    (void)state;
    seqnet_error err = {0};
    curves_chart made;
    const char *const names[] = {"one", "two"};
    learning_curves c[] = {curves_of("a.safetensors", VALIDATED),
                           curves_of("b.safetensors", UNVALIDATED)};
    assert_int_equal(make_curves_chart(&made, c, 2, METRIC_LOSS, "T", names, &err), SEQNET_OK);
    assert_string_equal(made.chart.title, "T");
    assert_string_equal(made.chart.names[1], "two");
    assert_int_equal(made.chart.panel_count, 1);
    assert_string_equal(made.chart.panels[0].y.title, "training loss (nats)");
    free_curves_chart(&made);
    assert_int_equal(make_curves_chart(&made, &c[1], 1, METRIC_VAL_ACC, NULL, NULL, &err),
                     SEQNET_ERR_MODEL);
    assert_string_equal(err.message, "b.safetensors: its training record has no val_acc");
    free_learning_curves(&c[0]);
    free_learning_curves(&c[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_gives_its_numbers),
        cmocka_unit_test(test_odd_records_have_no_epochs),
        cmocka_unit_test(test_one_model_shows_training_and_validation),
        cmocka_unit_test(test_models_are_compared_by_validation),
        cmocka_unit_test(test_a_metric_is_one_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
