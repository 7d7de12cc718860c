/* Whether a file holds what predict printed: predict -o may replace such a file. */
#ifndef CONSOLE_RECOGNISE_H
#define CONSOLE_RECOGNISE_H

#include <stdbool.h>

/* Looks at the lines of the file's first megabyte. The file holds answers when at least one line is
 * an answer in a form of answers.h and no line is anything else; records among annotated ones may
 * be anything, for predict copies bad ones. Binary data holds no answers. */
bool holds_answers(const char *path);

#endif
