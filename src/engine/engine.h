/*
 * An engine runs a network on batches of rows of different length. It takes rows and gives logits
 * or gradients; inside, it pads and cuts the rows as the model says, or does something equal that
 * is faster.
 *
 * Every engine cuts a batch into shards of at most SN_SHARD_ROWS rows, by the size of the batch
 * alone. Threads pick the shards up, and the results are combined in the order of shards, so that
 * they do not depend on the number of threads.
 */
#ifndef SN_ENGINE_H
#define SN_ENGINE_H

#include <seqnet/dataset.h>

#include "comm.h"
#include "id_set.h"
#include "loss.h"
#include "network.h"
#include "pool.h"

enum { SN_SHARD_ROWS = 16 };

/* Rows of ids, each below the embedding's id_count. Borrowed. */
typedef struct sn_minibatch {
    const int32_t *const *rows;
    const size_t *lengths;
    /* NULL when only scoring */
    const int32_t *labels;
    /* that `labels` are the numbers of; NULL: they are classes */
    const sn_label_sets *sets;
    /* of the rows' losses; NULL: all are 1 */
    const float *weights;
    size_t count;
    /* names this optimiser step; gradients use it, where layers drop */
    uint64_t dropout_key;
} sn_minibatch;

/* How rows become network->time timesteps. */
typedef struct sn_padding {
    seqnet_side padding, truncating;
} sn_padding;

typedef struct sn_engine sn_engine;

typedef struct sn_engine_ops {
    void (*free)(sn_engine *engine);
    /* NULL: each process computes all of a batch */
    seqnet_status (*join)(sn_engine *engine, seqnet_comm *comm, seqnet_error *err);
    void (*use)(sn_engine *engine, const float *weights);
    void (*gradients)(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                      sn_id_set *touched, sn_loss_sums *sums);
    void (*score)(sn_engine *engine, const sn_minibatch *batch, float *logits);
    /* NULL, as the next one: an engine without a table */
    bool (*complete_table)(sn_engine *engine, const sn_minibatch *batch);
    void (*share_table)(sn_engine *engine, const sn_engine *owner);
} sn_engine_ops;

struct sn_engine {
    const sn_engine_ops *ops;
    /* of its network: logits of a row */
    size_t outputs;
    /* of its network, in which the functions below compute whatever thread calls them */
    sn_arithmetic arithmetic;
};

/* Makes the engine that suits the network. The engine borrows network and pool. With `trains` it
 * has room for gradients. It allocates all its memory here and none later; the BLAS takes a buffer
 * for each thread when it first needs one. */
seqnet_status sn_engine_create(sn_engine **engine, const sn_network *network, sn_padding padding,
                               sn_pool *pool, bool trains, seqnet_error *err);

/* Checks that there is memory for this number of engines of a network, each on this number of
 * threads: a small file may describe a network that needs more. SEQNET_ERR_MEMORY. */
seqnet_status sn_engine_check_memory(const sn_network *network, size_t engines, size_t threads,
                                     bool trains, seqnet_error *err);

/* NULL is fine. */
void sn_engine_free(sn_engine *engine);

/* Describes for people how sn_engine_create's choice runs the network, in `size` bytes or less:
 * "ragged, masked pads skipped; on padded rows: flatten". */
void sn_engine_describe(const sn_network *network, sn_padding padding, char *text, size_t size);

/* Makes an engine that trains one of several, in as many processes: they call the functions for
 * gradients together, with equal weights and batches, share the work and get the same gradients,
 * those of one process. Once, right after the creation. SEQNET_ERR_MEMORY. */
seqnet_status sn_engine_join(sn_engine *engine, seqnet_comm *comm, seqnet_error *err);

/* Sets the weights to work with, which the engine borrows. Call it again whenever they have
 * changed.
 */
void sn_engine_use(sn_engine *engine, const float *weights);

/* Computes the gradient of the batch's loss, the sum of its rows' weighted losses divided by their
 * number, and overwrites the slab `gradients` with it; adds the rows' losses to *sums. batch->count
 * must be at least 1. */
void sn_engine_gradients(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                         sn_loss_sums *sums);

/* The same, but of the embedding's rows only those that this batch gives a gradient are written,
 * and `touched` (NULL: all are written) becomes the set of them; it has room for all rows. Before
 * the call `touched` holds the rows that are not 0 in the slab: none of a new slab of zeros,
 * afterwards what the last call left. */
void sn_engine_gradients_by_row(sn_engine *engine, const sn_minibatch *batch, float *gradients,
                                sn_id_set *touched, sn_loss_sums *sums);

/* Computes the rows' logits, [count, outputs]. Those of a row do not depend on the other rows, to
 * the bit. */
void sn_engine_score(sn_engine *engine, const sn_minibatch *batch, float *logits);

/* The projections of ids can be a table that several engines share. This completes the table if the
 * engine has one and the batch has about as many ids as the table, so that it pays. Returns whether
 * it is complete; it then does not change until sn_engine_use. */
bool sn_engine_complete_table(sn_engine *engine, const sn_minibatch *batch);

/* Makes the engine score with the complete table of `owner` until sn_engine_use. Both are engines
 * of one network and the same weights; the owner must outlive this, and may score at the same time.
 */
void sn_engine_share_table(sn_engine *engine, const sn_engine *owner);

/* The plain engine: it pads, then runs every layer over every timestep. It takes any network and is
 * the reference for faster ones. */
size_t sn_engine_plain_bytes(const sn_network *network, size_t threads, bool trains);
seqnet_status sn_engine_plain_create(sn_engine **engine, const sn_network *network,
                                     sn_padding padding, sn_pool *pool, bool trains,
                                     seqnet_error *err);

/* For each timestep, adds to norms[time of the layer] how much the rows' losses depend on the state
 * after it of a recurrent layer of the network: the norm of the gradient of each row's own loss by
 * it, through all later steps. Nothing is dropped. `engine` is a plain one that trains; the batch
 * has at most SN_SHARD_ROWS rows. */
void sn_engine_plain_state_norms(sn_engine *engine, const sn_minibatch *batch,
                                 const sn_layer *layer, double *norms);

/* The ragged engine, for the networks it takes: see engine_ragged.c. */
bool sn_engine_ragged_takes(const sn_network *network);
void sn_engine_ragged_describe(const sn_network *network, sn_padding padding, char *text,
                               size_t size);
/* Whether it multiplies matrices when scoring such a network. */
bool sn_engine_ragged_multiplies(const sn_network *network);
/* *shared becomes the bytes that several engines need only once, because they share a table. */
size_t sn_engine_ragged_bytes(const sn_network *network, size_t threads, bool trains,
                              size_t *shared);
seqnet_status sn_engine_ragged_create(sn_engine **engine, const sn_network *network,
                                      sn_padding padding, sn_pool *pool, bool trains,
                                      seqnet_error *err);

#endif
