/*
 * Distinct sets of labels, numbered in the order of their first appearance. Where rows may have any
 * number of labels, the label of a row is the number of its set, so that rows move and are copied
 * as those of one label do. A zeroed struct is empty.
 */
#ifndef SN_LABEL_SETS_H
#define SN_LABEL_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "string_set.h"

typedef struct sn_label_sets {
    /* The sets' labels one after the other, in ascending order within a set. */
    int32_t *labels;
    /* Set i is labels[offsets[i]] .. labels[offsets[i + 1] - 1]; count + 1 entries. */
    size_t *offsets;
    size_t count;
    /* Elements allocated in labels and offsets. */
    size_t labels_capacity, offsets_capacity;
    /* The same sets as bytes, by number, to look them up. */
    sn_string_set known;
} sn_label_sets;

/* One of the sets; its labels may be none. */
typedef struct sn_label_set {
    const int32_t *labels;
    size_t count;
} sn_label_set;

static inline sn_label_set sn_label_sets_get(const sn_label_sets *sets, int32_t number)
{
    const size_t start = sets->offsets[number];
    return (sn_label_set){sets->labels + start, sets->offsets[number + 1] - start};
}

/* Sorts `labels` in place, leaves each out that stands twice, and looks the set up or adds it;
 * *number becomes its number. SEQNET_ERR_MEMORY. */
seqnet_status sn_label_sets_add(sn_label_sets *sets, int32_t *labels, size_t count, int32_t *number,
                                seqnet_error *err);

/* Copies sets with each label replaced by places[label] (NULL: as it is), which keeps different
 * labels different. The numbers stay. On failure *copy is left freed. */
seqnet_status sn_label_sets_copy(sn_label_sets *copy, const sn_label_sets *sets,
                                 const size_t *places, seqnet_error *err);

void sn_label_sets_free(sn_label_sets *sets);

#endif
