/*
 * Scores rows in blocks: rows of ids in, logits out, in bounded memory. A scorer holds the threads,
 * the engine and the block that this needs for one model. Evaluations (evaluate.h) and scores
 * (scores.h) use the logits. A predictor has scorers of its own, which also read text.
 */
#ifndef SN_SCORER_H
#define SN_SCORER_H

#include <seqnet/dataset.h>
#include <seqnet/model.h>

#include "blend.h"
#include "comm.h"
#include "engine.h"
#include "pool.h"
#include "rows.h"

/* A block has at most SN_BLOCK_ROWS rows, and at most SN_BLOCK_LOGITS logits. */
enum { SN_BLOCK_ROWS = 4096, SN_BLOCK_LOGITS = 4 * SN_BLOCK_ROWS };

/* One block: its rows as an engine takes them, and their logits [rows, outputs]. It is too large
 * for a small stack, so callers allocate it. */
typedef struct sn_scored_block {
    const int32_t *row_ids[SN_BLOCK_ROWS];
    size_t lengths[SN_BLOCK_ROWS];
    float logits[SN_BLOCK_LOGITS];
    /* The ids of rows that have them in two bytes each. */
    int32_t *wide;
    size_t wide_capacity;
} sn_scored_block;

/* Frees a block that sn_alloc made; NULL is fine. */
void sn_scored_block_free(sn_scored_block *block);

/* Rows of a full block for a network with this number of outputs. */
size_t sn_block_rows(size_t outputs);

/* What scoring with one model needs, or with a network that is being trained. */
typedef struct sn_scorer {
    sn_pool *pool;
    /* NULL: the model has no network. */
    sn_engine *engine;
    sn_scored_block *block;
    size_t outputs;
    /* The processes that score together, each a part of every block; NULL: one alone. */
    seqnet_comm *comm;
    /* What the network's logits are multiplied by. */
    float scale;
    /* Whose n-gram part adds to the logits; NULL: none does. */
    const seqnet_model *blended;
    /* [2, SN_BLOCK_LOGITS]: decisions of the n-gram part; NULL without one. */
    float *decisions;
} sn_scorer;

/* Scores rows first .. first + count - 1, at most sn_block_rows of them, into block->logits
 * [count, outputs]. SEQNET_ERR_MEMORY. */
seqnet_status sn_score_block(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                             size_t count, seqnet_error *err);

/* The number of rows of a part, but at most `limit`; limit 0 means all rows. */
size_t sn_limited_rows(const seqnet_dataset *dataset, seqnet_part part, size_t limit);

/* Checks that the model has every id and label of the first `count` rows of a part. An engine does
 * not check them. SEQNET_ERR_DATA. */
seqnet_status sn_check_model_rows(const seqnet_model *model, const seqnet_dataset *dataset,
                                  seqnet_part part, size_t count, seqnet_error *err);

/* Prepares a scorer for the first `count` rows of a part. threads 0 means all usable cores.
 * SEQNET_ERR_DATA for ids or labels of these rows that the model does not have, SEQNET_ERR_MEMORY.
 * The caller releases the scorer whatever the result. The scorer borrows the model. */
seqnet_status sn_scorer_init(sn_scorer *scorer, const seqnet_model *model,
                             const seqnet_dataset *dataset, seqnet_part part, size_t count,
                             size_t threads, seqnet_error *err);
void sn_scorer_release(sn_scorer *scorer);

#endif
