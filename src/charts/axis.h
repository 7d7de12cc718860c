/*
 * Axes: the range of the points that a panel shows, round ticks over it, and the place of a value
 * between the ends. Pure functions; nothing is drawn here.
 */
#ifndef CHARTS_AXIS_H
#define CHARTS_AXIS_H

#include "chart.h"

enum { MAX_TICKS = 16, TICK_LABEL = 32 };

/* The ends of an axis, low < high (above 0 on a logarithmic scale), and the ticks between them in
 * ascending order. */
typedef struct axis_ticks {
    double low, high;
    /* The distance of the ticks: a factor on a logarithmic scale. */
    double step;
    double ticks[MAX_TICKS];
    size_t count;
} axis_ticks;

/* Whether the axis has a place for the value: it is finite, not absurdly large, and above 0 on a
 * logarithmic scale. */
bool is_drawable(const chart_axis *axis, double value);

/* Whether the panel has a place for the point of the series. */
bool is_point_drawable(const chart_panel *panel, const chart_series *series, size_t point);

/* Chooses at most `most` ticks, 3 <= most <= MAX_TICKS, for the values of a panel's points. The x
 * axis ends at the first and the last point, the y axis at ticks, a logarithmic one at powers of
 * ten. The steps are 1, 2 or 5 times a power of ten. Without any point the axis goes from 0 to 1,
 * or from 1 to 10. */
axis_ticks x_ticks(const chart_panel *panel, size_t most);
axis_ticks y_ticks(const chart_panel *panel, size_t most);

/* The place of a drawable value: 0 at the low end, 1 at the high one. */
double axis_place(const chart_axis *axis, const axis_ticks *ticks, double value);

/* Writes the label of a tick, with as many decimals as the steps need: "0.85", of shares
 * in percent "85 %". On a
 * logarithmic axis that needs one power of ten, all labels are such: "1e-05", "1e-02". */
const char *tick_label(const chart_axis *axis, const axis_ticks *ticks, size_t tick,
                       char label[TICK_LABEL]);

#endif
