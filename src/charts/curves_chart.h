/*
 * Learning curves as a chart: of one model accuracy and loss, each in training and in validation;
 * of several models their validation accuracy and loss, a line for each model; or one measure.
 */
#ifndef CHARTS_CURVES_CHART_H
#define CHARTS_CURVES_CHART_H

#include "chart.h"
#include "learning_curves.h"

/* What is drawn; METRIC_AUTO: accuracy and loss. */
typedef enum curves_metric {
    METRIC_AUTO,
    METRIC_ACC,
    METRIC_LOSS,
    METRIC_VAL_ACC,
    METRIC_VAL_LOSS
} curves_metric;

/* The word by which an option names the metric; NULL beyond the last one. */
const char *curves_metric_word(int value);

/* A chart with the memory that it points to. It may not be moved. */
typedef struct curves_chart {
    chart chart;
    chart_panel panels[2];
    chart_series *series;
    /* [chart.line_count] */
    char **names;
    char *title;
    char mark_name[40];
} curves_chart;

/* Makes the chart of count >= 1 models, which it borrows. `title` and `names`, [count], may be NULL
 * for names that follow from the paths. A model without validation shows its training curves where
 * METRIC_AUTO asks for validation. SEQNET_ERR_MODEL when no model has the metric,
 * SEQNET_ERR_MEMORY; there is nothing to free then. */
seqnet_status make_curves_chart(curves_chart *made, const learning_curves *curves, size_t count,
                                curves_metric metric, const char *title, const char *const *names,
                                seqnet_error *err);

void free_curves_chart(curves_chart *made);

#endif
