/* seqnet history: the learning curves that training records hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "curves_chart.h"
#include "curves_table.h"
#include "errors.h"
#include "figures.h"
#include "learning_curves.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "svg_chart.h"
#include "terminal.h"
#include "text_chart.h"

enum { MOST_MODELS = 64 };

static const command_spec COMMAND = {
    .name = "history",
    .arguments = "[MODEL...] [options]",
    .summary = "Shows the learning curves of models: accuracy and loss by epoch.",
    .details =
        "MODEL defaults to $SEQNET_MODEL, then ./" DEFAULT_MODEL ". One model has the curves\n"
        "of training and validation; of several models those of validation are compared.\n"
        "Curves are drawn on a terminal; a pipe gets a table (tsv). With -o the ending of the\n"
        "name chooses the format: .svg, .csv, .tsv, .json or .txt.\n\n"
        "  seqnet history reviews.safetensors\n"
        "  seqnet history rnn.safetensors lstm.safetensors --metric val_acc\n"
        "  seqnet history rnn.safetensors lstm.safetensors --names SimpleRNN,LSTM -o a.svg\n"
        "  seqnet history reviews.safetensors | cut -f 2,5\n",
    .max_arguments = MOST_MODELS,
    .reads_arguments = true};

typedef enum history_format {
    HISTORY_AUTO,
    HISTORY_TEXT,
    HISTORY_TSV,
    HISTORY_CSV,
    HISTORY_JSON,
    HISTORY_SVG
} history_format;

static const char *history_format_word(int value)
{
    switch ((history_format)value) {
    case HISTORY_AUTO:
        return "auto";
    case HISTORY_TEXT:
        return "text";
    case HISTORY_TSV:
        return "tsv";
    case HISTORY_CSV:
        return "csv";
    case HISTORY_JSON:
        return "json";
    case HISTORY_SVG:
        return "svg";
    }
    return NULL;
}

typedef struct history_settings {
    const char *model, *output, *title, *names;
    bool force;
    history_format format;
    curves_metric metric;
    int64_t width;
} history_settings;

/* What is shown: the curves of `count` models and their names. */
typedef struct history {
    learning_curves curves[MOST_MODELS];
    size_t count;
    /* The epochs of all models together. */
    size_t epochs;
    /* The names of --names, one after the other in name_text; unused without the option. */
    const char *names[MOST_MODELS];
    char *name_text;
} history;

/* Chooses the format by the name of the output. */
static int choose_by_ending(history_settings *s)
{
    static const struct {
        const char *ending;
        history_format format;
    } endings[] = {{".svg", HISTORY_SVG},
                   {".csv", HISTORY_CSV},
                   {".tsv", HISTORY_TSV},
                   {".json", HISTORY_JSON},
                   {".txt", HISTORY_TEXT}};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(s->output, endings[i].ending))
            s->format = endings[i].format;
    if (s->format != HISTORY_AUTO)
        return PARSED;
    complain(
        "-o %s: the name does not say which format; end it in .svg, .csv, .tsv, .json or .txt, "
        "or pass --output-format",
        s->output);
    return EXIT_USAGE;
}

static int choose_format(history_settings *s)
{
    if (s->output && strcmp(s->output, "-") == 0)
        s->output = NULL;
    if (s->format != HISTORY_AUTO)
        return PARSED;
    if (s->output)
        return choose_by_ending(s);
    s->format = isatty(STDOUT_FILENO) ? HISTORY_TEXT : HISTORY_TSV;
    return PARSED;
}

/* Cuts --names into one name for each model. */
static int split_names(history *h, const history_settings *s, size_t models)
{
    size_t count = 0;
    if (!s->names)
        return PARSED;
    h->name_text = strdup(s->names);
    if (!h->name_text) {
        complain("out of memory for the names");
        return SEQNET_ERR_DATA;
    }
    for (char *name = h->name_text, *next; name; name = next, count++) {
        next = strchr(name, ',');
        if (next)
            *next++ = '\0';
        if (count < MOST_MODELS)
            h->names[count] = name;
    }
    if (count == models)
        return PARSED;
    complain("--names: %zu %s for %zu %s; separate them by commas, in the order of the models",
             count, plural(count, "name", "names"), models, plural(models, "model", "models"));
    return EXIT_USAGE;
}

/* Reads the curves of a model, and notes what they do not show. */
static int add_model(history *h, const char *named)
{
    seqnet_error err = {0};
    seqnet_model *model;
    const char *path;
    learning_curves *const curves = &h->curves[h->count];
    int code = open_model(&model, named, &path);
    if (code != EXIT_DONE)
        return code;
    if (read_learning_curves(curves, path, seqnet_model_training_json(model), &err) != SEQNET_OK)
        code = fail(&err);
    seqnet_model_free(model);
    if (code != EXIT_DONE)
        return code;
    h->count++;
    h->epochs += curves->epochs;
    if (curves->epochs == 0)
        note("%s: its training record has no finished epoch", path);
    if (curves->refit_epochs > 0)
        note("%s: trained again on all rows for %zu %s, which have no curve", path,
             curves->refit_epochs, plural(curves->refit_epochs, "epoch", "epochs"));
    return EXIT_DONE;
}

static int add_models(history *h, const history_settings *s, size_t count, char **arguments)
{
    int code = count ? EXIT_DONE : add_model(h, s->model);
    for (size_t i = 0; code == EXIT_DONE && i < count; i++)
        code = add_model(h, arguments[i]);
    if (code != EXIT_DONE || h->epochs > 0)
        return code;
    complain("%s: no finished epoch in the training record, so there is no curve",
             h->curves->model);
    return SEQNET_ERR_MODEL;
}

/* The width that was asked for, or the terminal's; what a chart cannot have becomes the nearest
 * that it can. */
static size_t chart_width(const history_settings *s)
{
    const size_t width = s->width ? (size_t)s->width : terminal_width(STDOUT_FILENO);
    return width < MIN_CHART_WIDTH   ? MIN_CHART_WIDTH
           : width > MAX_CHART_WIDTH ? MAX_CHART_WIDTH
                                     : width;
}

static int draw(const history *h, const history_settings *s)
{
    seqnet_error err = {0};
    curves_chart made;
    if (make_curves_chart(&made, h->curves, h->count, s->metric, s->title,
                          s->names ? h->names : NULL, &err) != SEQNET_OK)
        return fail(&err);
    const text_style style = {.width = chart_width(s),
                              .is_utf8 = is_utf8_locale(),
                              .is_colored = has_colors(STDOUT_FILENO)};
    if (s->format == HISTORY_SVG)
        print_svg_chart(stdout, &made.chart);
    else
        print_text_chart(stdout, &made.chart, &style);
    free_curves_chart(&made);
    return EXIT_DONE;
}

static int print(const history *h, const history_settings *s)
{
    switch (s->format) {
    case HISTORY_TSV:
    case HISTORY_CSV:
        print_curves_table(h->curves, h->count, s->format == HISTORY_CSV ? ',' : '\t');
        return EXIT_DONE;
    case HISTORY_JSON:
        return print_curves_json(h->curves, h->count);
    case HISTORY_AUTO:
    case HISTORY_TEXT:
    case HISTORY_SVG:
        return draw(h, s);
    }
    return EXIT_USAGE;
}

static int run(history *h, const history_settings *s, size_t count, char **arguments)
{
    int code = split_names(h, s, count ? count : 1);
    if (code != PARSED)
        return code;
    code = add_models(h, s, count, arguments);
    if (code == EXIT_DONE && s->output)
        code = redirect_output(s->output, OUTPUT_CURVES, s->force);
    return code == EXIT_DONE ? finish_output(print(h, s)) : code;
}

/* Checks the settings together. Returns PARSED, or prints what is wrong and returns an exit code.
 */
static int finish_settings(history_settings *s, size_t models)
{
    if (s->model && models > 0) {
        complain("models are named twice: as arguments and with --model");
        return EXIT_USAGE;
    }
    return choose_format(s);
}

int command_history(int argc, char **argv)
{
    history_settings s = {0};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&s.model),
        CHOICE_OPTION("metric", &s.metric, curves_metric_word,
                      "what is drawn; auto: accuracy and loss"),
        OUTPUT_OPTION(&s.output, "write there; the ending chooses the format"),
        FORCE_OPTION(&s.force, "replace a file that does not hold learning curves"),
        CHOICE_OPTION("output-format", &s.format, history_format_word,
                      "auto: curves on a terminal, else a table"),
        TEXT_OPTION("names", "A,B", &s.names, "names of the models, instead of their files'"),
        TEXT_OPTION("title", "TEXT", &s.title, "title of the chart"),
        INTEGER_OPTION("width", 0, &s.width, MIN_CHART_WIDTH, MAX_CHART_WIDTH,
                       "columns of curves drawn as text (default: the terminal's, else 80)"),
        /* clang-format on */
    };
    parsed_line line;
    history h = {.count = 0};
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    const size_t models = code == PARSED ? (size_t)(argc - line.first) : 0;
    if (code == PARSED)
        code = finish_settings(&s, models);
    if (code == PARSED)
        code = run(&h, &s, models, argv + line.first);
    for (size_t i = 0; i < h.count; i++)
        free_learning_curves(&h.curves[i]);
    free(h.name_text);
    return code;
}
