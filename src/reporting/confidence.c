/* What the model's probabilities are worth: a reliability diagram, and how they are spread. */
#include <math.h>
#include <stdlib.h>

#include "errors.h"
#include "figure.h"
#include "html.h"
#include "sections.h"
#include "terminal.h"

/* The bars of the histogram, and the points of its outline. */
enum { BARS = 20, OUTLINE = 2 * BARS };

/* How many rows of two groups have which probability. */
typedef struct histogram {
    size_t n[2][BARS];
} histogram;

static bool is_there(const findings *f)
{
    return f->m.rows > 0 && !f->is_multi_label;
}

static bool is_binary(const findings *f)
{
    return f->classes == 2;
}

static size_t bar_of(double probability)
{
    const double bar = floor(probability * BARS);
    return bar < 0.0 ? 0 : bar >= BARS ? BARS - 1 : (size_t)bar;
}

/* Counts rows: of two labels by label and the probability of the second one; of more labels by
 * whether the answer is right and the probability of the answer. */
static void count_rows(const findings *f, double *probabilities, histogram *h)
{
    for (size_t i = 0; i < f->m.rows; i++) {
        const size_t label = (size_t)seqnet_scores_label(f->m.scores, i);
        const size_t predicted = seqnet_scores_predicted(f->m.scores, i);
        seqnet_scores_probabilities(f->m.scores, i, probabilities);
        const size_t group = is_binary(f) ? label : label != predicted;
        h->n[group][bar_of(probabilities[is_binary(f) ? 1 : predicted])]++;
    }
}

static size_t group_rows(const histogram *h, size_t group)
{
    size_t rows = 0;
    for (size_t i = 0; i < BARS; i++)
        rows += h->n[group][i];
    return rows;
}

/* The outline of a group's bars, as shares of the group's rows or, of right and wrong answers, of
 * all rows. */
static void outline(const histogram *h, size_t group, size_t whole, double *x, double *y)
{
    for (size_t i = 0; i < OUTLINE; i++) {
        x[i] = (double)((i + 1) / 2) / BARS;
        y[i] = whole ? (double)h->n[group][i / 2] / (double)whole : 0.0;
    }
}

static const char *group_name(const findings *f, size_t group)
{
    return is_binary(f) ? label_of(f, group) : group ? "wrong answers" : "right answers";
}

static void print_bars(FILE *out, const findings *f, const histogram *h)
{
    double x[2][OUTLINE], y[2][OUTLINE];
    chart_series series[2];
    const char *names[2];
    for (size_t i = 0; i < 2; i++) {
        outline(h, i, is_binary(f) ? group_rows(h, i) : f->m.rows, x[i], y[i]);
        series[i] = (chart_series){.line = i,
                                   .x = x[i],
                                   .y = y[i],
                                   .count = OUTLINE,
                                   .marked = NO_MARK,
                                   .look = LOOK_AREA};
        names[i] = group_name(f, i);
    }
    enum { TITLE_CELLS = 28 };
    char title[256];
    const char *const what = is_binary(f) ? label_of(f, 1) : "the answer";
    (void)snprintf(title, sizeof title, "probability of %.*s",
                   (int)fitting_bytes(what, TITLE_CELLS), what);
    const chart_panel panel = {
        .x = whole_axis(title),
        .y = share_axis(is_binary(f) ? "share of the label\xe2\x80\x99s rows" : "share of rows"),
        .series = series,
        .series_count = 2};
    const chart c = {.names = names, .line_count = 2, .panels = &panel, .panel_count = 1};
    fputs("<div>\n", out);
    print_figure(out, &c, 0, "How sure it is",
                 is_binary(f) ? "rows by label and probability" : "rows by probability",
                 "Histogram of probabilities; the table below has its numbers");
    print_html_legend(out, &c);
    fputs("</div>\n", out);
}

static void print_bar_table(FILE *out, const findings *f, const histogram *h)
{
    open_table(out,
               is_binary(f) ? "Rows of each label by the probability of the second label"
                            : "Rows by the probability of the answer",
               TABLE_PLAIN);
    fputs("<thead><tr><th scope=\"col\">Probability</th>", out);
    for (size_t i = 0; i < 2; i++) {
        fputs("<th scope=\"col\" class=\"n\">", out);
        put_name(out, group_name(f, i));
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < BARS; i++) {
        fprintf(out, "<tr><th scope=\"row\">%zu to %zu\xc2\xa0%%</th>", i * 100 / BARS,
                (i + 1) * 100 / BARS);
        for (size_t k = 0; k < 2; k++) {
            fputs("<td class=\"n\">", out);
            put_count(out, h->n[k][i]);
            fputs("</td>", out);
        }
        fputs("</tr>\n", out);
    }
    close_table(out);
}

/* The points of the reliability diagram: bins with rows. */
static size_t reliability_points(const seqnet_calibration *c, double *x, double *y)
{
    size_t count = 0;
    for (size_t i = 0; i < SEQNET_CALIBRATION_BINS; i++)
        if (c->bins[i].n) {
            x[count] = c->bins[i].confidence;
            y[count++] = (double)c->bins[i].correct / (double)c->bins[i].n;
        }
    return count;
}

/* Prints the diagram after calibration, and before. */
static void print_reliability(FILE *out, const findings *f)
{
    static const double ends[] = {0.0, 1.0};
    double x[2][SEQNET_CALIBRATION_BINS], y[2][SEQNET_CALIBRATION_BINS];
    const char *const names[] = {f->has_raw ? "calibrated" : "this model", "before calibration"};
    const seqnet_calibration *const calibrations[] = {&f->m.calibration, &f->raw};
    const size_t lines = f->has_raw ? 2 : 1;
    chart_series series[3];
    for (size_t i = 0; i < lines; i++)
        series[i] = (chart_series){.line = i,
                                   .x = x[i],
                                   .y = y[i],
                                   .count = reliability_points(calibrations[i], x[i], y[i]),
                                   .marked = NO_MARK};
    series[lines] =
        (chart_series){.x = ends, .y = ends, .count = 2, .marked = NO_MARK, .look = LOOK_GUIDE};
    const chart_panel panel = {.x = whole_axis("probability of the answer"),
                               .y = whole_axis("right answers"),
                               .series = series,
                               .series_count = lines + 1};
    const chart c = {.names = names, .line_count = lines, .panels = &panel, .panel_count = 1};
    fputs("<div>\n", out);
    print_figure(out, &c, 0, "Reliability", "right answers by probability; dotted: perfect",
                 "Reliability diagram; the tables below have its numbers");
    print_html_legend(out, &c);
    fputs("</div>\n", out);
}

static void print_bins(FILE *out, const seqnet_calibration *c, const char *caption)
{
    static const table_column columns[] = {
        {"Probability", false}, {"Mean probability", true}, {"Right", true}, {"Rows", true}};
    open_table(out, caption, TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < SEQNET_CALIBRATION_BINS; i++) {
        if (!c->bins[i].n)
            continue;
        const double width = 100.0 / SEQNET_CALIBRATION_BINS;
        fprintf(out, "<tr><th scope=\"row\">%.1f to %.1f\xc2\xa0%%</th><td class=\"n\">",
                width * (double)i, width * (double)(i + 1));
        put_percent(out, c->bins[i].confidence);
        fputs("</td><td class=\"n\">", out);
        put_percent(out, (double)c->bins[i].correct / (double)c->bins[i].n);
        fputs("</td><td class=\"n\">", out);
        put_count(out, c->bins[i].n);
        fputs("</td></tr>\n", out);
    }
    close_table(out);
}

static void print_text(FILE *out, const findings *f)
{
    fputs("<p>Of answers with a probability of 80\xc2\xa0%, about 80\xc2\xa0% should be right. The "
          "expected calibration error, the mean distance from that, is ",
          out);
    put_percent(out, f->m.calibration.error);
    if (f->has_raw) {
        fputs(" (", out);
        put_percent(out, f->raw.error);
        fputs(" before calibration)", out);
    }
    fputs("; the Brier score is ", out);
    put_decimal(out, f->m.brier);
    fputs(".</p>\n", out);
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    histogram h = {0};
    double *const probabilities = calloc(f->classes, sizeof *probabilities);
    if (!probabilities)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the probabilities of a row");
    count_rows(f, probabilities, &h);
    free(probabilities);
    open_section(out, CONFIDENCE_SECTION.id, "How far to trust its probabilities");
    print_text(out, f);
    fputs("<div class=\"figures\">\n", out);
    print_reliability(out, f);
    print_bars(out, f, &h);
    fputs("</div>\n", out);
    open_details(out, "Both as tables");
    print_bins(out, &f->m.calibration, "Right answers by the probability of the answer");
    if (f->has_raw)
        print_bins(out, &f->raw, "The same before calibration");
    print_bar_table(out, f, &h);
    close_details(out);
    close_section(out);
    return SEQNET_OK;
}

const report_section CONFIDENCE_SECTION = {
    .id = "confidence", .title = "Confidence", .is_there = is_there, .print = print};
