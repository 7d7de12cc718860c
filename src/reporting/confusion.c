/* The confusion matrix: a table for few labels, for many a heat map and the pairs confused most. */
#include <stdlib.h>

#include "errors.h"
#include "heat_map.h"
#include "html.h"
#include "sections.h"

enum {
    /* With more labels the matrix is a heat map. */
    TABLE_LABELS = 12,
    /* The confused pairs that are listed beside it, and in its table. */
    FIRST_PAIRS = 12,
    MOST_PAIRS = 300
};

static bool is_there(const findings *f)
{
    return f->m.rows > 0 && !f->is_multi_label;
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0.0;
}

static void print_cell(FILE *out, const findings *f, size_t row, size_t column)
{
    const size_t n = f->m.counts.confusion[row * f->classes + column];
    const double of_row = share(n, f->m.labels[row].rows);
    fprintf(out, "<td class=\"%s q%zu\">", row == column ? "hit" : "miss", heat_level(of_row));
    put_count(out, n);
    fprintf(out, "<small>%.1f\xc2\xa0%%</small></td>", 100.0 * of_row);
}

static void print_matrix(FILE *out, const findings *f)
{
    fputs("<div class=\"box\" role=\"region\" tabindex=\"0\" aria-label=\"Confusion matrix\">\n"
          "<table class=\"matrix\">\n<caption><span class=\"unseen\">Rows of each label by "
          "predicted label"
          "</span></caption>\n<thead><tr><th scope=\"col\">label</th>",
          out);
    for (size_t i = 0; i < f->classes; i++) {
        fputs("<th scope=\"col\">\xe2\x86\x92\xc2\xa0", out);
        put_name(out, label_of(f, i));
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < f->classes; i++) {
        fputs("<tr><th scope=\"row\">", out);
        put_name(out, label_of(f, i));
        fputs("</th>", out);
        for (size_t k = 0; k < f->classes; k++)
            print_cell(out, f, i, k);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</div>\n", out);
}

/* Prints the first pairs, short enough for a place beside the map. */
static void print_first_pairs(FILE *out, const findings *f)
{
    fputs("<div>\n<h3>Most confused</h3>\n<ol class=\"pairs\">\n", out);
    for (size_t i = 0; i < FIRST_PAIRS && i < f->confused_count; i++) {
        const seqnet_confused *const c = &f->confused[i];
        fputs("<li>", out);
        put_name(out, label_of(f, c->label));
        fputs(" \xe2\x86\x92 ", out);
        put_name(out, label_of(f, c->predicted));
        fprintf(out, " <span class=\"soft name\">%zu of %zu</span></li>\n", c->n,
                f->m.labels[c->label].rows);
    }
    fputs("</ol>\n</div>\n", out);
}

static void print_pairs(FILE *out, const findings *f)
{
    static const table_column columns[] = {
        {"Label", false}, {"Predicted instead", false}, {"Rows", true}, {"Of its rows", true}};
    open_table(out, "The pairs of labels that are confused most, at most 300 of them",
               TABLE_WIDE | TABLE_SORTABLE | TABLE_TALL);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < MOST_PAIRS && i < f->confused_count; i++) {
        const seqnet_confused *const c = &f->confused[i];
        fputs("<tr><th scope=\"row\">", out);
        put_name(out, label_of(f, c->label));
        fputs("</th><td>", out);
        put_name(out, label_of(f, c->predicted));
        fputs("</td><td class=\"n\">", out);
        put_count(out, c->n);
        fputs("</td><td class=\"n\">", out);
        put_percent(out, share(c->n, f->m.labels[c->label].rows));
        fputs("</td></tr>\n", out);
    }
    close_table(out);
}

/* Prints the names of the labels for the script, which names cells: as JSON, in which no text ends
 * the element. */
static seqnet_status print_names(FILE *out, const findings *f, seqnet_error *err)
{
    char *text;
    seqnet_json json = seqnet_json_begin_list();
    for (size_t i = 0; i < f->classes; i++)
        seqnet_json_string(&json, json.root, NULL, label_of(f, i));
    TRY(seqnet_json_end(&json, &text, err));
    fputs("<script type=\"application/json\" id=\"labels\">", out);
    put_script_json(out, text);
    fputs("</script>\n", out);
    free(text);
    return SEQNET_OK;
}

static seqnet_status print_map(FILE *out, const findings *f, size_t *rows, seqnet_error *err)
{
    for (size_t i = 0; i < f->classes; i++)
        rows[i] = f->m.labels[i].rows;
    fputs("<figure class=\"axes\"><span class=\"down\">label</span>", out);
    const bool is_made = print_heat_map(out, f->m.counts.confusion, rows, f->classes,
                                        "Confusion matrix; the tables have its numbers");
    fputs("<figcaption class=\"across\"><span class=\"soft\">predicted label, in the same order; "
          "blue is right, orange wrong, and stronger is more of the label\xe2\x80\x99s rows"
          "</span></figcaption></figure>\n",
          out);
    return is_made ? print_names(out, f, err)
                   : FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the confusion matrix");
}

static seqnet_status print_many(FILE *out, const findings *f, seqnet_error *err)
{
    size_t *const rows = calloc(f->classes, sizeof *rows);
    if (!rows)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the confusion matrix");
    fputs("<div class=\"figures\">\n", out);
    const seqnet_status status = print_map(out, f, rows, err);
    free(rows);
    TRY(status);
    print_first_pairs(out, f);
    fputs("</div>\n", out);
    open_details(out, "Confused pairs as a table");
    print_pairs(out, f);
    close_details(out);
    return SEQNET_OK;
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    open_section(out, CONFUSION_SECTION.id, "Where it is right and wrong");
    fputs("<p>Each row is a label, each column what the model predicted for it. Right answers are "
          "on the diagonal.</p>\n",
          out);
    if (f->classes <= TABLE_LABELS)
        print_matrix(out, f);
    else
        TRY(print_many(out, f, err));
    close_section(out);
    return SEQNET_OK;
}

const report_section CONFUSION_SECTION = {
    .id = "confusion", .title = "Right and wrong", .is_there = is_there, .print = print};
