/* Lists of words as one text, with blanks between them. */
#ifndef TABLES_LISTED_H
#define TABLES_LISTED_H

#include <stdbool.h>

/* Whether the word is one of the list. */
bool has_word(const char *list, const char *word);

#endif
