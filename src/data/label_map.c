#include "label_map.h"

#include <stdlib.h>
#include <string.h>

#include "escaped.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

static seqnet_status add_source(sn_label_map *map, const char *name, size_t length, bool escaped,
                                seqnet_error *err)
{
    size_t number;
    const size_t before = map->from.count;
    SN_TRY(sn_string_set_add(&map->from, name, length, &number, err));
    if (number < before)
        return sn_fail(err, SEQNET_ERR_USAGE, "the label map names '%.*s' twice",
                       (int)(length < 80 ? length : 80), name);
    if (!escaped && length == 1 && *name == '*')
        map->rest = number;
    SN_TRY(
        sn_grow(&map->targets, &map->targets_capacity, map->from.count, sizeof *map->targets, err));
    SN_TRY(sn_grow(&map->used, &map->used_capacity, map->from.count, sizeof *map->used, err));
    map->used[number] = !escaped && length == 1 && *name == '*';
    return SEQNET_OK;
}

/* Reads a label up to one of `ends`, without the blanks around it, as the labels of data lose
 * theirs. */
static const char *take_label(const char *pos, const char *ends, char *room, const char **label,
                              size_t *length, bool *escaped)
{
    pos = sn_take_escaped(pos, ends, room, length, escaped);
    *label = room;
    sn_utf8_trim(label, length);
    return pos;
}

/* One rule "a,b=c"; *text moves behind it. */
static seqnet_status parse_rule(sn_label_map *map, const char **text, char *room, seqnet_error *err)
{
    const size_t first = map->from.count;
    size_t length, target;
    bool escaped;
    const char *pos = *text, *label;
    do {
        pos = take_label(pos, ",=;", room, &label, &length, &escaped);
        SN_TRY(add_source(map, label, length, escaped, err));
    } while (*pos == ',' && *++pos);
    if (*pos != '=')
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the label map's rule '%.80s' has no '='; expected rules such as "
                       "'1,2=negative;4,5=positive'",
                       *text);
    pos = take_label(pos + 1, ";", room, &label, &length, NULL);
    SN_TRY(sn_string_set_add(&map->to, label, length, &target, err));
    for (size_t i = first; i < map->from.count; i++)
        map->targets[i] = target;
    *text = *pos ? pos + 1 : pos;
    return SEQNET_OK;
}

seqnet_status sn_label_map_parse(sn_label_map *map, const char *text, seqnet_error *err)
{
    *map = (sn_label_map){.rest = SIZE_MAX, .given = text != NULL};
    if (!text)
        return SEQNET_OK;
    seqnet_status status = SEQNET_OK;
    char *room = NULL;
    SN_GOTO(sn_alloc(&room, strlen(text) + 1, 1, err));
    if (*text == '\0')
        SN_GOTO(sn_fail(err, SEQNET_ERR_USAGE, "the label map is empty"));
    while (*text)
        SN_GOTO(parse_rule(map, &text, room, err));
out:
    free(room);
    if (status != SEQNET_OK)
        sn_label_map_free(map);
    return status;
}

seqnet_status sn_label_map_keep(sn_label_map *map, const char *const *labels, size_t count,
                                seqnet_error *err)
{
    for (size_t i = 0; i < count && map->given; i++) {
        const size_t length = strlen(labels[i]);
        if (sn_string_set_find(&map->from, labels[i], length) != SIZE_MAX)
            continue;
        SN_TRY(add_source(map, labels[i], length, true, err));
        SN_TRY(sn_string_set_add(&map->to, labels[i], length, &map->targets[map->from.count - 1],
                                 err));
    }
    return SEQNET_OK;
}

bool sn_label_map_apply(sn_label_map *map, const char **label, size_t *length)
{
    if (!map->given)
        return true;
    size_t found = sn_string_set_find(&map->from, *label, *length);
    if (found == SIZE_MAX)
        found = map->rest;
    if (found == SIZE_MAX)
        return true;
    map->used[found] = true;
    size_t size;
    const char *const target = sn_string_set_get(&map->to, map->targets[found], &size);
    if (found == map->rest && size == 1 && *target == '*')
        return true;
    *label = target;
    *length = size;
    return size > 0;
}

const char *sn_label_map_unmatched(const sn_label_map *map)
{
    for (size_t i = 0; i < map->from.count; i++)
        if (!map->used[i])
            return sn_string_set_get(&map->from, i, NULL);
    return NULL;
}

seqnet_status sn_label_map_spell(sn_buffer *rule, const char *label, size_t length,
                                 seqnet_error *err)
{
    for (const char *const end = label + length; label < end; label++) {
        if (*label == '\'')
            SN_TRY(sn_buffer_add_text(rule, "'\\'", err));
        else if (*label && strchr(",=;*\\", *label))
            SN_TRY(sn_buffer_add_byte(rule, '\\', err));
        SN_TRY(sn_buffer_add_byte(rule, *label, err));
    }
    return SEQNET_OK;
}

void sn_label_map_free(sn_label_map *map)
{
    sn_string_set_free(&map->from);
    sn_string_set_free(&map->to);
    free(map->targets);
    free(map->used);
    *map = (sn_label_map){0};
}
