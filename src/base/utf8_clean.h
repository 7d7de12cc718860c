/* Making bytes UTF-8. */
#ifndef SN_UTF8_CLEAN_H
#define SN_UTF8_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* Whether the bytes are UTF-8 without NULs. */
bool sn_utf8_is_clean(const char *text, size_t length);

/* A NUL-terminated copy of the bytes in which NULs and what is no UTF-8 are U+FFFD. free() it. */
seqnet_status sn_utf8_clean(char **clean, const char *text, size_t length, seqnet_error *err);

#endif
