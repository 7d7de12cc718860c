/* seqnet history --gradients: how far back in time the losses of models reach. */
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "gradient_chart.h"
#include "gradient_table.h"
#include "history.h"
#include "notes.h"
#include "open_model.h"
#include "outputs.h"
#include "terminal.h"

/* The curves of `count` models. */
typedef struct gradients {
    gradient_curves curves[MOST_MODELS];
    size_t count;
} gradients;

const char *gradient_part_word(int value)
{
    switch ((gradient_part)value) {
    case GRADIENT_AUTO:
        return "auto";
    case GRADIENT_TEST:
        return seqnet_part_name(SEQNET_TEST);
    case GRADIENT_TRAIN:
        return seqnet_part_name(SEQNET_TRAIN);
    case GRADIENT_VALIDATION:
        return seqnet_part_name(SEQNET_VALIDATION);
    }
    return NULL;
}

static seqnet_part choose_part(const seqnet_dataset *dataset, gradient_part asked)
{
    switch (asked) {
    case GRADIENT_TEST:
        return SEQNET_TEST;
    case GRADIENT_TRAIN:
        return SEQNET_TRAIN;
    case GRADIENT_VALIDATION:
        return SEQNET_VALIDATION;
    case GRADIENT_AUTO:
        break;
    }
    return seqnet_dataset_count(dataset, SEQNET_TEST) > 0 ? SEQNET_TEST : SEQNET_TRAIN;
}

/* Reads DATA as the model does, and takes the gradients. */
static seqnet_status measure(gradient_curves *curves, const char *path, const seqnet_model *model,
                             const gradient_settings *g, seqnet_error *err)
{
    seqnet_dataset *dataset = NULL;
    const data_options reading = with_remembered(&g->reading, model, g->line);
    TRY(seqnet_model_load_dataset(model, &dataset, g->path, &reading.data, err));
    note_reading(dataset);
    const seqnet_status status = take_gradients(
        curves, path, model, dataset, choose_part(dataset, g->part), (size_t)g->limit, err);
    seqnet_dataset_free(dataset);
    curves->data = g->path;
    return status;
}

static int add_model(gradients *all, const char *named, const history_settings *s)
{
    seqnet_error err = {0};
    seqnet_model *model;
    const char *path;
    int code = open_model(&model, named, &path);
    if (code != EXIT_DONE)
        return code;
    if (measure(&all->curves[all->count], path, model, &s->gradients, &err) == SEQNET_OK)
        all->count++;
    else
        code = fail(&err);
    seqnet_model_free(model);
    return code;
}

static int add_models(gradients *all, const history_settings *s, size_t count, char **arguments)
{
    int code = count ? EXIT_DONE : add_model(all, s->model, s);
    for (size_t i = 0; code == EXIT_DONE && i < count; i++)
        code = add_model(all, arguments[i], s);
    return code;
}

/* Says in words what the numbers show, where these are read by a program. */
static void note_words(const gradients *all)
{
    char words[GRADIENT_WORDS];
    for (size_t i = 0; i < all->count; i++)
        note("%s: %s", all->curves[i].model, gradient_words(&all->curves[i], words));
}

/* Prints the same below a chart of characters. */
static void print_words(const gradients *all, const chart *c)
{
    char words[GRADIENT_WORDS];
    putchar('\n');
    for (size_t i = 0; i < all->count; i++) {
        put_text(stdout, c->names[i]);
        printf(": %s\n", gradient_words(&all->curves[i], words));
    }
}

static int draw(const gradients *all, const history_settings *s)
{
    seqnet_error err = {0};
    curves_chart made;
    if (make_gradient_chart(&made, all->curves, all->count, s->title, chart_names(s), &err) !=
        SEQNET_OK)
        return fail(&err);
    print_chart(s, &made.chart);
    if (s->format == HISTORY_TEXT)
        print_words(all, &made.chart);
    free_curves_chart(&made);
    return EXIT_DONE;
}

static int print(const gradients *all, const history_settings *s)
{
    switch (s->format) {
    case HISTORY_TSV:
    case HISTORY_CSV:
        print_gradient_table(all->curves, all->count, s->format == HISTORY_CSV ? ',' : '\t');
        return EXIT_DONE;
    case HISTORY_JSON:
        return print_gradient_json(all->curves, all->count);
    case HISTORY_AUTO:
    case HISTORY_TEXT:
    case HISTORY_SVG:
        return draw(all, s);
    }
    return EXIT_USAGE;
}

int show_gradients(const history_settings *s, size_t count, char **arguments)
{
    gradients all = {.count = 0};
    int code = add_models(&all, s, count, arguments);
    for (size_t i = 0; s->names && i < all.count; i++)
        all.curves[i].model = s->name_list[i];
    if (code == EXIT_DONE && s->format != HISTORY_TEXT)
        note_words(&all);
    if (code == EXIT_DONE && s->output)
        code = redirect_output(s->output, OUTPUT_CURVES, s->force);
    if (code == EXIT_DONE)
        code = finish_output(print(&all, s));
    for (size_t i = 0; i < all.count; i++)
        free_gradient_curves(&all.curves[i]);
    return code;
}
