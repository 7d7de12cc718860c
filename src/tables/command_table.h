/* The table of commands, as main finds them and as the overview, the manual and completions list
 * them. */
#ifndef TABLES_COMMAND_TABLE_H
#define TABLES_COMMAND_TABLE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct command_entry {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
    /* Several processes share its work; else the first one does all of it. */
    bool spreads;
    /* The heading that it stands under in lists; those under one stand together. */
    const char *task;
} command_entry;

typedef struct command_table {
    const command_entry *entries;
    size_t count;
    /* The names of those that the short overview describes, with blanks between them. */
    const char *brief;
} command_table;

/* NULL: there is no such command. */
const command_entry *find_command(const command_table *table, const char *name);

#endif
