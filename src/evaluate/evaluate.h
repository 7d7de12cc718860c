/*
 * Evaluations: the confusion matrix, the number of correct rows and the mean loss, added up block
 * by block while rows are scored. The metrics that follow from the counts are in metrics.c, the
 * metrics that need each row's probabilities work on scores (scores.h).
 *
 * The losses of rows are added up in the order of rows, and the sum goes through
 * sn_evaluation_loss, so that an evaluation does not depend on how many threads score.
 */
#ifndef SN_EVALUATE_H
#define SN_EVALUATE_H

#include <seqnet/evaluate.h>

#include "scorer.h"

/* Scores rows first .. first + count - 1 in order and adds them to *evaluation. The evaluation has
 * as many classes as the scorer's model, and every label is below that number. SEQNET_ERR_MEMORY.
 */
seqnet_status sn_evaluate_rows(const sn_scorer *scorer, const sn_rows *rows, size_t first,
                               size_t count, seqnet_evaluation *evaluation, seqnet_error *err);

/* Adds one block of scored rows, logits [count, outputs], to the counts. Returns the sum of their
 * losses, which does not go into the evaluation yet. */
double sn_evaluation_add(seqnet_evaluation *evaluation, const float *logits, size_t outputs,
                         const int32_t *labels, size_t count);

/* The sum of the losses of rows, and the count of one row: the two halves of sn_evaluation_add. */
double sn_evaluation_loss_of(const float *logits, size_t outputs, const int32_t *labels,
                             size_t count);
void sn_evaluation_count(seqnet_evaluation *evaluation, size_t label, size_t predicted);

/* sn_evaluation_loss returns the sum of the losses so far; a caller adds its blocks' losses to it,
 * in order. sn_evaluation_finish then stores this sum, counts the `count` rows of the blocks, and
 * brings the means up to date. */
double sn_evaluation_loss(const seqnet_evaluation *evaluation);
void sn_evaluation_finish(seqnet_evaluation *evaluation, double loss, size_t count);

#endif
