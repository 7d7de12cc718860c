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
#include "data_options.h"
#include "errors.h"
#include "nearest.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "ranks.h"
#include "terminal.h"

static void print_usage(FILE *out)
{
    fputs("usage: seqnet <command> [options] [arguments]\n\ncommands:\n", out);
    for (size_t i = 0; i < COMMANDS.count; i++)
        fprintf(out, "  %-10s %s\n", COMMANDS.entries[i].name, COMMANDS.entries[i].summary);
    fputs(
        "  help       show the help of a command\n\n"
        "'seqnet help COMMAND' or 'seqnet COMMAND --help' says more; 'seqnet --version' shows the\n"
        "version.\n\n" DATA_HELP "\n"
        "  seqnet train imdb.npz\n"
        "  seqnet train reviews.csv -o reviews.safetensors\n"
        "  seqnet predict \"a wonderful film, from start to finish\"\n",
        out);
}

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

static int help(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    const command_entry *const entry = find_command(COMMANDS, argv[1]);
    if (!entry)
        return unknown_command(argv[1]);
    char option[] = "--help";
    char *arguments[] = {argv[1], option, NULL};
    return entry->run(2, arguments);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    const char *const name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        print_version();
        return EXIT_DONE;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(argc - 1, argv + 1);
    if (name[0] == '-') {
        complain("the command comes first: seqnet <command> [options]; 'seqnet help' lists them");
        return EXIT_USAGE;
    }
    const command_entry *const entry = find_command(COMMANDS, name);
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
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes becomes an error of writing */
    int code = join_ranks();
    if (code == PARSED)
        code = close_output(dispatch(argc, argv));
    return leave_ranks(code);
}
