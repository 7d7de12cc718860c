#include "heat_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xml.h"

typedef struct heat_cell {
    bool is_hit;
    size_t level, count, row, column;
} heat_cell;

size_t heat_level(double share)
{
    const double level = ceil(share * HEAT_LEVELS - 1e-9);
    return share <= 0.0 ? 0 : level < 1.0 ? 1 : level > HEAT_LEVELS ? HEAT_LEVELS : (size_t)level;
}

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static bool shares_path(const heat_cell *a, const heat_cell *b)
{
    return a->is_hit == b->is_hit && a->level == b->level && a->count == b->count;
}

/* By path, then by place. */
static int compare_cells(const void *left, const void *right)
{
    const heat_cell *const a = left, *const b = right;
    if (a->is_hit != b->is_hit)
        return a->is_hit ? -1 : 1;
    const int level = compare_numbers(a->level, b->level);
    const int count = compare_numbers(a->count, b->count);
    const int row = compare_numbers(a->row, b->row);
    return level ? level : count ? count : row ? row : compare_numbers(a->column, b->column);
}

static size_t count_cells(const size_t *counts, size_t classes)
{
    size_t cells = 0;
    for (size_t i = 0; i < classes * classes; i++)
        cells += counts[i] > 0;
    return cells;
}

static void fill_cells(heat_cell *cells, const size_t *counts, const size_t *rows, size_t classes)
{
    for (size_t i = 0; i < classes * classes; i++) {
        const size_t row = i / classes, column = i % classes;
        if (counts[i])
            *cells++ = (heat_cell){.is_hit = row == column,
                                   .level = heat_level((double)counts[i] / (double)rows[row]),
                                   .count = counts[i],
                                   .row = row,
                                   .column = column};
    }
}

static void print_cells(FILE *out, const heat_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !shares_path(&cells[i], &cells[i - 1]))
            fprintf(out, "%s<path class=\"%s q%zu\" data-n=\"%zu\" d=\"", i ? "\"/>\n" : "",
                    cells[i].is_hit ? "hit" : "miss", cells[i].level, cells[i].count);
        fprintf(out, "M%zu %zuh1v1h-1z", cells[i].column, cells[i].row);
    }
    fputs(count ? "\"/>\n" : "", out);
}

bool print_heat_map(FILE *out, const size_t *counts, const size_t *rows, size_t classes,
                    const char *name)
{
    const size_t count = count_cells(counts, classes);
    heat_cell *const cells = calloc(count + 1, sizeof *cells);
    if (!cells)
        return false;
    fill_cells(cells, counts, rows, classes);
    qsort(cells, count, sizeof *cells, compare_cells);
    fprintf(out, "<svg class=\"heat\" viewBox=\"0 0 %zu %zu\" role=\"img\" aria-label=\"", classes,
            classes);
    put_xml(out, name, strlen(name));
    fprintf(out, "\">\n<path class=\"field\" d=\"M0 0h%zuv%zuH0z\"/>\n", classes, classes);
    print_cells(out, cells, count);
    fputs("</svg>\n", out);
    free(cells);
    return true;
}
