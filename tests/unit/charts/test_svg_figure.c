/* Charts of a page: figures, legends, bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_charts.h"
#include "svg_figure.h"

static const double SHARES[] = {0.5, 0.75, 1.0};
static const char *const NAMES[] = {"<first>"};

/* A chart of one panel with shares, drawn in some way. */
typedef struct one_panel {
    chart_series series;
    chart_panel panel;
    chart chart;
} one_panel;

static void make(one_panel *made, series_look look)
{
    made->series = small_series(0, SHARES, 3, NO_MARK);
    made->series.look = look;
    made->panel = small_panel(&made->series, 1);
    made->panel.y = (chart_axis){
        .title = "accuracy", .is_percent = true, .least = 0.0, .most = 1.0, .is_fixed = true};
    made->chart =
        (chart){.names = NAMES, .line_count = 1, .panels = &made->panel, .panel_count = 1};
}

static void figure(FILE *out, const void *c)
{
    print_svg_figure(out, c, 0, "A <name>");
}

static void legend(FILE *out, const void *c)
{
    print_html_legend(out, c);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static void test_a_figure_has_a_name_and_its_points_say_what_they_are(void **state)
{
    (void)state;
    one_panel made;
    make(&made, LOOK_POINTS);
    char *const shown = printed(figure, &made.chart);
    assert_non_null(strstr(shown, "role=\"img\" aria-label=\"A &lt;name&gt;\""));
    assert_non_null(strstr(shown, "<title>&lt;first&gt;, epoch 2: accuracy 75.0\xc2\xa0%</title>"));
    assert_non_null(strstr(shown, ">100\xc2\xa0%</text>"));
    assert_non_null(strstr(shown, ">0\xc2\xa0%</text>")); /* the axis is fixed */
    assert_null(strstr(shown, "<style"));
    free(shown);
}

static void test_the_looks_of_a_series(void **state)
{
    (void)state;
    one_panel made;
    make(&made, LOOK_CURVE);
    char *shown = printed(figure, &made.chart);
    assert_int_equal(occurrences(shown, "<circle"), 0);
    assert_int_equal(occurrences(shown, "class=\"line l0\""), 1);
    free(shown);
    make(&made, LOOK_AREA);
    shown = printed(figure, &made.chart);
    assert_int_equal(occurrences(shown, "class=\"area p0\""), 1);
    free(shown);
    make(&made, LOOK_GUIDE);
    shown = printed(figure, &made.chart);
    assert_int_equal(occurrences(shown, "class=\"guide\""), 1);
    assert_int_equal(occurrences(shown, "class=\"line"), 0);
    free(shown);
}

static void test_a_legend_names_lines_and_marks(void **state)
{
    (void)state;
    one_panel made;
    make(&made, LOOK_POINTS);
    made.chart.mark_name = "kept epoch: 2";
    char *const shown = printed(legend, &made.chart);
    assert_int_equal(occurrences(shown, "<li>"), 2);
    assert_non_null(strstr(shown, "<bdi>&lt;first&gt;</bdi>"));
    assert_non_null(strstr(shown, "<bdi>kept epoch: 2</bdi>"));
    free(shown);
}

static void bar(FILE *out, const void *ends)
{
    const double *const e = ends;
    print_svg_bar(out, e[0], e[1], e[2]);
}

static void test_a_bar_has_a_whisker_where_there_is_an_interval(void **state)
{
    (void)state;
    char *shown = printed(bar, (double[]){0.5, 0.25, 0.75});
    assert_non_null(strstr(shown, "class=\"value\" d=\"M0 7h50.0\""));
    assert_non_null(strstr(shown, "M25.0 7H75.0"));
    free(shown);
    shown = printed(bar, (double[]){0.5, 0.5, 0.5});
    assert_null(strstr(shown, "whisker"));
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_figure_has_a_name_and_its_points_say_what_they_are),
        cmocka_unit_test(test_the_looks_of_a_series),
        cmocka_unit_test(test_a_legend_names_lines_and_marks),
        cmocka_unit_test(test_a_bar_has_a_whisker_where_there_is_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
