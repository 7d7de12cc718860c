/* seqnet export: a model as a file that other programs run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "figures.h"
#include "next_step.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"
#include "words.h"

static const command_spec COMMAND = {
    .name = "export",
    .arguments = "[-m MODEL] [--output-format FORMAT] [-o FILE] [options]",
    .summary = "Writes a model as a file that other programs run.",
    .details =
        "FILE is compared with the model on sample texts before it gets its name. Its ending\n"
        "names the format where --output-format does not:\n\n"
        "  onnx   .onnx   ids to probabilities, for ONNX Runtime and others\n"
        "  keras  .keras  Keras 3's archive\n"
        "  h5     .h5     Keras's HDF5 file\n"
        "  npz    .npz    the weights as NumPy arrays, in Keras's order\n"
        "  c      .c      one C99 file with weights, words and a function that predicts\n"
        "  vec    .vec    the word vectors, as fastText writes them\n",
    .examples = "  seqnet export -m reviews.safetensors -o reviews.onnx\n"
                "  seqnet export -m reviews.safetensors -o reviews.keras\n"
                "  seqnet export --output-format c --quantize int8 -o -\n",
    .brief = "model output-format output force quantize name",
    .makes_files = true};

typedef struct export_settings {
    const char *model, *output;
    seqnet_export_options options;
    bool force;
} export_settings;

static bool is_standard(const export_settings *s)
{
    return strcmp(s->output, "-") == 0;
}

static void note_export(const seqnet_export_report *report, const char *place)
{
    char bytes[GROUPED_NUMBER];
    char constants[GROUPED_NUMBER], workspace[GROUPED_NUMBER];
    char compared[128] = "not compared: this machine lacks what runs it";
    if (report->format == SEQNET_EXPORT_VEC)
        (void)snprintf(compared, sizeof compared, "each vector reads back as it is in the model");
    else if (report->rows)
        (void)snprintf(compared, sizeof compared, "%zu sample %s agree with seqnet within %.1e",
                       report->rows, report->has_texts ? "texts" : "rows", report->difference);
    note("wrote %s%s: %s bytes; %s", place, report->replaced ? ", replacing an older file" : "",
         grouped(report->bytes, bytes), compared);
    if (report->format == SEQNET_EXPORT_C)
        note("the program has %s bytes of constants and works in %s bytes",
             grouped(report->constants, constants), grouped(report->workspace, workspace));
}

/* Says where --quantize has nothing to make smaller. */
static void note_quantize(const seqnet_model *model, const export_settings *s)
{
    if (s->options.quantize != SEQNET_QUANTIZE_NONE && seqnet_model_layer_count(model) == 0)
        note("--quantize changes nothing: the model has n-grams alone, and no layers whose weights "
             "it would store in fewer bytes");
}

/* Writes the bytes to standard output; close_output reports failures. */
static int write_standard(const char *bytes, const seqnet_export_report *report)
{
    (void)fwrite(bytes, 1, report->bytes, stdout);
    if (flush_output())
        note_export(report, "standard output");
    return EXIT_DONE;
}

/* How a C file becomes a program beside it. */
static void tell_compile(const char *path)
{
    char program[4096];
    spelled_line line = {0};
    const size_t length = strlen(path) - (ends_with(path, ".c") ? strlen(".c") : 0);
    (void)snprintf(program, sizeof program, "%.*s%s", (int)length, path,
                   path[length] ? "" : ".run");
    spell_raw(&line, "cc -O3 -DSEQNET_MAIN -x c");
    spell_file(&line, path);
    spell_raw(&line, "-o");
    spell_word(&line, program);
    spell_raw(&line, "-lm");
    tell_next_step(&line);
}

static int write_file(const export_settings *s, const char *bytes, seqnet_export_report *report)
{
    seqnet_error err = {0};
    seqnet_output *output;
    const int code = check_output(s->output, OUTPUT_EXPORT, s->force); /* it took a while */
    if (code != EXIT_DONE)
        return code;
    if (seqnet_output_open(&output, s->output, &err) != SEQNET_OK)
        return fail(&err);
    if (seqnet_output_write(output, bytes, report->bytes, &err) != SEQNET_OK) {
        seqnet_output_discard(output);
        return fail(&err);
    }
    if (seqnet_output_commit(output, &report->replaced, &err) != SEQNET_OK)
        return fail(&err);
    note_export(report, s->output);
    if (report->format == SEQNET_EXPORT_C && tells_next_step())
        tell_compile(s->output);
    return EXIT_DONE;
}

static int check_place(const export_settings *s)
{
    if (!is_standard(s))
        return check_output(s->output, OUTPUT_EXPORT, s->force);
    const seqnet_export_format format = s->options.output_format;
    const bool is_text = format == SEQNET_EXPORT_C || format == SEQNET_EXPORT_VEC;
    if (is_text || !isatty(STDOUT_FILENO))
        return EXIT_DONE;
    complain("-o -: a terminal shows no binary file; name a file, or send it on to a program");
    return EXIT_USAGE;
}

static int export_model(const seqnet_model *model, const export_settings *s)
{
    seqnet_export_report report;
    seqnet_error err = {0};
    char *bytes;
    int code = check_place(s);
    if (code != EXIT_DONE)
        return code;
    if (seqnet_export_bytes(model, &bytes, &s->options, &report, &err) != SEQNET_OK)
        return fail(&err);
    code = is_standard(s) ? write_standard(bytes, &report) : write_file(s, bytes, &report);
    if (code == EXIT_DONE)
        note_quantize(model, s);
    free(bytes);
    return code;
}

/* Finds the format and the name of the file, each from the other where only one is typed. */
static int complete_settings(export_settings *s, char name[32])
{
    if (s->options.output_format == SEQNET_EXPORT_AUTO && s->output && !is_standard(s))
        s->options.output_format = seqnet_export_format_of(s->output);
    const char *const ending = seqnet_export_ending(s->options.output_format);
    if (!ending) {
        complain(
            "export needs to know the format: --output-format onnx, keras, h5, npz, c or vec, or "
            "-o FILE with an ending that tells it (.onnx, .keras, .h5, .npz, .c, .vec)");
        return EXIT_USAGE;
    }
    (void)snprintf(name, 32, "seqnet%s", ending);
    if (!s->output)
        s->output = name;
    return EXIT_DONE;
}

int command_export(int argc, char **argv)
{
    export_settings s = {0};
    char name[32];
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OR_BUILTIN_OPTION(&s.model),
        CHOICE_OPTION("output-format", &s.options.output_format, export_format_word,
                      "what is written; auto: what the ending of FILE says"),
        DERIVED("seqnet.ENDING", OUTPUT_OPTION(&s.output, "where it goes; - for standard output")),
        FORCE_OPTION(&s.force, "replace a file"),
        CHOICE_OPTION("quantize", &s.options.quantize, quantize_word,
                      "store the weights of a C file in fewer bytes"),
        DERIVED("seqnet", TEXT_OPTION("name", "NAME", &s.options.name,
                    "what the names in a C file begin with")),
        /* clang-format on */
    };
    parsed_line line;
    const char *path;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (code != PARSED)
        return code;
    code = complete_settings(&s, name);
    if (code != EXIT_DONE)
        return code;
    seqnet_model *model = NULL;
    code = open_model_or_builtin(&model, s.model, &path);
    if (code == EXIT_DONE)
        code = export_model(model, &s);
    seqnet_model_free(model);
    return code;
}
