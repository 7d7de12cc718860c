/*
 * Rows of token ids with their labels and weights, as a view: the arrays belong to somebody else,
 * who keeps them as long as the view is used. Parts of a dataset, and several parts that lie behind
 * one another, are views of the same arrays. Arrays that grow are in sequences.h.
 */
#ifndef SN_ROWS_H
#define SN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label_sets.h"
#include "spill.h"
#include "texts.h"

typedef struct sn_rows {
    /* All rows one after the other; NULL where they are in `narrow`. */
    const int32_t *ids;
    /* The same in two bytes each, as files have them. */
    const uint16_t *narrow;
    /* The ids lie in a mapped file: who uses rows in another order asks for them
     * (sn_rows_read_ahead). */
    bool is_mapped;
    /* Row i is ids[offsets[i]] .. ids[offsets[i + 1] - 1]; count + 1 entries. offsets[0] is above 0
     * where rows lie before the view's. */
    const size_t *offsets;
    /* The class index of each row, 0-based. */
    const int32_t *labels;
    /* The sets of classes that `labels` are then the numbers of; NULL: each row has one class. */
    const sn_label_sets *sets;
    /* The weight of each row in the loss; NULL: all 1. */
    const float *weights;
    /* The texts of the rows, where they were kept; else NULL. */
    const sn_text_info *texts;
    size_t count;
} sn_rows;

/* The id at a place among those of all rows, from offsets[0] on. */
static inline int32_t sn_rows_id(const sn_rows *rows, size_t place)
{
    return rows->narrow ? rows->narrow[place] : rows->ids[place];
}

/* `count` ids from a place on: where they lie or, when they are narrow, in wide[count]. */
static inline const int32_t *sn_rows_stretch(const sn_rows *rows, size_t place, size_t count,
                                             int32_t *wide)
{
    if (!rows->narrow)
        return rows->ids + place;
    for (size_t i = 0; i < count; i++)
        wide[i] = rows->narrow[place + i];
    return wide;
}

static inline size_t sn_rows_length(const sn_rows *rows, size_t row)
{
    return rows->offsets[row + 1] - rows->offsets[row];
}

/* The classes of a row. */
static inline sn_label_set sn_rows_labels(const sn_rows *rows, size_t row)
{
    if (rows->sets)
        return sn_label_sets_get(rows->sets, rows->labels[row]);
    return (sn_label_set){rows->labels + row, 1};
}

/* The length of the longest row; 0 of none. */
static inline size_t sn_rows_longest(const sn_rows *rows)
{
    size_t longest = 0;
    for (size_t row = 0; row < rows->count; row++)
        longest = sn_rows_length(rows, row) > longest ? sn_rows_length(rows, row) : longest;
    return longest;
}

/* The ids of one row, as sn_rows_stretch gives them. */
static inline const int32_t *sn_rows_ids(const sn_rows *rows, size_t row, int32_t *wide)
{
    return sn_rows_stretch(rows, rows->offsets[row], sn_rows_length(rows, row), wide);
}

/* The places of all rows' ids: from *first on, before *end. */
static inline void sn_rows_places(const sn_rows *rows, size_t *first, size_t *end)
{
    *first = rows->count ? rows->offsets[0] : 0;
    *end = rows->count ? rows->offsets[rows->count] : 0;
}

/* How many ids all rows have. */
static inline size_t sn_rows_id_count(const sn_rows *rows)
{
    size_t first, end;
    sn_rows_places(rows, &first, &end);
    return end - first;
}

/* The rows first .. first + count - 1 of these. */
static inline sn_rows sn_rows_slice(const sn_rows *rows, size_t first, size_t count)
{
    if (count == 0)
        return (sn_rows){0};
    return (sn_rows){.ids = rows->ids,
                     .narrow = rows->narrow,
                     .is_mapped = rows->is_mapped,
                     .offsets = rows->offsets + first,
                     .labels = rows->labels + first,
                     .sets = rows->sets,
                     .weights = rows->weights ? rows->weights + first : NULL,
                     .texts = rows->texts ? rows->texts + first : NULL,
                     .count = count};
}

/* The bytes of all rows' ids. */
static inline const void *sn_rows_bytes(const sn_rows *rows, size_t *bytes)
{
    size_t first, end;
    sn_rows_places(rows, &first, &end);
    *bytes = (end - first) * (rows->narrow ? sizeof *rows->narrow : sizeof *rows->ids);
    return rows->narrow ? (const void *)(rows->narrow + first) : rows->ids + first;
}

/* Asks for the ids of `count` rows, which are used next, where they lie in a file. */
static inline void sn_rows_read_ahead(const sn_rows *rows, const uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count && rows->is_mapped; i++) {
        const size_t place = rows->offsets[order[i]], length = sn_rows_length(rows, order[i]);
        if (rows->narrow)
            sn_read_ahead(rows->narrow + place, length * sizeof *rows->narrow);
        else
            sn_read_ahead(rows->ids + place, length * sizeof *rows->ids);
    }
}

#endif
