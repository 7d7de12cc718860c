/*
 * When two labels are most likely meant to be the same: they differ in letter case, in characters
 * that are not seen, in blanks, in Unicode's forms of the same characters, in punctuation at the
 * end, or they are one number. What becomes of such labels is up to whoever asks.
 */
#ifndef SN_LABEL_KEY_H
#define SN_LABEL_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* Makes *key a string that labels meant to be the same share. The caller frees it with free(). The
 * label must be UTF-8. */
seqnet_status sn_label_key(char **key, const char *label, size_t length, seqnet_error *err);

/* Whether a key is that of a label which programs write for a missing value: nan, NA, null, None.
 */
bool sn_label_key_is_missing(const char *key);

#endif
