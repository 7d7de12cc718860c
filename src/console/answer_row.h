/* An answer for people: labels and probabilities aligned on a terminal, where lines are broken
 * between them and labels stand out. */
#ifndef CONSOLE_ANSWER_ROW_H
#define CONSOLE_ANSWER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct answer_row {
    FILE *out;
    bool has_colors;
    /* Cells in which labels are aligned, of a terminal's line, and those of it that are used. */
    size_t label_cells, width, used;
} answer_row;

/* Prints the name of the file that the answer is about, before the first label. */
void put_answered_file(answer_row *row, const char *file);

/* Prints a label with its probability. */
void put_answer(answer_row *row, const char *label, double probability);

#endif
