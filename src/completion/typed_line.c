#include "typed_line.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = MAX_OPTIONS };

/* The row of a long name with so many bytes. */
static size_t find_name(const typed_line *line, const char *name, size_t length)
{
    for (size_t i = 0; i < line->count; i++) {
        const option_spec *const spec = line->specs[i];
        if (spec->kind != OPTION_GROUP && strncmp(spec->name, name, length) == 0 &&
            spec->name[length] == '\0')
            return i;
    }
    return NONE;
}

static size_t find_letter(const typed_line *line, char letter)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->specs[i]->kind != OPTION_GROUP && line->specs[i]->letter == letter)
            return i;
    return NONE;
}

static bool needs_value(const typed_line *line, size_t row)
{
    return row != NONE && line->specs[row]->kind != OPTION_FLAG && !line->specs[row]->bare;
}

/* What a word that is an option says. */
typedef struct option_word {
    /* The row of its option or, of several letters, of the last one; NONE: unknown. */
    size_t row;
    /* The value in the word; NULL: there is none. */
    const char *value;
} option_word;

static option_word read_long(const typed_line *line, const char *word)
{
    const size_t length = strcspn(word + 2, "=");
    return (option_word){.row = find_name(line, word + 2, length),
                         .value = word[2 + length] ? word + 2 + length + 1 : NULL};
}

static option_word read_letters(typed_line *line, const char *word, bool is_current)
{
    option_word read = {.row = NONE};
    for (const char *letter = word + 1; *letter; letter++) {
        read.row = find_letter(line, *letter);
        if (needs_value(line, read.row)) {
            read.value = letter[1] ? letter + 1 : NULL;
            return read;
        }
        if (read.row != NONE && !is_current)
            line->is_typed[read.row] = true;
    }
    return read;
}

static void read_current(typed_line *line, const char *word)
{
    if (!line->takes_options || word[0] != '-') {
        line->place = AT_ARGUMENT;
        return;
    }
    const option_word read =
        word[1] == '-' ? read_long(line, word) : read_letters(line, word, true);
    line->place = AT_OPTION;
    if (!read.value || read.row == NONE)
        return;
    line->place = AT_VALUE;
    line->option = line->specs[read.row];
    line->before = (size_t)(read.value - word);
}

/* Takes an option that is not the current word. Returns its row when the next word is its value. */
static size_t take_option(typed_line *line, const char *word)
{
    const option_word read =
        word[1] == '-' ? read_long(line, word) : read_letters(line, word, false);
    if (read.row == NONE)
        return NONE;
    line->is_typed[read.row] = true;
    if (read.value)
        line->values[read.row] = read.value;
    return !read.value && needs_value(line, read.row) ? read.row : NONE;
}

static void take_value(typed_line *line, size_t row, size_t index)
{
    if (index != line->typed->current) {
        line->values[row] = line->typed->words[index];
        return;
    }
    line->place = AT_VALUE;
    line->option = line->specs[row];
}

bool read_line(typed_line *line, const typed_words *typed, const command_spec *command,
               const option_spec *const *specs, size_t count)
{
    size_t awaited = NONE;
    bool takes_options = true;
    *line = (typed_line){.typed = typed, .command = command, .specs = specs, .count = count};
    line->is_argument = calloc(typed->count + 1, sizeof *line->is_argument);
    for (size_t i = 2; i < typed->count && line->is_argument; i++) {
        const char *const word = typed->words[i];
        const bool is_option = takes_options && word[0] == '-' && word[1];
        if (awaited != NONE) {
            take_value(line, awaited, i);
            awaited = NONE;
        } else if (i == typed->current) {
            line->takes_options = takes_options;
            read_current(line, word);
        } else if (is_option && strcmp(word, "--") == 0) {
            takes_options = false;
        } else if (is_option) {
            awaited = take_option(line, word);
        } else {
            line->is_argument[i] = true;
            line->argument += i < typed->current;
        }
    }
    return line->is_argument != NULL;
}

void free_line(typed_line *line)
{
    free(line->is_argument);
    line->is_argument = NULL;
}

const char *typed_value(const typed_line *line, const char *name)
{
    const size_t row = find_name(line, name, strlen(name));
    return row == NONE ? NULL : line->values[row];
}

bool has_option(const typed_line *line, const char *name)
{
    const size_t row = find_name(line, name, strlen(name));
    return row != NONE && line->is_typed[row];
}
