/*
 * The texts of measured rows: where a row is from, and its words, colored by what they contribute
 * to a label.
 */
#ifndef REPORTING_TEXTS_H
#define REPORTING_TEXTS_H

#include "findings.h"

/* A measured row. */
typedef struct report_row {
    seqnet_part part;
    /* Its number in the part. */
    size_t row;
    /* The file that it is from and its line there, 0 for a whole file; the dataset's. NULL for rows
     * of ids. */
    const char *source;
    size_t line;
    /* The text; that of ids is made of their words. NULL: it has none. free_row frees it. */
    char *text;
    size_t length;
} report_row;

/* Finds the measured row with a number; SEQNET_ERR_MEMORY. */
seqnet_status find_row(const findings *f, size_t number, report_row *row, seqnet_error *err);
void free_row(report_row *row);

/* Prints a text as one paragraph's worth of characters: blanks and line ends become single spaces,
 * and at most `most` cells of it are shown. */
void put_prose(FILE *out, const char *text, size_t length, size_t most);

/* Prints the words that were explained, those that speak for the label and those that speak against
 * it as marks of four levels. Of a long text the part is shown that has most of the contributions.
 */
void put_explained(FILE *out, const char *text, size_t length, const seqnet_explanation *e,
                   const double *contributions);

#endif
