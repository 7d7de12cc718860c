#include "overview.h"

#include <stdint.h>
#include <string.h>

#include "data_options.h"
#include "environment.h"
#include "listed.h"

enum { COMMAND_COLUMN = 13, VARIABLE_COLUMN = 21 };

static const char USAGE[] = "usage: seqnet <command> [options] [arguments]";
const char OVERVIEW_SUMMARY[] =
    "Trains classifiers on labelled texts, measures and explains them, and classifies with them.";
const char OVERVIEW_EXAMPLES[] =
    "  seqnet train reviews.csv -o reviews.safetensors\n"
    "  seqnet predict -m reviews.safetensors \"a wonderful film, from start to finish\"\n"
    "  seqnet train imdb.npz\n"
    "  seqnet evaluate imdb.npz\n";

static void put_beginning(const help_page *page)
{
    put_paragraph(page, USAGE, 0, strlen("usage: seqnet "));
    fputc('\n', page->out);
    put_paragraph(page, OVERVIEW_SUMMARY, 0, 0);
}

static void put_command(const help_page *page, const command_entry *entry)
{
    put_row(page, "  ", entry->name, "", entry->summary, COMMAND_COLUMN);
}

static void put_environment(const help_page *page)
{
    put_heading(page, "Environment");
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++)
        put_row(page, "  ", ENVIRONMENT[i].name, "", ENVIRONMENT[i].meaning, VARIABLE_COLUMN);
}

void put_overview(const help_page *page, const command_table *commands)
{
    put_beginning(page);
    for (size_t i = 0; i < commands->count; i++) {
        const command_entry *const entry = &commands->entries[i];
        if (i == 0 || strcmp(entry->task, entry[-1].task) != 0)
            put_heading(page, entry->task);
        put_command(page, entry);
    }
    put_heading(page, "Help");
    put_row(page, "  ", "help", "",
            "'seqnet help COMMAND' shows all that there is to say of a command, 'seqnet COMMAND "
            "-h' what matters most, 'seqnet --version' the version and what this machine gives",
            COMMAND_COLUMN);
    put_row(page, "  ", "--generate", "",
            "prints man pages, 'man' or 'man COMMAND', and completions for shells: "
            "'complete-bash', 'complete-zsh', 'complete-fish'",
            COMMAND_COLUMN);
    fputc('\n', page->out);
    put_paragraph(page, DATA_HELP, 0, 0);
    put_environment(page);
    put_heading(page, "Examples");
    put_examples(page, OVERVIEW_EXAMPLES, SIZE_MAX);
}

/* "also: load, pad": the commands that are not shown. */
static void put_others(const help_page *page, const command_table *commands)
{
    char names[400] = "also:";
    size_t used = strlen(names);
    bool is_first = true;
    for (size_t i = 0; i < commands->count && used < sizeof names; i++) {
        if (has_word(commands->brief, commands->entries[i].name))
            continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s %s", is_first ? "" : ",",
                                 commands->entries[i].name);
        is_first = false;
    }
    fputs("  ", page->out);
    put_paragraph(page, names, 2, COMMAND_COLUMN);
}

void put_brief_overview(const help_page *page, const command_table *commands)
{
    put_beginning(page);
    put_heading(page, "Commands");
    for (size_t i = 0; i < commands->count; i++)
        if (has_word(commands->brief, commands->entries[i].name))
            put_command(page, &commands->entries[i]);
    put_others(page, commands);
    put_heading(page, "Examples");
    put_examples(page, OVERVIEW_EXAMPLES, 2);
    fputc('\n', page->out);
    put_paragraph(page, "'seqnet COMMAND -h' says more of a command, 'seqnet --help' of them all.",
                  0, 0);
}
