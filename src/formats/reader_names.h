/* Names of columns and keys: those that are known to hold a text or a label, and how names from a
 * file are shown. */
#ifndef SN_READER_NAMES_H
#define SN_READER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* A name in a file; not NUL-terminated. */
typedef struct sn_name {
    const char *bytes;
    size_t length;
} sn_name;

enum { SN_NAME_UNKNOWN = 1000 };

/* The place of a name, spaces around it and case left aside, among the known names of texts and of
 * labels: the lowest is the best. SN_NAME_UNKNOWN for others. */
size_t sn_text_name_rank(sn_name name);
size_t sn_label_name_rank(sn_name name);

/* Whether it is the name that somebody asked for (NULL: nobody did), but for spaces around it. */
bool sn_name_is(sn_name name, const char *asked);

/* Appends a name to the string in `list`, which has `room` bytes, at least 16; `between` (two bytes
 * at most) goes before all names but the first. Control characters become question marks: a
 * terminal must not obey a file. What does not fit is left out and stands as "...". */
void sn_names_add(char *list, size_t room, const char *between, sn_name name);

#endif
