/*
 * How help is laid out: headings, paragraphs, rows of a name and what it is, examples. Lines are
 * broken between words, so that they fit the page.
 */
#ifndef ARGUMENTS_HELP_PAGE_H
#define ARGUMENTS_HELP_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct help_page {
    FILE *out;
    /* The cells of a line. */
    size_t width;
    /* Headings and names are bold. */
    bool has_bold;
} help_page;

/* A page on a stream: as wide as COLUMNS says, else as the terminal is, but not wider than can be
 * read; without either 80. Bold where colors are. */
help_page help_page_for(FILE *out);

/* "Data:", behind an empty line. */
void put_heading(const help_page *page, const char *text);

/* Words of a line that is filled up to `first` cells already; further lines begin with `indent`
 * blanks. Blanks and newlines are alike. Ends the line. */
void put_paragraph(const help_page *page, const char *text, size_t first, size_t indent);

/* Paragraphs with empty lines between them. Lines that begin with blanks, "  name   what it is",
 * stay lines; what does not fit goes on under what it is. */
void put_paragraphs(const help_page *page, const char *text);

/* The length of the lines up to the next that is empty or begins with a blank; 0: this is empty. */
size_t paragraph_length(const char *text);

/* Where in a line "  name   what it is" the last part begins; 0: it has one part. */
size_t last_part(const char *line, size_t length);

/* A row: blanks and whatever else `lead` is, a name, the name of its value or nothing, and in the
 * column what it is. On a narrow page a name that has much before the column has a line for itself.
 */
void put_row(const help_page *page, const char *lead, const char *name, const char *value,
             const char *text, size_t column);

/* The first `most` lines of examples. A command that does not fit goes on behind a backslash. */
void put_examples(const help_page *page, const char *lines, size_t most);

#endif
