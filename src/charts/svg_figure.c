#include "svg_figure.h"

#include "svg_panel.h"
#include "xml.h"

#include <string.h>

/* Lengths in pixels of a figure that is not scaled. On a phone it is scaled little: it is hardly
 * wider than its screen. */
enum {
    FIGURE_WIDTH = 420,
    FIGURE_HEIGHT = 290,
    TOP = 12,
    RIGHT = 26,
    TICKS_ACROSS = 6,
    TICKS_DOWN = 6,
    SAMPLE_WIDTH = 28,
    BAR_WIDTH = 100,
    BAR_HEIGHT = 14
};

void print_svg_figure(FILE *out, const chart *c, size_t panel, const char *name)
{
    const svg_panel_style style = {
        .x_ticks = TICKS_ACROSS, .y_ticks = TICKS_DOWN, .names = c->names};
    fprintf(out, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
            FIGURE_WIDTH, FIGURE_HEIGHT);
    put_xml(out, name, strlen(name));
    fputs("\">\n", out);
    print_svg_panel(out, &c->panels[panel],
                    (rectangle){.left = SVG_BESIDE,
                                .top = TOP,
                                .width = FIGURE_WIDTH - SVG_BESIDE - RIGHT,
                                .height = FIGURE_HEIGHT - TOP - SVG_BELOW},
                    &style);
    fputs("</svg>\n", out);
}

static void open_sample(FILE *out)
{
    fprintf(out, "<li><svg class=\"sample\" width=\"%d\" height=\"12\" aria-hidden=\"true\">",
            SAMPLE_WIDTH);
}

static void close_sample(FILE *out, const char *name)
{
    fputs("</svg><bdi>", out);
    put_fitting(out, name, SVG_NAME_CELLS);
    fputs("</bdi></li>\n", out);
}

void print_html_legend(FILE *out, const chart *c)
{
    fputs("<ul class=\"legend\">\n", out);
    for (size_t i = 0; i < c->line_count; i++) {
        open_sample(out);
        open_svg_line(out, i);
        fprintf(out, "M0 6h%d\"/>", SAMPLE_WIDTH);
        close_sample(out, c->names[i]);
    }
    if (c->mark_name) {
        open_sample(out);
        fputs("<circle class=\"paper ring axis\" cx=\"14\" cy=\"6\" r=\"5\"/>", out);
        close_sample(out, c->mark_name);
    }
    fputs("</ul>\n", out);
}

void print_svg_bar(FILE *out, double value, double low, double high)
{
    fprintf(out,
            "<svg class=\"bar\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\">"
            "<path class=\"track\" d=\"M0 7h%d\"/><path class=\"value\" d=\"M0 7h%.1f\"/>",
            BAR_WIDTH, BAR_HEIGHT, BAR_WIDTH, BAR_WIDTH * value);
    if (low < high)
        fprintf(out, "<path class=\"whisker\" d=\"M%.1f 7H%.1fM%.1f 3v8M%.1f 3v8\"/>",
                BAR_WIDTH * low, BAR_WIDTH * high, BAR_WIDTH * low, BAR_WIDTH * high);
    fputs("</svg>", out);
}
