/* Whole charts, on a terminal and as SVG. The pictures of text charts are files of tests/data:
 * look at them when they change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recognise.h"
#include "small_charts.h"
#include "support.h"
#include "svg_chart.h"
#include "terminal.h"
#include "text_chart.h"

static const double ACCURACY[] = {.52, .61, .68, .74, .79, .83, .86, .88, .9, .91};
static const double VALIDATION[] = {.55, .63, .69, .72, .73, .74, .735, .73, .72, .715};
static const double LOSS[] = {.69, .66, .6, .52, .45, .39, .34, .3, .27, .25};
static const double GAPS[] = {.68, .65, (double)NAN, .56, .55, (double)NAN, .57, .59, .61, .65};
static const char *const NAMES[] = {"training", "validation"};

/* A chart of two panels with two lines each. */
typedef struct two_panels {
    chart_series series[4];
    chart_panel panels[2];
    chart chart;
} two_panels;

static void make_two_panels(two_panels *made)
{
    made->series[0] = small_series(0, ACCURACY, 10, 5);
    made->series[1] = small_series(1, VALIDATION, 10, 5);
    made->series[2] = small_series(0, LOSS, 10, 5);
    made->series[3] = small_series(1, GAPS, 10, NO_MARK);
    made->panels[0] = small_panel(made->series, 2);
    made->panels[0].y.title = "accuracy";
    made->panels[1] = small_panel(made->series + 2, 2);
    made->chart = (chart){.title = "reviews",
                          .names = NAMES,
                          .line_count = 2,
                          .panels = made->panels,
                          .panel_count = 2,
                          .mark_name = "kept epoch: 6"};
}

static text_style style;

static void print_text(FILE *out, const void *what)
{
    print_text_chart(out, what, &style);
}

static void print_svg(FILE *out, const void *what)
{
    print_svg_chart(out, what);
}

/* Compares a text with a file. SEQNET_WRITE_CHARTS, a folder, gets the text, to be looked at. */
static void expect_file(const char *text, const char *name)
{
    char path[256], expected[16384];
    const char *const folder = getenv("SEQNET_WRITE_CHARTS");
    (void)snprintf(path, sizeof path, "%s/%s", folder ? folder : SEQNET_TEST_DATA, name);
    FILE *const file = fopen(path, folder ? "wb" : "rb");
    assert_non_null(file);
    if (folder)
        fputs(text, file);
    else {
        expected[fread(expected, 1, sizeof expected - 1, file)] = '\0';
        assert_string_equal(text, expected);
    }
    fclose(file);
}

static void test_a_text_chart_looks_as_its_file(void **state)
{
    (void)state;
    two_panels made;
    make_two_panels(&made);
    for (int is_utf8 = 0; is_utf8 < 2; is_utf8++) {
        style = (text_style){.width = 60, .is_utf8 = is_utf8};
        char *const text = printed(print_text, &made.chart);
        expect_file(text, is_utf8 ? "chart_60_braille.txt" : "chart_60_ascii.txt");
        free(text);
    }
}

/* The cells of the widest line. */
static size_t widest_line(char *text)
{
    size_t widest = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        const size_t width = display_width(line);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void test_a_text_chart_fits_every_width(void **state)
{
    (void)state;
    two_panels made;
    make_two_panels(&made);
    made.chart.title = "a title that is far too long for a narrow terminal, and has \x01 in it";
    made.chart.names = (const char *const[]){
        "a long name with \xe6\x98\xa0\xe7\x94\xbb that does not fit either", "\xff<&>"};
    made.panels[1].y.scale = SCALE_LOG10;
    for (size_t width = MIN_CHART_WIDTH; width <= MAX_CHART_WIDTH; width++)
        for (int is_utf8 = 0; is_utf8 < 2; is_utf8++) {
            style = (text_style){.width = width, .is_utf8 = is_utf8};
            char *const text = printed(print_text, &made.chart);
            assert_null(strchr(text, '\x01'));
            assert_in_range(widest_line(text), 10, width);
            free(text);
        }
}

static void test_a_long_label_at_the_end_is_left_out(void **state)
{
    (void)state;
    const chart_series series = {
        .x = (const double[]){100000, 200000}, .y = LOSS, .count = 2, .marked = NO_MARK};
    const chart_panel panel = small_panel(&series, 1);
    const chart c = {
        .title = "t", .names = NAMES, .line_count = 1, .panels = &panel, .panel_count = 1};
    style = (text_style){.width = MIN_CHART_WIDTH};
    char *const text = printed(print_text, &c);
    assert_in_range(widest_line(text), 10, MIN_CHART_WIDTH);
    free(text);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

static void test_an_svg_has_lines_marks_and_gaps(void **state)
{
    (void)state;
    two_panels made;
    make_two_panels(&made);
    char *const text = printed(print_svg, &made.chart);
    assert_int_equal(strncmp(text, CURVES_SVG, strlen(CURVES_SVG)), 0);
    assert_int_equal(count_of(text, "class=\"line l0\""), 3); /* the legend's and two panels' */
    assert_int_equal(count_of(text, "class=\"line l1\""), 3);
    assert_int_equal(count_of(text, "class=\"paper ring l"), 3);
    const char *last = strstr(text, ">loss<");
    assert_non_null(last);
    last = strstr(last, "class=\"line l1\"");
    assert_non_null(last);
    last = strstr(last, " d=");
    assert_non_null(last);
    char path[512];
    assert_int_equal(sscanf(last, " d=\"%511[^\"]", path), 1);
    assert_int_equal(count_of(path, "M"), 3);
    assert_int_equal(count_of(path, "L"), 5);
    assert_null(strstr(text, "nan"));
    free(text);
}

static void test_an_svg_has_powers_of_ten(void **state)
{
    (void)state;
    const double norms[] = {1e-9, 3e-7, 0.0, 1e-2, 4.0};
    const chart_series series = small_series(0, norms, 5, NO_MARK);
    chart_panel panel = small_panel(&series, 1);
    panel.y.scale = SCALE_LOG10;
    const chart c = {
        .title = "t", .names = NAMES, .line_count = 1, .panels = &panel, .panel_count = 1};
    char *const text = printed(print_svg, &c);
    assert_non_null(strstr(text, ">10<tspan class=\"up\" dy=\"-5\">\xe2\x88\x92"
                                 "8</tspan></text>"));
    free(text);
}

static void test_an_svg_of_nothing_is_whole(void **state)
{
    (void)state;
    const double nothing[] = {(double)NAN};
    const chart_series series[] = {small_series(0, nothing, 1, 0), small_series(1, NULL, 0, 3)};
    const chart_panel panel = small_panel(series, 2);
    const chart c = {
        .title = "<&>", .names = NAMES, .line_count = 2, .panels = &panel, .panel_count = 1};
    char *const text = printed(print_svg, &c);
    assert_non_null(strstr(text, "<title>&lt;&amp;&gt;</title>"));
    assert_int_equal(count_of(text, "class=\"line"), 2); /* those of the legend */
    assert_string_equal(text + strlen(text) - 7, "</svg>\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_chart_looks_as_its_file),
        cmocka_unit_test(test_a_text_chart_fits_every_width),
        cmocka_unit_test(test_a_long_label_at_the_end_is_left_out),
        cmocka_unit_test(test_an_svg_has_lines_marks_and_gaps),
        cmocka_unit_test(test_an_svg_has_powers_of_ten),
        cmocka_unit_test(test_an_svg_of_nothing_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
