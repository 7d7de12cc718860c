#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "terminal.h"

const char *current_word(const answer *a)
{
    return a->typed->words[a->typed->current];
}

const char *current_value(const answer *a)
{
    return current_word(a) + a->before;
}

void begin_answer(const char *kind, const char *title)
{
    printf("%s\t%.*s\n", kind, (int)strcspn(title, ";"), title);
}

/* Prints text[0 .. length) with a backslash before each of some characters. */
static void put_escaped(const char *text, size_t length, const char *special)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(special, text[i]))
            putchar('\\');
        putchar(text[i]);
    }
}

/* Prints text[0 .. length) as bash has it behind an open quote, or without one. */
static void put_quoted(char quote, const char *text, size_t length)
{
    if (quote != '\'') {
        put_escaped(text, length, quote ? "\\\"$`" : " \t\\\"'`$&|;<>()[]{}*?!#~");
        return;
    }
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\'') /* the quotes end, and begin again */
            fputs("'\\''", stdout);
        else
            putchar(text[i]);
}

/* Prints what bash puts in the place of the word from `kept` on. */
static void offer_to_bash(const answer *a, const char *value)
{
    const size_t kept = a->typed->kept > a->before ? a->typed->kept - a->before : 0;
    if (a->typed->kept < a->before)
        put_quoted(a->typed->quote, current_word(a) + a->typed->kept, a->before - a->typed->kept);
    put_quoted(a->typed->quote, value + kept, strlen(value + kept));
    putchar('\n');
}

static void offer_to_zsh(const char *value, const char *description)
{
    put_escaped(value, strlen(value), "\\:");
    if (*description) {
        putchar(':');
        put_text(stdout, description);
    }
    putchar('\n');
}

static void offer_to_fish(const answer *a, const char *value, const char *description)
{
    printf("%.*s%s\t", (int)a->before, current_word(a), value);
    put_text(stdout, description);
    putchar('\n');
}

/* zsh compares for itself, as its user configured it. */
static bool is_begun(const answer *a, const char *value)
{
    const char *const typed = current_value(a);
    return a->shell == SHELL_ZSH || strncmp(value, typed, strlen(typed)) == 0;
}

void offer(const answer *a, const char *value, const char *description)
{
    if (!is_begun(a, value))
        return;
    for (const char *byte = value; *byte; byte++)
        if ((unsigned char)*byte < ' ' || *byte == 0x7f)
            return;
    switch (a->shell) {
    case SHELL_BASH:
        offer_to_bash(a, value);
        break;
    case SHELL_ZSH:
        offer_to_zsh(value, description);
        break;
    case SHELL_FISH:
        offer_to_fish(a, value, description);
        break;
    }
}
