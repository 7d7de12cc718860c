#include "help.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 28 };

static void print_choices(const option_spec *spec)
{
    for (size_t i = 0; spec->choices[i]; i++)
        printf("%s%s", i ? "|" : "", spec->choices[i]);
}

static void print_default(const option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_INTEGER:
        if (*(const int64_t *)spec->target >= (int64_t)spec->low)
            printf(" (default %" PRId64 ")", *(const int64_t *)spec->target);
        break;
    case OPTION_REAL:
        if (*(const double *)spec->target >= spec->low)
            printf(" (default %g)", *(const double *)spec->target);
        break;
    case OPTION_TEXT:
        if (*(const char *const *)spec->target)
            printf(" (default %s)", *(const char *const *)spec->target);
        break;
    case OPTION_CHOICE:
        if (spec->choices[*(const size_t *)spec->target])
            printf(" (default %s)", spec->choices[*(const size_t *)spec->target]);
        break;
    case OPTION_FLAG:
        break;
    }
}

static void print_option(const option_spec *spec)
{
    int width = printf(spec->letter ? "  -%c, " : "      ", spec->letter);
    width += printf("--%s", spec->name);
    if (spec->kind == OPTION_CHOICE) {
        putchar(' ');
        print_choices(spec);
        width += 1;
        for (size_t i = 0; spec->choices[i]; i++)
            width += (int)strlen(spec->choices[i]) + (i > 0);
    } else if (spec->kind != OPTION_FLAG) {
        width += printf(" %s", spec->value);
    }
    if (width >= HELP_COLUMN)
        printf("\n%*s", HELP_COLUMN, "");
    else
        printf("%*s", HELP_COLUMN - width, "");
    fputs(spec->help, stdout);
    print_default(spec);
    putchar('\n');
}

void print_help(const command_spec *command, const option_spec *const *specs, size_t count)
{
    printf("usage: seqnet %s %s\n\n%s\n", command->name, command->arguments, command->summary);
    if (command->details)
        printf("\n%s", command->details);
    puts("\noptions:");
    for (size_t i = 0; i < count; i++)
        print_option(specs[i]);
}
