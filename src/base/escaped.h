/* Lists in option values: names between separators, in which a backslash takes a character's
 * meaning away. */
#ifndef SN_ESCAPED_H
#define SN_ESCAPED_H

#include <stdbool.h>
#include <stddef.h>

/* Copies the characters up to one of `ends` or the end of the text to `out`, without the
 * backslashes and with a NUL behind them; out has room for strlen(text) + 1. Returns where it
 * stopped. *escaped (may be NULL) tells whether there were backslashes. */
const char *sn_take_escaped(const char *text, const char *ends, char *out, size_t *length,
                            bool *escaped);

#endif
