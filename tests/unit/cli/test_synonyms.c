/* Words of other programs are answered with words that the command in question has; options that
 * exclude each other are there; an option takes a value in all commands or in none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Before cmocka's macro fail. */
#include "commands.h"
#include "errors.h"
#include "exclusions.h"
#include "options.h"
#include "other_commands.h"
#include "synonyms.h"
#include "terminal.h"

#include <cmocka.h>

/* Runs a command line up to what is wrong with it. */
static const char *refusal(const char *command, const char *option)
{
    static char sentence[400];
    char words[2][60];
    char *argv[] = {words[0], words[1], NULL};
    (void)snprintf(words[0], sizeof words[0], "%s", command);
    (void)snprintf(words[1], sizeof words[1], "%s", option);
    assert_int_equal(find_command(&COMMANDS, command)->run(2, argv), EXIT_USAGE);
    (void)snprintf(sentence, sizeof sentence, "%s", last_complaint());
    return sentence;
}

static void assert_refusal(const char *command, const char *option, const char *expected)
{
    const char *const sentence = refusal(command, option);
    if (!strstr(sentence, expected))
        fail_msg("seqnet %s %s: '%s' does not say '%s'", command, option, sentence, expected);
}

/* Whether a command has an option, "--lr" or "-k". */
typedef struct search {
    const char *option;
    bool is_found;
} search;

static void find_option(void *context, const command_spec *command, const option_spec *const *specs,
                        size_t count)
{
    search *const s = context;
    const size_t length = strcspn(s->option, " =|'\"?,;");
    (void)command;
    for (size_t i = 0; i < count; i++) {
        if (specs[i]->kind == OPTION_GROUP)
            continue;
        s->is_found |= s->option[1] == '-'
                           ? strlen(specs[i]->name) == length - 2 &&
                                 strncmp(specs[i]->name, s->option + 2, length - 2) == 0
                           : length == 2 && specs[i]->letter == s->option[1];
    }
}

static bool has(const command_entry *entry, const char *option)
{
    char name[40];
    char *argv[] = {name, NULL};
    search s = {.option = option};
    (void)snprintf(name, sizeof name, "%s", entry->name);
    read_next_table(find_option, &s);
    assert_int_equal(entry->run(1, argv), EXIT_DONE);
    return s.is_found;
}

/* Whether one of the commands has all options of a text, up to a bar. */
static bool some_command_has_all(const char *words)
{
    for (size_t i = 0; i < COMMANDS.count; i++) {
        bool all = true;
        for (const char *c = words; *c && *c != '|'; c++)
            if (*c == '-' && (c == words || c[-1] == ' '))
                all &= has(&COMMANDS.entries[i], c);
        if (all)
            return true;
    }
    return false;
}

/* Checks a command line, "train --init MODEL", up to what ends it. */
static void check_line(const char *words, const char *end)
{
    char name[40];
    const size_t length = strcspn(words, end);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(words, " '"), words);
    const command_entry *const entry = find_command(&COMMANDS, name);
    if (!entry)
        fail_msg("'%s' begins with no command", words);
    for (size_t i = 1; entry && i < length; i++)
        if (words[i] == '-' && words[i - 1] == ' ' && !has(entry, words + i))
            fail_msg("'%s': the command has not all of these options", words);
}

/* Checks the command lines that a remark quotes: 'seqnet tune DATA'. */
static void check_remark(const char *remark)
{
    static const char QUOTED[] = "'seqnet ";
    for (const char *c = remark; c && (c = strstr(c, QUOTED)) != NULL; c++) {
        const char *const words = c + strlen(QUOTED);
        if (strncmp(words, "--version'", 10) != 0 && strncmp(words, "help'", 5) != 0)
            check_line(words, "'");
    }
}

static void test_synonyms_of_commands_are_command_lines(void **state)
{
    size_t count;
    const synonym *const rows = all_command_synonyms(&count);
    (void)state;
    assert_true(count > 15);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].words || rows[i].remark);
        if (rows[i].words)
            check_line(rows[i].words, "");
        check_remark(rows[i].remark);
    }
}

static void test_synonyms_of_options_are_options(void **state)
{
    size_t count;
    const synonym *const rows = all_option_synonyms(&count);
    (void)state;
    assert_true(count > 30);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].words || rows[i].remark);
        for (const char *way = rows[i].words; way && *way; way += strspn(way, "|")) {
            if (!some_command_has_all(way))
                fail_msg("no command has %s", way);
            way += strcspn(way, "|");
        }
        check_remark(rows[i].remark);
    }
}

static void test_no_synonym_is_a_word_of_seqnet_s(void **state)
{
    size_t count;
    const synonym *const rows = all_command_synonyms(&count);
    (void)state;
    for (size_t i = 0; i < COMMANDS.count; i++)
        assert_null(command_synonym(COMMANDS.entries[i].name));
    for (size_t i = 0; i < count; i++)
        for (const char *word = rows[i].typed; *word; word += strspn(word, " ")) {
            char copy[40];
            (void)snprintf(copy, sizeof copy, "%.*s", (int)strcspn(word, " "), word);
            assert_ptr_equal(command_synonym(copy), &rows[i]); /* no word stands twice */
            word += strlen(copy);
        }
}

static void test_options_are_answered_with_what_the_command_has(void **state)
{
    (void)state;
    assert_refusal("train", "--learning-rate", "did you mean '--lr'?");
    assert_refusal("train", "-lr", "unknown option '-lr'; did you mean '--lr'?");
    assert_refusal("train", "-wordNgrams", "did you mean '--word-ngrams'?");
    assert_refusal("train", "-minCount", "did you mean '--min-count'?");
    assert_refusal("train", "-output", "unknown option '-output'; did you mean '--output'?");
    assert_refusal("train", "-dim", "did you mean '--embedding-dim'?");
    assert_refusal("train", "--early-stopping=3", "'--early-stopping'; did you mean '--patience'?");
    assert_refusal("train", "--batch_size", "did you mean '--batch-size'?");
    assert_refusal("train", "-input", "did you mean '--train'?");
    assert_refusal("predict", "-input", "did you mean '--input'?");
    assert_refusal("predict", "--learning-rate", "see 'seqnet predict --help'");
    assert_refusal("predict", "--lr", "it is one of 'seqnet train'");
    assert_refusal("evaluate", "-loss", "the loss follows from the labels");
    assert_refusal("train", "-autotune-duration", "'seqnet tune DATA --minutes N'");
    assert_refusal("train", "--verbose=2", "takes no value; -v says more, -q says nothing");
    assert_refusal("train", "--xyzzy", "unknown option '--xyzzy'; see 'seqnet train --help'");
    assert_refusal("predict", "--cell", "it is one of 'seqnet train'");
}

/* Copies the next of several words with blanks between them; false: there is none. */
static bool next_word(const char **words, char *word, size_t size)
{
    const size_t length = strcspn(*words, " ");
    (void)snprintf(word, size, "%.*s", (int)length, *words);
    *words += length;
    *words += strspn(*words, " ");
    return length > 0;
}

static void assert_has(const char *command, const char *options)
{
    char name[40], option[48];
    const command_entry *const entry = find_command(&COMMANDS, command);
    assert_non_null(entry);
    while (next_word(&options, name, sizeof name)) {
        (void)snprintf(option, sizeof option, "--%s", name);
        if (entry && !has(entry, option))
            fail_msg("%s has no %s", command, option);
    }
}

static const value_need *needed;

/* Checks that the values are words of the choice. */
static void check_values(void *context, const command_spec *command,
                         const option_spec *const *specs, size_t count)
{
    char value[40];
    (void)context;
    (void)command;
    for (size_t i = 0; i < count; i++) {
        if (specs[i]->kind != OPTION_CHOICE || strcmp(specs[i]->name, needed->choice) != 0)
            continue;
        for (const char *values = needed->values; next_word(&values, value, sizeof value);) {
            int word = 0;
            while (specs[i]->words(word) && strcmp(specs[i]->words(word), value) != 0)
                word++;
            assert_non_null(specs[i]->words(word));
        }
    }
}

static void test_options_that_exclude_each_other_exist(void **state)
{
    size_t count;
    const exclusion *const rows = all_exclusions(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *const commands = *rows[i].commands ? rows[i].commands : "train";
        char command[20];
        for (const char *word = commands; next_word(&word, command, sizeof command);) {
            assert_has(command, rows[i].option);
            assert_has(command, rows[i].others);
        }
    }
}

static void test_options_that_need_a_value_of_another_exist(void **state)
{
    size_t count;
    const value_need *const rows = all_value_needs(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_has("train", rows[i].options);
        assert_has("train", rows[i].choice);
        char name[] = "train", *argv[] = {name, NULL};
        needed = &rows[i];
        read_next_table(check_values, NULL);
        assert_int_equal(find_command(&COMMANDS, name)->run(1, argv), EXIT_DONE);
    }
    assert_true(needs_another("train", "filters", "cell", "gru"));
    assert_false(needs_another("train", "filters", "cell", "conv1d"));
    assert_true(needs_another("train", "units", "cell", "conv1d"));
    assert_false(needs_another("train", "units", "optimizer", "sgd"));
}

/* Compares each option with the same one of another command: in a file of options it may stand for
 * all of them, and is skipped by those that do not know it. */
static void compare_values(void *context, const command_spec *command,
                           const option_spec *const *specs, size_t count)
{
    (void)context;
    for (size_t i = 0; i < count; i++) {
        option_spec other;
        if (specs[i]->kind == OPTION_GROUP ||
            !other_command_with(command->name, specs[i]->name, '\0', &other))
            continue;
        if ((other.kind == OPTION_FLAG) != (specs[i]->kind == OPTION_FLAG) ||
            !other.bare != !specs[i]->bare)
            fail_msg("--%s of %s takes another value elsewhere", other.name, command->name);
    }
}

static void test_an_option_takes_a_value_in_all_commands_or_in_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMMANDS.count; i++) {
        char name[40];
        char *argv[] = {name, NULL};
        (void)snprintf(name, sizeof name, "%s", COMMANDS.entries[i].name);
        read_next_table(compare_values, NULL);
        assert_int_equal(COMMANDS.entries[i].run(1, argv), EXIT_DONE);
    }
}

static int begin(void **state)
{
    (void)state;
    set_commands(&COMMANDS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_synonyms_of_commands_are_command_lines),
        cmocka_unit_test(test_synonyms_of_options_are_options),
        cmocka_unit_test(test_no_synonym_is_a_word_of_seqnet_s),
        cmocka_unit_test(test_options_are_answered_with_what_the_command_has),
        cmocka_unit_test(test_options_that_exclude_each_other_exist),
        cmocka_unit_test(test_options_that_need_a_value_of_another_exist),
        cmocka_unit_test(test_an_option_takes_a_value_in_all_commands_or_in_none),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
