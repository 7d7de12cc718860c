/*
 * Inverted dropout: what is kept is scaled up in training, so that scoring needs no scale. A mask
 * is drawn from the optimiser step, the layer's name, what the mask is for, and the row, and from
 * nothing else: other layers and tensors of the network, threads and the rows' order change no
 * mask.
 */
#ifndef SN_DROPOUT_H
#define SN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

/* What a mask hides. */
typedef enum sn_dropout_purpose {
    /* a layer's input, each number on its own */
    SN_DROP_INPUT,
    /* the state that a recurrent product takes */
    SN_DROP_RECURRENT,
    /* that of the cell that runs from the last timestep to the first */
    SN_DROP_RECURRENT_BACKWARD
} sn_dropout_purpose;

/* The number that masks of one layer for one purpose are drawn by. */
uint64_t sn_dropout_source(const char *layer_name, sn_dropout_purpose purpose);

/* Fills scale[0 .. count) with 0 (probability `rate`, below 1) or 1 / (1 - rate). `key` names an
 * optimiser step, `source` is sn_dropout_source's, `row` a row of the batch. */
void sn_dropout_fill(float *scale, size_t count, double rate, uint64_t key, uint64_t source,
                     size_t row);

#endif
