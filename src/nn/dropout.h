/* Inverted dropout: what is kept is scaled up in training, so that scoring needs no scale. */
#ifndef SN_DROPOUT_H
#define SN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

/* What masks of a layer without tensors are drawn by as `layer`; the others take the place of a
 * tensor in the slab. No two layers of a network share a number. */
static inline size_t sn_dropout_layer(size_t number)
{
    return SIZE_MAX - number;
}

/* Fills scale[0 .. count) with 0 (probability `rate`, below 1) or 1 / (1 - rate). It depends on
 * key, layer and row alone: `key` names an optimiser step, `layer` a layer, `row` a row of the
 * batch. */
void sn_dropout_fill(float *scale, size_t count, double rate, uint64_t key, size_t layer,
                     size_t row);

#endif
