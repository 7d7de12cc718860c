#include "projector.h"

#include <string.h>

#include "gemm.h"
#include "kernels.h"
#include "memory.h"
#include "pieces.h"
#include "vec.h"

#include "banned.h"

void sn_projector_lay_out(sn_projector *projector, size_t capacity, bool trains, float *block,
                          size_t *used)
{
    projector->rows = sn_carve(block, used, capacity * projector->columns);
    for (size_t i = 0; trains && i < SN_ID_RANGES; i++) {
        sn_range_result *const range = &projector->ranges[i];
        range->d_kernel = sn_carve(block, used, projector->features * projector->columns);
        range->d_bias = sn_carve(block, used, projector->columns);
    }
}

void sn_projector_scratch_lay_out(sn_projector_scratch *scratch, size_t features, size_t columns,
                                  float *block, size_t *used)
{
    scratch->sums = sn_carve(block, used, SN_RANGE_IDS * columns);
    scratch->embeddings = sn_carve(block, used, SN_RANGE_IDS * features);
    scratch->d_embeddings = sn_carve(block, used, SN_RANGE_IDS * features);
}

void sn_projector_project(const sn_projector *projector, const sn_id_set *ids, size_t first,
                          size_t count)
{
    const sn_projection projection = {.count = count,
                                      .features = projector->features,
                                      .units = projector->units,
                                      .gates = projector->gates,
                                      .table = projector->table,
                                      .ids = ids->ids + first,
                                      .kernel = projector->kernel,
                                      .bias = projector->bias,
                                      .out = projector->rows + first * projector->columns};
    sn_kernels_best()->project(&projection);
}

void sn_projector_clear_range(const sn_projector *projector, size_t range)
{
    const sn_range_result *const result = &projector->ranges[range];
    if (!projector->kernel)
        return;
    memset(result->d_kernel, 0,
           projector->features * projector->columns * sizeof *result->d_kernel);
    memset(result->d_bias, 0, projector->columns * sizeof *result->d_bias);
}

/* sums[i] = the shards' gradients by the projection of number first + i, in shard order. */
static void sum_shards(const sn_projector *projector, size_t number, size_t first, size_t count,
                       const sn_shard_sums *shards, size_t shard_count, float *sums)
{
    const size_t columns = projector->columns;
    for (size_t i = 0; i < count; i++) {
        float *const sum = sums + i * columns;
        memset(sum, 0, columns * sizeof *sum);
        for (size_t s = 0; s < shard_count; s++) {
            const int32_t slot = shards[s].slots[first + i];
            if (slot >= 0)
                sn_vec_add(sum, shards[s].rows[number] + (size_t)slot * columns, columns);
        }
    }
}

/* From the gradients by the projections of some ids (sums [count, columns]) to those by the rows of
 * the embedding, and to a share of those by kernel and bias. */
static void take_back(const sn_projector *projector, const int32_t *ids, size_t count,
                      const float *sums, const sn_projector_scratch *scratch,
                      const sn_range_result *range, float *d_table)
{
    const size_t columns = projector->columns, features = projector->features;
    const float *d_embeddings = sums;
    for (size_t i = 0; projector->kernel && i < count; i++) {
        memcpy(scratch->embeddings + i * features, projector->table + (size_t)ids[i] * features,
               features * sizeof *d_table);
        sn_vec_add(range->d_bias, sums + i * columns, columns);
    }
    if (projector->kernel) {
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, count, scratch->embeddings, sums, 1.0F,
                range->d_kernel);
        sn_gemm(SN_AS_IS, SN_AS_IS, count, features, columns, sums, projector->kernel_transposed,
                0.0F, scratch->d_embeddings);
        d_embeddings = scratch->d_embeddings;
    }
    for (size_t i = 0; i < count; i++)
        sn_vec_add(d_table + (size_t)ids[i] * features, d_embeddings + i * features, features);
}

void sn_projector_backward(const sn_projector *projector, size_t number, const sn_id_set *ids,
                           size_t range, const sn_shard_sums *shards, size_t shard_count,
                           const sn_projector_scratch *scratch, float *d_table)
{
    const size_t last = ids->used * (range + 1) / SN_ID_RANGES;
    for (size_t first = ids->used * range / SN_ID_RANGES; first < last; first += SN_RANGE_IDS) {
        const size_t count = sn_smaller(last - first, SN_RANGE_IDS);
        sum_shards(projector, number, first, count, shards, shard_count, scratch->sums);
        take_back(projector, ids->ids + first, count, scratch->sums, scratch,
                  &projector->ranges[range], d_table);
    }
}

void sn_projector_finish(const sn_projector *projector, bool has_pads,
                         const sn_projector_scratch *scratch, float *d_table)
{
    const size_t columns = projector->columns, features = projector->features;
    const sn_range_result *const total = &projector->ranges[0];
    for (size_t i = 1; projector->kernel && i < SN_ID_RANGES; i++) {
        sn_vec_add(total->d_kernel, projector->ranges[i].d_kernel, features * columns);
        sn_vec_add(total->d_bias, projector->ranges[i].d_bias, columns);
    }
    const int32_t pad = 0;
    if (has_pads && projector->d_pad)
        take_back(projector, &pad, 1, projector->d_pad, scratch, total, d_table);
}
