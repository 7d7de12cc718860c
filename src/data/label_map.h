/*
 * Renaming, merging and dropping labels: "1,2=negative;4,5=positive".
 *
 *     a,b=c    the labels a and b become c
 *     a=       rows labelled a are dropped
 *     *=c      so for every label that is not named; *= drops those, *=* keeps them as they are
 *
 * A label that the map does not mention stays as it is, unless there is a rule for '*'. A backslash
 * takes the next character's meaning away. Blanks within a label belong to it, those around it do
 * not.
 */
#ifndef SN_LABEL_MAP_H
#define SN_LABEL_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "string_set.h"

typedef struct sn_label_map {
    sn_string_set from, to;
    /* Of each `from`, its number in `to`, and whether a label was it. */
    size_t *targets;
    bool *used;
    size_t targets_capacity, used_capacity;
    /* The number in `from` of '*', else SIZE_MAX. */
    size_t rest;
    /* false: labels stay as they are. */
    bool given;
} sn_label_map;

/* Reads a map; NULL gives one that changes nothing. SEQNET_ERR_USAGE. */
seqnet_status sn_label_map_parse(sn_label_map *map, const char *text, seqnet_error *err);

/* Adds labels that stay as they are to a map, unless it names them. */
seqnet_status sn_label_map_keep(sn_label_map *map, const char *const *labels, size_t count,
                                seqnet_error *err);

/* Replaces *label by what it becomes; false: its row is dropped. Valid while map and label live. */
bool sn_label_map_apply(sn_label_map *map, const char **label, size_t *length);

/* The first label that a map names and that sn_label_map_apply has not met; NULL for none. */
const char *sn_label_map_unmatched(const sn_label_map *map);

/* Appends a label as a rule spells it, within single quotes of a shell. */
seqnet_status sn_label_map_spell(sn_buffer *rule, const char *label, size_t length,
                                 seqnet_error *err);

void sn_label_map_free(sn_label_map *map);

#endif
