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

void begin_answer(const answer *a, const char *kind, const char *title)
{
    (void)a;
    printf("%s\t%s\n", kind, title);
}

/* Prints text with a backslash before each of some characters. */
static void put_escaped(const char *text, const char *special)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            putchar('\\');
        putchar(*text);
    }
}

/* In single quotes there are no backslashes: the quotes end, and begin again. */
static void put_single_quoted(const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
}

/* Prints what bash puts in the place of the word from `kept` on. */
static void offer_to_bash(const answer *a, const char *value)
{
    static const char SPECIAL[] = " \t\\\"'`$&|;<>()[]{}*?!#~^=";
    const char *const typed = current_value(a);
    const size_t kept = a->typed->kept > a->before ? a->typed->kept - a->before : 0;
    if (strncmp(value, typed, strlen(typed)) != 0)
        return;
    if (a->typed->kept < a->before) /* '=' is no break of words here */
        put_escaped(current_word(a) + a->typed->kept, SPECIAL);
    if (a->typed->quote == '\'')
        put_single_quoted(value + kept);
    else
        put_escaped(value + kept, a->typed->quote ? "\\\"$`" : SPECIAL);
    putchar('\n');
}

static void offer_to_zsh(const char *value, const char *description)
{
    put_escaped(value, "\\:");
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

void offer(const answer *a, const char *value, const char *description)
{
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
