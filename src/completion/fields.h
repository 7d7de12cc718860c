/* The columns and keys of the data that stands on the line. */
#ifndef COMPLETION_FIELDS_H
#define COMPLETION_FIELDS_H

#include "answer.h"
#include "typed_line.h"

/* Offers the fields of the first file on the line that has some, as the line says that it is read.
 * Prints nothing about what cannot be read. */
void offer_fields(const answer *a, const typed_line *line);

#endif
