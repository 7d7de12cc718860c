/* ROC and precision-recall curves: of two labels the second one's, of more those of the labels that
 * are ranked worst. */
#include <math.h>
#include <stdlib.h>

#include "errors.h"
#include "figure.h"
#include "html.h"
#include "sections.h"

enum { MOST_LINES = 6 };

/* Points of a curve that are nearer to each other than this, as a share of the plot, are one. */
#define NEAREST 0.004

/* The curves of some labels. */
typedef struct ranking {
    const findings *findings;
    size_t labels[MOST_LINES], count;
    const char *names[MOST_LINES];
    seqnet_curve curves[MOST_LINES];
    /* For each label the points of its two lines, x and y; for each plot one more for what a model
     * that knows nothing does. */
    double *x[2][MOST_LINES], *y[2][MOST_LINES];
    chart_series series[2][MOST_LINES + 1];
} ranking;

static bool is_there(const findings *f)
{
    return f->m.rows > 0 && !isnan(f->m.area.roc);
}

/* Puts the label among those that are ranked worst. */
static void insert_label(ranking *r, size_t label)
{
    const seqnet_areas *const areas = r->findings->m.areas;
    if (isnan(areas[label].roc))
        return;
    size_t at = r->count;
    while (at > 0 && areas[r->labels[at - 1]].precision_recall > areas[label].precision_recall)
        at--;
    if (at == MOST_LINES)
        return;
    r->count += r->count < MOST_LINES;
    for (size_t i = r->count - 1; i > at; i--)
        r->labels[i] = r->labels[i - 1];
    r->labels[at] = label;
}

static void choose_labels(ranking *r)
{
    const findings *const f = r->findings;
    if (f->classes == 2 && !f->is_multi_label)
        r->labels[r->count++] = 1;
    else
        for (size_t i = 0; i < f->classes; i++)
            insert_label(r, i);
    for (size_t i = 0; i < r->count; i++)
        r->names[i] = label_of(f, r->labels[i]);
}

static bool is_far(const chart_series *s, const double *x, const double *y, double nx, double ny)
{
    return s->count == 0 || fabs(x[s->count - 1] - nx) + fabs(y[s->count - 1] - ny) >= NEAREST;
}

/* Appends a point to a line, unless it is near the last one and not needed. */
static void add_point(chart_series *s, double *x, double *y, double nx, double ny, bool is_needed)
{
    if (!is_needed && !is_far(s, x, y, nx, ny))
        return;
    x[s->count] = nx;
    y[s->count++] = ny;
}

/* Fills a label's line of the receiver operating characteristic, plot 0, and of precision and
 * recall, plot 1. */
static void fill_lines(ranking *r, size_t line)
{
    const seqnet_curve *const c = &r->curves[line];
    chart_series *const roc = &r->series[0][line], *const pr = &r->series[1][line];
    double *const *const x = (double *[]){r->x[0][line], r->x[1][line]};
    double *const *const y = (double *[]){r->y[0][line], r->y[1][line]};
    add_point(roc, x[0], y[0], 0.0, 0.0, true);
    for (size_t i = 0; i < c->count; i++) {
        const double hits = (double)c->points[i].true_positives;
        const double misses = (double)c->points[i].false_positives;
        const double recall = hits / (double)c->positives;
        const bool is_last = i + 1 == c->count;
        add_point(roc, x[0], y[0], misses / (double)c->negatives, recall, is_last);
        add_point(pr, x[1], y[1], recall, hits / (hits + misses), is_last);
    }
}

/* Makes the lines of a label. */
static seqnet_status make_lines(ranking *r, size_t line, seqnet_error *err)
{
    TRY(seqnet_scores_curve(r->findings->m.scores, r->labels[line], &r->curves[line], err));
    for (size_t plot = 0; plot < 2; plot++) {
        const size_t most = r->curves[line].count + 2;
        r->x[plot][line] = calloc(most, sizeof(double));
        r->y[plot][line] = calloc(most, sizeof(double));
        if (!r->x[plot][line] || !r->y[plot][line])
            return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the curves of %zu labels",
                        r->count);
        r->series[plot][line] = (chart_series){.line = line,
                                               .x = r->x[plot][line],
                                               .y = r->y[plot][line],
                                               .marked = NO_MARK,
                                               .look = LOOK_CURVE};
    }
    fill_lines(r, line);
    return SEQNET_OK;
}

static void free_ranking(ranking *r)
{
    for (size_t i = 0; i < MOST_LINES; i++) {
        seqnet_curve_free(&r->curves[i]);
        for (size_t plot = 0; plot < 2; plot++) {
            free(r->x[plot][i]);
            free(r->y[plot][i]);
        }
    }
}

static void print_areas(FILE *out, const ranking *r)
{
    static const table_column columns[] = {
        {"Label", false}, {"ROC AUC", true}, {"PR AUC", true}, {"Share of rows", true}};
    const findings *const f = r->findings;
    open_table(out, "Areas under the curves", TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->count; i++) {
        const size_t label = r->labels[i];
        fputs("<tr><th scope=\"row\">", out);
        put_name(out, label_of(f, label));
        fputs("</th><td class=\"n\">", out);
        put_decimal(out, f->m.areas[label].roc);
        fputs("</td><td class=\"n\">", out);
        put_decimal(out, f->m.areas[label].precision_recall);
        fputs("</td><td class=\"n\">", out);
        put_percent(out, (double)f->m.labels[label].rows / (double)f->m.rows);
        fputs("</td></tr>\n", out);
    }
    close_table(out);
}

/* A point of a curve: from which threshold on, how many rows with the label are found, and how many
 * others are taken for them. */
static void print_point(FILE *out, const ranking *r, size_t line, const seqnet_curve_point *point)
{
    const seqnet_curve *const c = &r->curves[line];
    const double hits = (double)point->true_positives, misses = (double)point->false_positives;
    fputs("<tr><th scope=\"row\">", out);
    put_name(out, r->names[line]);
    fputs("</th><td class=\"n\">", out);
    put_percent(out, point->threshold);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, hits / (double)c->positives);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, misses / (double)c->negatives);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, hits / (hits + misses));
    fputs("</td></tr>\n", out);
}

/* Prints the highest thresholds that find 10, 20, ... and 100 % of a label's rows. */
static void print_line_points(FILE *out, const ranking *r, size_t line)
{
    enum { STEPS = 10 };
    const seqnet_curve *const c = &r->curves[line];
    size_t step = 1;
    for (size_t i = 0; i < c->count && step <= STEPS; i++) {
        const size_t found = c->points[i].true_positives * STEPS;
        if (found < step * c->positives)
            continue;
        print_point(out, r, line, &c->points[i]);
        step = found / c->positives + 1;
    }
}

static void print_points(FILE *out, const ranking *r)
{
    static const table_column columns[] = {{"Label", false},
                                           {"From probability", true},
                                           {"Recall (true positive rate)", true},
                                           {"False positive rate", true},
                                           {"Precision", true}};
    open_table(out, "Points of the curves, one for each tenth of a label\xe2\x80\x99s rows",
               r->count > 1 ? TABLE_WIDE | TABLE_TALL : TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->count; i++)
        print_line_points(out, r, i);
    close_table(out);
}

/* Prints the two plots, each with what a model that knows nothing does: the diagonal, and for one
 * label the share of its rows. */
static void print_plots(FILE *out, ranking *r)
{
    static const double ends[] = {0.0, 1.0};
    const findings *const f = r->findings;
    const double share = (double)f->m.labels[r->labels[0]].rows / (double)f->m.rows;
    const double shares[] = {share, share};
    const bool has_share = r->count == 1;
    const chart_series guide = {
        .x = ends, .y = ends, .count = 2, .marked = NO_MARK, .look = LOOK_GUIDE};
    r->series[0][r->count] = r->series[1][r->count] = guide;
    r->series[1][r->count].y = shares;
    const chart_panel panels[] = {
        {.x = whole_axis("false positive rate"),
         .y = whole_axis("true positive rate"),
         .series = r->series[0],
         .series_count = r->count + 1},
        {.x = whole_axis("recall"),
         .y = whole_axis("precision"),
         .series = r->series[1],
         .series_count = r->count + (has_share ? 1 : 0)},
    };
    const chart c = {.names = r->names, .line_count = r->count, .panels = panels, .panel_count = 2};
    print_html_legend(out, &c);
    fputs("<div class=\"figures\">\n", out);
    print_figure(out, &c, 0, "ROC", "true over false positive rate; dotted: chance",
                 "ROC curves; the tables below have their points");
    print_figure(out, &c, 1, "Precision and recall",
                 has_share ? "dotted: chance" : "precision over recall",
                 "Precision-recall curves; the tables below have their points");
    fputs("</div>\n", out);
}

static void print_section(FILE *out, ranking *r)
{
    const findings *const f = r->findings;
    open_section(out, RANKING_SECTION.id, "How well it ranks");
    fputs("<p>Each threshold on a label\xe2\x80\x99s probability is a point. ", out);
    if (f->classes > r->count && r->count > 1)
        fputs("Shown are the labels with the smallest area under precision and recall. ", out);
    fprintf(out, "The area%s ",
            f->classes == 2 && !f->is_multi_label ? " is" : ", a mean over all labels, is");
    put_decimal(out, f->m.area.roc);
    fputs(" under ROC and ", out);
    put_decimal(out, f->m.area.precision_recall);
    fputs(" under precision and recall.</p>\n", out);
    print_plots(out, r);
    open_details(out, "The curves as tables");
    print_areas(out, r);
    print_points(out, r);
    close_details(out);
    close_section(out);
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    ranking r = {.findings = f};
    seqnet_status status = SEQNET_OK;
    choose_labels(&r);
    for (size_t i = 0; i < r.count && status == SEQNET_OK; i++)
        status = make_lines(&r, i, err);
    if (status == SEQNET_OK)
        print_section(out, &r);
    free_ranking(&r);
    return status;
}

const report_section RANKING_SECTION = {
    .id = "ranking", .title = "Ranking", .is_there = is_there, .print = print};
