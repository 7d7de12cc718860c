#include "roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "help_page.h"

enum { SOURCE_WIDTH = 78, WORD = 400 };

void roff_section(FILE *out, const char *name)
{
    fprintf(out, ".SH %s\n", name);
}

void roff_subsection(FILE *out, const char *name)
{
    fprintf(out, ".SS %s\n", name);
}

void roff_paragraph(FILE *out)
{
    fputs(".PP\n", out);
}

void roff_item(FILE *out)
{
    fputs(".TP\n", out);
}

void roff_begin_lines(FILE *out)
{
    fputs(".nf\n", out);
}

void roff_end_lines(FILE *out)
{
    fputs(".fi\n", out);
}

/* Writes a character beyond ASCII by its number. Returns how many bytes it has. */
static size_t put_unicode(FILE *out, const char *text, size_t length)
{
    const unsigned char first = (unsigned char)*text;
    const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint32_t code = first & (0xffU >> (size + 1));
    for (size_t i = 1; i < size && i < length; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    fprintf(out, "\\[u%04X]", (unsigned)code);
    return size < length ? size : length;
}

/* How a character is written that roff takes for something else, or shows as something else. */
static const char *spelling(char byte)
{
    switch (byte) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '"':
        return "\\(dq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '|':
        return "|\\:";
    default:
        return NULL;
    }
}

static void put_escaped(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        const char *const special = spelling(text[i]);
        if ((unsigned char)text[i] >= 0x80) {
            i += put_unicode(out, text + i, length - i);
            continue;
        }
        if (special)
            fputs(special, out);
        else
            fputc(text[i], out);
        i++;
    }
}

static void put_in_font(FILE *out, roff_font font, const char *text, size_t length)
{
    if (length == 0)
        return;
    fputs(font == ROFF_BOLD ? "\\fB" : font == ROFF_ITALIC ? "\\fI" : "", out);
    put_escaped(out, text, length);
    fputs(font == ROFF_PLAIN ? "" : "\\fR", out);
}

void roff_put(FILE *out, roff_font font, const char *text)
{
    put_in_font(out, font, text, strlen(text));
}

/* Where an option in a word begins, behind brackets and quotes, and its length; 0: there is none.
 */
static size_t option_in(const char *word, size_t length, size_t *begin)
{
    size_t at = 0, end;
    while (at < length && strchr("('[", word[at]))
        at++;
    *begin = at;
    while (at < length && at < *begin + 2 && word[at] == '-')
        at++;
    if (at == *begin || at >= length || !isalpha((unsigned char)word[at]))
        return 0;
    for (end = at; end < length && (isalnum((unsigned char)word[end]) || word[end] == '-'); end++)
        ;
    return end - *begin;
}

/* Writes a word at the beginning of a line or behind a blank. */
static void put_word(FILE *out, const char *word, size_t length, bool begins_line)
{
    size_t begin;
    const size_t option = option_in(word, length, &begin);
    if (begins_line && strchr(".'", *word))
        fputs("\\&", out);
    if (!option)
        begin = length;
    put_in_font(out, ROFF_PLAIN, word, begin);
    put_in_font(out, ROFF_BOLD, word + begin, option);
    put_in_font(out, ROFF_PLAIN, word + begin + option, length - begin - option);
}

static void put_words(FILE *out, const char *text, size_t size)
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        const size_t blanks = strspn(text + at, " \n");
        const size_t word = at + blanks, left = word < size ? size - word : 0;
        const size_t whole = strcspn(text + word, " \n"), length = whole < left ? whole : left;
        if (length == 0)
            break;
        if (used)
            fputc(used + 1 + length > SOURCE_WIDTH ? '\n' : ' ', out);
        used = used + 1 + length > SOURCE_WIDTH ? 0 : used;
        put_word(out, text + word, length, used == 0);
        used += length + 1;
        at = word + length;
    }
    fputc('\n', out);
}

void roff_words(FILE *out, const char *text)
{
    put_words(out, text, strlen(text));
}

static size_t trimmed(const char *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    return length;
}

/* A line that begins with blanks. */
static void put_line(FILE *out, const char *line, size_t length)
{
    const size_t blanks = strspn(line, " "), part = last_part(line, length);
    if (!part) {
        roff_paragraph(out);
        put_words(out, line, length);
        return;
    }
    roff_item(out);
    put_in_font(out, ROFF_BOLD, line + blanks, trimmed(line + blanks, part - blanks));
    fputc('\n', out);
    put_words(out, line + part, length - part);
}

void roff_paragraphs(FILE *out, const char *text)
{
    for (bool is_begun = true; *text; text += strspn(text, "\n")) {
        const bool is_line = *text == ' ';
        const size_t length = is_line ? strcspn(text, "\n") : paragraph_length(text);
        if (is_line) {
            put_line(out, text, length);
        } else {
            if (!is_begun)
                roff_paragraph(out);
            put_words(out, text, length);
        }
        is_begun = false;
        text += length;
    }
}
