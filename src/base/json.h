/*
 * JSON that comes from files: its grammar is checked to the letter (RFC 8259) before cJSON builds a
 * tree of it, so that a failure of cJSON is a lack of memory and nothing else, and so that the
 * tree's size is known beforehand. How JSON is written stands in seqnet/json.h.
 */
#ifndef SN_JSON_H
#define SN_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* What a text may hold. */
typedef struct sn_json_limits {
    size_t values;    /* objects, lists, strings, numbers and words in all, keys not counted */
    bool repairs;     /* \u0000 and half a surrogate pair, which no C string or UTF-8 text can hold,
                         are read as U+FFFD; else they are faults */
    bool unique_keys; /* a key that stands twice in an object is a fault */
} sn_json_limits;

typedef struct sn_json_fault {
    bool too_many;    /* it is that there are more values than the limit */
    const char *what; /* "a number as JSON does not write it"; NULL: byte `byte` is not expected */
    size_t byte;      /* from 1 */
} sn_json_fault;

/* Whether the text is one JSON value within the limits; *repaired counts what was read as U+FFFD. A
 * fault is told in *fault. */
bool sn_json_check(const char *text, size_t length, const sn_json_limits *limits, size_t *repaired,
                   sn_json_fault *fault);

/* Parses a text. *root is to be released with cJSON_Delete; NULL on failure. SEQNET_ERR_DATA with a
 * sentence that tells what stands where; SEQNET_ERR_MEMORY. */
seqnet_status sn_json_parse(cJSON **root, const char *text, size_t length,
                            const sn_json_limits *limits, size_t *repaired, seqnet_error *err);

#endif
