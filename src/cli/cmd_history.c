/* seqnet history: the learning curves that training records hold, and the options of the command.
 * What --gradients shows is in history_gradients.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "curves_table.h"
#include "errors.h"
#include "figures.h"
#include "history.h"
#include "learning_curves.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "svg_chart.h"
#include "terminal.h"
#include "text_chart.h"

static const command_spec COMMAND = {
    .name = "history",
    .arguments = "[MODEL...] [options]",
    .summary = "Shows the learning curves of models, or with --gradients how far back they learn.",
    .details =
        "MODEL defaults to $SEQNET_MODEL, then ./" DEFAULT_MODEL ". One model has the curves\n"
        "of training and validation; of several models those of validation are compared.\n"
        "Curves are drawn on a terminal; a pipe gets a table (tsv). With -o the ending of the\n"
        "name chooses the format: .svg, .csv, .tsv, .json or .txt.\n"
        "With --gradients DATA it is the norm of the loss's gradient by the state after each\n"
        "timestep of the first recurrent layer, a mean over rows of DATA, which is encoded as "
        "each\n"
        "model was trained. A layer learns to remember only as far back as this is not 0.\n",
    .examples = "  seqnet history reviews.safetensors\n"
                "  seqnet history rnn.safetensors lstm.safetensors --metric val_acc\n"
                "  seqnet history rnn.safetensors lstm.safetensors --names RNN,LSTM -o a.svg\n"
                "  seqnet history reviews.safetensors | cut -f 2,5\n"
                "  seqnet history --gradients builtin:recall:200 rnn.safetensors\n",
    .brief = "model metric output output-format names gradients",
    .max_arguments = MOST_MODELS,
    .reads_arguments = true};

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

/* What is shown: the curves of `count` models. */
typedef struct history {
    learning_curves curves[MOST_MODELS];
    size_t count;
    /* The epochs of all models together. */
    size_t epochs;
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
static int split_names(history_settings *s, size_t models)
{
    size_t count = 0;
    if (!s->names)
        return PARSED;
    s->name_text = strdup(s->names);
    if (!s->name_text) {
        complain("out of memory for the names");
        return SEQNET_ERR_DATA;
    }
    for (char *name = s->name_text, *next; name; name = next, count++) {
        next = strchr(name, ',');
        if (next)
            *next++ = '\0';
        if (count < MOST_MODELS)
            s->name_list[count] = name;
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

const char *const *chart_names(const history_settings *s)
{
    return s->names ? s->name_list : NULL;
}

void print_chart(const history_settings *s, const chart *c)
{
    const text_style style = {.width = chart_width(s),
                              .is_utf8 = is_utf8_locale(),
                              .is_colored = has_colors(STDOUT_FILENO)};
    if (s->format == HISTORY_SVG)
        print_svg_chart(stdout, c);
    else
        print_text_chart(stdout, c, &style);
}

static int draw(const history *h, const history_settings *s)
{
    seqnet_error err = {0};
    curves_chart made;
    if (make_curves_chart(&made, h->curves, h->count, s->metric, s->title, chart_names(s), &err) !=
        SEQNET_OK)
        return fail(&err);
    print_chart(s, &made.chart);
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

static int show_curves(const history_settings *s, size_t count, char **arguments)
{
    history h = {.count = 0};
    int code = add_models(&h, s, count, arguments);
    for (size_t i = 0; s->names && i < h.count; i++)
        h.curves[i].model = s->name_list[i];
    if (code == EXIT_DONE && s->output)
        code = redirect_output(s->output, OUTPUT_CURVES, s->force);
    if (code == EXIT_DONE)
        code = finish_output(print(&h, s));
    for (size_t i = 0; i < h.count; i++)
        free_learning_curves(&h.curves[i]);
    return code;
}

/* Whether the target of an option is a setting of --gradients. */
static bool is_of_gradients(const history_settings *s, const void *target)
{
    const char *const place = target;
    return place >= (const char *)&s->gradients && place < (const char *)(&s->gradients + 1);
}

/* Refuses options that only learning curves have, or only gradients. */
static int check_kind(const history_settings *s, const parsed_line *line)
{
    if (s->gradients.path && given_name(line, &s->metric)) {
        complain("--metric is of learning curves; leave it out with --gradients");
        return EXIT_USAGE;
    }
    for (size_t i = 0; !s->gradients.path && i < line->count; i++)
        if (line->is_typed[i] && is_of_gradients(s, line->options[i].target)) {
            complain("--%s goes with --gradients DATA", line->options[i].name);
            return EXIT_USAGE;
        }
    return PARSED;
}

/* Checks the settings together. Returns PARSED, or prints what is wrong and returns an exit code.
 */
static int finish_settings(history_settings *s, const parsed_line *line, size_t models)
{
    if (s->model && models > 0) {
        complain("models are named twice: as arguments and with --model");
        return EXIT_USAGE;
    }
    if (s->gradients.path && strcmp(s->gradients.path, "-") == 0 && models > 1) {
        complain("--gradients -: standard input can be read for one model only; name a file");
        return EXIT_USAGE;
    }
    int code = check_kind(s, line);
    if (code == PARSED)
        code = choose_format(s);
    return code == PARSED ? split_names(s, models ? models : 1) : code;
}

int command_history(int argc, char **argv)
{
    history_settings s = {.gradients.reading = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        {.name = "gradients", .kind = OPTION_TEXT, .target = &s.gradients.path, .value = "DATA",
         .reads = true, .help = "show the norms of gradients by timestep, of rows of DATA"},
        CHOICE_OPTION("part", &s.gradients.part, gradient_part_word,
                      "rows to take them of; auto: the test part, or the training part"),
        DERIVED("128", INTEGER_OPTION("limit", 0, &s.gradients.limit, 1, 1e15,
                       "only the first N rows")),
        READER_OPTIONS(s.gradients.reading),
        LABEL_OPTIONS(s.gradients.reading),
        GROUP("Model"),
        MODEL_OPTION(&s.model),
        GROUP("Output"),
        CHOICE_OPTION("metric", &s.metric, curves_metric_word,
                      "what is drawn; auto: accuracy and loss"),
        OUTPUT_OPTION(&s.output, "write there; the ending chooses the format"),
        FORCE_OPTION(&s.force, "replace a file that does not hold learning curves"),
        CHOICE_OPTION("output-format", &s.format, history_format_word,
                      "auto is curves on a terminal, else a table"),
        TEXT_OPTION("names", "A,B", &s.names, "names of the models, instead of their files'"),
        TEXT_OPTION("title", "TEXT", &s.title, "title of the chart"),
        DERIVED("the terminal's, else 80", INTEGER_OPTION("width", 0, &s.width, MIN_CHART_WIDTH, MAX_CHART_WIDTH,
                       "columns of curves drawn as text")),
        /* clang-format on */
    };
    parsed_line line;
    s.gradients.line = &line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &s.gradients.reading);
    const size_t models = code == PARSED ? (size_t)(argc - line.first) : 0;
    if (code == PARSED)
        code = finish_settings(&s, &line, models);
    if (code == PARSED)
        code = (s.gradients.path ? show_gradients : show_curves)(&s, models, argv + line.first);
    free(s.name_text);
    return code;
}
