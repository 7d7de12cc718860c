/* Binary cross-entropy on logits, in the form that neither overflows nor cancels. */
#ifndef SN_LOSS_H
#define SN_LOSS_H

#include <stddef.h>
#include <stdint.h>

/* Sums over rows; a mean is sum / count. */
typedef struct sn_loss_sums {
    double loss;
    size_t correct; /* rows whose class was predicted: logit > 0 is class 1, strictly */
} sn_loss_sums;

/* log(1 + e^x) - y x = max(x, 0) - y x + log(1 + e^-|x|) for each row, y being its label 0 or 1.
 * Adds to *sums in row order. d_logits (may be NULL) becomes scale * (sigmoid(x) - y). */
void sn_binary_cross_entropy(const float *logits, const int32_t *labels, size_t count, float scale,
                             float *d_logits, sn_loss_sums *sums);

/* The probability of class 1. */
double sn_probability(float logit);

#endif
