#include "svg_chart.h"

#include "recognise.h"
#include "svg_panel.h"
#include "terminal.h"

/* Lengths in pixels. A panel has a title above its plot, and left of it and below it the labels of
 * ticks; panels stand in pairs side by side. */
enum {
    WIDTH = 820,
    MARGIN = 24,
    PANEL_GAP = 28,
    TITLE_HEIGHT = 34,
    PANEL_TITLE = 26,
    PLOT_HEIGHT = 240,
    LEGEND_ROW = 22,
    SAMPLE = 32,
    LEGEND_GAP = 22,
    TITLE_CELLS = 80,
    Y_TICKS = 7
};

/* Okabe and Ito's palette, darker where it is too light for a white page, and lighter on a dark
 * one; and the dashes. */
static const char *const LIGHT[SVG_STYLES] = {"#0072b2", "#d55e00", "#00805e", "#b04a87",
                                              "#a66f00", "#2f8fc4", "#555"};
static const char *const DARK[SVG_STYLES] = {"#56b4e9", "#ff8a3d", "#2bc59a", "#e79ac6",
                                             "#f0c03c", "#9ad0f5", "#c8c8c8"};

static void print_colors(FILE *out, const char *const *colors, const char *const *parts)
{
    fprintf(out, "text{fill:%s}.paper{fill:%s}.grid{stroke:%s}.axis{stroke:%s}", parts[0], parts[1],
            parts[2], parts[3]);
    for (int i = 0; i < SVG_STYLES; i++)
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

/* The width of an entry of the legend with a sample and a name. */
static double entry_width(const char *name)
{
    const size_t cells = display_width(name);
    return SAMPLE + 6.0 + SVG_CELL * (double)(cells < SVG_NAME_CELLS ? cells : SVG_NAME_CELLS) +
           LEGEND_GAP;
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
        open_svg_line(out, line);
        fprintf(out, "M%.1f %.1fh%d\"/>", place.x, place.y - 4.0, SAMPLE);
    } else
        fprintf(out, "<circle class=\"paper ring axis\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>",
                place.x + SAMPLE - 6.0, place.y - 4.0);
    print_svg_text(out, "", "start", place.x + SAMPLE + 6.0, place.y,
                   line < c->line_count ? c->names[line] : c->mark_name, SVG_NAME_CELLS);
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

static void print_panel(FILE *out, const chart_panel *panel, rectangle place)
{
    const svg_panel_style style = {.x_ticks = place.width > WIDTH / 2.0 ? 12 : 8,
                                   .y_ticks = Y_TICKS};
    print_svg_text(out, "head", "start", place.left, place.top + 12.0, panel->y.title,
                   SVG_NAME_CELLS);
    print_svg_panel(out, panel,
                    (rectangle){.left = place.left + SVG_BESIDE,
                                .top = place.top + PANEL_TITLE,
                                .width = place.width - SVG_BESIDE,
                                .height = PLOT_HEIGHT},
                    &style);
}

void print_svg_chart(FILE *out, const chart *c)
{
    const size_t across = c->panel_count > 1 ? 2 : 1;
    const double width = (WIDTH - 2.0 * MARGIN - PANEL_GAP * (double)(across - 1)) / (double)across;
    const double row = PANEL_TITLE + PLOT_HEIGHT + SVG_BELOW, top = lay_legend(NULL, c);
    const double height = top + row * (double)((c->panel_count + across - 1) / across);
    fprintf(out,
            CURVES_SVG " xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
                       "viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>",
            WIDTH, height, WIDTH, height);
    put_fitting(out, c->title, TITLE_CELLS);
    fputs("</title>\n", out);
    print_style(out);
    fputs("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", out);
    print_svg_text(out, "title", "start", MARGIN, MARGIN + 14.0, c->title, TITLE_CELLS);
    lay_legend(out, c);
    for (size_t i = 0; i < c->panel_count; i++)
        print_panel(out, &c->panels[i],
                    (rectangle){.left = MARGIN + (double)(i % across) * (width + PANEL_GAP),
                                .top = top + row * (double)(i / across),
                                .width = width});
    fputs("</svg>\n", out);
}
