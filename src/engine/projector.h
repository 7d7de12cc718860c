/*
 * The projections of ids: what a token brings to the sums of a layer over the embedding, x kernel +
 * bias, computed once for each distinct id; and backward, from the gradients by projections, which
 * shards sum on their own, to those by embedding, kernel and bias. A layer that takes the vectors
 * themselves has a projector without a kernel: its projections are the rows of the embedding.
 *
 * Ids are numbered by a set of the wave's distinct ids, and by each shard once more, so that its
 * sums stay in the second-level cache.
 */
#ifndef SN_PROJECTOR_H
#define SN_PROJECTOR_H

#include <stdint.h>

#include <stdbool.h>

#include "id_set.h"

enum {
    /* parts of the distinct ids that are taken back at the same time */
    SN_ID_RANGES = 16,
    /* of a range, multiplied at once */
    SN_RANGE_IDS = 64
};

/* What one range of ids adds to the gradients that all ids share. */
typedef struct sn_range_result {
    /* [features, columns] and [columns] */
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
    /* by an id's number: its row in `rows` of each projector, or below 0 */
    const int32_t *slots;
    /* [used, columns], by projector */
    float *const *rows;
} sn_shard_sums;

/* One thread's scratch, SN_RANGE_IDS rows each: of the widest projection, and of the embedding. */
typedef struct sn_projector_scratch {
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

/* Adds the gradients of the set's ids in range `range` to d_table, the gradient of the embedding,
 * and to the range's shares. `number` is the projector's, `shards` has `shard_count` of them. */
void sn_projector_backward(const sn_projector *projector, size_t number, const sn_id_set *ids,
                           size_t range, const sn_shard_sums *shards, size_t shard_count,
                           const sn_projector_scratch *scratch, float *d_table);

/* Adds up the ranges, in their order, and the pad's gradient where `has_pads`; what kernel and bias
 * get is then in ranges[0]. */
void sn_projector_finish(const sn_projector *projector, bool has_pads,
                         const sn_projector_scratch *scratch, float *d_table);

#endif
