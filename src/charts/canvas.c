#include "canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "colors.h"

/* Dots of a cell. */
enum { DOTS_ACROSS = 2, DOTS_DOWN = 4 };

/* The bit of each dot in a braille pattern, [column][row]; the patterns start at U+2800. */
static const uint8_t BITS[DOTS_ACROSS][DOTS_DOWN] = {{0x01, 0x02, 0x04, 0x40},
                                                     {0x08, 0x10, 0x20, 0x80}};

static long dots_across(const canvas *c)
{
    return c->is_braille ? DOTS_ACROSS : 1;
}

static long dots_down(const canvas *c)
{
    return c->is_braille ? DOTS_DOWN : 1;
}

canvas_dot canvas_find(const canvas *c, double x, double y)
{
    const double across = (double)((long)c->plot * dots_across(c) - 1);
    const double down = (double)(CANVAS_ROWS * dots_down(c) - 1);
    return (canvas_dot){.x = lround(x * across), .y = lround((1.0 - y) * down)};
}

size_t canvas_row(const canvas *c, canvas_dot dot)
{
    return (size_t)(dot.y / dots_down(c));
}

size_t canvas_column(const canvas *c, canvas_dot dot)
{
    return (size_t)(dot.x / dots_across(c));
}

char line_letter(size_t line)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return LETTERS[line % (sizeof LETTERS - 1)];
}

static canvas_cell *cell_of(canvas *c, canvas_dot dot)
{
    return &c->cells[canvas_row(c, dot)][canvas_column(c, dot)];
}

static void draw_dot(canvas *c, size_t line, canvas_dot dot)
{
    canvas_cell *const cell = cell_of(c, dot);
    cell->line = line;
    if (c->is_braille)
        cell->dots |= BITS[dot.x % DOTS_ACROSS][dot.y % DOTS_DOWN];
    else
        cell->letter = line_letter(line);
}

void canvas_draw(canvas *c, size_t line, canvas_dot from, canvas_dot to)
{
    const long across = to.x - from.x, down = to.y - from.y;
    const long steps = labs(across) > labs(down) ? labs(across) : labs(down);
    for (long i = 0; i <= steps; i++) {
        const double share = steps ? (double)i / (double)steps : 0.0;
        draw_dot(c, line,
                 (canvas_dot){.x = from.x + lround(share * (double)across),
                              .y = from.y + lround(share * (double)down)});
    }
}

void canvas_mark(canvas *c, size_t line, canvas_dot dot)
{
    canvas_cell *const cell = cell_of(c, dot);
    cell->line = line;
    cell->letter = CANVAS_MARK;
}

void canvas_label(canvas *c, size_t line, canvas_dot dot)
{
    canvas_cell *const row = c->cells[canvas_row(c, dot)];
    for (size_t i = canvas_column(c, dot) + 1; i < c->columns; i++) {
        if (row[i].letter)
            continue;
        row[i].line = line;
        row[i].letter = line_letter(line);
        return;
    }
}

/* The character of a cell, as UTF-8. */
static const char *cell_text(const canvas *c, const canvas_cell *cell, char text[4])
{
    if (cell->letter == CANVAS_MARK && c->is_braille)
        return "\xe2\x97\x8f";
    if (!cell->letter && cell->dots) {
        text[0] = '\xe2';
        text[1] = (char)(0xa0 | cell->dots >> 6);
        text[2] = (char)(0x80 | (cell->dots & 0x3f));
        text[3] = '\0';
        return text;
    }
    text[0] = cell->letter ? cell->letter : ' ';
    text[1] = '\0';
    return text;
}

static bool is_empty(const canvas_cell *cell)
{
    return !cell->dots && !cell->letter;
}

void print_canvas_row(FILE *out, const canvas *c, size_t row, bool is_colored)
{
    char text[4];
    size_t end = c->columns;
    while (end > 0 && is_empty(&c->cells[row][end - 1]))
        end--;
    for (size_t i = 0; i < end; i++) {
        const canvas_cell *const cell = &c->cells[row][i];
        put_line_colored(out, cell->line, is_colored && !is_empty(cell), cell_text(c, cell, text));
    }
}
