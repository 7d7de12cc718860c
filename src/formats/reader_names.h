/*
 * Names of columns and keys: the known names of texts and labels, and how sentences show names from
 * a file. The choice of a column is in reader_csv.c, that of a key in reader_json.c.
 */
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

/* The rank of a name among the known names of texts and of labels, without regard to case and to
 * spaces around it: the lowest rank is the best. SN_NAME_UNKNOWN for other names. */
size_t sn_text_name_rank(sn_name name);
size_t sn_label_name_rank(sn_name name);

/* Whether a name equals `asked`, with or without the spaces around it; false when `asked` is
 * NULL. */
bool sn_name_is(sn_name name, const char *asked);

/* The same for an asked name that is not NUL-terminated. */
bool sn_name_equals(sn_name name, sn_name asked);

/* The first of the names with commas between them, without blanks around it; *list moves behind its
 * comma and is NULL after the last one. */
sn_name sn_name_piece(const char **list);

/* Appends a name to the string in `list`, which has `room` bytes, at least 16; `between` (two bytes
 * at most) goes before each name except the first. Control characters become question marks: a
 * terminal must not obey a file. Names that do not fit are left out, with "..." in their place. */
void sn_names_add(char *list, size_t room, const char *between, sn_name name);

#endif
