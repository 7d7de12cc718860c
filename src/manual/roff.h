/*
 * Writes man pages: macros of man(7), and text in which nothing is taken for one. What a macro
 * takes stands behind it on lines of its own, so that no text needs the quotes of arguments.
 */
#ifndef MANUAL_ROFF_H
#define MANUAL_ROFF_H

#include <stddef.h>
#include <stdio.h>

/* Fonts of text. Options in plain text are bold. */
typedef enum roff_font { ROFF_PLAIN, ROFF_BOLD, ROFF_ITALIC } roff_font;

/* ".SH NAME" */
void roff_section(FILE *out, const char *name);
/* ".SS NAME" */
void roff_subsection(FILE *out, const char *name);

/* Begins a paragraph, an item of a list, or lines that stay as they are. */
void roff_paragraph(FILE *out);
void roff_item(FILE *out);
void roff_begin_lines(FILE *out);
void roff_end_lines(FILE *out);

/* Writes text without ending the line. Blanks stay, and '|' lets a line break behind it. */
void roff_put(FILE *out, roff_font font, const char *text);

/* Writes words as lines, filled for the eye; line ends count as blanks. */
void roff_words(FILE *out, const char *text);

/* Writes paragraphs with empty lines between them, of which the first one is begun. Lines
 * "  name   what it is" become items, other lines that begin with blanks stay as they are. */
void roff_paragraphs(FILE *out, const char *text);

#endif
