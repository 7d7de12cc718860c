#include "help_page.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/number.h>

#include "shell_line.h"
#include "terminal.h"

enum {
    WIDEST = 100,
    NARROWEST = 30,
    /* On pages that are narrower names have lines of their own. */
    WIDTH_FOR_COLUMNS = 72,
    /* Blanks before what a row is, where it has lines of its own, and how much farther to the right
     * it may stand otherwise. */
    INDENT = 10,
    FARTHER = 6
};

/* The terminal's width; of a pipe to a pager that of the narrow terminal where this shows it. */
static size_t wanted_width(FILE *out)
{
    int64_t columns;
    const char *const text = getenv("COLUMNS");
    if (text && seqnet_parse_int64(text, &columns) && columns > 0)
        return (size_t)columns;
    if (isatty(fileno(out)) || !isatty(STDERR_FILENO))
        return terminal_width(fileno(out));
    const size_t known = terminal_width(STDERR_FILENO), usual = terminal_width(fileno(out));
    return known < usual ? known : usual;
}

help_page help_page_for(FILE *out)
{
    size_t width = wanted_width(out);
    width = width > WIDEST ? WIDEST : width;
    return (help_page){.out = out,
                       .width = width < NARROWEST ? NARROWEST : width,
                       .has_bold = has_colors(fileno(out))};
}

static void put_bold(const help_page *page, const char *text)
{
    begin_color(page->out, page->has_bold, ROLE_HEADING);
    fputs(text, page->out);
    end_color(page->out, page->has_bold);
}

void put_heading(const help_page *page, const char *text)
{
    fputc('\n', page->out);
    put_bold(page, text);
    fputs(":\n", page->out);
}

/* The length of text[0 ..] up to the bracket that closes the first character; 0: none does. */
static size_t bracketed_length(const char *text)
{
    size_t depth = 0;
    for (size_t i = 0; text[i]; i++) {
        depth += text[i] == '[';
        depth -= text[i] == ']';
        if (depth == 0)
            return i + 1;
    }
    return 0;
}

/* The length of the first word. What is in brackets is one, a % belongs to its number, and
 * "(default:" to what it is. */
static size_t word_length(const char *text)
{
    const size_t bracketed = *text == '[' ? bracketed_length(text) : 0;
    const size_t length = bracketed + strcspn(text + bracketed, " \n");
    const bool goes_on = strncmp(text + length, " %", 2) == 0 ||
                         (length == 9 && strncmp(text, "(default: ", 10) == 0);
    return goes_on ? length + 1 + strcspn(text + length + 1, " \n") : length;
}

/* Puts a word behind `used` cells of a line, or on the next one, with a blank between words.
 * Returns the cells that are used then. `is_first`: nothing but indentation is in the line. */
static size_t put_word(const help_page *page, const char *word, size_t length, size_t used,
                       size_t indent, bool is_first)
{
    const size_t cells = bytes_width(word, length);
    if (!is_first && used + 1 + cells > page->width) {
        fprintf(page->out, "\n%*s", (int)indent, "");
        used = indent;
    } else if (!is_first) {
        fputc(' ', page->out);
        used++;
    }
    put_bytes(page->out, word, length);
    return used + cells;
}

void put_paragraph(const help_page *page, const char *text, size_t first, size_t indent)
{
    size_t used = first;
    bool is_first = true;
    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        const size_t length = word_length(text);
        used = put_word(page, text, length, used, indent, is_first);
        is_first = false;
        text += length;
    }
    fputc('\n', page->out);
}

size_t last_part(const char *line, size_t length)
{
    size_t part = 0;
    for (size_t i = 3; i < length; i++)
        if (line[i] != ' ' && line[i - 1] == ' ' && line[i - 2] == ' ')
            part = i;
    return part;
}

/* A line that stays one. */
static void put_line(const help_page *page, const char *line, size_t length)
{
    char last[400];
    size_t part = last_part(line, length);
    part = part > page->width / 2 ? 0 : part;
    const size_t indent = part ? part : strspn(line, " ") + 2;
    (void)snprintf(last, sizeof last, "%.*s", (int)(length - part), line + part);
    put_bytes(page->out, line, part ? part : strspn(line, " "));
    put_paragraph(page, last, part ? part : strspn(line, " "), indent);
}

size_t paragraph_length(const char *text)
{
    size_t length = strcspn(text, "\n");
    while (length && text[length] && text[length + 1] && text[length + 1] != '\n' &&
           text[length + 1] != ' ')
        length += 1 + strcspn(text + length + 1, "\n");
    return length;
}

void put_paragraphs(const help_page *page, const char *text)
{
    char paragraph[2000];
    while (*text) {
        const bool is_line = *text == ' ';
        const size_t length = is_line ? strcspn(text, "\n") : paragraph_length(text);
        if (is_line) {
            put_line(page, text, length);
        } else {
            (void)snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, text);
            put_paragraph(page, paragraph, 0, 0);
        }
        text += length + (text[length] == '\n');
    }
}

void put_row(const help_page *page, const char *lead, const char *name, const char *value,
             const char *text, size_t column)
{
    const size_t used = strlen(lead) + strlen(name) + strlen(value);
    size_t indent = column;
    fputs(lead, page->out);
    put_bold(page, name);
    fputs(value, page->out);
    if (page->width < WIDTH_FOR_COLUMNS && column > INDENT + FARTHER)
        indent = INDENT;
    if (indent < column || used + 2 > indent)
        fprintf(page->out, "\n%*s", (int)indent, "");
    else
        fprintf(page->out, "%*s", (int)(indent - used), "");
    put_paragraph(page, text, indent, indent);
}

static void put_example(const help_page *page, const char *line, size_t length)
{
    const size_t indent = strspn(line, " ");
    fprintf(page->out, "%*s", (int)indent, "");
    put_shell_line(page->out, line + indent, length - indent, indent, page->width);
    fputc('\n', page->out);
}

void put_examples(const help_page *page, const char *lines, size_t most)
{
    for (; *lines && most > 0; most--) {
        const size_t length = strcspn(lines, "\n");
        put_example(page, lines, length);
        lines += length + (lines[length] == '\n');
    }
}
