#include "label_cells.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

static const char CUT[] = "...";

static void fill(size_t used, size_t width)
{
    printf("%*s", used < width ? (int)(width - used) : 0, "");
}

/* Prints as much of a text as fits. Returns the columns that it takes. */
static size_t put_fitting(const char *text, size_t width)
{
    const size_t whole = display_width(text), mark = sizeof CUT - 1;
    if (whole <= width) {
        put_text(stdout, text);
        return whole;
    }
    const size_t length = fitting_bytes(text, width > mark ? width - mark : 0);
    put_bytes(stdout, text, length);
    fputs(CUT, stdout);
    char beginning[1024];
    (void)snprintf(beginning, sizeof beginning, "%.*s", (int)length, text);
    return display_width(beginning) + mark;
}

void put_cell(const char *text, size_t width)
{
    fill(put_fitting(text, width), width);
}

void put_cut(const char *text, size_t width)
{
    (void)put_fitting(text, width);
}

void put_right_cell(const char *text, size_t width)
{
    const size_t whole = display_width(text);
    fill(whole, width);
    (void)put_fitting(text, width);
}

size_t name_cells(size_t widest, size_t others)
{
    enum { LEAST = 8 };
    const size_t line = line_cells(STDOUT_FILENO);
    const size_t room = line > others + LEAST ? line - others : LEAST;
    return widest < LEAST ? LEAST : widest < room ? widest : room;
}
