/* How well each label is predicted. */
#include "html.h"
#include "sections.h"

static bool is_there(const findings *f)
{
    return f->m.rows > 0;
}

static void print_label(FILE *out, const findings *f, size_t label)
{
    const seqnet_label_metrics *const l = &f->m.labels[label];
    fputs("<tr><th scope=\"row\">", out);
    put_name(out, label_of(f, label));
    fputs("</th><td class=\"n\">", out);
    put_percent(out, l->precision);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, l->recall);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, l->f1);
    fputs("</td><td class=\"n\">", out);
    put_decimal(out, f->m.areas[label].roc);
    fputs("</td><td class=\"n\">", out);
    put_decimal(out, f->m.areas[label].precision_recall);
    fputs("</td><td class=\"n\">", out);
    put_count(out, l->rows);
    fputs("</td><td class=\"n\">", out);
    put_count(out, l->predicted);
    fputs("</td></tr>\n", out);
}

static void print_average(FILE *out, const char *name, const seqnet_average *average)
{
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"n\">", name);
    put_percent(out, average->precision);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, average->recall);
    fputs("</td><td class=\"n\">", out);
    put_percent(out, average->f1);
    fputs("</td></tr>\n", out);
}

static void print_averages(FILE *out, const findings *f)
{
    static const table_column columns[] = {
        {"Average", false}, {"Precision", true}, {"Recall", true}, {"F1", true}};
    open_table(out, "Averages over the labels", TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    print_average(out, "macro: each label alike", &f->m.macro);
    print_average(out, "weighted: by rows", &f->m.weighted);
    if (f->is_multi_label)
        print_average(out, "micro: all labels together", &f->m.micro);
    close_table(out);
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    enum { MANY = 20 };
    static const table_column columns[] = {{"Label", false}, {"Precision", true}, {"Recall", true},
                                           {"F1", true},     {"ROC AUC", true},   {"PR AUC", true},
                                           {"Rows", true},   {"Predicted", true}};
    (void)err;
    open_section(out, LABELS_SECTION.id, "Label by label");
    fputs("<p>Precision: of the rows that are given the label, how many have it. Recall: of the "
          "rows that have it, how many are found. F1 is their harmonic mean.</p>\n",
          out);
    open_table(out, "How well each label is predicted",
               TABLE_WIDE | TABLE_SORTABLE | (f->classes > MANY ? TABLE_TALL : 0));
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < f->classes; i++)
        print_label(out, f, i);
    close_table(out);
    print_averages(out, f);
    close_section(out);
    return SEQNET_OK;
}

const report_section LABELS_SECTION = {
    .id = "each-label", .title = "Labels", .is_there = is_there, .print = print};
