/*
 * The texts of measured rows as running text of the page: cut, escaped, their words colored by what
 * they contribute to a label.
 */
#ifndef REPORTING_PROSE_H
#define REPORTING_PROSE_H

#include <stdio.h>

#include <seqnet/explain.h>

/* Prints a text on one line: blanks and line ends become single spaces, and at most `most` cells of
 * it are shown. */
void put_prose(FILE *out, const char *text, size_t length, size_t most);

/* Prints the words that were explained, those that speak for the label and those that speak against
 * it as marks of four levels. Of a long text the part is shown that has most of the contributions.
 */
void put_explained(FILE *out, const char *text, size_t length, const seqnet_explanation *e,
                   const double *contributions);

#endif
