/* Whether a file holds what predict printed: such files predict -o may replace. */
#ifndef CONSOLE_RECOGNISE_H
#define CONSOLE_RECOGNISE_H

#include <stdbool.h>

/* Looks at what the file begins with, a megabyte at most, as lines. It holds answers when at least
 * one line is one, in any of the forms of answers.h, and no line is anything else, but for records
 * beside annotated ones, which may have been copied because they were bad. Binary data holds none.
 */
bool holds_answers(const char *path);

#endif
