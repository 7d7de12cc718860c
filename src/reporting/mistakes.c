/* The mistakes that the model is surest of, with what its words contribute to them. */
#include <stdlib.h>

#include "errors.h"
#include "html.h"
#include "prose.h"
#include "sections.h"

enum { MOST_MISTAKES = 12, PROSE_CELLS = 480 };

static bool is_there(const findings *f)
{
    return f->mistake_count > 0;
}

static void print_legend(FILE *out)
{
    fputs(
        "<ul class=\"legend\"><li><mark class=\"for3\">underlined</mark> speaks for the predicted "
        "label</li><li><mark class=\"against3\">dashed</mark> speaks against it</li></ul>\n",
        out);
}

static void print_answer(FILE *out, const findings *f, const mistake *m, const named_answer *answer)
{
    fputs("<span>is <strong>", out);
    put_name(out, answer->label);
    fputs("</strong></span><span>predicted <strong>", out);
    put_name(out, answer->predicted);
    fputs("</strong>, ", out);
    put_percent(out, m->probability);
    fprintf(out, " %s</span>", f->is_multi_label ? "off" : "sure");
}

static seqnet_status print_head(FILE *out, const findings *f, const mistake *m, seqnet_error *err)
{
    named_answer answer;
    char *place;
    TRY(name_answer(&f->m, m->row, &answer, err));
    fputs("<div class=\"head\">", out);
    print_answer(out, f, m, &answer);
    free_answer(&answer);
    TRY(name_place(&f->m, m->row, &place, err));
    fputs("<span>", out);
    put_name(out, place);
    fputs("</span></div>\n", out);
    free(place);
    return SEQNET_OK;
}

/* Prints the text; with an explainer, what its words contribute to the predicted label. */
static seqnet_status print_text(FILE *out, const findings *f, const mistake *m,
                                seqnet_explainer *explainer, const char *text, size_t length,
                                seqnet_error *err)
{
    const seqnet_explanation *e;
    if (!explainer) {
        put_prose(out, text, length, PROSE_CELLS);
        return SEQNET_OK;
    }
    TRY(seqnet_explain(explainer, text, length, &e, err));
    const size_t label = seqnet_scores_predicted(f->m.scores, m->row);
    put_explained(out, text, length, e, seqnet_explain_label(explainer, label).contributions);
    return SEQNET_OK;
}

static seqnet_status print_row(FILE *out, const findings *f, const mistake *m,
                               seqnet_explainer *explainer, seqnet_error *err)
{
    const row_place place = f->m.places[m->row];
    char *text;
    size_t length;
    fputs("<li>", out);
    TRY(print_head(out, f, m, err));
    TRY(seqnet_model_row_text(f->model, f->subject->dataset, place.part, place.row, &text, &length,
                              err));
    fputs("<p dir=\"auto\">", out);
    const seqnet_status status = print_text(out, f, m, explainer, text, length, err);
    fputs("</p></li>\n", out);
    free(text);
    return status;
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    seqnet_explainer *explainer = NULL;
    if (seqnet_model_vocabulary_size(f->model) && !f->is_multi_label)
        TRY(seqnet_explainer_create(&explainer, f->model,
                                    &(seqnet_explainer_options){.threads = f->subject->threads},
                                    err));
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
