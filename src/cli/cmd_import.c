/* seqnet import: makes a model of a Keras model, or of fastText's. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "next_step.h"
#include "options.h"
#include "outputs.h"
#include "record.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "import",
    .arguments = "MODEL -o FILE [options]",
    .summary =
        "Makes a model of a Keras model (.h5, .weights.h5, .keras, .npz), or fastText's (.bin).",
    .details =
        "Layers and weights come from MODEL, which is read and never run; the logits are the\n"
        "same. The tokenizer and the names of the labels are found beside MODEL when their names\n"
        "say so, or named. What MODEL does not say is assumed, and noted: how long rows are "
        "(500),\n"
        "where they are padded, and that ids without a tokenizer are those of Keras's IMDB data.\n"
        "What cannot be represented is named with its layer, option and value.\n"
        "A classifier of fastText (model.bin of 'fasttext supervised') needs no options.\n",
    .examples = "  seqnet import simple_rnn_imdb.h5 -o imdb.safetensors\n"
                "  seqnet import spam.keras --labels ham,spam -o spam.safetensors\n"
                "  seqnet import model.keras --tokenizer words.pickle -o model.safetensors\n"
                "  seqnet import weights.h5 --config model.json -o model.safetensors\n"
                "  seqnet import model.bin -o model.safetensors\n"
                "  seqnet predict -m spam.safetensors \"you have won\"\n",
    .brief = "output tokenizer labels config layer-file maxlen",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

typedef struct import_settings {
    seqnet_import_options options;
    const char *output;
    bool force;
} import_settings;

/* The words of seqnet_import_side. */
static const char *import_side_word(int value)
{
    switch ((seqnet_import_side)value) {
    case SEQNET_IMPORT_AUTO:
        return "auto";
    case SEQNET_IMPORT_PRE:
        return "pre";
    case SEQNET_IMPORT_POST:
        return "post";
    }
    return NULL;
}

static void tell(void *user, const char *sentence)
{
    (void)user;
    note("%s", in_options(sentence).text);
}

/* What came out, and what to do with it. */
static void note_model(const seqnet_model *model, const import_settings *s, bool replaced)
{
    const size_t labels = seqnet_model_label_count(model);
    note("imported %zu layers, %zu parameters, %zu labels: %s%s", seqnet_model_layer_count(model),
         seqnet_model_parameters(model), labels, s->output,
         replaced ? ", replacing an older model" : "");
    note("fingerprint %s", seqnet_model_fingerprint(model));
    if (!seqnet_model_vocabulary_size(model))
        note("the model has no words; predict takes texts with --word-index "
             "imdb_word_index.json, and rows of ids with --ids");
    if (seqnet_model_vocabulary_size(model) && tells_next_step()) {
        spelled_line line = {0};
        spell_predict(&line, s->output);
        tell_next_step(&line);
    }
}

static int import_model(const char *path, import_settings *s)
{
    seqnet_error err = {0};
    seqnet_model *model;
    bool replaced = false;
    if (!s->output) {
        complain("import needs a FILE to write: -o FILE; usage: seqnet import %s",
                 COMMAND.arguments);
        return EXIT_USAGE;
    }
    add_input(s->options.labels); /* perhaps a file */
    const int code = check_output(s->output, OUTPUT_MODEL, s->force);
    if (code != EXIT_DONE)
        return code;
    s->options.note = tell;
    if (seqnet_import(&model, path, &s->options, &err) != SEQNET_OK)
        return fail(&err);
    if (!terminal.quiet)
        print_summary(stderr, model, line_cells(STDERR_FILENO));
    const seqnet_status status = seqnet_model_save(model, s->output, &replaced, &err);
    if (status == SEQNET_OK)
        note_model(model, s, replaced);
    seqnet_model_free(model);
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

int command_import(int argc, char **argv)
{
    import_settings s = {.options = seqnet_import_options_default()};
    seqnet_import_options *const o = &s.options;
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Words"),
        FILE_OPTION("tokenizer", 0, &o->tokenizer,
                    "Keras's Tokenizer, as JSON or a pickle; or a word index, a list of words"),
        FILE_OPTION("word-index", 0, &o->word_index,
                    "imdb_word_index.json, for a MODEL of Keras's IMDB ids"),
        INTEGER_OPTION("num-words", 0, &o->num_words, 0, INT32_MAX,
                       "keep ids below N; 0: all of them"),
        DERIVED("MODEL's, else 500", INTEGER_OPTION("maxlen", 0, &o->maxlen, 0, 1e6,
                       "ids of a row; where MODEL does not say")),
        CHOICE_OPTION("padding", &o->padding, import_side_word,
                      "where pads go; auto: at the end with a tokenizer, else in front"),
        CHOICE_OPTION("truncating", &o->truncating, import_side_word,
                      "where long rows are cut; auto: as pads"),
        GROUP("Model"),
        FILE_OPTION("config", 0, &o->config,
                    "model.to_json() of a MODEL of weights alone"),
        FILE_OPTION("layer-file", 0, &o->layer_file,
                    "layers in Keras's names; for a MODEL of weights alone"),
        TEXT_OPTION("labels", "A,B,...", &o->labels,
                    "names of the labels; or a file of them: lines, JSON, a LabelEncoder"),
        GROUP("Output"),
        OUTPUT_OPTION(&s.output, "where the model goes"),
        FORCE_OPTION(&s.force, "replace a file of another kind"),
        /* clang-format on */
    };
    parsed_line line;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    char *const command_line = recorded_command_line();
    o->command_line = command_line;
    if (code == PARSED)
        code = import_model(argv[line.first], &s);
    free(command_line);
    return code;
}
