/*
 * The gradients of a training batch by several processes (ranks). All of them know the whole batch
 * and hold the same weights. The shards of a wave are dealt out in blocks. A block is all shards
 * below a node of the tree in which shards are summed (tree_sum.h), so that who has a block can add
 * it up alone. A wave goes on so:
 *
 *     deal       blocks for each, together of about as many tokens
 *     shards     each runs its own ones
 *     sums       each adds up its blocks' gradients by weights; all gather those of all blocks
 *     exchange   each adds up its blocks' gradients by projections; those of a range of ids go to
 *                the range's owner
 *     embedding  each takes its ranges back to the embedding
 *     rows       all gather the embedding's rows
 *
 * After the last wave all gather what the ranges add to kernels and biases. Then everybody has the
 * gradients of one process, to the bit.
 */
#ifndef SN_RAGGED_RANKS_H
#define SN_RAGGED_RANKS_H

#include "comm.h"
#include "stage.h"

/* Makes what the engine needs to be one of several. The engine owns it. SEQNET_ERR_MEMORY. */
seqnet_status sn_ragged_ranks_create(sn_ragged_engine *engine, seqnet_comm *comm,
                                     seqnet_error *err);
void sn_ragged_ranks_free(sn_ragged_ranks *ranks);

/* Deals out the shards of the wave, whose ids are numbered. */
void sn_ragged_ranks_deal(sn_ragged_engine *engine);

/* The shards that this process runs: their number, and each of them. */
size_t sn_ragged_ranks_own_count(const sn_ragged_engine *engine);
size_t sn_ragged_ranks_own(const sn_ragged_engine *engine, size_t i);

/* Adds up the own blocks' sums. Afterwards the first shard of each block has the block's, and all
 * shards have their shares and losses. */
void sn_ragged_ranks_share_sums(sn_ragged_engine *engine);

/* The floats that block after block has summed, as sn_tree_sum takes them. Returns how many. */
size_t sn_ragged_ranks_block_sums(const sn_ragged_engine *engine, float *sums[WAVE_SHARDS]);

/* Adds up the own blocks' gradients by projections and brings them to the owners of ranges. */
void sn_ragged_ranks_exchange(sn_ragged_engine *engine);

/* The ranges that this process takes back: first .. last - 1. */
size_t sn_ragged_ranks_first_range(const sn_ragged_engine *engine);
size_t sn_ragged_ranks_last_range(const sn_ragged_engine *engine);

/* The blocks' gradients by the projections of a range. Returns how many blocks there are. */
size_t sn_ragged_ranks_blocks(const sn_ragged_engine *engine, size_t range,
                              sn_shard_sums sums[WAVE_SHARDS]);

/* Gathers the embedding's rows that the wave's ids have a gradient by. */
void sn_ragged_ranks_share_rows(sn_ragged_engine *engine);

/* Gathers what the ranges add to kernels and biases. Afterwards it is summed over `*apart` ranges,
 * in the first one of these. */
void sn_ragged_ranks_share_ranges(sn_ragged_engine *engine, size_t *apart);

#endif
