/* seqnet explain: which words make a model say what it says. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "errors.h"
#include "explained.h"
#include "figures.h"
#include "nearest.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "recognise.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "explain",
    .arguments = "[TEXT...|DATA] [--input FILE [FILE...]] [-m MODEL] [options]",
    .summary = "Shows what each word of a text contributes to the label that a model predicts.",
    .details =
        "Texts are the arguments, the records of FILE, or the lines of standard input. A word "
        "that\n"
        "speaks for the label has a contribution above 0, one against it below 0; together they\n"
        "are the label's score, less the score of a text without words. On a terminal the words\n"
        "are colored, elsewhere each is one line: line, label, contribution, probability of the\n"
        "label after this word, known, unknown or cut, word.\n"
        "An argument that is a file or folder is DATA: the words that speak most for each label,\n"
        "or for --label, over its texts: label, sum, texts with the word, mean, word.\n"
        "Without -m, $SEQNET_MODEL and ./" DEFAULT_MODEL
        " it is builtin:reviews that is explained.\n",
    .examples = "  seqnet explain \"a wonderful film, if a little long\"\n"
                "  seqnet explain --input reviews.csv | sort -t $'\\t' -k 3,3gr | head\n"
                "  seqnet explain --json < tickets.txt | jq -c '[.words[] | .contribution]'\n"
                "  seqnet explain --label refund -m tickets.safetensors tickets.csv\n",
    .brief = "model input label top limit output json text-column",
    .max_arguments = (size_t)-1};

/* One run over texts. */
typedef struct explain_job {
    const explain_options *options;
    const seqnet_model *model;
    seqnet_explainer *explainer;
    /* SIZE_MAX: the label that is predicted. */
    size_t label;
    bool is_text;
    size_t texts;
} explain_job;

static seqnet_status show_label(const explain_job *j, const placed_text *text,
                                const seqnet_explanation *explanation, size_t label,
                                seqnet_error *err)
{
    const seqnet_label_explanation found = seqnet_explain_label(j->explainer, label);
    const explained_label e = {.options = j->options,
                               .text = text,
                               .explanation = explanation,
                               .found = &found,
                               .name = seqnet_model_label_name(j->model, label)};
    return j->options->json ? show_as_json(&e, err)
           : j->is_text     ? show_as_text(&e, err)
                            : show_as_lines(&e, err);
}

/* Shows each label that a model of any number of labels predicts; *shown becomes their number. */
static seqnet_status show_predicted(const explain_job *j, const placed_text *text,
                                    const seqnet_explanation *explanation, size_t *shown,
                                    seqnet_error *err)
{
    const double threshold = seqnet_model_threshold(j->model);
    *shown = 0;
    for (size_t i = 0; i < seqnet_model_label_count(j->model); i++)
        if (explanation->probabilities[i] >= threshold) {
            TRY(show_label(j, text, explanation, i, err));
            ++*shown;
        }
    return SEQNET_OK;
}

static seqnet_status explain_text(void *user, const placed_text *text, seqnet_error *err)
{
    explain_job *const j = user;
    const seqnet_explanation *explanation;
    size_t shown = 0;
    TRY(seqnet_explain(j->explainer, text->text, text->length, &explanation, err));
    if (j->texts++ == 0 && !j->is_text && !j->options->json)
        puts(EXPLAINED_COLUMNS);
    if (j->label == SIZE_MAX && seqnet_model_is_multi_label(j->model))
        TRY(show_predicted(j, text, explanation, &shown, err));
    if (shown == 0)
        TRY(show_label(j, text, explanation, j->label == SIZE_MAX ? explanation->label : j->label,
                       err));
    if (j->is_text)
        (void)flush_output();
    return SEQNET_OK;
}

static int explain_texts(const explain_options *o, const seqnet_model *model, const char *path,
                         const text_source *source, size_t label)
{
    seqnet_error err = {0};
    const seqnet_explainer_options settings = {
        .threads = (size_t)o->threads, .word_index = o->word_index, .running = !o->no_running};
    explain_job j = {.options = o, .model = model, .label = label, .is_text = shows_text()};
    int code = EXIT_DONE;
    if (seqnet_explainer_create(&j.explainer, model, &settings, &err) != SEQNET_OK ||
        each_text(source, explain_text, &j, &err) != SEQNET_OK)
        code = refuse_explaining(path, &err);
    seqnet_explainer_free(j.explainer);
    return code;
}

static int explain(explain_options *o, const seqnet_model *model, const char *path,
                   const text_source *source, bool is_data)
{
    size_t label = SIZE_MAX;
    int code = o->label ? find_named_label(model, "label", o->label, &label) : EXIT_DONE;
    if (code == EXIT_DONE && o->output && strcmp(o->output, "-") != 0)
        code = redirect_output(o->output, OUTPUT_EXPLANATIONS, o->force);
    if (code != EXIT_DONE)
        return code;
    return finish_output(is_data ? show_words(o, model, path, source->arguments[0], label)
                                 : explain_texts(o, model, path, source, label));
}

/* Refuses options that would do nothing. */
static int check_use(const explain_options *o, const parsed_line *line, bool is_data)
{
    if (!is_data && given_name(line, &o->limit)) {
        complain("--limit is for DATA, a file or folder; leave it out");
        return EXIT_USAGE;
    }
    if (is_data && o->no_running) {
        complain("--no-running is for texts; leave it out");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static int run(explain_options *o, const parsed_line *line, text_source *source)
{
    const char *path;
    seqnet_model *model = NULL;
    if (!o->input && source->count == 1 && strcmp(source->arguments[0], "-") == 0)
        source->count = 0; /* standard input, as for --input */
    const bool is_data = !o->input && source->count == 1 && names_data(source->arguments[0]);
    int code = check_use(o, line, is_data);
    if (code != EXIT_DONE)
        return code;
    if (is_data)
        add_input(source->arguments[0]);
    else if (!o->input)
        note_file_names(source->count, source->arguments, "explains");
    add_text_inputs(source);
    code = check_standard_output();
    if (code == PARSED)
        code = open_model_or_builtin(&model, o->model, &path);
    if (code == EXIT_DONE) {
        o->data = with_remembered(&o->data, model, line);
        code = explain(o, model, path, source, is_data);
    }
    seqnet_model_free(model);
    return code;
}

int command_explain(int argc, char **argv)
{
    explain_options o = {.data = data_options_default(), .limit = 1000, .top = 20};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("input", 'i', &o.input,
                    "explain the records of FILE; - for standard input, arguments are then files"),
        INTEGER_OPTION("limit", 0, &o.limit, 0, 1e12,
                       "texts of DATA that are explained; drawn at random, 0 for all"),
        READER_OPTIONS(o.data),
        PREFIX_OPTION(o.data),
        GROUP("Words"),
        FILE_OPTION("word-index", 0, &o.word_index,
                    "imdb_word_index.json, for a model trained without one"),
        GROUP("Model"),
        MODEL_OR_BUILTIN_OPTION(&o.model),
        DERIVED("the predicted one", TEXT_OPTION("label", "LABEL", &o.label,
                    "explain this label")),
        GROUP("Output"),
        OUTPUT_OPTION(&o.output, "write there, all of it or nothing"),
        FORCE_OPTION(&o.force, "replace a file that does not hold explanations"),
        FLAG_OPTION("json", &o.json, "print one JSON object per text; of DATA per label"),
        DERIVED("all, of DATA 20", INTEGER_OPTION("top", 0, &o.top, 1, 1e6,
                       "only the N strongest words; each way, of DATA of each label")),
        FLAG_OPTION("no-running", &o.no_running, "leave out the probability after each word"),
        GROUP("General"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    const int parsed = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc,
                                          argv, &line, &o.data);
    if (parsed != PARSED)
        return parsed;
    o.has_top = given_name(&line, &o.top) != NULL;
    text_source source = {.input = o.input,
                          .arguments = argv + line.first,
                          .count = (size_t)(argc - line.first),
                          .data = &o.data};
    return run(&o, &line, &source);
}
