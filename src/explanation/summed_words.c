/* The words that speak most for labels over the texts of DATA. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "explained.h"
#include "figures.h"
#include "json_line.h"
#include "recognise.h"
#include "terminal.h"
#include "text_sample.h"

/* Words of each label that are shown when all labels are. */
enum { FEW_WORDS = 10 };

bool names_data(const char *argument)
{
    return access(argument, F_OK) == 0 || strncmp(argument, "builtin:", 8) == 0;
}

/* The words of one label. */
typedef struct label_words {
    const char *label;
    const seqnet_word_sum *words;
    size_t count;
    /* All texts, and those that count for the label. */
    size_t texts, predicted;
} label_words;

static seqnet_status words_as_json(const label_words *w, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "label", w->label);
    seqnet_json_number(&json, json.root, "texts", (double)w->texts);
    seqnet_json_number(&json, json.root, "predicted", (double)w->predicted);
    struct cJSON *const list = seqnet_json_list(&json, json.root, "words");
    for (size_t i = 0; i < w->count; i++) {
        struct cJSON *const object = seqnet_json_object(&json, list, NULL);
        char *const text = strndup(w->words[i].text, w->words[i].length);
        json.failed |= !text;
        seqnet_json_string(&json, object, "text", text ? text : "");
        free(text);
        seqnet_json_decimal(&json, object, "sum", w->words[i].sum, 6);
        seqnet_json_number(&json, object, "texts", (double)w->words[i].texts);
        seqnet_json_decimal(&json, object, "mean", w->words[i].mean, 6);
    }
    return write_json_line(stdout, &json, err);
}

static void words_as_lines(const label_words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const seqnet_word_sum *const word = &w->words[i];
        put_text(stdout, w->label);
        printf("\t%+.4f\t%zu\t%+.4f\t", word->sum, word->texts, word->mean);
        put_bytes(stdout, word->text, word->length);
        putchar('\n');
    }
}

static size_t word_width(const seqnet_word_sum *word)
{
    return bytes_width(word->text, word->length);
}

/* One word a line. */
static void words_as_table(const label_words *w)
{
    char predicted[GROUPED_NUMBER], texts[GROUPED_NUMBER];
    size_t widest = 4;
    for (size_t i = 0; i < w->count; i++)
        widest = word_width(&w->words[i]) > widest ? word_width(&w->words[i]) : widest;
    put_text(stdout, w->label);
    printf(", predicted for %s of %s %s\n\n", grouped(w->predicted, predicted),
           grouped(w->texts, texts), plural(w->texts, "text", "texts"));
    printf("%-*s  %10s  %8s  %8s\n", (int)widest, "word", "sum", "texts", "mean");
    for (size_t i = 0; i < w->count; i++) {
        const seqnet_word_sum *const word = &w->words[i];
        put_bytes(stdout, word->text, word->length);
        printf("%*s  %+10.2f  %8zu  %+8.3f\n", (int)(widest - word_width(word)), "", word->sum,
               word->texts, word->mean);
    }
}

/* All words behind the label, wrapped. */
static void words_as_list(const label_words *w)
{
    const size_t width = terminal_width(STDOUT_FILENO);
    size_t column = display_width(w->label) + 1;
    put_text(stdout, w->label);
    putchar(':');
    for (size_t i = 0; i < w->count; i++) {
        char sum[32];
        const size_t needed = 2 + word_width(&w->words[i]) +
                              (size_t)snprintf(sum, sizeof sum, " %+.1f", w->words[i].sum);
        fputs(column + needed > width ? "\n  " : "  ", stdout);
        column = column + needed > width ? needed : column + needed;
        put_bytes(stdout, w->words[i].text, w->words[i].length);
        fputs(sum, stdout);
    }
    puts(w->count ? "" : " no word");
}

static seqnet_status show_label_words(const explain_options *o, const seqnet_model *model,
                                      const seqnet_word_sums *sums, size_t texts, size_t label,
                                      bool is_alone, seqnet_error *err)
{
    seqnet_word_sum *words;
    size_t count;
    seqnet_status status = SEQNET_OK;
    const size_t most = o->has_top || is_alone ? (size_t)o->top : FEW_WORDS;
    TRY(seqnet_word_sums_top(sums, label, false, most, &words, &count, err));
    const label_words shown = {seqnet_model_label_name(model, label), words, count, texts,
                               seqnet_word_sums_texts(sums, label)};
    if (o->json)
        status = words_as_json(&shown, err);
    else if (!shows_text())
        words_as_lines(&shown);
    else if (is_alone)
        words_as_table(&shown);
    else
        words_as_list(&shown);
    free(words);
    return status;
}

static seqnet_status show_sums(const explain_options *o, const seqnet_model *model,
                               const seqnet_word_sums *sums, size_t texts, size_t label,
                               seqnet_error *err)
{
    if (!o->json && !shows_text())
        puts(SUMMED_COLUMNS);
    if (label != SIZE_MAX)
        return show_label_words(o, model, sums, texts, label, true, err);
    for (size_t i = 0; i < seqnet_model_label_count(model); i++)
        TRY(show_label_words(o, model, sums, texts, i, false, err));
    return SEQNET_OK;
}

/* Explains the texts, and shows how far this is. */
static seqnet_status add_texts(seqnet_word_sums *sums, const text_sample *sample, seqnet_error *err)
{
    enum { PIECE = 64 };
    for (size_t first = 0; first < sample->count; first += PIECE) {
        seqnet_text_view views[PIECE];
        size_t count = 0;
        for (; count < PIECE && first + count < sample->count; count++)
            views[count] = (seqnet_text_view){sample->texts[first + count].text,
                                              sample->texts[first + count].length};
        TRY(seqnet_word_sums_add(sums, views, count, err));
        progress_draw(first + count, sample->count, "texts explained");
    }
    progress_clear();
    return SEQNET_OK;
}

/* Notes that not all texts were taken. */
static void note_sample(const text_sample *sample)
{
    char taken[GROUPED_NUMBER], all[GROUPED_NUMBER];
    if (sample->count < sample->met)
        note("%s of %s texts, drawn at random; --limit 0 takes all", grouped(sample->count, taken),
             grouped(sample->met, all));
}

static seqnet_status sum_words(const explain_options *o, const seqnet_model *model,
                               const char *data, text_sample *sample, seqnet_word_sums **sums,
                               seqnet_error *err)
{
    const seqnet_explainer_options settings = {.threads = (size_t)o->threads,
                                               .word_index = o->word_index};
    TRY(seqnet_word_sums_create(sums, model, &settings, err));
    TRY(draw_texts(sample, data, &o->data, model, err));
    if (sample->count == 0)
        return FAIL(err, SEQNET_ERR_DATA, "%s: has no texts; name data that has", data);
    note_sample(sample);
    return add_texts(*sums, sample, err);
}

int refuse_explaining(const char *model_path, const seqnet_error *err)
{
    if (err->status != SEQNET_ERR_MODEL)
        return fail(err);
    complain("%s: %s", model_path, in_options(err->message).text);
    return exit_code(err->status);
}

int show_words(const explain_options *o, const seqnet_model *model, const char *path,
               const char *data, size_t label)
{
    seqnet_error err = {0};
    text_sample sample = {.limit = (size_t)o->limit};
    seqnet_word_sums *sums = NULL;
    int code = EXIT_DONE;
    if (sum_words(o, model, data, &sample, &sums, &err) != SEQNET_OK ||
        show_sums(o, model, sums, sample.count, label, &err) != SEQNET_OK)
        code = refuse_explaining(path, &err);
    seqnet_word_sums_free(sums);
    free_sample(&sample);
    return code;
}
