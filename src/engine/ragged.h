/*
 * Rows of ids as a ragged recurrent layer takes them: how many pads come first, which ids are run,
 * and the shards of rows of similar length.
 */
#ifndef SN_RAGGED_H
#define SN_RAGGED_H

#include "engine.h"
#include "recurrent_ragged.h"

/* One row after padding and truncation, in four stretches: `pads` leading zeros that are shared,
 * `front` ones that are not, ids, and `tail` zeros. With mask_zero there are only ids, and zeros
 * among them are skipped. */
typedef struct sn_ragged_row {
    const int32_t *ids;
    /* of ids */
    size_t length;
    size_t pads, front, tail;
    /* timesteps to run: front, ids that are not skipped, tail */
    size_t count;
    /* in the batch */
    size_t index;
} sn_ragged_row;

/* A row of `length` ids, padded and cut to the network's timesteps. */
sn_ragged_row sn_ragged_row_make(const sn_network *network, sn_padding padding, const int32_t *ids,
                                 size_t length, size_t index);

/* Makes a row run its leading pads itself, where rows cannot share them. */
void sn_ragged_row_unshare(sn_ragged_row *row);

/* Sorts rows, most timesteps first; equal ones stay in their order. `scratch` has room for as many
 * rows. */
void sn_ragged_sort(sn_ragged_row *rows, sn_ragged_row *scratch, size_t count);

/* Adds the ids that the rows run. There must be room for them all. */
void sn_id_set_add_rows(sn_id_set *set, const sn_ragged_row *rows, size_t count);

/* Sets the bits of the ids that the rows run. */
void sn_ragged_mark_ids(const sn_ragged_row *rows, size_t count, uint64_t *bits);

/* Makes `shape` that of rows of these numbers of steps, which do not grow from row to row. It
 * borrows `starts`, room for one more than the steps of the first row, which it fills, and `pads`,
 * which may be NULL. */
void sn_ragged_shape(sn_ragged_shard *shape, const size_t *counts, size_t rows, size_t *starts,
                     const size_t *pads);

/* Fills starts, tokens and pads for sorted rows whose ids are in the set, and makes `shard` refer
 * to them. The caller owns the three arrays, which are large enough. */
void sn_ragged_fill(sn_ragged_shard *shard, const sn_ragged_row *rows, size_t count,
                    const sn_id_set *set, bool mask_zero, size_t *starts, int32_t *tokens,
                    size_t *pads);

/* Fills the timesteps that tokens of filled, masked rows have in the padded row. */
void sn_ragged_fill_times(const sn_ragged_shard *shape, const sn_ragged_row *rows, size_t time,
                          seqnet_side padding, size_t *times);

#endif
