/*
 * What the parts of a model are worth, found on rows that none of them was trained on. The model's
 * logits are the sum of the parts' logits times their shares, so that the shares are temperatures
 * and weights in one. Those are chosen that minimise the cross-entropy of the rows, which is convex
 * in them, with a weak pull towards usual shares that matters where rows are few. No share is
 * negative.
 */
#ifndef SN_SHARES_H
#define SN_SHARES_H

#include <stdbool.h>

#include "config.h"
#include "label_sets.h"
#include "status.h"

typedef enum sn_part { SN_PART_SVM, SN_PART_NB, SN_PART_NETWORK, SN_PART_COUNT } sn_part;

/* Rows that are scored by all parts. */
typedef struct sn_scored_parts {
    /* [count, outputs] each; NULL: there is no such part. */
    const float *logits[SN_PART_COUNT];
    size_t count, outputs;
    /* [count]: classes, or numbers of the sets; rows with any number of labels have sets. */
    const int32_t *labels;
    const sn_label_sets *sets;
} sn_scored_parts;

/* The shares that are usual; what the parts lack is 0. */
void sn_shares_usual(const sn_scored_parts *parts, double shares[SN_PART_COUNT]);

/* Finds the shares; the usual ones without rows. */
void sn_shares_fit(const sn_scored_parts *parts, double shares[SN_PART_COUNT]);

/* The temperature by which the logits of a network alone are divided (sn_model_config); 0 without
 * rows. */
double sn_temperature_find(const sn_scored_parts *parts);

/* Writes the model's logits of a row to blended[outputs]. */
void sn_shares_blend(const sn_scored_parts *parts, const double shares[SN_PART_COUNT], size_t row,
                     float *blended);

#endif
