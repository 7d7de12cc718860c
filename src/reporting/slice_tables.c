/* How good the model is on parts of the rows: by length, by unknown words, by a field. */
#include "html.h"
#include "sections.h"
#include "svg_figure.h"

enum {
    /* Slices of a field that are shown at once; a longer table scrolls. */
    MANY_SLICES = 16,
    MOST_SLICES = 500
};

static bool is_there(const findings *f)
{
    return f->m.by_length.count + f->m.by_unknown.count + f->m.by_field.count > 0;
}

static void print_slice(FILE *out, const slice *s)
{
    const double accuracy = s->rows ? (double)s->right / (double)s->rows : 0.0;
    const seqnet_interval interval = seqnet_wilson_interval(s->right, s->rows);
    fputs("<tr><th scope=\"row\" class=\"name\">", out);
    put_name(out, *s->name ? s->name : "(without a value)");
    fputs("</th><td class=\"n\">", out);
    put_count(out, s->rows);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, accuracy);
    fputs("</td><td class=\"bars\">", out);
    print_svg_bar(out, accuracy, interval.low, interval.high);
    fputs("</td><td class=\"n\">", out);
    put_interval(out, interval);
    fputs("</td></tr>\n", out);
}

static void print_table(FILE *out, const slice_table *t, const char *caption)
{
    if (t->count == 0)
        return;
    open_table(out, caption, TABLE_PLAIN | (t->count > MANY_SLICES ? TABLE_TALL : 0));
    fputs("<thead><tr><th scope=\"col\">Rows with</th><th scope=\"col\" class=\"n\">Rows</th>"
          "<th scope=\"col\" class=\"n\" colspan=\"2\">Accuracy</th>"
          "<th scope=\"col\" class=\"n\">95\xc2\xa0% interval</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < t->count && i < MOST_SLICES; i++)
        print_slice(out, &t->slices[i]);
    close_table(out);
    if (t->count > MOST_SLICES)
        fprintf(out, "<p class=\"soft\">%d of %zu values are shown.</p>\n", MOST_SLICES, t->count);
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    (void)err;
    open_section(out, SLICES_SECTION.id, "On which rows it is better or worse");
    fputs("<p>Where the intervals of two slices do not overlap, the difference is hardly chance."
          "</p>\n",
          out);
    print_table(out, &f->m.by_length, "By length");
    print_table(out, &f->m.by_unknown, "By the share of words that the model does not know");
    if (f->m.by_field.count) {
        fputs("<h3>By ", out);
        put_name(out, f->subject->by);
        fputs("</h3>\n", out);
        print_table(out, &f->m.by_field, "By the values of the field");
    }
    close_section(out);
    return SEQNET_OK;
}

const report_section SLICES_SECTION = {
    .id = "slices", .title = "Slices", .is_there = is_there, .print = print};
