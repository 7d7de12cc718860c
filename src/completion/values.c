#include "values.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "fields.h"
#include "labels.h"

/* A value that is not in a table, and what it is. */
typedef struct known_value {
    const char *value, *meaning;
} known_value;

static const known_value DATA_VALUES[] = {
    {"builtin:demo", "small reviews that are made up"},
    {"builtin:recall:", "rows in which the word behind 'mark' decides"},
    {NULL, NULL}};
static const known_value MODEL_VALUES[] = {
#ifdef SEQNET_HAS_BUILTIN
    {SEQNET_BUILTIN_REVIEWS, "the model in the box, for English reviews"},
#endif
    {NULL, NULL}};

/* Options whose values are texts, some of which everybody wants. */
static const struct {
    const char *option;
    const known_value values[9];
} TEXT_VALUES[] = {
    {"class-weight", {{"balanced", "all labels count alike"}}},
    {"delimiter", {{"tab", ""}, {",", "comma"}, {";", "semicolon"}, {"|", "bar"}, {":", "colon"}}},
    {"encoding",
     {
         {"UTF-8", ""},
         {"UTF-16", ""},
         {"ISO-8859-1", "Western Europe"},
         {"WINDOWS-1252", "Western Europe"},
         {"WINDOWS-1251", "Cyrillic"},
#ifndef SEQNET_STATIC /* which has no encodings of several bytes but Unicode's */
         {"SHIFT_JIS", "Japanese"},
         {"GB18030", "Chinese"},
         {"EUC-KR", "Korean"},
#endif
     }},
};

static void offer_known(const answer *a, const known_value *known)
{
    for (; known->value; known++)
        offer(a, known->value, known->meaning);
}

static bool is_file(const option_spec *spec)
{
    return spec->reads || (spec->value && strncmp(spec->value, "FILE", 4) == 0);
}

/* Whether the option names columns or keys of the data. */
static bool is_field(const option_spec *spec)
{
    const char *const dash = strrchr(spec->name, '-');
    return strcmp(spec->value, "COLUMN") == 0 ||
           (dash && (strcmp(dash, "-column") == 0 || strcmp(dash, "-key") == 0));
}

static const known_value *text_values(const option_spec *spec)
{
    for (size_t i = 0; i < sizeof TEXT_VALUES / sizeof *TEXT_VALUES; i++)
        if (strcmp(TEXT_VALUES[i].option, spec->name) == 0)
            return TEXT_VALUES[i].values;
    return NULL;
}

/* What a number may be, behind what it is. */
static void answer_number(const option_spec *spec)
{
    char title[400];
    const int length = (int)strcspn(spec->help, ";");
    if (spec->kind == OPTION_SIZE)
        (void)snprintf(title, sizeof title, "%.*s (800M, 1.5G)", length, spec->help);
    else if (spec->high >= 1e15)
        (void)snprintf(title, sizeof title, "%.*s (from %.15g)", length, spec->help, spec->low);
    else
        (void)snprintf(title, sizeof title, "%.*s (%.15g to %.15g)", length, spec->help, spec->low,
                       spec->high);
    begin_answer("words", title);
}

/* What the command's details say of a word, in a line "  WORD   what it is"; NULL: nothing. */
static const char *find_details(const command_spec *command, const char *word)
{
    const size_t length = strlen(word);
    const char *line = command->details;
    for (; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        const char *const first = line + strspn(line, " ");
        if (first > line && strncmp(first, word, length) == 0 &&
            strncmp(first + length, "  ", 2) == 0)
            return first + length + strspn(first + length, " ");
    }
    return NULL;
}

/* Whether the details say what each word is, "auto" aside, which the help explains. */
static bool has_details(const command_spec *command, const option_spec *spec)
{
    const char *word;
    for (int i = 0; (word = spec->words(i)) != NULL; i++)
        if (strcmp(word, "auto") != 0 && !find_details(command, word))
            return false;
    return true;
}

static void answer_choice(const answer *a, const typed_line *line)
{
    const char *word;
    char meaning[200];
    const option_spec *const spec = line->option;
    const command_spec *const command = line->options.command;
    const bool detailed = has_details(command, spec);
    begin_answer("words", spec->help);
    for (int i = 0; (word = spec->words(i)) != NULL; i++) {
        const char *const details = detailed ? find_details(command, word) : NULL;
        const bool is_usual = !spec->derived && i == *(const int *)spec->target;
        const char *const usual = is_usual ? "default" : "";
        (void)snprintf(meaning, sizeof meaning, "%.*s",
                       details ? (int)strcspn(details, "\n") : (int)strlen(usual),
                       details ? details : usual);
        offer(a, word, meaning);
    }
}

/* Answers with files, and what stands in for data and models. */
static void answer_files(const answer *a, bool data, bool model, const char *title)
{
    static const char BUILTIN[] = "builtin:";
    const bool is_file = strncmp(current_value(a), BUILTIN, sizeof BUILTIN - 1) != 0;
    begin_answer(is_file ? "files" : data ? "parts" : "words", title);
    if (data)
        offer_known(a, DATA_VALUES);
    if (model)
        offer_known(a, MODEL_VALUES);
}

/* Lists of names go on behind the last comma. */
static void skip_list(answer *a, const option_spec *spec)
{
    const char *const value = current_value(a), *const comma = strrchr(value, ',');
    if (comma && strstr(spec->value, ",..."))
        a->before += (size_t)(comma - value) + 1;
}

static void answer_text(answer *a, const typed_line *line)
{
    const option_spec *const spec = line->option;
    const known_value *const known = text_values(spec);
    if (strncmp(spec->value, "LABEL", 5) == 0) {
        answer_labels(a, line);
        return;
    }
    begin_answer("words", spec->help);
    if (is_field(spec)) {
        skip_list(a, spec);
        offer_fields(a, line);
    } else if (known) {
        offer_known(a, known);
    }
}

void answer_value(answer *a, const typed_line *line)
{
    a->before = line->before;
    switch (line->option->kind) {
    case OPTION_CHOICE:
        answer_choice(a, line);
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS:
        if (is_file(line->option))
            answer_files(a, strcmp(line->option->name, "train") == 0,
                         strcmp(line->option->name, "model") == 0, line->option->help);
        else
            answer_text(a, line);
        break;
    case OPTION_INTEGER:
    case OPTION_LIST:
    case OPTION_REAL:
    case OPTION_SIZE:
        answer_number(line->option);
        break;
    case OPTION_FLAG: /* which takes no value */
    case OPTION_GROUP:
        break;
    }
}

/* The arguments in a usage line: the words outside of brackets with an option, and not behind one.
 */
typedef struct usage_words {
    const char *at;
    char word[40];
} usage_words;

/* Goes behind the bracket that closes the one at `at`. */
static const char *behind_bracket(const char *at)
{
    int depth = 0;
    do {
        depth += *at == '[' ? 1 : *at == ']' ? -1 : 0;
        at++;
    } while (*at && depth > 0);
    return at;
}

static bool next_usage_word(usage_words *usage)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (;;) {
        usage->at += strcspn(usage->at, "[-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (strncmp(usage->at, "[-", 2) == 0 || strncmp(usage->at, "[options]", 9) == 0) {
            usage->at = behind_bracket(usage->at);
        } else if (*usage->at == '[') {
            usage->at++;
        } else if (*usage->at == '-') { /* an option and its value */
            usage->at += strcspn(usage->at, " ");
            usage->at += strspn(usage->at, " ");
            usage->at += strcspn(usage->at, " ");
        } else {
            break;
        }
    }
    const size_t length = strspn(usage->at, LETTERS);
    (void)snprintf(usage->word, sizeof usage->word, "%.*s", (int)length, usage->at);
    usage->at += length;
    return length > 0;
}

static bool is_small(const char *word)
{
    return word[0] >= 'a' && word[0] <= 'z';
}

/* What the usage line of a command says of its arguments. */
typedef struct argument_kinds {
    /* DATA; a model; another file. */
    bool data, model, file;
    /* Words in small letters stand for themselves. */
    bool words;
} argument_kinds;

static argument_kinds argument_kinds_of(const command_spec *command)
{
    argument_kinds kinds = {0};
    usage_words usage = {.at = command->arguments};
    while (next_usage_word(&usage)) {
        kinds.data |= strcmp(usage.word, "DATA") == 0;
        kinds.model |= strcmp(usage.word, "MODEL") == 0;
        kinds.file |= strcmp(usage.word, "FILE") == 0 || strcmp(usage.word, "NEW") == 0;
        kinds.words |= is_small(usage.word);
    }
    return kinds;
}

static void offer_usage_words(const answer *a, const command_spec *command)
{
    usage_words usage = {.at = command->arguments};
    while (next_usage_word(&usage))
        if (is_small(usage.word))
            offer(a, usage.word, "");
}

bool answer_argument(const answer *a, const typed_line *line)
{
    const command_spec *const command = line->options.command;
    argument_kinds kinds = argument_kinds_of(command);
    kinds.file |= has_option(line, "input");
    if (command->reads_arguments && current_value(a)[0] == '@') { /* a file that has options */
        begin_answer("files", "FILE");
        return true;
    }
    if (line->argument >= command->max_arguments)
        return false;
    if (kinds.words) {
        begin_answer("words", "what to do");
        offer_usage_words(a, command);
        return true;
    }
    if (!kinds.data && !kinds.model && !kinds.file)
        return false;
    answer_files(a, kinds.data, kinds.model, kinds.data ? "DATA" : kinds.model ? "MODEL" : "FILE");
    return true;
}
