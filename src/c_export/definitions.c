#include "definitions.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "string_set.h"

#include "banned.h"

static bool is_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (byte >= '0' && byte <= '9');
}

static bool starts_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Behind a comment, a string or a character that begins here, else behind one byte. */
static const char *skip_token(const char *at)
{
    if (starts_with(at, "/*")) {
        const char *const end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    const char quote = *at++;
    if (quote != '"' && quote != '\'')
        return at;
    while (*at && *at != quote)
        at += *at == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : at;
}

static const char *line_end(const char *at)
{
    const char *end = strchr(at, '\n');
    while (end && end > at && end[-1] == '\\')
        end = strchr(end + 1, '\n');
    return end ? end + 1 : at + strlen(at);
}

/* The name that ends right before `end`. */
static void set_name(sn_definition *item, const char *end)
{
    while (end > item->begin && end[-1] == ' ')
        end--;
    item->name = item->name_end = end;
    while (item->name > item->begin && is_name(item->name[-1]))
        item->name--;
}

/* Finds the end, the name and the kind of the definition at item->begin. Returns false for what
 * only declares a function or an object. */
static bool read_item(sn_definition *item)
{
    const bool is_typedef = starts_with(item->begin, "typedef ");
    const char *at = item->begin, *braces = NULL;
    int depth = 0;
    bool is_function = false, has_value = false;
    item->is_enum = starts_with(item->begin, "enum {") || starts_with(item->begin, "typedef enum ");
    item->kind = is_typedef || item->is_enum || starts_with(item->begin, "struct ") ? SN_ITEM_TYPE
                                                                                    : SN_ITEM_CODE;
    for (; *at; at = skip_token(at)) {
        const bool is_outside = depth == 0;
        if (is_outside && !item->name && (*at == '(' || *at == '[' || *at == '='))
            set_name(item, at);
        is_function = is_function || (is_outside && *at == '(' && !has_value);
        has_value = has_value || (is_outside && *at == '=');
        if (is_outside && *at == '{')
            braces = at;
        depth += (*at == '{' || *at == '(') - (*at == '}' || *at == ')');
        if (depth == 0 && (*at == ';' || (*at == '}' && is_function && !is_typedef && !has_value)))
            break;
    }
    item->end = *at ? at + 1 : at;
    if (item->is_enum) {
        item->name = braces ? braces : item->begin;
        item->name_end = item->end;
    } else if (!item->name) {
        if (item->kind == SN_ITEM_TYPE && !is_typedef)
            set_name(item, braces ? braces : at);
        else
            set_name(item, at);
    }
    return item->kind == SN_ITEM_TYPE || (is_function ? braces != NULL : has_value);
}

static void read_define(sn_definition *item)
{
    item->kind = SN_ITEM_DEFINE;
    item->end = line_end(item->begin);
    item->name = item->name_end = item->begin + strlen("#define ");
    while (is_name(*item->name_end))
        item->name_end++;
    if (item->end[-1] == '\n')
        item->end--;
}

static seqnet_status add_item(sn_definitions *items, const sn_definition *item, seqnet_error *err)
{
    SN_TRY(sn_grow(&items->items, &items->capacity, items->count + 1, sizeof *item, err));
    items->items[items->count++] = *item;
    return SEQNET_OK;
}

seqnet_status sn_definitions_add(sn_definitions *items, const char *source, seqnet_error *err)
{
    const char *comment = NULL;
    for (const char *at = source; *at;) {
        sn_definition item = {.comment = comment ? comment : at, .begin = at};
        if (*at == '\n') {
            comment = NULL;
            at++;
            continue;
        }
        if (starts_with(at, "/*")) {
            comment = at;
            at = line_end(skip_token(at) - 1);
            continue;
        }
        comment = NULL;
        if (starts_with(at, "#define ")) {
            read_define(&item);
            if (item.name_end < item.end)
                SN_TRY(add_item(items, &item, err));
        } else if (*at == '#') {
            item.end = line_end(at);
        } else if (read_item(&item)) {
            SN_TRY(add_item(items, &item, err));
        }
        at = line_end(item.end);
    }
    return SEQNET_OK;
}

/* Adds all names in a text to the set. */
static seqnet_status add_names(sn_string_set *set, const char *from, const char *end,
                               seqnet_error *err)
{
    for (const char *at = from; at < end;) {
        const char *name = at;
        size_t number;
        if (starts_with(at, "/*") || *at == '"' || *at == '\'' || !is_name(*at)) {
            at = skip_token(at);
            continue;
        }
        while (at < end && is_name(*at))
            at++;
        const bool is_field = name > from && (name[-1] == '.' || name[-1] == '>');
        if (!is_field)
            SN_TRY(sn_string_set_add(set, name, (size_t)(at - name), &number, err));
    }
    return SEQNET_OK;
}

/* Whether the set has the item's name, or one of its constants. */
static bool has_item(const sn_string_set *set, const sn_definition *item)
{
    for (const char *at = item->name; at < item->name_end;) {
        const char *const name = at;
        while (at < item->name_end && is_name(*at))
            at++;
        const bool is_number = *name >= '0' && *name <= '9';
        if (at > name && !is_number &&
            sn_string_set_find(set, name, (size_t)(at - name)) != SIZE_MAX)
            return true;
        at = at > name ? at : skip_token(at);
    }
    return false;
}

static seqnet_status follow(sn_definitions *items, sn_string_set *set, seqnet_error *err)
{
    for (bool has_more = true; has_more;) {
        has_more = false;
        for (size_t i = 0; i < items->count; i++) {
            sn_definition *const item = &items->items[i];
            if (item->is_needed || !has_item(set, item))
                continue;
            item->is_needed = has_more = true;
            SN_TRY(add_names(set, item->begin, item->end, err));
        }
    }
    return SEQNET_OK;
}

seqnet_status sn_definitions_need(sn_definitions *items, const char *text, seqnet_error *err)
{
    sn_string_set set = {0};
    seqnet_status status = add_names(&set, text, text + strlen(text), err);
    if (status == SEQNET_OK)
        status = follow(items, &set, err);
    sn_string_set_free(&set);
    return status;
}

seqnet_status sn_definitions_write(const sn_definitions *items, bool types, sn_buffer *to,
                                   seqnet_error *err)
{
    for (size_t i = 0; i < items->count; i++) {
        const sn_definition *const item = &items->items[i];
        const bool is_static = item->kind != SN_ITEM_CODE || starts_with(item->begin, "static ");
        if (!item->is_needed || (item->kind != SN_ITEM_CODE) != types)
            continue;
        SN_TRY(sn_buffer_add(to, item->comment, (size_t)(item->begin - item->comment), err));
        SN_TRY(sn_buffer_add_text(to, is_static ? "" : "static ", err));
        SN_TRY(sn_buffer_add(to, item->begin, (size_t)(item->end - item->begin), err));
        SN_TRY(sn_buffer_add_text(to, "\n\n", err));
    }
    return SEQNET_OK;
}

void sn_definitions_free(sn_definitions *items)
{
    free(items->items);
    *items = (sn_definitions){0};
}

/* Whether all terms of a condition, up to the end of its line, hold. */
static bool holds(const char *condition, const char *has)
{
    const char *const end = line_end(condition);
    while (condition < end) {
        const bool is_negated = *condition == '!';
        char name[32] = " ";
        size_t length = 1;
        condition += is_negated;
        while (is_name(*condition) && length < sizeof name - 2)
            name[length++] = *condition++;
        name[length] = ' ';
        name[length + 1] = '\0';
        if ((strstr(has, name) != NULL) == is_negated)
            return false;
        condition += strspn(condition, " &\n");
    }
    return true;
}

seqnet_status sn_decide_conditions(const char *text, const char *has, sn_buffer *to,
                                   seqnet_error *err)
{
    enum { DEEPEST = 16 };
    bool shows[DEEPEST] = {true}, is_ours[DEEPEST] = {false};
    size_t depth = 0;
    for (const char *at = text, *end; *at; at = end) {
        bool is_kept = shows[depth];
        end = line_end(at);
        const bool decides = starts_with(at, "#if HAS_") || starts_with(at, "#if !HAS_");
        if (starts_with(at, "#if") && depth + 1 < DEEPEST) {
            depth++;
            is_ours[depth] = decides;
            shows[depth] = is_kept && (!decides || holds(at + strlen("#if "), has));
            is_kept = is_kept && !decides;
        } else if (starts_with(at, "#else")) {
            if (is_ours[depth])
                shows[depth] = shows[depth - 1] && !shows[depth];
            is_kept = is_kept && !is_ours[depth];
        } else if (starts_with(at, "#endif")) {
            is_kept = !is_ours[depth] && shows[depth];
            depth -= depth > 0;
        }
        if (is_kept)
            SN_TRY(sn_buffer_add(to, at, (size_t)(end - at), err));
    }
    return SEQNET_OK;
}
