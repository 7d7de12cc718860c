/* The mistakes that the model is surest of, with what its words contribute to them. */
#include <stdlib.h>

#include "errors.h"
#include "markup.h"
#include "sections.h"
#include "texts.h"

enum { MOST_MISTAKES = 12, PROSE_CELLS = 480 };

static bool is_there(const findings *f)
{
    return f->rows > 0 && !f->is_multi_label && f->mistake_count > 0;
}

static void print_legend(FILE *out)
{
    fputs("<ul class=\"legend\"><li><mark class=\"for3\">underlined</mark> speaks for the predicted "
          "label</li><li><mark class=\"against3\">dashed</mark> speaks against it</li></ul>\n",
          out);
}

/* "test.csv, line 12" */
static void print_place(FILE *out, const findings *f, const report_row *row)
{
    if (!row->source) {
        fprintf(out, "%s row %zu", seqnet_part_name(row->part), row->row + 1);
        return;
    }
    put_name(out, row->source);
    if (row->line)
        fprintf(out, ", line %zu", row->line);
    (void)f;
}

static void print_head(FILE *out, const findings *f, const seqnet_mistake *m, const report_row *row)
{
    fputs("<div class=\"head\"><span>is <strong>", out);
    put_name(out, label_of(f, m->label));
    fputs("</strong></span><span>predicted <strong>", out);
    put_name(out, label_of(f, m->predicted));
    fputs("</strong>, ", out);
    put_percent(out, m->probability);
    fputs(" sure</span><span>", out);
    print_place(out, f, row);
    fputs("</span></div>\n", out);
}

static seqnet_status print_words(FILE *out, seqnet_explainer *explainer, const report_row *row,
                                 size_t label, seqnet_error *err)
{
    const seqnet_explanation *e;
    TRY(seqnet_explain(explainer, row->text, row->length, &e, err));
    const seqnet_label_explanation l = seqnet_explain_label(explainer, label);
    put_explained(out, row->text, row->length, e, l.contributions);
    return SEQNET_OK;
}

static seqnet_status print_row(FILE *out, const findings *f, const seqnet_mistake *m,
                               seqnet_explainer *explainer, seqnet_error *err)
{
    report_row row;
    seqnet_status status = find_row(f, m->row, &row, err);
    if (status != SEQNET_OK)
        return status;
    fputs("<li>", out);
    print_head(out, f, m, &row);
    if (row.text) {
        fputs("<p dir=\"auto\">", out);
        if (explainer)
            status = print_words(out, explainer, &row, m->predicted, err);
        else
            put_prose(out, row.text, row.length, PROSE_CELLS);
        fputs("</p>", out);
    }
    fputs("</li>\n", out);
    free_row(&row);
    return status;
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    seqnet_explainer *explainer = NULL;
    if (seqnet_model_vocabulary_size(f->model))
        TRY(seqnet_explainer_create(
            &explainer, f->model,
            &(seqnet_explainer_options){.threads = f->subject->threads}, err));
    open_section(out, MISTAKES_SECTION.id, "The surest mistakes");
    fputs("<p>Rows where the model was wrong and most sure of it. Some of them may be mislabelled."
          "</p>\n",
          out);
    if (explainer)
        print_legend(out);
    fputs("<ol class=\"cards\">\n", out);
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < f->mistake_count && i < MOST_MISTAKES && status == SEQNET_OK; i++)
        status = print_row(out, f, &f->mistakes[i], explainer, err);
    fputs("</ol>\n", out);
    close_section(out);
    seqnet_explainer_free(explainer);
    return status;
}

const report_section MISTAKES_SECTION = {
    .id = "mistakes", .title = "Surest mistakes", .is_there = is_there, .print = print};
