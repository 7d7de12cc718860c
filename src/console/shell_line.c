#include "shell_line.h"

#include <stdbool.h>
#include <string.h>

#include "text_cells.h"

/* Cells before what a line goes on with. */
enum { INDENT = 6 };

/* The length of the first word of a shell's line: blanks in quotes, and all of a comment, belong to
 * it. */
static size_t word_length(const char *line, size_t length)
{
    char quote = '\0';
    size_t i = 0;
    if (*line == '#')
        return length;
    for (; i < length && (quote || line[i] != ' '); i++)
        if (quote ? line[i] == quote : line[i] == '\'' || line[i] == '"')
            quote = quote ? '\0' : line[i];
    return i;
}

/* Puts a comment, which ends the line, as one of several lines where so many cells are too few. */
static void put_comment(FILE *out, const char *comment, size_t length, size_t cells)
{
    enum { LEAST = 20 };
    static const char MARK[] = "# ";
    char text[400];
    if (length >= sizeof text || cells < LEAST || bytes_width(comment, length) <= cells) {
        put_bytes(out, comment, length);
        return;
    }
    (void)snprintf(text, sizeof text, "%.*s", (int)length, comment);
    size_t bytes = wrapped_bytes(text, cells), at = bytes;
    put_bytes(out, text, bytes);
    for (at += strspn(text + at, " "); text[at]; at += strspn(text + at, " ")) {
        bytes = wrapped_bytes(text + at, cells - strlen(MARK));
        fprintf(out, "\n%*s%s", INDENT, "", MARK);
        put_bytes(out, text + at, bytes);
        at += bytes;
    }
}

void put_shell_line(FILE *out, const char *line, size_t length, size_t first, size_t width)
{
    enum { BACKSLASH = 2 };
    size_t used = first, word;
    for (size_t at = 0; at < length; at += word + 1) {
        word = word_length(line + at, length - at);
        const size_t cells = bytes_width(line + at, word);
        const size_t end = used + 1 + cells + (at + word < length ? BACKSLASH : 0);
        if (at > 0 && end > width) {
            fprintf(out, " \\\n%*s", INDENT, "");
            used = INDENT;
        } else if (at > 0) {
            fputc(' ', out);
            used++;
        }
        if (line[at] == '#')
            put_comment(out, line + at, word, width > used ? width - used : 1);
        else
            put_bytes(out, line + at, word);
        used += cells;
    }
}
