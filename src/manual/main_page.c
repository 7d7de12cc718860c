#include <string.h>

#include <seqnet/seqnet.h>

#include "data_options.h"
#include "environment.h"
#include "exit_codes.h"
#include "manual.h"
#include "option_table.h"
#include "overview.h"
#include "roff.h"

/* Files that seqnet looks for by itself. */
static const struct {
    const char *name, *meaning;
} FILES[] = {
    {DEFAULT_MODEL, "the model that train writes and other commands read when none is named, in "
                    "the current folder"},
    {"$XDG_CONFIG_HOME/seqnet/config", "options that need not be typed; without the variable "
                                       "~/.config/seqnet/config"},
    {"imdb_word_index.json", "the words of Keras's IMDB data: beside DATA, in $SEQNET_DATA, or in "
                             "~/.keras/datasets"},
};

static void put_item(FILE *out, const char *name, const char *meaning)
{
    roff_item(out);
    roff_put(out, ROFF_BOLD, name);
    fputc('\n', out);
    roff_words(out, meaning);
}

static void put_synopsis(FILE *out)
{
    roff_section(out, "SYNOPSIS");
    fputs("\\fBseqnet\\fR \\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n.br\n"
          "\\fBseqnet help\\fR [\\fICOMMAND\\fR...]\n.br\n"
          "\\fBseqnet \\-\\-version\\fR\n.br\n"
          "\\fBseqnet \\-\\-generate man\\fR [\\fICOMMAND\\fR]\n.br\n"
          "\\fBseqnet \\-\\-generate complete\\-bash\\fR|\\:\\fBcomplete\\-zsh\\fR|\\:"
          "\\fBcomplete\\-fish\\fR\n",
          out);
}

static void put_commands(FILE *out, const command_table *commands)
{
    roff_section(out, "COMMANDS");
    for (size_t i = 0; i < commands->count; i++) {
        const command_entry *const entry = &commands->entries[i];
        if (i == 0 || strcmp(entry->task, entry[-1].task) != 0)
            roff_subsection(out, entry->task);
        roff_item(out);
        fprintf(out, "\\fBseqnet\\-%s\\fR(1)\n", entry->name);
        roff_words(out, entry->summary);
    }
}

static void put_exit_status(FILE *out)
{
    char code[20];
    roff_section(out, "EXIT STATUS");
    for (size_t i = 0; i < EXIT_MEANING_COUNT; i++) {
        (void)snprintf(code, sizeof code, "%d", EXIT_MEANINGS[i].code);
        put_item(out, code, EXIT_MEANINGS[i].meaning);
    }
}

static void put_environment(FILE *out)
{
    roff_section(out, "ENVIRONMENT");
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++)
        put_item(out, ENVIRONMENT[i].name, ENVIRONMENT[i].meaning);
}

static void put_files(FILE *out)
{
    roff_section(out, "FILES");
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        put_item(out, FILES[i].name, FILES[i].meaning);
}

static void put_see_also(FILE *out, const command_table *commands)
{
    roff_section(out, "SEE ALSO");
    for (size_t i = 0; i < commands->count; i++)
        fprintf(out, "\\fBseqnet\\-%s\\fR(1)%s\n", commands->entries[i].name,
                i + 1 < commands->count ? "," : "");
    roff_paragraph(out);
    roff_words(out, "The guide, with what the options are for, is installed in the folder "
                    "doc/seqnet beside that of the manual.");
}

void put_main_page(FILE *out, const command_table *commands)
{
    put_page_head(out, NULL, "train, measure, explain and use classifiers of texts");
    put_synopsis(out);
    roff_section(out, "DESCRIPTION");
    roff_words(out, OVERVIEW_SUMMARY);
    roff_paragraph(out);
    roff_words(out, "Results go to standard output, everything else to standard error. 'seqnet "
                    "help COMMAND' prints what the page of a command has, and 'seqnet COMMAND -h' "
                    "what matters most.");
    put_commands(out, commands);
    roff_section(out, "DATA");
    roff_paragraphs(out, DATA_HELP);
    put_exit_status(out);
    put_environment(out);
    put_files(out);
    put_example_section(out, OVERVIEW_EXAMPLES);
    put_see_also(out, commands);
}
