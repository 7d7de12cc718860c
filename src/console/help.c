#include "help.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 28 };

/* Prints the words of a choice, " auto|keras|text". Returns their length. */
static int print_choices(const option_spec *spec)
{
    int width = 0;
    const char *word;
    for (int i = 0; (word = spec->words(i)) != NULL; i++)
        width += printf("%c%s", i ? '|' : ' ', word);
    return width;
}

/* A list without a number is a default that the command chooses later. */
static void print_list_default(const int64_t *numbers)
{
    for (size_t i = 0; numbers[i]; i++)
        printf("%s%" PRId64, i ? "," : " (default ", numbers[i]);
    if (numbers[0])
        putchar(')');
}

/* A number below its range is a default that the command chooses later, and a text that is NULL has
 * none. */
static void print_default(const option_spec *spec)
{
    switch (spec->kind) {
    case OPTION_INTEGER:
        if (*(const int64_t *)spec->target >= (int64_t)spec->low)
            printf(" (default %" PRId64 ")", *(const int64_t *)spec->target);
        break;
    case OPTION_LIST:
        print_list_default(spec->target);
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
        printf(" (default %s)", spec->words(*(const int *)spec->target));
        break;
    case OPTION_FLAG:
    case OPTION_SIZE:
    case OPTION_TEXTS:
        break;
    }
}

static void print_option(const option_spec *spec)
{
    int width = printf(spec->letter ? "  -%c, " : "      ", spec->letter);
    width += printf("--%s", spec->name);
    if (spec->kind == OPTION_CHOICE)
        width += print_choices(spec);
    else if (spec->bare)
        width += printf("[=%s]", spec->value);
    else if (spec->kind != OPTION_FLAG)
        width += printf(" %s", spec->value);
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
