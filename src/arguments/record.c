#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "next_step.h"

static struct line_record {
    line_word *typed;
    size_t typed_count;
    /* Owned, as the strings are. */
    char **given;
    size_t given_count, given_capacity;
} record;

static void forget(void)
{
    for (size_t i = 0; i < record.given_count; i++)
        free(record.given[i]);
    free(record.given);
    free(record.typed);
    record = (struct line_record){0};
}

const line_word *begin_record(const option_list *list, int argc, char **argv)
{
    forget();
    record.typed = calloc((size_t)argc + 1, sizeof *record.typed);
    if (!record.typed)
        return NULL;
    record.typed_count = (size_t)argc;
    read_word_roles(list, argc, argv, record.typed);
    return record.typed;
}

static bool add_given(const char *before, const char *word)
{
    const size_t size = strlen(before) + strlen(word) + 1;
    if (record.given_count == record.given_capacity) {
        const size_t capacity = 2 * record.given_capacity + 16;
        char **const grown = realloc(record.given, capacity * sizeof *grown);
        if (!grown)
            return false;
        record.given = grown;
        record.given_capacity = capacity;
    }
    char *const copy = malloc(size);
    if (!copy)
        return false;
    (void)snprintf(copy, size, "%s%s", before, word);
    record.given[record.given_count++] = copy;
    return true;
}

bool record_given(const option_spec *spec, const char *value)
{
    char name[80];
    (void)snprintf(name, sizeof name, "--%s%s", spec->name, spec->bare ? "=" : "");
    if (spec->bare)
        return add_given(name, value);
    return add_given("", name) && (spec->kind == OPTION_FLAG || add_given("", value));
}

static bool is_no_config(const option_spec *spec)
{
    return spec && spec->target == &common.no_config;
}

/* Whether a word names a file of options, whose options are recorded instead. */
static bool names_options(const line_word *word)
{
    return word->role == WORD_OPTION_FILE ||
           (word->spec && word->spec->target == common.option_files);
}

static bool has_typed_no_config(void)
{
    size_t i = 0;
    while (i < record.typed_count && !is_no_config(record.typed[i].spec))
        i++;
    return i < record.typed_count;
}

bool each_recorded_word(word_taker *take, void *context)
{
    bool goes_on = true;
    if (record.given_count && !has_typed_no_config())
        goes_on = take(context, "--no-config", false);
    for (size_t i = 0; i < record.given_count && goes_on; i++)
        goes_on = take(context, record.given[i], false);
    for (size_t i = 1; i < record.typed_count && goes_on; i++) {
        const line_word *const word = &record.typed[i];
        const bool is_option = word->role == WORD_OPTION || word->role == WORD_VALUE;
        if (!names_options(word))
            goes_on = take(context, word->text, !is_option);
    }
    return goes_on;
}

static bool spell_next(void *context, const char *word, bool is_argument)
{
    (void)is_argument;
    spell_word(context, word);
    return true;
}

void tell_next_like_typed(const char *command)
{
    spelled_line line = {0};
    if (!tells_next_step())
        return;
    spell_raw(&line, command);
    (void)each_recorded_word(spell_next, &line);
    tell_next_step(&line);
}

char *recorded_command_line(void)
{
    spelled_line line = {0};
    spell_raw(&line, "seqnet");
    if (record.typed_count)
        spell_word(&line, record.typed[0].text);
    (void)each_recorded_word(spell_next, &line);
    if (!line.has_failed)
        return line.text;
    free(line.text);
    return NULL;
}
