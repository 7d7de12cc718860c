#include "axis.h"

#include <math.h>
#include <stdio.h>

/* Values beyond are not drawn: differences of them may be no numbers. */
#define LARGEST  1e100
#define SMALLEST 1e-100

typedef struct value_range {
    double low, high;
} value_range;

bool is_drawable(const chart_axis *axis, double value)
{
    if (axis->scale == SCALE_LOG10)
        return value >= SMALLEST && value <= LARGEST;
    return fabs(value) <= LARGEST;
}

bool is_point_drawable(const chart_panel *panel, const chart_series *series, size_t point)
{
    return is_drawable(&panel->x, series->x[point]) && is_drawable(&panel->y, series->y[point]);
}

static void include_value(value_range *range, double value)
{
    range->low = value < range->low ? value : range->low;
    range->high = value > range->high ? value : range->high;
}

/* The range of one coordinate of the points that the panel shows; low > high without any. */
static value_range points_range(const chart_panel *panel, bool is_y)
{
    value_range range = {.low = (double)INFINITY, .high = -(double)INFINITY};
    for (size_t s = 0; s < panel->series_count; s++) {
        const chart_series *const series = &panel->series[s];
        for (size_t i = 0; i < series->count; i++)
            if (is_point_drawable(panel, series, i))
                include_value(&range, is_y ? series->y[i] : series->x[i]);
    }
    return range;
}

/* Widens a range of one value, so that its point stands in the middle. */
static value_range widened(const chart_axis *axis, value_range range)
{
    if (range.low > range.high)
        return axis->scale == SCALE_LOG10 ? (value_range){1.0, 10.0} : (value_range){0.0, 1.0};
    const double size = fmax(fabs(range.low), fabs(range.high));
    if (range.high - range.low > 1e-9 * size)
        return range;
    if (axis->scale == SCALE_LOG10)
        return (value_range){range.low / 2.0, range.high * 2.0};
    const double half = axis->is_whole || size < 1e-12 ? 0.5 : 0.05 * size;
    return (value_range){range.low - half, range.high + half};
}

/* The least of 1, 2 and 5 times a power of ten that is not below `least`. */
static double round_step(double least)
{
    const double power = pow(10.0, floor(log10(least)));
    for (int i = 0; i < 3; i++) {
        const double step = power * (double[]){1.0, 2.0, 5.0}[i];
        if (step >= least * (1.0 - 1e-9))
            return step;
    }
    return 10.0 * power;
}

/* How many multiples of the step lie in the range, ends included; the first one is *first steps
 * from 0. Values that the rounding of the division moves beyond an end are in the range. */
static double count_multiples(value_range range, double step, double *first)
{
    *first = ceil(range.low / step - 1e-6);
    return floor(range.high / step + 1e-6) - *first + 1.0;
}

/* Moves the ends out to multiples of the step, which differ. */
static value_range rounded_out(value_range range, double step)
{
    const double first = floor(range.low / step + 1e-6), last = ceil(range.high / step - 1e-6);
    return (value_range){first * step, fmax(last, first + 1.0) * step};
}

/* Keeps the ends within the axis's limits, unless points lie beyond. */
static value_range limited(const chart_axis *axis, value_range range, value_range points)
{
    if (range.low < axis->least && points.low >= axis->least)
        range.low = axis->least;
    if (range.high > axis->most && points.high <= axis->most)
        range.high = axis->most;
    return range;
}

static axis_ticks linear_ticks(const chart_axis *axis, value_range points, bool to_ticks,
                               size_t most)
{
    const value_range wide = limited(axis, widened(axis, points), points);
    double step = round_step((wide.high - wide.low) / (double)(most - 1)), first, count;
    value_range range = wide;
    if (axis->is_whole && step < 1.0)
        step = 1.0;
    for (;; step = round_step(1.5 * step)) {
        range = to_ticks ? limited(axis, rounded_out(wide, step), points) : wide;
        count = count_multiples(range, step, &first);
        if (count <= (double)most)
            break;
    }
    axis_ticks t = {.low = range.low, .high = range.high, .step = step};
    for (; (double)t.count < count; t.count++)
        t.ticks[t.count] = (first + (double)t.count) * step;
    return t;
}

/* Ticks at powers of ten, all of them or those whose exponents are multiples of a number; or,
 * within two powers, at 1, 2 and 5 times them. */
static axis_ticks log_ticks(const chart_axis *axis, value_range points, size_t most)
{
    const value_range wide = widened(axis, points);
    const double low = floor(log10(wide.low) + 1e-9), high = ceil(log10(wide.high) - 1e-9);
    const double powers = fmax(high - low, 1.0);
    const double step = fmax(1.0, ceil(powers / (double)(most - 1)));
    const bool has_between = 3.0 * powers + 1.0 <= (double)most;
    axis_ticks t = {.low = pow(10.0, low), .high = pow(10.0, low + powers), .step = pow(10, step)};
    for (double power = ceil(low / step) * step; power <= low + powers + 0.5; power += step)
        for (int i = 0; i < (has_between && power < low + powers ? 3 : 1); i++)
            t.ticks[t.count++] = pow(10.0, power) * (double[]){1.0, 2.0, 5.0}[i];
    return t;
}

static axis_ticks choose_ticks(const chart_panel *panel, bool is_y, size_t most)
{
    const chart_axis *const axis = is_y ? &panel->y : &panel->x;
    value_range points = points_range(panel, is_y);
    if (axis->is_fixed) {
        include_value(&points, axis->least);
        include_value(&points, axis->most);
    }
    return axis->scale == SCALE_LOG10 ? log_ticks(axis, points, most)
                                      : linear_ticks(axis, points, is_y, most);
}

axis_ticks x_ticks(const chart_panel *panel, size_t most)
{
    return choose_ticks(panel, false, most);
}

axis_ticks y_ticks(const chart_panel *panel, size_t most)
{
    return choose_ticks(panel, true, most);
}

double axis_place(const chart_axis *axis, const axis_ticks *ticks, double value)
{
    if (axis->scale == SCALE_LOG10)
        return log(value / ticks->low) / log(ticks->high / ticks->low);
    return (value - ticks->low) / (ticks->high - ticks->low);
}

const char *tick_label(const chart_axis *axis, const axis_ticks *ticks, size_t tick,
                       char label[TICK_LABEL])
{
    const double value = ticks->ticks[tick];
    const double size = fmax(fabs(ticks->low), fabs(ticks->high));
    const bool is_log = axis->scale == SCALE_LOG10;
    if (is_log || size >= 1e6 || size < 1e-4) {
        const bool has_powers = is_log && (ticks->low < 1e-4 || ticks->high >= 1e6);
        (void)snprintf(label, TICK_LABEL, has_powers ? "%.0e" : "%.4g", value);
        return label;
    }
    const double unit = axis->is_percent ? 100.0 : 1.0;
    const double decimals = ceil(-log10(unit * ticks->step) - 1e-9);
    (void)snprintf(label, TICK_LABEL, "%.*f%s", (int)fmin(fmax(decimals, 0.0), 12.0),
                   value == 0.0 ? 0.0 : unit * value, axis->is_percent ? "\xc2\xa0%" : "");
    return label;
}
