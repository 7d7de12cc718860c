#include "table_cells.h"

#include <string.h>
#include <unistd.h>

#include "terminal.h"

static const char CUT[] = "...";

static void fill(FILE *out, size_t used, size_t width)
{
    fprintf(out, "%*s", used < width ? (int)(width - used) : 0, "");
}

/* Prints as much of a text as fits. Returns the columns that it takes. */
static size_t put_fitting(FILE *out, const char *text, size_t width)
{
    const size_t whole = display_width(text), mark = sizeof CUT - 1;
    if (whole <= width) {
        put_text(out, text);
        return whole;
    }
    const size_t length = fitting_bytes(text, width > mark ? width - mark : 0);
    put_bytes(out, text, length);
    fputs(CUT, out);
    return bytes_width(text, length) + mark;
}

void put_cell(FILE *out, const char *text, size_t width)
{
    fill(out, put_fitting(out, text, width), width);
}

void put_cut(FILE *out, const char *text, size_t width)
{
    (void)put_fitting(out, text, width);
}

void put_right_cell(FILE *out, const char *text, size_t width)
{
    const size_t whole = display_width(text);
    fill(out, whole, width);
    (void)put_fitting(out, text, width);
}

size_t name_cells(size_t widest, size_t others)
{
    enum { LEAST = 8 };
    const size_t line = line_cells(STDOUT_FILENO);
    const size_t room = line > others + LEAST ? line - others : LEAST;
    return widest < LEAST ? LEAST : widest < room ? widest : room;
}
