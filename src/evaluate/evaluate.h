/* Scoring the rows of a dataset with an engine. */
#ifndef SN_EVALUATE_H
#define SN_EVALUATE_H

#include <seqnet/evaluate.h>

#include "engine.h"
#include "rows.h"

/* Rows are scored in blocks whose logits fit as well. */
enum { SN_BLOCK_ROWS = 4096, SN_BLOCK_LOGITS = 4 * SN_BLOCK_ROWS };

/* The block under way: too large for a small stack. */
typedef struct sn_scored_block {
    const int32_t *row_ids[SN_BLOCK_ROWS];
    size_t lengths[SN_BLOCK_ROWS];
    float logits[SN_BLOCK_LOGITS];
} sn_scored_block;

/* Scores rows first .. first + count - 1 in order and adds them to *evaluation, which is for as
 * many classes as the engine's network has; their labels are below that. `block` is overwritten. */
void sn_evaluate_rows(sn_engine *engine, const sn_rows *rows, size_t first, size_t count,
                      sn_scored_block *block, seqnet_evaluation *evaluation);

#endif
