#include "ragged_ranks.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

enum {
    /* Blocks for each process, where the shards and the processes are not in numbers that are
     * powers of two: more are dealt out more evenly, and fewer are less to send. */
    BLOCKS_EACH = 4,
    /* What a row costs beside its tokens, in tokens. */
    ROW_COST = 8
};

/* Some shards of the wave that are one after the other. */
typedef struct block {
    size_t first, count, owner, cost;
    /* A bit for each id: whether a shard of the block has it. */
    uint64_t *bits;
    /* by range: how many ids it has below those of the range; and the number of its ids */
    size_t slots[SN_ID_RANGES + 1];
    /* Of the own ranges, by projector: rows for the block's ids, in their order. */
    float *rows[MAX_PROJECTORS];
} block;

struct sn_ragged_ranks {
    seqnet_comm *comm;
    size_t rank, size;
    /* the own shards */
    uint8_t own[WAVE_SHARDS];
    size_t own_count;
    block blocks[WAVE_SHARDS];
    size_t block_count;
    /* Ranges are dealt out once for all. Those that are summed as one node of a tree; and, by rank,
     * the first one, at [size] their number. */
    size_t joined_ranges, *first_ranges;
    /* floats of a row of all projectors */
    size_t columns;
    /* Floats that are sent and received: block by block; and those of all ranks, one after the
     * other. */
    float *out, *in, *all;
    /* [size]: bytes to and from each */
    size_t *out_sizes, *in_sizes;
    /* the block behind all bits */
    uint64_t *bits;
};

static bool is_power(size_t number)
{
    return (number & (number - 1)) == 0;
}

/* The lowest power of two that is not below the number. */
static size_t power_above(size_t number)
{
    size_t power = 1;
    while (power < number)
        power *= 2;
    return power;
}

/* Of how many shards a block is. Below a node of a whole tree there are about as many tokens as
 * below others of its level, so that one node for each process does. */
static size_t shards_of_block(size_t shards, size_t ranks)
{
    const bool is_whole = is_power(shards) && is_power(ranks);
    const size_t blocks = is_whole ? ranks : power_above(BLOCKS_EACH * ranks);
    return sn_larger(power_above(shards) / blocks, 1);
}

/* Most blocks of a rank. */
static size_t fair_share(size_t blocks, size_t ranks)
{
    return sn_pieces(blocks, ranks);
}

/* Processes in a number that is a power of two own one node of the tree of ranges each. */
static void deal_ranges(sn_ragged_ranks *r)
{
    const size_t nodes = is_power(r->size) ? r->size : power_above(BLOCKS_EACH * r->size);
    r->joined_ranges = sn_larger(SN_ID_RANGES / nodes, 1);
    for (size_t rank = 0; rank <= r->size; rank++)
        r->first_ranges[rank] = SN_ID_RANGES / r->joined_ranges * rank / r->size * r->joined_ranges;
}

static size_t owner_of_range(const sn_ragged_ranks *r, size_t range)
{
    size_t rank = 0;
    while (range >= r->first_ranges[rank + 1])
        rank++;
    return rank;
}

/* Cuts the wave into blocks. */
static void cut_blocks(const sn_ragged_engine *engine)
{
    sn_ragged_ranks *const r = engine->ranks;
    const size_t shards = shards_of_block(engine->shard_count, r->size);
    r->block_count = sn_pieces(engine->shard_count, shards);
    for (size_t b = 0; b < r->block_count; b++) {
        block *const cut = &r->blocks[b];
        cut->first = b * shards;
        cut->count = sn_smaller(engine->shard_count - cut->first, shards);
        const size_t first = cut->first * engine->shard_rows;
        const size_t last =
            sn_smaller((cut->first + cut->count) * engine->shard_rows, engine->row_count);
        cut->cost = 0;
        for (size_t row = first; row < last; row++)
            cut->cost += engine->rows[row].length + ROW_COST;
    }
}

/* The blocks by cost, the highest first. */
static void sort_blocks(const sn_ragged_ranks *r, uint8_t order[WAVE_SHARDS])
{
    for (size_t b = 0; b < r->block_count; b++) {
        size_t at = b;
        for (; at > 0 && r->blocks[order[at - 1]].cost < r->blocks[b].cost; at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)b;
    }
}

/* Gives each block, from the costliest on, to whom has least. */
static void deal_blocks(sn_ragged_ranks *r)
{
    uint8_t order[WAVE_SHARDS];
    /* of the ranks, of which the ones behind the number of blocks get none */
    size_t costs[WAVE_SHARDS] = {0}, counts[WAVE_SHARDS] = {0};
    const size_t ranks = sn_smaller(r->size, r->block_count);
    const size_t most = fair_share(r->block_count, ranks);
    sort_blocks(r, order);
    for (size_t i = 0; i < r->block_count; i++) {
        block *const dealt = &r->blocks[order[i]];
        size_t least = ranks;
        for (size_t rank = 0; rank < ranks; rank++)
            if (counts[rank] < most && (least == ranks || costs[rank] < costs[least]))
                least = rank;
        dealt->owner = least;
        costs[least] += dealt->cost;
        counts[least]++;
    }
}

static void list_own(const sn_ragged_engine *engine)
{
    sn_ragged_ranks *const r = engine->ranks;
    const size_t shards = r->blocks[0].count;
    r->own_count = 0;
    for (size_t i = 0; i < engine->shard_count; i++)
        if (r->blocks[engine->order[i] / shards].owner == r->rank)
            r->own[r->own_count++] = engine->order[i];
}

/* The ids of a block, and how many of them there are before each range. */
static void index_block(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    const sn_id_set *const ids = &engine->ids;
    block *const indexed = &engine->ranks->blocks[task];
    size_t range = 0, count = 0;
    for (size_t word = 0; word < engine->words; word++) {
        uint64_t bits = 0;
        for (size_t i = 0; i < indexed->count; i++)
            bits |= engine->shards[indexed->first + i].bits[word];
        indexed->bits[word] = bits;
        for (; range <= SN_ID_RANGES && engine->range_firsts[range] < ids->used; range++) {
            const size_t first = (size_t)ids->ids[engine->range_firsts[range]];
            if (first / SN_WORD_BITS > word)
                break;
            const uint64_t below = ((uint64_t)1 << first % SN_WORD_BITS) - 1;
            indexed->slots[range] = count + (size_t)__builtin_popcountll(bits & below);
        }
        count += (size_t)__builtin_popcountll(bits);
    }
    while (range <= SN_ID_RANGES)
        indexed->slots[range++] = count;
}

void sn_ragged_ranks_deal(sn_ragged_engine *engine)
{
    cut_blocks(engine);
    deal_blocks(engine->ranks);
    list_own(engine);
    sn_ragged_run(engine, index_block, engine->ranks->block_count);
}

size_t sn_ragged_ranks_own_count(const sn_ragged_engine *engine)
{
    return engine->ranks->own_count;
}

size_t sn_ragged_ranks_own(const sn_ragged_engine *engine, size_t i)
{
    return engine->ranks->own[i];
}

/* Adds up part of an own block's sums. */
static void sum_block(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    const size_t pieces = sn_pieces(engine->sum_floats, SUM_FLOATS);
    const block *const summed = &engine->ranks->blocks[task / pieces];
    const size_t first = task % pieces * SUM_FLOATS;
    float *sums[WAVE_SHARDS];
    if (summed->owner != engine->ranks->rank)
        return;
    for (size_t i = 0; i < summed->count; i++)
        sums[i] = engine->shards[summed->first + i].sums;
    sn_tree_sum(sums, NULL, summed->count, first,
                sn_smaller(engine->sum_floats - first, SUM_FLOATS));
}

/* Floats that hold what a shard tells of its loss. */
enum { LOSS_FLOATS = (sizeof(sn_loss_sums) + sizeof(float) - 1) / sizeof(float) };

/* Copies between a stretch of floats and where they belong; moves the stretch on. */
static void copy(bool packs, float **stretch, void *floats, size_t bytes, size_t count)
{
    if (bytes)
        memcpy(packs ? (void *)*stretch : floats, packs ? floats : *stretch, bytes);
    *stretch += count;
}

/* Packs what a block hands on, or takes it from the stretch. */
static void copy_block(const sn_ragged_engine *engine, const block *copied, bool packs,
                       float **stretch)
{
    copy(packs, stretch, engine->shards[copied->first].sums, engine->sum_floats * sizeof(float),
         engine->sum_floats);
    for (size_t i = 0; i < copied->count; i++) {
        sn_shard_result *const shard = &engine->shards[copied->first + i];
        copy(packs, stretch, shard->share, engine->share_floats * sizeof(float),
             engine->share_floats);
        copy(packs, stretch, &shard->loss, sizeof shard->loss, LOSS_FLOATS);
    }
}

static size_t block_floats(const sn_ragged_engine *engine, const block *b)
{
    return engine->sum_floats + b->count * (engine->share_floats + LOSS_FLOATS);
}

/* Where the stretch of a rank begins in `all`, by the sizes of those before it. */
static float *stretch_of(const sn_ragged_ranks *r, size_t rank)
{
    size_t bytes = 0;
    for (size_t i = 0; i < rank; i++)
        bytes += r->in_sizes[i];
    return r->all + bytes / sizeof(float);
}

/* Gathers the stretches of all ranks, of in_sizes, with the own one in its place. */
static void gather_stretches(sn_ragged_ranks *r)
{
    sn_comm_gather(r->comm, stretch_of(r, r->rank), r->all, r->in_sizes);
}

void sn_ragged_ranks_share_sums(sn_ragged_engine *engine)
{
    sn_ragged_ranks *const r = engine->ranks;
    sn_ragged_run(engine, sum_block, r->block_count * sn_pieces(engine->sum_floats, SUM_FLOATS));
    memset(r->in_sizes, 0, r->size * sizeof *r->in_sizes);
    for (size_t b = 0; b < r->block_count; b++)
        r->in_sizes[r->blocks[b].owner] += block_floats(engine, &r->blocks[b]) * sizeof(float);
    float *stretch = stretch_of(r, r->rank);
    for (size_t b = 0; b < r->block_count; b++)
        if (r->blocks[b].owner == r->rank)
            copy_block(engine, &r->blocks[b], true, &stretch);
    gather_stretches(r);
    for (size_t rank = 0; rank < r->size; rank++) {
        stretch = stretch_of(r, rank);
        for (size_t b = 0; rank != r->rank && b < r->block_count; b++)
            if (r->blocks[b].owner == rank)
                copy_block(engine, &r->blocks[b], false, &stretch);
    }
}

size_t sn_ragged_ranks_block_sums(const sn_ragged_engine *engine, float *sums[WAVE_SHARDS])
{
    const sn_ragged_ranks *const r = engine->ranks;
    for (size_t b = 0; b < r->block_count; b++)
        sums[b] = engine->shards[r->blocks[b].first].sums;
    return r->block_count;
}

/* Ids of a block in the ranges of a rank. */
static size_t ids_for(const sn_ragged_ranks *r, const block *b, size_t rank)
{
    return b->slots[r->first_ranges[rank + 1]] - b->slots[r->first_ranges[rank]];
}

/* Sets where the rows of the ranks' blocks lie that come to this rank. */
static void place_rows(const sn_ragged_engine *engine, size_t rank, float *rows)
{
    sn_ragged_ranks *const r = engine->ranks;
    for (size_t b = 0; b < r->block_count; b++)
        for (size_t i = 0; r->blocks[b].owner == rank && i < engine->projector_count; i++) {
            r->blocks[b].rows[i] = rows;
            rows += ids_for(r, &r->blocks[b], r->rank) * engine->projectors[i].columns;
        }
}

/* Floats from one rank's blocks that belong to another's ranges. */
static size_t floats_between(const sn_ragged_ranks *r, size_t from, size_t to)
{
    size_t ids = 0;
    for (size_t b = 0; b < r->block_count; b++)
        ids += r->blocks[b].owner == from ? ids_for(r, &r->blocks[b], to) : 0;
    return ids * r->columns;
}

/* Adds up an own block's gradients by the projections of a range, into `rows`, by projector. */
static void sum_rows(const sn_ragged_engine *engine, const block *summed, size_t range,
                     sn_ragged_workspace *ws, float *rows[MAX_PROJECTORS])
{
    sn_shard_sums sums[WAVE_SHARDS];
    const size_t last = engine->range_firsts[range + 1];
    for (size_t i = 0; i < summed->count; i++) {
        const sn_shard_result *const shard = &engine->shards[summed->first + i];
        sums[i] = (sn_shard_sums){
            .bits = shard->bits, .rows = shard->d_projections, .next = shard->range_slots[range]};
    }
    for (size_t first = engine->range_firsts[range]; first < last; first += SN_RANGE_IDS) {
        sn_shared_ids_find(&ws->scratch.shared, &engine->ids, first,
                           sn_smaller(last - first, SN_RANGE_IDS), sums, summed->count);
        for (size_t i = 0; i < engine->projector_count; i++)
            rows[i] += sn_projector_sum_shards(&engine->projectors[i], i, &ws->scratch.shared, sums,
                                               rows[i]);
    }
}

/* Adds up the own blocks' gradients by the projections of a range, to where they are sent from. */
static void sum_range(sn_ragged_engine *engine, size_t range, sn_ragged_workspace *ws)
{
    const sn_ragged_ranks *const r = engine->ranks;
    const size_t to = owner_of_range(r, range);
    float *at = r->out;
    for (size_t rank = 0; rank < to; rank++)
        at += floats_between(r, r->rank, rank);
    for (size_t b = 0; b < r->block_count; b++) {
        const block *const summed = &r->blocks[b];
        float *rows[MAX_PROJECTORS];
        if (summed->owner != r->rank)
            continue;
        const size_t before = summed->slots[range] - summed->slots[r->first_ranges[to]];
        for (size_t i = 0; i < engine->projector_count; i++) {
            const size_t columns = engine->projectors[i].columns;
            rows[i] = at + before * columns;
            at += ids_for(r, summed, to) * columns;
        }
        sum_rows(engine, summed, range, ws, rows);
    }
}

void sn_ragged_ranks_exchange(sn_ragged_engine *engine)
{
    sn_ragged_ranks *const r = engine->ranks;
    float *in = r->in, *out = r->out;
    sn_ragged_run(engine, sum_range, SN_ID_RANGES);
    for (size_t rank = 0; rank < r->size; rank++) {
        const size_t to = floats_between(r, r->rank, rank), from = floats_between(r, rank, r->rank);
        const bool is_own = rank == r->rank;
        place_rows(engine, rank, is_own ? out : in);
        r->out_sizes[rank] = to * sizeof(float);
        r->in_sizes[rank] = is_own ? 0 : from * sizeof(float);
        out += to;
        in += is_own ? 0 : from;
    }
    sn_comm_exchange(r->comm, r->out, r->out_sizes, r->in, r->in_sizes);
}

size_t sn_ragged_ranks_first_range(const sn_ragged_engine *engine)
{
    return engine->ranks->first_ranges[engine->ranks->rank];
}

size_t sn_ragged_ranks_last_range(const sn_ragged_engine *engine)
{
    return engine->ranks->first_ranges[engine->ranks->rank + 1];
}

size_t sn_ragged_ranks_blocks(const sn_ragged_engine *engine, size_t range,
                              sn_shard_sums sums[WAVE_SHARDS])
{
    const sn_ragged_ranks *const r = engine->ranks;
    for (size_t b = 0; b < r->block_count; b++) {
        const block *const summed = &r->blocks[b];
        sums[b] = (sn_shard_sums){
            .bits = summed->bits,
            .rows = summed->rows,
            .next = (uint32_t)(summed->slots[range] - summed->slots[r->first_ranges[r->rank]])};
    }
    return r->block_count;
}

/* Copies the rows of a rank's ranges to a stretch, or from it. */
static void copy_rows(const sn_ragged_engine *engine, size_t rank, bool packs, float *stretch)
{
    const sn_layer *const embedding = &engine->network->layers[0];
    const size_t features = embedding->output.features;
    const size_t *const ranges = engine->ranks->first_ranges;
    float *const d_table = engine->gradients + embedding->offsets[0];
    for (size_t n = engine->range_firsts[ranges[rank]]; n < engine->range_firsts[ranges[rank + 1]];
         n++)
        copy(packs, &stretch, d_table + (size_t)engine->ids.ids[n] * features,
             features * sizeof *d_table, features);
}

void sn_ragged_ranks_share_rows(sn_ragged_engine *engine)
{
    sn_ragged_ranks *const r = engine->ranks;
    const size_t features = engine->network->layers[0].output.features;
    for (size_t rank = 0; rank < r->size; rank++)
        r->in_sizes[rank] = (engine->range_firsts[r->first_ranges[rank + 1]] -
                             engine->range_firsts[r->first_ranges[rank]]) *
                            features * sizeof(float);
    copy_rows(engine, r->rank, true, stretch_of(r, r->rank));
    gather_stretches(r);
    for (size_t rank = 0; rank < r->size; rank++)
        if (rank != r->rank)
            copy_rows(engine, rank, false, stretch_of(r, rank));
}

/* Copies what the nodes of a rank's ranges add to kernels and biases. */
static void copy_ranges(const sn_ragged_engine *engine, size_t rank, bool packs, float *stretch)
{
    const sn_ragged_ranks *const r = engine->ranks;
    for (size_t range = r->first_ranges[rank]; range < r->first_ranges[rank + 1];
         range += r->joined_ranges)
        for (size_t i = 0; i < engine->projector_count; i++) {
            const size_t floats = sn_projector_share_floats(&engine->projectors[i]);
            copy(packs, &stretch, engine->projectors[i].ranges[range].d_kernel,
                 floats * sizeof(float), floats);
        }
}

/* Adds up an own node of ranges, of one projector. */
static void sum_node(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    const sn_ragged_ranks *const r = engine->ranks;
    const sn_projector *const projector = &engine->projectors[task % engine->projector_count];
    const size_t range =
        r->first_ranges[r->rank] + task / engine->projector_count * r->joined_ranges;
    for (size_t i = 0; i < sn_projector_sum_tasks(projector); i++)
        sn_projector_sum_ranges(projector, range, r->joined_ranges, 1, i);
}

void sn_ragged_ranks_share_ranges(sn_ragged_engine *engine, size_t *apart)
{
    sn_ragged_ranks *const r = engine->ranks;
    size_t floats = 0;
    for (size_t i = 0; i < engine->projector_count; i++)
        floats += sn_projector_share_floats(&engine->projectors[i]);
    for (size_t rank = 0; rank < r->size; rank++)
        r->in_sizes[rank] = (r->first_ranges[rank + 1] - r->first_ranges[rank]) / r->joined_ranges *
                            floats * sizeof(float);
    const size_t own = r->first_ranges[r->rank + 1] - r->first_ranges[r->rank];
    sn_ragged_run(engine, sum_node, own / r->joined_ranges * engine->projector_count);
    copy_ranges(engine, r->rank, true, stretch_of(r, r->rank));
    gather_stretches(r);
    for (size_t rank = 0; rank < r->size; rank++)
        if (rank != r->rank)
            copy_ranges(engine, rank, false, stretch_of(r, rank));
    *apart = r->joined_ranges;
}

/* The most rows that this process has in its blocks, or gets of all blocks for its ranges. */
static void count_rows(const sn_ragged_engine *engine, size_t *own, size_t *taken)
{
    const sn_ragged_ranks *const r = engine->ranks;
    const size_t ranges = r->first_ranges[r->rank + 1] - r->first_ranges[r->rank];
    const size_t ids = sn_smaller(engine->capacity, (engine->capacity / SN_ID_RANGES + 1) * ranges);
    *own = *taken = 0;
    for (size_t shards = 1; shards <= WAVE_SHARDS; shards *= 2) {
        const size_t blocks =
            sn_smaller(WAVE_SHARDS / shards, 2 * BLOCKS_EACH * r->size); /* see shards_of_block */
        const size_t rows =
            sn_smaller(engine->capacity, shards * GROUP_ROWS * engine->network->time + 1);
        *own = sn_larger(*own, fair_share(blocks, sn_smaller(blocks, r->size)) * rows);
        *taken = sn_larger(*taken, blocks * sn_smaller(rows, ids));
    }
}

static seqnet_status make_buffers(const sn_ragged_engine *engine, seqnet_error *err)
{
    sn_ragged_ranks *const r = engine->ranks;
    const size_t features = engine->network->layers[0].output.features;
    size_t own, taken;
    for (size_t i = 0; i < engine->projector_count; i++)
        r->columns += engine->projectors[i].columns;
    count_rows(engine, &own, &taken);
    const size_t sums = WAVE_SHARDS * (engine->sum_floats + engine->share_floats + LOSS_FLOATS);
    const size_t gathered = sn_larger(sn_larger(sums, engine->capacity * features),
                                      SN_ID_RANGES * (features + 1) * r->columns);
    SN_TRY(sn_alloc_floats(&r->out, own * r->columns, err));
    SN_TRY(sn_alloc_floats(&r->in, taken * r->columns, err));
    SN_TRY(sn_alloc_floats(&r->all, gathered, err));
    SN_TRY(sn_alloc(&r->bits, WAVE_SHARDS * engine->words, sizeof *r->bits, err));
    for (size_t b = 0; b < WAVE_SHARDS; b++)
        r->blocks[b].bits = r->bits + b * engine->words;
    return SEQNET_OK;
}

seqnet_status sn_ragged_ranks_create(sn_ragged_engine *engine, seqnet_comm *comm, seqnet_error *err)
{
    sn_ragged_ranks *r;
    SN_TRY(sn_alloc(&r, 1, sizeof *r, err));
    engine->ranks = r;
    r->comm = comm;
    r->rank = seqnet_comm_rank(comm);
    r->size = seqnet_comm_size(comm);
    SN_TRY(sn_alloc(&r->first_ranges, r->size + 1, sizeof *r->first_ranges, err));
    SN_TRY(sn_alloc(&r->out_sizes, r->size, sizeof *r->out_sizes, err));
    SN_TRY(sn_alloc(&r->in_sizes, r->size, sizeof *r->in_sizes, err));
    deal_ranges(r);
    return make_buffers(engine, err);
}

void sn_ragged_ranks_free(sn_ragged_ranks *r)
{
    if (!r)
        return;
    free(r->first_ranges);
    free(r->out_sizes);
    free(r->in_sizes);
    free(r->out);
    free(r->in);
    free(r->all);
    free(r->bits);
    free(r);
}
