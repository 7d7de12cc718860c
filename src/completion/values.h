/* What may stand where the cursor is: the values of options, and arguments. */
#ifndef COMPLETION_VALUES_H
#define COMPLETION_VALUES_H

#include "answer.h"
#include "typed_line.h"

/* Answers with the values of the option that the cursor is at. */
void answer_value(answer *a, const typed_line *line);

/* Answers with what the argument may be. Returns false, and answers nothing, where it may be
 * anything, or nothing more. */
bool answer_argument(const answer *a, const typed_line *line);

#endif
