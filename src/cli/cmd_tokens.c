/* seqnet tokens: what a model makes of a text. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "each_text.h"
#include "errors.h"
#include "json_line.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "tokens",
    .arguments = "[TEXT...] [--input FILE] [-m MODEL] [options]",
    .summary = "Shows texts as a model sees them: text, tokens, ids, and the text those stand for.",
    .details =
        "Without TEXT the records of FILE, or the lines of standard input, are shown. Words that\n"
        "the model does not know stand in brackets among the tokens, and as ? in what it reads.\n",
    .examples = "  seqnet tokens \"A well-made, unpretentious film!\"\n"
                "  seqnet tokens --json < reviews.txt | jq -c .unknown\n",
    .brief = "model input json input-format text-column",
    .max_arguments = (size_t)-1};

typedef struct show_options {
    const seqnet_model *model;
    bool json;
    /* Where the text goes. */
    FILE *out;
} show_options;

static void print_token(void *user, const seqnet_token *token)
{
    FILE *const out = ((const show_options *)user)->out;
    if (token->kind == SEQNET_TOKEN_START)
        return;
    const bool is_known = token->kind == SEQNET_TOKEN_WORD;
    fputs(is_known ? " " : " [", out);
    put_bytes(out, token->text, token->length);
    if (!is_known)
        fputc(']', out);
}

static void print_id(void *user, const seqnet_token *token)
{
    if (token->id >= 0)
        fprintf(((const show_options *)user)->out, " %" PRId32, token->id);
}

static void print_word(void *user, const seqnet_token *token)
{
    const show_options *const o = user;
    size_t length;
    const char *const word = seqnet_model_word(o->model, token->id, &length);
    if (token->kind == SEQNET_TOKEN_START || token->id < 0)
        return;
    fputc(' ', o->out);
    put_bytes(o->out, word ? word : "?", word ? length : 1);
}

static seqnet_status print_parts(show_options *o, const char *text, size_t length,
                                 seqnet_error *err)
{
    const struct part {
        const char *title;
        seqnet_token_callback *print;
    } parts[] = {{"tokens", print_token}, {"ids   ", print_id}, {"reads ", print_word}};
    fputs("text    ", o->out);
    put_bytes(o->out, text, length);
    fputc('\n', o->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        fprintf(o->out, "%s ", parts[i].title);
        TRY(seqnet_model_tokens(o->model, text, length, parts[i].print, o, err));
        fputc('\n', o->out);
    }
    return SEQNET_OK;
}

static seqnet_status show_as_text(show_options *o, const char *text, size_t length,
                                  seqnet_error *err)
{
    wrapped_text wrapped;
    o->out = begin_wrapped(stdout, &wrapped);
    const seqnet_status status = print_parts(o, text, length, err);
    end_wrapped(&wrapped);
    return status;
}

typedef struct json_lists {
    seqnet_json json;
    struct cJSON *tokens, *ids, *unknown;
} json_lists;

static void add_token(void *user, const seqnet_token *token)
{
    json_lists *const lists = user;
    if (token->id >= 0)
        seqnet_json_number(&lists->json, lists->ids, NULL, token->id);
    if (token->kind == SEQNET_TOKEN_START)
        return;
    char *const word = strndup(token->text, token->length);
    lists->json.failed |= !word;
    seqnet_json_string(&lists->json, lists->tokens, NULL, word ? word : "");
    if (token->kind == SEQNET_TOKEN_UNKNOWN)
        seqnet_json_string(&lists->json, lists->unknown, NULL, word ? word : "");
    free(word);
}

static seqnet_status show_as_json(show_options *o, const char *text, size_t length,
                                  seqnet_error *err)
{
    json_lists lists = {.json = seqnet_json_begin_object()};
    lists.tokens = seqnet_json_list(&lists.json, lists.json.root, "tokens");
    lists.ids = seqnet_json_list(&lists.json, lists.json.root, "ids");
    lists.unknown = seqnet_json_list(&lists.json, lists.json.root, "unknown");
    const seqnet_status status =
        seqnet_model_tokens(o->model, text, length, add_token, &lists, err);
    if (status == SEQNET_OK)
        return write_json_line(stdout, &lists.json, err);
    seqnet_json_drop(&lists.json);
    return status;
}

static seqnet_status show(void *user, const placed_text *text, seqnet_error *err)
{
    show_options *const o = user;
    return (o->json ? show_as_json : show_as_text)(o, text->text, text->length, err);
}

int command_tokens(int argc, char **argv)
{
    const char *named = NULL, *path;
    data_options data = data_options_default();
    show_options o = {0};
    text_source source = {.data = &data};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("input", 'i', &source.input, "show the records of FILE; - for standard input"),
        READER_OPTIONS(data),
        PREFIX_OPTION(data),
        GROUP("Model"),
        MODEL_OR_BUILTIN_OPTION(&named),
        GROUP("Output"),
        FLAG_OPTION("json", &o.json, "print one JSON object per text: tokens, ids, unknown"),
        /* clang-format on */
    };
    parsed_line line;
    const int parsed = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc,
                                          argv, &line, &data);
    if (parsed != PARSED)
        return parsed;
    if (line.first < argc && source.input) {
        complain("--input reads a file; leave '%s' out", argv[line.first]);
        return EXIT_USAGE;
    }
    source.arguments = argv + line.first;
    source.count = (size_t)(argc - line.first);
    add_text_inputs(&source);
    int code = check_standard_output();
    if (code != PARSED)
        return code;
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    code = open_model_or_builtin(&model, named, &path);
    o.model = model;
    if (code == EXIT_DONE)
        data = with_remembered(&data, model, &line);
    if (code == EXIT_DONE)
        code = each_text(&source, show, &o, &err) == SEQNET_OK ? EXIT_DONE : fail(&err);
    seqnet_model_free(model);
    return code;
}
