#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "help.h"
#include "nearest.h"
#include "notes.h"
#include "outputs.h"
#include "terminal.h"

/* getopt's values of long options start here, above those of letters. */
enum { FIRST_LONG = 256 };

static const char *color_word(int value)
{
    switch ((color_mode)value) {
    case COLOR_AUTO:
        return "auto";
    case COLOR_ALWAYS:
        return "always";
    case COLOR_NEVER:
        return "never";
    }
    return NULL;
}

enum { QUIET, VERBOSE, COLOR, HELP, COMMON };

/* The options of all commands; their targets are in terminal.h. */
static const option_spec COMMON_OPTIONS[COMMON] = {
    /* clang-format off */
    [QUIET] = {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .target = &terminal.quiet,
               .help = "say nothing on standard error but errors"},
    [VERBOSE] = {.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .target = &terminal.verbose,
                 .help = "say more on standard error"},
    [COLOR] = CHOICE_OPTION("color", &terminal.color, color_word, "color what is printed"),
    [HELP] = {.name = "help", .letter = 'h', .kind = OPTION_FLAG,
              .help = "show this; -h: only what matters most"},
    /* clang-format on */
};

static const option_spec GENERAL = GROUP("General");

/* The command's options followed by the common ones. */
typedef struct option_list {
    const command_spec *command;
    const option_spec *specs[MAX_OPTIONS];
    size_t count;
} option_list;

/* Whether the table has groups, of which the last one is not General. */
static bool ends_in_other_group(const option_spec *options, size_t count)
{
    while (count > 0 && options[count - 1].kind != OPTION_GROUP)
        count--;
    return count > 0 && strcmp(options[count - 1].name, GENERAL.name) != 0;
}

static option_list join_options(const command_spec *command, const option_spec *options,
                                size_t count)
{
    option_list list = {.command = command};
    for (size_t i = 0; i < count && list.count < MAX_OPTIONS - COMMON - 1; i++)
        list.specs[list.count++] = &options[i];
    if (ends_in_other_group(options, count))
        list.specs[list.count++] = &GENERAL;
    for (size_t i = 0; i < COMMON; i++)
        list.specs[list.count++] = &COMMON_OPTIONS[i];
    return list;
}

static int bad(const option_list *list, const char *what, const char *value, const char *remedy)
{
    complain("%s%s%s: %s; see 'seqnet %s --help'", what, value ? " " : "", value ? value : "",
             remedy, list->command->name);
    return EXIT_USAGE;
}

static int bad_range(const option_list *list, const option_spec *spec, const char *value,
                     const char *kind)
{
    char option[80], remedy[120];
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    if (spec->high >= 1e15)
        (void)snprintf(remedy, sizeof remedy, "expected a %s of at least %.15g", kind, spec->low);
    else
        (void)snprintf(remedy, sizeof remedy, "expected a %s from %.15g to %.15g", kind, spec->low,
                       spec->high);
    return bad(list, option, value, remedy);
}

static int set_choice(const option_list *list, const option_spec *spec, const char *value)
{
    char option[80], remedy[200] = "expected one of";
    const char *word;
    for (int i = 0; (word = spec->words(i)) != NULL; i++) {
        if (strcmp(word, value) == 0) {
            *(int *)spec->target = i;
            return PARSED;
        }
        const size_t used = strlen(remedy);
        (void)snprintf(remedy + used, sizeof remedy - used, "%s %s", i ? "," : "", word);
    }
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    return bad(list, option, value, remedy);
}

/* Parses the first `length` characters of a text as a number from low to high. */
static bool parse_piece(const option_spec *spec, const char *text, size_t length, int64_t *number)
{
    char piece[24];
    if (length >= sizeof piece)
        return false;
    (void)snprintf(piece, sizeof piece, "%.*s", (int)length, text);
    return seqnet_parse_int64(piece, number) && (double)*number >= spec->low &&
           (double)*number <= spec->high;
}

static int set_list(const option_list *list, const option_spec *spec, const char *value)
{
    int64_t numbers[OPTION_NUMBERS] = {0};
    const char *piece = value;
    for (size_t count = 0; piece; count++) {
        const size_t length = strcspn(piece, ",");
        if (count + 1 == OPTION_NUMBERS)
            return bad_range(list, spec, value, "list of at most 8 whole numbers, each");
        if (!parse_piece(spec, piece, length, &numbers[count]))
            return bad_range(list, spec, value,
                             count || piece[length] ? "list of whole numbers" : "whole number");
        piece = piece[length] ? piece + length + 1 : NULL;
    }
    memcpy(spec->target, numbers, sizeof numbers);
    return PARSED;
}

/* Appends a text to those of an option that may be typed several times. */
static int add_text(const option_spec *spec, const char *value)
{
    const char **const texts = spec->target;
    size_t count = 0;
    for (; texts[count]; count++)
        if (strcmp(texts[count], value) == 0)
            return PARSED;
    if (count >= (size_t)spec->high) {
        complain("--%s is given more than %.0f times; name fewer", spec->name, spec->high);
        return EXIT_USAGE;
    }
    texts[count] = value;
    return PARSED;
}

/* Parses "1.5G": a number, and a unit of bytes or none. */
static bool parse_size(const char *text, int64_t *bytes)
{
    static const char UNITS[] = "kMGT";
    char number[64];
    double value, unit = 1.0;
    const size_t digits = strspn(text, "0123456789.");
    const char *const found = text[digits] ? strchr(UNITS, text[digits]) : NULL;
    if (digits == 0 || digits >= sizeof number || (text[digits] && (!found || text[digits + 1])))
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    for (const char *u = found; u && u >= UNITS; u--)
        unit *= 1000.0;
    if (!seqnet_parse_double(number, &value) || value * unit < 1.0 || value * unit > 1e18)
        return false;
    *bytes = (int64_t)(value * unit);
    return true;
}

static int set_size(const option_list *list, const option_spec *spec, const char *value)
{
    char option[80];
    if (parse_size(value, spec->target))
        return PARSED;
    (void)snprintf(option, sizeof option, "--%s", spec->name);
    return bad(list, option, value, "expected a number of bytes, like 800M or 1.5G");
}

static int set_option(const option_list *list, const option_spec *spec, const char *value)
{
    int64_t integer;
    double real;
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)spec->target = true;
        return PARSED;
    case OPTION_TEXT:
        *(const char **)spec->target = value;
        return PARSED;
    case OPTION_TEXTS:
        return add_text(spec, value);
    case OPTION_INTEGER:
        if (!seqnet_parse_int64(value, &integer) || (double)integer < spec->low ||
            (double)integer > spec->high)
            return bad_range(list, spec, value, "whole number");
        *(int64_t *)spec->target = integer;
        return PARSED;
    case OPTION_LIST:
        return set_list(list, spec, value);
    case OPTION_SIZE:
        return set_size(list, spec, value);
    case OPTION_REAL:
        if (!seqnet_parse_double(value, &real) || real < spec->low || real > spec->high)
            return bad_range(list, spec, value, "number");
        *(double *)spec->target = real;
        return PARSED;
    case OPTION_CHOICE:
        return set_choice(list, spec, value);
    case OPTION_GROUP:
        break;
    }
    return EXIT_USAGE;
}

static const char *option_name(const void *context, size_t i)
{
    const option_spec *const spec = ((const option_list *)context)->specs[i];
    return spec->kind == OPTION_GROUP ? NULL : spec->name;
}

static int bad_option(const option_list *list, const char *typed)
{
    char name[64];
    if (strncmp(typed, "--", 2) != 0) {
        complain("unknown option '%s'; see 'seqnet %s --help'", typed, list->command->name);
        return EXIT_USAGE;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(typed + 2, "="), typed + 2);
    const char *const near = nearest_word(name, option_name, list, list->count);
    if (near)
        complain("unknown option '--%s'; did you mean '--%s'?", name, near);
    else
        complain("unknown option '--%s'; see 'seqnet %s --help'", name, list->command->name);
    return EXIT_USAGE;
}

/* Fills the tables that getopt takes. The value of a long option is FIRST_LONG and its index in the
 * list. The ':' in front makes getopt distinguish a missing value from an unknown option. */
static void fill_getopt(const option_list *list, struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (size_t i = 0; i < list->count; i++) {
        const option_spec *const spec = list->specs[i];
        if (spec->kind == OPTION_GROUP)
            continue;
        const int argument = spec->kind == OPTION_FLAG ? no_argument
                             : spec->bare              ? optional_argument
                                                       : required_argument;
        *longs++ = (struct option){spec->name, argument, NULL, FIRST_LONG + (int)i};
        if (!spec->letter)
            continue;
        *shorts++ = spec->letter;
        if (argument == required_argument)
            *shorts++ = ':';
    }
    *longs = (struct option){0};
    *shorts = '\0';
}

/* Whether the whole name was typed. getopt accepts an unambiguous beginning of it, too, but a later
 * version may add an option that changes what a script's abbreviation means. */
static bool is_spelled_out(const option_spec *spec, char **argv)
{
    const bool is_apart = optarg && optarg == argv[optind - 1];
    const char *const typed = argv[optind - (is_apart ? 2 : 1)];
    const size_t length = strlen(spec->name);
    return strncmp(typed, "--", 2) == 0 && strncmp(typed + 2, spec->name, length) == 0 &&
           (typed[2 + length] == '\0' || typed[2 + length] == '=');
}

static size_t find_option(const option_list *list, int found)
{
    if (found >= FIRST_LONG)
        return (size_t)(found - FIRST_LONG);
    size_t i = 0; /* getopt only returns letters of the list */
    while (i + 1 < list->count && list->specs[i]->letter != found)
        i++;
    return i;
}

static int refuse(const option_list *list, int found, char **argv)
{
    char typed[64];
    if (found == ':') {
        const option_spec *const spec = list->specs[find_option(list, optopt)];
        (void)snprintf(typed, sizeof typed, "--%s", spec->name);
        return bad(list, typed, NULL, "needs a value");
    }
    if (optopt >= FIRST_LONG) /* a flag with =value */
        return bad(list, argv[optind - 1], NULL, "takes no value");
    if (optopt == 0)
        return bad_option(list, argv[optind - 1]);
    (void)snprintf(typed, sizeof typed, "-%c", optopt);
    return bad_option(list, typed);
}

static int check_arguments(const option_list *list, int argc, char **argv)
{
    const command_spec *const command = list->command;
    const size_t given = (size_t)(argc - optind);
    if (given < command->min_arguments)
        complain("%s needs %s; usage: seqnet %s %s", command->name,
                 command->min_arguments == 1 ? "an argument" : "more arguments", command->name,
                 command->arguments);
    else if (given > command->max_arguments)
        complain("unexpected argument '%s'; usage: seqnet %s %s",
                 argv[optind + (int)command->max_arguments], command->name, command->arguments);
    else
        return PARSED;
    return EXIT_USAGE;
}

static int finish_parsing(const option_list *list, int argc, char **argv)
{
    note_instruction_set_problem();
    for (size_t i = 0; i < list->count; i++)
        if (list->specs[i]->reads)
            add_input(*(const char **)list->specs[i]->target);
    for (int i = optind; i < argc && list->command->reads_arguments; i++)
        add_input(argv[i]);
    return check_standard_output();
}

static size_t value_size(const option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_FLAG:
        return sizeof(bool);
    case OPTION_INTEGER:
    case OPTION_SIZE:
        return sizeof(int64_t);
    case OPTION_LIST:
        return OPTION_NUMBERS * sizeof(int64_t);
    case OPTION_REAL:
        return sizeof(double);
    case OPTION_TEXT:
        return sizeof(const char *);
    case OPTION_TEXTS:
        return ((size_t)spec->high + 1) * sizeof(const char *);
    case OPTION_CHOICE:
        return sizeof(int);
    case OPTION_GROUP:
        break;
    }
    return 0;
}

/* The value of an option that has one. */
typedef union option_value {
    const char *text;
    int64_t numbers[OPTION_NUMBERS];
    double real;
    int choice;
    bool flag;
} option_value;

/* The option that was typed before and sets the same target, this one or another one; NULL: none. A
 * flag and an option that collects texts may be typed again. */
static const option_spec *typed_before(const option_list *list, const parsed_line *line,
                                       const option_spec *spec)
{
    if (spec->kind == OPTION_FLAG || spec->kind == OPTION_TEXTS)
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        if (line->is_typed[i] && list->specs[i]->target == spec->target)
            return list->specs[i];
    return NULL;
}

static bool is_same_value(const option_spec *spec, const option_value *former)
{
    if (spec->kind == OPTION_TEXT)
        return strcmp(former->text, *(const char *const *)spec->target) == 0;
    return memcmp(former, spec->target, value_size(spec)) == 0;
}

/* Handles what getopt found. Returns PARSED, or prints what is wrong and returns an exit code. */
static int take_option(const option_list *list, int found, char **argv, parsed_line *line)
{
    if (found == '?' || found == ':')
        return refuse(list, found, argv);
    option_value former = {0};
    const size_t index = find_option(list, found);
    const option_spec *const spec = list->specs[index];
    if (found >= FIRST_LONG && !is_spelled_out(spec, argv))
        return bad_option(list, argv[optind - (optarg == argv[optind - 1] ? 2 : 1)]);
    if (spec == &COMMON_OPTIONS[HELP]) {
        const help_page page = help_page_for(stdout);
        (found == 'h' ? put_brief_help : put_help)(&page, list->command, list->specs, list->count);
        return EXIT_DONE;
    }
    const option_spec *const before = typed_before(list, line, spec);
    memcpy(&former, spec->target, before ? value_size(spec) : 0);
    const int code = set_option(list, spec, optarg ? optarg : spec->bare);
    line->is_typed[index] = true;
    if (code != PARSED || !before || is_same_value(spec, &former))
        return code;
    if (before == spec && spec->kind == OPTION_TEXT)
        complain("--%s is given twice, as '%s' and as '%s'; choose one", spec->name, former.text,
                 optarg);
    else if (before == spec)
        complain("--%s is given twice, with different values; choose one", spec->name);
    else
        complain("--%s and --%s stand for the same, but have different values; choose one",
                 before->name, spec->name);
    return EXIT_USAGE;
}

/* Who takes the next table; NULL: it is parsed with. */
static table_reader *next_reader;
static void *next_context;

void read_next_table(table_reader *reader, void *context)
{
    next_reader = reader;
    next_context = context;
}

static int hand_table(const option_list *list)
{
    table_reader *const reader = next_reader;
    next_reader = NULL;
    reader(next_context, list->command, list->specs, list->count);
    return EXIT_DONE;
}

int parse_options(const command_spec *command, const option_spec *options, size_t count, int argc,
                  char **argv, parsed_line *line)
{
    struct option longs[MAX_OPTIONS + 1];
    char shorts[2 * MAX_OPTIONS + 2];
    const option_list list = join_options(command, options, count);
    *line = (parsed_line){.options = options, .count = count};
    if (next_reader)
        return hand_table(&list);
    fill_getopt(&list, longs, shorts);
    optind = 0; /* getopt starts over: a process may parse several lines */
    opterr = 0;
    for (int found; (found = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        const int result = take_option(&list, found, argv, line);
        if (result != PARSED)
            return result;
    }
    line->first = optind;
    const int result = check_arguments(&list, argc, argv);
    return result == PARSED ? finish_parsing(&list, argc, argv) : result;
}

const char *given_name(const parsed_line *line, const void *target)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->is_typed[i] && line->options[i].target == target)
            return line->options[i].name;
    return NULL;
}

void copy_given(const parsed_line *line, const void *from, void *to, size_t size)
{
    for (size_t i = 0; i < line->count; i++) {
        const option_spec *const spec = &line->options[i];
        /* A target before the struct wraps to a large offset. */
        const uintptr_t offset = (uintptr_t)spec->target - (uintptr_t)from;
        if (line->is_typed[i] && offset < size)
            memcpy((char *)to + offset, spec->target, value_size(spec));
    }
}

char *join_command_line(int argc, char **argv)
{
    size_t size = sizeof "seqnet";
    for (int i = 0; i < argc; i++)
        size += strlen(argv[i]) + 3;
    char *const line = malloc(size);
    if (!line)
        return NULL;
    size_t used = (size_t)snprintf(line, size, "seqnet");
    for (int i = 0; i < argc; i++) {
        const char *const quote = argv[i][0] == '\0' || strpbrk(argv[i], " \t\n\"") ? "'" : "";
        used += (size_t)snprintf(line + used, size - used, " %s%s%s", quote, argv[i], quote);
    }
    return line;
}
