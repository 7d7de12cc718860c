/*
 * Renaming, merging and dropping labels: "1,2=negative;4,5=positive".
 *
 *     a,b=c    the labels a and b become c
 *     a=       rows labelled a are dropped
 *     *=c      so for every label that is not named; *= drops those, *=* keeps them as they are
 *
 * A label that the map does not mention stays as it is, unless there is a rule for '*'. A backslash
 * takes the next character's meaning away. Blanks belong to labels.
 */
#ifndef SN_LABEL_MAP_H
#define SN_LABEL_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "string_set.h"

typedef struct sn_label_map {
    sn_string_set from, to;
    /* Of each `from`, its number in `to`. */
    size_t *targets;
    size_t targets_capacity;
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
bool sn_label_map_apply(const sn_label_map *map, const char **label, size_t *length);

void sn_label_map_free(sn_label_map *map);

#endif
