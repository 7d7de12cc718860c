#include "figure.h"

#include "html.h"

chart_axis share_axis(const char *title)
{
    return (chart_axis){.title = title, .is_percent = true, .least = 0.0, .most = 1.0};
}

chart_axis whole_axis(const char *title)
{
    chart_axis axis = share_axis(title);
    axis.is_fixed = true;
    return axis;
}

void print_figure(FILE *out, const chart *c, size_t panel, const char *caption, const char *more,
                  const char *name)
{
    fputs("<figure><figcaption>", out);
    put_html(out, caption);
    if (*more) {
        fputs(" <span class=\"soft\">", out);
        put_html(out, more);
        fputs("</span>", out);
    }
    fputs("</figcaption>\n", out);
    print_svg_figure(out, c, panel, name);
    fputs("</figure>\n", out);
}
