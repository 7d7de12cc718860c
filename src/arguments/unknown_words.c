#include "unknown_words.h"

#include <stdio.h>
#include <string.h>

#include "command_table.h"
#include "errors.h"
#include "nearest.h"
#include "other_commands.h"
#include "synonyms.h"
#include "terminal.h"

static const char *option_name(const void *context, size_t i)
{
    const option_spec *const spec = ((const option_list *)context)->specs[i];
    return spec->kind == OPTION_GROUP ? NULL : spec->name;
}

/* The option of the command that differs from the name in its capitals and dashes at most. */
static const char *same_option(const option_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->specs[i]->kind != OPTION_GROUP && is_same_name(list->specs[i]->name, name))
            return list->specs[i]->name;
    return NULL;
}

bool is_long_with_one_dash(const option_list *list, const char *typed)
{
    if (typed[0] != '-' || typed[1] == '-' || !typed[1] || !typed[2])
        return false;
    return same_option(list, typed + 1) || option_synonym(typed + 1);
}

static bool list_has(const void *context, const char *option)
{
    const option_list *const list = context;
    const size_t index = option[1] == '-' ? find_long(list, option + 2, strlen(option + 2))
                                          : find_letter(list, option[1]);
    return index < list->count;
}

/* Prints the synonym's answer; false: it has none for this command. */
static bool answer_synonym(const option_list *list, const char *shown, const char *name)
{
    const char *words = NULL;
    const synonym *const found = option_synonym(name);
    const size_t length = found ? usable_words(found, list_has, list, &words) : 0;
    if (length)
        complain("%sunknown option '%s'; did you mean '%.*s'?", list->place, shown, (int)length,
                 words);
    else if (found && found->remark)
        complain("%sunknown option '%s'; %s", list->place, shown, found->remark);
    return length || (found && found->remark);
}

/* Prints that another command has the option, or a similar one. */
static void answer_unknown(const option_list *list, const char *shown, const char *name)
{
    const char *const near = nearest_word(name, option_name, list, list->count);
    const char *const other = other_command_with(list->command->name, name, 0, NULL);
    if (other)
        complain("%sunknown option '%s'; it is one of 'seqnet %s'", list->place, shown, other);
    else if (near)
        complain("%sunknown option '%s'; did you mean '--%s'?", list->place, shown, near);
    else
        complain("%sunknown option '%s'; see 'seqnet %s --help'", list->place, shown,
                 list->command->name);
}

int refuse_option(const option_list *list, const char *typed)
{
    char shown[64];
    (void)snprintf(shown, sizeof shown, "%.*s", (int)strcspn(typed, "="), typed);
    const char *const name = shown + strspn(shown, "-");
    const char *const same = strlen(name) > 1 ? same_option(list, name) : NULL;
    if (strlen(name) < 2)
        complain("%sunknown option '%s'; see 'seqnet %s --help'", list->place, shown,
                 list->command->name);
    else if (same)
        complain("%sunknown option '%s'; did you mean '--%s'?", list->place, shown, same);
    else if (!answer_synonym(list, shown, name))
        answer_unknown(list, shown, name);
    return EXIT_USAGE;
}

static const char *command_name(const void *context, size_t i)
{
    return ((const command_table *)context)->entries[i].name;
}

int refuse_command(const char *place, const char *typed)
{
    const command_table *const table = known_commands();
    const char *const near = nearest_word(typed, command_name, table, table->count);
    const synonym *const found = command_synonym(typed);
    if (found && found->words)
        complain("%sunknown command '%s'; did you mean '%s'?", place, typed, found->words);
    else if (found)
        complain("%sunknown command '%s'; %s", place, typed, found->remark);
    else if (near)
        complain("%sunknown command '%s'; did you mean '%s'?", place, typed, near);
    else
        complain("%sunknown command '%s'; 'seqnet help' lists the commands", place, typed);
    return EXIT_USAGE;
}
