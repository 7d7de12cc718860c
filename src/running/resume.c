#include "resume.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "listed.h"
#include "outputs.h"
#include "record.h"
#include "spelled.h"
#include "terminal.h"

/* Options that change nothing about the model but perhaps where a training ends. */
static const char FREE_OPTIONS[] =
    "output force min-accuracy if-better epochs time-limit card json report history threads "
    "checkpoint resume train no-baseline checkpoint-every";

/* Options of one process are typed each time. */
static const char PROCESS_OPTIONS[] = "resume checkpoint time-limit threads force";

static int no_memory(void)
{
    complain("out of memory for the command line");
    return SEQNET_ERR_DATA;
}

static int no_note(const char *path)
{
    complain("%s: does not say how its training was begun; go on in the program that wrote it",
             path);
    return SEQNET_ERR_MODEL;
}

static const cJSON *typed_lines(const cJSON *typed)
{
    const cJSON *const lines = cJSON_GetObjectItemCaseSensitive(typed, "lines");
    const cJSON *line, *word;
    cJSON_ArrayForEach(line, lines)
    {
        if (!cJSON_IsArray(line))
            return NULL;
        cJSON_ArrayForEach(word, line)
        {
            if (!cJSON_IsString(word))
                return NULL;
        }
    }
    return cJSON_IsArray(lines) ? lines : NULL;
}

static int take_checkpoint(resumption *r, const char *path)
{
    seqnet_error err = {0};
    if (seqnet_checkpoint_load(&r->checkpoint, path, &err) != SEQNET_OK)
        return fail(&err);
    const char *const text = seqnet_checkpoint_note(r->checkpoint);
    r->typed = text ? cJSON_Parse(text) : NULL;
    return typed_lines(r->typed) ? PARSED : no_note(path);
}

int open_resumption(resumption *r, train_settings *s)
{
    const char *const path = s->resume;
    if (access(path, F_OK) == 0)
        return take_checkpoint(r, path);
    if (s->checkpoint && strcmp(s->checkpoint, path) == 0) {
        note("%s is not there yet: the training begins", path);
        s->resume = NULL;
        return PARSED;
    }
    complain("%s: there is no such checkpoint; a training that is over has removed its own, and "
             "--checkpoint begins one",
             path);
    return SEQNET_ERR_MODEL;
}

const char *resumed_data(const resumption *r)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(r->typed, "data"));
}

/* Parses one of the lines that were typed before, which tell of what the configuration gave. */
static int parse_former(const cJSON *words, const command_spec *command, const option_spec *options,
                        size_t count, parsed_line *line)
{
    char name[] = "train";
    const cJSON *word;
    int argc = 0;
    char **const argv = calloc((size_t)cJSON_GetArraySize(words) + 2, sizeof *argv);
    if (!argv)
        return no_memory();
    argv[argc++] = name;
    cJSON_ArrayForEach(word, words)
    {
        argv[argc++] = word->valuestring;
    }
    const terminal_settings now = terminal; /* --quiet is for one process */
    const int code = parse_options_with(command, options, count, argc, argv, line, "");
    terminal = now;
    free(argv);
    return code;
}

/* Sets the target of an option of one process to its default, which is nothing for each of them. */
static void reset_value(const option_spec *spec)
{
    if (spec->kind == OPTION_TEXT)
        *(const char **)spec->target = NULL;
    else if (spec->kind == OPTION_FLAG)
        *(bool *)spec->target = false;
    else if (spec->kind == OPTION_INTEGER)
        *(int64_t *)spec->target = 0;
    else
        *(double *)spec->target = 0.0;
}

/* A text or several that are typed again replace the former ones. */
static void forget_value(const option_spec *spec)
{
    if (spec->kind == OPTION_TEXT || spec->kind == OPTION_TEXTS)
        *(const char **)spec->target = NULL;
}

/* Parses again what was typed before, without the options of one process. */
static int parse_formers(const resumption *r, const command_spec *command,
                         const option_spec *options, size_t count, parsed_line *all)
{
    const cJSON *const lines = typed_lines(r->typed);
    const cJSON *words = lines ? lines->child : NULL;
    *all = (parsed_line){.options = options, .count = count};
    for (; words; words = words->next) {
        parsed_line line;
        const int code = parse_former(words, command, options, count, &line);
        if (code != PARSED)
            return code;
        for (size_t i = 0; i < count; i++)
            all->is_typed[i] |= line.is_typed[i];
    }
    for (size_t i = 0; i < count; i++)
        if (has_word(PROCESS_OPTIONS, options[i].name)) {
            reset_value(&options[i]);
            all->is_typed[i] = false;
        }
    return PARSED;
}

/* The option as it is typed with its value now; NULL without memory. */
static char *spell(const option_spec *spec)
{
    spelled_line line = {0};
    spell_option(&line, spec);
    if (!line.has_failed)
        return line.text;
    free(line.text);
    return NULL;
}

/* Refuses another value than the former one of an option that may not change. */
static int compare_value(const option_spec *spec, const char *former)
{
    char *const now = spell(spec);
    const bool is_equal = now && strcmp(now, former) == 0;
    if (now && !is_equal)
        complain("%s: the training that is to go on was begun with %s; leave it out, or begin anew "
                 "without --resume",
                 now, former);
    const int code = is_equal ? PARSED : now ? EXIT_USAGE : no_memory();
    free(now);
    return code;
}

static int parse_over(const command_spec *command, const option_spec *options, size_t count,
                      int argc, char **argv, parsed_line *line, const parsed_line *former,
                      char **spelled)
{
    for (size_t i = 0; i < count; i++) {
        if (!line->is_typed[i] || !former->is_typed[i])
            continue;
        if (!has_word(FREE_OPTIONS, options[i].name) && !(spelled[i] = spell(&options[i])))
            return no_memory();
        forget_value(&options[i]);
    }
    int code = parse_options_with(command, options, count, argc, argv, line, PROCESS_OPTIONS);
    for (size_t i = 0; i < count && code == PARSED; i++)
        if (spelled[i])
            code = compare_value(&options[i], spelled[i]);
    for (size_t i = 0; i < count; i++)
        line->is_typed[i] |= former->is_typed[i];
    return code;
}

/* The configuration of today is not that of the training's beginning. */
static void forget_configured(parsed_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        line->is_typed[i] &= line->source[i] == 0;
}

int parse_resumed(const resumption *r, const command_spec *command, const option_spec *options,
                  size_t count, int argc, char **argv, parsed_line *line)
{
    parsed_line former;
    forget_configured(line);
    detail("a training that goes on has the options of its beginning; of the configuration only "
           "those of a process count");
    char **const spelled = calloc(count, sizeof *spelled);
    int code = spelled ? parse_formers(r, command, options, count, &former) : no_memory();
    if (code == PARSED)
        code = parse_over(command, options, count, argc, argv, line, &former, spelled);
    for (size_t i = 0; spelled && i < count; i++)
        free(spelled[i]);
    free(spelled);
    return code;
}

/* Whether the line is the last one already, as in a loop that goes on again and again. */
static bool is_last(const cJSON *lines, const cJSON *words)
{
    const int count = cJSON_GetArraySize(lines);
    return count > 0 && cJSON_Compare(cJSON_GetArrayItem(lines, count - 1), words, true);
}

/* Whether JSON keeps a word as it is: it is UTF-8. */
static bool is_kept(const char *word)
{
    char *text = NULL;
    seqnet_json json = seqnet_json_begin_list();
    seqnet_json_string(&json, json.root, NULL, word);
    if (seqnet_json_end(&json, &text, NULL) != SEQNET_OK)
        return false;
    cJSON *const list = cJSON_Parse(text);
    const char *const kept = cJSON_GetStringValue(cJSON_GetArrayItem(list, 0));
    const bool is_same = kept && strcmp(kept, word) == 0;
    cJSON_Delete(list);
    free(text);
    return is_same;
}

/* What is copied into JSON, or the word that JSON cannot hold. */
typedef struct word_copy {
    cJSON *words;
    const char *bad;
} word_copy;

static bool copy_option(void *context, const char *word, bool is_argument)
{
    word_copy *const copy = context;
    if (is_argument)
        return true;
    cJSON *const string = is_kept(word) ? cJSON_CreateString(word) : NULL;
    copy->bad = is_kept(word) ? NULL : word;
    if (!cJSON_AddItemToArray(copy->words, string))
        cJSON_Delete(string);
    return !copy->bad;
}

/* Refuses a word that would be another one when the training goes on. */
static int refuse_word(const char *word)
{
    complain("%s: is not UTF-8, and a checkpoint, which is to hold what is typed, cannot hold it; "
             "choose another name",
             word);
    return EXIT_USAGE;
}

int note_typed(resumption *r, const char *data)
{
    word_copy copy = {.words = cJSON_CreateArray(), .bad = data && !is_kept(data) ? data : NULL};
    if (!copy.bad)
        (void)each_recorded_word(copy_option, &copy);
    if (copy.bad) {
        cJSON_Delete(copy.words);
        return refuse_word(copy.bad);
    }
    cJSON *const words = copy.words, *lines;
    if (!r->typed)
        r->typed = cJSON_CreateObject();
    if (!r->checkpoint && data)
        cJSON_AddStringToObject(r->typed, "data", data);
    lines = cJSON_GetObjectItemCaseSensitive(r->typed, "lines");
    if (!lines)
        lines = cJSON_AddArrayToObject(r->typed, "lines");
    if (is_last(lines, words) || !cJSON_AddItemToArray(lines, words))
        cJSON_Delete(words);
    r->note = cJSON_PrintUnformatted(r->typed);
    return r->note ? PARSED : no_memory();
}

void close_resumption(resumption *r)
{
    seqnet_checkpoint_free(r->checkpoint);
    cJSON_Delete(r->typed);
    free(r->note);
    *r = (resumption){0};
}
