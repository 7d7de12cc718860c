/*
 * Lists in option values: names between separators, in which a backslash makes the next character
 * an ordinary one. What the names mean is up to the caller.
 */
#ifndef SN_ESCAPED_H
#define SN_ESCAPED_H

#include <stdbool.h>
#include <stddef.h>

/* Copies the characters up to one of `ends`, or up to the end of the text, to `out`, which has room
 * for strlen(text) + 1 bytes; leaves the backslashes out and puts a NUL behind the copy. Returns
 * where it stopped. *escaped becomes true when there were backslashes; `escaped` may be NULL. */
const char *sn_take_escaped(const char *text, const char *ends, char *out, size_t *length,
                            bool *escaped);

#endif
