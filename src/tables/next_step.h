/* What a user may do after a success: one command line, for people at a terminal alone. */
#ifndef TABLES_NEXT_STEP_H
#define TABLES_NEXT_STEP_H

#include "spelled.h"

/* Whether somebody reads what is printed: both streams are terminals, without --quiet. */
bool tells_next_step(void);

/* Prints the command with a file as its argument, if somebody reads it. */
void tell_next_with(const char *command, const char *file);

/* Appends the command that classifies a text. */
void spell_predict(spelled_line *line, const char *model);

/* Appends a file as an argument, so that it is no option. */
void spell_file(spelled_line *line, const char *path);

/* Prints "next: " and the line, and frees it. */
void tell_next_step(spelled_line *line);

#endif
