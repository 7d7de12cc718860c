#include "other_commands.h"

#include <string.h>

#include "next_table.h"

static const command_table none, *commands = &none;

void set_commands(const command_table *table)
{
    commands = table;
}

const command_table *known_commands(void)
{
    return commands;
}

/* The option that is looked for, and where it goes. */
typedef struct search {
    const char *name;
    char letter;
    bool is_found;
    option_spec found;
} search;

static void look_through(void *context, const command_spec *command,
                         const option_spec *const *specs, size_t count)
{
    search *const s = context;
    (void)command;
    for (size_t i = 0; i < count && !s->is_found; i++) {
        s->is_found = specs[i]->kind != OPTION_GROUP &&
                      (s->name ? strcmp(specs[i]->name, s->name) == 0
                               : s->letter && specs[i]->letter == s->letter);
        if (s->is_found)
            s->found = *specs[i];
    }
}

const char *other_command_with(const char *own, const char *name, char letter, option_spec *spec)
{
    for (size_t i = 0; i < commands->count; i++) {
        search s = {.name = name, .letter = letter};
        const command_entry *const entry = &commands->entries[i];
        char word[32] = "", *argv[] = {word, NULL};
        if (strcmp(entry->name, own) == 0)
            continue;
        strncat(word, entry->name, sizeof word - 1);
        read_next_table(look_through, &s);
        (void)entry->run(1, argv);
        read_next_table(NULL, NULL);
        if (s.is_found && spec)
            *spec = s.found;
        if (s.is_found)
            return entry->name;
    }
    return NULL;
}
