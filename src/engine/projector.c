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
        const size_t floats = projector->features * projector->columns;
        range->d_kernel = sn_carve(block, used, floats + projector->columns);
        range->d_bias = block ? range->d_kernel + floats : NULL;
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

/* Of what a range adds to kernel and bias. */
static size_t share_floats(const sn_projector *projector)
{
    return projector->kernel ? (projector->features + 1) * projector->columns : 0;
}

void sn_projector_clear_range(const sn_projector *projector, size_t range)
{
    const sn_range_result *const result = &projector->ranges[range];
    if (!projector->kernel)
        return;
    memset(result->d_kernel, 0, share_floats(projector) * sizeof *result->d_kernel);
}

/* The bits of a word that belong to ids from `low` to `high`. */
static uint64_t bits_between(uint64_t bits, size_t word, size_t low, size_t high)
{
    const size_t first = word * SN_WORD_BITS;
    if (low > first)
        bits &= ~(uint64_t)0 << (low - first);
    if (high - first < SN_WORD_BITS - 1)
        bits &= ~(uint64_t)0 >> (SN_WORD_BITS - 1 - (high - first));
    return bits;
}

static void add_shard(sn_shared_ids *shared, const sn_id_set *ids, sn_shard_sums *shard,
                      size_t number)
{
    const size_t low = (size_t)ids->ids[shared->first];
    const size_t high = (size_t)ids->ids[shared->first + shared->count - 1];
    for (size_t word = low / SN_WORD_BITS; word <= high / SN_WORD_BITS; word++)
        for (uint64_t bits = bits_between(shard->bits[word], word, low, high); bits;
             bits &= bits - 1) {
            const size_t id = word * SN_WORD_BITS + (size_t)__builtin_ctzll(bits);
            const size_t i = (size_t)ids->slots[id] - shared->first;
            const size_t at = shared->shard_counts[i]++;
            shared->shards[i][at] = (uint8_t)number;
            shared->slots[i][at] = shard->next++;
        }
}

void sn_shared_ids_find(sn_shared_ids *shared, const sn_id_set *ids, size_t first, size_t count,
                        sn_shard_sums *shards, size_t shard_count)
{
    shared->first = first;
    shared->count = count;
    memset(shared->shard_counts, 0, sizeof shared->shard_counts);
    for (size_t s = 0; s < shard_count; s++)
        add_shard(shared, ids, &shards[s], s);
}

/* sums[i] = the sum of what shards have of the gradients by projection i. */
static void sum_shards(const sn_projector *projector, size_t number, const sn_shared_ids *shared,
                       const sn_shard_sums *shards, float *sums)
{
    const size_t columns = projector->columns;
    for (size_t i = 0; i < shared->count; i++) {
        float *rows[SN_TREE_LEAVES];
        for (size_t k = 0; k < shared->shard_counts[i]; k++)
            rows[k] = shards[shared->shards[i][k]].rows[number] + shared->slots[i][k] * columns;
        sn_tree_sum(rows, shared->shards[i], shared->shard_counts[i], 0, columns);
        memcpy(sums + i * columns, rows[0], columns * sizeof *sums);
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
                           size_t range, const sn_shard_sums *shards,
                           const sn_projector_scratch *scratch, float *d_table)
{
    const sn_shared_ids *const shared = &scratch->shared;
    sum_shards(projector, number, shared, shards, scratch->sums);
    take_back(projector, ids->ids + shared->first, shared->count, scratch->sums, scratch,
              &projector->ranges[range], d_table);
}

size_t sn_projector_sum_tasks(const sn_projector *projector)
{
    return sn_pieces(share_floats(projector), SN_RANGE_FLOATS);
}

void sn_projector_sum_ranges(const sn_projector *projector, size_t task)
{
    const size_t first = task * SN_RANGE_FLOATS;
    float *shares[SN_ID_RANGES];
    for (size_t i = 0; i < SN_ID_RANGES; i++)
        shares[i] = projector->ranges[i].d_kernel;
    sn_tree_sum(shares, NULL, SN_ID_RANGES, first,
                sn_smaller(share_floats(projector) - first, SN_RANGE_FLOATS));
}

void sn_projector_add_pad(const sn_projector *projector, const sn_projector_scratch *scratch,
                          float *d_table)
{
    const int32_t pad = 0;
    if (projector->d_pad)
        take_back(projector, &pad, 1, projector->d_pad, scratch, &projector->ranges[0], d_table);
}
