#include "typed_words.h"

#include <stdlib.h>
#include <string.h>

/* Where in a line the splitting is. */
typedef struct splitter {
    typed_words *typed;
    const char *breaks;
    /* The end of what is written. */
    char *out;
    char quote;
    bool in_word, is_target;
    /* What is split is one word, and has no quotes. */
    bool is_whole, is_literal;
    /* Where in the current word bash begins to replace. */
    size_t kept;
} splitter;

/* Room for texts of so many bytes, split in the worst way, with $HOME before each word. */
static bool make_room(typed_words *typed, size_t bytes, size_t words)
{
    const char *const home = getenv("HOME");
    *typed = (typed_words){0};
    typed->words = calloc(words + 2, sizeof *typed->words);
    typed->text = malloc(bytes + words * (2 + (home ? strlen(home) : 0)) + 2);
    if (typed->words && typed->text)
        return true;
    free_words(typed);
    return false;
}

void free_words(typed_words *typed)
{
    free(typed->words);
    free(typed->text);
    *typed = (typed_words){0};
}

static void begin_word(splitter *s)
{
    if (s->in_word)
        return;
    s->in_word = true;
    s->kept = 0;
    s->typed->words[s->typed->count] = s->out;
}

static void end_word(splitter *s)
{
    if (!s->in_word)
        return;
    *s->out++ = '\0';
    s->in_word = false;
    if (!s->is_target)
        s->typed->count++;
    s->is_target = false;
}

/* The words so far belong to another command. */
static void begin_command(splitter *s)
{
    end_word(s);
    s->typed->count = 0;
    s->is_target = false;
}

static void put(splitter *s, char byte)
{
    begin_word(s);
    *s->out++ = byte;
}

static void put_home(splitter *s)
{
    const char *const home = getenv("HOME");
    for (const char *h = home ? home : "~"; *h; h++)
        put(s, *h);
}

/* Takes a backslash and what follows it. Returns the last byte taken. */
static const char *take_escape(splitter *s, const char *at)
{
    static const char IN_QUOTES[] = "\"\\$`";
    begin_word(s);
    if (!at[1])
        return at;
    if (s->quote == '"' && !strchr(IN_QUOTES, at[1]))
        put(s, '\\');
    put(s, at[1]);
    return at + 1;
}

/* A redirection: the digits before it are no word. */
static void take_redirection(splitter *s)
{
    const char *const word = s->in_word ? s->typed->words[s->typed->count] : s->out;
    const size_t length = (size_t)(s->out - word);
    if (s->in_word && strspn(word, "0123456789&") >= length) {
        s->in_word = false;
        s->out -= length;
    }
    end_word(s);
    s->is_target = true;
}

static void take_plain(splitter *s, char byte)
{
    if (s->is_whole) {
        put(s, byte);
    } else if (strchr(" \t", byte)) {
        end_word(s);
    } else if (strchr("<>", byte)) {
        take_redirection(s);
    } else if (strchr("|;\n", byte)) {
        begin_command(s);
    } else {
        put(s, byte);
        if (strchr(s->breaks, byte))
            s->kept = (size_t)(s->out - s->typed->words[s->typed->count]);
    }
}

static void take_quote(splitter *s, char quote)
{
    begin_word(s);
    s->quote = s->quote ? '\0' : quote;
    if (s->quote)
        s->kept = (size_t)(s->out - s->typed->words[s->typed->count]);
}

/* Splits a part of the line; stops before the end of the command when `in_command`. */
static void split(splitter *s, const char *text, bool in_command)
{
    for (const char *at = text; *at; at++) {
        if (!s->in_word && at[0] == '~' && at[1] == '/')
            put_home(s);
        else if (s->is_literal)
            put(s, *at);
        else if (*at == '\\' && s->quote != '\'')
            at = take_escape(s, at);
        else if (s->quote ? *at == s->quote : *at == '"' || *at == '\'')
            take_quote(s, *at);
        else if (s->quote)
            put(s, *at);
        else if (in_command && strchr("|;&\n", *at))
            return;
        else
            take_plain(s, *at);
    }
}

/* Begins behind the rest of the word that the cursor is in. */
static const char *behind_word(const char *tail, char quote)
{
    for (; *tail && (quote || !strchr(" \t|;&<>\n", *tail)); tail++)
        if (*tail == quote)
            quote = '\0';
        else if (!quote && (*tail == '"' || *tail == '\''))
            quote = *tail;
        else if (*tail == '\\' && tail[1])
            tail++;
    return tail;
}

bool split_line(typed_words *typed, const char *head, const char *tail, const char *breaks)
{
    const size_t bytes = strlen(head) + strlen(tail) + 2;
    if (!make_room(typed, bytes, bytes))
        return false;
    splitter s = {.typed = typed, .breaks = breaks, .out = typed->text};
    split(&s, head, false);
    begin_word(&s);
    typed->is_redirected = s.is_target;
    typed->quote = s.quote;
    typed->kept = s.kept;
    typed->current = typed->count;
    s.quote = '\0';
    end_word(&s);
    split(&s, behind_word(tail, typed->quote), true);
    end_word(&s);
    return true;
}

bool take_words(typed_words *typed, char *const *words, size_t count, size_t current, bool is_raw)
{
    size_t bytes = sizeof "seqnet";
    for (size_t i = 0; i < count; i++)
        bytes += strlen(words[i]) + 1;
    if (!make_room(typed, bytes, count + 2))
        return false;
    splitter s = {.typed = typed, .breaks = "", .out = typed->text, .is_whole = true};
    for (size_t i = 0; i <= count; i++) {
        s.quote = '\0';
        s.is_literal = !is_raw || i != current + 1;
        split(&s, i ? words[i - 1] : "seqnet", false);
        begin_word(&s);
        end_word(&s);
    }
    typed->current = current + 1;
    return true;
}
