/*
 * Cross-entropy on logits, in the forms that neither overflow nor cancel.
 *
 * A row has `outputs` logits: one for two classes (the sigmoid of it is the probability of class
 * 1), or one for each class (softmax). A row that may have any number of labels has one logit for
 * each of them, whose sigmoid is the label's probability.
 */
#ifndef SN_LOSS_H
#define SN_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label_sets.h"

/* Sums over rows; a mean is sum / count. */
typedef struct sn_loss_sums {
    /* each row's times its weight */
    double loss;
    /* rows whose class was predicted; weights do not count. Of label sets: the labels that rows
     * have and that are predicted for them */
    size_t correct;
    /* of label sets: the labels that rows have, and those that are predicted for them, together:
     * 2 correct / marks is their micro F1. Else 0 */
    size_t marks;
} sn_loss_sums;

/* The number of classes that a row with this number of logits distinguishes. */
static inline size_t sn_class_count(size_t outputs)
{
    return outputs == 1 ? 2 : outputs;
}

/* The class that a row's logits predict. One logit: class 1 when it is above 0, strictly. More: the
 * class of the largest logit, the lowest of equal ones. */
size_t sn_predicted_class(const float *logits, size_t outputs);

/* The probability of each class, sn_class_count(outputs) of them. */
void sn_probabilities(const float *logits, size_t outputs, double *probabilities);

/* The probability of one class. */
double sn_class_probability(const float *logits, size_t outputs, size_t class);

/* The logarithm of the sum of e^x over a row's logits, outputs >= 2. */
double sn_log_sum_exp(const float *logits, size_t outputs);

/* The loss of `count` rows of logits [count, outputs] whose classes are `labels`:
 *   one output  log(1 + e^x) - y x = max(x, 0) - y x + log(1 + e^-|x|)
 *   more        log(sum e^x_k) - x_y = m + log(sum e^(x_k - m)) - x_y,  m = max x_k
 * times the row's weight (weights NULL: 1). Adds to *sums in row order. d_logits (may be NULL)
 * becomes scale * weight * (p - [the class is the label]), p being the probability that belongs to
 * the logit. */
void sn_cross_entropy(const float *logits, size_t outputs, const int32_t *labels,
                      const float *weights, size_t count, float scale, float *d_logits,
                      sn_loss_sums *sums);

/* The probability of each of `outputs` labels, of which a row may have any number: the sigmoid of
 * its logit. */
void sn_label_probabilities(const float *logits, size_t outputs, double *probabilities);

static inline void sn_row_probabilities(const float *logits, size_t outputs, bool multi_label,
                                        double *probabilities)
{
    (multi_label ? sn_label_probabilities : sn_probabilities)(logits, outputs, probabilities);
}

/* sn_cross_entropy of rows with any number of labels: row i has the set numbers[i]. A row's loss is
 * the sum over labels k of log(1 + e^x_k) - y_k x_k, y_k being 1 for a label of the set, else 0; a
 * label is predicted when its logit is above 0. */
void sn_label_cross_entropy(const float *logits, size_t outputs, const sn_label_sets *sets,
                            const int32_t *numbers, const float *weights, size_t count, float scale,
                            float *d_logits, sn_loss_sums *sums);

/* The loss of rows whose labels are classes (sets NULL) or numbers of sets: one of the two above.
 */
static inline void sn_rows_loss(const float *logits, size_t outputs, const sn_label_sets *sets,
                                const int32_t *labels, const float *weights, size_t count,
                                float scale, float *d_logits, sn_loss_sums *sums)
{
    if (sets)
        sn_label_cross_entropy(logits, outputs, sets, labels, weights, count, scale, d_logits,
                               sums);
    else
        sn_cross_entropy(logits, outputs, labels, weights, count, scale, d_logits, sums);
}

#endif
