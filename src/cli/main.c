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
#include "errors.h"
#include "manual.h"
#include "nearest.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "overview.h"
#include "ranks.h"
#include "terminal.h"

static void print_version(void)
{
    note_instruction_set_problem();
    note_blas_problem();
    printf("seqnet %s\nmatrix products: %s, %s\ninstruction set: %s\nthreads: %zu\n",
           seqnet_version(), seqnet_blas_name(), seqnet_blas_choice(), seqnet_instruction_set(),
           seqnet_usable_cores());
}

static const char *command_name(const void *context, size_t i)
{
    (void)context;
    return COMMANDS.entries[i].name;
}

static int unknown_command(const char *name)
{
    const char *const near = nearest_word(name, command_name, NULL, COMMANDS.count);
    if (near)
        complain("unknown command '%s'; did you mean '%s'?", name, near);
    else
        complain("unknown command '%s'; 'seqnet help' lists the commands", name);
    return EXIT_USAGE;
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
            return unknown_command(argv[i]);
    for (int i = 1; i < argc; i++) {
        char *arguments[] = {argv[i], option, NULL};
        if (i > 1)
            putchar('\n');
        (void)find_command(&COMMANDS, argv[i])->run(2, arguments);
    }
    return argc > 1 ? EXIT_DONE : overview(stdout, false);
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
    if (name[0] == '-') {
        complain("the command comes first: seqnet <command> [options]; 'seqnet help' lists them");
        return EXIT_USAGE;
    }
    const command_entry *const entry = find_command(&COMMANDS, name);
    if (!entry)
        return unknown_command(name);
    return entry->spreads || works_alone() ? entry->run(argc - 1, argv + 1) : EXIT_DONE;
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
    int code = join_ranks();
    if (code == PARSED)
        code = close_output(dispatch(argc, argv));
    return leave_ranks(code);
}
