#include "html.h"

#include <math.h>
#include <string.h>

#include "figures.h"
#include "svg_panel.h"
#include "xml.h"

#define NBSP "\xc2\xa0"

void put_html(FILE *out, const char *text)
{
    put_xml(out, text, strlen(text));
}

void put_name(FILE *out, const char *name)
{
    fputs("<bdi>", out);
    put_fitting(out, name, NAME_CELLS);
    fputs("</bdi>", out);
}

void put_script_json(FILE *out, const char *json)
{
    for (; *json; json++)
        if (*json == '<') /* neither an end tag nor a comment begins */
            fputs("\\u003c", out);
        else
            fputc(*json, out);
}

/* Prints the dash that stands for an undefined number. */
static void put_dash(FILE *out)
{
    fputs("<span title=\"not defined\">\xe2\x80\x93</span>", out);
}

static void put_data(FILE *out, double number, int decimals, double unit, const char *sign)
{
    char exact[EXACT_NUMBER];
    if (isnan(number))
        put_dash(out);
    else
        fprintf(out, "<data value=\"%s\">%.*f%s</data>", exact_number(number, exact), decimals,
                unit * number, sign);
}

void put_percent(FILE *out, double share)
{
    put_data(out, share, 1, 100.0, NBSP "%");
}

void put_count(FILE *out, size_t count)
{
    char text[GROUPED_NUMBER];
    fprintf(out, "<data value=\"%zu\">%s</data>", count, grouped(count, text));
}

void put_decimal(FILE *out, double number)
{
    put_data(out, number, 4, 1.0, "");
}

void put_interval(FILE *out, seqnet_interval interval)
{
    put_data(out, interval.low, 1, 100.0, "");
    fputs(NBSP "to" NBSP, out);
    put_percent(out, interval.high);
}

void open_section(FILE *out, const char *id, const char *title)
{
    fprintf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n",
            id, id, id, title);
}

void close_section(FILE *out)
{
    fputs("</section>\n", out);
}

void open_table(FILE *out, const char *caption, unsigned looks)
{
    fprintf(out, "<div class=\"box%s\" role=\"region\" tabindex=\"0\" aria-label=\"",
            looks & TABLE_TALL ? " tall" : "");
    put_html(out, caption);
    fprintf(out, "\">\n<table class=\"plain%s%s\">\n<caption>", looks & TABLE_WIDE ? " wide" : "",
            looks & TABLE_SORTABLE ? " sortable" : "");
    put_html(out, caption);
    fputs("</caption>\n", out);
}

void put_columns(FILE *out, const table_column *columns, size_t count)
{
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "<th scope=\"col\"%s>%s</th>", columns[i].is_number ? " class=\"n\"" : "",
                columns[i].title);
    fputs("</tr></thead>\n<tbody>\n", out);
}

void close_table(FILE *out)
{
    fputs("</tbody>\n</table>\n</div>\n", out);
}

void open_details(FILE *out, const char *summary)
{
    fprintf(out, "<details><summary>%s</summary>\n", summary);
}

void close_details(FILE *out)
{
    fputs("</details>\n", out);
}
