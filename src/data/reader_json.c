/*
 * JSON Lines: an object a line. The text is a string, the label a string, a number as JSON writes
 * it, "true" or "false", or an array of one of these. A key may reach into nested objects with
 * dots; a key that holds the dot itself comes first.
 *
 * Keys that were not asked for are found in the first object: the best known name, else, for the
 * text, the only member that is a string.
 */
#include "reader.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

enum { NUMBER = 32 };

static const cJSON *find_member(const cJSON *object, const char *key, size_t length)
{
    const cJSON *member = object->child;
    while (member && (strlen(member->string) != length || memcmp(member->string, key, length) != 0))
        member = member->next;
    return member;
}

static const cJSON *find_key(const cJSON *object, const char *key)
{
    const cJSON *found = find_member(object, key, strlen(key));
    for (const char *dot = strchr(key, '.'); dot && !found; dot = strchr(dot + 1, '.')) {
        const cJSON *const inner = find_member(object, key, (size_t)(dot - key));
        if (cJSON_IsObject(inner))
            found = find_key(inner, dot + 1);
    }
    return found;
}

/* cJSON's strings end at a NUL, so an escaped one would cut a text off. */
static bool escapes_nul(const char *bytes, size_t length)
{
    const char *const end = bytes + length;
    for (const char *slash; (slash = memchr(bytes, '\\', (size_t)(end - bytes))) != NULL;
         bytes = slash + 2) {
        if (end - slash < 2)
            break;
        if (end - slash >= 6 && memcmp(slash, "\\u0000", 6) == 0)
            return true;
    }
    return false;
}

static const char *kind_of(const cJSON *item)
{
    return cJSON_IsArray(item)    ? "an array"
           : cJSON_IsObject(item) ? "an object"
           : cJSON_IsString(item) ? "a string"
           : cJSON_IsNumber(item) ? (isfinite(item->valuedouble) ? "a number" : "out of range")
           : cJSON_IsBool(item)   ? "true or false"
                                  : "null";
}

/* Parses with a NUL behind the line, for cJSON tells by it that nothing follows the value. */
static cJSON *parse_bytes(const sn_line *line, const char **stopped)
{
    char *const behind = line->bytes + line->length;
    const char kept = *behind;
    *behind = '\0';
    cJSON *const root = cJSON_ParseWithLengthOpts(line->bytes, line->length + 1, stopped, 1);
    *behind = kept;
    return root;
}

static seqnet_status parse_line(const seqnet_reader *reader, const sn_line *line, cJSON **object,
                                seqnet_error *err)
{
    const char *stopped = line->bytes;
    *object = NULL;
    if (memchr(line->bytes, '\0', line->length) || escapes_nul(line->bytes, line->length))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: is not a JSON object: it holds a NUL character; remove it",
                       reader->place, line->number);
    *object = parse_bytes(line, &stopped);
    if (cJSON_IsObject(*object))
        return SEQNET_OK;
    if (*object)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: is not a JSON object: it is %s; put one object on each line",
                       reader->place, line->number, kind_of(*object));
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: is not a JSON object: byte %zu is not as expected; put one object on "
                   "each line",
                   reader->place, line->number, (size_t)(stopped - line->bytes) + 1);
}

static sn_name name_of(const cJSON *member)
{
    return (sn_name){member->string, strlen(member->string)};
}

static bool may_be_text(const cJSON *member)
{
    return cJSON_IsString(member) || cJSON_IsNull(member);
}

static bool may_be_label(const cJSON *member)
{
    return !cJSON_IsObject(member) && (!cJSON_IsArray(member) || cJSON_GetArraySize(member) == 1);
}

static const cJSON *best_known(const cJSON *object, size_t (*rank_of)(sn_name),
                               bool (*may_be)(const cJSON *), const cJSON *taken)
{
    const cJSON *best = NULL;
    size_t best_rank = SN_NAME_UNKNOWN;
    for (const cJSON *member = object->child; member; member = member->next) {
        const size_t rank = rank_of(name_of(member));
        if (member != taken && rank < best_rank && may_be(member)) {
            best = member;
            best_rank = rank;
        }
    }
    return best;
}

static const cJSON *only_string(const cJSON *object, const cJSON *taken)
{
    const cJSON *only = NULL;
    for (const cJSON *member = object->child; member; member = member->next) {
        if (!cJSON_IsString(member) || member == taken)
            continue;
        if (only)
            return NULL;
        only = member;
    }
    return only;
}

static seqnet_status not_told(const seqnet_reader *reader, const cJSON *object, const char *what,
                              seqnet_error *err)
{
    char names[SN_READER_NAMES] = "";
    for (const cJSON *member = object->child; member; member = member->next)
        sn_names_add(names, sizeof names, ", ", name_of(member));
    return sn_fail(err, SEQNET_ERR_DATA,
                   "which key is the %s? %s has the keys %s; pass --%s-key KEY", what,
                   reader->place, *names ? names : "of an empty object", what);
}

static seqnet_status copy_key(char **key, const char *asked, const cJSON *found, seqnet_error *err)
{
    const char *const name = asked ? asked : found ? found->string : NULL;
    return name ? sn_copy_string(key, name, strlen(name), err) : SEQNET_OK;
}

static seqnet_status find_keys(seqnet_reader *reader, const cJSON *object, seqnet_error *err)
{
    const char *const text_asked = reader->options.text_field;
    const char *const label_asked = reader->options.label_field;
    const cJSON *label = label_asked ? find_key(object, label_asked) : NULL;
    const cJSON *text = text_asked ? find_key(object, text_asked) : NULL;
    if (!text_asked)
        text = best_known(object, sn_text_name_rank, may_be_text, label);
    if (!label_asked)
        label = best_known(object, sn_label_name_rank, may_be_label, text);
    if (!text_asked && !text)
        text = only_string(object, label);
    if (!text_asked && !text)
        return not_told(reader, object, "text", err);
    if (!label_asked && !label && reader->options.wants_label)
        return not_told(reader, object, "label", err);
    SN_TRY(copy_key(&reader->text_field, text_asked, text, err));
    SN_TRY(copy_key(&reader->label_field, label_asked, label, err));
    reader->keys_found = true;
    return SEQNET_OK;
}

/* A first line that is no object is told when it is read as a record. */
seqnet_status sn_reader_open_json(seqnet_reader *reader, seqnet_error *err)
{
    cJSON *object;
    SN_TRY(sn_input_await_line(&reader->input, err));
    const sn_line first = sn_reader_first_line(reader);
    if (first.length == 0)
        return SEQNET_OK;
    if (first.bytes[strspn(first.bytes, " \t")] == '[')
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: begins with a JSON array, not with an object a line; convert it with "
                       "jq -c '.[]'",
                       reader->place);
    seqnet_status status = SEQNET_OK;
    if (parse_line(reader, &first, &object, NULL) == SEQNET_OK)
        status = find_keys(reader, object, err);
    cJSON_Delete(object);
    return status;
}

static seqnet_status set_text(const seqnet_reader *reader, seqnet_record *record, seqnet_error *err)
{
    const cJSON *const text = find_key(reader->object, reader->text_field);
    if (!text)
        return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has no key '%.80s'; pass --text-key KEY",
                       reader->place, record->line, reader->text_field);
    if (!may_be_text(text))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: the text '%.80s' is %s; make it a string or pass --text-key KEY",
                       reader->place, record->line, reader->text_field, kind_of(text));
    if (cJSON_IsString(text)) {
        record->text = text->valuestring;
        record->text_length = strlen(text->valuestring);
    }
    return SEQNET_OK;
}

/* Whole numbers without decimals, others as cJSON writes them: so that they read back the same,
 * and with a point in every locale. */
static seqnet_status write_number(seqnet_reader *reader, const cJSON *number, seqnet_error *err)
{
    static const double WHOLE = 9007199254740992.0; /* 2^53 */
    const double value = number->valuedouble;
    SN_TRY(sn_grow(&reader->scratch, &reader->scratch_capacity, NUMBER, 1, err));
    if (fabs(value) < WHOLE && floor(value) == value)
        (void)snprintf(reader->scratch, NUMBER, "%.0f", value + 0.0);
    else if (!cJSON_PrintPreallocated((cJSON *)(uintptr_t)number, reader->scratch, NUMBER, 0))
        reader->scratch[0] = '\0';
    return SEQNET_OK;
}

static seqnet_status set_label(seqnet_reader *reader, seqnet_record *record, seqnet_error *err)
{
    const cJSON *label = reader->label_field ? find_key(reader->object, reader->label_field) : NULL;
    const char *text = "";
    if (cJSON_IsArray(label) && cJSON_GetArraySize(label) == 1)
        label = label->child;
    if (cJSON_IsArray(label) || cJSON_IsObject(label) ||
        (cJSON_IsNumber(label) && !isfinite(label->valuedouble)))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: the label '%.80s' is %s; make it a string, a number, true or false",
                       reader->place, record->line, reader->label_field, kind_of(label));
    if (cJSON_IsNumber(label)) {
        SN_TRY(write_number(reader, label, err));
        text = reader->scratch;
    } else if (cJSON_IsBool(label)) {
        text = cJSON_IsTrue(label) ? "true" : "false";
    } else if (cJSON_IsString(label)) {
        text = label->valuestring;
    }
    return sn_reader_set_label(reader, record, text, strlen(text), err);
}

static seqnet_status set_weight(const seqnet_reader *reader, seqnet_record *record,
                                seqnet_error *err)
{
    const cJSON *const weight = find_key(reader->object, reader->options.weight_field);
    double value = 0;
    char shown[SN_READER_NAMES] = "";
    bool is_number = cJSON_IsNumber(weight);
    if (is_number)
        value = weight->valuedouble;
    if (cJSON_IsString(weight)) {
        is_number = seqnet_parse_double(weight->valuestring, &value);
        sn_names_add(shown, sizeof shown, "",
                     (sn_name){weight->valuestring, strlen(weight->valuestring)});
    } else if (is_number) {
        (void)snprintf(shown, sizeof shown, "%g", value);
    } else {
        (void)snprintf(shown, sizeof shown, "%s", weight ? kind_of(weight) : "");
    }
    return sn_reader_set_weight(reader, record, is_number, value, shown, err);
}

seqnet_status sn_reader_next_json(seqnet_reader *reader, seqnet_record *record, bool *found,
                                  seqnet_error *err)
{
    sn_line line;
    cJSON_Delete(reader->object);
    reader->object = NULL;
    SN_TRY(sn_reader_next_line(reader, record, &line, found, err));
    if (!*found)
        return SEQNET_OK;
    SN_TRY(parse_line(reader, &line, &reader->object, err));
    if (!reader->keys_found)
        SN_TRY(find_keys(reader, reader->object, err));
    SN_TRY(set_text(reader, record, err));
    SN_TRY(set_label(reader, record, err));
    return reader->options.weight_field ? set_weight(reader, record, err) : SEQNET_OK;
}
