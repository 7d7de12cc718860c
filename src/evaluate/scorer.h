/*
 * Scoring rows in blocks: rows of ids in, logits out, in bounded memory. A scorer is what that
 * takes for one model. What becomes of the logits is the business of evaluations and scores.
 */
#ifndef SN_SCORER_H
#define SN_SCORER_H

#include <seqnet/dataset.h>
#include <seqnet/model.h>

#include "engine.h"
#include "pool.h"
#include "rows.h"

/* Rows are scored in blocks whose logits fit as well. */
enum { SN_BLOCK_ROWS = 4096, SN_BLOCK_LOGITS = 4 * SN_BLOCK_ROWS };

/* The block under way: too large for a small stack. */
typedef struct sn_scored_block {
    const int32_t *row_ids[SN_BLOCK_ROWS];
    size_t lengths[SN_BLOCK_ROWS];
    float logits[SN_BLOCK_LOGITS];
} sn_scored_block;

/* The rows of all blocks but the last for a network with so many outputs. */
size_t sn_block_rows(size_t outputs);

/* Scores rows first .. first + count - 1, at most sn_block_rows of them, into block->logits
 * [count, outputs]. */
void sn_score_block(sn_engine *engine, const sn_rows *rows, size_t first, size_t count,
                    sn_scored_block *block);

typedef struct sn_scorer {
    sn_pool *pool;
    sn_engine *engine;
    sn_scored_block *block;
} sn_scorer;

/* The rows of a part that `limit` (0: none) leaves. */
size_t sn_limited_rows(const seqnet_dataset *dataset, seqnet_part part, size_t limit);

/* Gets ready to score the first `count` rows of a part. threads 0: all usable cores.
 * SEQNET_ERR_DATA for ids or labels among them that the model does not have. Whatever the result,
 * sn_scorer_release frees what there is. */
seqnet_status sn_scorer_init(sn_scorer *scorer, const seqnet_model *model,
                             const seqnet_dataset *dataset, seqnet_part part, size_t count,
                             size_t threads, seqnet_error *err);
void sn_scorer_release(sn_scorer *scorer);

#endif
