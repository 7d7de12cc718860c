/* Scores: the logits and labels of scored rows, for metrics that need each row rather than counts.
 * They grow by the blocks of a scorer. */
#ifndef SN_SCORES_H
#define SN_SCORES_H

#include <seqnet/evaluate.h>

#include "scorer.h"

struct seqnet_scores {
    /* Logits of a row: one for two classes, else one for each class (nn/loss.h). */
    size_t outputs;
    size_t count;
    /* Elements allocated in logits and labels. */
    size_t logits_capacity, labels_capacity;
    /* [count, outputs] */
    float *logits;
    /* [count]: classes or, where rows have any number of labels, numbers of the sets below. */
    int32_t *labels;
    bool multi_label;
    sn_label_sets sets;
    /* Two labels: the second one is predicted from this probability on. 0: when it is the more
     * probable one. */
    double threshold;
};

/* The logarithms of the sums of exp(logit) over a row's labels, [count], from which the probability
 * of each label follows; NULL where a label's logit tells it alone. The caller frees *totals.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_scores_totals(const seqnet_scores *scores, double **totals, seqnet_error *err);

/* The probability of one label of a row. */
double sn_scores_probability(const seqnet_scores *scores, const double *totals, size_t row,
                             size_t label);

/* Whether a row has a label. */
bool sn_scores_has_label(const seqnet_scores *scores, size_t row, size_t label);

/* All labels of a row. */
sn_label_set sn_scores_label_set(const seqnet_scores *scores, size_t row);

/* Makes scores without rows for a network with this number of outputs, one for each label when rows
 * have any number of them. SEQNET_ERR_MEMORY; *scores is NULL then. */
seqnet_status sn_scores_create(seqnet_scores **scores, size_t outputs, bool multi_label,
                               seqnet_error *err);

/* Makes room for `count` more rows. SEQNET_ERR_MEMORY. */
seqnet_status sn_scores_reserve(seqnet_scores *scores, size_t count, seqnet_error *err);

/* Appends rows whose logits [rows->count, outputs] are known. A failure leaves the rows of *scores
 * as they are. SEQNET_ERR_MEMORY. */
seqnet_status sn_scores_add_rows(seqnet_scores *scores, const sn_rows *rows, const float *logits,
                                 seqnet_error *err);

/* Scores the first `count` rows and appends them. A failure leaves the rows of *scores as they are.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_score_rows(const sn_scorer *scorer, const sn_rows *rows, size_t count,
                            seqnet_scores *scores, seqnet_error *err);

/* The loss of scores of many labels, and the labels predicted of logits above 0, in sums. */
sn_loss_sums sn_scores_sums(const seqnet_scores *scores);

/* Appends rows: logits [count, outputs] and labels [count], each below the number of classes. There
 * must be room for them. */
void sn_scores_add(seqnet_scores *scores, const float *logits, const int32_t *labels, size_t count);

#endif
