#include "svg_panel.h"

#include <stdlib.h>
#include <string.h>

#include "axis.h"
#include "terminal.h"
#include "xml.h"

/* A longer series has no dots on its points. */
enum { MOST_DOTS = 40 };

static const char *const DASHES[SVG_STYLES] = {"none", "7 3",         "2 3", "10 3 2 3",
                                               "15 4", "6 3 2 3 2 3", "4 6"};

/* A panel in the making. */
typedef struct plot {
    FILE *out;
    const chart_panel *panel;
    rectangle area;
    axis_ticks x, y;
    const char *const *names;
} plot;

void put_fitting(FILE *out, const char *text, size_t cells)
{
    const size_t whole = strlen(text), fitting = fitting_bytes(text, cells);
    put_xml(out, text, fitting < whole ? fitting_bytes(text, cells - 1) : whole);
    if (fitting < whole)
        fputs("\xe2\x80\xa6", out);
}

/* Begins a text; anchor is "start", "middle" or "end". */
static void open_text(FILE *out, const char *style, const char *anchor, double x, double y)
{
    fprintf(out, "<text%s%s%s text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", *style ? " class=\"" : "",
            style, *style ? "\"" : "", anchor, x, y);
}

void print_svg_text(FILE *out, const char *style, const char *anchor, double x, double y,
                    const char *text, size_t cells)
{
    open_text(out, style, anchor, x, y);
    put_fitting(out, text, cells);
    fputs("</text>\n", out);
}

/* Another pattern of dashes when the colors begin again. */
static const char *dashes_of(size_t line)
{
    return DASHES[(line + line / SVG_STYLES) % SVG_STYLES];
}

void open_svg_line(FILE *out, size_t line)
{
    fprintf(out, "<path class=\"line l%zu\" stroke-dasharray=\"%s\" d=\"", line % SVG_STYLES,
            dashes_of(line));
}

static double plot_x(const plot *p, double value)
{
    return p->area.left + p->area.width * axis_place(&p->panel->x, &p->x, value);
}

static double plot_y(const plot *p, double value)
{
    return p->area.top + p->area.height * (1.0 - axis_place(&p->panel->y, &p->y, value));
}

/* Prints a label; one with an exponent as a power of ten: "2e-05" is 2 times 10 to the -5. */
static void put_label(FILE *out, const char *label)
{
    const char *const e = strchr(label, 'e');
    if (!e) {
        fputs(label, out);
        return;
    }
    const long power = strtol(e + 1, NULL, 10);
    if (strncmp(label, "1e", 2) != 0)
        fprintf(out, "%.*s\xc2\xb7", (int)(e - label), label);
    fprintf(out, "10<tspan class=\"up\" dy=\"-5\">%s%ld</tspan>", power < 0 ? "\xe2\x88\x92" : "",
            labs(power));
}

static void print_y_axis(const plot *p)
{
    char label[TICK_LABEL];
    const double left = p->area.left, right = left + p->area.width;
    for (size_t i = 0; i < p->y.count; i++) {
        const double y = plot_y(p, p->y.ticks[i]);
        fprintf(p->out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", left, y, right);
        open_text(p->out, "", "end", left - 8.0, y + 4.5);
        put_label(p->out, tick_label(&p->panel->y, &p->y, i, label));
        fputs("</text>\n", p->out);
    }
}

static void print_x_axis(const plot *p)
{
    char label[TICK_LABEL];
    const double bottom = p->area.top + p->area.height;
    const double right = p->area.left + p->area.width;
    for (size_t i = 0; i < p->x.count; i++) {
        const double x = plot_x(p, p->x.ticks[i]);
        fprintf(p->out, "<path class=\"axis\" d=\"M%.1f %.1fv5\"/>", x, bottom);
        open_text(p->out, "", "middle", x, bottom + 19.0);
        put_label(p->out, tick_label(&p->panel->x, &p->x, i, label));
        fputs("</text>\n", p->out);
    }
    fprintf(p->out, "<path class=\"axis\" d=\"M%.1f %.1fH%.1f\"/>\n", p->area.left, bottom, right);
    print_svg_text(p->out, "", "middle", (p->area.left + right) / 2.0, bottom + 39.0,
                   p->panel->x.title, SVG_NAME_CELLS);
}

static void print_circle(const plot *p, const chart_series *series, size_t point, const char *style,
                         const char *radius)
{
    fprintf(p->out, "<circle class=\"%s%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"", style,
            series->line % SVG_STYLES, plot_x(p, series->x[point]), plot_y(p, series->y[point]),
            radius);
}

/* Ends a circle. Where lines have names it says which point it stands for: "training, epoch 3:
 * accuracy 0.8765". */
static void close_circle(const plot *p, const chart_series *series, size_t point)
{
    const double unit = p->panel->y.is_percent ? 100.0 : 1.0;
    if (!p->names) {
        fputs("/>", p->out);
        return;
    }
    fputs("><title>", p->out);
    put_fitting(p->out, p->names[series->line], SVG_NAME_CELLS);
    fprintf(p->out, ", %s %.4g: %s %.*f%s</title></circle>", p->panel->x.title, series->x[point],
            p->panel->y.title, p->panel->y.is_percent ? 1 : 4, unit * series->y[point],
            p->panel->y.is_percent ? "\xc2\xa0%" : "");
}

static bool has_point(const plot *p, const chart_series *series, size_t point)
{
    return point < series->count && is_point_drawable(p->panel, series, point);
}

/* Prints the data of a line, which has gaps. */
static void print_points(const plot *p, const chart_series *series)
{
    for (size_t i = 0; i < series->count; i++)
        if (has_point(p, series, i))
            fprintf(p->out, "%c%.1f %.1f", i > 0 && has_point(p, series, i - 1) ? 'L' : 'M',
                    plot_x(p, series->x[i]), plot_y(p, series->y[i]));
    fputs("\"/>\n", p->out);
}

/* Fills what is below a line, which has no gaps. */
static void print_area(const plot *p, const chart_series *series)
{
    const double bottom = p->area.top + p->area.height;
    fprintf(p->out, "<path class=\"area p%zu\" d=\"M%.1f %.1f", series->line % SVG_STYLES,
            plot_x(p, series->x[0]), bottom);
    for (size_t i = 0; i < series->count; i++)
        fprintf(p->out, "L%.1f %.1f", plot_x(p, series->x[i]), plot_y(p, series->y[i]));
    fprintf(p->out, "L%.1f %.1fZ\"/>", plot_x(p, series->x[series->count - 1]), bottom);
}

static void print_line(const plot *p, const chart_series *series)
{
    if (series->look == LOOK_AREA)
        print_area(p, series);
    if (series->look == LOOK_GUIDE)
        fputs("<path class=\"guide\" d=\"", p->out);
    else
        open_svg_line(p->out, series->line);
    print_points(p, series);
}

/* Prints dots on the points of a short series, and on those between two gaps, which have no line.
 */
static void print_dots(const plot *p, const chart_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const bool is_alone =
            !(i > 0 && has_point(p, series, i - 1)) && !has_point(p, series, i + 1);
        const bool is_short = series->look == LOOK_POINTS && series->count <= MOST_DOTS;
        if (!has_point(p, series, i) || !(is_short || is_alone))
            continue;
        print_circle(p, series, i, "p", is_alone ? "3.5" : "2.5");
        close_circle(p, series, i);
    }
    fputc('\n', p->out);
}

static bool has_any_point(const plot *p, const chart_series *series)
{
    for (size_t i = 0; i < series->count; i++)
        if (has_point(p, series, i))
            return true;
    return false;
}

/* Prints the lines, and over all of them the marks. */
static void print_lines(const plot *p)
{
    for (size_t i = p->panel->series_count; i-- > 0;) {
        if (!has_any_point(p, &p->panel->series[i]))
            continue; /* a path without points is no path */
        print_line(p, &p->panel->series[i]);
        print_dots(p, &p->panel->series[i]);
    }
    for (size_t i = 0; i < p->panel->series_count; i++) {
        const chart_series *const series = &p->panel->series[i];
        if (series->marked >= 0 && has_point(p, series, (size_t)series->marked)) {
            print_circle(p, series, (size_t)series->marked, "paper ring l", "5");
            close_circle(p, series, (size_t)series->marked);
        }
    }
}

void print_svg_panel(FILE *out, const chart_panel *panel, rectangle area,
                     const svg_panel_style *style)
{
    const plot p = {.out = out,
                    .panel = panel,
                    .area = area,
                    .x = x_ticks(panel, style->x_ticks),
                    .y = y_ticks(panel, style->y_ticks),
                    .names = style->names};
    print_y_axis(&p);
    print_x_axis(&p);
    print_lines(&p);
}
