/*
 * A writer of JSON over cJSON: the caller fills objects and lists member by member. The first
 * failure sticks, so that the caller checks the result of seqnet_json_end only. The text is always
 * valid JSON in UTF-8: bytes that are not UTF-8 become U+FFFD. U+007F to U+009F, control characters
 * that JSON allows in strings, are escaped, so that a terminal does not obey them.
 *
 * Ownership: a seqnet_json ends with one call of seqnet_json_end or seqnet_json_drop. Nodes belong
 * to it. Strings are copied.
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
    /* An object or a list; NULL when it could not be made. */
    struct cJSON *root;
    /* A member could not be added. */
    bool failed;
} seqnet_json;

/* Begin a text that is an object or a list. */
seqnet_json seqnet_json_begin_object(void);
seqnet_json seqnet_json_begin_list(void);

/* Add a member to `parent`, which is json->root or a node that an earlier call returned. A member
 * of an object has a key; for a list, `key` is NULL. The first two return the new object or list,
 * or NULL when they fail. A NULL parent is fine, so that a failure needs no check. */
struct cJSON *seqnet_json_object(seqnet_json *json, struct cJSON *parent, const char *key);
struct cJSON *seqnet_json_list(seqnet_json *json, struct cJSON *parent, const char *key);
void seqnet_json_string(seqnet_json *json, struct cJSON *parent, const char *key, const char *text);
/* null when the number is not finite. */
void seqnet_json_number(seqnet_json *json, struct cJSON *parent, const char *key, double number);
void seqnet_json_bool(seqnet_json *json, struct cJSON *parent, const char *key, bool value);
void seqnet_json_null(seqnet_json *json, struct cJSON *parent, const char *key);

/* Adds a number with a fixed count of decimals, or null when it is not finite. */
void seqnet_json_decimal(seqnet_json *json, struct cJSON *parent, const char *key, double number,
                         int decimals);

/* Adds a text that is JSON already; it is not checked. */
void seqnet_json_raw(seqnet_json *json, struct cJSON *parent, const char *key, const char *text);

/* Writes the text without blanks or line ends to *text, which the caller releases with free(), and
 * frees the nodes. SEQNET_ERR_MEMORY, with *text = NULL, when this or an earlier call failed. */
seqnet_status seqnet_json_end(seqnet_json *json, char **text, seqnet_error *err);

/* Frees the nodes without writing them. */
void seqnet_json_drop(seqnet_json *json);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
