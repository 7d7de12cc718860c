/*
 * Cross-entropy on logits, in the forms that neither overflow nor cancel.
 *
 * A row has `outputs` logits: one for two classes (the sigmoid of it is the probability of class
 * 1), or one for each class (softmax).
 */
#ifndef SN_LOSS_H
#define SN_LOSS_H

#include <stddef.h>
#include <stdint.h>

/* Sums over rows; a mean is sum / count. */
typedef struct sn_loss_sums {
    /* each row's times its weight */
    double loss;
    /* rows whose class was predicted; weights do not count */
    size_t correct;
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

/* The loss of `count` rows of logits [count, outputs] whose classes are `labels`:
 *   one output  log(1 + e^x) - y x = max(x, 0) - y x + log(1 + e^-|x|)
 *   more        log(sum e^x_k) - x_y = m + log(sum e^(x_k - m)) - x_y,  m = max x_k
 * times the row's weight (weights NULL: 1). Adds to *sums in row order. d_logits (may be NULL)
 * becomes scale * weight * (p - [the class is the label]), p being the probability that belongs to
 * the logit. */
void sn_cross_entropy(const float *logits, size_t outputs, const int32_t *labels,
                      const float *weights, size_t count, float scale, float *d_logits,
                      sn_loss_sums *sums);

#endif
