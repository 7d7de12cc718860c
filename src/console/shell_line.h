/* Command lines that may be copied into a shell, on terminals of any width. */
#ifndef CONSOLE_SHELL_LINE_H
#define CONSOLE_SHELL_LINE_H

#include <stddef.h>
#include <stdio.h>

/* Prints line[0 .. length) behind `first` cells of a line. What does not fit into `width` cells
 * goes on in the next line, indented, behind a backslash; words and comments are whole. */
void put_shell_line(FILE *out, const char *line, size_t length, size_t first, size_t width);

#endif
