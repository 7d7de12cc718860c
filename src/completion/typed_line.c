#include "typed_line.h"

#include <stdlib.h>
#include <string.h>

/* The row of an option; NULL: there is none. */
static const option_spec *spec_at(const typed_line *line, size_t row)
{
    return row < line->options.count ? line->options.specs[row] : NULL;
}

static bool awaits_value(const typed_line *line, size_t row)
{
    const option_spec *const spec = spec_at(line, row);
    return spec && needs_value(spec);
}

/* What a word that is an option says. */
typedef struct option_word {
    /* The row of its option or, of several letters, of the last one; the number of rows: it is
     * unknown. */
    size_t row;
    /* The value in the word; NULL: there is none. */
    const char *value;
} option_word;

static option_word read_long(const typed_line *line, const char *word)
{
    const size_t length = strcspn(word + 2, "=");
    return (option_word){.row = find_long(&line->options, word + 2, length),
                         .value = word[2 + length] ? word + 2 + length + 1 : NULL};
}

static option_word read_letters(typed_line *line, const char *word, bool is_current)
{
    option_word read = {.row = line->options.count};
    for (const char *letter = word + 1; *letter; letter++) {
        read.row = find_letter(&line->options, *letter);
        if (awaits_value(line, read.row)) {
            read.value = letter[1] ? letter + 1 : NULL;
            return read;
        }
        if (spec_at(line, read.row) && !is_current)
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
    if (!read.value || !spec_at(line, read.row))
        return;
    line->place = AT_VALUE;
    line->option = line->options.specs[read.row];
    line->before = (size_t)(read.value - word);
}

/* Takes an option that is not the current word. Returns whether the next word is its value, with
 * its row. */
static bool take_option(typed_line *line, const char *word, size_t *row)
{
    const option_word read =
        word[1] == '-' ? read_long(line, word) : read_letters(line, word, false);
    if (!spec_at(line, read.row))
        return false;
    *row = read.row;
    line->is_typed[read.row] = true;
    if (read.value)
        line->values[read.row] = read.value;
    return !read.value && awaits_value(line, read.row);
}

static void take_value(typed_line *line, size_t row, size_t index)
{
    if (index != line->typed->current) {
        line->values[row] = line->typed->words[index];
        return;
    }
    line->place = AT_VALUE;
    line->option = line->options.specs[row];
}

bool read_line(typed_line *line, const typed_words *typed, const command_spec *command,
               const option_spec *const *specs, size_t count)
{
    size_t row = 0;
    bool awaits = false, takes_options = true;
    *line = (typed_line){.typed = typed, .options = {.command = command, .count = count}};
    memcpy(line->options.specs, specs, count * sizeof *specs);
    line->is_argument = calloc(typed->count + 1, sizeof *line->is_argument);
    for (size_t i = 2; i < typed->count && line->is_argument; i++) {
        const char *const word = typed->words[i];
        const bool is_option = takes_options && word[0] == '-' && word[1];
        if (awaits) {
            take_value(line, row, i);
            awaits = false;
        } else if (i == typed->current) {
            line->takes_options = takes_options;
            read_current(line, word);
        } else if (is_option && strcmp(word, "--") == 0) {
            takes_options = false;
        } else if (is_option) {
            awaits = take_option(line, word, &row);
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
    const size_t row = find_long(&line->options, name, strlen(name));
    return spec_at(line, row) ? line->values[row] : NULL;
}

bool has_option(const typed_line *line, const char *name)
{
    const size_t row = find_long(&line->options, name, strlen(name));
    return spec_at(line, row) && line->is_typed[row];
}
