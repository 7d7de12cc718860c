#include "curves_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "model_names.h"

const char *curves_metric_word(int value)
{
    switch ((curves_metric)value) {
    case METRIC_AUTO:
        return "auto";
    case METRIC_ACC:
        return curve_column_name(CURVE_ACC);
    case METRIC_LOSS:
        return curve_column_name(CURVE_LOSS);
    case METRIC_VAL_ACC:
        return curve_column_name(CURVE_VAL_ACC);
    case METRIC_VAL_LOSS:
        return curve_column_name(CURVE_VAL_LOSS);
    }
    return NULL;
}

/* What goes into a chart. */
typedef struct selection {
    const learning_curves *curves;
    size_t count;
    curves_metric metric;
    /* The names of the models, or NULL. */
    const char *const *names;
    /* One model's lines are training and validation, not models. */
    bool is_split;
} selection;

static bool is_validated(const learning_curves *curves)
{
    return has_curve(curves, CURVE_VAL_ACC) || has_curve(curves, CURVE_VAL_LOSS);
}

static size_t count_lines(const selection *s)
{
    return s->is_split ? 1U + is_validated(s->curves) : s->count;
}

static const learning_curves *line_model(const selection *s, size_t line)
{
    return &s->curves[s->is_split ? 0 : line];
}

/* Whether the line shows validation. */
static bool is_validation(const selection *s, size_t line)
{
    if (s->metric != METRIC_AUTO)
        return s->metric == METRIC_VAL_ACC || s->metric == METRIC_VAL_LOSS;
    return s->is_split ? line == 1 : is_validated(line_model(s, line));
}

static curve_column line_column(const selection *s, size_t line, bool is_loss)
{
    return is_validation(s, line) ? (is_loss ? CURVE_VAL_LOSS : CURVE_VAL_ACC)
                                  : (is_loss ? CURVE_LOSS : CURVE_ACC);
}

/* Whether all lines show validation, or none does. */
static bool is_each(const selection *s, bool validation)
{
    for (size_t i = 0; i < count_lines(s); i++)
        if (is_validation(s, i) != validation)
            return false;
    return true;
}

static const char *measure_title(const selection *s, bool is_loss)
{
    if (is_each(s, true))
        return is_loss ? "validation loss (nats)" : "validation accuracy";
    if (is_each(s, false))
        return is_loss ? "training loss (nats)" : "training accuracy";
    return is_loss ? "loss (nats)" : "accuracy";
}

/* Whether another model's file has the same name, in another folder. */
static bool is_ambiguous(const selection *s, const char *path)
{
    for (size_t i = 0; i < s->count; i++)
        if (share_file_name(path, s->curves[i].model))
            return true;
    return false;
}

/* Makes the name of a model, followed by `suffix`; NULL without memory. */
static char *model_name(const selection *s, size_t model, const char *suffix)
{
    const char *const path = s->curves[model].model;
    return make_model_name(s->names ? s->names[model] : NULL, path, is_ambiguous(s, path), suffix);
}

/* Makes the name of a line. Among lines of validation, one of training says so. */
static char *line_name(const selection *s, size_t line)
{
    if (s->is_split)
        return strdup(is_validation(s, line) ? "validation" : "training");
    const bool is_other = !is_validation(s, line) && !is_each(s, false);
    return model_name(s, line, is_other ? " (training)" : "");
}

static long marked_point(const learning_curves *curves)
{
    for (size_t i = 0; i < curves->epochs; i++)
        if (is_kept(curves, i))
            return (long)i;
    return NO_MARK;
}

static void fill_panel(curves_chart *made, const selection *s, bool is_loss)
{
    chart *const c = &made->chart;
    chart_series *const series = made->series + c->panel_count * c->line_count;
    for (size_t i = 0; i < c->line_count; i++) {
        const learning_curves *const curves = line_model(s, i);
        series[i] = (chart_series){.line = i,
                                   .x = curve_values(curves, CURVE_EPOCH),
                                   .y = curve_values(curves, line_column(s, i, is_loss)),
                                   .count = curves->epochs,
                                   .marked = marked_point(curves)};
    }
    made->panels[c->panel_count++] = (chart_panel){
        .x = {.title = "epoch", .is_whole = true, .least = (double)NAN, .most = (double)NAN},
        .y = {.title = measure_title(s, is_loss),
              .least = 0.0,
              .most = is_loss ? (double)NAN : 1.0},
        .series = series,
        .series_count = c->line_count};
}

/* Names the marks. The epoch before a refit was only the best one. */
static void name_marks(curves_chart *made, const selection *s)
{
    bool is_any = false, is_refit = false;
    for (size_t i = 0; i < s->count; i++) {
        is_any = is_any || marked_point(&s->curves[i]) != NO_MARK;
        is_refit = is_refit || s->curves[i].refit_epochs > 0;
    }
    if (!is_any)
        return;
    const char *const what = is_refit ? "best" : "kept";
    if (s->count == 1)
        (void)snprintf(made->mark_name, sizeof made->mark_name, "%s epoch: %zu", what,
                       s->curves->kept);
    else
        (void)snprintf(made->mark_name, sizeof made->mark_name, "%s epoch", what);
    made->chart.mark_name = made->mark_name;
}

static bool fill_names(curves_chart *made, const selection *s, const char *title)
{
    made->title = title           ? strdup(title)
                  : s->count == 1 ? model_name(s, 0, "")
                                  : strdup("Learning curves");
    for (size_t i = 0; i < made->chart.line_count; i++)
        if (!(made->names[i] = line_name(s, i)))
            return false;
    made->chart.names = (const char *const *)made->names;
    made->chart.title = made->title;
    return made->title != NULL;
}

static bool shows_loss(curves_metric metric)
{
    return metric == METRIC_AUTO || metric == METRIC_LOSS || metric == METRIC_VAL_LOSS;
}

static bool shows_accuracy(curves_metric metric)
{
    return metric == METRIC_AUTO || !shows_loss(metric);
}

/* Checks that a model has the metric that was asked for. */
static seqnet_status check_metric(const selection *s, seqnet_error *err)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->metric == METRIC_AUTO ||
            has_curve(&s->curves[i], line_column(s, i, shows_loss(s->metric))))
            return SEQNET_OK;
    return FAIL(err, SEQNET_ERR_MODEL, "%s: its training record has no %s", s->curves->model,
                curves_metric_word((int)s->metric));
}

seqnet_status make_curves_chart(curves_chart *made, const learning_curves *curves, size_t count,
                                curves_metric metric, const char *title, const char *const *names,
                                seqnet_error *err)
{
    const selection s = {.curves = curves,
                         .count = count,
                         .metric = metric,
                         .names = names,
                         .is_split = count == 1 && metric == METRIC_AUTO};
    TRY(check_metric(&s, err));
    *made = (curves_chart){.chart = {.panels = made->panels}};
    made->chart.line_count = count_lines(&s);
    made->series = calloc(made->chart.line_count, 2 * sizeof *made->series);
    made->names = calloc(made->chart.line_count, sizeof *made->names);
    if (!made->series || !made->names || !fill_names(made, &s, title)) {
        free_curves_chart(made);
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the chart");
    }
    if (shows_accuracy(metric))
        fill_panel(made, &s, false);
    if (shows_loss(metric))
        fill_panel(made, &s, true);
    name_marks(made, &s);
    return SEQNET_OK;
}

void free_curves_chart(curves_chart *made)
{
    for (size_t i = 0; made->names && i < made->chart.line_count; i++)
        free(made->names[i]);
    free(made->names);
    free(made->series);
    free(made->title);
    *made = (curves_chart){0};
}
