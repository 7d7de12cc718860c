/*
 * The writer of seqnet/json.h over cJSON. The first failure sticks, so that callers check once, at
 * the end. Control characters beyond ASCII, which a terminal might obey, are written as escapes.
 */
#include <seqnet/json.h>

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum { DECIMAL = 400 };

seqnet_json seqnet_json_begin_object(void)
{
    cJSON *const root = cJSON_CreateObject();
    return (seqnet_json){.root = root, .failed = !root};
}

seqnet_json seqnet_json_begin_list(void)
{
    cJSON *const root = cJSON_CreateArray();
    return (seqnet_json){.root = root, .failed = !root};
}

/* Returns the text itself when it is UTF-8, else a copy that is, which the caller frees as *made;
 * NULL without memory. */
static const char *as_utf8(const char *text, char **made)
{
    const size_t length = strlen(text);
    *made = NULL;
    if (sn_utf8_is_clean(text, length))
        return text;
    return sn_utf8_clean(made, text, length, NULL) == SEQNET_OK ? *made : NULL;
}

static bool attach(cJSON *parent, const char *key, cJSON *node)
{
    if (!key)
        return cJSON_AddItemToArray(parent, node);
    char *made;
    const char *const clean = as_utf8(key, &made);
    const bool added = clean && cJSON_AddItemToObject(parent, clean, node);
    free(made);
    return added;
}

/* Adds a node, which the parent owns from now on. A NULL node is one that could not be made. */
static cJSON *add(seqnet_json *json, cJSON *parent, const char *key, cJSON *node)
{
    if (parent && node && !json->failed && attach(parent, key, node))
        return node;
    cJSON_Delete(node);
    json->failed = true;
    return NULL;
}

struct cJSON *seqnet_json_object(seqnet_json *json, struct cJSON *parent, const char *key)
{
    return add(json, parent, key, cJSON_CreateObject());
}

struct cJSON *seqnet_json_list(seqnet_json *json, struct cJSON *parent, const char *key)
{
    return add(json, parent, key, cJSON_CreateArray());
}

void seqnet_json_string(seqnet_json *json, struct cJSON *parent, const char *key, const char *text)
{
    char *made;
    const char *const clean = as_utf8(text, &made);
    (void)add(json, parent, key, clean ? cJSON_CreateString(clean) : NULL);
    free(made);
}

void seqnet_json_number(seqnet_json *json, struct cJSON *parent, const char *key, double number)
{
    (void)add(json, parent, key,
              isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateNull());
}

void seqnet_json_bool(seqnet_json *json, struct cJSON *parent, const char *key, bool value)
{
    (void)add(json, parent, key, cJSON_CreateBool(value));
}

void seqnet_json_null(seqnet_json *json, struct cJSON *parent, const char *key)
{
    (void)add(json, parent, key, cJSON_CreateNull());
}

void seqnet_json_decimal(seqnet_json *json, struct cJSON *parent, const char *key, double number,
                         int decimals)
{
    char text[DECIMAL];
    if (!isfinite(number)) { /* JSON has no such numbers */
        seqnet_json_null(json, parent, key);
        return;
    }
    (void)snprintf(text, sizeof text, "%.*f", decimals, number);
    seqnet_json_raw(json, parent, key, text);
}

void seqnet_json_raw(seqnet_json *json, struct cJSON *parent, const char *key, const char *text)
{
    (void)add(json, parent, key, cJSON_CreateRaw(text));
}

/* Whether U+007F to U+009F begins here: DEL, or 0xc2 and a byte up to 0x9f. */
static bool is_control(const char *text)
{
    const unsigned char first = (unsigned char)text[0], second = (unsigned char)text[first != 0];
    return first == 0x7f || (first == 0xc2 && second >= 0x80 && second <= 0x9f);
}

/* The next control character; the end of the text when there is none. */
static const char *find_control(const char *text)
{
    for (; (text += strcspn(text, "\x7f\xc2")), *text; text++)
        if (is_control(text))
            break;
    return text;
}

static seqnet_status add_escaped(sn_buffer *escaped, const char *text, seqnet_error *err)
{
    for (;;) {
        const char *const control = find_control(text);
        SN_TRY(sn_buffer_add(escaped, text, (size_t)(control - text), err));
        if (!*control)
            return SEQNET_OK;
        text = control + (*control == 0x7f ? 1 : 2);
        SN_TRY(sn_buffer_format(escaped, err, "\\u%04x", (unsigned char)text[-1]));
    }
}

/* Replaces control characters of the text by escapes. They occur in strings only, where escapes are
 * allowed. */
static seqnet_status escape_controls(char **text, seqnet_error *err)
{
    sn_buffer escaped = {0};
    char *copy = NULL;
    seqnet_status status = add_escaped(&escaped, *text, err);
    if (status == SEQNET_OK)
        status = sn_buffer_take(&escaped, &copy, err);
    sn_buffer_free(&escaped);
    cJSON_free(*text);
    *text = copy;
    return status;
}

seqnet_status seqnet_json_end(seqnet_json *json, char **text, seqnet_error *err)
{
    *text = json->failed ? NULL : cJSON_PrintUnformatted(json->root);
    seqnet_json_drop(json);
    if (!*text)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for JSON");
    return *find_control(*text) ? escape_controls(text, err) : SEQNET_OK;
}

void seqnet_json_drop(seqnet_json *json)
{
    cJSON_Delete(json->root);
    *json = (seqnet_json){.failed = true};
}
