/* Scores: the logits and labels of scored rows, for metrics that need each row rather than counts.
 * They grow by the blocks of a scorer. */
#ifndef SN_SCORES_H
#define SN_SCORES_H

#include <seqnet/evaluate.h>

struct seqnet_scores {
    /* Logits of a row: one for two classes, else one for each class (nn/loss.h). */
    size_t outputs;
    size_t count;
    /* Elements allocated in logits and labels. */
    size_t logits_capacity, labels_capacity;
    /* [count, outputs] */
    float *logits;
    /* [count] */
    int32_t *labels;
};

/* Makes scores without rows for a network with this number of outputs. SEQNET_ERR_MEMORY; *scores
 * is NULL then. */
seqnet_status sn_scores_create(seqnet_scores **scores, size_t outputs, seqnet_error *err);

/* Makes room for `count` more rows. SEQNET_ERR_MEMORY. */
seqnet_status sn_scores_reserve(seqnet_scores *scores, size_t count, seqnet_error *err);

/* Appends rows: logits [count, outputs] and labels [count], each below the number of classes. There
 * must be room for them. */
void sn_scores_add(seqnet_scores *scores, const float *logits, const int32_t *labels, size_t count);

#endif
