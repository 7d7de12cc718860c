#include "config_words.h"

#include <stdlib.h>
#include <string.h>

/* Where the next character is read, and where the current word is written: never behind it, since a
 * word without its quotes is not longer. */
typedef struct scan {
    const char *at, *end;
    char *out;
    size_t line;
    bool is_file, begins_line;
} scan;

static const char NO_MEMORY[] = "does not fit into the memory";

static bool add_word(config_words *words, config_word word)
{
    if (words->count == words->capacity) {
        const size_t capacity = 2 * words->capacity + 16;
        config_word *const grown = realloc(words->all, capacity * sizeof *grown);
        if (!grown)
            return false;
        words->all = grown;
        words->capacity = capacity;
    }
    words->all[words->count++] = word;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The length of a backslash and the end of its line, where they stand here; 0: they do not. */
static size_t continued_length(const scan *s)
{
    const char *const at = s->at;
    if (s->end - at >= 2 && at[0] == '\\' && at[1] == '\n')
        return 2;
    return s->end - at >= 3 && strncmp(at, "\\\r\n", 3) == 0 ? 3 : 0;
}

/* Goes on in the next line where this one is continued. */
static bool skip_continued(scan *s)
{
    const size_t length = continued_length(s);
    s->at += length;
    s->line += length > 0;
    return length > 0;
}

static void skip_comment(scan *s)
{
    while (s->at < s->end && *s->at != '\n')
        s->at++;
}

/* Goes on to the next word or heading; false: there is none. */
static bool skip_blanks(scan *s)
{
    while (s->at < s->end) {
        if (skip_continued(s))
            continue;
        if (s->is_file && *s->at == '#')
            skip_comment(s);
        if (s->at == s->end || !is_blank(*s->at))
            break;
        s->begins_line |= *s->at == '\n';
        s->line += *s->at++ == '\n';
    }
    return s->at < s->end;
}

static void put(scan *s, char c)
{
    *s->out++ = c;
    s->line += c == '\n';
}

/* Takes what a backslash stands before; at the end of the text the backslash itself. */
static void take_escaped(scan *s)
{
    if (skip_continued(s))
        return;
    if (++s->at == s->end)
        put(s, '\\');
    else
        put(s, *s->at++);
}

/* Takes what stands in quotes. A backslash is one in single quotes, and in double quotes before
 * anything but a quote, a backslash, $ and `, as in a shell. */
static bool take_quoted(scan *s)
{
    const char quote = *s->at++;
    while (s->at < s->end && *s->at != quote) {
        const bool escapes = quote == '"' && *s->at == '\\' && s->at + 1 < s->end &&
                             (strchr("\"\\$`", s->at[1]) || continued_length(s));
        if (escapes)
            take_escaped(s);
        else
            put(s, *s->at++);
    }
    return s->at++ < s->end;
}

/* Takes the word that begins here. */
static const char *take_word(scan *s, config_words *words, size_t *line)
{
    char *const text = s->out;
    const bool begins_line = s->begins_line;
    *line = s->line;
    while (s->at < s->end && !is_blank(*s->at)) {
        if (*s->at == '\\')
            take_escaped(s);
        else if (*s->at != '\'' && *s->at != '"')
            put(s, *s->at++);
        else if (!take_quoted(s))
            return "a quote is not closed";
    }
    if (s->at < s->end) { /* the end of the word takes the place of the blank */
        s->begins_line = *s->at == '\n';
        s->line += *s->at++ == '\n';
    }
    *s->out++ = '\0';
    return add_word(words, (config_word){text, *line, false, begins_line}) ? NULL : NO_MEMORY;
}

/* Takes the heading whose bracket stands here. Nothing but a comment follows it in its line. */
static const char *take_heading(scan *s, config_words *words, size_t *line)
{
    char *const heading = s->out;
    const char *const from = s->at + 1;
    *line = s->line;
    while (s->at < s->end && *s->at != ']' && *s->at != '\n')
        s->at++;
    if (s->at == s->end || *s->at == '\n')
        return "a heading needs a bracket at its end, as in '[train]'";
    memmove(heading, from, (size_t)(s->at - from));
    s->out += s->at++ - from;
    *s->out++ = '\0';
    while (s->at < s->end && is_blank(*s->at) && *s->at != '\n')
        s->at++;
    if (s->at < s->end && *s->at != '\n' && *s->at != '#')
        return "a heading stands on a line of its own";
    return add_word(words, (config_word){heading, *line, true, true}) ? NULL : NO_MEMORY;
}

static size_t line_of(const char *text, const char *place)
{
    size_t line = 1;
    for (; text < place; text++)
        line += *text == '\n';
    return line;
}

const char *read_config_words(char *text, size_t length, bool is_file, config_words *words,
                              size_t *line)
{
    const char *const nul = memchr(text, '\0', length), *wrong = NULL;
    const size_t mark = is_file && strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    scan s = {text + mark, text + length, text, 1, is_file, true};
    *line = 1;
    if (nul) {
        *line = line_of(text, nul);
        return "has a NUL byte, which no text has";
    }
    while (!wrong && skip_blanks(&s)) {
        const bool is_heading = is_file && s.begins_line && *s.at == '[';
        wrong = is_heading ? take_heading(&s, words, line) : take_word(&s, words, line);
    }
    return wrong;
}
