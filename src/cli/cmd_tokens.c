/* seqnet tokens: what a model makes of a text. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "json_line.h"
#include "notes.h"
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
        "the model does not know stand in brackets among the tokens, and as ? in what it reads.\n\n"
        "  seqnet tokens \"A well-made, unpretentious film!\"\n"
        "  seqnet tokens --json < reviews.txt | jq -c .unknown\n",
    .max_arguments = (size_t)-1};

typedef struct show_options {
    const seqnet_model *model;
    const char *input;
    const data_options *data;
    bool json;
} show_options;

static void print_token(void *user, const seqnet_token *token)
{
    (void)user;
    if (token->kind == SEQNET_TOKEN_START)
        return;
    const bool is_known = token->kind == SEQNET_TOKEN_WORD;
    fputs(is_known ? " " : " [", stdout);
    put_bytes(stdout, token->text, token->length);
    if (!is_known)
        putchar(']');
}

static void print_id(void *user, const seqnet_token *token)
{
    (void)user;
    if (token->id >= 0)
        printf(" %" PRId32, token->id);
}

static void print_word(void *user, const seqnet_token *token)
{
    size_t length;
    const char *const word =
        seqnet_model_word(((const show_options *)user)->model, token->id, &length);
    if (token->kind == SEQNET_TOKEN_START || token->id < 0)
        return;
    putchar(' ');
    put_bytes(stdout, word ? word : "?", word ? length : 1);
}

static seqnet_status show_as_text(show_options *o, const char *text, size_t length,
                                  seqnet_error *err)
{
    const struct part {
        const char *title;
        seqnet_token_callback *print;
    } parts[] = {{"tokens", print_token}, {"ids   ", print_id}, {"reads ", print_word}};
    fputs("text    ", stdout);
    put_bytes(stdout, text, length);
    putchar('\n');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        printf("%s ", parts[i].title);
        TRY(seqnet_model_tokens(o->model, text, length, parts[i].print, o, err));
        putchar('\n');
    }
    return SEQNET_OK;
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
        return write_json_line(&lists.json, err);
    seqnet_json_drop(&lists.json);
    return status;
}

static seqnet_status show(show_options *o, const char *text, size_t length, seqnet_error *err)
{
    return (o->json ? show_as_json : show_as_text)(o, text, length, err);
}

static seqnet_status show_records(show_options *o, seqnet_reader *reader, record_tallies *tallies,
                                  seqnet_error *err)
{
    const char *const file = o->input && strcmp(o->input, "-") != 0 ? o->input : "standard input";
    bool found = true;
    while (found && !ferror(stdout)) {
        seqnet_record record;
        TRY(seqnet_reader_next(reader, &record, &found, err));
        if (!found)
            break;
        count_record(tallies, file, &record);
        TRY(show(o, record.text, record.text_length, err));
    }
    return SEQNET_OK;
}

/* Shows the records of a file, or the lines of standard input. */
static seqnet_status show_file(show_options *o, seqnet_error *err)
{
    seqnet_reader *reader;
    seqnet_reader_options options = o->data->data.records.reader;
    record_tallies tallies = {0};
    if (options.format == SEQNET_FORMAT_AUTO && o->input)
        options.format = seqnet_format_of_name(o->input);
    if (options.format == SEQNET_FORMAT_AUTO)
        options.format = SEQNET_FORMAT_LINES;
    TRY(seqnet_reader_open(&reader, o->input ? o->input : "-", &options, err));
    const seqnet_status status = show_records(o, reader, &tallies, err);
    const char *const remark = seqnet_reader_remark(reader);
    note_fields(seqnet_reader_found(reader), false);
    if (remark)
        note("%s", in_options(remark).text);
    note_tallies(&tallies.invalid, &tallies.replaced, &tallies.swallowed);
    seqnet_reader_free(reader);
    return status;
}

static int show_all(show_options *o, int count, char **texts)
{
    seqnet_error err = {0};
    seqnet_status status = SEQNET_OK;
    if (count == 0 && !o->input && isatty(STDIN_FILENO))
        note("reading texts from the terminal, one a line; Ctrl-D ends");
    if (count == 0)
        status = show_file(o, &err);
    for (int i = 0; i < count && status == SEQNET_OK; i++)
        status = show(o, texts[i], strlen(texts[i]), &err);
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

int command_tokens(int argc, char **argv)
{
    const char *named = NULL, *path;
    data_options data = data_options_default();
    show_options o = {.data = &data};
    const option_spec options[] = {
        /* clang-format off */
        MODEL_OPTION(&named),
        FILE_OPTION("input", 'i', &o.input, "show the records of FILE, - for standard input"),
        FLAG_OPTION("json", &o.json, "print one JSON object per text: tokens, ids, unknown"),
        READER_OPTIONS(data),
        PREFIX_OPTION(data),
        /* clang-format on */
    };
    parsed_line line;
    const int parsed = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc,
                                          argv, &line, &data);
    if (parsed != PARSED)
        return parsed;
    if (line.first < argc && o.input) {
        complain("--input reads a file; leave '%s' out", argv[line.first]);
        return EXIT_USAGE;
    }
    if (line.first == argc && !o.input)
        add_input("-");
    int code = check_standard_output();
    if (code != PARSED)
        return code;
    seqnet_model *model = NULL;
    code = open_model_or_builtin(&model, named, &path);
    o.model = model;
    if (code == EXIT_DONE)
        data = with_remembered(&data, model, &line);
    if (code == EXIT_DONE)
        code = show_all(&o, argc - line.first, argv + line.first);
    seqnet_model_free(model);
    return code;
}
