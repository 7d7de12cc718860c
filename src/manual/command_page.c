#include <ctype.h>
#include <string.h>

#include "manual.h"
#include "option_text.h"
#include "roff.h"

/* Writes a usage line: options bold, names of values italic. */
static void put_usage(FILE *out, const char *usage)
{
    char word[80];
    while (*usage) {
        const bool is_letter = isalpha((unsigned char)*usage);
        const bool is_option = *usage == '-';
        size_t length = 1;
        while ((is_letter || is_option) &&
               (isalnum((unsigned char)usage[length]) || usage[length] == '-'))
            length++;
        (void)snprintf(word, sizeof word, "%.*s", (int)length, usage);
        const bool is_name =
            is_letter && (isupper((unsigned char)*usage) || strcmp(word, "options") == 0);
        roff_put(out, is_option ? ROFF_BOLD : is_name ? ROFF_ITALIC : ROFF_PLAIN, word);
        usage += length;
    }
    fputc('\n', out);
}

static void put_synopsis(FILE *out, const command_spec *command)
{
    roff_section(out, "SYNOPSIS");
    roff_put(out, ROFF_BOLD, "seqnet ");
    roff_put(out, ROFF_BOLD, command->name);
    fputc(' ', out);
    put_usage(out, command->arguments);
}

/* The value behind the name: of choices the words, else "=N" or " N" in italics. */
static void put_value(FILE *out, const option_spec *spec)
{
    const option_text value = option_value_text(spec);
    if (!value.text[0])
        return;
    if (spec->bare) {
        roff_put(out, ROFF_PLAIN, "[=");
        roff_put(out, ROFF_ITALIC, spec->value);
        roff_put(out, ROFF_PLAIN, "]");
    } else {
        roff_put(out, spec->kind == OPTION_CHOICE ? ROFF_PLAIN : ROFF_ITALIC, value.text);
    }
}

/* "1 to 100000": the range of a number; empty for others. */
static option_text range_of(const option_spec *spec)
{
    option_text range = {""};
    const bool is_number =
        spec->kind == OPTION_INTEGER || spec->kind == OPTION_LIST || spec->kind == OPTION_REAL;
    if (is_number && spec->high >= 2147483647.0)
        (void)snprintf(range.text, sizeof range.text, "at least %.15g", spec->low);
    else if (is_number)
        (void)snprintf(range.text, sizeof range.text, "%.15g to %.15g", spec->low, spec->high);
    return range;
}

static void put_option(FILE *out, const option_spec *spec)
{
    char text[1200];
    const char letter[] = {'-', spec->letter, '\0'};
    const option_text usual = option_default_text(spec), range = range_of(spec);
    roff_item(out);
    if (spec->letter) {
        roff_put(out, ROFF_BOLD, letter);
        roff_put(out, ROFF_PLAIN, ", ");
    }
    roff_put(out, ROFF_BOLD, "--");
    roff_put(out, ROFF_BOLD, spec->name);
    put_value(out, spec);
    fputc('\n', out);
    (void)snprintf(text, sizeof text, "%s%s%s%s%s%s%s", spec->help, range.text[0] ? " [" : "",
                   range.text, range.text[0] ? "]" : "", usual.text[0] ? " (default: " : "",
                   usual.text, usual.text[0] ? ")" : "");
    roff_words(out, text);
}

static void put_options(FILE *out, const option_spec *const *specs, size_t count)
{
    roff_section(out, "OPTIONS");
    for (size_t i = 0; i < count; i++)
        if (specs[i]->kind == OPTION_GROUP)
            roff_subsection(out, specs[i]->name);
        else
            put_option(out, specs[i]);
}

void put_command_page(FILE *out, const char *summary, const command_spec *command,
                      const option_spec *const *specs, size_t count)
{
    put_page_head(out, command->name, summary);
    put_synopsis(out, command);
    roff_section(out, "DESCRIPTION");
    roff_words(out, command->summary);
    if (command->details) {
        if (*command->details != ' ')
            roff_paragraph(out);
        roff_paragraphs(out, command->details);
    }
    put_options(out, specs, count);
    if (command->examples)
        put_example_section(out, command->examples);
    roff_section(out, "SEE ALSO");
    fputs("\\fBseqnet\\fR(1), which has exit status, environment and files\n", out);
}
