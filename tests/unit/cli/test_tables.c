/* The option tables of all commands: what the help, the manual and completions rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Before cmocka's macro fail. */
#include "commands.h"
#include "errors.h"
#include "help_page.h"
#include "listed.h"
#include "option_text.h"
#include "options.h"

#include <cmocka.h>

static const char *const GROUPS[] = {"Data", "Words", "Model", "Training", "Output", "General"};
enum { GROUP_COUNT = sizeof GROUPS / sizeof *GROUPS };

/* Hands the table of each command to the reader. */
static void read_tables(table_reader *reader)
{
    for (size_t i = 0; i < COMMANDS.count; i++) {
        const command_entry *const entry = &COMMANDS.entries[i];
        char name[40];
        char *argv[] = {name, NULL};
        (void)snprintf(name, sizeof name, "%s", entry->name);
        read_next_table(reader, (void *)(uintptr_t)entry);
        assert_int_equal(entry->run(1, argv), EXIT_DONE);
    }
}

static void check_command(void *context, const command_spec *command,
                          const option_spec *const *specs, size_t count)
{
    const command_entry *const entry = context;
    (void)specs;
    assert_string_equal(command->name, entry->name);
    assert_true(count > 0 && count < MAX_OPTIONS);
    assert_non_null(command->examples);
    for (const char *line = command->examples; *line; line += strcspn(line, "\n") + 1) {
        assert_true(strncmp(line, "  ", 2) == 0 && line[2] != ' ');
        assert_true(strcspn(line, "\n") <= 78);
        assert_non_null(strchr(line, '\n'));
    }
}

static void test_each_command_hands_out_its_table(void **state)
{
    (void)state;
    read_tables(check_command);
}

static void check_groups(void *context, const command_spec *command,
                         const option_spec *const *specs, size_t count)
{
    size_t next = 0;
    (void)context;
    (void)command;
    for (size_t i = 0; i < count; i++) {
        if (specs[i]->kind != OPTION_GROUP)
            continue;
        while (next < GROUP_COUNT && strcmp(specs[i]->name, GROUPS[next]) != 0)
            next++;
        assert_true(next < GROUP_COUNT);
        assert_true(i + 1 < count && specs[i + 1]->kind != OPTION_GROUP);
        next++;
    }
    if (next) {
        assert_int_equal(specs[0]->kind, OPTION_GROUP);
        assert_int_equal(next, GROUP_COUNT);
    }
}

static void test_groups_have_their_names_and_order(void **state)
{
    (void)state;
    read_tables(check_groups);
}

static void check_names(void *context, const command_spec *command, const option_spec *const *specs,
                        size_t count)
{
    (void)context;
    (void)command;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(specs[i]->name, specs[j]->name);
            assert_true(!specs[i]->letter || specs[i]->letter != specs[j]->letter);
        }
}

static void test_each_option_is_there_once(void **state)
{
    (void)state;
    read_tables(check_names);
}

static void check_brief(void *context, const command_spec *command, const option_spec *const *specs,
                        size_t count)
{
    size_t found = 0, words = 0;
    (void)context;
    if (!command->brief)
        return;
    for (size_t i = 0; i < count; i++)
        found += specs[i]->kind != OPTION_GROUP && has_word(command->brief, specs[i]->name);
    for (const char *word = command->brief; *word; word += strspn(word, " ")) {
        words++;
        word += strcspn(word, " ");
    }
    assert_int_equal(found, words);
    assert_in_range(words, 4, 12);
}

static void test_what_the_short_help_shows_is_there(void **state)
{
    (void)state;
    read_tables(check_brief);
    for (const char *word = COMMANDS.brief; *word; word += strspn(word, " ")) {
        char name[40];
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word, " "), word);
        assert_non_null(find_command(&COMMANDS, name));
        word += strcspn(word, " ");
    }
}

static void check_texts(void *context, const command_spec *command, const option_spec *const *specs,
                        size_t count)
{
    (void)context;
    (void)command;
    for (size_t i = 0; i < count; i++) {
        if (specs[i]->kind == OPTION_GROUP)
            continue;
        assert_non_null(specs[i]->help);
        assert_null(strstr(specs[i]->help, "(default"));
        assert_null(strchr(specs[i]->help, '\n'));
        assert_true(strlen(option_default_text(specs[i]).text) < 100);
        assert_true(!specs[i]->derived || *specs[i]->derived);
    }
}

static void test_texts_leave_the_default_to_the_table(void **state)
{
    (void)state;
    read_tables(check_texts);
}

static void test_tasks_stand_together(void **state)
{
    (void)state;
    for (size_t i = 1; i < COMMANDS.count; i++)
        for (size_t j = 0; j + 1 < i; j++)
            if (strcmp(COMMANDS.entries[i].task, COMMANDS.entries[j].task) == 0)
                assert_string_equal(COMMANDS.entries[i - 1].task, COMMANDS.entries[i].task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_command_hands_out_its_table),
        cmocka_unit_test(test_groups_have_their_names_and_order),
        cmocka_unit_test(test_each_option_is_there_once),
        cmocka_unit_test(test_what_the_short_help_shows_is_there),
        cmocka_unit_test(test_texts_leave_the_default_to_the_table),
        cmocka_unit_test(test_tasks_stand_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
