/*
 * An engine runs a network on batches of rows of different length. It pads and cuts them as the
 * model says, or does something equal but faster: callers see rows in and logits or gradients out.
 *
 * A batch is cut into shards of at most SN_SHARD_ROWS rows, by the batch's size alone, which
 * threads pick up; what shards give is combined in shard order, so results do not depend on the
 * number of threads.
 */
#ifndef SN_ENGINE_H
#define SN_ENGINE_H

#include <seqnet/dataset.h>

#include "id_set.h"
#include "loss.h"
#include "network.h"
#include "pool.h"

enum { SN_SHARD_ROWS = 16 };

/* Rows of ids, each below the embedding's id_count. Borrowed. */
typedef struct sn_batch {
    const int32_t *const *rows;
    const size_t *lengths;
    const int32_t *labels; /* NULL when only scoring */
    const float *weights;  /* of the rows' losses; NULL: all are 1 */
    size_t count;
    uint64_t dropout_key; /* of this optimiser step; used by gradients only, where layers drop */
} sn_batch;

/* How rows become network->time timesteps. */
typedef struct sn_padding {
    seqnet_side padding, truncating;
} sn_padding;

typedef struct sn_engine sn_engine;

typedef struct sn_engine_ops {
    void (*free)(sn_engine *engine);
    void (*use)(sn_engine *engine, const float *weights);
    void (*gradients)(sn_engine *engine, const sn_batch *batch, float *gradients,
                      sn_id_set *touched, sn_loss_sums *sums);
    void (*score)(sn_engine *engine, const sn_batch *batch, float *logits);
    bool (*complete_table)(sn_engine *engine, const sn_batch *batch); /* NULL: has none */
    void (*borrow_table)(sn_engine *engine, const sn_engine *lender);
} sn_engine_ops;

struct sn_engine {
    const sn_engine_ops *ops;
    size_t outputs; /* of its network: logits of a row */
};

/* Makes the engine that suits the network. Network and pool are borrowed. `trains`: room for
 * gradients is wanted. All memory of ours is allocated here, none later; the BLAS takes a buffer
 * for each thread when it first needs one. */
seqnet_status sn_engine_create(sn_engine **engine, const sn_network *network, sn_padding padding,
                               sn_pool *pool, bool trains, seqnet_error *err);

/* Whether there is memory for so many engines of a network, each on so many threads: a small file
 * may ask for a network that needs more than there is. SEQNET_ERR_MEMORY. */
seqnet_status sn_engine_check_memory(const sn_network *network, size_t engines, size_t threads,
                                     bool trains, seqnet_error *err);

/* NULL is fine. */
void sn_engine_free(sn_engine *engine);

/* How sn_engine_create's choice runs the network, for people: "ragged, masked pads skipped". */
const char *sn_engine_describe(const sn_network *network, sn_padding padding);

/* The weights to work with, borrowed; to be called again whenever they have changed. */
void sn_engine_use(sn_engine *engine, const float *weights);

/* The gradient of the batch's loss, the sum of its rows' weighted losses by their number,
 * overwriting the slab `gradients`; adds the rows' losses to *sums. batch->count must be at
 * least 1. */
void sn_engine_gradients(sn_engine *engine, const sn_batch *batch, float *gradients,
                         sn_loss_sums *sums);

/* The same in a slab of which only the embedding's rows in `touched`, which has room for all, may
 * hold anything but zeros: none in a new slab of zeros, then what the call before has left. Becomes
 * the rows that this batch gives a gradient. */
void sn_engine_gradients_by_row(sn_engine *engine, const sn_batch *batch, float *gradients,
                                sn_id_set *touched, sn_loss_sums *sums);

/* The rows' logits, [count, outputs]. A row's do not depend on the other rows, to the bit. */
void sn_engine_score(sn_engine *engine, const sn_batch *batch, float *logits);

/* What ids add to the gates can be a table that several engines share. This makes it complete if
 * the engine keeps one and the batch has about as many ids as there are, so that it pays; returns
 * whether it is complete, and thereby fixed until sn_engine_use. */
bool sn_engine_complete_table(sn_engine *engine, const sn_batch *batch);

/* Scores with the complete table of `lender` until sn_engine_use. Both are engines of one network
 * and the same weights; the lender must outlive this, but may score at the same time. */
void sn_engine_borrow_table(sn_engine *engine, const sn_engine *lender);

/* The plain engine: pads, then runs every layer over every timestep. Takes any network; the
 * reference for faster ones. */
size_t sn_engine_plain_bytes(const sn_network *network, size_t threads, bool trains);
seqnet_status sn_engine_plain_create(sn_engine **engine, const sn_network *network,
                                     sn_padding padding, sn_pool *pool, bool trains,
                                     seqnet_error *err);

/* The ragged engine, for the networks it takes: see engine_ragged.c. */
bool sn_engine_ragged_takes(const sn_network *network);
/* *shared: of the bytes what engines need only once, since one lends it to the others. */
size_t sn_engine_ragged_bytes(const sn_network *network, size_t threads, bool trains,
                              size_t *shared);
seqnet_status sn_engine_ragged_create(sn_engine **engine, const sn_network *network,
                                      sn_padding padding, sn_pool *pool, bool trains,
                                      seqnet_error *err);

#endif
