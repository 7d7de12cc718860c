/* Evaluations: the counts and the loss of rows, added up while they are scored. The metrics that
 * follow from the counts are in metrics.c. */
#ifndef SN_EVALUATE_H
#define SN_EVALUATE_H

#include <seqnet/evaluate.h>

#include "scorer.h"

/* Scores rows first .. first + count - 1 in order and adds them to *evaluation, which is for as
 * many classes as the engine's network has; their labels are below that. `block` is overwritten. */
void sn_evaluate_rows(sn_engine *engine, const sn_rows *rows, size_t first, size_t count,
                      sn_scored_block *block, seqnet_evaluation *evaluation);

/* Adds one block of scored rows, logits [count, outputs], to the counts; returns their summed loss.
 */
double sn_evaluation_add(seqnet_evaluation *evaluation, const float *logits, size_t outputs,
                         const int32_t *labels, size_t count);

/* Adds `loss`, summed over blocks of `count` rows in all, and brings the means up to date. `loss`
 * goes on from sn_evaluation_loss. */
double sn_evaluation_loss(const seqnet_evaluation *evaluation);
void sn_evaluation_finish(seqnet_evaluation *evaluation, double loss, size_t count);

#endif
