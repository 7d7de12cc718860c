#include "complete.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/number.h>

#include "answer.h"
#include "errors.h"
#include "next_table.h"
#include "typed_line.h"
#include "values.h"

/* The scripts, NUL at the end. */
extern const char complete_bash[], complete_zsh[], complete_fish[];

const char *completion_script(const char *shell)
{
    return strcmp(shell, "bash") == 0   ? complete_bash
           : strcmp(shell, "zsh") == 0  ? complete_zsh
           : strcmp(shell, "fish") == 0 ? complete_fish
                                        : NULL;
}

static void answer_commands(const answer *a, const command_table *commands)
{
    begin_answer("words", "command");
    for (size_t i = 0; i < commands->count; i++)
        offer(a, commands->entries[i].name, commands->entries[i].summary);
}

/* The first word behind the program's name. */
static void answer_first(const answer *a, const command_table *commands)
{
    if (current_word(a)[0] == '-') {
        begin_answer("words", "option");
        offer(a, "--help", "list the commands");
        offer(a, "--version", "show the version and what this machine has");
        offer(a, "--generate", "print manual pages and completions");
    } else {
        answer_commands(a, commands);
        offer(a, "help", "show the help of a command");
    }
}

static void answer_generate(const answer *a, const command_table *commands)
{
    if (a->typed->current == 2) {
        begin_answer("words", "what to print");
        offer(a, "man", "manual page of seqnet or of a command");
        offer(a, "complete-bash", "completion for bash");
        offer(a, "complete-zsh", "completion for zsh");
        offer(a, "complete-fish", "completion for fish");
    } else if (strcmp(a->typed->words[2], "man") == 0) {
        answer_commands(a, commands);
    }
}

/* Offers the options that are not on the line yet, and those that may be repeated. */
static void answer_options(const answer *a, const typed_line *line)
{
    char name[80];
    begin_answer("words", "option");
    for (size_t i = 0; i < line->options.count; i++) {
        const option_spec *const spec = line->options.specs[i];
        if (spec->kind == OPTION_GROUP || (line->is_typed[i] && spec->kind != OPTION_TEXTS))
            continue;
        (void)snprintf(name, sizeof name, "--%s", spec->name);
        offer(a, name, spec->help);
    }
}

static void answer_table(void *context, const command_spec *command,
                         const option_spec *const *specs, size_t count)
{
    answer *const a = context;
    typed_line line;
    if (!read_line(&line, a->typed, command, specs, count))
        return;
    if (line.place == AT_VALUE)
        answer_value(a, &line);
    else if (line.place == AT_OPTION || (!answer_argument(a, &line) && line.takes_options))
        answer_options(a, &line);
    free_line(&line);
}

static void answer_line(answer *a, const command_table *commands)
{
    const typed_words *const typed = a->typed;
    if (typed->is_redirected) {
        begin_answer("files", "file");
    } else if (typed->current == 1) {
        answer_first(a, commands);
    } else if (strcmp(typed->words[1], "help") == 0) {
        answer_commands(a, commands);
    } else if (strcmp(typed->words[1], "--generate") == 0) {
        answer_generate(a, commands);
    } else {
        const command_entry *const entry = find_command(commands, typed->words[1]);
        char *arguments[] = {typed->words[1], NULL};
        read_next_table(answer_table, a);
        if (entry)
            (void)entry->run(1, arguments);
    }
}

/* Takes the words of zsh and fish, with the index of the current one in front. */
static bool take_arguments(typed_words *typed, int argc, char **argv, bool is_raw)
{
    int64_t index;
    return argc >= 2 && seqnet_parse_int64(argv[0], &index) && index >= 0 && index < argc - 1 &&
           take_words(typed, argv + 1, (size_t)argc - 1, (size_t)index, is_raw);
}

/* Takes the line as the shell hands it over. Returns false when it cannot be read. */
static bool take_typed(answer *a, typed_words *typed, int argc, char **argv)
{
    const char *const shell = argc > 1 ? argv[1] : "";
    a->shell = strcmp(shell, "zsh") == 0    ? SHELL_ZSH
               : strcmp(shell, "fish") == 0 ? SHELL_FISH
                                            : SHELL_BASH;
    if (a->shell != SHELL_BASH)
        return take_arguments(typed, argc - 2, argv + 2, a->shell == SHELL_FISH);
    return argc == 5 && strcmp(shell, "bash") == 0 && split_line(typed, argv[3], argv[4], argv[2]);
}

/* A disk that does not answer must not hold up who types. */
static void on_alarm(int number)
{
    (void)number;
    _exit(EXIT_DONE);
}

int complete(const command_table *commands, int argc, char **argv)
{
    typed_words typed = {0};
    answer a = {.typed = &typed};
    signal(SIGALRM, on_alarm);
    (void)alarm(1);
    if (take_typed(&a, &typed, argc, argv) && typed.current > 0)
        answer_line(&a, commands);
    free_words(&typed);
    return EXIT_DONE;
}
