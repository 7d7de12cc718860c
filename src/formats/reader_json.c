/*
 * JSON Lines: one object per line. The text is a string. The label is a string, a number, true or
 * false, or an array of these. Dots in a key lead into nested objects; a key that contains
 * the dots itself comes first.
 *
 * Keys that the options do not name are found in the first object: the best known name, else, for
 * the text, the only member that is a string.
 */
#include "reader.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "json.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* U+FFFD. */
static const char REPLACEMENT[] = "\xef\xbf\xbd";

/* The limit bounds memory: a tree of cJSON may take forty times the bytes of its text. */
static const sn_json_limits LIMITS = {.values = 1 << 22, .repairs = true};

/* The first member with a key; *twice becomes true when another one has the same key. */
static const cJSON *find_member(const cJSON *object, const char *key, size_t length, bool *twice)
{
    const cJSON *found = NULL;
    for (const cJSON *member = object->child; member; member = member->next) {
        if (strncmp(member->string, key, length) != 0 || member->string[length])
            continue;
        *twice = *twice || found;
        found = found ? found : member;
    }
    return found;
}

static const cJSON *find_key(const cJSON *object, const char *key, bool *twice)
{
    const cJSON *found = find_member(object, key, strlen(key), twice);
    for (const char *dot = strchr(key, '.'); dot && !found; dot = strchr(dot + 1, '.')) {
        bool inner_twice = false;
        const cJSON *const inner = find_member(object, key, (size_t)(dot - key), &inner_twice);
        if (cJSON_IsObject(inner))
            found = find_key(inner, dot + 1, &inner_twice);
        *twice = *twice || (found && inner_twice);
    }
    return found;
}

/* Finds the value of a key, NULL when there is none. Two values are an error, since it is not known
 * which one is meant. */
static seqnet_status take_key(const seqnet_reader *reader, const seqnet_record *record,
                              const char *key, const cJSON **value, seqnet_error *err)
{
    bool twice = false;
    *value = find_key(reader->object, key, &twice);
    if (!twice)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: the key '%.80s' stands twice; leave one out",
                   reader->place, record->line, key);
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

/* Reports why a line is not JSON, with a remedy when the fault has none. A lack of memory is not a
 * fault of the line. */
static seqnet_status not_json(const seqnet_reader *reader, const sn_line *line,
                              const seqnet_error *why, seqnet_error *err)
{
    size_t repaired;
    sn_json_fault fault = {0};
    if (why->status == SEQNET_ERR_MEMORY)
        return sn_fail(err, why->status, "%s", why->message);
    (void)sn_json_check(line->bytes, line->length, &LIMITS, &repaired, &fault);
    if (fault.too_many)
        return sn_fail(err, why->status, "%s:%zu: %s, which is more than is read at once",
                       reader->place, line->number, why->message);
    return sn_fail(err, why->status, "%s:%zu: is not a JSON object: %s%s", reader->place,
                   line->number, why->message, fault.what ? "" : "; put one object on each line");
}

static seqnet_status parse_line(const seqnet_reader *reader, const sn_line *line, cJSON **object,
                                size_t *replaced, seqnet_error *err)
{
    seqnet_error why = {0};
    if (sn_json_parse(object, line->bytes, line->length, &LIMITS, replaced, &why) != SEQNET_OK)
        return not_json(reader, line, &why, err);
    if (cJSON_IsObject(*object))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: is not a JSON object: it is %s; put one object on each line",
                   reader->place, line->number, kind_of(*object));
}

/* The same for a line of any bytes: where they are not UTF-8, *line becomes a copy with U+FFFD in
 * their place. */
static seqnet_status parse_any_line(seqnet_reader *reader, sn_line *line, cJSON **object,
                                    seqnet_error *err)
{
    reader->line_replaced = reader->line_invalid = 0;
    const seqnet_status status = parse_line(reader, line, object, &reader->line_replaced, err);
    const size_t invalid =
        status == SEQNET_ERR_DATA ? sn_utf8_count_invalid(line->bytes, line->length) : 0;
    if (!invalid)
        return status;
    free(reader->cleaned);
    reader->cleaned = NULL;
    SN_TRY(sn_utf8_clean(&reader->cleaned, line->bytes, line->length, err));
    line->bytes = reader->cleaned;
    line->length = strlen(reader->cleaned);
    reader->line_invalid = invalid;
    return parse_line(reader, line, object, &reader->line_replaced, err);
}

static sn_name name_of(const cJSON *member)
{
    return (sn_name){member->string, strlen(member->string)};
}

/* Whether a value is missing: null, or NaN, which is read as an empty object. */
static bool is_missing(const cJSON *value)
{
    return cJSON_IsNull(value) || (cJSON_IsObject(value) && !value->child);
}

static bool may_be_text(const cJSON *member)
{
    return cJSON_IsString(member) || is_missing(member);
}

static bool may_be_anything(const cJSON *member)
{
    (void)member;
    return true;
}

static bool may_be_label(const cJSON *member)
{
    const cJSON *const first = cJSON_IsArray(member) ? member->child : NULL;
    const bool is_object = cJSON_IsObject(member) && !is_missing(member);
    return !is_object && !cJSON_IsObject(first) && !cJSON_IsArray(first);
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

static seqnet_status cannot_choose(const seqnet_reader *reader, const cJSON *object,
                                   const char *what, seqnet_error *err)
{
    char names[SN_READER_NAMES] = "";
    if (!object->child)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "which key is the %s? the first object of %s is empty; pass .%s_field KEY",
                       what, reader->place, what);
    for (const cJSON *member = object->child; member; member = member->next)
        sn_names_add(names, sizeof names, ", ", name_of(member));
    return sn_fail(err, SEQNET_ERR_DATA,
                   "which key is the %s? %s has the keys %s; pass .%s_field KEY", what,
                   reader->place, names, what);
}

static seqnet_status copy_name(char **copy, sn_name name, seqnet_error *err)
{
    return sn_copy_string(copy, name.bytes, name.length, err);
}

static seqnet_status add_text_key(seqnet_reader *reader, sn_name name, seqnet_error *err)
{
    if (reader->text_count == SEQNET_TEXT_FIELDS)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: a text is made of at most %d fields",
                       reader->place, SEQNET_TEXT_FIELDS);
    SN_TRY(copy_name(&reader->text_fields[reader->text_count], name, err));
    reader->text_count++;
    return SEQNET_OK;
}

/* Adds the keys that one name stands for: the key that is named so, if the object has it, or else
 * those between its commas. */
static seqnet_status add_text_keys(seqnet_reader *reader, const cJSON *object, const char *asked,
                                   seqnet_error *err)
{
    bool twice = false;
    if (!strchr(asked, ',') || find_key(object, asked, &twice))
        return add_text_key(reader, (sn_name){asked, strlen(asked)}, err);
    for (const char *piece = asked; piece;)
        SN_TRY(add_text_key(reader, sn_name_piece(&piece), err));
    return SEQNET_OK;
}

/* The member that is the text by its name, or the only string beside the label. */
static const cJSON *choose_text(const cJSON *object, const cJSON *label)
{
    const cJSON *text = best_known(object, sn_text_name_rank, may_be_text, label);
    if (!text && !label)
        label = best_known(object, sn_label_name_rank, may_be_label, NULL);
    if (!text)
        text = only_string(object, label);
    /* set_text reports that it is not a string. */
    return text ? text : best_known(object, sn_text_name_rank, may_be_anything, label);
}

static seqnet_status find_label(seqnet_reader *reader, const cJSON *object, const cJSON *text,
                                seqnet_error *err)
{
    const seqnet_reader_options *const o = &reader->options;
    if (o->label_field)
        return copy_name(&reader->label_field, (sn_name){o->label_field, strlen(o->label_field)},
                         err);
    const cJSON *const label = best_known(object, sn_label_name_rank, may_be_label, text);
    if (label)
        return copy_name(&reader->label_field, name_of(label), err);
    return o->wants_label ? cannot_choose(reader, object, "label", err) : SEQNET_OK;
}

static seqnet_status find_texts(seqnet_reader *reader, const cJSON *object, const cJSON **text,
                                seqnet_error *err)
{
    const seqnet_reader_options *const o = &reader->options;
    bool twice = false; /* reported when the object is read as a record */
    for (const char *const *asked = o->text_fields; *asked; asked++)
        SN_TRY(add_text_keys(reader, object, *asked, err));
    if (reader->text_count) {
        *text = find_key(object, reader->text_fields[0], &twice);
        return SEQNET_OK;
    }
    *text = choose_text(object, o->label_field ? find_key(object, o->label_field, &twice) : NULL);
    return *text ? add_text_key(reader, name_of(*text), err)
                 : cannot_choose(reader, object, "text", err);
}

static seqnet_status find_keys(seqnet_reader *reader, const cJSON *object, seqnet_error *err)
{
    const cJSON *text;
    SN_TRY(find_texts(reader, object, &text, err));
    SN_TRY(find_label(reader, object, text, err));
    reader->keys_found = true;
    sn_reader_set_found(reader);
    return SEQNET_OK;
}

seqnet_status sn_reader_first_object(seqnet_reader *reader, cJSON **object, seqnet_error *err)
{
    sn_line first = sn_reader_first_line(reader);
    *object = NULL;
    return first.length ? parse_any_line(reader, &first, object, err) : SEQNET_OK;
}

/* A first line that is not an object is reported when it is read as a record. */
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
    if (parse_line(reader, &first, &object, NULL, NULL) == SEQNET_OK)
        status = find_keys(reader, object, err);
    cJSON_Delete(object);
    return status;
}

static seqnet_status no_such_key(const seqnet_reader *reader, const seqnet_record *record,
                                 const char *key, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has no key '%.80s'%s; pass .text_field KEY",
                   reader->place, record->line, key,
                   reader->options.remembered.text ? ", which the model was trained on" : "");
}

static seqnet_status set_text(seqnet_reader *reader, seqnet_record *record, size_t index,
                              seqnet_error *err)
{
    const cJSON *text;
    const char *const key = reader->text_fields[index];
    SN_TRY(take_key(reader, record, key, &text, err));
    if (!text)
        return no_such_key(reader, record, key, err);
    if (!may_be_text(text))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: the text '%.80s' is %s; make it a string or pass .text_field KEY",
                       reader->place, record->line, key, kind_of(text));
    const char *const bytes = cJSON_IsString(text) ? text->valuestring : "";
    return sn_reader_add_text(reader, record, index, bytes, strlen(bytes), err);
}

/* Counts the values of a tree that begin before `wanted`; *found says whether it is in the tree. */
static size_t count_before(const cJSON *value, const cJSON *wanted, bool *found)
{
    *found = value == wanted;
    size_t count = !*found;
    for (const cJSON *member = value->child; member && !*found; member = member->next)
        count += count_before(member, wanted, found);
    return count;
}

/* The digits of a number as they stand in the line: a tree of cJSON holds doubles only, in which
 * long ids would become equal. */
static sn_name digits_of(const seqnet_reader *reader, const sn_line *line, const cJSON *number)
{
    sn_name digits = {"", 0};
    bool found;
    const size_t before = count_before(reader->object, number, &found);
    (void)sn_json_value_text(line->bytes, line->length, before, &digits.bytes, &digits.length);
    return digits;
}

static seqnet_status refuse_label(const seqnet_reader *reader, const seqnet_record *record,
                                  const cJSON *label, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: the label '%.80s' is %s; make it a string, a number, true or false",
                   reader->place, record->line, reader->label_field, kind_of(label));
}

/* Characters that are replaced could make two labels one. */
static seqnet_status replaced_label(const seqnet_reader *reader, const seqnet_record *record,
                                    seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: the label '%.80s' holds characters that are not UTF-8; correct it, or "
                   "pass .encoding, such as WINDOWS-1252",
                   reader->place, record->line, reader->label_field);
}

static seqnet_status add_string(seqnet_reader *reader, seqnet_record *record, const char *text,
                                seqnet_error *err)
{
    const bool has_replaced = reader->line_replaced || reader->line_invalid;
    if (has_replaced && reader->options.wants_label && strstr(text, REPLACEMENT))
        return replaced_label(reader, record, err);
    return sn_reader_add_labels(reader, record, text, strlen(text), err);
}

static seqnet_status add_value(seqnet_reader *reader, seqnet_record *record, const sn_line *line,
                               const cJSON *value, seqnet_error *err)
{
    sn_name text = {"", 0};
    const bool is_label = !cJSON_IsArray(value) && (!cJSON_IsObject(value) || is_missing(value)) &&
                          (!cJSON_IsNumber(value) || isfinite(value->valuedouble));
    if (!is_label)
        return reader->options.wants_label ? refuse_label(reader, record, value, err) : SEQNET_OK;
    if (cJSON_IsString(value))
        return add_string(reader, record, value->valuestring, err);
    if (cJSON_IsNumber(value))
        text = digits_of(reader, line, value);
    else if (cJSON_IsBool(value))
        text = cJSON_IsTrue(value) ? (sn_name){"true", 4} : (sn_name){"false", 5};
    return sn_reader_add_label(reader, record, text.bytes, text.length, err);
}

static seqnet_status set_label(seqnet_reader *reader, seqnet_record *record, const sn_line *line,
                               seqnet_error *err)
{
    const cJSON *label = NULL;
    if (reader->label_field)
        SN_TRY(take_key(reader, record, reader->label_field, &label, err));
    if (!cJSON_IsArray(label))
        return add_value(reader, record, line, label, err);
    if (!label->child)
        return sn_reader_add_label(reader, record, "", 0, err);
    for (const cJSON *value = label->child; value; value = value->next)
        SN_TRY(add_value(reader, record, line, value, err));
    return SEQNET_OK;
}

static seqnet_status set_weight(const seqnet_reader *reader, seqnet_record *record,
                                seqnet_error *err)
{
    const cJSON *weight;
    double value = 0;
    char shown[SN_READER_NAMES] = "";
    SN_TRY(take_key(reader, record, reader->options.weight_field, &weight, err));
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

static seqnet_status check_added(const seqnet_reader *reader, const seqnet_record *record,
                                 seqnet_error *err)
{
    bool twice = false;
    for (const char *const *added = reader->options.added_fields; added && *added; added++)
        if (find_member(reader->object, *added, strlen(*added), &twice))
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s:%zu: has a key '%s' already; rename it or cut it off", reader->place,
                           record->line, *added);
    return SEQNET_OK;
}

/* Counts those of the line's characters that were replaced which are in the text. */
static void count_replaced(const seqnet_reader *reader, seqnet_record *record)
{
    const char *pos = record->text;
    const char *const end = pos + record->text_length;
    size_t count = 0;
    if (!reader->line_replaced && !reader->line_invalid)
        return;
    for (; end - pos >= 3; pos++)
        count += memcmp(pos, REPLACEMENT, 3) == 0;
    record->invalid = count < reader->line_invalid ? count : reader->line_invalid;
    count -= record->invalid;
    record->replaced = count < reader->line_replaced ? count : reader->line_replaced;
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
    SN_TRY(parse_any_line(reader, &line, &reader->object, err));
    SN_TRY(check_added(reader, record, err));
    if (!reader->keys_found)
        SN_TRY(find_keys(reader, reader->object, err));
    for (size_t i = 0; i < reader->text_count; i++)
        SN_TRY(set_text(reader, record, i, err));
    count_replaced(reader, record);
    SN_TRY(set_label(reader, record, &line, err));
    return reader->options.weight_field ? set_weight(reader, record, err) : SEQNET_OK;
}
