/* Cells of tables with text of others: aligned by what a terminal shows, cut where they are too
 * wide. */
#ifndef CONSOLE_TABLE_CELLS_H
#define CONSOLE_TABLE_CELLS_H

#include <stddef.h>
#include <stdio.h>

/* Print a text in a cell of so many columns, at the left or at the right. What does not fit ends
 * with "...". */
void put_cell(FILE *out, const char *text, size_t width);
void put_right_cell(FILE *out, const char *text, size_t width);

/* Prints a text, cut likewise, in no more columns than it needs. */
void put_cut(FILE *out, const char *text, size_t width);

/* Columns for names beside so many others on a line of standard output: those of the widest name,
 * as far as there is room, at least 8. */
size_t name_cells(size_t widest, size_t others);

#endif
