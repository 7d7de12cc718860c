#include "help.h"

#include <stdint.h>
#include <string.h>

#include "listed.h"
#include "option_text.h"

enum {
    HELP_COLUMN = 30,
    BRIEF_EXAMPLES = 2,
    ROW_TEXT = 800,
    /* On narrower pages further lines of the usage begin farther to the left. */
    WIDTH_FOR_USAGE = 60
};

static void put_usage(const help_page *page, const command_spec *command)
{
    char words[400];
    (void)snprintf(words, sizeof words, "usage: seqnet %s %s", command->name, command->arguments);
    const size_t behind = strlen("usage: seqnet ") + strlen(command->name) + 1;
    put_paragraph(page, words, 0, page->width < WIDTH_FOR_USAGE ? strlen("usage: ") : behind);
    fputc('\n', page->out);
    put_paragraph(page, command->summary, 0, 0);
}

/* The words of a choice that have no room behind its name. */
static void list_words(const option_spec *spec, char text[ROW_TEXT])
{
    const char *word;
    size_t used = (size_t)snprintf(text, ROW_TEXT, "%s: one of", spec->help);
    for (int i = 0; (word = spec->words(i)) != NULL && used < ROW_TEXT; i++)
        used += (size_t)snprintf(text + used, ROW_TEXT - used, "%s %s", i ? "," : "", word);
}

/* What a row says. `brief`: the text up to its first semicolon, and the default where it fits into
 * the line. */
static void describe(const help_page *page, const option_spec *spec, bool brief,
                     char text[ROW_TEXT])
{
    size_t used = strlen(text);
    if (brief)
        used = strcspn(text, ";");
    text[used] = '\0';
    const option_text usual = option_default_text(spec);
    const bool fits =
        HELP_COLUMN + used + strlen(" (default: )") + strlen(usual.text) <= page->width;
    if (usual.text[0] && (fits || !brief))
        (void)snprintf(text + used, ROW_TEXT - used, " (default: %s)", usual.text);
}

static void put_option(const help_page *page, const option_spec *spec, bool brief)
{
    char name[80], text[ROW_TEXT];
    const char *const lead = spec->letter ? "  " : "      ";
    if (spec->letter)
        (void)snprintf(name, sizeof name, "-%c, --%s", spec->letter, spec->name);
    else
        (void)snprintf(name, sizeof name, "--%s", spec->name);
    option_text value = option_value_text(spec);
    (void)snprintf(text, sizeof text, "%s", spec->help);
    if (spec->kind == OPTION_CHOICE &&
        strlen(lead) + strlen(name) + strlen(value.text) > page->width) {
        (void)snprintf(value.text, sizeof value.text, " WORD");
        list_words(spec, text);
    }
    describe(page, spec, brief, text);
    put_row(page, lead, name, value.text, text, HELP_COLUMN);
}

static bool has_groups(const option_spec *const *specs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (specs[i]->kind == OPTION_GROUP)
            return true;
    return false;
}

static void put_examples_of(const help_page *page, const command_spec *command, size_t most)
{
    if (!command->examples)
        return;
    put_heading(page, "Examples");
    put_examples(page, command->examples, most);
}

void put_help(const help_page *page, const command_spec *command, const option_spec *const *specs,
              size_t count)
{
    put_usage(page, command);
    if (command->details) {
        fputc('\n', page->out);
        put_paragraphs(page, command->details);
    }
    if (!has_groups(specs, count))
        put_heading(page, "Options");
    for (size_t i = 0; i < count; i++)
        if (specs[i]->kind == OPTION_GROUP)
            put_heading(page, specs[i]->name);
        else
            put_option(page, specs[i], false);
    put_examples_of(page, command, SIZE_MAX);
}

static bool is_brief(const command_spec *command, const option_spec *spec)
{
    return spec->kind != OPTION_GROUP && (!command->brief || has_word(command->brief, spec->name));
}

void put_brief_help(const help_page *page, const command_spec *command,
                    const option_spec *const *specs, size_t count)
{
    char more[120];
    size_t options = 0;
    put_usage(page, command);
    put_heading(page, "Options");
    for (size_t i = 0; i < count; i++) {
        if (is_brief(command, specs[i]))
            put_option(page, specs[i], true);
        options += specs[i]->kind != OPTION_GROUP;
    }
    put_examples_of(page, command, BRIEF_EXAMPLES);
    fputc('\n', page->out);
    (void)snprintf(more, sizeof more, "'seqnet %s --help' shows all %zu options and says more.",
                   command->name, options);
    put_paragraph(page, more, 0, 0);
}
