/* Keras's pad_sequences for one row. */
#ifndef SN_PAD_H
#define SN_PAD_H

#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>

#include "rows.h"

/* The ids of a row that fit into maxlen: its end with SEQNET_PRE, its start with SEQNET_POST.
 * Returns the first of them; *length becomes their number. */
static inline const int32_t *sn_truncate(const int32_t *ids, size_t *length, size_t maxlen,
                                         seqnet_side truncating)
{
    if (*length <= maxlen)
        return ids;
    const size_t cut = *length - maxlen;
    *length = maxlen;
    return truncating == SEQNET_PRE ? ids + cut : ids;
}

/* The ids of a row that fit into maxlen, as sn_truncate and sn_rows_stretch give them; wide holds
 * maxlen of them. */
static inline const int32_t *sn_rows_cut(const sn_rows *rows, size_t row, size_t maxlen,
                                         seqnet_side truncating, size_t *length, int32_t *wide)
{
    const size_t whole = sn_rows_length(rows, row), place = rows->offsets[row];
    *length = whole < maxlen ? whole : maxlen;
    return sn_rows_stretch(rows, truncating == SEQNET_PRE ? place + (whole - *length) : place,
                           *length, wide);
}

/* Ids other than 0, which is padding. */
static inline size_t sn_count_ids(const int32_t *ids, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ids[i] != 0;
    return count;
}

/* Writes exactly maxlen ids to `padded`: the row cut on the side of `truncating` when too long,
 * filled with 0 on the side of `padding` when too short. */
void sn_pad(int32_t *padded, size_t maxlen, const int32_t *ids, size_t length, seqnet_side padding,
            seqnet_side truncating);

#endif
