/*
 * What a chart is: lines over one or several panels that share a legend. Each panel has its axes
 * (axis.h) and a series of points for each line that it shows. text_chart.h draws a chart on a
 * terminal, svg_chart.h as a file. Where the numbers come from is up to the caller.
 *
 * Ownership: a chart borrows all that it points to.
 */
#ifndef CHARTS_CHART_H
#define CHARTS_CHART_H

#include <stdbool.h>
#include <stddef.h>

typedef enum axis_scale { SCALE_LINEAR, SCALE_LOG10 } axis_scale;

typedef struct chart_axis {
    const char *title;
    axis_scale scale;
    /* The ticks are whole numbers, as of epochs. */
    bool is_whole;
    /* The values are shares, and the ticks say them in percent: "85 %". */
    bool is_percent;
    /* The axis does not go below `least` or above `most` beyond what the points need, as an
     * accuracy does not go above 1; NAN: there is no such limit. */
    double least, most;
    /* The axis goes from `least` to `most` wherever the points lie between them. */
    bool is_fixed;
} chart_axis;

enum { NO_MARK = -1 };

/* How a series is drawn as SVG; a terminal has lines only. */
typedef enum series_look {
    /* A line, with dots on its points unless there are many. */
    LOOK_POINTS,
    /* A line alone. */
    LOOK_CURVE,
    /* A line with the area below it filled. */
    LOOK_AREA,
    /* A thin line to compare with, as the one of a perfect calibration. */
    LOOK_GUIDE
} series_look;

/* The points of a line in one panel. A point without a finite value, or on a logarithmic axis a
 * positive one, is a gap in the line. */
typedef struct chart_series {
    /* The index of the line in the chart, which has its name. */
    size_t line;
    /* [count], x in ascending order. */
    const double *x, *y;
    size_t count;
    /* The index of the point that is marked, or NO_MARK. */
    long marked;
    series_look look;
} chart_series;

typedef struct chart_panel {
    chart_axis x, y;
    const chart_series *series;
    size_t series_count;
} chart_panel;

typedef struct chart {
    const char *title;
    /* [line_count]: the names of the lines, any bytes. */
    const char *const *names;
    size_t line_count;
    const chart_panel *panels;
    size_t panel_count;
    /* What a mark means, "kept epoch"; NULL when no point is marked. */
    const char *mark_name;
} chart;

#endif
