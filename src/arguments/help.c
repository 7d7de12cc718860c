#include "help.h"

#include <stdio.h>

#include "option_text.h"

enum { HELP_COLUMN = 28 };

static void print_option(const option_spec *spec)
{
    if (spec->kind == OPTION_GROUP) {
        printf("\n%s:\n", spec->name);
        return;
    }
    int width = printf(spec->letter ? "  -%c, " : "      ", spec->letter);
    width += printf("--%s%s", spec->name, option_value_text(spec).text);
    if (width >= HELP_COLUMN)
        printf("\n%*s", HELP_COLUMN, "");
    else
        printf("%*s", HELP_COLUMN - width, "");
    fputs(spec->help, stdout);
    const option_text value = option_default_text(spec);
    if (value.text[0])
        printf(" (default %s)", value.text);
    putchar('\n');
}

void print_help(const command_spec *command, const option_spec *const *specs, size_t count)
{
    printf("usage: seqnet %s %s\n\n%s\n", command->name, command->arguments, command->summary);
    if (command->details)
        printf("\n%s", command->details);
    if (command->examples)
        printf("\n%s", command->examples);
    puts("\noptions:");
    for (size_t i = 0; i < count; i++)
        print_option(specs[i]);
}
