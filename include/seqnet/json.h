/*
 * JSON text under construction, over cJSON: objects and lists are filled member by member, and the
 * first failure sticks, so that only the end has to be checked. The text is always valid JSON in
 * UTF-8: bytes that are no UTF-8 become U+FFFD, and the control characters that JSON allows as they
 * are (U+007F to U+009F) are escaped, so that a terminal does not obey them.
 *
 * Ownership: what is begun must go to seqnet_json_end or seqnet_json_drop, once. Nodes belong to
 * it.
 */
#ifndef SEQNET_JSON_H
#define SEQNET_JSON_H

#include <stdbool.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cJSON;

typedef struct seqnet_json {
    struct cJSON *root; /* an object or a list */
    bool failed;        /* a member could not be added */
} seqnet_json;

/* Begin a text that is an object, or a list. */
seqnet_json seqnet_json_begin_object(void);
seqnet_json seqnet_json_begin_list(void);

/* Add a member to `parent`: to an object with a key, to a list with NULL for it. The first two
 * return the new node. A NULL parent, the result of an addition that failed, is fine. */
struct cJSON *seqnet_json_object(seqnet_json *json, struct cJSON *parent, const char *key);
struct cJSON *seqnet_json_list(seqnet_json *json, struct cJSON *parent, const char *key);
void seqnet_json_string(seqnet_json *json, struct cJSON *parent, const char *key, const char *text);
void seqnet_json_number(seqnet_json *json, struct cJSON *parent, const char *key, double number);
void seqnet_json_bool(seqnet_json *json, struct cJSON *parent, const char *key, bool value);
void seqnet_json_null(seqnet_json *json, struct cJSON *parent, const char *key);

/* A number with a fixed count of decimals; null for one that is not finite. */
void seqnet_json_decimal(seqnet_json *json, struct cJSON *parent, const char *key, double number,
                         int decimals);

/* Text that is JSON already. */
void seqnet_json_raw(seqnet_json *json, struct cJSON *parent, const char *key, const char *text);

/* Writes the text without blanks or line ends to *text, which is to be freed with free().
 * SEQNET_ERR_MEMORY, *text = NULL, when that or anything before has failed. */
seqnet_status seqnet_json_end(seqnet_json *json, char **text, seqnet_error *err);

/* Forgets what was built. */
void seqnet_json_drop(seqnet_json *json);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
