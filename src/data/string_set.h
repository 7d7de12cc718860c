/*
 * Distinct byte strings, numbered in the order of their first appearance. Zeroed to start with.
 */
#ifndef SN_STRING_SET_H
#define SN_STRING_SET_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { SN_MAX_STRINGS = INT32_MAX };

typedef struct sn_string_set {
    char *bytes;    /* all strings one after the other, each with a NUL behind it */
    size_t *starts; /* string i begins at bytes + starts[i], its NUL is at starts[i + 1] - 1 */
    size_t count;
    uint32_t *slots;   /* open addressing: number + 1, 0 for free */
    size_t slot_count; /* a power of two, or 0 */
    size_t bytes_capacity, starts_capacity;
} sn_string_set;

/* Looks the string up, adding it (copied) when it is new; *number is its number. */
seqnet_status sn_string_set_add(sn_string_set *set, const char *text, size_t length, size_t *number,
                                seqnet_error *err);

/* The number of a string; SIZE_MAX when it is not in the set. */
size_t sn_string_set_find(const sn_string_set *set, const char *text, size_t length);

/* String number `number`, NUL-terminated; *length (may be NULL) does not count the NUL. Valid until
 * something is added. */
const char *sn_string_set_get(const sn_string_set *set, size_t number, size_t *length);

/* On failure *copy holds some of them and is to be freed. */
seqnet_status sn_string_set_copy(sn_string_set *copy, const sn_string_set *set, seqnet_error *err);

void sn_string_set_free(sn_string_set *set);

#endif
