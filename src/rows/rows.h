/*
 * Rows of token ids with their labels and weights, as a view: the arrays belong to somebody else,
 * who keeps them as long as the view is used. Parts of a dataset, and several parts that lie behind
 * one another, are views of the same arrays. Arrays that grow are in sequences.h.
 */
#ifndef SN_ROWS_H
#define SN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "label_sets.h"
#include "texts.h"

typedef struct sn_rows {
    /* All rows one after the other. */
    const int32_t *ids;
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

static inline const int32_t *sn_rows_ids(const sn_rows *rows, size_t row)
{
    return rows->ids + rows->offsets[row];
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

/* The ids of all rows. */
static inline const int32_t *sn_rows_all_ids(const sn_rows *rows, size_t *count)
{
    *count = rows->count ? rows->offsets[rows->count] - rows->offsets[0] : 0;
    return rows->count ? sn_rows_ids(rows, 0) : NULL;
}

/* The rows first .. first + count - 1 of these. */
static inline sn_rows sn_rows_slice(const sn_rows *rows, size_t first, size_t count)
{
    if (count == 0)
        return (sn_rows){0};
    return (sn_rows){.ids = rows->ids,
                     .offsets = rows->offsets + first,
                     .labels = rows->labels + first,
                     .sets = rows->sets,
                     .weights = rows->weights ? rows->weights + first : NULL,
                     .texts = rows->texts ? rows->texts + first : NULL,
                     .count = count};
}

#endif
