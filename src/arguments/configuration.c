#include "configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_file.h"
#include "config_words.h"
#include "errors.h"
#include "exclusions.h"
#include "listed.h"
#include "option_values.h"
#include "other_commands.h"
#include "record.h"
#include "spelled.h"
#include "terminal.h"
#include "unknown_words.h"

/* Where options come from. Values point into the text, so it stays until the program ends. */
typedef struct config_source {
    struct config_source *next;
    char shown[CONFIG_SHOWN];
    char *text;
    config_words words;
    bool is_file;
    /* Named on the line that is typed: it counts everywhere. */
    bool is_typed;
    /* Its options are no part of what a model tells of its training. */
    bool is_of_process;
    /* The options that count, and those that do not in a pipeline. */
    spelled_line taken, left;
} config_source;

static config_source *all_sources;
/* What is wrong is in a source itself, which the sentence names. */
static bool has_failed;

/* A layer of a source that is being taken: the part under headings, or above them. */
typedef struct layer {
    const option_list *list;
    parsed_line *line;
    const char *only;
    config_source *source;
    /* Of the next layer; 0 is what was typed. */
    unsigned char number;
    bool is_general;
    char place[CONFIG_SHOWN + 32];
} layer;

static int no_memory(void)
{
    complain("out of memory for options");
    return SEQNET_ERR_DATA;
}

static int complain_at(const layer *l, const char *option, const char *what)
{
    complain("%s%s: %s", l->place, option, what);
    return EXIT_USAGE;
}

/* Whether the option changes nothing that is printed as a result. */
static bool is_harmless(const option_spec *spec, const char *value)
{
    return has_word("line-buffered memory quiet threads verbose", spec->name) ||
           (strcmp(spec->name, "color") == 0 && strcmp(value, "always") != 0);
}

/* Whether the answers go where configuration changes nothing. Several processes must agree on that,
 * so none of them has a terminal. */
static bool is_in_pipeline(const layer *l)
{
    return !l->source->is_typed && !l->list->command->makes_files &&
           (terminal.is_relayed || !isatty(STDOUT_FILENO));
}

/* The word of a choice's value; of other options "". */
static const char *value_word(const option_spec *spec)
{
    return spec->kind == OPTION_CHOICE ? spec->words(*(const int *)spec->target) : "";
}

/* Whether a stronger source has given the option's target, or an option that excludes it or goes
 * only with another value. */
static bool gives_way(const layer *l, const option_spec *spec, const char *value)
{
    const char *const command = l->list->command->name;
    for (size_t i = 0; i < l->list->count; i++) {
        const option_spec *const other = l->list->specs[i];
        if (!l->line->is_typed[i] || l->line->source[i] == l->number)
            continue;
        if (other->target == spec->target)
            return true;
        if (exclude_each_other(command, other->name, spec->name) ||
            needs_another(command, spec->name, other->name, value_word(other)) ||
            needs_another(command, other->name, spec->name, value)) {
            detail("%s--%s gives way to --%s", l->place, spec->name, other->name);
            return true;
        }
    }
    return false;
}

static void spell_given(spelled_line *line, const option_spec *spec, const char *value)
{
    char name[80];
    (void)snprintf(name, sizeof name, "--%s", spec->name);
    spell_word(line, name);
    if (spec->kind != OPTION_FLAG)
        spell_word(line, value);
}

static int give(layer *l, size_t index, const char *value)
{
    const option_spec *const spec = l->list->specs[index];
    if ((l->only && !has_word(l->only, spec->name)) || gives_way(l, spec, value))
        return PARSED;
    const bool counts = is_harmless(spec, value) || !is_in_pipeline(l);
    spell_given(counts ? &l->source->taken : &l->source->left, spec, value);
    if (!counts)
        return PARSED;
    const int code = give_value(l->list, l->line, index, value, l->number);
    if (code != PARSED || l->source->is_of_process || index >= l->line->count)
        return code;
    return record_given(spec, value) ? PARSED : no_memory();
}

/* The option of a word. Above headings it may be one of other commands: then the index is the
 * list's count, and the row is the other command's. */
typedef struct found_option {
    size_t index;
    option_spec spec;
} found_option;

static int find_given(const layer *l, const char *text, found_option *found)
{
    char name[80];
    const option_list *const list = l->list;
    const bool is_long = text[1] == '-';
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(text + 2, "="), text + 2);
    const size_t index = is_long ? find_long(list, name, strlen(name)) : find_letter(list, text[1]);
    found->index = index;
    if (index < list->count) {
        found->spec = *list->specs[index];
        if (is_only_typed(list->specs[index]))
            return complain_at(l, text, "is for the line that is typed; leave it out here");
        return PARSED;
    }
    if (l->is_general && other_command_with(list->command->name, is_long ? name : NULL,
                                            is_long ? '\0' : text[1], &found->spec))
        return PARSED;
    return refuse_option(list, text);
}

/* Takes the option that is written as `text`, with the value that stands in its word, or NULL. If
 * its value is the next word, *i, the index of its own one, goes on to that. */
static int take_option(layer *l, size_t *i, const char *text, const found_option *found,
                       const char *value)
{
    const config_words *const words = &l->source->words;
    if (value && found->spec.kind == OPTION_FLAG)
        return complain_at(l, text, "takes no value");
    const bool has_next = *i + 1 < words->count && !words->all[*i + 1].begins_line;
    if (!value && needs_value(&found->spec) && !has_next)
        return complain_at(l, text, "needs a value, which stands in the same line");
    if (!value && needs_value(&found->spec))
        value = words->all[++*i].text;
    return found->index == l->list->count ? PARSED
                                          : give(l, found->index, value ? value : found->spec.bare);
}

static int take_long(layer *l, size_t *i, const char *text)
{
    found_option found;
    const char *const equals = strchr(text, '=');
    const int code = find_given(l, text, &found);
    return code == PARSED ? take_option(l, i, text, &found, equals ? equals + 1 : NULL) : code;
}

/* Takes the options of letters behind one dash, of which the last one may have its value there. */
static int take_letters(layer *l, size_t *i, const char *letters)
{
    int code = PARSED;
    for (bool is_over = false; *letters && !is_over && code == PARSED; letters++) {
        found_option found;
        const char text[] = {'-', *letters, '\0'};
        code = find_given(l, text, &found);
        is_over = code != PARSED || needs_value(&found.spec);
        if (code == PARSED)
            code = take_option(l, i, text, &found, is_over && letters[1] ? letters + 1 : NULL);
    }
    return code;
}

/* Takes the options that word *i is, and the value of the last one; *i goes on to the last of its
 * words. */
static int take_word(layer *l, size_t *i)
{
    const char *const text = l->source->words.all[*i].text;
    if (text[0] != '-' || !text[1] || strcmp(text, "--") == 0)
        return complain_at(l, *text ? text : "''",
                           "is no option; write options as they are typed, like --threads 2");
    if (is_long_with_one_dash(l->list, text))
        return refuse_option(l->list, text);
    return text[1] == '-' ? take_long(l, i, text) : take_letters(l, i, text + 1);
}

static void set_place(layer *l, const config_word *word)
{
    if (l->source->is_file)
        (void)snprintf(l->place, sizeof l->place, "%s:%zu: ", l->source->shown, word->line);
    else
        (void)snprintf(l->place, sizeof l->place, "%s: ", l->source->shown);
}

/* Whether a heading, commands with blanks or commas between them, names the command. */
static int read_heading(const layer *l, const config_word *heading, bool *is_own)
{
    static const char BETWEEN[] = " \t\r,";
    const char *at = heading->text + strspn(heading->text, BETWEEN);
    *is_own = false;
    if (!*at)
        return complain_at(l, "[]", "names no command; write one like [train]");
    for (; *at; at += strspn(at, BETWEEN)) {
        char name[32];
        const size_t length = strcspn(at, BETWEEN);
        (void)snprintf(name, sizeof name, "%.*s", (int)length, at);
        if (known_commands()->count && !find_command(known_commands(), name))
            return refuse_command(l->place, name);
        *is_own |= strcmp(name, l->list->command->name) == 0;
        at += length;
    }
    return PARSED;
}

/* Takes what stands under headings of the command, or above all headings. */
static int take_layer(layer *l, bool is_general)
{
    const config_words *const words = &l->source->words;
    bool counts = is_general;
    int code = PARSED;
    l->is_general = is_general;
    for (size_t i = 0; i < words->count && code == PARSED; i++) {
        const config_word *const word = &words->all[i];
        bool is_own;
        set_place(l, word);
        if (word->is_heading) {
            code = read_heading(l, word, &is_own);
            counts = is_own && !is_general;
        } else if (counts) {
            code = take_word(l, &i);
        }
    }
    l->number++;
    return code;
}

static void tell_source(const config_source *source, const char *command)
{
    if (source->taken.text)
        detail("options from %s: %s", source->shown, source->taken.text);
    else if (!source->left.text)
        detail("%s has no options for %s", source->shown, command);
    if (source->left.text)
        note("left out of %s, since standard output is no terminal: %s", source->shown,
             source->left.text);
}

/* Takes what the source's text says, or of a variable that is one option's value, the value. */
static int take_words(layer *l, size_t length)
{
    size_t line;
    config_source *const source = l->source;
    const char *const wrong =
        read_config_words(source->text, length, source->is_file, &source->words, &line);
    set_place(l, &(config_word){.line = line});
    if (wrong) {
        complain("%s%s", l->place, wrong);
        return EXIT_USAGE;
    }
    const int code = source->is_file ? take_layer(l, false) : PARSED;
    return code == PARSED ? take_layer(l, true) : code;
}

/* Begins a source, behind the others, with a text that is given up. Returns false without memory.
 */
static bool begin_source(layer *l, char *text, config_source properties)
{
    config_source **last = &all_sources;
    l->source = text ? malloc(sizeof *l->source) : NULL;
    if (!l->source) {
        free(text);
        return false;
    }
    *l->source = properties;
    l->source->text = text;
    while (*last)
        last = &(*last)->next;
    *last = l->source;
    return true;
}

static int end_source(const layer *l, int code)
{
    const config_source *const source = l->source;
    if (source->taken.has_failed || source->left.has_failed)
        return no_memory();
    if (code == PARSED)
        tell_source(source, l->list->command->name);
    return code;
}

/* Takes the text, which is given up, as a source. */
static int take_text(layer *l, char *text, size_t length, config_source properties)
{
    if (!begin_source(l, text, properties))
        return no_memory();
    return end_source(l, take_words(l, length));
}

static int take_file(layer *l, const char *path, bool is_typed)
{
    char *text;
    size_t length;
    config_source source = {.is_file = true, .is_typed = is_typed};
    const int code = read_config_file(path, !is_typed, &text, &length);
    if (code != PARSED || !text)
        return code;
    abbreviate_home(path, source.shown);
    return take_text(l, text, length, source);
}

/* A copy of what an environment variable holds; *is_set: it holds something. */
static char *copy_variable(const char *name, bool *is_set)
{
    const char *const value = getenv(name);
    *is_set = value && *value;
    return *is_set ? strdup(value) : NULL;
}

/* Takes the options in an environment variable. */
static int take_variable(layer *l, const char *name)
{
    bool is_set;
    config_source source = {0};
    char *const text = copy_variable(name, &is_set);
    (void)snprintf(source.shown, sizeof source.shown, "%s", name);
    return is_set ? take_text(l, text, text ? strlen(text) : 0, source) : PARSED;
}

/* Takes an environment variable that holds the value of one option, if the command has it. */
static int take_value_of(layer *l, const char *name, const char *option)
{
    bool is_set;
    config_source source = {.is_of_process = true};
    const size_t index = find_long(l->list, option, strlen(option));
    char *const text = index < l->list->count ? copy_variable(name, &is_set) : NULL;
    if (index == l->list->count || !is_set)
        return PARSED;
    (void)snprintf(source.shown, sizeof source.shown, "%s", name);
    if (!begin_source(l, text, source))
        return no_memory();
    set_place(l, &(config_word){0});
    const int code = give(l, index, text);
    l->number++;
    return end_source(l, code);
}

/* What an earlier line of the process had from where is no longer of interest. */
static void forget_sources(void)
{
    for (config_source *source = all_sources; source; source = source->next) {
        free(source->words.all);
        free(source->taken.text);
        free(source->left.text);
        source->words = (config_words){0};
        source->taken = source->left = (spelled_line){0};
    }
}

int take_configuration(const option_list *list, parsed_line *line, const char *only)
{
    char path[CONFIG_PATH];
    option_list placed = *list;
    layer l = {.list = &placed, .line = line, .only = only, .number = 1};
    size_t files = 0;
    int code = PARSED;
    placed.place = l.place;
    forget_sources();
    while (common.option_files[files])
        files++;
    while (files > 0 && code == PARSED)
        code = take_file(&l, common.option_files[--files], true);
    if (code == PARSED && !common.no_config)
        code = take_variable(&l, "SEQNET_OPTIONS");
    if (code == PARSED)
        code = take_value_of(&l, "SEQNET_THREADS", "threads");
    if (code == PARSED && !common.no_config && user_config_path(path))
        code = take_file(&l, path, false);
    has_failed = code != PARSED;
    return code;
}

void tell_configuration(void)
{
    for (const config_source *source = all_sources; source; source = source->next)
        if (source->taken.text && !terminal.verbose && !has_failed)
            note("options from %s: %s", source->shown, source->taken.text);
}
