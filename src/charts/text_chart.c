#include "text_chart.h"

#include <stdint.h>
#include <string.h>

#include "axis.h"
#include "canvas.h"
#include "colors.h"
#include "terminal.h"

enum {
    /* A tick of the y axis for each two or three rows. */
    Y_TICKS = 6,
    /* Columns behind the plot for letters, at most; columns for each tick of the x axis. */
    MOST_LETTERS = 6,
    TICK_COLUMNS = 7,
    /* A longer name loses its end. */
    NAME_COLUMNS = 30
};

/* The characters of the frame. */
typedef struct frame {
    const char *side, *tick_left, *corner, *bottom, *tick_below, *ellipsis, *mark;
} frame;

static const frame FRAMES[] = {
    {"|", "+", "+", "-", "+", "~", "@"},
    {"\xe2\x94\x82", "\xe2\x94\xa4", "\xe2\x94\x94", "\xe2\x94\x80", "\xe2\x94\xac", "\xe2\x80\xa6",
     "\xe2\x97\x8f"},
};

/* A chart in the making. */
typedef struct drawing {
    FILE *out;
    const chart *chart;
    const text_style *style;
    const frame *frame;
    /* The columns of the labels of all y axes. */
    size_t label_width;
} drawing;

/* Prints the beginning of a name that fits, and returns the cells that it fills. */
static size_t put_name(const drawing *d, const char *name, size_t cells)
{
    size_t length = fitting_bytes(name, cells);
    if (!name[length]) {
        put_text(d->out, name);
        return display_width(name);
    }
    length = fitting_bytes(name, cells - 1);
    put_bytes(d->out, name, length);
    fputs(d->frame->ellipsis, d->out);
    return cells;
}

/* Ends the line of the legend if so many more cells do not fit, else separates the entries. */
static void make_room(const drawing *d, size_t *used, size_t cells)
{
    if (*used == 0)
        return;
    if (*used + 3 + cells > d->style->width) {
        fputc('\n', d->out);
        *used = 0;
    } else
        *used += (size_t)fprintf(d->out, "   ");
}

static void print_legend(const drawing *d)
{
    size_t used = 0;
    for (size_t i = 0; i < d->chart->line_count; i++) {
        const size_t width = display_width(d->chart->names[i]);
        make_room(d, &used, 2 + (width < NAME_COLUMNS ? width : NAME_COLUMNS));
        put_line_colored(d->out, i, d->style->is_colored, (char[]){line_letter(i), '\0'});
        fputc(' ', d->out);
        used += 2 + put_name(d, d->chart->names[i], NAME_COLUMNS);
    }
    if (d->chart->mark_name) {
        make_room(d, &used, 2 + display_width(d->chart->mark_name));
        fprintf(d->out, "%s %s", d->frame->mark, d->chart->mark_name);
    }
    fputs("\n\n", d->out);
}

static canvas_dot find_point(const canvas *c, const chart_panel *panel, const axis_ticks *x,
                             const axis_ticks *y, const chart_series *series, size_t point)
{
    return canvas_find(c, axis_place(&panel->x, x, series->x[point]),
                       axis_place(&panel->y, y, series->y[point]));
}

/* Draws the lines of the series between neighbours that both have a place. */
static void draw_series(canvas *c, const chart_panel *panel, const axis_ticks *x,
                        const axis_ticks *y, const chart_series *series)
{
    canvas_dot before = {0};
    bool has_before = false;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_point_drawable(panel, series, i)) {
            has_before = false;
            continue;
        }
        const canvas_dot dot = find_point(c, panel, x, y, series, i);
        canvas_draw(c, series->line, has_before ? before : dot, dot);
        before = dot;
        has_before = true;
    }
}

static void label_series(canvas *c, const chart_panel *panel, const axis_ticks *x,
                         const axis_ticks *y, const chart_series *series)
{
    const size_t marked = series->marked >= 0 ? (size_t)series->marked : SIZE_MAX;
    size_t last = series->count;
    if (marked < series->count && is_point_drawable(panel, series, marked))
        canvas_mark(c, series->line, find_point(c, panel, x, y, series, marked));
    while (last > 0 && !is_point_drawable(panel, series, last - 1))
        last--;
    if (last > 0)
        canvas_label(c, series->line, find_point(c, panel, x, y, series, last - 1));
}

/* Draws the first series last, so that it lies over the others. */
static void draw_panel(canvas *c, const chart_panel *panel, const axis_ticks *x,
                       const axis_ticks *y)
{
    for (size_t i = panel->series_count; i-- > 0;)
        draw_series(c, panel, x, y, &panel->series[i]);
    for (size_t i = 0; i < panel->series_count; i++)
        label_series(c, panel, x, y, &panel->series[i]);
}

/* The label of the tick that stands in the row; NULL when there is none. */
static const char *row_label(const canvas *c, const chart_axis *axis, const axis_ticks *ticks,
                             size_t row, char label[TICK_LABEL])
{
    for (size_t i = 0; i < ticks->count; i++) {
        const double place = axis_place(axis, ticks, ticks->ticks[i]);
        if (canvas_row(c, canvas_find(c, 0.0, place)) == row)
            return tick_label(axis, ticks, i, label);
    }
    return NULL;
}

static void print_rows(const drawing *d, const canvas *c, const chart_axis *axis,
                       const axis_ticks *ticks)
{
    char label[TICK_LABEL];
    for (size_t row = 0; row < CANVAS_ROWS; row++) {
        const char *const text = row_label(c, axis, ticks, row, label);
        fprintf(d->out, "%*s %s", (int)d->label_width, text ? text : "",
                text ? d->frame->tick_left : d->frame->side);
        print_canvas_row(d->out, c, row, d->style->is_colored);
        fputc('\n', d->out);
    }
}

static size_t tick_column(const canvas *c, const chart_axis *axis, const axis_ticks *ticks,
                          size_t tick)
{
    const double place = axis_place(axis, ticks, ticks->ticks[tick]);
    return canvas_column(c, canvas_find(c, place, 0.0));
}

/* Prints the x axis: its line, and the labels of its ticks below them. */
static void print_x_axis(const drawing *d, const canvas *c, const chart_axis *axis,
                         const axis_ticks *ticks)
{
    char label[TICK_LABEL];
    fprintf(d->out, "%*s %s", (int)d->label_width, "", d->frame->corner);
    for (size_t column = 0, tick = 0; column < c->plot; column++) {
        const bool is_tick = tick < ticks->count && tick_column(c, axis, ticks, tick) == column;
        fputs(is_tick ? d->frame->tick_below : d->frame->bottom, d->out);
        tick += is_tick;
    }
    fputc('\n', d->out);
    size_t used = 0;
    for (size_t i = 0; i < ticks->count; i++) {
        const size_t length = strlen(tick_label(axis, ticks, i, label));
        const size_t column = d->label_width + 2 + tick_column(c, axis, ticks, i);
        const size_t start = column > length / 2 ? column - length / 2 : 0;
        if ((used && start < used + 1) || start + length > d->style->width)
            continue;
        fprintf(d->out, "%*s%s", (int)(start - used), "", label);
        used = start + length;
    }
    fputc('\n', d->out);
}

static void print_panel(const drawing *d, const chart_panel *panel)
{
    const size_t lines = d->chart->line_count;
    canvas c = {.is_braille = d->style->is_utf8, .columns = d->style->width - d->label_width - 2};
    c.plot = c.columns - (lines < MOST_LETTERS ? lines : MOST_LETTERS);
    const size_t most = c.plot / TICK_COLUMNS;
    const axis_ticks x = x_ticks(panel, most > MAX_TICKS ? MAX_TICKS : most < 3 ? 3 : most);
    const axis_ticks y = y_ticks(panel, Y_TICKS);
    draw_panel(&c, panel, &x, &y);
    fprintf(d->out, "%s by %s\n", panel->y.title, panel->x.title);
    print_rows(d, &c, &panel->y, &y);
    print_x_axis(d, &c, &panel->x, &x);
}

/* The columns of the longest label of all y axes, so that the panels stand below each other. */
static size_t widest_label(const chart *c)
{
    char label[TICK_LABEL];
    size_t widest = 0;
    for (size_t p = 0; p < c->panel_count; p++) {
        const axis_ticks y = y_ticks(&c->panels[p], Y_TICKS);
        for (size_t i = 0; i < y.count; i++) {
            const size_t length = strlen(tick_label(&c->panels[p].y, &y, i, label));
            widest = length > widest ? length : widest;
        }
    }
    return widest;
}

void print_text_chart(FILE *out, const chart *c, const text_style *style)
{
    const drawing d = {.out = out,
                       .chart = c,
                       .style = style,
                       .frame = &FRAMES[style->is_utf8],
                       .label_width = widest_label(c)};
    put_name(&d, c->title, style->width);
    fputc('\n', out);
    print_legend(&d);
    for (size_t p = 0; p < c->panel_count; p++) {
        if (p > 0)
            fputc('\n', out);
        print_panel(&d, &c->panels[p]);
    }
}
