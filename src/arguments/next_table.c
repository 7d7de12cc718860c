#include "next_table.h"

/* Who takes the next table; NULL: it is parsed with. */
static table_reader *next_reader;
static void *next_context;

void read_next_table(table_reader *reader, void *context)
{
    next_reader = reader;
    next_context = context;
}

bool hand_table(const command_spec *command, const option_spec *const *specs, size_t count)
{
    table_reader *const reader = next_reader;
    next_reader = NULL;
    if (reader)
        reader(next_context, command, specs, count);
    return reader != NULL;
}
