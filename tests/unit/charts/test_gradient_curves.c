/* Norms of gradients by the steps before the last one, in words and as a chart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gradient_chart.h"
#include "gradient_curves.h"
#include "small_charts.h"
#include "text_chart.h"

enum { TIME = 6 };

static double fading[TIME] = {2.0, 0.5, 0.01, 0.0019, 1e-9, 0.0};
static double lasting[TIME] = {0.5, 0.5, 0.4, 0.3, 0.3, 0.25};
static double nothing[TIME];
static double steps[TIME] = {0, 1, 2, 3, 4, 5};

static gradient_curves curves_of(const char *path, double *norms)
{
    return (gradient_curves){
        .model = path, .data = "d", .time = TIME, .rows = 7, .steps = steps, .norms = norms};
}

static void assert_words(double *norms, size_t thousandth, const char *words)
{
    char buffer[GRADIENT_WORDS];
    const gradient_curves curves = curves_of("m", norms);
    assert_int_equal(steps_to_thousandth(&curves), thousandth);
    assert_string_equal(gradient_words(&curves, buffer), words);
}

static void test_words_say_where_the_gradient_has_gone(void **state)
{
    (void)state;
    assert_words(fading, 3, "the gradient falls to 1/1000 of the last step's within 3 steps");
    assert_words(lasting, TIME,
                 "the gradient stays above 1/1000 of the last step's over all 6 steps; the first "
                 "step's is 0.5 of it");
    assert_words(nothing, TIME, "the gradient by the last step's state is 0");
    assert_words((double[TIME]){1.0, 0.0}, 1,
                 "the gradient falls to 1/1000 of the last step's within 1 step");
}

static void test_a_chart_has_a_line_for_each_model(void **state)
{
    (void)state;
    seqnet_error err = {0};
    curves_chart made;
    const gradient_curves c[] = {curves_of("a/m.safetensors", fading),
                                 curves_of("b/m.safetensors", lasting)};
    assert_int_equal(make_gradient_chart(&made, c, 2, NULL, NULL, &err), SEQNET_OK);
    assert_string_equal(made.chart.title, "The loss's gradient by timestep");
    assert_string_equal(made.chart.names[0], "a/m"); /* both files are named m */
    assert_string_equal(made.chart.names[1], "b/m");
    assert_int_equal(made.chart.panel_count, 1);
    assert_int_equal(made.chart.panels[0].y.scale, SCALE_LOG10);
    assert_int_equal(made.chart.panels[0].series[1].count, TIME);
    assert_true(made.chart.panels[0].series[1].y[5] == 0.25);
    assert_int_equal(made.chart.panels[0].series[1].marked, NO_MARK);
    assert_null(made.chart.mark_name);
    free_curves_chart(&made);
    const char *const names[] = {"one", "two"};
    assert_int_equal(make_gradient_chart(&made, c, 2, "T", names, &err), SEQNET_OK);
    assert_string_equal(made.chart.title, "T");
    assert_string_equal(made.chart.names[1], "two");
    free_curves_chart(&made);
}

static void print_as_text(FILE *out, const void *what)
{
    print_text_chart(out, what, &(const text_style){.width = 60});
}

static void test_a_norm_of_0_is_a_gap(void **state)
{
    (void)state;
    seqnet_error err = {0};
    curves_chart made;
    const gradient_curves c = curves_of("m", fading);
    assert_int_equal(make_gradient_chart(&made, &c, 1, NULL, NULL, &err), SEQNET_OK);
    char *const text = printed(print_as_text, &made.chart);
    assert_non_null(strstr(text, "norm of the gradient by timesteps before the last"));
    assert_non_null(strstr(text, " 4\n")); /* the last point with a place */
    free(text);
    free_curves_chart(&made);
}

/* A model of texts of 60 words, trained for an epoch. */
static seqnet_model *train(seqnet_cell cell, seqnet_dataset **data)
{
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    seqnet_train_result result;
    const seqnet_dataset_options reading = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 1;
    options.threads = 1;
    options.cell = cell;
    if (cell == SEQNET_CELL_CONV1D)
        options.units[0] = 0, options.pooling = SEQNET_POOLING_MAX;
    if (seqnet_dataset_load(data, "builtin:recall:60:200", &reading, &err) != SEQNET_OK ||
        seqnet_model_train(&model, *data, &options, &result, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    return model;
}

static void test_the_last_timestep_comes_first(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *data;
    gradient_curves curves;
    seqnet_state_gradients taken;
    seqnet_model *const model = train(SEQNET_CELL_LSTM, &data);
    assert_int_equal(seqnet_model_state_gradients(model, data, SEQNET_TRAIN, 9, NULL, &taken, &err),
                     SEQNET_OK);
    assert_int_equal(take_gradients(&curves, "m", model, data, SEQNET_TRAIN, 9, &err), SEQNET_OK);
    assert_int_equal(curves.time, taken.time);
    assert_int_equal(curves.rows, 9);
    assert_string_equal(curves.layer, "lstm");
    for (size_t k = 0; k < curves.time; k++) {
        assert_true(curves.steps[k] == (double)k);
        assert_true(curves.norms[k] == taken.norms[taken.time - 1 - k]);
    }
    free_gradient_curves(&curves);
    seqnet_state_gradients_free(&taken);
    seqnet_model_free(model);
    seqnet_dataset_free(data);
}

static void test_an_error_names_the_model(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *data;
    gradient_curves curves;
    seqnet_model *const model = train(SEQNET_CELL_CONV1D, &data);
    assert_int_equal(take_gradients(&curves, "conv", model, data, SEQNET_TRAIN, 0, &err),
                     SEQNET_ERR_MODEL);
    assert_string_equal(err.message, "conv: the model has no recurrent layer, so there are no "
                                     "states that its loss could have gradients by");
    seqnet_model_free(model);
    seqnet_dataset_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_say_where_the_gradient_has_gone),
        cmocka_unit_test(test_a_chart_has_a_line_for_each_model),
        cmocka_unit_test(test_a_norm_of_0_is_a_gap),
        cmocka_unit_test(test_the_last_timestep_comes_first),
        cmocka_unit_test(test_an_error_names_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
