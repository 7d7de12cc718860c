/*
 * Distinct byte strings, numbered in the order of their first appearance. A zeroed set is empty.
 * Memory grows with the distinct strings, each of which is kept once. Words by rank are in
 * words/vocabulary.h.
 */
#ifndef SN_STRING_SET_H
#define SN_STRING_SET_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { SN_MAX_STRINGS = INT32_MAX };

/* A string of the set, with a NUL behind it that its length does not count. Its bytes never move
 * while the set lives. */
typedef struct sn_string {
    const char *text;
    size_t length;
} sn_string;

typedef struct sn_string_set {
    /* The strings by number. */
    sn_string *strings;
    size_t count, capacity;
    /* An open-addressing table, at most half full. */
    struct sn_string_slot *slots;
    /* A power of two, or 0. */
    size_t slot_count;
    struct sn_string_block *block;
    size_t block_used;
} sn_string_set;

/* The order of two strings by their bytes, of which a beginning comes first: below, equal to or
 * above 0 as memcmp's. */
int sn_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length);

/* Looks a string up and adds a copy of it when it is new; *number becomes its number. */
seqnet_status sn_string_set_add(sn_string_set *set, const char *text, size_t length, size_t *number,
                                seqnet_error *err);

/* The number of a string; SIZE_MAX when it is not in the set. */
size_t sn_string_set_find(const sn_string_set *set, const char *text, size_t length);

/* String number `number`, NUL-terminated; *length (may be NULL) does not count the NUL. */
const char *sn_string_set_get(const sn_string_set *set, size_t number, size_t *length);

/* Copies a set. On failure *copy holds some of the strings, and the caller frees it. */
seqnet_status sn_string_set_copy(sn_string_set *copy, const sn_string_set *set, seqnet_error *err);

void sn_string_set_free(sn_string_set *set);

#endif
