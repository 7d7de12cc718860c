#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "configuration.h"
#include "errors.h"
#include "help.h"
#include "notes.h"
#include "option_values.h"
#include "outputs.h"
#include "record.h"
#include "terminal.h"
#include "unknown_words.h"

/* getopt's values of long options start here, above those of letters. */
enum { FIRST_LONG = 256 };

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

/* The index of what getopt has found, which is in the list. */
static size_t find_option(const option_list *list, int found)
{
    return found >= FIRST_LONG ? (size_t)(found - FIRST_LONG) : find_letter(list, (char)found);
}

static int refuse_flag_value(const option_list *list, const char *typed)
{
    return refuse_value(list, typed, NULL,
                        strncmp(typed, "--verbose=", 10) == 0
                            ? "takes no value; -v says more, -q says nothing"
                            : "takes no value");
}

static int refuse(const option_list *list, int found, char **argv)
{
    char typed[64];
    if (found == ':') {
        const option_spec *const spec = list->specs[find_option(list, optopt)];
        (void)snprintf(typed, sizeof typed, "--%s", spec->name);
        return refuse_value(list, typed, NULL, "needs a value");
    }
    if (optopt >= FIRST_LONG)
        return refuse_flag_value(list, argv[optind - 1]);
    if (optopt == 0)
        return refuse_option(list, argv[optind - 1]);
    (void)snprintf(typed, sizeof typed, "-%c", optopt);
    return refuse_option(list, typed);
}

static int check_arguments(const option_list *list, int argc, char **argv, int first)
{
    const command_spec *const command = list->command;
    const size_t given = (size_t)(argc - first);
    if (given < command->min_arguments)
        complain("%s needs %s; usage: seqnet %s %s", command->name,
                 command->min_arguments == 1 ? "an argument" : "more arguments", command->name,
                 command->arguments);
    else if (given > command->max_arguments)
        complain("unexpected argument '%s'; usage: seqnet %s %s",
                 argv[first + (int)command->max_arguments], command->name, command->arguments);
    else
        return PARSED;
    return EXIT_USAGE;
}

static int finish_parsing(const option_list *list, int argc, char **argv, int first)
{
    note_instruction_set_problem();
    for (size_t i = 0; i < list->count; i++)
        if (list->specs[i]->reads)
            add_input(*(const char **)list->specs[i]->target);
    for (int i = first; i < argc && list->command->reads_arguments; i++)
        add_input(argv[i]);
    return check_standard_output();
}

/* Handles what getopt found. Returns PARSED, or prints what is wrong and returns an exit code. */
static int take_option(const option_list *list, int found, char **argv, parsed_line *line)
{
    if (found == '?' || found == ':')
        return refuse(list, found, argv);
    const size_t index = find_option(list, found);
    const option_spec *const spec = list->specs[index];
    if (found >= FIRST_LONG && !is_spelled_out(spec, argv))
        return refuse_option(list, argv[optind - (optarg == argv[optind - 1] ? 2 : 1)]);
    if (is_help(spec)) {
        const help_page page = help_page_for(stdout);
        (found == 'h' ? put_brief_help : put_help)(&page, list->command, list->specs, list->count);
        return EXIT_DONE;
    }
    return give_value(list, line, index, optarg ? optarg : spec->bare, 0);
}

/* Refuses long options with one dash, of which getopt would make several short ones. */
static int check_dashes(const option_list *list, const line_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].role == WORD_OPTION && !(words[i].spec && is_help(words[i].spec)) &&
            is_long_with_one_dash(list, words[i].text))
            return refuse_option(list, words[i].text);
    return PARSED;
}

/* Moves argv[from] to argv[to], in front of what is there. */
static void move_word(char **argv, int from, int to)
{
    char *const word = argv[from];
    memmove(argv + to + 1, argv + to, (size_t)(from - to) * sizeof *argv);
    argv[to] = word;
}

/* Takes the files of options out of the arguments, which begin at line->first: they come to stand
 * behind the options. */
static int take_option_files(const option_list *list, const line_word *words, int argc, char **argv,
                             parsed_line *line)
{
    const size_t option = find_long(list, "options", strlen("options"));
    int code = PARSED, place = line->first;
    for (int i = 0; i < argc; i++)
        if (words[i].role == WORD_END && argv[line->first - 1] == words[i].text)
            place = line->first - 1; /* it stays in front of the arguments */
    for (int i = 0; i < argc && code == PARSED; i++) {
        int from = line->first;
        if (words[i].role != WORD_OPTION_FILE)
            continue;
        while (argv[from] != words[i].text)
            from++;
        move_word(argv, from, place++);
        line->first++;
        code = give_value(list, line, option, words[i].text + 1, 0);
    }
    return code;
}

/* Parses what is typed. */
static int parse_typed(const option_list *list, int argc, char **argv, parsed_line *line)
{
    struct option longs[MAX_OPTIONS + 1];
    char shorts[2 * MAX_OPTIONS + 2];
    const line_word *const words = begin_record(list, argc, argv);
    if (!words) {
        complain("out of memory for the command line");
        return SEQNET_ERR_DATA;
    }
    int code = check_dashes(list, words, (size_t)argc);
    fill_getopt(list, longs, shorts);
    optind = 0; /* getopt starts over: a process may parse several lines */
    opterr = 0;
    for (int found; code == PARSED && (found = getopt_long(argc, argv, shorts, longs, NULL)) != -1;)
        code = take_option(list, found, argv, line);
    line->first = optind;
    return code == PARSED ? take_option_files(list, words, argc, argv, line) : code;
}

int parse_options_with(const command_spec *command, const option_spec *options, size_t count,
                       int argc, char **argv, parsed_line *line, const char *configurable)
{
    const option_list list = join_options(command, options, count);
    *line = (parsed_line){.options = options, .count = count};
    if (hand_table(command, list.specs, list.count))
        return EXIT_DONE;
    common = (common_settings){0};
    int code = parse_typed(&list, argc, argv, line);
    if (code == PARSED)
        code = take_configuration(&list, line, configurable);
    if (code == PARSED)
        code = check_arguments(&list, argc, argv, line->first);
    return code == PARSED ? finish_parsing(&list, argc, argv, line->first) : code;
}

int parse_options(const command_spec *command, const option_spec *options, size_t count, int argc,
                  char **argv, parsed_line *line)
{
    return parse_options_with(command, options, count, argc, argv, line, NULL);
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
