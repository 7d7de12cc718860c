/*
 * The projections of ids: what a token brings to the sums of a layer over the embedding, x kernel +
 * bias, computed once for each distinct id; and backward, from the gradients by projections, which
 * shards sum on their own, to those by embedding, kernel and bias. A layer that takes the vectors
 * themselves has a projector without a kernel: its projections are the rows of the embedding.
 *
 * Ids are numbered by a set of the wave's distinct ids, in ascending order, and by each shard once
 * more, so that its sums stay in the second-level cache.
 */
#ifndef SN_PROJECTOR_H
#define SN_PROJECTOR_H

#include <stdint.h>

#include <stdbool.h>

#include "id_set.h"
#include "tree_sum.h"

enum {
    /* parts of the distinct ids that are taken back at the same time */
    SN_ID_RANGES = 32,
    /* of a range, multiplied at once */
    SN_RANGE_IDS = 64,
    /* floats of the ranges' shares, added up by one task */
    SN_RANGE_FLOATS = 1024
};

/* What one range of ids adds to the gradients that all ids share. */
typedef struct sn_range_result {
    /* [features, columns] and, behind it, [columns] */
    float *d_kernel, *d_bias;
} sn_range_result;

typedef struct sn_projector {
    /* of the embedding, and of a projection */
    size_t features, columns;
    /* as the kernel `project` takes them: columns = gates units */
    size_t gates, units;
    /* the embedding, [id_count, features] */
    const float *table;
    /* packed; NULL: a projector without a kernel, and all below but d_pad is not there */
    const float *kernel, *bias;
    /* [columns, features] */
    const float *kernel_transposed;
    /* [capacity, columns]: by an id's number */
    float *rows;
    sn_range_result ranges[SN_ID_RANGES];
    /* [columns]: the gradient by a leading pad's projection, beyond those of the shards; NULL: none
     */
    const float *d_pad;
} sn_projector;

/* A shard's sums of the gradients by projections. */
typedef struct sn_shard_sums {
    /* the shard's ids */
    const uint64_t *bits;
    /* by projector: a row for each of them, in their order */
    float *const *rows;
    /* the row of the first id that is looked at; moves on with the ids */
    uint32_t next;
} sn_shard_sums;

/* Some ids of the wave, and which shards have them. */
typedef struct sn_shared_ids {
    /* the numbers first .. first + count of the wave's ids */
    size_t first, count;
    /* by id: how many shards have it, which ones, in ascending order, and where in their rows */
    uint8_t shard_counts[SN_RANGE_IDS];
    uint8_t shards[SN_RANGE_IDS][SN_TREE_LEAVES];
    uint32_t slots[SN_RANGE_IDS][SN_TREE_LEAVES];
} sn_shared_ids;

/* One thread's scratch: which ids are taken back, and SN_RANGE_IDS rows each, of the widest
 * projection, and of the embedding. */
typedef struct sn_projector_scratch {
    sn_shared_ids shared;
    float *sums, *embeddings, *d_embeddings;
} sn_projector_scratch;

/* Lays out what a projector with a kernel has of its own for ids numbered below `capacity`. */
void sn_projector_lay_out(sn_projector *projector, size_t capacity, bool trains, float *block,
                          size_t *used);

/* Lays out scratch for projections of at most this many columns. */
void sn_projector_scratch_lay_out(sn_projector_scratch *scratch, size_t features, size_t columns,
                                  float *block, size_t *used);

/* Projects the ids first .. first + count of the set. */
void sn_projector_project(const sn_projector *projector, const sn_id_set *ids, size_t first,
                          size_t count);

/* Where the projection of the id with a number is. */
static inline const float *sn_projector_row(const sn_projector *projector, const sn_id_set *ids,
                                            int32_t number)
{
    return projector->kernel ? projector->rows + (size_t)number * projector->columns
                             : projector->table + (size_t)ids->ids[number] * projector->features;
}

/* Sets the shares of range `range` to zero. */
void sn_projector_clear_range(const sn_projector *projector, size_t range);

/* Finds which shards have the wave's ids with the numbers first .. first + count, SN_RANGE_IDS at
 * most, and moves the shards on behind them. */
void sn_shared_ids_find(sn_shared_ids *shared, const sn_id_set *ids, size_t first, size_t count,
                        sn_shard_sums *shards, size_t shard_count);

/* Adds the gradients of scratch->shared, the sums of what shards have of them, to d_table, the
 * gradient of the embedding, and to the shares of range `range`. `number` is the projector's. */
void sn_projector_backward(const sn_projector *projector, size_t number, const sn_id_set *ids,
                           size_t range, const sn_shard_sums *shards,
                           const sn_projector_scratch *scratch, float *d_table);

/* Tasks into which adding up the ranges' shares is divided, and one of them. What kernel and bias
 * get is then in ranges[0]. */
size_t sn_projector_sum_tasks(const sn_projector *projector);
void sn_projector_sum_ranges(const sn_projector *projector, size_t task);

/* Then adds the gradients by what leading pads have been projected to. */
void sn_projector_add_pad(const sn_projector *projector, const sn_projector_scratch *scratch,
                          float *d_table);

#endif
