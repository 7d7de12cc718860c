#include "option_list.h"

#include <string.h>

#include "terminal.h"

common_settings common;

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

enum { QUIET, VERBOSE, COLOR, OPTIONS, NO_CONFIG, HELP, COMMON };

/* The options of all commands. */
static const option_spec COMMON_OPTIONS[COMMON] = {
    /* clang-format off */
    [QUIET] = {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .target = &terminal.quiet,
               .help = "say nothing on standard error but errors"},
    [VERBOSE] = {.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .target = &terminal.verbose,
                 .help = "say more on standard error"},
    [COLOR] = CHOICE_OPTION("color", &terminal.color, color_word, "color what is printed"),
    [OPTIONS] = TEXTS_OPTION("options", "FILE", common.option_files, MAX_OPTION_FILES,
                             "take the options in FILE, too, behind those that are typed; @FILE "
                             "where arguments are files"),
    [NO_CONFIG] = FLAG_OPTION("no-config", &common.no_config,
                              "take no options from SEQNET_OPTIONS and ~/.config/seqnet/config"),
    [HELP] = {.name = "help", .letter = 'h', .kind = OPTION_FLAG,
              .help = "show this; -h: only what matters most"},
    /* clang-format on */
};

static const option_spec GENERAL = GROUP("General");

/* Whether the table has groups, of which the last one is not General. */
static bool ends_in_other_group(const option_spec *options, size_t count)
{
    while (count > 0 && options[count - 1].kind != OPTION_GROUP)
        count--;
    return count > 0 && strcmp(options[count - 1].name, GENERAL.name) != 0;
}

option_list join_options(const command_spec *command, const option_spec *options, size_t count)
{
    option_list list = {.command = command, .place = ""};
    for (size_t i = 0; i < count && list.count < MAX_OPTIONS - COMMON - 1; i++)
        list.specs[list.count++] = &options[i];
    if (ends_in_other_group(options, count))
        list.specs[list.count++] = &GENERAL;
    for (size_t i = 0; i < COMMON; i++)
        list.specs[list.count++] = &COMMON_OPTIONS[i];
    return list;
}

size_t find_long(const option_list *list, const char *name, size_t length)
{
    size_t i = 0;
    while (i < list->count &&
           (list->specs[i]->kind == OPTION_GROUP || strlen(list->specs[i]->name) != length ||
            strncmp(list->specs[i]->name, name, length) != 0))
        i++;
    return i;
}

size_t find_letter(const option_list *list, char letter)
{
    size_t i = 0;
    while (i < list->count && !(letter && list->specs[i]->letter == letter))
        i++;
    return i;
}

bool needs_value(const option_spec *spec)
{
    return spec->kind != OPTION_FLAG && !spec->bare;
}

bool is_help(const option_spec *spec)
{
    return spec == &COMMON_OPTIONS[HELP];
}

bool is_only_typed(const option_spec *spec)
{
    return is_help(spec) || spec == &COMMON_OPTIONS[OPTIONS] || spec == &COMMON_OPTIONS[NO_CONFIG];
}
