#include "manual.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <seqnet/seqnet.h>

#include "complete.h"
#include "errors.h"
#include "help_page.h"
#include "next_table.h"
#include "roff.h"
#include "terminal.h"

/* Examples fit a page of 60 columns. */
enum { EXAMPLE_WIDTH = 51 };

/* The date of $SOURCE_DATE_EPOCH; empty without one. */
static void set_date(char *date, size_t room)
{
    int64_t seconds;
    const char *const epoch = getenv("SOURCE_DATE_EPOCH");
    *date = '\0';
    if (!epoch || !seqnet_parse_int64(epoch, &seconds))
        return;
    const time_t time = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&time, &parts))
        (void)strftime(date, room, "%Y-%m-%d", &parts);
}

void put_page_head(FILE *out, const char *command, const char *summary)
{
    char date[40];
    set_date(date, sizeof date);
    fputs(".TH SEQNET", out);
    if (command)
        fputs("\\-", out);
    for (const char *c = command ? command : ""; *c; c++)
        fputc(toupper((unsigned char)*c), out);
    fprintf(out, " 1 \"%s\" \"seqnet %s\" \"seqnet manual\"\n.nh\n.ad l\n", date, seqnet_version());
    roff_section(out, "NAME");
    fprintf(out, "seqnet%s%s \\- ", command ? "\\-" : "", command ? command : "");
    roff_words(out, summary);
}

/* Writes lines as they are, which may begin with what would be a request. */
static void put_lines(FILE *out, const char *lines)
{
    char line[400];
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        (void)snprintf(line, sizeof line, "%.*s", (int)length, lines);
        fputs("\\&", out);
        roff_put(out, ROFF_PLAIN, line);
        fputc('\n', out);
        lines += length + (lines[length] == '\n');
    }
}

void put_example_section(FILE *out, const char *lines)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const memory = open_memstream(&text, &size);
    if (!memory)
        return;
    const help_page page = {.out = memory, .width = EXAMPLE_WIDTH};
    put_examples(&page, lines, SIZE_MAX);
    const int failed = fclose(memory);
    roff_section(out, "EXAMPLES");
    roff_begin_lines(out);
    if (!failed)
        put_lines(out, text);
    roff_end_lines(out);
    free(text);
}

/* The page of a command that is being written. */
typedef struct page_of_command {
    FILE *out;
    const char *summary;
} page_of_command;

static void take_table(void *context, const command_spec *command, const option_spec *const *specs,
                       size_t count)
{
    const page_of_command *const page = context;
    put_command_page(page->out, page->summary, command, specs, count);
}

static int generate_page(const command_table *commands, char *name)
{
    const command_entry *const entry = find_command(commands, name);
    if (!entry) {
        complain("--generate man %s: there is no such command; 'seqnet help' lists them", name);
        return EXIT_USAGE;
    }
    char *arguments[] = {name, NULL};
    page_of_command page = {.out = stdout, .summary = entry->summary};
    read_next_table(take_table, &page);
    return entry->run(1, arguments);
}

static int generate_man(const command_table *commands, char *name)
{
    if (name && strcmp(name, "help") != 0) /* the main page has what help does */
        return generate_page(commands, name);
    put_main_page(stdout, commands);
    return EXIT_DONE;
}

int generate(const command_table *commands, int argc, char **argv)
{
    static const char COMPLETE[] = "complete-";
    const char *const what = argc > 1 ? argv[1] : "";
    const char *const script = strncmp(what, COMPLETE, sizeof COMPLETE - 1) == 0
                                   ? completion_script(what + sizeof COMPLETE - 1)
                                   : NULL;
    if (strcmp(what, "man") == 0 && argc <= 3)
        return generate_man(commands, argv[2]);
    if (argc == 2 && script) {
        fputs(script, stdout);
        return EXIT_DONE;
    }
    if (argc == 2 && strcmp(what, "commands") == 0) {
        for (size_t i = 0; i < commands->count; i++)
            puts(commands->entries[i].name);
        return EXIT_DONE;
    }
    complain("--generate%s%s: expected man, man COMMAND, complete-bash, complete-zsh or "
             "complete-fish",
             *what ? " " : "", argc > 3 || (argc > 2 && script) ? "with more arguments" : what);
    return EXIT_USAGE;
}
