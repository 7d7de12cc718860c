/*
 * JSON that comes from files. Its grammar (RFC 8259) is checked before cJSON builds a tree of it:
 * then cJSON can fail for lack of memory only, and the size of the tree is known beforehand.
 * Writing JSON is in seqnet/json.h; what the values mean is up to the caller.
 */
#ifndef SN_JSON_H
#define SN_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* What a text may hold. */
typedef struct sn_json_limits {
    /* The most objects, lists, strings, numbers, true, false and null; keys do not count. */
    size_t values;
    /* \u0000 and half a surrogate pair, which no C string or UTF-8 text can hold, are read as
     * U+FFFD, and NaN, Infinity and -Infinity, which Python writes, as an empty object; else they
     * are faults. */
    bool repairs;
    /* A key that occurs twice in an object is a fault. */
    bool unique_keys;
} sn_json_limits;

/* Why and where a text is not JSON within the limits. */
typedef struct sn_json_fault {
    /* The text has more values than the limit. */
    bool too_many;
    /* The text at the fault, "a number as JSON does not write it"; NULL: byte `byte` is not
     * expected. */
    const char *what;
    /* Counted from 1. */
    size_t byte;
} sn_json_fault;

/* Whether the text is one JSON value within the limits. *repaired becomes the number of
 * characters that are read as U+FFFD; when the text is not, *fault says why. */
bool sn_json_check(const char *text, size_t length, const sn_json_limits *limits, size_t *repaired,
                   sn_json_fault *fault);

/* The bytes of the value with a number, from 0, in the order in which values begin; false when
 * there is none. The text must be one that sn_json_check lets pass. */
bool sn_json_value_text(const char *text, size_t length, size_t number, const char **value,
                        size_t *size);

/* Parses a text. The caller frees *root with cJSON_Delete; it is NULL on failure. Fails with
 * SEQNET_ERR_DATA and a sentence that says what stands where, or with SEQNET_ERR_MEMORY. */
seqnet_status sn_json_parse(cJSON **root, const char *text, size_t length,
                            const sn_json_limits *limits, size_t *repaired, seqnet_error *err);

#endif
