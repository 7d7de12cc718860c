#include "svg_chart.h"

#include <stdlib.h>
#include <string.h>

#include "axis.h"
#include "recognise.h"
#include "terminal.h"
#include "xml.h"

/* Lengths in pixels. A panel has a title above its plot, and left of it and below it the labels of
 * ticks; panels stand in pairs side by side. */
enum {
    WIDTH = 820,
    MARGIN = 24,
    PANEL_GAP = 28,
    TITLE_HEIGHT = 34,
    PANEL_TITLE = 26,
    PLOT_HEIGHT = 240,
    BELOW_PLOT = 52,
    BESIDE_PLOT = 50,
    LEGEND_ROW = 22,
    SAMPLE = 32,
    LEGEND_GAP = 22,
    /* A cell of a terminal is about as wide as a character here. */
    CELL = 7,
    NAME_CELLS = 48,
    TITLE_CELLS = 80,
    /* A longer series has no dots on its points. */
    MOST_DOTS = 40,
    Y_TICKS = 7
};

/* Okabe and Ito's palette, darker where it is too light for a white page, and lighter on a dark
 * one; and the dashes. */
enum { STYLES = 7 };
static const char *const LIGHT[STYLES] = {"#0072b2", "#d55e00", "#00805e", "#b04a87",
                                          "#a66f00", "#2f8fc4", "#555"};
static const char *const DARK[STYLES] = {"#56b4e9", "#ff8a3d", "#2bc59a", "#e79ac6",
                                         "#f0c03c", "#9ad0f5", "#c8c8c8"};
static const char *const DASHES[STYLES] = {"none", "7 3",         "2 3", "10 3 2 3",
                                           "15 4", "6 3 2 3 2 3", "4 6"};

typedef struct rectangle {
    double left, top, width, height;
} rectangle;

/* A panel in the making. */
typedef struct plot {
    FILE *out;
    const chart_panel *panel;
    rectangle area;
    axis_ticks x, y;
} plot;

static void print_colors(FILE *out, const char *const *colors, const char *const *parts)
{
    fprintf(out, "text{fill:%s}.paper{fill:%s}.grid{stroke:%s}.axis{stroke:%s}", parts[0], parts[1],
            parts[2], parts[3]);
    for (int i = 0; i < STYLES; i++)
        fprintf(out, ".l%d{stroke:%s}.p%d{fill:%s}", i, colors[i], i, colors[i]);
}

static void print_style(FILE *out)
{
    fputs("<style>text{font:13px system-ui,'Segoe UI',Helvetica,Arial,sans-serif}"
          ".title{font-size:16px;font-weight:600}.head{font-weight:600}.up{font-size:10px}"
          ".line{fill:none;stroke-width:2;stroke-linejoin:round}.ring{stroke-width:2}"
          ".grid{stroke-width:1}.axis{stroke-width:1}\n",
          out);
    print_colors(out, LIGHT, (const char *[]){"#222", "#fff", "#e3e3e3", "#666"});
    fputs("\n@media screen and (prefers-color-scheme:dark){", out);
    print_colors(out, DARK, (const char *[]){"#ddd", "#14171c", "#2f343c", "#9aa0a8"});
    fputs("}</style>\n", out);
}

/* Prints the beginning of a text that fits into so many cells. */
static void put_fitting(FILE *out, const char *text, size_t cells)
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

static void print_text(FILE *out, const char *style, const char *anchor, double x, double y,
                       const char *text, size_t cells)
{
    open_text(out, style, anchor, x, y);
    put_fitting(out, text, cells);
    fputs("</text>\n", out);
}

/* Another pattern of dashes when the colors begin again. */
static const char *dashes_of(size_t line)
{
    return DASHES[(line + line / STYLES) % STYLES];
}

static void open_line(FILE *out, size_t line)
{
    fprintf(out, "<path class=\"line l%zu\" stroke-dasharray=\"%s\" d=\"", line % STYLES,
            dashes_of(line));
}

/* The width of an entry of the legend with a sample and a name. */
static double entry_width(const char *name)
{
    const size_t cells = display_width(name);
    return SAMPLE + 6.0 + CELL * (double)(cells < NAME_CELLS ? cells : NAME_CELLS) + LEGEND_GAP;
}

/* Where the next entry stands. */
typedef struct legend_place {
    double x, y;
} legend_place;

static void make_room(legend_place *place, double width)
{
    if (place->x > MARGIN && place->x + width > WIDTH - MARGIN) {
        place->x = MARGIN;
        place->y += LEGEND_ROW;
    }
}

static void print_entry(FILE *out, const chart *c, size_t line, legend_place place)
{
    if (line < c->line_count) {
        open_line(out, line);
        fprintf(out, "M%.1f %.1fh%d\"/>", place.x, place.y - 4.0, SAMPLE);
    } else
        fprintf(out, "<circle class=\"paper ring axis\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>",
                place.x + SAMPLE - 6.0, place.y - 4.0);
    print_text(out, "", "start", place.x + SAMPLE + 6.0, place.y,
               line < c->line_count ? c->names[line] : c->mark_name, NAME_CELLS);
}

/* Prints the legend, if `out` is not NULL, and returns the y below it. */
static double lay_legend(FILE *out, const chart *c)
{
    legend_place place = {.x = MARGIN, .y = MARGIN + TITLE_HEIGHT + 6.0};
    for (size_t i = 0; i < c->line_count + (c->mark_name ? 1 : 0); i++) {
        const double width = entry_width(i < c->line_count ? c->names[i] : c->mark_name);
        make_room(&place, width);
        if (out)
            print_entry(out, c, i, place);
        place.x += width;
    }
    return place.y + LEGEND_ROW;
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
    print_text(p->out, "", "middle", (p->area.left + right) / 2.0, bottom + 39.0, p->panel->x.title,
               NAME_CELLS);
}

static void print_circle(const plot *p, const chart_series *series, size_t point, const char *style,
                         const char *radius)
{
    fprintf(p->out, "<circle class=\"%s%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/>", style,
            series->line % STYLES, plot_x(p, series->x[point]), plot_y(p, series->y[point]),
            radius);
}

static bool has_point(const plot *p, const chart_series *series, size_t point)
{
    return point < series->count && is_point_drawable(p->panel, series, point);
}

/* Prints the line, moved over its gaps. */
static void print_line(const plot *p, const chart_series *series)
{
    open_line(p->out, series->line);
    for (size_t i = 0; i < series->count; i++)
        if (has_point(p, series, i))
            fprintf(p->out, "%c%.1f %.1f", i > 0 && has_point(p, series, i - 1) ? 'L' : 'M',
                    plot_x(p, series->x[i]), plot_y(p, series->y[i]));
    fputs("\"/>\n", p->out);
}

/* Prints dots on the points of a short series, and on those between two gaps, which have no line.
 */
static void print_dots(const plot *p, const chart_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const bool is_alone =
            !(i > 0 && has_point(p, series, i - 1)) && !has_point(p, series, i + 1);
        if (has_point(p, series, i) && (series->count <= MOST_DOTS || is_alone))
            print_circle(p, series, i, "p", is_alone ? "3.5" : "2.5");
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
        if (series->marked >= 0 && has_point(p, series, (size_t)series->marked))
            print_circle(p, series, (size_t)series->marked, "paper ring l", "5");
    }
}

static void print_panel(FILE *out, const chart_panel *panel, rectangle place)
{
    plot p = {.out = out, .panel = panel};
    p.area = (rectangle){.left = place.left + BESIDE_PLOT,
                         .top = place.top + PANEL_TITLE,
                         .width = place.width - BESIDE_PLOT,
                         .height = PLOT_HEIGHT};
    p.x = x_ticks(panel, place.width > WIDTH / 2.0 ? 12 : 8);
    p.y = y_ticks(panel, Y_TICKS);
    print_text(out, "head", "start", place.left, place.top + 12.0, panel->y.title, NAME_CELLS);
    print_y_axis(&p);
    print_x_axis(&p);
    print_lines(&p);
}

void print_svg_chart(FILE *out, const chart *c)
{
    const size_t across = c->panel_count > 1 ? 2 : 1;
    const double width = (WIDTH - 2.0 * MARGIN - PANEL_GAP * (double)(across - 1)) / (double)across;
    const double row = PANEL_TITLE + PLOT_HEIGHT + BELOW_PLOT, top = lay_legend(NULL, c);
    const double height = top + row * (double)((c->panel_count + across - 1) / across);
    fprintf(out,
            CURVES_SVG " xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
                       "viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>",
            WIDTH, height, WIDTH, height);
    put_fitting(out, c->title, TITLE_CELLS);
    fputs("</title>\n", out);
    print_style(out);
    fputs("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", out);
    print_text(out, "title", "start", MARGIN, MARGIN + 14.0, c->title, TITLE_CELLS);
    lay_legend(out, c);
    for (size_t i = 0; i < c->panel_count; i++)
        print_panel(out, &c->panels[i],
                    (rectangle){.left = MARGIN + (double)(i % across) * (width + PANEL_GAP),
                                .top = top + row * (double)(i / across),
                                .width = width});
    fputs("</svg>\n", out);
}
