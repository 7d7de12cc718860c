/* The words that speak most for each label, over a sample of the measured rows. */
#include <stdlib.h>

#include "errors.h"
#include "html.h"
#include "prose.h"
#include "sections.h"

enum {
    /* Rows that are explained, evenly spaced among all. */
    SAMPLE_ROWS = 1000,
    MOST_WORDS = 16,
    MOST_WORDS_OF_MANY = 8,
    /* With more labels the list is closed until someone asks. */
    MANY_LABELS = 12,
    WORD_CELLS = 40
};

static bool is_there(const findings *f)
{
    return f->m.rows > 0 && seqnet_model_vocabulary_size(f->model) > 0;
}

static size_t sample_size(const findings *f)
{
    return f->m.rows < SAMPLE_ROWS ? f->m.rows : SAMPLE_ROWS;
}

/* Adds rows, evenly spaced among all. */
static seqnet_status add_rows(const findings *f, seqnet_word_sums *sums, seqnet_error *err)
{
    const size_t sample = sample_size(f);
    for (size_t i = 0; i < sample; i++) {
        const row_place place = f->m.places[i * f->m.rows / sample];
        char *text;
        size_t length;
        TRY(seqnet_model_row_text(f->model, f->subject->dataset, place.part, place.row, &text,
                                  &length, err));
        const seqnet_text_view view = {.text = text, .length = length};
        const seqnet_status status = seqnet_word_sums_add(sums, &view, 1, err);
        free(text);
        TRY(status);
    }
    return SEQNET_OK;
}

static void print_list(FILE *out, const seqnet_word_sum *words, size_t count)
{
    fputs("<ul class=\"chips\">", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<li title=\"%+.2f a text, in %zu of them\"><bdi>", words[i].mean,
                words[i].texts);
        put_prose(out, words[i].text, words[i].length, WORD_CELLS);
        fputs("</bdi></li>\n", out);
    }
    fputs("</ul>", out);
}

static seqnet_status print_label(FILE *out, const findings *f, const seqnet_word_sums *sums,
                                 size_t label, seqnet_error *err)
{
    seqnet_word_sum *words;
    size_t count;
    const size_t most = f->classes > MANY_LABELS ? MOST_WORDS_OF_MANY : MOST_WORDS;
    TRY(seqnet_word_sums_top(sums, label, false, most, &words, &count, err));
    fputs("<div><dt>", out);
    put_name(out, label_of(f, label));
    fputs(" <span class=\"count\">", out);
    put_count(out, seqnet_word_sums_texts(sums, label));
    fputs("</span></dt><dd>", out);
    print_list(out, words, count);
    fputs("</dd></div>\n", out);
    free(words);
    return SEQNET_OK;
}

static seqnet_status print_labels(FILE *out, const findings *f, const seqnet_word_sums *sums,
                                  seqnet_error *err)
{
    fputs("<dl class=\"words\">\n", out);
    for (size_t i = 0; i < f->classes; i++)
        TRY(print_label(out, f, sums, i, err));
    fputs("</dl>\n", out);
    return SEQNET_OK;
}

static seqnet_status print_section(FILE *out, const findings *f, const seqnet_word_sums *sums,
                                   seqnet_error *err)
{
    open_section(out, WORDS_SECTION.id, "Words for each label");
    fputs("<p>The words that speak most for each label where the model predicts it, and "
          "the number of these rows, over ",
          out);
    put_count(out, sample_size(f));
    fprintf(out, " of the rows%s.</p>\n",
            sample_size(f) < f->m.rows ? ", evenly spaced among them" : "");
    if (f->classes > MANY_LABELS)
        open_details(out, "All labels and their words");
    TRY(print_labels(out, f, sums, err));
    if (f->classes > MANY_LABELS)
        close_details(out);
    close_section(out);
    return SEQNET_OK;
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    const seqnet_explainer_options options = {.threads = f->subject->threads};
    seqnet_word_sums *sums;
    TRY(seqnet_word_sums_create(&sums, f->model, &options, err));
    seqnet_status status = add_rows(f, sums, err);
    if (status == SEQNET_OK)
        status = print_section(out, f, sums, err);
    seqnet_word_sums_free(sums);
    return status;
}

const report_section WORDS_SECTION = {
    .id = "words", .title = "Words", .is_there = is_there, .print = print};
