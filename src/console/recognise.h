/* Recognises files that hold answers of predict, because predict -o may replace them. The forms are
 * those of answers.h. */
#ifndef CONSOLE_RECOGNISE_H
#define CONSOLE_RECOGNISE_H

#include <stdbool.h>

/* Looks at the lines of the file's first megabyte. The file holds answers when at least one line is
 * an answer and no line is anything else. Among annotated records other lines are accepted, because
 * predict copies bad records as they are. Binary data holds no answers. */
bool holds_answers(const char *path);

#endif
