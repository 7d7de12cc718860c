/*
 * seqnet <command> [options] [arguments]: finds the command in a table and runs it. Results go to
 * standard output, everything else to standard error.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "complete.h"
#include "configuration.h"
#include "errors.h"
#include "manual.h"
#include "nearest.h"
#include "notes.h"
#include "options.h"
#include "other_commands.h"
#include "outputs.h"
#include "overview.h"
#include "ranks.h"
#include "terminal.h"
#include "unknown_words.h"

static void print_version(void)
{
    note_instruction_set_problem();
    note_blas_problem();
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    fprintf(out, "seqnet %s\nmatrix products: %s, %s\ninstruction set: %s\nthreads: %zu\n",
            seqnet_version(), seqnet_blas_name(), seqnet_blas_choice(), seqnet_instruction_set(),
            seqnet_usable_cores());
    end_wrapped(&text);
}

static int overview(FILE *out, bool is_brief)
{
    const help_page page = help_page_for(out);
    (is_brief ? put_brief_overview : put_overview)(&page, &COMMANDS);
    return EXIT_DONE;
}

/* Shows the help of the commands that are named, or of seqnet. */
static int help(int argc, char **argv)
{
    char option[] = "--help";
    if (argc > 1 && argv[1][0] == '-')
        return overview(stdout, strcmp(argv[1], "-h") == 0);
    for (int i = 1; i < argc; i++)
        if (!find_command(&COMMANDS, argv[i]))
            return refuse_command("", argv[i]);
    for (int i = 1; i < argc; i++) {
        char *arguments[] = {argv[i], option, NULL};
        if (i > 1)
            putchar('\n');
        (void)find_command(&COMMANDS, argv[i])->run(2, arguments);
    }
    return argc > 1 ? EXIT_DONE : overview(stdout, false);
}

/* Options that stand alone, in the place of a command. */
enum { FIRST_OPTIONS = 3 };

static const char *first_option(const void *context, size_t i)
{
    static const char *const OPTIONS[FIRST_OPTIONS] = {"--version", "--help", "--generate"};
    (void)context;
    return OPTIONS[i];
}

/* Refuses an option in the place of the command. */
static int refuse_first_option(const char *typed)
{
    const char *const near = nearest_word(typed, first_option, NULL, FIRST_OPTIONS);
    if (near)
        complain("unknown option '%s'; did you mean '%s'?", typed, near);
    else
        complain("the command comes first: seqnet <command> [options]; 'seqnet help' lists them");
    return EXIT_USAGE;
}

/* Runs the command, and tells of options that were not typed where they may be what is wrong. */
static int run_command(const command_entry *entry, int argc, char **argv)
{
    const int code = entry->run(argc, argv);
    if (code == EXIT_USAGE || code == SEQNET_ERR_DATA || code == SEQNET_ERR_MODEL)
        tell_configuration();
    return code;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        overview(stderr, true);
        return EXIT_USAGE;
    }
    const char *const name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        print_version();
        return EXIT_DONE;
    }
    if (strcmp(name, "-h") == 0)
        return overview(stdout, true);
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(name, "--generate") == 0)
        return generate(&COMMANDS, argc - 1, argv + 1);
    if (name[0] == '-')
        return refuse_first_option(name);
    const command_entry *const entry = find_command(&COMMANDS, name);
    if (!entry)
        return refuse_command("", name);
    return entry->spreads || works_alone() ? run_command(entry, argc - 1, argv + 1) : EXIT_DONE;
}

/* A page of a mapped file that is no longer there. */
static void on_lost_page(int number)
{
    static const char SENTENCE[] =
        "seqnet: a file that is mapped became shorter, or its disk failed, while it was used; see "
        "that no program changes it, and try again\n";
    (void)number;
    const ssize_t written = write(STDERR_FILENO, SENTENCE, sizeof SENTENCE - 1);
    (void)written; /* a failure to print the sentence cannot be reported */
    _exit(SEQNET_ERR_DATA);
}

int main(int argc, char **argv)
{
    signal(SIGBUS, on_lost_page);
    signal(SIGPIPE, SIG_DFL); /* a closed pipe ends the program, even if the parent ignores it */
    if (argc > 1 && strcmp(argv[1], "--complete") == 0)
        return close_output(complete(&COMMANDS, argc - 1, argv + 1));
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes becomes an error of writing */
    set_commands(&COMMANDS);
    int code = join_ranks();
    if (code == PARSED)
        code = close_output(dispatch(argc, argv));
    return leave_ranks(code);
}
