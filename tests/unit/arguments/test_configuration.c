/* Options that are not typed: from files, and from variables of the environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Before cmocka's macro fail. */
#include "errors.h"
#include "options.h"
#include "other_commands.h"
#include "record.h"
#include "terminal.h"

#include <cmocka.h>

/* What the options of two commands say. */
typedef struct recipe {
    int64_t minutes, threads, guests;
    bool stirred;
    const char *name, *pots[4];
} recipe;

static const command_spec COOK = {.name = "cook",
                                  .arguments = "[POT...]",
                                  .max_arguments = (size_t)-1,
                                  .reads_arguments = true,
                                  .makes_files = true};
/* What it makes is printed; arguments are texts. */
static const command_spec TASTE = {
    .name = "taste", .arguments = "[TEXT...]", .max_arguments = (size_t)-1};

enum { MOST_WORDS = 16 };

/* The line that was parsed last. */
static recipe found;
static parsed_line line;

static int parse_as(const command_spec *command, int argc, char **argv, parsed_line *parsed)
{
    static option_spec table[6];
    const option_spec options[] = {
        INTEGER_OPTION("minutes", 'm', &found.minutes, 0, 90, "time"),
        INTEGER_OPTION("threads", 'j', &found.threads, 0, 64, "cooks"),
        FLAG_OPTION("stirred", &found.stirred, "stir"),
        TEXT_OPTION("name", "NAME", &found.name, "how it is called"),
        TEXTS_OPTION("pot", "POT", found.pots, 3, "into which it goes"),
        /* only taste has the last one */
        INTEGER_OPTION("guests", 'g', &found.guests, 1, 99, "how many eat"),
    };
    const size_t count = sizeof options / sizeof *options - (command == &COOK);
    memcpy(table, options, sizeof options);
    return parse_options(command, table, count, argc, argv, parsed);
}

/* As the table of commands has them: to be asked for their options. */
static int run_cook(int argc, char **argv)
{
    parsed_line unused;
    return parse_as(&COOK, argc, argv, &unused);
}

static int run_taste(int argc, char **argv)
{
    parsed_line unused;
    return parse_as(&TASTE, argc, argv, &unused);
}

static const command_entry ENTRIES[] = {{.name = "cook", .run = run_cook},
                                        {.name = "taste", .run = run_taste}};
static const command_table COMMANDS = {.entries = ENTRIES, .count = 2};

/* Parses a command line, whose first word is the command. */
static int parse(const char *typed)
{
    static char words[400], *argv[MOST_WORDS];
    int argc = 0;
    found = (recipe){.minutes = 5};
    terminal = (terminal_settings){.quiet = true};
    (void)snprintf(words, sizeof words, "%s", typed);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return parse_as(strcmp(argv[0], "cook") == 0 ? &COOK : &TASTE, argc, argv, &line);
}

static char folder[] = "/tmp/seqnet-configuration-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_bytes(const char *name, const char *bytes, size_t length)
{
    FILE *const file = fopen(in_folder(name), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* The user's file. */
static void configure(const char *text)
{
    write_bytes("seqnet/config", text, strlen(text));
}

static int begin(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chdir(folder) != 0 || mkdir("seqnet", 0700) != 0)
        return -1;
    set_commands(&COMMANDS);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    unsetenv("SEQNET_OPTIONS");
    unsetenv("SEQNET_THREADS");
    setenv("HOME", "/nonexistent", 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    (void)unlink("seqnet/config");
    return 0;
}

static int end(void **state)
{
    (void)state;
    (void)unlink("more");
    (void)unlink("seqnet/config");
    (void)rmdir("seqnet/config");
    return rmdir("seqnet") == 0 && chdir("/") == 0 ? rmdir(folder) : -1;
}

static void assert_refused(const char *typed, const char *sentence)
{
    assert_int_equal(parse(typed), EXIT_USAGE);
    if (!strstr(last_complaint(), sentence))
        fail_msg("'%s' does not say '%s'", last_complaint(), sentence);
}

static void test_a_missing_file_says_nothing(void **state)
{
    (void)state;
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 5);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    assert_int_equal(parse("cook"), PARSED);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_int_equal(parse("cook"), PARSED);
}

static void test_sections_are_for_their_commands(void **state)
{
    (void)state;
    configure("# all\n-m 7 --guests 3\n[cook, taste]\n--stirred\n[taste]\n--name=soup");
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 7);
    assert_true(found.stirred);
    assert_null(found.name);
    assert_string_equal(given_name(&line, &found.minutes), "minutes");
}

static void test_a_backslash_continues_lines(void **state)
{
    (void)state;
    configure("--minutes 7 \\\n  --name \\\n  soup --stirred \\\n");
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 7);
    assert_string_equal(found.name, "soup");
    assert_true(found.stirred);
    configure("");
    setenv("SEQNET_OPTIONS", "-m 8 \\\n  --name \\\nbroth", 1);
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 8);
    assert_string_equal(found.name, "broth");
}

static void test_letters_stand_together(void **state)
{
    (void)state;
    configure("[cook]\n-vqj2\n[taste]\n-x");
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.threads, 2);
    assert_true(terminal.verbose && terminal.quiet);
    configure("-qm 7 -vg3 -vj \\\n4"); /* -g is for taste */
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 7);
    assert_int_equal(found.threads, 4);
    assert_true(terminal.verbose);
    configure("\n-vm");
    assert_refused("cook", "config:2: -m: needs a value, which stands in the same line");
    configure("-vxm");
    assert_refused("cook", "config:1: unknown option '-x'");
    configure("-vh");
    assert_refused("cook", "config:1: -h: is for the line that is typed");
    configure("-minutes 7");
    assert_refused("cook", "config:1: unknown option '-minutes'; did you mean '--minutes'?");
}

static void test_a_command_s_own_section_is_stronger(void **state)
{
    (void)state;
    configure("--minutes 7\n[cook]\n--minutes 8\n[taste]\n--minutes 9");
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.minutes, 8);
}

static void test_sources_have_an_order(void **state)
{
    (void)state;
    configure("--minutes 1 --threads 1 --name file");
    setenv("SEQNET_THREADS", "2", 1);
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.threads, 2);
    setenv("SEQNET_OPTIONS", "-j 3 --name 'of the environment'", 1);
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(found.threads, 3);
    assert_string_equal(found.name, "of the environment");
    write_bytes("more", "-j4", 3);
    assert_int_equal(parse("cook --options more"), PARSED);
    assert_int_equal(found.threads, 4);
    assert_int_equal(parse("cook -j 5 @more --minutes 6"), PARSED);
    assert_int_equal(found.threads, 5);
    assert_int_equal(found.minutes, 6);
    assert_string_equal(found.name, "of the environment");
}

static void test_several_texts_are_replaced_together(void **state)
{
    (void)state;
    configure("--pot a --pot b");
    assert_int_equal(parse("cook"), PARSED);
    assert_string_equal(found.pots[1], "b");
    assert_int_equal(parse("cook --pot c"), PARSED);
    assert_string_equal(found.pots[0], "c");
    assert_null(found.pots[1]);
}

static void test_no_config_leaves_files_and_variables_out(void **state)
{
    (void)state;
    configure("--minuts 1");
    setenv("SEQNET_OPTIONS", "nonsense", 1);
    assert_int_equal(parse("cook --no-config"), PARSED);
    assert_int_equal(found.minutes, 5);
    write_bytes("more", "-m 4", 4);
    assert_int_equal(parse("cook --no-config @more"), PARSED);
    assert_int_equal(found.minutes, 4);
}

static void test_answers_in_a_pipeline_are_those_without_configuration(void **state)
{
    (void)state; /* a test's standard output is no terminal */
    configure("--minutes 7 --threads 2 --color never");
    setenv("SEQNET_OPTIONS", "--stirred", 1);
    assert_int_equal(parse("taste"), PARSED);
    assert_int_equal(found.minutes, 5);
    assert_int_equal(found.threads, 2);
    assert_false(found.stirred);
    assert_int_equal(terminal.color, COLOR_NEVER);
    assert_int_equal(parse("taste --options seqnet/config"), PARSED);
    assert_int_equal(found.minutes, 7);
}

static void test_an_at_sign_begins_texts_where_arguments_are_texts(void **state)
{
    (void)state;
    write_bytes("more", "-m 4", 4);
    assert_int_equal(parse("taste @more"), PARSED);
    assert_int_equal(found.minutes, 5);
    assert_int_equal(parse("cook -- @more"), PARSED);
    assert_int_equal(found.minutes, 5);
    assert_int_equal(line.first, 2);
    assert_int_equal(parse("cook --name @more @"), PARSED);
    assert_int_equal(found.minutes, 5);
}

static void test_files_of_options_are_no_arguments(void **state)
{
    static char words[] = "cook\0a\0@more\0-m\0007\0--\0b"; /* inputs are remembered */
    char *argv[8];
    size_t at = 0;
    (void)state;
    write_bytes("more", "-j 4", 4);
    for (int i = 0; i < 7; i++) {
        argv[i] = words + at;
        at += strlen(argv[i]) + 1;
    }
    argv[7] = NULL;
    assert_int_equal(parse_as(&COOK, 7, argv, &line), PARSED);
    assert_int_equal(line.first, 5);
    assert_string_equal(argv[5], "a");
    assert_string_equal(argv[6], "b");
    assert_int_equal(found.threads, 4);
    assert_int_equal(parse_as(&COOK, 7, argv, &line), PARSED); /* again, as it stands now */
    assert_int_equal(line.first, 5);
    assert_int_equal(found.threads, 4);
}

static void test_the_record_does_the_same_again(void **state)
{
    (void)state;
    configure("--stirred\n--name 'a b'");
    write_bytes("more", "-j 4", 4);
    setenv("SEQNET_THREADS", "2", 1);
    assert_int_equal(parse("cook soup @more --pot c"), PARSED);
    char *const record = recorded_command_line();
    assert_string_equal(record,
                        "seqnet cook --no-config --threads 4 --stirred --name 'a b' soup --pot c");
    free(record);
    clear(state);
    setenv("SEQNET_THREADS", "2", 1);
    assert_int_equal(parse("cook soup -m 1"), PARSED);
    char *const typed = recorded_command_line();
    assert_string_equal(typed, "seqnet cook soup -m 1");
    free(typed);
}

static void test_what_is_wrong_has_a_place(void **state)
{
    (void)state;
    configure("\n[cook]\n--minuts 1");
    assert_refused("cook",
                   "/seqnet/config:3: unknown option '--minuts'; did you mean '--minutes'?");
    assert_int_equal(parse("taste"), PARSED); /* which it is not for */
    configure("--guests 100 --minuts 1");
    assert_refused("cook", "config:1: unknown option '--minuts'");
    configure("--minutes\n7");
    assert_refused("cook", "config:1: --minutes: needs a value, which stands in the same line");
    configure("-m x");
    assert_refused("cook", "config:1: --minutes x: expected a whole number from 0 to 90");
    configure("--stirred=yes");
    assert_refused("cook", "config:1: --stirred=yes: takes no value");
    configure("--minutes 1\n--minutes 2");
    assert_refused("cook", "config:2: --minutes is given twice");
    configure("minutes = 1");
    assert_refused("cook", "config:1: minutes: is no option");
    configure("[cock]");
    assert_refused("cook", "config:1: unknown command 'cock'; did you mean 'cook'?");
    configure("[ ]");
    assert_refused("cook", "config:1: []: names no command");
    configure("--help");
    assert_refused("cook", "config:1: --help: is for the line that is typed");
    configure("--options more");
    assert_refused("cook", "config:1: --options: is for the line that is typed");
    configure("--name 'a\n");
    assert_refused("cook", "config:1: a quote is not closed");
    setenv("SEQNET_OPTIONS", "--minuts", 1);
    assert_refused("cook", "SEQNET_OPTIONS: unknown option '--minuts'");
    setenv("SEQNET_OPTIONS", "", 1);
    configure("");
    setenv("SEQNET_THREADS", "many", 1);
    assert_refused("cook", "SEQNET_THREADS: --threads many: expected a whole number");
    setenv("SEQNET_THREADS", "1' --stirred '", 1);
    assert_refused("cook", "SEQNET_THREADS: --threads 1' --stirred ': expected a whole number");
    setenv("SEQNET_THREADS", "'1'", 1);
    assert_refused("cook", "SEQNET_THREADS: --threads '1': expected a whole number");
    setenv("SEQNET_THREADS", "1 2", 1);
    assert_refused("cook", "SEQNET_THREADS: --threads 1 2: expected a whole number");
}

static void test_what_is_no_file_of_options_is_refused(void **state)
{
    static char large[(1 << 20) + 1];
    (void)state;
    write_bytes("seqnet/config", "-m 1\0", 5);
    assert_refused("cook", "config:1: has a NUL byte");
    memset(large, '\n', sizeof large);
    write_bytes("seqnet/config", large, sizeof large);
    assert_refused("cook", "config: has more than 1 MiB; it should hold options of seqnet");
    write_bytes("seqnet/config", large, sizeof large - 1);
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(unlink("seqnet/config"), 0);
    assert_int_equal(mkdir("seqnet/config", 0700), 0);
    assert_refused("cook", "config: is a folder");
    assert_refused("cook @seqnet", "seqnet: is a folder; it should hold options of seqnet");
    assert_refused("cook @none", "none: cannot be opened");
    assert_int_equal(rmdir("seqnet/config"), 0);
    assert_int_equal(mkfifo("seqnet/config", 0600), 0); /* which nobody writes to */
    assert_int_equal(parse("cook"), PARSED);
    assert_int_equal(unlink("seqnet/config"), 0);
    assert_int_equal(symlink("/dev/zero", "seqnet/config"), 0);
    assert_int_equal(parse("cook"), EXIT_USAGE);
    assert_int_equal(unlink("seqnet/config"), 0);
    assert_int_equal(symlink("config", "seqnet/config"), 0);
    assert_refused("cook", "config: cannot be opened");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_missing_file_says_nothing, clear),
        cmocka_unit_test_setup(test_sections_are_for_their_commands, clear),
        cmocka_unit_test_setup(test_a_backslash_continues_lines, clear),
        cmocka_unit_test_setup(test_letters_stand_together, clear),
        cmocka_unit_test_setup(test_a_command_s_own_section_is_stronger, clear),
        cmocka_unit_test_setup(test_sources_have_an_order, clear),
        cmocka_unit_test_setup(test_several_texts_are_replaced_together, clear),
        cmocka_unit_test_setup(test_no_config_leaves_files_and_variables_out, clear),
        cmocka_unit_test_setup(test_answers_in_a_pipeline_are_those_without_configuration, clear),
        cmocka_unit_test_setup(test_an_at_sign_begins_texts_where_arguments_are_texts, clear),
        cmocka_unit_test_setup(test_files_of_options_are_no_arguments, clear),
        cmocka_unit_test_setup(test_the_record_does_the_same_again, clear),
        cmocka_unit_test_setup(test_what_is_wrong_has_a_place, clear),
        cmocka_unit_test_setup(test_what_is_no_file_of_options_is_refused, clear),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
