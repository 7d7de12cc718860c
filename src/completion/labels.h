/* The labels of the model that the line works with. */
#ifndef COMPLETION_LABELS_H
#define COMPLETION_LABELS_H

#include "answer.h"
#include "typed_line.h"

/* Answers with the labels, each with "=" behind where the option takes LABEL=X. */
void answer_labels(const answer *a, const typed_line *line);

#endif
