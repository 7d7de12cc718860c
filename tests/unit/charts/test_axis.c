/* Ranges, round ticks and places of axes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "axis.h"
#include "small_charts.h"

static void expect_ticks(const axis_ticks *t, size_t count, const double *ticks)
{
    assert_int_equal(t->count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(fabs(t->ticks[i] - ticks[i]) <= 1e-9 * fabs(ticks[i]));
}

/* The y ticks of a panel with these values. */
static axis_ticks ticks_of(chart_panel *panel, chart_series *series, const double *y, size_t count,
                           size_t most)
{
    *series = small_series(0, y, count, NO_MARK);
    panel->series = series;
    panel->series_count = 1;
    return y_ticks(panel, most);
}

static void test_steps_are_one_two_or_five(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    const double y[] = {0.52, 0.61, 0.88};
    axis_ticks t = ticks_of(&panel, &series, y, 3, 6);
    expect_ticks(&t, 5, (double[]){0.5, 0.6, 0.7, 0.8, 0.9});
    assert_true(t.low == 0.5 && t.high == 0.9);
    t = ticks_of(&panel, &series, y, 3, 4);
    expect_ticks(&t, 4, (double[]){0.4, 0.6, 0.8, 1.0});
    t = ticks_of(&panel, &series, (double[]){-3.0, 17.0}, 2, 6);
    expect_ticks(&t, 6, (double[]){-5.0, 0.0, 5.0, 10.0, 15.0, 20.0});
}

static void test_there_are_never_more_ticks_than_asked_for(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    for (int scale = SCALE_LINEAR; scale <= SCALE_LOG10; scale++)
        for (size_t most = 3; most <= MAX_TICKS; most++)
            for (double low = 1e-30; low < 1e6; low *= 3.7)
                for (double factor = 1.0 + 1e-10; factor < 1e40; factor *= 6.1) {
                    panel.y.scale = (axis_scale)scale;
                    const axis_ticks t =
                        ticks_of(&panel, &series, (double[]){low, low * factor}, 2, most);
                    assert_in_range(t.count, 1, most);
                    assert_true(t.low < t.high);
                    assert_true(axis_place(&panel.y, &t, low) >= -1e-6);
                    assert_true(axis_place(&panel.y, &t, low * factor) <= 1.0 + 1e-6);
                }
}

static void test_the_x_axis_ends_at_the_points(void **state)
{
    (void)state;
    chart_series series = small_series(0, SMALL_X, 10, NO_MARK);
    const chart_panel panel = small_panel(&series, 1);
    const axis_ticks t = x_ticks(&panel, 7);
    assert_true(t.low == 1.0 && t.high == 10.0);
    expect_ticks(&t, 5, (double[]){2, 4, 6, 8, 10});
}

static void test_whole_axes_have_whole_ticks(void **state)
{
    (void)state;
    chart_series series = small_series(0, SMALL_X, 2, NO_MARK);
    const chart_panel panel = small_panel(&series, 1);
    axis_ticks t = x_ticks(&panel, 10);
    expect_ticks(&t, 2, (double[]){1, 2});
    series.count = 1; /* a single epoch stands in the middle */
    t = x_ticks(&panel, 10);
    expect_ticks(&t, 1, (double[]){1});
    assert_true(axis_place(&panel.x, &t, 1.0) == 0.5);
}

static void test_a_constant_has_a_range(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    axis_ticks t = ticks_of(&panel, &series, (double[]){0.7, 0.7}, 2, 6);
    assert_true(t.low < 0.7 && t.high > 0.7 && t.count >= 2);
    t = ticks_of(&panel, &series, (double[]){0.0, 0.0}, 2, 6);
    assert_true(t.low < 0.0 && t.high > 0.0 && t.count >= 2);
    panel.y.scale = SCALE_LOG10;
    t = ticks_of(&panel, &series, (double[]){3.0}, 1, 6);
    assert_true(t.low < 3.0 && t.high > 3.0 && t.count >= 2);
}

static void test_limits_hold_unless_points_lie_beyond(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    panel.y.most = 1.0;
    panel.y.least = 0.0;
    axis_ticks t = ticks_of(&panel, &series, (double[]){1.0, 1.0}, 2, 6);
    assert_true(t.high == 1.0);
    t = ticks_of(&panel, &series, (double[]){0.0, 0.0}, 2, 6);
    assert_true(t.low == 0.0);
    t = ticks_of(&panel, &series, (double[]){0.5, 1.3}, 2, 6);
    assert_true(t.high >= 1.3);
}

static void test_values_without_a_place_do_not_count(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    const double y[] = {(double)NAN, 1.0, (double)INFINITY, 3.0, 1e300};
    axis_ticks t = ticks_of(&panel, &series, y, 5, 6);
    assert_true(t.low == 1.0 && t.high == 3.0);
    t = ticks_of(&panel, &series, (double[]){(double)NAN}, 1, 6);
    assert_true(t.low == 0.0 && t.high == 1.0);
    panel.y.scale = SCALE_LOG10;
    t = ticks_of(&panel, &series, (double[]){0.0, -1.0, 10.0, 100.0}, 4, 3);
    assert_true(fabs(t.low - 10.0) < 1e-9 && fabs(t.high - 100.0) < 1e-9);
    t = ticks_of(&panel, &series, (double[]){0.0}, 1, 6);
    assert_true(t.low == 1.0 && t.high == 10.0);
}

static void test_logarithmic_ticks_are_powers_of_ten(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    panel.y.scale = SCALE_LOG10;
    axis_ticks t = ticks_of(&panel, &series, (double[]){3e-4, 0.5}, 2, 6);
    expect_ticks(&t, 5, (double[]){1e-4, 1e-3, 1e-2, 1e-1, 1});
    t = ticks_of(&panel, &series, (double[]){1e-18, 1.0}, 2, 6);
    expect_ticks(&t, 5, (double[]){1e-16, 1e-12, 1e-8, 1e-4, 1});
    t = ticks_of(&panel, &series, (double[]){1.5, 8.0}, 2, 6);
    expect_ticks(&t, 4, (double[]){1, 2, 5, 10});
    assert_true(fabs(axis_place(&panel.y, &t, sqrt(10.0)) - 0.5) < 1e-9);
}

static void expect_label(const chart_axis *axis, axis_ticks t, const char *label)
{
    char text[TICK_LABEL];
    assert_string_equal(tick_label(axis, &t, 0, text), label);
}

static void test_labels_have_the_decimals_of_the_steps(void **state)
{
    (void)state;
    const chart_axis linear = {.least = (double)NAN}, log = {.scale = SCALE_LOG10};
    expect_label(&linear, (axis_ticks){.high = 1, .step = 0.05, .ticks = {0.9}}, "0.90");
    expect_label(&linear, (axis_ticks){.high = 200, .step = 50, .ticks = {150}}, "150");
    expect_label(&linear, (axis_ticks){.low = -1, .high = 1, .step = 0.5, .ticks = {-0.0}}, "0.0");
    expect_label(&linear, (axis_ticks){.high = 1e-6, .step = 1e-7, .ticks = {3e-7}}, "3e-07");
    expect_label(&linear, (axis_ticks){.high = 5e7, .step = 1e7, .ticks = {2e7}}, "2e+07");
    expect_label(&log, (axis_ticks){.high = 1, .low = 1e-5, .step = 10, .ticks = {1e-2}}, "1e-02");
    expect_label(&log, (axis_ticks){.high = 1, .low = 0.01, .step = 10, .ticks = {0.1}}, "0.1");
}

static void test_shares_are_labelled_in_percent(void **state)
{
    (void)state;
    const chart_axis axis = {.is_percent = true};
    expect_label(&axis, (axis_ticks){.high = 1, .step = 0.2, .ticks = {0.6}}, "60\xc2\xa0%");
    expect_label(&axis, (axis_ticks){.high = 0.01, .step = 0.002, .ticks = {0.006}},
                 "0.6\xc2\xa0%");
}

static void test_a_fixed_axis_has_both_its_ends(void **state)
{
    (void)state;
    chart_series series;
    chart_panel panel = small_panel(NULL, 0);
    panel.y.least = 0.0;
    panel.y.most = 1.0;
    axis_ticks t = ticks_of(&panel, &series, (double[]){0.7, 0.9}, 2, 6);
    assert_true(t.low > 0.0 && t.high < 1.0);
    panel.y.is_fixed = true;
    t = ticks_of(&panel, &series, (double[]){0.7, 0.9}, 2, 6);
    assert_true(t.low == 0.0 && t.high == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_are_one_two_or_five),
        cmocka_unit_test(test_there_are_never_more_ticks_than_asked_for),
        cmocka_unit_test(test_the_x_axis_ends_at_the_points),
        cmocka_unit_test(test_whole_axes_have_whole_ticks),
        cmocka_unit_test(test_a_constant_has_a_range),
        cmocka_unit_test(test_limits_hold_unless_points_lie_beyond),
        cmocka_unit_test(test_values_without_a_place_do_not_count),
        cmocka_unit_test(test_logarithmic_ticks_are_powers_of_ten),
        cmocka_unit_test(test_labels_have_the_decimals_of_the_steps),
        cmocka_unit_test(test_shares_are_labelled_in_percent),
        cmocka_unit_test(test_a_fixed_axis_has_both_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
