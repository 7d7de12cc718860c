#include "spelled.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"

static bool has_room(spelled_line *line, size_t more)
{
    if (line->has_failed || line->length + more < line->capacity)
        return !line->has_failed;
    const size_t capacity = 2 * line->capacity + more + 64;
    char *const grown = realloc(line->text, capacity);
    line->has_failed = !grown;
    if (!grown)
        return false;
    line->text = grown;
    line->capacity = capacity;
    return true;
}

static void append(spelled_line *line, const char *bytes, size_t length)
{
    if (!has_room(line, length + 1))
        return;
    memcpy(line->text + line->length, bytes, length);
    line->length += length;
    line->text[line->length] = '\0';
}

static void begin_word(spelled_line *line)
{
    if (line->length)
        append(line, " ", 1);
}

void spell_raw(spelled_line *line, const char *words)
{
    begin_word(line);
    append(line, words, strlen(words));
}

/* Whether a shell reads all of the word as it stands. */
static bool is_plain(const char *word)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:,+=@%";
    return *word && strspn(word, PLAIN) == strlen(word);
}

void spell_word(spelled_line *line, const char *word)
{
    if (is_plain(word)) {
        spell_raw(line, word);
        return;
    }
    begin_word(line);
    append(line, "'", 1);
    for (const char *c = word; *c; c++)
        append(line, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
    append(line, "'", 1);
}

static void spell_name(spelled_line *line, const char *name)
{
    begin_word(line);
    append(line, "--", 2);
    append(line, name, strlen(name));
}

static void spell_list(spelled_line *line, const int64_t *numbers)
{
    char text[OPTION_NUMBERS * 24] = "";
    size_t used = 0;
    for (size_t i = 0; i < OPTION_NUMBERS && numbers[i]; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%" PRId64, i ? "," : "",
                                 numbers[i]);
    spell_word(line, text);
}

static void spell_value(spelled_line *line, const option_spec *spec)
{
    char number[EXACT_NUMBER];
    switch (spec->kind) {
    case OPTION_FLAG:
    case OPTION_TEXTS:
    case OPTION_GROUP:
        break;
    case OPTION_INTEGER:
    case OPTION_SIZE:
        (void)snprintf(number, sizeof number, "%" PRId64, *(const int64_t *)spec->target);
        spell_word(line, number);
        break;
    case OPTION_LIST:
        spell_list(line, spec->target);
        break;
    case OPTION_REAL:
        spell_word(line, exact_number(*(const double *)spec->target, number));
        break;
    case OPTION_TEXT:
        spell_word(line, *(const char *const *)spec->target);
        break;
    case OPTION_CHOICE:
        spell_word(line, spec->words(*(const int *)spec->target));
        break;
    }
}

void spell_option(spelled_line *line, const option_spec *spec)
{
    if (spec->kind == OPTION_TEXTS) {
        for (const char *const *text = spec->target; *text; text++) {
            spell_name(line, spec->name);
            spell_word(line, *text);
        }
    } else if (spec->kind != OPTION_FLAG || *(const bool *)spec->target) {
        spell_name(line, spec->name);
        spell_value(line, spec);
    }
}
